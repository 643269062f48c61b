//! A text in the form that all later stages rely on.

use std::ops::Range;
use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use url::Url;

use crate::diagnostic::{self, Diagnostic, Place, Problem};
use crate::text;

/// A decoded text: it has no byte order mark, its lines end in `\n`, and it holds only characters that XML 1.0 allows.
#[derive(Debug)]
pub struct Document {
    /// The path as the user gave it, or `<stdin>`.
    pub path: String,
    /// The text.
    pub text: String,
    /// The date of the newest commit, if it comes from a git repository: an issue of a later date is a draft.
    pub committed: Option<DateTime<Utc>>,
    /// The page of its file at a forge, if it comes from a repository there: what its relative links are relative to.
    pub page: Option<Url>,
    /// When the commit was made that first added it, if it comes from a git repository: the date of an issue that gives none.
    pub added: Option<DateTime<Utc>>,
    /// The byte offset at which each line starts, computed on first use: most documents have no diagnostics.
    lines: OnceLock<Vec<usize>>,
}

impl Document {
    /// A document from a text that is already in the form described above.
    pub fn new(path: &str, text: String) -> Self {
        Self { path: path.to_owned(), text, committed: None, added: None, page: None, lines: OnceLock::new() }
    }

    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let newlines = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(newlines.map(|at| at + 1)).collect()
        })
    }

    /// The number of the line that contains the byte at offset `at`, counted from 1.
    pub fn line(&self, at: usize) -> usize {
        self.lines().partition_point(|&start| start <= at)
    }

    /// The place of a byte range. A range over several lines is cut at the end of the first one.
    pub fn place(&self, range: Range<usize>) -> Place {
        let line = self.line(range.start);
        let start = self.lines()[line - 1];
        let end = self.lines().get(line).map_or(self.text.len(), |next| next - 1);
        Place::new(line, &self.text[start..end], range.start - start..range.end.min(end) - start)
    }

    /// The place of the first line, found without indexing the others. No more of it is read than is shown.
    fn first_line(&self) -> Place {
        let shown = &self.text[..self.text.floor_char_boundary(Place::SHOWN)];
        let end = memchr::memchr(b'\n', shown.as_bytes()).unwrap_or(shown.len());
        Place::new(1, &shown[..end], 0..end)
    }

    /// The bytes of a part that was cut out of the text, and not copied.
    pub(crate) fn range_of(&self, part: &str) -> Option<Range<usize>> {
        let start = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        (start + part.len() <= self.text.len()).then_some(start..start + part.len())
    }

    /// A diagnostic about a byte range of this document, or about the whole of it, which points to the first line.
    pub fn diagnostic(&self, range: Option<Range<usize>>, problem: Problem) -> Diagnostic {
        let place = range.map_or_else(|| self.first_line(), |range| self.place(range));
        Diagnostic::new(&self.path, place, problem)
    }
}

/// A draft, which isn't published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftDocument {
    /// The path of the document.
    pub path: String,
    /// What makes it a draft: `draft: true`, `in _drafts/`.
    pub reason: String,
}

/// What stands for bytes that can't be read.
const REPLACEMENT: &str = "\u{FFFD}";

/// Decodes the bytes of a file: UTF-8, or UTF-16 that begins with a byte order mark. It replaces a few bytes that aren't text with
/// U+FFFD, drops characters that XML 1.0 forbids, and reports both. None if the text is in another encoding.
pub fn decode(path: &str, bytes: Vec<u8>) -> (Option<Document>, Vec<Diagnostic>) {
    let (text, replaced) = match decode_bytes(bytes) {
        Decoded::Text(text, replaced) => (text, replaced),
        Decoded::Other(bytes) => return (None, vec![other_encoding(path, &bytes)]),
    };
    let mut diagnostics = Vec::new();
    let document = Document::new(path, in_lines(text));
    // The text may have had the same character before.
    if let Some((at, _)) = replaced.and_then(|before| document.text.match_indices(REPLACEMENT).nth(before)) {
        diagnostics.push(document.diagnostic(Some(at..at + REPLACEMENT.len()), Problem::NotUtf8));
    }
    if text::all_legal(&document.text) && references(&document.text).all(|(_, c)| text::is_legal(c)) {
        return (Some(document), diagnostics);
    }
    let mut illegal = illegal(&document.text);
    let reported = illegal.by_ref().take(diagnostic::MOST);
    diagnostics.extend(reported.map(|(range, c)| document.diagnostic(Some(range), Problem::IllegalCharacter(c))));
    let more = illegal.count();
    if let Some(last) = diagnostics.last_mut() {
        last.more = more;
    }
    (Some(Document::new(path, text::legal(&document.text).into_owned())), diagnostics)
}

/// What the bytes of a file are.
enum Decoded {
    /// A text; if something in it was replaced, how many times the replacement stands before that.
    Text(String, Option<usize>),
    /// Text in an encoding that isn't read.
    Other(Vec<u8>),
}

fn decode_bytes(bytes: Vec<u8>) -> Decoded {
    let unit: fn([u8; 2]) -> u16 = match bytes[..] {
        [0xFF, 0xFE, 0, 0, ..] => return Decoded::Other(bytes), // UTF-32
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return decode_utf8(bytes),
    };
    let (pairs, rest) = bytes.as_chunks();
    let mut text = String::with_capacity(bytes.len());
    let mut replaced = None;
    let odd = (!rest.is_empty()).then_some(Err(()));
    for c in char::decode_utf16(pairs.iter().copied().map(unit)).map(|c| c.map_err(drop)).chain(odd) {
        if c.is_err() && replaced.is_none() {
            replaced = Some(memchr::memmem::find_iter(text.as_bytes(), REPLACEMENT).count());
        }
        text.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    Decoded::Text(text, replaced)
}

fn decode_utf8(bytes: Vec<u8>) -> Decoded {
    match String::from_utf8(bytes) {
        Ok(text) if is_utf16_without_mark(&text) => Decoded::Other(text.into_bytes()),
        Ok(text) => Decoded::Text(text, None),
        Err(err) if is_other_encoding(err.as_bytes()) => Decoded::Other(err.into_bytes()),
        Err(err) => {
            let readable = &err.as_bytes()[..err.utf8_error().valid_up_to()];
            let before = memchr::memmem::find_iter(readable, REPLACEMENT).count();
            Decoded::Text(String::from_utf8_lossy(err.as_bytes()).into_owned(), Some(before))
        }
    }
}

/// Whether a quarter of the characters are NUL, as in Latin letters and punctuation that have two bytes each.
fn is_utf16_without_mark(text: &str) -> bool {
    let nul = memchr::memchr(0, text.as_bytes()).map_or(0, |_| memchr::memchr_iter(0, text.as_bytes()).count());
    nul > FEW && nul * 4 > text.len()
}

/// So many bytes that can't be read may be a slip: a mail that was pasted, a character cut in half.
const FEW: usize = 3;

/// Whether text is in an encoding other than UTF-8. Beyond a few slips, what tells is whether most of what isn't ASCII can be read:
/// UTF-8 of any language has few bytes that can't, other encodings have hardly any that can.
fn is_other_encoding(bytes: &[u8]) -> bool {
    let (mut readable, mut unreadable) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        readable += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        unreadable += chunk.invalid().len();
    }
    unreadable > FEW && unreadable * 2 > readable
}

/// Says where a text in another encoding begins to be unreadable.
fn other_encoding(path: &str, bytes: &[u8]) -> Diagnostic {
    let document =
        Document::new(path, text::legal(&in_lines(String::from_utf8_lossy(bytes).into_owned())).into_owned());
    let first = document.text.find(REPLACEMENT).map(|at| {
        let end = document.text[at..].find('\n').map_or(document.text.len(), |length| at + length);
        at..end
    });
    document.diagnostic(first, Problem::OtherEncoding)
}

/// The text without byte order marks before it, with `\n` at the end of each line.
fn in_lines(text: String) -> String {
    let begin = text.len() - text.trim_start_matches('\u{FEFF}').len();
    let text = if begin > 0 { text[begin..].to_owned() } else { text };
    if memchr::memchr(b'\r', text.as_bytes()).is_some() { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// The first character of each line that XML 1.0 forbids, with its byte range. Includes those written as a numeric
/// reference: they stay in the text and are dropped when the reference is decoded.
fn illegal(text: &str) -> impl Iterator<Item = (Range<usize>, char)> {
    let lines = text.split_inclusive('\n').scan(0, |end, line| {
        *end += line.len();
        Some((*end - line.len(), line))
    });
    lines.filter_map(|(start, line)| {
        let mut characters = line.char_indices().map(|(at, c)| (at..at + c.len_utf8(), c));
        let found =
            [characters.find(|(_, c)| !text::is_legal(*c)), references(line).find(|(_, c)| !text::is_legal(*c))];
        let (range, c) = found.into_iter().flatten().min_by_key(|(range, _)| range.start)?;
        Some((start + range.start..start + range.end, c))
    })
}

/// The numeric character references (`&#8;`, `&#x1B;`) with the characters that they stand for.
fn references(text: &str) -> impl Iterator<Item = (Range<usize>, char)> {
    memchr::memmem::find_iter(text.as_bytes(), b"&#").filter_map(|at| {
        let end = text.as_bytes()[at..].iter().take(12).position(|byte| *byte == b';')? + at;
        let number = &text[at + 2..end];
        let hex = number.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16));
        let c = char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?)?;
        Some((at..end + 1, c))
    })
}
