//! Entries within the lists and paragraphs of a text of links.

use std::borrow::Cow;
use std::ops::Range;

use super::plain_entry::first_line;
use crate::entry::item;
use crate::markdown::columns::{column, dedent};
use crate::markdown::definitions::Definitions;
use crate::markdown::lead::{is_numbered, lead};

/// An item of a list.
#[derive(Debug, Clone)]
pub(super) struct ListItem {
    /// How many lists and items it stands in.
    pub(super) depth: usize,
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
}

/// Whether only one of the items, given in the order of the text, belongs to the outermost list.
pub(super) fn is_single(items: &[ListItem]) -> bool {
    let outermost = items.first().map_or(0, |item| item.depth);
    items.iter().filter(|item| item.depth == outermost).count() == 1
}

/// The outermost items that either begin with a link or hold none that does, in the order of the text. The text of an item
/// includes the items nested in it.
pub(super) fn outermost_entries(text: &str, items: &[ListItem], definitions: &Definitions) -> Vec<Range<usize>> {
    let has_link: Vec<bool> =
        (0..items.len()).map(|at| lead(&own_words(text, &items[at..]), definitions).is_some()).collect();
    let mut entries = Vec::new();
    let mut at = 0;
    while let Some(item) = items.get(at) {
        let next = at + 1;
        let end = next + items[next..].iter().take_while(|nested| nested.depth > item.depth).count();
        if !has_link[at] && has_link[next..end].contains(&true) {
            at = next;
            continue;
        }
        entries.push(item.range.clone());
        at = end;
    }
    entries
}

/// The text of the first of some items, up to the next one, which may be nested in it.
fn own_words<'a>(text: &'a str, items: &[ListItem]) -> Cow<'a, str> {
    let Range { start, end } = items[0].range;
    let end = items.get(1).map_or(end, |next| next.range.start.clamp(start, end));
    dedent(&text[start..end], column(text, start))
}

/// The byte at which the next entry of a paragraph or an item begins: a line, not the first, with a number and a link
/// (`1、[title](address)`), or with a bullet that isn't one of Markdown and a link (`-[title](address)`). Without such a line, the end.
pub(super) fn next_entry(text: &str) -> usize {
    let mut lines = text.match_indices('\n').map(|(end, _)| end + 1);
    lines.find(|&line| begins_entry(first_line(&text[line..]))).unwrap_or(text.len())
}

fn begins_entry(line: &str) -> bool {
    is_numbered_link(line) || item::is_loose(line)
}

/// The byte at which a line of an item, not the first, begins an entry with a bullet that isn't one of Markdown. Without such a line,
/// the end.
pub(super) fn next_loose(item: &str) -> usize {
    let mut lines = item.match_indices('\n').map(|(end, _)| end + 1);
    lines.find(|&line| item::is_loose(first_line(&item[line..]))).unwrap_or(item.len())
}

/// Whether a line begins with a number and has a link.
fn is_numbered_link(line: &str) -> bool {
    is_numbered(line.trim_start_matches(['*', ' '])) && (line.contains("](") || line.contains("://"))
}
