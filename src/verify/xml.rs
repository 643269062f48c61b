//! XML as it stands: whether it is well-formed, and the dates of Atom, which the reader of feeds mends where it can.

use chrono::DateTime;
use roxmltree::{Document, Node, ParsingOptions};

use super::contents::words;
use super::finding::ItemFault;

/// The namespace of Atom.
const ATOM: &str = "http://www.w3.org/2005/Atom";

/// What is wrong with the dates of a feed of Atom; nothing with another.
///
/// # Errors
/// A text that isn't XML; in words, with the place.
pub(super) fn check(text: &str) -> Result<Vec<ItemFault>, String> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let document = Document::parse_with_options(text, options).map_err(|err| words(&err.to_string()))?;
    let root = document.root_element();
    Ok(if root.has_tag_name((ATOM, "feed")) { dates(root) } else { Vec::new() })
}

fn dates(feed: Node<'_, '_>) -> Vec<ItemFault> {
    let entries = || feed.children().filter(|child| child.has_tag_name((ATOM, "entry")));
    let lacking = entries().filter(|entry| dated(*entry, "updated").is_none()).count();
    let bad: Vec<&str> = entries().filter_map(bad_date).collect();
    let mut faults = Vec::new();
    faults.extend(dated(feed, "updated").is_none().then_some(ItemFault::NoFeedUpdated));
    faults.extend((lacking > 0).then_some(ItemFault::NoUpdated(lacking)));
    faults.extend(bad.first().map(|date| ItemFault::BadDates(bad.len(), words(date))));
    faults
}

/// The first date of an entry that isn't written as Atom wants it (RFC 3339).
fn bad_date<'a>(entry: Node<'a, '_>) -> Option<&'a str> {
    let dates = ["published", "updated"].into_iter().filter_map(|name| dated(entry, name));
    dates.map(str::trim).find(|date| DateTime::parse_from_rfc3339(date).is_err())
}

/// What stands in an element below another.
fn dated<'a>(parent: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let element = parent.children().find(|child| child.has_tag_name((ATOM, name)))?;
    Some(element.text().unwrap_or_default())
}
