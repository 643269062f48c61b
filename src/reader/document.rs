//! A document of a feed, whatever its format, which its content shows.

use super::model::ReadDocument;
use super::{atom, json, rss, xml};
use crate::net::Download;

/// The formats of feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FeedFormat {
    Json,
    Atom,
    Rss,
}

/// How far into a JSON document its version is looked for, in bytes.
const START: usize = 4096;

/// Reads a document. None if it isn't a feed at all.
///
/// # Errors
/// A feed that can't be read; in a sentence.
pub(super) fn read(download: &Download) -> Result<Option<ReadDocument>, String> {
    let Download { bytes, address } = download;
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    let Some(format) = format(bytes)? else { return Ok(None) };
    if format != FeedFormat::Json {
        xml::check(bytes)?;
    }
    let document = match format {
        FeedFormat::Json => json::read(bytes, address),
        FeedFormat::Atom => atom::read(bytes, address),
        FeedFormat::Rss => rss::read(bytes, address),
    };
    document.map(Some)
}

/// The format of a document; none if it isn't a feed.
///
/// # Errors
/// XML that is something else.
fn format(bytes: &[u8]) -> Result<Option<FeedFormat>, String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(START)]);
    // An issue may begin with JSON as well: its front matter.
    if start.starts_with('{') && start.contains("\"version\"") && start.contains("jsonfeed.org") {
        return Ok(Some(FeedFormat::Json));
    }
    if !start.starts_with('<') {
        return Ok(None);
    }
    match xml::root(bytes).as_deref() {
        Some(b"feed") => Ok(Some(FeedFormat::Atom)),
        Some(b"rss" | b"RDF") => Ok(Some(FeedFormat::Rss)),
        _ if start.starts_with("<?xml") => Err("this is XML, but no feed".to_owned()),
        _ => Ok(None), // an issue may begin with HTML
    }
}
