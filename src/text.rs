//! Characters: what XML allows, what HTML must escape, where an address stands, where a text may be cut.

use std::borrow::Cow;

use linkify::{LinkFinder, LinkKind};

/// Whether XML 1.0 allows the character in a document (§2.2, `Char`).
pub fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Whether XML 1.0 allows every character of the text.
pub fn all_legal(text: &str) -> bool {
    // Of what a Rust string can hold, only most control characters, U+FFFE and U+FFFF (EF BF BE, EF BF BF) are forbidden.
    let bytes = text.as_bytes();
    let control =
        |byte: u8| u8::from(byte < b' ') & u8::from(byte != b'\t') & u8::from(byte != b'\n') & u8::from(byte != b'\r');
    let any_control = |some: &[u8]| some.iter().fold(0, |any, &byte| any | control(byte)) > 0; // without branches: many at once
    !bytes.chunks(64).any(any_control)
        && memchr::memchr_iter(0xEF, bytes).all(|at| !(bytes[at + 1] == 0xBF && bytes[at + 2] >= 0xBE))
}

/// The text without the characters that XML 1.0 forbids, which would make a whole feed unreadable.
pub fn legal(text: &str) -> Cow<'_, str> {
    if all_legal(text) { Cow::Borrowed(text) } else { Cow::Owned(text.chars().filter(|&c| is_legal(c)).collect()) }
}

/// The text in one line: white space of any kind and length is one space, none at the ends.
pub fn one_line(text: &str) -> String {
    let spaces = text.as_bytes().windows(2).any(|pair| pair == b"  ") || text.starts_with(' ') || text.ends_with(' ');
    if text.is_ascii() && !spaces && !text.bytes().any(|byte| byte < b' ') {
        return text.to_owned();
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Appends the text to `out`, the bytes that `find` finds replaced by what `other` gives for them.
pub fn push_replaced(
    out: &mut String,
    text: &str,
    find: impl Fn(&[u8]) -> Option<usize>,
    other: impl Fn(u8) -> &'static str,
) {
    let mut rest = text;
    while let Some(at) = find(rest.as_bytes()) {
        out.push_str(&rest[..at]);
        out.push_str(other(rest.as_bytes()[at]));
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// The first byte of `&`, `<` and `>`.
pub fn find_markup(bytes: &[u8]) -> Option<usize> {
    memchr::memchr3(b'&', b'<', b'>', bytes)
}

/// Appends the text to `html`, escaped for an element's text.
pub fn escape(html: &mut String, text: &str) {
    push_replaced(html, text, find_markup, |byte| match byte {
        b'&' => "&amp;",
        b'<' => "&lt;",
        _ => "&gt;",
    });
}

/// Appends the text to `html`, escaped, its bare `http` and `https` addresses linked.
pub fn escape_and_link(html: &mut String, text: &str) {
    if !text.contains("://") {
        return escape(html, text);
    }
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    finder.url_must_have_scheme(true);
    finder.url_can_be_iri(false); // else an address swallows the Chinese text that follows it
    for span in finder.spans(text) {
        let words = span.as_str();
        if span.kind().is_some() && is_web(words) {
            link(html, words, words);
        } else {
            escape(html, words);
        }
    }
}

/// Appends a link to `html`; the address must be one that a feed may hold.
pub fn link(html: &mut String, address: &str, words: &str) {
    html.push_str("<a href=\"");
    escape(html, &address.replace('"', "%22"));
    html.push_str("\">");
    escape(html, words);
    html.push_str("</a>");
}

/// Whether the address is one of the web: the only ones that an item's link may be.
pub fn is_web(address: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| address.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
}

/// The first words of a text: at most `limit` characters, cut between words, an ellipsis where it was cut.
pub fn first_words(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else {
        return text.to_owned();
    };
    let room = text[..end].char_indices().next_back().map_or(0, |(at, _)| at);
    let cut = text[..room].rfind(char::is_whitespace).filter(|&at| at > room / 2).unwrap_or(room);
    let mut words = text[..cut].trim_end().to_owned();
    words.push('…');
    words
}
