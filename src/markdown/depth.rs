//! A limit on how deeply blocks nest. Each line of a nested block costs the parser time proportional to the depth, so a
//! small hostile text could otherwise take minutes.

use std::borrow::Cow;

/// The deepest nesting of quotes and lists that is parsed.
const DEEPEST: usize = 64;

/// The byte of a line at which it nests too deeply.
fn too_deep(line: &str) -> Option<usize> {
    let marks = line.bytes().enumerate().take_while(|(_, byte)| b"> -+*\t0123456789.)".contains(byte));
    marks.filter(|(_, byte)| b">-+*.)".contains(byte)).nth(DEEPEST).map(|(at, _)| at)
}

/// Whether any line of a text nests too deeply.
pub(super) fn is_too_deep(text: &str) -> bool {
    text.lines().any(|line| too_deep(line).is_some())
}

/// The text with every mark beyond the deepest nesting replaced by a letter. All bytes keep their places.
pub(super) fn shallow(text: &str) -> Cow<'_, str> {
    if !is_too_deep(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split_inclusive('\n').map(shallow_line).collect())
}

fn shallow_line(line: &str) -> Cow<'_, str> {
    match too_deep(line) {
        Some(at) => Cow::Owned(line[..at].to_owned() + &line[at..].replace(['>', '-', '+', '*', '.', ')'], "x")),
        None => Cow::Borrowed(line),
    }
}
