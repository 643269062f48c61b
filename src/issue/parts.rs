//! Several issues in one document: the headings that begin them.

use std::collections::HashSet;

use super::numbers::IssueName;
use super::when::When;
use crate::document::Document;
use crate::markdown::{Block, BlockKind};

/// The headings that begin issues, and their places, if a document has several issues.
pub(super) fn headings(
    document: &Document,
    blocks: &[Block],
    is_numbered: bool,
    is_dated: bool,
) -> Vec<(usize, IssueName)> {
    let names = if is_dated && is_numbered { Vec::new() } else { issue_headings(document, blocks, is_dated) };
    if names.len() > 1 { names } else { Vec::new() }
}

/// The headings of one level that name numbers which count issues, or, if the document isn't dated itself, different days. A heading that begins
/// with a link names what the link leads to.
fn issue_headings(document: &Document, blocks: &[Block], dated: bool) -> Vec<(usize, IssueName)> {
    let named = named_headings(document, blocks, |name| name.number.is_some() || !dated);
    let numbers: Vec<u32> = named.iter().filter_map(|(_, name)| name.number).collect();
    let days: HashSet<Option<When>> = named.iter().map(|(_, name)| name.date).collect();
    let by_number = numbers.len() > 1 && numbers.len() == named.len() && count_issues(&numbers);
    let by_day = !dated && days.len() > 1 && days.len() == named.len() && !days.contains(&None);
    if by_number || by_day { named } else { day_headings(document, blocks) }
}

/// The headings of one level that name issues in such a way.
fn named_headings(
    document: &Document,
    blocks: &[Block],
    is_meant: impl Fn(&IssueName) -> bool,
) -> Vec<(usize, IssueName)> {
    let mut named = Vec::new();
    let mut at_level = None;
    for (at, block) in blocks.iter().enumerate() {
        let BlockKind::Heading(level, title) = &block.kind else { continue };
        let is_link = document.text[block.range.clone()].trim_start_matches(['#', ' ']).starts_with('[');
        if let Some(name) = IssueName::of(title).filter(|name| !is_link && is_meant(name))
            && *at_level.get_or_insert(*level) == *level
        {
            named.push((at, name));
        }
    }
    named
}

/// The headings of the top level below the title, if each of them names a day: those of a week in one file.
fn day_headings(document: &Document, blocks: &[Block]) -> Vec<(usize, IssueName)> {
    let level = |block: &Block| if let BlockKind::Heading(level, _) = block.kind { Some(level) } else { None };
    let mut levels: Vec<usize> = blocks.iter().filter_map(level).collect();
    if levels.first() == Some(&1) && levels.iter().filter(|level| **level == 1).count() == 1 {
        levels.remove(0); // the title
    }
    let top = levels.iter().min().copied();
    let all = levels.iter().filter(|level| Some(**level) == top).count();
    let mut named = named_headings(document, blocks, |name| name.date.is_some());
    named.retain(|(at, _)| level(&blocks[*at]) == top);
    let days: HashSet<Option<When>> = named.iter().map(|(_, name)| name.date).collect();
    if named.len() == all && days.len() > 1 { named } else { Vec::new() }
}

/// Whether numbers rise, or fall, mostly by one.
fn count_issues(numbers: &[u32]) -> bool {
    let pairs = || numbers.windows(2).map(|pair| (pair[0], pair[1]));
    let steps = pairs().filter(|(a, b)| a.abs_diff(*b) == 1).count();
    (pairs().all(|(a, b)| a < b) || pairs().all(|(a, b)| a > b)) && steps * 2 >= numbers.len().saturating_sub(1)
}
