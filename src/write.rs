//! Writers: one module a format. A feed's document is its head and its items; an item's text is made once and serves in
//! every document that holds it.

pub mod atom;
pub mod html;
pub mod json;
pub mod opml;
pub mod rss;
mod xml;

use chrono::{DateTime, FixedOffset};

use crate::issue::License;
use crate::item::Item;

/// What a document says before its items.
#[derive(Debug)]
pub struct Head {
    /// Atom `id`; the same for a feed's archives, and wherever the site is served.
    pub id: String,
    /// Atom `title`, RSS `title`, JSON `title`.
    pub title: String,
    /// One sentence. Atom `subtitle`, RSS `description`, JSON `description`.
    pub description: String,
    /// A language tag. Atom `xml:lang`, RSS `language`, JSON `language`.
    pub language: String,
    /// The newest item's date. Atom `updated`, RSS `pubDate` and `lastBuildDate`, JSON —.
    pub updated: DateTime<FixedOffset>,
    /// The newest issue's licence. Atom `rights` and `link rel="license"`, RSS `copyright` and
    /// `creativeCommons:license`, JSON `_patchfeed.license`.
    pub license: Option<License>,
    /// The document itself. Atom `link rel="self"`, RSS `atom:link rel="self"`, JSON `feed_url`.
    pub self_url: String,
    /// The page of the feed. Atom `link rel="alternate"`, RSS `link`, JSON `home_page_url`.
    pub page_url: String,
    /// Where the document stands among the archives.
    pub chain: Chain,
    /// Whether the document has no item.
    pub empty: bool,
}

/// The links from a document to a feed's other documents (RFC 5005 §4), in the document's own format.
#[derive(Debug, Default)]
pub struct Chain {
    /// The document of the next older issue. Atom `link rel="prev-archive"`, JSON `next_url`.
    pub older: Option<String>,
    /// The document of the next newer issue. Atom `link rel="next-archive"`.
    pub newer: Option<String>,
    /// In an archive, the feed. Atom `link rel="current"` and `fh:archive`.
    pub current: Option<String>,
}

/// A format of feeds.
#[derive(Debug)]
pub struct Format {
    /// The ending of its files. A static host sends the right media type for it.
    pub extension: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Whether feeds have archives in it.
    pub archives: bool,
    /// Appends one item.
    pub item: fn(&mut String, &Item),
    /// What stands between two items.
    pub separator: &'static str,
    /// Writes what stands before and after a document's items.
    pub document: fn(&Head) -> (String, String),
}

/// Every format that feeds come in.
pub const FORMATS: [Format; 3] = [
    Format {
        extension: "atom",
        media_type: "application/atom+xml",
        name: "Atom",
        archives: true,
        item: atom::item,
        separator: "\n",
        document: atom::document,
    },
    Format {
        extension: "rss",
        media_type: "application/rss+xml",
        name: "RSS",
        archives: false,
        item: rss::item,
        separator: "\n",
        document: rss::document,
    },
    Format {
        extension: "json",
        media_type: "application/feed+json",
        name: "JSON Feed",
        archives: true,
        item: json::item,
        separator: ",\n",
        document: json::document,
    },
];

/// The program's name in the documents; without its version, which would change every document with each release.
const GENERATOR: &str = "patchfeed";

impl Format {
    /// A document of items, written by [`Format::item`], in the pieces that it consists of.
    pub fn pieces<'a>(&self, frame: &'a (String, String), items: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut pieces = Vec::with_capacity(2 * items.size_hint().0 + 4);
        pieces.push(frame.0.as_str());
        for (at, item) in items.enumerate() {
            pieces.push(if at == 0 { "\n" } else { self.separator });
            pieces.push(item);
        }
        pieces.extend(["\n", &frame.1, "\n"]);
        pieces
    }
}

/// An empty document, parted where its items belong: before its end.
fn split(mut document: String, end: &str) -> (String, String) {
    let at = document.rfind(end).unwrap_or(document.len());
    let end = document.split_off(at);
    (document, end)
}
