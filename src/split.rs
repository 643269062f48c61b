//! The splitter: an issue's blocks become its entries.
//!
//! Each section is read by one of two grammars. [`patches`] is the newsletter's own: quoted mail follows bold links, and whatever isn't
//! an entry is suspect. [`links`] is that of link lists: lists, headings and paragraphs may be entries, and whatever isn't one is
//! passed by.

mod first_line;
mod grammar;
mod habits;
mod headings;
mod kind;
mod links;
mod meant;
mod patches;
mod section;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Problem};
use crate::document::Document;
use crate::facts::section::{Section, Shape};
use crate::markdown::{self, Block, BlockKind, Definitions, Reading};
pub(crate) use grammar::Grammar;
pub(crate) use habits::{DocumentHeadings, Habits};
use headings::Role;
pub(crate) use kind::IssueKind;
pub(crate) use meant::{begins_entry, headings_as_meant, left_behind};
use section::SectionText;
pub(crate) use section::Split;

/// Splits the blocks of an issue's body into its entries. Every block becomes part of an entry, or is a heading, a comment, a
/// diagnostic, or counted as passed by. `end` is the byte at which the body ends.
pub(crate) fn entries<'a>(document: &'a Document, blocks: &[Block], end: usize, grammar: &Grammar<'_>) -> Split<'a> {
    let mut split = Split::default();
    let roles = match grammar.kind {
        IssueKind::Links => headings::roles(document, blocks, grammar),
        _ => blocks.iter().map(|block| is_heading(block).then_some(Role::Section)).collect(),
    };
    let mut from = 0;
    while from < blocks.len() {
        let to = (from + 1..blocks.len())
            .find(|&at| section_title(&blocks[at], roles[at]).is_some() || ends(&blocks[from], &blocks[at], roles[at]))
            .unwrap_or(blocks.len());
        let title = section_title(&blocks[from], roles[from]);
        let content = if title.is_some() { from + 1..to } else { from..to };
        split.diagnostics.extend(new_section(document, &blocks[from], roles[from], grammar));
        let section = title.filter(|title| !title.is_empty()).map(|title| find(title, grammar));
        let text = SectionText {
            document,
            heading: title.map(|_| &blocks[from]),
            shape: section.as_ref().and_then(|section| section.shape).or(grammar.shape),
            section,
            // Between two blocks there is white space, or a link's definition, which belongs to the words before it.
            end: blocks.get(to).map_or(end, |next| next.range.start),
        };
        split_section(&text, &blocks[content.clone()], &roles[content], grammar, &mut split);
        from = to;
    }
    split
}

fn is_heading(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Heading(..))
}

/// Whether a heading that is an entry ends the section that another heading begins: it doesn't stand below that.
fn ends(section: &Block, block: &Block, role: Option<Role>) -> bool {
    match (&section.kind, &block.kind) {
        (BlockKind::Heading(level, _), BlockKind::Heading(of, _)) => role == Some(Role::Entry) && of <= level,
        _ => false,
    }
}

/// The title of a heading that begins a section; empty if the section has no name.
fn section_title(block: &Block, role: Option<Role>) -> Option<&str> {
    match (&block.kind, role?) {
        (BlockKind::Heading(_, title), Role::Section) => Some(title),
        (_, Role::Nameless) => Some(""),
        _ => None,
    }
}

/// Reports a heading of an issue of links that begins no section, since the configuration says which ones do, or that was taken for another.
fn new_section(document: &Document, block: &Block, role: Option<Role>, grammar: &Grammar<'_>) -> Option<Diagnostic> {
    let BlockKind::Heading(_, title) = &block.kind else { return None };
    if !grammar.habits.are_stated() || grammar.kind != IssueKind::Links {
        return None;
    }
    let problem = match role? {
        Role::Nameless => Problem::NewSection(find(title, grammar).slug.clone()),
        Role::Section => {
            let usual = grammar.sections.meant(title)?.to_owned();
            Problem::SectionSpelling { words: title.clone(), usual }
        }
        _ => return None,
    };
    Some(document.diagnostic(Some(block.range.clone()), problem))
}

fn find(title: &str, grammar: &Grammar<'_>) -> Arc<Section> {
    grammar.sections.find(title, grammar.kind == IssueKind::Patches)
}

/// Splits a section by the grammar that it is written in.
fn split_section<'a>(
    text: &SectionText<'a, '_>,
    blocks: &[Block],
    roles: &[Option<Role>],
    grammar: &Grammar<'_>,
    split: &mut Split<'a>,
) {
    if grammar.kind == IssueKind::Links {
        return links::split(text, blocks, roles, grammar.definitions, split);
    }
    match links_among_patches(text, blocks, grammar.kind) {
        Some(blocks) => links::split(text, &blocks, &vec![None; blocks.len()], Definitions::none(), split),
        None => patches::split(text, blocks, grammar, split),
    }
}

/// The blocks of a section of an issue of patches, read as a link list: if the configuration says so, or if the section has a list of
/// links and no entry written as patches are.
fn links_among_patches(text: &SectionText<'_, '_>, blocks: &[Block], kind: IssueKind) -> Option<Vec<Block>> {
    let first = blocks.first()?;
    let forced = text.shape.is_some_and(|shape| shape != Shape::Bold);
    let is_open = text.shape.is_none() && !has_patches(text, blocks);
    // An issue of bold links may have sections of any other shape, too.
    let forced = forced || is_open && kind == IssueKind::BoldLinks;
    let may_list_links = is_open && blocks.iter().any(|block| block.kind == BlockKind::Other);
    if !forced && !may_list_links {
        return None;
    }
    let reading = Reading::Links(Definitions::none());
    let blocks = markdown::blocks(&text.document.text, first.range.start..text.end, reading);
    (forced || blocks.iter().any(|block| is_linked_item(text, block))).then_some(blocks)
}

/// Whether a section has an entry written as patches are. An item of a list of links may lead to a mail, too.
fn has_patches(text: &SectionText<'_, '_>, blocks: &[Block]) -> bool {
    blocks.iter().enumerate().any(|(at, block)| {
        let in_list = block.kind == BlockKind::Loose && at > 0 && blocks[at - 1].kind == BlockKind::Other;
        !in_list && patches::begins_entry(text, block)
    })
}

fn is_linked_item(text: &SectionText<'_, '_>, block: &Block) -> bool {
    matches!(block.kind, BlockKind::Item { .. })
        && headings::read_lead(text.document, block, Definitions::none()).is_some()
}
