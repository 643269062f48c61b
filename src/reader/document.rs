//! A document of a feed, whatever its format, which its content shows.

use url::Url;

use super::facts::{DocumentFacts, FeedFormat};
use super::item::in_order;
use super::model::{PublishedFeed, ReadDocument};
use super::{atom, json, rss, xml};
use crate::net::{Download, without_user};
use crate::text;

/// How many characters a cause has at most.
const CAUSE: usize = 300;

/// How far into a JSON document its version is looked for, in bytes.
const START: usize = 4096;

/// Reads a document. None if it isn't a feed at all.
///
/// # Errors
/// A feed that can't be read; in a sentence.
pub(super) fn read(download: &Download) -> Result<Option<ReadDocument>, String> {
    read_as_it_is(download).map_err(|cause| in_words(&cause))
}

/// Why a document can't be read, in a line: the crates that read XML and JSON quote what they don't understand, of whatever length.
fn in_words(cause: &str) -> String {
    text::first_words(&text::one_line(cause), CAUSE)
}

fn read_as_it_is(download: &Download) -> Result<Option<ReadDocument>, String> {
    let Download { bytes, address } = download;
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    let Some(format) = format(bytes)? else { return Ok(None) };
    if format != FeedFormat::Json {
        xml::check(bytes)?;
    }
    let mut from = address.clone();
    from.set_query(None); // it may be secret, and no relative address needs it
    let document = match format {
        FeedFormat::Json => json::read(bytes, &from),
        FeedFormat::Atom => atom::read(bytes, &from),
        FeedFormat::Rss => rss::read(bytes, &from),
    };
    document.map(Some)
}

/// What the document says that came from an address. None if it isn't a feed at all.
///
/// # Errors
/// A feed that can't be read; in a sentence.
pub(crate) fn facts(bytes: &[u8], from: &Url) -> Result<Option<DocumentFacts>, String> {
    facts_as_they_are(bytes, from).map_err(|cause| in_words(&cause))
}

/// Whether a document is a feed, by how it begins.
pub(crate) fn is_feed(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    matches!(format(bytes), Ok(Some(_)))
}

fn facts_as_they_are(bytes: &[u8], from: &Url) -> Result<Option<DocumentFacts>, String> {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    let Some(format) = format(bytes)? else { return Ok(None) };
    if format != FeedFormat::Json {
        xml::check(bytes)?;
    }
    let facts = match format {
        FeedFormat::Json => json::facts(bytes),
        FeedFormat::Atom => atom::facts(bytes, from),
        FeedFormat::Rss => rss::facts(bytes),
    };
    facts.map(Some)
}

/// Reads a single document that came from an address, without those that it leads to. None if it isn't a feed at all.
///
/// # Errors
/// A feed that can't be read; in a sentence.
pub fn of_text(bytes: Vec<u8>, from: &Url) -> Result<Option<PublishedFeed>, String> {
    let document = read(&Download { address: without_user(from.clone()), bytes })?;
    Ok(document.map(|ReadDocument { title, language, items, .. }| PublishedFeed {
        title,
        language,
        items: in_order(items),
        notices: Vec::new(),
    }))
}

/// The format of a document; none if it isn't a feed.
///
/// # Errors
/// XML that is something else.
fn format(bytes: &[u8]) -> Result<Option<FeedFormat>, String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(START)]);
    // An issue may begin with JSON as well: its front matter.
    if start.starts_with('{') {
        let says_so = start.contains("\"version\"") && start.contains("jsonfeed.org");
        return Ok((says_so || json::is_feed(bytes)).then_some(FeedFormat::Json));
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
