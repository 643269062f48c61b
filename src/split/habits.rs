//! What a newsletter does in all its issues: learnt from their headings before any issue is split.

use std::collections::HashMap;

use crate::document::Document;
use crate::facts::heading;
use crate::facts::newsletter::Headings;
use crate::markdown::{Block, BlockKind};

/// In how many issues a heading that is a link must stand, so that it isn't an entry that was listed again.
const SEVERAL: usize = 3;

/// The share of all issues that such a heading must stand in: one in this many.
const SHARE: usize = 10;

/// How many issues show that a heading above words with a link is a story, if no other issue has it.
const FEW: usize = 4;

/// How many issues show what a newsletter's sections are, so that a heading that no other issue has is none.
const MANY: usize = 8;

/// The headings of a document: the words of each, by what it is compared by, and whether it is words alone somewhere.
#[derive(Debug, Default)]
pub(crate) struct DocumentHeadings(HashMap<String, (String, bool)>);

impl DocumentHeadings {
    /// The headings among a document's blocks that are links or have some below them: others show nothing of what headings mean.
    pub(crate) fn of(document: &Document, blocks: &[Block]) -> Self {
        let mut headings: HashMap<String, (String, bool)> = HashMap::new();
        for (at, block) in blocks.iter().enumerate() {
            let BlockKind::Heading(level, title) = &block.kind else { continue };
            if !has_links(document, &blocks[at..], *level) {
                continue;
            }
            let is_plain = !document.text[block.range.clone()].contains("](");
            let words = || (heading::name(title).to_owned(), false);
            headings.entry(heading::key(title)).or_insert_with(words).1 |= is_plain;
        }
        Self(headings)
    }
}

/// Whether a link may stand in a heading's block, which comes first, or in what is below it.
fn has_links(document: &Document, blocks: &[Block], level: usize) -> bool {
    let next = blocks[1..].iter().find(|block| matches!(block.kind, BlockKind::Heading(of, _) if of <= level));
    let end = next.map_or(document.text.len(), |next| next.range.start);
    let text = &document.text[blocks[0].range.start..end];
    text.contains("](") || text.contains("][") || text.contains("://")
}

/// In how many documents each heading stands, by what headings are compared with.
#[derive(Debug, Default)]
pub(crate) struct Habits {
    documents: usize,
    headings: HashMap<String, HeadingUse>,
    /// Whether the configuration says which headings begin sections, so that what others are doesn't depend on how many issues have them.
    are_stated: bool,
}

/// A heading that documents have.
#[derive(Debug)]
struct HeadingUse {
    documents: usize,
    /// As the first of them writes it.
    words: String,
    /// How many of them write it without a link.
    plain: usize,
}

impl Habits {
    /// What these documents have in common, if the configuration doesn't say. Those without a heading say nothing.
    pub(crate) fn of(headings: Vec<DocumentHeadings>, stated: Headings) -> Self {
        let mut habits = Self { are_stated: stated == Headings::Stated, ..Self::default() };
        for DocumentHeadings(headings) in headings.into_iter().filter(|headings| !headings.0.is_empty()) {
            habits.documents += 1;
            for (key, (words, is_plain)) in headings {
                let known = habits.headings.entry(key).or_insert(HeadingUse { documents: 0, words, plain: 0 });
                known.documents += 1;
                known.plain += usize::from(is_plain);
            }
        }
        habits
    }

    /// Whether there are issues to compare a heading with.
    pub(super) fn are_known(&self) -> bool {
        self.are_stated || self.documents > 1
    }

    /// Whether there are so many that a heading which no other issue has is no section.
    pub(super) fn are_settled(&self) -> bool {
        self.are_stated || self.documents >= MANY
    }

    /// Whether there are so many that a heading above words which no other issue has is a story.
    pub(super) fn show_stories(&self) -> bool {
        self.are_stated || self.documents >= FEW
    }

    /// Whether other issues have a heading, too.
    pub(super) fn comes_back(&self, title: &str) -> bool {
        self.count(title) > 1 && !self.are_stated
    }

    /// Whether so many other issues have a heading that is a link that it isn't an entry that was listed again: several if it lists
    /// links, or if some have it without a link; or else a good part of all.
    pub(super) fn link_comes_back(&self, title: &str, lists_links: bool) -> bool {
        let Some(HeadingUse { documents, plain, .. }) = self.headings.get(&heading::key(title)) else { return false };
        let is_usual = lists_links || *plain > 1 || documents * SHARE >= self.documents;
        *documents >= SEVERAL && is_usual && !self.are_stated
    }

    /// Whether the configuration says which headings begin sections.
    pub(super) fn are_stated(&self) -> bool {
        self.are_stated
    }

    /// In how many documents a heading stands.
    pub(crate) fn count(&self, title: &str) -> usize {
        self.headings.get(&heading::key(title)).map_or(0, |heading| heading.documents)
    }

    /// The headings that come back, mostly without a link, in the order of their words.
    pub(crate) fn common(&self) -> Vec<&str> {
        let common =
            self.headings.values().filter(|heading| heading.plain > 1 && heading.plain * 2 > heading.documents);
        let mut common: Vec<&str> = common.map(|heading| heading.words.as_str()).collect();
        common.sort_unstable();
        common
    }
}
