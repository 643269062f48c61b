//! A text in the form that all later stages rely on.

use std::ops::Range;
use std::sync::OnceLock;

use crate::diagnostic::{self, Diagnostic, Place, Problem};
use crate::text;

/// A decoded text: it has no byte order mark, its lines end in `\n`, and it holds only characters that XML 1.0 allows.
#[derive(Debug)]
pub struct Document {
    /// The path as the user gave it, or `<stdin>`.
    pub path: String,
    /// The text.
    pub text: String,
    /// The byte offset at which each line starts, computed on first use: most documents have no diagnostics.
    lines: OnceLock<Vec<usize>>,
}

impl Document {
    /// A document from a text that is already in the form described above.
    pub fn new(path: &str, text: String) -> Self {
        Self { path: path.to_owned(), text, lines: OnceLock::new() }
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

/// What stands for bytes that can't be read.
const REPLACEMENT: &str = "\u{FFFD}";

/// Decodes the bytes of a file. Never fails: it replaces bytes that aren't UTF-8 with U+FFFD, drops characters that XML
/// 1.0 forbids, and reports both.
pub fn decode(path: &str, bytes: Vec<u8>) -> (Document, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let (mut text, unreadable) = match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(err) => {
            let readable = &err.as_bytes()[..err.utf8_error().valid_up_to()];
            // The text may have had the same character before.
            let place = memchr::memmem::find_iter(readable, REPLACEMENT).count();
            (String::from_utf8_lossy(err.as_bytes()).into_owned(), Some(place))
        }
    };
    if text.starts_with('\u{FEFF}') {
        text.remove(0);
    }
    if memchr::memchr(b'\r', text.as_bytes()).is_some() {
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    let document = Document::new(path, text);
    let replaced = unreadable.and_then(|place| document.text.match_indices(REPLACEMENT).nth(place));
    if let Some((at, _)) = replaced {
        diagnostics.push(document.diagnostic(Some(at..at + REPLACEMENT.len()), Problem::NotUtf8));
    }
    if text::all_legal(&document.text) && references(&document.text).all(|(_, c)| text::is_legal(c)) {
        return (document, diagnostics);
    }
    let mut illegal = illegal(&document.text);
    let reported = illegal.by_ref().take(diagnostic::MOST);
    diagnostics.extend(reported.map(|(range, c)| document.diagnostic(Some(range), Problem::IllegalCharacter(c))));
    let more = illegal.count();
    if let Some(last) = diagnostics.last_mut() {
        last.more = more;
    }
    (Document::new(path, text::legal(&document.text).into_owned()), diagnostics)
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
