//! A document of a feed, whatever its format, which its content shows.

use super::json;
use super::model::ReadDocument;
use crate::net::Download;

/// The formats of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FeedFormat {
    Json,
}

/// How far into a JSON document its version is looked for, in bytes.
const START: usize = 4096;

/// Reads a document. None if it isn't a feed at all.
///
/// # Errors
/// A feed that can't be read; in a sentence.
pub(super) fn read(download: &Download) -> Result<Option<ReadDocument>, String> {
    let bytes = download.bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&download.bytes).trim_ascii_start();
    match format(bytes) {
        Some(FeedFormat::Json) => json::read(bytes, &download.address).map(Some),
        None => Ok(None),
    }
}

/// The format of a document; none if it isn't a feed.
fn format(bytes: &[u8]) -> Option<FeedFormat> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(START)]);
    // An issue may begin with JSON as well: its front matter.
    let is_json = start.starts_with('{') && start.contains("\"version\"") && start.contains("jsonfeed.org");
    is_json.then_some(FeedFormat::Json)
}
