//! Limits on how deeply blocks nest and how far tables are filled up, since a small hostile text could otherwise take minutes:
//! each line of a nested block costs the parser time proportional to the depth, and each row of a table as many cells as its
//! first row has.

use std::borrow::Cow;

/// The deepest nesting of quotes and lists that is parsed.
const DEEPEST: usize = 64;

/// How many cells, at least, a text may be filled up with.
const CELLS: usize = 1000;

/// The byte of a line at which it nests too deeply.
fn too_deep(line: &str) -> Option<usize> {
    let marks = line.bytes().enumerate().take_while(|(_, byte)| b"> -+*\t0123456789.)".contains(byte));
    marks.filter(|(_, byte)| b">-+*.)".contains(byte)).nth(DEEPEST).map(|(at, _)| at)
}

/// How many columns the line gives a table, if it is the one that makes lines a table: `| --- | :-: |`.
fn columns(line: &str) -> usize {
    let is_delimiter = line.bytes().all(|byte| b"|-: >\t".contains(&byte));
    if is_delimiter { memchr::memchr_iter(b'|', line.as_bytes()).count() } else { 0 }
}

/// Whether tables in a text could get more cells than it has bytes.
fn is_too_wide(text: &str) -> bool {
    let widest = text.lines().map(columns).max().unwrap_or(0);
    widest > 1 && widest * memchr::memchr_iter(b'\n', text.as_bytes()).count() > text.len().max(CELLS)
}

/// Whether any line of a text nests too deeply, or a table is filled up too far.
pub(super) fn is_too_deep(text: &str) -> bool {
    text.lines().any(|line| too_deep(line).is_some()) || text.split("\n\n").any(is_too_wide)
}

/// The text with every mark beyond the deepest nesting replaced by a letter, and those of tables that would be filled up too
/// far. All bytes keep their places.
pub(super) fn shallow(text: &str) -> Cow<'_, str> {
    if !is_too_deep(text) {
        return Cow::Borrowed(text);
    }
    let mut shallow = String::with_capacity(text.len());
    for paragraph in text.split_inclusive("\n\n") {
        let is_too_wide = is_too_wide(paragraph);
        for line in paragraph.split_inclusive('\n') {
            shallow.push_str(&shallow_line(line, is_too_wide));
        }
    }
    Cow::Owned(shallow)
}

fn shallow_line(line: &str, is_too_wide: bool) -> Cow<'_, str> {
    match too_deep(line) {
        Some(at) => Cow::Owned(line[..at].to_owned() + &line[at..].replace(['>', '-', '+', '*', '.', ')'], "x")),
        None if is_too_wide && columns(line.trim_end()) > 0 => Cow::Owned(line.replace('|', "x")),
        None => Cow::Borrowed(line),
    }
}
