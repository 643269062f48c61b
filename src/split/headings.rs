//! Headings of link lists: which of them are entries, and which begin sections.

use std::collections::HashMap;

use super::grammar::Grammar;
use crate::document::Document;
use crate::facts::section::Shape;
use crate::markdown::{self, Block, BlockKind, Definitions, Lead};
use crate::text;

/// What a heading of a link list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It begins a section.
    Section,
    /// It begins what stands under no section: no other issue has it.
    Nameless,
    /// It parts the entries of a section.
    Part,
    /// It is an entry.
    Entry,
    /// It belongs to the text of an entry.
    Words,
}

/// A heading, and what tells its role.
struct HeadingFacts {
    /// Its place among the blocks.
    at: usize,
    family: Family,
    /// Whether other issues have it, or another heading of this one leads to the same address.
    comes_back: bool,
    /// Whether it stands below a section.
    is_below: bool,
    /// Whether it is a link.
    is_link: bool,
    below: Below,
}

/// What stands below a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Below {
    NoLink,
    Link,
    /// A list of links, or other headings.
    ListOfLinks,
}

/// What siblings share: their level, and the place of the heading that they stand under.
type Family = (usize, Option<usize>);

/// A heading above others.
struct Above {
    level: usize,
    at: usize,
    /// The shape that the configuration gives to the entries below.
    shape: Option<Shape>,
    comes_back: bool,
}

/// The roles of blocks that are headings.
pub(super) fn roles(document: &Document, blocks: &[Block], grammar: &Grammar<'_>) -> Vec<Option<Role>> {
    let mut roles = vec![None; blocks.len()];
    let mut above: Vec<Above> = Vec::new();
    let mut candidates: Vec<HeadingFacts> = Vec::new();
    let links = heading_links(document, blocks, grammar.definitions);
    let mut leading_there: HashMap<&str, usize> = HashMap::new(); // headings, by their addresses
    for link in links.values() {
        *leading_there.entry(link).or_default() += 1;
    }
    for (at, block) in blocks.iter().enumerate() {
        let BlockKind::Heading(level, title) = &block.kind else { continue };
        while above.pop_if(|above| above.level >= *level).is_some() {}
        let parent = above.last();
        let (family, is_below) = ((*level, parent.map(|parent| parent.at)), above.iter().any(|above| above.comes_back));
        let shape = parent.and_then(|parent| parent.shape).or(grammar.shape).filter(|shape| *shape != Shape::Prose);
        let link = links.get(&at);
        let is_twin = link.is_some_and(|link| leading_there[link.as_str()] > 1);
        let below = &blocks[at + 1..];
        let below = match () {
            () if lists_links(document, below, grammar.definitions) => Below::ListOfLinks,
            () if link.is_none() && parts_others(below, *level) => Below::ListOfLinks,
            () if leads_on(document, below, *level, grammar.definitions) => Below::Link,
            () => Below::NoLink,
        };
        let comes_back = is_twin
            || grammar.sections.configures(title)
            || match link {
                Some(_) => grammar.habits.link_comes_back(title, below == Below::ListOfLinks),
                None => grammar.habits.comes_back(title),
            };
        if let Some(shape) = shape {
            let is_entry = link.is_some() && shape == Shape::Heading;
            roles[at] = Some(if is_entry { Role::Entry } else { Role::Section });
        } else {
            candidates.push(HeadingFacts { at, family, comes_back, is_below, is_link: link.is_some(), below });
        }
        above.push(Above { level: *level, at, shape: grammar.sections.shape(title), comes_back });
    }
    decide(&candidates, grammar, &mut roles);
    within_entries(blocks, &candidates, &mut roles);
    roles
}

/// The addresses of headings that are links, by their places.
fn heading_links(document: &Document, blocks: &[Block], definitions: &Definitions) -> HashMap<usize, String> {
    let headings = blocks.iter().enumerate().filter(|(_, block)| matches!(block.kind, BlockKind::Heading(..)));
    let links = headings.filter_map(|(at, block)| {
        let lead = read_lead(document, block, definitions)?;
        (lead.is_first() || lead.alone).then_some((at, lead.address))
    });
    links.collect()
}

/// Gives each heading its role, by what its siblings are.
fn decide(candidates: &[HeadingFacts], grammar: &Grammar<'_>, roles: &mut [Option<Role>]) {
    let mut counts: HashMap<Family, (usize, usize)> = HashMap::new(); // links that list nothing, and all
    for candidate in candidates.iter().filter(|candidate| !candidate.comes_back) {
        let (links, all) = counts.entry(candidate.family).or_default();
        *links += usize::from(candidate.is_link && candidate.below != Below::ListOfLinks);
        *all += 1;
    }
    for candidate in candidates {
        let (links, all) = counts.get(&candidate.family).copied().unwrap_or_default();
        let (half, most) = (links > 0 && links * 2 >= all, links > 0 && links * 3 >= all * 2);
        let are_known = grammar.habits.are_known();
        let is_below = candidate.is_below && are_known;
        roles[candidate.at] = Some(match (candidate.is_link, candidate.below) {
            _ if candidate.comes_back => Role::Section,
            (true, Below::Link | Below::NoLink) if half || are_known => Role::Entry,
            (true, Below::ListOfLinks) | (false, Below::Link | Below::ListOfLinks) if most => Role::Entry,
            (false, Below::Link) if is_below || grammar.habits.show_stories() => Role::Entry,
            _ if is_below => Role::Part,
            _ if grammar.habits.are_settled() => Role::Nameless,
            _ => Role::Section,
        });
    }
}

/// Makes words of the headings that stand below one that is an entry, unless they list links of their own.
fn within_entries(blocks: &[Block], candidates: &[HeadingFacts], roles: &mut [Option<Role>]) {
    let mut entry_level = usize::MAX;
    for candidate in candidates {
        let BlockKind::Heading(level, _) = blocks[candidate.at].kind else { continue };
        if level > entry_level && !candidate.comes_back && candidate.below != Below::ListOfLinks {
            roles[candidate.at] = Some(Role::Words);
        } else {
            entry_level = if roles[candidate.at] == Some(Role::Entry) { level } else { usize::MAX };
        }
    }
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
    let first = blocks.iter().find(|block| !block.is_note());
    let begins_with_item = first.is_some_and(|first| matches!(first.kind, BlockKind::Item { .. }));
    let begins_with_number = first
        .filter(|first| first.kind == BlockKind::Paragraph)
        .and_then(|first| read_lead(document, first, definitions))
        .is_some_and(|lead| lead.numbered && lead.is_first());
    begins_with_number
        || begins_with_item && leads.first().is_some_and(Option::is_some)
        || links > 2 && links * 2 > leads.len()
}

/// Whether a heading below comes first.
fn parts_others(blocks: &[Block], level: usize) -> bool {
    let first = blocks.iter().find(|block| !block.is_note());
    first.is_some_and(|first| matches!(first.kind, BlockKind::Heading(below, _) if below > level))
}

/// Whether a link stands in the blocks up to the next heading of a level or above.
fn leads_on(document: &Document, blocks: &[Block], level: usize, definitions: &Definitions) -> bool {
    let below = blocks.iter().take_while(|block| !matches!(block.kind, BlockKind::Heading(of, _) if of <= level));
    below.into_iter().any(|block| markdown::first_link(&document.text[block.range.clone()], definitions).is_some())
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
