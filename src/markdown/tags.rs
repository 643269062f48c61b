//! Raw HTML within Markdown.

use super::references::decode;

/// Elements that only change how words look.
const ELEMENTS: [&str; 30] = [
    "a", "abbr", "b", "big", "br", "center", "cite", "code", "del", "details", "div", "em", "font", "i", "img", "ins",
    "kbd", "li", "mark", "p", "picture", "s", "small", "source", "span", "strong", "sub", "summary", "sup", "u",
];

/// Whether a tag is a comment or only changes how words look. Names match in lower case only, and others are words: `<T>`
/// in a title is a type parameter.
pub(super) fn is_element(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    name.starts_with("!--") || ELEMENTS.contains(&&name[..end]) && name[end..].starts_with(['>', '/', ' ', '\n'])
}

/// Whether a tag breaks a line.
pub(super) fn is_break(tag: &str) -> bool {
    matches!(tag.trim().to_ascii_lowercase().as_str(), "<br>" | "<br/>" | "<br />")
}

/// Whether a block of HTML consists only of tags that wrap other blocks: `</details>`, `<div align="center">`. A tag with
/// an address and a picture are content.
pub(crate) fn is_frame(source: &str) -> bool {
    let mut parts = source.trim().split('<');
    parts.next() == Some("")
        && parts.all(|part| part.split_once('>').is_some_and(|(_, words)| words.trim().is_empty()))
        && !source.contains("://")
        && !source.contains("<img")
}

/// The address that an `<a href="address">` tag links to.
pub(super) fn link_target(tag: &str) -> Option<String> {
    let tag = tag.strip_prefix("<a ").or_else(|| tag.strip_prefix("<A "))?;
    let at = tag.to_ascii_lowercase().find("href=")? + "href=".len();
    let value = &tag[at..];
    let address = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split([' ', '>']).next()?,
    };
    Some(decode(address.trim(), false)).filter(|address| !address.is_empty())
}
