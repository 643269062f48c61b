//! XML before it is taken for a feed: whether it is whole, and small enough in every way.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// How many elements a document may have: each takes more memory than bytes.
const ELEMENTS: usize = 300_000;

/// How deep elements may stand in each other. The crates that read feeds call themselves for each level of some.
const DEPTH: usize = 200;

/// How many attributes an element may have: each is compared with all others.
const ATTRIBUTES: usize = 1000;

/// How many namespaces may be declared at a place: each name is looked for in all of them.
const NAMESPACES: usize = 200;

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
    walk(xml).map_err(|(XmlFault::Broken(cause) | XmlFault::Excess(cause))| cause)
}

/// Whether a document, whole or not, would take those who read it more time or memory than any feed may.
pub(crate) fn is_excessive(xml: &[u8]) -> bool {
    matches!(walk(xml), Err(XmlFault::Excess(_)))
}

/// What is wrong with a document; in a sentence.
enum XmlFault {
    Broken(String),
    Excess(String),
}

fn walk(xml: &[u8]) -> Result<(), XmlFault> {
    let mut reader = Reader::from_reader(xml);
    let mut elements = 0;
    let mut namespaces = vec![0]; // that each element stands in
    loop {
        let event = reader.read_event().map_err(|err| broken(xml, reader.error_position(), &err.to_string()))?;
        match event {
            Event::Start(element) => {
                namespaces.push(namespaces[namespaces.len() - 1] + declared(&element)?);
                elements += 1;
            }
            Event::Empty(element) => {
                declared(&element)?;
                elements += 1;
            }
            Event::End(_) => _ = namespaces.pop(),
            Event::DocType(text) if memchr::memmem::find(&text, b"<!ENTITY").is_some() => {
                let cause =
                    "this feed defines entities of its own, which no feed needs and which may stand for gigabytes";
                return Err(XmlFault::Excess(cause.to_owned()));
            }
            Event::Eof if namespaces.len() > 1 || elements == 0 => {
                return Err(XmlFault::Broken("this feed is cut off: its XML has no end".to_owned()));
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
        let (depth, in_scope) = (namespaces.len() - 1, namespaces.last().copied().unwrap_or_default());
        if depth > DEPTH {
            return Err(excess(&format!("elements more than {DEPTH} deep in each other")));
        }
        if elements > ELEMENTS {
            return Err(excess(&format!("more than {ELEMENTS} elements")));
        }
        if in_scope > NAMESPACES {
            return Err(excess(&format!("more than {NAMESPACES} namespaces at once")));
        }
    }
}

fn excess(what: &str) -> XmlFault {
    XmlFault::Excess(format!("this feed has {what}"))
}

/// How many namespaces an element declares.
fn declared(element: &BytesStart<'_>) -> Result<usize, XmlFault> {
    let (mut attributes, mut namespaces) = (0, 0);
    for attribute in element.attributes().with_checks(false).flatten() {
        attributes += 1;
        namespaces += usize::from(attribute.key.as_ref().starts_with(b"xmlns"));
        if attributes > ATTRIBUTES {
            return Err(excess(&format!("an element with more than {ATTRIBUTES} attributes")));
        }
    }
    Ok(namespaces)
}

fn broken(xml: &[u8], at: u64, cause: &str) -> XmlFault {
    let before = usize::try_from(at).map_or(xml, |at| &xml[..at.min(xml.len())]);
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    XmlFault::Broken(format!("this feed is broken, or cut off, in line {line}: {cause}"))
}
