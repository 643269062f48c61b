//! XML as it stands: the reader of feeds mends some of it.

use roxmltree::{Document, ParsingOptions};

use super::contents::words;
use super::demands;
use super::finding::ItemFault;
use crate::reader::is_excessive;

/// What a feed in XML lacks; nothing with another document.
///
/// # Errors
/// A text that isn't XML; in words, with the place.
pub(super) fn check(text: &str) -> Result<Vec<ItemFault>, String> {
    if is_excessive(text.as_bytes()) {
        return Ok(Vec::new()); // the reader of feeds says so, and who parses it all the same never ends
    }
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let document = Document::parse_with_options(text, options).map_err(|err| words(&err.to_string()))?;
    Ok(demands::of_xml(document.root_element()))
}
