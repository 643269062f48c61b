//! Blocks, and the two ways to read them.

use std::ops::Range;

use crate::markdown::definitions::Definitions;

/// The start of every entry in the newsletter of patches, at the start of a line.
pub(crate) const ENTRY: &str = "**[";

/// What the first line of such an entry ends with.
pub(crate) const END: &str = ")**";

/// A block of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// What it is.
    pub(crate) kind: BlockKind,
    /// Its bytes in the text. Between the ranges of two blocks stand only white space and link reference definitions.
    pub(crate) range: Range<usize>,
}

impl Block {
    /// Whether it stands between others without being read.
    pub(crate) fn is_note(&self) -> bool {
        matches!(self.kind, BlockKind::Comment | BlockKind::Conflict | BlockKind::Tag | BlockKind::Fence)
    }
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
    /// The first line of an entry of patches that isn't written as one (see [`loose`](crate::entry::loose)), and the line of its address.
    /// With [`Reading::Links`], an item of a list that isn't written as one (see [`item`](crate::entry::item)), and all lines below it.
    Loose,
    /// `* item`, including everything within; only with [`Reading::Links`]. An item without a link whose nested lists have
    /// some is replaced by the items of those lists.
    Item {
        /// Whether it is the only item of its list.
        alone: bool,
    },
    /// `<!-- a comment -->`: notes among editors.
    Comment,
    /// Code or HTML that never ends, up to the next heading. In the newsletter of patches also code up to the next quote or entry, and code
    /// that reaches into the next section.
    Open,
    /// `###words`, `＃＃＃ words`: a heading perhaps, but not in `CommonMark`; its level, which may be any, and its words. With
    /// [`Reading::Links`] only between blank lines.
    LooseHeading(usize, String),
    /// `<<<<<<< branch`: a line that an unfinished merge left.
    Conflict,
    /// `{{ tag }}`: what a site's templates should have replaced.
    Tag,
    /// A line of backticks or tildes that would make code of what follows, and isn't meant so.
    Fence,
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
