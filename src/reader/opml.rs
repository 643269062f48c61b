//! OPML: the feeds of a list.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use url::Url;

use super::xml;
use crate::markdown::decode;

/// The addresses of the feeds that a list at an address names (`xmlUrl`), in its order, as far as it can be read. None if it isn't a list of
/// feeds.
pub(crate) fn outlines(bytes: &[u8], from: &Url) -> Option<Vec<Url>> {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    let is_list = xml::root(bytes).is_some_and(|root| root.eq_ignore_ascii_case(b"opml"));
    is_list.then(|| addresses(bytes, from))
}

fn addresses(bytes: &[u8], from: &Url) -> Vec<Url> {
    let mut reader = Reader::from_reader(bytes);
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => found.extend(address(&element, from)),
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

fn address(element: &BytesStart<'_>, from: &Url) -> Option<Url> {
    let attribute = element.try_get_attribute("xmlUrl").ok()??;
    from.join(decode(&String::from_utf8_lossy(&attribute.value), false).trim()).ok()
}
