//! XML as the feeds' items need it, pushed to a text: these elements are most of what a build writes.

use crate::text::{Replacements, push_replaced, replacements};

/// Appends an element that holds text alone.
pub fn push_element(xml: &mut String, name: &str, words: &str) {
    push_tag(xml, "<", name);
    push_escaped(xml, words);
    push_tag(xml, "</", name);
}

/// Appends a tag: what comes before its name, and the name.
fn push_tag(xml: &mut String, before: &str, name: &str) {
    xml.push_str(before);
    xml.push_str(name);
    xml.push('>');
}

/// Appends an element whose text stands in a CDATA section; what would end it is divided among two.
pub fn push_cdata(xml: &mut String, name: &str, text: &str) {
    push_tag(xml, "<", name);
    xml.push_str("<![CDATA[");
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest.as_bytes(), b"]]>") {
        xml.push_str(&rest[..at]);
        xml.push_str("]]]]><![CDATA[>");
        rest = &rest[at + 3..];
    }
    xml.push_str(rest);
    xml.push_str("]]>");
    push_tag(xml, "</", name);
}

/// Appends text, escaped for elements and attributes.
pub fn push_escaped(xml: &mut String, text: &str) {
    static ESCAPES: Replacements =
        replacements(&[(b'&', "&amp;"), (b'<', "&lt;"), (b'>', "&gt;"), (b'"', "&quot;"), (b'\'', "&apos;")]);
    push_replaced(xml, text, &ESCAPES);
}

/// Appends plain text as most readers take it rightly.
///
/// Of ten parsers tried, most read `&`, `<` and `>` in titles rightly when they are written as hexadecimal references,
/// and some read `&lt;` as markup (the W3C's validator says so too: `CharacterData`, `ContainsUndeclaredHTML`).
pub fn push_plain(xml: &mut String, text: &str) {
    static ESCAPES: Replacements = replacements(&[(b'&', "&#x26;"), (b'<', "&#x3C;"), (b'>', "&#x3E;")]);
    push_replaced(xml, text, &ESCAPES);
}
