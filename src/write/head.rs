//! What a document says before its items.

use chrono::{DateTime, FixedOffset};

use crate::facts::license::License;

/// What a document says before its items.
#[derive(Debug)]
pub(crate) struct Head {
    /// The same for a feed's archives, and wherever the site is served. Atom `id`.
    pub(crate) id: String,
    /// Atom `title`, RSS `title`, JSON `title`.
    pub(crate) title: String,
    /// One sentence. Atom `subtitle`, RSS `description`, JSON `description`.
    pub(crate) description: String,
    /// A language tag (BCP 47). Atom `xml:lang`, RSS `language`, JSON `language`.
    pub(crate) language: String,
    /// The newest item's date. Atom `updated`, RSS `pubDate` and `lastBuildDate`, JSON —.
    pub(crate) updated: DateTime<FixedOffset>,
    /// Whether that is a date, and not the item's place in the order alone, which only Atom has to write.
    pub(crate) is_dated: bool,
    /// The newest issue's licence. Atom `rights` and `link rel="license"`, RSS `copyright` and `creativeCommons:license`,
    /// JSON `_patchfeed.license`.
    pub(crate) license: Option<License>,
    /// The document itself. Atom `link rel="self"`, RSS `atom:link rel="self"`, JSON `feed_url`.
    pub(crate) self_url: String,
    /// The page of the feed. Atom `link rel="alternate"`, RSS `link`, JSON `home_page_url`.
    pub(crate) page_url: String,
    /// The hubs that tell subscribers of what is new (`WebSub`). Atom `link rel="hub"`, RSS `atom:link rel="hub"`, JSON `hubs`.
    pub(crate) hubs: Vec<String>,
    /// Where the document stands among the archives.
    pub(crate) chain: Chain,
    /// Whether the document has no items.
    pub(crate) is_empty: bool,
}

/// The links from a document to the feed's other documents (RFC 5005 §4), in the document's own format.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    /// The document of the next older issue. Atom `link rel="prev-archive"`, JSON `next_url`.
    pub(crate) older: Option<String>,
    /// The document of the next newer issue. Atom `link rel="next-archive"`.
    pub(crate) newer: Option<String>,
    /// In an archive, the feed. Atom `link rel="current"` and `fh:archive`.
    pub(crate) current: Option<String>,
}

/// The program's name in documents; without its version, which would change every document with each release.
pub(crate) const GENERATOR: &str = "patchfeed";
