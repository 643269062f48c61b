//! Columns and indentation.

use std::borrow::Cow;

/// The column, counted from 0, of a byte of a text.
pub(crate) fn column(text: &str, at: usize) -> usize {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    width(&text[line..at])
}

/// A passage that begins at a column, with up to that many columns of indentation removed from its other lines, as if it
/// began at the start of a line.
pub(crate) fn dedent(source: &str, column: usize) -> Cow<'_, str> {
    if column == 0 || !source.contains('\n') {
        return Cow::Borrowed(source);
    }
    let mut lines = source.split_inclusive('\n');
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let space = line.len() - line.trim_start_matches([' ', '\t']).len();
        out.push_str(&" ".repeat(width(&line[..space]).saturating_sub(column)));
        out.push_str(&line[space..]);
    }
    Cow::Owned(out)
}

/// The number of columns that a text takes. Tab stops are four columns apart (`CommonMark` §2.2).
fn width(text: &str) -> usize {
    text.chars().fold(0, |column, c| if c == '\t' { column / 4 * 4 + 4 } else { column + 1 })
}
