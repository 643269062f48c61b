//! The blocks of a section, as both grammars take them, and the entries that they make of them.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Problem};
use crate::document::Document;
use crate::entry::item;
use crate::entry::passed_by::{PassedBlock, PassedKind};
use crate::entry::{Entry, Part};
use crate::facts::section::{Section, Shape};
use crate::markdown::{self, Block, BlockKind, Definitions};

/// A section of an issue, and where it stands.
pub(super) struct SectionText<'a, 'b> {
    pub(super) document: &'a Document,
    /// The heading; `None` before the first.
    pub(super) heading: Option<&'b Block>,
    pub(super) section: Option<Arc<Section>>,
    /// The shape that the configuration gives to its entries.
    pub(super) shape: Option<Shape>,
    /// The byte that the section ends at.
    pub(super) end: usize,
}

impl<'a> SectionText<'a, '_> {
    pub(super) fn source(&self, block: &Block) -> &'a str {
        &self.document.text[block.range.clone()]
    }

    /// The byte at which what belongs to the block at `at` ends.
    pub(super) fn end_of(&self, blocks: &[Block], at: usize) -> usize {
        blocks.get(at + 1).map_or(self.end, |next| next.range.start)
    }

    pub(super) fn diagnostic(&self, block: &Block, problem: Problem) -> Diagnostic {
        let length = self.source(block).trim_end().len();
        self.document.diagnostic(Some(block.range.start..block.range.start + length), problem)
    }

    /// A block that is neither an entry nor part of one.
    pub(super) fn passed(&self, block: &Block, definitions: &Definitions) -> PassedBlock {
        let source = self.source(block);
        // A dash stands before the source of a quotation, which is no entry in any shape.
        let is_source = block.kind == BlockKind::Paragraph && source.starts_with(['-', '—', '–']);
        let has_link = !is_source && markdown::first_link(source, definitions).is_some();
        let kind = match (&block.kind, has_link) {
            (BlockKind::Item { .. } | BlockKind::Loose, true) => PassedKind::LinkedItem,
            (BlockKind::Item { .. } | BlockKind::Loose, false) => PassedKind::Item,
            (BlockKind::Heading(..) | BlockKind::Paragraph, true) => PassedKind::LinkedProse,
            (BlockKind::Heading(..) | BlockKind::Paragraph, false) => PassedKind::Prose,
            (_, true) if item::is_table(source) => PassedKind::LinkedTable,
            (_, false) if item::is_table(source) => PassedKind::Table,
            (_, true) => PassedKind::LinkedOther,
            (_, false) => PassedKind::Other,
        };
        self.passed_as(block, kind)
    }

    /// The same, of a kind that is known.
    pub(super) fn passed_as(&self, block: &Block, kind: PassedKind) -> PassedBlock {
        PassedBlock::new(self.document, block.range.start, self.section.clone(), kind)
    }

    /// A diagnostic about a part that was cut out of the document.
    pub(super) fn diagnostic_at(&self, part: &str, problem: Problem) -> Diagnostic {
        self.document.diagnostic(self.document.range_of(part), problem)
    }
}

/// What an issue's body was split into.
#[derive(Debug, Default)]
pub(crate) struct Split<'a> {
    /// The entries, in their order.
    pub(crate) entries: Vec<Entry<'a>>,
    /// The blocks and list items that were neither entries nor part of one: notices, tables, prose.
    pub(crate) passed_by: Vec<PassedBlock>,
    /// What is wrong.
    pub(crate) diagnostics: Diagnostics,
}

/// The state of the entry that is being read.
#[derive(Default)]
pub(super) struct OpenEntry {
    /// Where its last part begins, if that part is editors' words.
    words: Option<usize>,
}

impl OpenEntry {
    /// Adds quoted mail to the entry.
    pub(super) fn push_mail<'a>(&mut self, entry: &mut Entry<'a>, quote: &'a str) {
        entry.body.push(Part::Mail(quote));
        self.words = None;
    }

    /// Adds editors' words to the entry: together with those right before them, so that a link finds its definition.
    pub(super) fn push_words<'a>(&mut self, entry: &mut Entry<'a>, text: &'a str, words: Range<usize>) {
        if self.words.is_some() {
            entry.body.pop();
        }
        let start = *self.words.get_or_insert(words.start);
        entry.body.push(Part::Markdown(&text[start..words.end]));
    }

    /// Parts the words before from those that follow.
    pub(super) fn end_words(&mut self) {
        self.words = None;
    }
}

/// Whether a block isn't meant for anybody: what a merge or a template left, or a fence without code behind it.
pub(super) fn is_left_behind(block: &Block, source: &str) -> bool {
    match block.kind {
        BlockKind::Conflict | BlockKind::Tag | BlockKind::Fence => true,
        BlockKind::Open => !source.trim().contains('\n') && source.trim_start().starts_with(['`', '~']),
        _ => false,
    }
}

/// Whether a block is a thematic break, or nothing at all.
pub(super) fn is_rule(source: &str) -> bool {
    source.trim().chars().all(|c| matches!(c, '-' | '*' | '_' | ' '))
}
