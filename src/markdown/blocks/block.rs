//! Blocks, and the two ways to read them.

use std::ops::Range;

use crate::markdown::definitions::Definitions;

/// The start of every entry in the newsletter of patches, at the start of a line.
pub(crate) const ENTRY: &str = "**[";

/// A block of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// What it is.
    pub(crate) kind: BlockKind,
    /// Its bytes in the text. Between the ranges of two blocks stand only white space and link reference definitions.
    pub(crate) range: Range<usize>,
}

/// The kinds of blocks that an issue consists of. Only outermost blocks count.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// `## heading`: its level, from 1 to 6, and its words without markup.
    Heading(usize, String),
    /// `> quoted`, including everything within.
    Quote,
    /// A paragraph of text.
    Paragraph,
    /// `* item`, including everything within; only with [`Reading::Links`]. An item without a link whose nested lists have
    /// some is replaced by the items of those lists.
    Item {
        /// Whether it is the only item of its list.
        alone: bool,
    },
    /// `<!-- a comment -->`: notes among editors.
    Comment,
    /// Code or HTML that never ends, up to the next heading.
    Open,
    /// Any other block: a list, code, a table, raw HTML, a rule.
    Other,
}

/// How to read a text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reading<'a> {
    /// As the newsletter of patches. Each entry is parsed on its own, so nothing that the mail before it left open can
    /// swallow it. A list is a single block.
    Newsletter,
    /// As one `CommonMark` document. Each item of a list is a block.
    Links(&'a Definitions),
}

impl<'a> Reading<'a> {
    pub(super) fn is_newsletter(self) -> bool {
        matches!(self, Self::Newsletter)
    }

    /// The link definitions of the whole text.
    pub(super) fn definitions(self) -> &'a Definitions {
        match self {
            Self::Newsletter => Definitions::none(),
            Self::Links(definitions) => definitions,
        }
    }
}
