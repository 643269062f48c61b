//! The index that the search page reads: all that it looks at and shows, in as few bytes as will do.
//!
//! It holds columns, a value an entry, since these compress best, and leaves out what a script can tell as well: most addresses and ids
//! follow from the Message-ID, and a title's words aren't repeated.

mod postings;
mod words;

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use serde::Serialize;
use uuid::Uuid;

use crate::facts::language::Language;
use crate::facts::subject::Kind;
use crate::item::{Item, Listing, Mail};
use postings::Postings;
use words::Word;

/// The entries of some issues, in the order of the issues given, each issue's in its own order.
#[derive(Serialize)]
struct SearchIndex<'a> {
    issues: Vec<IndexedIssue<'a>>,
    /// The slugs of the sections that `section` counts from 0.
    sections: Vec<&'a str>,
    /// The lists that `list` counts from 1.
    lists: Vec<&'a str>,
    /// The organisations that `organisation` counts from 1.
    organisations: Vec<&'a str>,
    /// The kinds that `kind` counts from 1.
    kinds: Vec<&'a str>,
    titles: Vec<&'a str>,
    /// A Message-ID, if the address of the mail and the id follow from it; or else the address.
    addresses: Vec<&'a str>,
    /// The entry's name on its issue's page, by its place; of those that have no Message-ID in `addresses`.
    anchors: BTreeMap<usize, String>,
    section: Vec<Vec<usize>>,
    list: Vec<usize>,
    organisation: Vec<usize>,
    kind: Vec<usize>,
    /// The version that the title names, or 0.
    version: Vec<u32>,
    /// Words that summaries hold and that nobody needs to look for.
    common: String,
    #[serde(flatten)]
    words: Postings,
}

/// An issue of the index.
#[derive(Serialize)]
struct IndexedIssue<'a> {
    /// What it is called in Chinese.
    zh: String,
    /// What it is called in English.
    en: String,
    /// Names its page.
    slug: &'a str,
    day: String,
    /// How many of the entries are its own.
    entries: usize,
}

/// Names that are counted in the order in which they first come.
#[derive(Default)]
struct Counted<'a> {
    names: Vec<&'a str>,
    places: HashMap<&'a str, usize>,
}

impl<'a> Counted<'a> {
    /// The place of a name.
    fn place(&mut self, name: &'a str) -> usize {
        let next = self.names.len();
        let place = *self.places.entry(name).or_insert(next);
        if place == next {
            self.names.push(name);
        }
        place
    }

    /// The place of a name, counted from 1; 0 for none.
    fn place_or_none(&mut self, name: Option<&'a str>) -> usize {
        name.map_or(0, |name| self.place(name) + 1)
    }
}

/// The index of some issues, the newest first, as JSON.
pub(crate) fn index(listings: &[&Listing]) -> Vec<u8> {
    let items: Vec<&Item> = listings.iter().flat_map(|listing| &listing.items).collect();
    let texts: Vec<(String, String)> = items.par_iter().map(|item| words::texts(item)).collect();
    let words: Vec<Vec<Word<'_>>> = texts.par_iter().map(|(title, summary)| words::of(title, summary)).collect();
    let [mut sections, mut lists, mut organisations, mut kinds] = <[Counted<'_>; 4]>::default();
    let mut index = SearchIndex {
        issues: listings.iter().map(|listing| issue(listing)).collect(),
        titles: items.iter().map(|item| item.title.as_str()).collect(),
        addresses: Vec::with_capacity(items.len()),
        anchors: BTreeMap::new(),
        section: items
            .iter()
            .map(|item| item.sections.iter().map(|section| sections.place(&section.slug)).collect())
            .collect(),
        list: items.iter().map(|item| lists.place_or_none(of_mail(item, |mail| mail.list.as_deref()))).collect(),
        organisation: items
            .iter()
            .map(|item| organisations.place_or_none(of_mail(item, |mail| mail.organisation.as_deref())))
            .collect(),
        kind: items
            .iter()
            .map(|item| kinds.place_or_none(of_mail(item, |mail| mail.subject.kind.map(Kind::term))))
            .collect(),
        version: items.iter().map(|item| of_mail(item, |mail| mail.subject.version).unwrap_or(0)).collect(),
        common: words::COMMON.join(" "),
        words: postings::of(&words),
        sections: sections.names,
        lists: lists.names,
        organisations: organisations.names,
        kinds: kinds.names,
    };
    for (place, item) in items.iter().enumerate() {
        if let Some(message_id) = plain_id(item) {
            index.addresses.push(message_id);
        } else {
            index.addresses.push(&item.url);
            index.anchors.insert(place, item.anchor());
        }
    }
    serde_json::to_vec(&index)
        .expect("only maps without string keys fail, and these have numbers, which are written as strings")
}

fn issue(listing: &Listing) -> IndexedIssue<'_> {
    IndexedIssue {
        zh: listing.issue.name(Language::Chinese),
        en: listing.issue.name(Language::English),
        slug: &listing.slug,
        day: listing.day(),
        entries: listing.items.len(),
    }
}

/// What an item says of its mail, if it is one and says it.
fn of_mail<'a, T>(item: &'a Item, what: impl FnOnce(&'a Mail) -> Option<T>) -> Option<T> {
    item.mail.as_deref().and_then(what)
}

/// The Message-ID of an item whose address is what the search page makes of it. A mail's id always is.
fn plain_id(item: &Item) -> Option<&str> {
    let mail = item.mail.as_deref()?;
    let message_id = mail.message_id.as_deref()?;
    let address = ["https://lore.kernel.org/", mail.list.as_deref().unwrap_or("all"), "/", message_id, "/"].concat();
    debug_assert_eq!(item.id, Uuid::new_v5(&Uuid::NAMESPACE_URL, ["mid:", message_id].concat().as_bytes()));
    (address == item.url).then_some(message_id)
}
