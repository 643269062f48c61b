//! A text in the form that all later stages rely on.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use crate::diagnostic::{Diagnostic, Place, Problem};
use crate::text;

/// One text to read, in the form that all later stages rely on: no byte order mark, lines ended by `\n`, no character
/// that XML 1.0 forbids.
#[derive(Debug)]
pub struct Document {
    /// The path as it was given, `<stdin>` for the standard input.
    pub path: String,
    /// The text.
    pub text: String,
    /// The byte at which each line begins, once somebody asks.
    lines: OnceLock<Vec<usize>>,
}

impl Document {
    /// A document of a text that is in order already.
    pub fn new(path: &str, text: String) -> Self {
        Self { path: path.to_owned(), text, lines: OnceLock::new() }
    }

    fn lines(&self) -> &[usize] {
        let starts = || memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|at| at + 1);
        self.lines.get_or_init(|| std::iter::once(0).chain(starts()).collect())
    }

    /// The number, from 1, of the line that holds a byte of the text.
    pub fn line(&self, at: usize) -> usize {
        self.lines().partition_point(|&start| start <= at)
    }

    /// The place of a range of the text: its part in the line that it begins in.
    pub fn place(&self, range: Range<usize>) -> Place {
        let line = self.line(range.start);
        let start = self.lines()[line - 1];
        let end = self.lines().get(line).map_or(self.text.len(), |next| next - 1);
        Place::new(line, &self.text[start..end], range.start - start..range.end.min(end) - start)
    }

    /// The first line, without counting the others.
    fn first_line(&self) -> Place {
        let end = memchr::memchr(b'\n', self.text.as_bytes()).unwrap_or(self.text.len());
        Place::new(1, &self.text[..end], 0..end)
    }

    /// A diagnostic of this document; of its first line where no range is given.
    pub fn diagnostic(&self, range: Option<Range<usize>>, problem: Problem) -> Diagnostic {
        let place = range.map_or_else(|| self.first_line(), |range| self.place(range));
        Diagnostic { path: self.path.clone(), place, problem }
    }
}

/// Makes a document of a file's bytes: what is wrong with them is mended and said.
pub fn decode(path: &str, bytes: Vec<u8>) -> (Document, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let (mut text, is_utf8) = match String::from_utf8(bytes) {
        Ok(text) => (text, true),
        Err(err) => (String::from_utf8_lossy(err.as_bytes()).into_owned(), false),
    };
    if text.starts_with('\u{FEFF}') {
        text.remove(0);
    }
    if memchr::memchr(b'\r', text.as_bytes()).is_some() {
        text = text.replace("\r\n", "\n").replace('\r', "\n");
    }
    let document = Document::new(path, text);
    if !is_utf8 {
        let at = document.text.find('\u{FFFD}').unwrap_or(0);
        diagnostics.push(document.diagnostic(Some(at..at + 3), Problem::NotUtf8));
    }
    let all_legal = text::all_legal(&document.text);
    if all_legal && !references(&document.text).any(|(_, c)| !text::is_legal(c)) {
        return (document, diagnostics);
    }
    let mut last_line = 0;
    for (range, c) in illegal(&document.text) {
        let line = document.line(range.start);
        if line != last_line {
            diagnostics.push(document.diagnostic(Some(range), Problem::IllegalCharacter(c)));
        }
        last_line = line;
    }
    match text::legal(&document.text) {
        Cow::Borrowed(_) => (document, diagnostics),
        Cow::Owned(legal) => (Document::new(path, legal), diagnostics),
    }
}

/// The characters that XML 1.0 forbids, those among them that a reference stands for, in their order.
fn illegal(text: &str) -> Vec<(Range<usize>, char)> {
    let plain = text.char_indices().map(|(at, c)| (at..at + c.len_utf8(), c));
    let mut illegal: Vec<_> = plain.chain(references(text)).filter(|(_, c)| !text::is_legal(*c)).collect();
    illegal.sort_by_key(|(range, _)| range.start);
    illegal
}

/// The characters that references by number (`&#8;`, `&#x1B;`) stand for.
fn references(text: &str) -> impl Iterator<Item = (Range<usize>, char)> {
    memchr::memmem::find_iter(text.as_bytes(), b"&#").filter_map(|at| {
        let end = text.as_bytes()[at..].iter().take(12).position(|byte| *byte == b';')? + at;
        let number = &text[at + 2..end];
        let hex = number.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16));
        let c = char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?)?;
        Some((at..end + 1, c))
    })
}
