//! Links in quotation marks that close behind a note.

use std::borrow::Cow;

use super::lead::mark_behind_note;
use super::leftovers::filled;

/// A block without the mark behind the note that follows its link, which ends at a byte.
pub(crate) fn without_mark(block: Cow<'_, str>, end: usize) -> Cow<'_, str> {
    let mark = if end > 0 { mark_behind_note(&block, end) } else { None };
    filled(block, mark.as_slice())
}
