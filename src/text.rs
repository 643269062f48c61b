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
    in_one_line(text).into_owned()
}

/// [`one_line`], of a text that mostly is that already.
pub fn in_one_line(text: &str) -> Cow<'_, str> {
    // Without branches: many bytes at once.
    let bytes = text.as_bytes();
    let other = bytes.iter().fold(0, |any, &byte| any | u8::from(!(b' '..=b'~').contains(&byte)));
    let two = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let two_spaces = two.fold(0, |any, (a, b)| any | u8::from(*a == b' ') & u8::from(*b == b' '));
    if other | two_spaces == 0 && !text.starts_with(' ') && !text.ends_with(' ') {
        return text.into();
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line.into()
}

/// The text with its ASCII letters in lower case.
pub fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) { text.to_ascii_lowercase().into() } else { text.into() }
}

/// The lines of a text, as [`str::lines`] gives them, but faster: most of a build's time goes through lines.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', rest.as_bytes());
        let (line, after) = match end {
            Some(end) => (rest[..end].strip_suffix('\r').unwrap_or(&rest[..end]), &rest[end + 1..]),
            None if rest.is_empty() => return None,
            None => (rest, ""),
        };
        rest = after;
        Some(line)
    })
}

/// What is written for some bytes of a text, all of them ASCII.
#[derive(Debug)]
pub struct Replacements {
    /// What is written for each byte; nothing for one that stays.
    of: [&'static str; 256],
    /// The bytes that don't stay, each in every byte of a word; one may stand there several times.
    words: [u64; MOST],
}

/// How many bytes of a text may be replaced.
const MOST: usize = 5;

/// One in every byte of a word.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The bytes and what is written for each.
pub const fn replacements(some: &[(u8, &'static str)]) -> Replacements {
    let mut all = Replacements { of: [""; 256], words: [some[0].0 as u64 * ONES; MOST] };
    let mut at = 0;
    while at < some.len() {
        assert!(some[at].0.is_ascii());
        all.of[some[at].0 as usize] = some[at].1;
        all.words[at] = some[at].0 as u64 * ONES;
        at += 1;
    }
    all
}

/// Appends the text to `out` with some bytes replaced. Eight bytes are looked at together: most stay.
pub fn push_replaced(out: &mut String, text: &str, replacements: &Replacements) {
    let bytes = text.as_bytes();
    let mut from = 0;
    let mut replace = |at: usize| {
        let other = replacements.of[usize::from(bytes[at])];
        if !other.is_empty() {
            out.push_str(&text[from..at]);
            out.push_str(other);
            from = at + 1;
        }
    };
    let (words, rest) = bytes.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // A byte that is zero after the exclusive or gets its highest bit set; so may some above it, which stay all the same.
        let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
        let mut found = replacements.words.iter().fold(0, |found, other| found | zeros(word ^ other)) & (ONES << 7);
        while found != 0 {
            replace(number * 8 + found.trailing_zeros() as usize / 8);
            found &= found - 1;
        }
    }
    (bytes.len() - rest.len()..bytes.len()).for_each(&mut replace);
    out.push_str(&text[from..]);
}

/// Appends the text to `html`, escaped for an element's text.
pub fn escape(html: &mut String, text: &str) {
    static ESCAPES: Replacements = replacements(&[(b'&', "&amp;"), (b'<', "&lt;"), (b'>', "&gt;")]);
    push_replaced(html, text, &ESCAPES);
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
    static ESCAPES: Replacements = replacements(&[(b'&', "&amp;"), (b'<', "&lt;"), (b'>', "&gt;"), (b'"', "%22")]);
    html.push_str("<a href=\"");
    push_replaced(html, address, &ESCAPES);
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
    if text.len() <= limit {
        return text.to_owned();
    }
    let is_ascii = text.as_bytes().get(..=limit).is_some_and(<[u8]>::is_ascii);
    let end = if is_ascii { Some(limit) } else { text.char_indices().nth(limit).map(|(end, _)| end) };
    let Some(end) = end else { return text.to_owned() };
    let room = text[..end].char_indices().next_back().map_or(0, |(at, _)| at);
    let cut = text[..room].rfind(char::is_whitespace).filter(|&at| at > room / 2).unwrap_or(room);
    let mut words = text[..cut].trim_end().to_owned();
    words.push('…');
    words
}
