//! XML as the feeds' items need it, pushed to a text: these elements are most of what a build writes.

use crate::text::{find_markup, push_replaced};

/// Appends an element that holds text alone.
pub fn push_element(xml: &mut String, name: &str, words: &str) {
    push_start(xml, name, &[]);
    xml.push('>');
    push_escaped(xml, words);
    push_end(xml, name);
}

/// Appends an element of attributes alone.
pub fn push_empty(xml: &mut String, name: &str, attributes: &[(&str, &str)]) {
    push_start(xml, name, attributes);
    xml.push_str("/>");
}

/// Appends a start tag without its end.
pub fn push_start(xml: &mut String, name: &str, attributes: &[(&str, &str)]) {
    xml.push('<');
    xml.push_str(name);
    for (name, value) in attributes {
        xml.push(' ');
        xml.push_str(name);
        xml.push_str("=\"");
        push_escaped(xml, value);
        xml.push('"');
    }
}

/// Appends an end tag.
pub fn push_end(xml: &mut String, name: &str) {
    xml.push_str("</");
    xml.push_str(name);
    xml.push('>');
}

/// Appends an element whose text stands in a CDATA section; what would end it is divided among two.
pub fn push_cdata(xml: &mut String, name: &str, text: &str) {
    push_start(xml, name, &[]);
    xml.push_str("><![CDATA[");
    let mut rest = text;
    while let Some(at) = rest.find("]]>") {
        xml.push_str(&rest[..at]);
        xml.push_str("]]]]><![CDATA[>");
        rest = &rest[at + 3..];
    }
    xml.push_str(rest);
    xml.push_str("]]>");
    push_end(xml, name);
}

/// Appends text, escaped for elements and attributes.
pub fn push_escaped(xml: &mut String, text: &str) {
    let short = text.len() < 64;
    let find = |bytes: &[u8]| {
        if short {
            return bytes.iter().position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\''));
        }
        let markup = find_markup(bytes);
        memchr::memchr2(b'"', b'\'', &bytes[..markup.unwrap_or(bytes.len())]).or(markup)
    };
    push_replaced(xml, text, find, |byte| match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        b'"' => "&quot;",
        _ => "&apos;",
    });
}

/// Appends plain text as most readers take it rightly.
///
/// Of ten parsers tried, most read `&`, `<` and `>` in titles rightly when they are written as hexadecimal references,
/// and some read `&lt;` as markup (the W3C's validator says so too: `CharacterData`, `ContainsUndeclaredHTML`).
pub fn push_plain(xml: &mut String, text: &str) {
    push_replaced(xml, text, find_markup, |byte| match byte {
        b'&' => "&#x26;",
        b'<' => "&#x3C;",
        _ => "&#x3E;",
    });
}
