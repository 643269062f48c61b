//! What is read of a published feed.

use serde_json::value::RawValue;

use super::item::ReadItem;

/// A published feed.
#[derive(Debug)]
pub struct PublishedFeed {
    /// Its title.
    pub title: String,
    /// Its language tag (BCP 47), if it says one.
    pub language: Option<String>,
    /// Its items, newest first, each as a JSON Feed 1.1 item on one line: with an id, a title and an address.
    pub items: Vec<Box<RawValue>>,
    /// One line for each copy that stands in for what a server didn't send, and for older items that aren't read.
    pub notices: Vec<String>,
}

/// A document of a feed.
pub(super) struct ReadDocument {
    pub(super) title: String,
    /// JSON `language`, Atom `xml:lang`, RSS `language`.
    pub(super) language: Option<String>,
    /// The address that it gives for itself. JSON `feed_url`, Atom and RSS `link rel="self"`.
    pub(super) own: Option<String>,
    /// The document of older items. JSON `next_url`, Atom and RSS `link rel="prev-archive"` (RFC 5005 §4).
    pub(super) older: Option<String>,
    /// The items, in the document's order.
    pub(super) items: Vec<ReadItem>,
}
