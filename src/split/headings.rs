//! Headings of link lists: which of them are entries, and which begin sections.

use std::collections::HashMap;

use super::grammar::Grammar;
use crate::document::Document;
use crate::facts::section::Shape;
use crate::markdown::{self, Block, BlockKind, Definitions, Lead};
use crate::text;

/// A heading that may be an entry.
struct EntryHeading {
    /// Its place among the blocks.
    at: usize,
    family: Family,
    /// Whether it is a link, and no list of links follows.
    is_link: bool,
}

/// What siblings share: their level, and the place of the heading that they stand under.
type Family = (usize, Option<usize>);

/// Marks the headings that are entries: links that no list of links follows, if at least half of the headings of the same level
/// under the same heading are such links.
pub(super) fn entry_headings(document: &Document, blocks: &[Block], grammar: &Grammar<'_>) -> Vec<bool> {
    let mut entries = vec![false; blocks.len()];
    let mut parents: Vec<(usize, usize, Option<Shape>)> = Vec::new(); // the headings above: levels, places, shapes of entries
    let mut candidates: Vec<EntryHeading> = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let BlockKind::Heading(level, title) = &block.kind else { continue };
        while parents.pop_if(|(above, ..)| *above >= *level).is_some() {}
        let parent = parents.last().map(|(_, at, _)| *at);
        let shape = parents.last().and_then(|(.., shape)| *shape).or(grammar.shape);
        parents.push((*level, at, grammar.sections.shape(title)));
        let is_link = read_lead(document, block, grammar.definitions).is_some_and(|lead| lead.is_first() || lead.alone);
        match shape {
            Some(shape) => entries[at] = is_link && shape == Shape::Heading,
            None => {
                let is_link = is_link && !lists_links(document, &blocks[at + 1..], grammar.definitions);
                candidates.push(EntryHeading { at, family: (*level, parent), is_link });
            }
        }
    }
    for candidate in with_half_of_their_siblings(candidates) {
        entries[candidate.at] = true;
    }
    entries
}

/// The links among the candidates in whose families at least half are links.
fn with_half_of_their_siblings(candidates: Vec<EntryHeading>) -> impl Iterator<Item = EntryHeading> {
    let mut counts: HashMap<Family, (usize, usize)> = HashMap::new(); // links, and all
    for candidate in &candidates {
        let (links, all) = counts.entry(candidate.family).or_default();
        *links += usize::from(candidate.is_link);
        *all += 1;
    }
    candidates.into_iter().filter(move |candidate| {
        let (links, all) = counts[&candidate.family];
        candidate.is_link && links * 2 >= all
    })
}

/// Whether the blocks up to the next heading are a list of links, perhaps with words before it: what a section holds.
fn lists_links(document: &Document, blocks: &[Block], definitions: &Definitions) -> bool {
    let end = blocks.iter().position(|block| matches!(block.kind, BlockKind::Heading(..))).unwrap_or(blocks.len());
    let blocks = &blocks[..end];
    let leads: Vec<Option<Lead>> = blocks
        .iter()
        .filter(|block| matches!(block.kind, BlockKind::Item { .. }))
        .filter(|block| !is_task(&document.text[block.range.clone()]))
        .map(|item| read_lead(document, item, definitions))
        .collect();
    let links = leads.iter().flatten().filter(|lead| lead.is_first()).count();
    let begins_with_item =
        blocks.iter().find(|block| !block.is_note()).is_some_and(|first| matches!(first.kind, BlockKind::Item { .. }));
    begins_with_item && leads.first().is_some_and(Option::is_some) || links > 2 && links * 2 > leads.len()
}

/// Whether an item is a box to tick and a bare address: something to do for the entry above, and no entry.
///
/// ```text
/// - [ ] https://example.org/
/// ```
pub(super) fn is_task(item: &str) -> bool {
    let words = item.trim_start_matches(['-', '*', '+', ' ']);
    let task = ["[ ]", "[x]", "[X]"].iter().find_map(|mark| words.strip_prefix(mark));
    task.is_some_and(|task| text::is_web(task.trim_start_matches([' ', '<'])))
}

/// The link that a heading, an item or a paragraph begins with.
pub(super) fn read_lead(document: &Document, block: &Block, definitions: &Definitions) -> Option<Lead> {
    use BlockKind::{Heading, Item, Loose, Paragraph};
    if !matches!(block.kind, Heading(..) | Item { .. } | Loose | Paragraph) {
        return None;
    }
    let source = &document.text[block.range.clone()];
    markdown::lead(&markdown::dedent(source, markdown::column(&document.text, block.range.start)), definitions)
}
