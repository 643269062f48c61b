//! Characters and strings: what XML allows, escaping for HTML, web addresses, shortening.

mod direction;
mod nearest;

use std::borrow::Cow;
use std::fmt::Write as _;

use linkify::{LinkFinder, LinkKind};
use unicode_segmentation::GraphemeCursor;

pub(crate) use direction::close_turns;
pub use nearest::{did_you_mean, nearest};

/// Whether a document may hold the character: XML 1.0 allows it (§2.2, `Char`), and it is no control of the second kind, which XML
/// discourages and terminals obey.
pub(crate) fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{7F}' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Whether every character of the text is legal.
pub(crate) fn all_legal(text: &str) -> bool {
    // A `str` can't hold surrogates. That leaves controls, the second kind of which begins with C2, U+FFFE (EF BF BE) and U+FFFF (EF BF BF).
    let bytes = text.as_bytes();
    !bytes.chunks(64).any(has_illegal_control)
        && memchr::memchr_iter(0xC2, bytes).all(|at| bytes[at + 1] >= 0xA0)
        && memchr::memchr_iter(0xEF, bytes).all(|at| !(bytes[at + 1] == 0xBF && bytes[at + 2] >= 0xBE))
}

/// Reads every byte and never branches, so that the compiler uses vector instructions.
fn has_illegal_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(false, |found, &byte| found | (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')))
}

/// The text without the characters that XML 1.0 forbids. A single one makes a feed unreadable.
pub(crate) fn legal(text: &str) -> Cow<'_, str> {
    if all_legal(text) { Cow::Borrowed(text) } else { Cow::Owned(text.chars().filter(|&c| is_legal(c)).collect()) }
}

/// Whether a character changes how what stands around it is shown: it moves a terminal's cursor, colours what follows, or turns the
/// direction of writing.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}') || turns(c)
}

/// Whether a character turns the direction of everything up to another one.
fn turns(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The text for a terminal: controls are escaped (`\u{1b}`), but for line breaks and tabs.
pub fn shown(text: &str) -> Cow<'_, str> {
    let is_escaped = |c: char| is_control(c) && !matches!(c, '\n' | '\t');
    if !text.contains(is_escaped) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_escaped(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown.into()
}

/// The text on one line: each run of white space becomes one space, and both ends are trimmed. Controls and what turns the direction of
/// writing are left out: in a list of titles, they would change others too.
pub(crate) fn one_line(text: &str) -> String {
    in_one_line(text).into_owned()
}

/// Like [`one_line`], but borrows the text if it is on one line already, as most are.
pub(crate) fn in_one_line(text: &str) -> Cow<'_, str> {
    // Two passes without branches: the compiler turns them into vector instructions.
    let bytes = text.as_bytes();
    let other = bytes.iter().fold(0, |any, &byte| any | u8::from(!(b' '..=b'~').contains(&byte)));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let two_spaces = pairs.fold(0, |any, (a, b)| any | u8::from(*a == b' ') & u8::from(*b == b' '));
    if other | two_spaces == 0 && !text.starts_with(' ') && !text.ends_with(' ') {
        return text.into();
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let mut kept = word.chars().filter(|&c| !c.is_control() && !turns(c)).peekable();
        if kept.peek().is_some() && !line.is_empty() {
            line.push(' ');
        }
        line.extend(kept);
    }
    line.into()
}

/// The text with its ASCII letters in lower case.
pub(crate) fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) { text.to_ascii_lowercase().into() } else { text.into() }
}

/// Like [`str::strip_prefix`], but ignores the case of ASCII letters.
pub(crate) fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Whether there is anything to see in the text: not just white space and characters of no width.
pub(crate) fn is_visible(text: &str) -> bool {
    text.chars().any(|c| {
        !c.is_whitespace()
            && !c.is_control()
            && !matches!(c, '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}')
    })
}

/// Whether the address begins with `http://` or `https://`. No other address may become an item's link.
pub(crate) fn is_web(address: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| strip_prefix_ignore_case(address, scheme).is_some())
}

/// The longest sentence, in characters.
const LONGEST_SENTENCE: usize = 200;

/// The first sentence of a text, without the full stop.
pub(crate) fn first_sentence(text: &str) -> String {
    let end = text.char_indices().find_map(|(at, c)| {
        let after = &text[at + c.len_utf8()..];
        match c {
            '。' => Some(at),
            '！' | '？' => Some(at + c.len_utf8()),
            '.' if after.starts_with(' ') && !is_short(&text[..at]) => Some(at),
            '!' | '?' if after.starts_with(' ') => Some(at + 1),
            _ => None,
        }
    });
    let sentence = end.map_or(text, |end| &text[..end]).trim_end_matches('.');
    first_words(sentence, LONGEST_SENTENCE)
}

/// Whether a text ends with a word that may be cut short: `e.g`, `Dr`, `A`.
fn is_short(text: &str) -> bool {
    let word = text.rsplit([' ', '(']).next().unwrap_or(text);
    word.chars().filter(|c| c.is_alphabetic()).count() < 3 && !word.ends_with(|c: char| c.is_ascii_digit())
}

/// Appends the text to `html`, escaped for use between tags.
pub(crate) fn escape(html: &mut String, text: &str) {
    let mut from = 0;
    for at in memchr::memchr3_iter(b'&', b'<', b'>', text.as_bytes()) {
        html.push_str(&text[from..at]);
        html.push_str(match text.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            _ => "&gt;",
        });
        from = at + 1;
    }
    html.push_str(&text[from..]);
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// Appends the text to `html`, escaped, and links the `http` and `https` addresses in it.
pub(crate) fn escape_and_link(html: &mut String, text: &str) {
    if !text.contains("://") {
        return escape(html, text);
    }
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    finder.url_must_have_scheme(true);
    finder.url_can_be_iri(false); // an IRI would swallow Chinese text that follows the address
    for span in finder.spans(text) {
        let words = span.as_str();
        if span.kind().is_some() && is_web(words) {
            link(html, words, words);
        } else {
            escape(html, words);
        }
    }
}

/// Appends a link to `html`. Escapes both arguments, but doesn't check the address: see [`is_web`].
pub(crate) fn link(html: &mut String, address: &str, words: &str) {
    html.push_str("<a href=\"");
    match memchr::memchr(b'"', address.as_bytes()) {
        Some(_) => escape(html, &address.replace('"', "%22")),
        None => escape(html, address),
    }
    html.push_str("\">");
    escape(html, words);
    html.push_str("</a>");
}

/// Whether the text has more than `limit` characters.
pub(crate) fn is_longer(text: &str, limit: usize) -> bool {
    text.len() > limit && text.chars().nth(limit).is_some() // the length alone answers for most texts
}

/// Shortens the text to at most `limit` characters, at least one. It is cut between words if possible, and an ellipsis
/// marks the cut.
pub(crate) fn first_words(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    // The last character that fits gives way to the ellipsis.
    let mut chars = text.chars();
    let last = chars.nth(limit - 1).filter(|_| !chars.as_str().is_empty());
    let Some(last) = last else { return text.to_owned() };
    let room = floor_grapheme(text, text.len() - chars.as_str().len() - last.len_utf8());
    let cut = text[..room].rfind(char::is_whitespace).filter(|&at| at > room / 2).unwrap_or(room);
    let mut words = text[..cut].trim_end().to_owned();
    words.push('…');
    words
}

/// The last place up to `at`, where a character begins, at which no character as readers see one (a flag, a letter with its marks) is
/// cut: UAX #29, extended grapheme clusters. It is `at` itself if a single one takes all that comes before.
pub(crate) fn floor_grapheme(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    if matches!(cursor.is_boundary(text, 0), Ok(true)) {
        return at;
    }
    cursor.prev_boundary(text, 0).ok().flatten().filter(|&before| before > 0).unwrap_or(at)
}
