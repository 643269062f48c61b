//! The table of formats. An item's text is made once for each format and serves in every document that holds it.

use super::head::Head;
use super::{atom, json, rss};
use crate::item::Item;

/// A format of feeds.
#[derive(Debug)]
pub struct Format {
    /// The ending of its files. A static host sends the right media type for it.
    pub extension: &'static str,
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// Its name for people.
    pub(crate) name: &'static str,
    /// Whether feeds have archives in it.
    pub(crate) has_archives: bool,
    /// Writes an item.
    pub item: fn(&Item) -> Vec<u8>,
    /// What stands between two items.
    separator: &'static [u8],
    /// Writes what comes before and after a document's items.
    frame: fn(&Head) -> (Vec<u8>, Vec<u8>),
}

/// Every format that feeds come in.
pub static FORMATS: [Format; 3] = [
    Format {
        extension: "atom",
        media_type: "application/atom+xml",
        name: "Atom",
        has_archives: true,
        item: atom::item,
        separator: b"\n",
        frame: atom::frame,
    },
    Format {
        extension: "rss",
        media_type: "application/rss+xml",
        name: "RSS",
        has_archives: false,
        item: rss::item,
        separator: b"\n",
        frame: rss::frame,
    },
    Format {
        extension: "json",
        media_type: "application/feed+json",
        name: "JSON Feed",
        has_archives: true,
        item: json::item,
        separator: b",\n",
        frame: json::frame,
    },
];

impl Format {
    /// A document of items, each as [`Format::item`] writes it.
    pub(crate) fn document<'a>(&self, head: &Head, items: impl Iterator<Item = &'a [u8]> + Clone) -> Vec<u8> {
        let (start, end) = (self.frame)(head);
        let length: usize = items.clone().map(|item| item.len() + self.separator.len()).sum();
        let mut document = Vec::with_capacity(start.len() + length + end.len() + 2);
        document.extend_from_slice(&start);
        for (at, item) in items.enumerate() {
            document.extend_from_slice(if at == 0 { b"\n" } else { self.separator });
            document.extend_from_slice(item);
        }
        document.push(b'\n');
        document.extend_from_slice(&end);
        document.push(b'\n');
        document
    }
}
