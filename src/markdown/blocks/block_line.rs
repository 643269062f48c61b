//! Lines that begin blocks of their own, whatever precedes them.

use std::ops::Range;

use super::block::BlockKind;

/// A line, or its beginning, that begins a block of its own.
pub(super) struct BlockLine {
    pub(super) kind: MarkedAs,
    pub(super) range: Range<usize>,
}

/// What a line is marked as.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum MarkedAs {
    /// `**[`; the range ends where it begins, since a parser tells how far it goes.
    Entry,
    /// The first line of an entry in another form, and the line of its address.
    Loose,
    /// A quote with full-width marks.
    Quote,
    /// `###words`, `＃＃＃ words`.
    Heading(usize, String),
    /// `<<<<<<<`, `|||||||`, `=======`, `>>>>>>>`.
    Conflict(u8),
    /// `{{ tag }}`, `{% tag %}`.
    Tag,
    /// A line of backticks or tildes that doesn't begin code.
    Fence,
}

impl MarkedAs {
    /// The block that it is, unless it begins an entry.
    pub(super) fn block(self) -> Option<BlockKind> {
        match self {
            Self::Entry => None,
            Self::Loose => Some(BlockKind::Loose),
            Self::Quote => Some(BlockKind::Quote),
            Self::Heading(level, words) => Some(BlockKind::LooseHeading(level, words)),
            Self::Conflict(_) => Some(BlockKind::Conflict),
            Self::Tag => Some(BlockKind::Tag),
            Self::Fence => Some(BlockKind::Fence),
        }
    }
}
