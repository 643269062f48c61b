//! What a newsletter does in all its issues: learnt from their headings before any issue is split.

use std::collections::{HashMap, HashSet};

use crate::facts::heading;
use crate::markdown::{Block, BlockKind};

/// In how many issues a heading that is a link must stand, so that it isn't an entry that was listed again.
const SEVERAL: usize = 3;

/// The share of all issues that such a heading must stand in: one in this many.
const SHARE: usize = 10;

/// How many issues show what a newsletter's sections are, so that a heading that no other issue has is none.
const MANY: usize = 8;

/// The headings of a document, as they are compared, each once.
#[derive(Debug, Default)]
pub(crate) struct DocumentHeadings(HashSet<String>);

impl DocumentHeadings {
    /// The headings among blocks.
    pub(crate) fn of(blocks: &[Block]) -> Self {
        let titles = blocks.iter().filter_map(|block| match &block.kind {
            BlockKind::Heading(_, title) => Some(heading::key(title)),
            _ => None,
        });
        Self(titles.collect())
    }
}

/// In how many documents each heading stands.
#[derive(Debug, Default)]
pub(crate) struct Habits {
    documents: usize,
    headings: HashMap<String, usize>,
}

impl Habits {
    /// What these documents have in common. Those without a heading say nothing.
    pub(crate) fn of(headings: Vec<DocumentHeadings>) -> Self {
        let mut habits = Self::default();
        for DocumentHeadings(headings) in headings.into_iter().filter(|headings| !headings.0.is_empty()) {
            habits.documents += 1;
            for heading in headings {
                *habits.headings.entry(heading).or_default() += 1;
            }
        }
        habits
    }

    /// Whether there are issues to compare a heading with.
    pub(super) fn are_known(&self) -> bool {
        self.documents > 1
    }

    /// Whether there are so many that a heading which no other issue has is no section.
    pub(super) fn are_settled(&self) -> bool {
        self.documents >= MANY
    }

    /// Whether other issues have a heading, too. One that is a link may be an entry that was listed again.
    pub(super) fn comes_back(&self, title: &str, is_link: bool) -> bool {
        let count = self.headings.get(&heading::key(title)).copied().unwrap_or(0);
        if is_link { count >= SEVERAL && count * SHARE >= self.documents } else { count > 1 }
    }
}
