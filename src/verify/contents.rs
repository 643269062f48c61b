//! What a document says: its items' ids, dates and links, and its own address.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Datelike as _, FixedOffset};
use percent_encoding::percent_decode_str;
use url::Url;

use super::finding::ItemFault;
use crate::net::{is_here, redacted};
use crate::reader::{DocumentFacts, ItemFacts, SaidDate};
use crate::text;

/// How far a date may lie ahead: clocks and zones differ.
const AHEAD: Duration = Duration::from_hours(24);

/// How many characters of what a document says are shown.
const SHOWN: usize = 120;

/// What is wrong with the items of a document that came from an address, at a time since 1970.
pub(super) fn items(facts: &DocumentFacts, from: &Url, now: Duration) -> Vec<ItemFault> {
    let items = &facts.items;
    let mut faults = Vec::new();
    if items.is_empty() {
        faults.push(ItemFault::NoItem);
    }
    let doubled = doubled(items);
    if let Some(id) = doubled.first() {
        faults.push(ItemFault::DoubledIds(doubled.len(), words(id)));
    }
    let lacking = |lacks: fn(&ItemFacts) -> bool| {
        let first = items.iter().position(lacks)?;
        Some((items.iter().filter(|item| lacks(item)).count(), first + 1))
    };
    faults.extend(lacking(|item| item.id.is_none()).map(|(count, first)| ItemFault::NoIds(count, first)));
    let no_links = lacking(|item| item.link.is_none() && !item.has_file && !item.has_text);
    faults.extend(no_links.map(|(count, first)| ItemFault::NoLinks(count, first)));
    let lost = several(items.iter().filter_map(|item| item.link.as_deref()).filter(|link| is_lost(link, from)));
    faults.extend(lost.map(|(count, link)| ItemFault::LostLinks(count, link)));
    let relative = items.iter().filter_map(|item| item.link.as_ref());
    let relative = several(relative.filter(|link| !facts.has_base && Url::parse(link).is_err()).map(String::as_str));
    faults.extend(relative.map(|(count, link)| ItemFault::RelativeLinks(count, link)));
    let bad = several(
        items.iter().filter_map(|item| item.dates.iter().find(|said| said.date.is_none())).map(|said| &*said.text),
    );
    faults.extend(bad.map(|(count, date)| ItemFault::BadDates(count, date)));
    let latest = i64::try_from((now + AHEAD).as_secs()).unwrap_or(i64::MAX);
    let late = dated(items, |date| date.timestamp() > latest);
    faults.extend(late.map(|(count, date)| ItemFault::FutureDates(count, date)));
    let none = dated(items, |date| date.timestamp() == 0 || date.year() <= 1);
    faults.extend(none.map(|(count, date)| ItemFault::NoDates(count, date)));
    faults
}

/// Whether a link leads no reader anywhere: to what only a page or a machine knows, by a scheme that is misspelt, or to this very machine from a
/// feed that is on another one.
fn is_lost(link: &str, from: &Url) -> bool {
    let Ok(url) = Url::parse(link) else { return false };
    match url.scheme() {
        "http" | "https" => is_here(&url) && !is_here(from),
        "about" | "blob" | "data" | "file" | "javascript" => true,
        scheme => ["http", "https"].iter().any(|web| strsim::damerau_levenshtein(scheme, web) == 1),
    }
}

/// What is wrong with the address that a document gives for itself, which was asked at one address and came from another.
pub(super) fn own(facts: &DocumentFacts, asked: &Url, from: &Url) -> Option<ItemFault> {
    let own = own_address(facts, from)?;
    (!is_same(&own, asked) && !is_same(&own, from)).then(|| ItemFault::OtherOwn(redacted(own.as_str())))
}

/// The address that a document gives for itself.
pub(super) fn own_address(facts: &DocumentFacts, from: &Url) -> Option<Url> {
    facts.own.as_ref().and_then(|own| from.join(own.trim()).ok())
}

/// Whether two addresses are one, however they are written.
pub(super) fn is_same(a: &Url, b: &Url) -> bool {
    let plain = |url: &Url| {
        let mut url = crate::net::without_user(url.clone());
        url.set_fragment(None);
        percent_decode_str(url.as_str()).collect::<Vec<u8>>()
    };
    plain(a) == plain(b)
}

/// How many items have such a date, and the first of these.
fn dated(items: &[ItemFacts], is_such: impl Fn(&DateTime<FixedOffset>) -> bool) -> Option<(usize, String)> {
    let is_such = |said: &&SaidDate| said.date.as_ref().is_some_and(&is_such);
    several(items.iter().filter_map(|item| item.dates.iter().find(is_such)).map(|said| &*said.text))
}

/// The ids that several items have, each once.
fn doubled(items: &[ItemFacts]) -> Vec<&str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for id in items.iter().filter_map(|item| item.id.as_deref()) {
        *counts.entry(id).or_default() += 1;
    }
    let mut named = BTreeSet::new();
    let ids = items.iter().filter_map(|item| item.id.as_deref());
    ids.filter(|id| counts[id] > 1 && named.insert(*id)).collect()
}

/// How many texts there are, and the first of them; none if there is none.
fn several<'a>(mut texts: impl Iterator<Item = &'a str>) -> Option<(usize, String)> {
    let first = texts.next()?;
    Some((1 + texts.count(), words(first)))
}

/// What a document says, as it can be shown.
pub(super) fn words(said: &str) -> String {
    text::first_words(&text::one_line(said), SHOWN)
}
