//! What a document of a feed says as it says it: nothing is completed, so that what is missing shows.

use chrono::{DateTime, FixedOffset};

/// The formats of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FeedFormat {
    Json,
    Atom,
    Rss,
}

/// What a document says.
#[derive(Debug)]
pub(crate) struct DocumentFacts {
    pub(crate) format: FeedFormat,
    /// The address that it gives for itself. JSON `feed_url`, Atom and RSS `link rel="self"`.
    pub(crate) own: Option<String>,
    /// The document of older items. JSON `next_url`, Atom and RSS `link rel="prev-archive"` (RFC 5005 §4).
    pub(crate) older: Option<String>,
    /// Of an archive: the feed that it belongs to. Atom and RSS `link rel="current"` (RFC 5005 §4).
    pub(crate) current: Option<String>,
    /// Whether relative addresses have a base that it states. `xml:base`.
    pub(crate) has_base: bool,
    /// The items, in the document's order.
    pub(crate) items: Vec<ItemFacts>,
}

/// What an item says.
#[derive(Debug)]
pub(crate) struct ItemFacts {
    /// JSON `id`, Atom `id`, RSS `guid`.
    pub(crate) id: Option<String>,
    /// JSON `url` or `external_url`, Atom `link`, RSS `link` or a `guid` that is one; as it stands.
    pub(crate) link: Option<String>,
    /// Whether there is a file to open. JSON `attachments`, Atom `link rel="enclosure"`, RSS `enclosure`.
    pub(crate) has_file: bool,
    /// Whether it says something itself. JSON `content_html` or `content_text`, Atom `content`, RSS `content:encoded` or `description`.
    pub(crate) has_text: bool,
    /// When it was published and changed, as far as it says so.
    pub(crate) dates: Vec<SaidDate>,
    /// The moment of its last change, as far as it says so: with another one, it may say something else. JSON `date_modified`, Atom `updated`,
    /// RSS `pubDate`.
    pub(crate) changed: Option<i64>,
    /// A checksum of its title and its text: one id with two of them, unchanged, is two things.
    pub(crate) checksum: u32,
}

/// A date as it stands, and what it means, unless nobody can tell.
#[derive(Debug)]
pub(crate) struct SaidDate {
    pub(crate) text: String,
    pub(crate) date: Option<DateTime<FixedOffset>>,
}

/// A text, if it says anything.
pub(super) fn said(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A checksum of some texts.
pub(super) fn checksum(texts: &[Option<&str>]) -> u32 {
    let mut checksum = crc32fast::Hasher::new();
    for text in texts {
        checksum.update(text.unwrap_or_default().trim().as_bytes());
        checksum.update(b"\0");
    }
    checksum.finalize()
}
