//! XML before it is taken for a feed: whether it is whole, and small enough in every way.

use quick_xml::Reader;
use quick_xml::events::Event;

/// How many elements a document may have: each takes more memory than bytes.
const ELEMENTS: usize = 300_000;

/// How deep elements may stand in each other. The crates that read feeds call themselves for each level of some.
const DEPTH: usize = 200;

/// The name of a document's root, without its prefix. None if it doesn't begin with an element.
pub(super) fn root(xml: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::from_reader(xml);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => return Some(element.local_name().as_ref().to_vec()),
            Event::Decl(_) | Event::Comment(_) | Event::DocType(_) | Event::PI(_) => {}
            Event::Text(text) if text.trim_ascii().is_empty() => {}
            _ => return None,
        }
    }
}

/// Checks a document.
///
/// # Errors
/// XML that is broken, cut off, too large, or that defines entities, of which a few bytes may stand for gigabytes; in a sentence.
pub(super) fn check(xml: &[u8]) -> Result<(), String> {
    let mut reader = Reader::from_reader(xml);
    let (mut depth, mut elements) = (0, 0);
    loop {
        let event = reader.read_event().map_err(|err| broken(xml, reader.error_position(), &err.to_string()))?;
        match event {
            Event::Start(_) => {
                depth += 1;
                elements += 1;
            }
            Event::Empty(_) => elements += 1,
            Event::End(_) => depth -= 1,
            Event::DocType(text) if memchr::memmem::find(&text, b"<!ENTITY").is_some() => {
                return Err(
                    "this feed defines entities of its own, which no feed needs and which may stand for gigabytes"
                        .to_owned(),
                );
            }
            Event::Eof if depth > 0 || elements == 0 => {
                return Err("this feed is cut off: its XML has no end".to_owned());
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
        if depth > DEPTH {
            return Err(format!("this feed has elements more than {DEPTH} deep in each other"));
        }
        if elements > ELEMENTS {
            return Err(format!("this feed has more than {ELEMENTS} elements"));
        }
    }
}

fn broken(xml: &[u8], at: u64, cause: &str) -> String {
    let before = usize::try_from(at).map_or(xml, |at| &xml[..at.min(xml.len())]);
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    format!("this feed is broken, or cut off, in line {line}: {cause}")
}
