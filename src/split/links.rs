//! The grammar of link lists: an entry is a list's item, a heading or a paragraph that begins with a link, or is one.

use std::collections::HashMap;

use url::Url;

use super::{Entry, Grammar, Link, Open, Part, Place, Shape, Split, is_rule};
use crate::diagnostic::{Broken, Problem};
use crate::markdown::{self, Before, Block, Definitions, Kind, Lead};
use crate::source::Document;
use crate::text;

/// Which headings are entries: those that are links, where at least half of the headings of their level under the same
/// heading are, and that no list of links follows.
pub fn entry_headings(document: &Document, blocks: &[Block], grammar: &Grammar<'_>) -> Vec<bool> {
    let mut parents: Vec<(usize, usize)> = Vec::new(); // levels of the headings above, and their places
    let mut entries = vec![false; blocks.len()];
    let mut siblings: Vec<(usize, (usize, Option<usize>), bool)> = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let Kind::Heading(level, _) = block.kind else { continue };
        while parents.last().is_some_and(|(above, _)| *above >= level) {
            parents.pop();
        }
        let family = (level, parents.last().map(|(_, at)| *at));
        parents.push((level, at));
        let read = |block: &Block| read(document, block, grammar.definitions);
        let is_link = read(block).is_some_and(|lead| lead.is_first() || lead.alone);
        // What the configuration says of the section that the heading stands in.
        let above = parents.iter().rev().nth(1).and_then(|(_, at)| match &blocks[*at].kind {
            Kind::Heading(_, title) => grammar.sections.find(title, false).shape,
            _ => None,
        });
        if let Some(shape) = above.or(grammar.shape) {
            entries[at] = is_link && shape == Shape::Heading;
            continue;
        }
        siblings.push((at, family, is_link && !lists_links(&blocks[at + 1..], read)));
    }
    let mut counts: HashMap<_, (usize, usize)> = HashMap::new(); // of a family: the links, and all
    for (_, family, is_link) in &siblings {
        let (links, all) = counts.entry(family).or_default();
        *links += usize::from(*is_link);
        *all += 1;
    }
    for (at, family, is_link) in &siblings {
        entries[*at] = *is_link && counts[family].0 * 2 >= counts[family].1;
    }
    entries
}

/// Whether the blocks up to the next heading are a list of links, with words before it or not: what a section holds.
fn lists_links(blocks: &[Block], read: impl Fn(&Block) -> Option<Lead>) -> bool {
    let is_item = |block: &Block| matches!(block.kind, Kind::Item { .. });
    let until = blocks.iter().position(|block| matches!(block.kind, Kind::Heading(..))).unwrap_or(blocks.len());
    let items = || blocks[..until].iter().filter(|block| is_item(block));
    let links = || items().filter(|block| read(block).is_some_and(|lead| lead.is_first())).count();
    blocks[..until].first().is_some_and(|first| is_item(first) && read(first).is_some())
        || items().count() > 2 && links() > 2 && links() * 2 > items().count()
}

/// Appends the entries of a section.
pub fn split<'a>(
    place: &Place<'a, '_>,
    blocks: &[Block],
    entry_headings: &[bool],
    definitions: &Definitions,
    split: &mut Split<'a>,
) {
    let text = place.document.text.as_str();
    let leads: Vec<Option<Lead>> = blocks.iter().map(|block| lead(place, block, definitions)).collect();
    let found =
        || blocks.iter().zip(&leads).zip(entry_headings).map(|((block, lead), heading)| (block, lead, *heading));
    let shape =
        place.shape.or_else(|| found().find_map(|(block, lead, heading)| strong(place, block, lead.as_ref(), heading)));
    let mut open: Option<Open> = None; // the entry that what comes belongs to
    let mut level = 0; // of the heading that the open entry is
    for (at, (block, lead, is_entry_heading)) in found().enumerate() {
        let source = place.source(block);
        if block.kind == Kind::Open {
            split.diagnostics.push(place.diagnostic(block, Problem::OpenBlock));
        }
        let lead = match (&block.kind, lead) {
            // ### [title](address)
            (Kind::Heading(of, _), Some(lead))
                if is_entry_heading && (level == 0 || *of <= level || open.is_none()) =>
            {
                level = *of;
                lead
            }
            // * [tag] words [title](address) words
            (Kind::Item { .. }, Some(lead)) if is_item(place.shape, shape, lead) => lead,
            // **[title](address)** words
            (Kind::Paragraph, Some(lead))
                if is_bold(source, lead) && matches!(place.shape, None | Some(Shape::Bold)) =>
            {
                lead
            }
            // 1、[title](address)
            (Kind::Paragraph, Some(lead)) if is_paragraph(place.shape, shape, lead) => lead,
            // <!-- a comment -->
            (Kind::Comment, _) => continue,
            _ if is_rule(source) => continue,
            // </details>
            (Kind::Other, _) if markdown::is_frame(source) => continue,
            // anything else belongs to the entry before it
            _ => {
                match (&mut open, split.entries.last_mut()) {
                    (Some(open), Some(entry)) => {
                        open.push_words(entry, text, block.range.start, place.end_of(blocks, at));
                    }
                    _ => split.passed_by += 1,
                }
                continue;
            }
        };
        let (link, problem) = target(&lead.address);
        let problem_free = problem.is_none();
        split.diagnostics.extend(problem.map(|problem| place.diagnostic(block, problem)));
        let body = match block.kind {
            Kind::Heading(..) => Vec::new(),
            _ => {
                let from = if link.is_none() && problem_free { 0 } else { lead.end }; // an address that is no link is shown
                vec![Part::Rest { block: source, column: markdown::column(text, block.range.start), from }]
            }
        };
        split.entries.push(Entry {
            section: place.section.clone(),
            title: lead.title.clone().into(),
            link: link.map(|link| Link::to(link.into())),
            body,
            start: block.range.start,
        });
        // Of several items of a list each is whole; what follows the last is about none of them.
        let whole = match block.kind {
            Kind::Item { alone } => !alone || continues_list(&blocks[..at]),
            _ => false,
        };
        open = (!whole).then_some(Open { words: None });
        level = if matches!(block.kind, Kind::Heading(..)) { level } else { 0 };
    }
}

/// Whether an item after these blocks goes on with a list that a comment broke in two.
fn continues_list(before: &[Block]) -> bool {
    let comments = before.iter().rev().take_while(|block| block.kind == Kind::Comment).count();
    comments > 0 && matches!(before[..before.len() - comments].last(), Some(Block { kind: Kind::Item { .. }, .. }))
}

/// The link that a block begins with.
pub fn lead(place: &Place<'_, '_>, block: &Block, definitions: &Definitions) -> Option<Lead> {
    read(place.document, block, definitions)
}

fn read(document: &Document, block: &Block, definitions: &Definitions) -> Option<Lead> {
    if !matches!(block.kind, Kind::Heading(..) | Kind::Item { .. } | Kind::Paragraph) {
        return None;
    }
    let source = &document.text[block.range.clone()];
    markdown::lead(&markdown::dedent(source, markdown::column(&document.text, block.range.start)), definitions)
}

/// The shape of a block that can be nothing but an entry; the first such in a section shows the section's.
fn strong(place: &Place<'_, '_>, block: &Block, lead: Option<&Lead>, is_entry_heading: bool) -> Option<Shape> {
    let lead = lead?;
    match block.kind {
        Kind::Heading(..) if is_entry_heading => Some(Shape::Heading),
        Kind::Item { .. } => Some(Shape::List),
        Kind::Paragraph if is_bold(place.source(block), lead) => Some(Shape::Bold),
        Kind::Paragraph if lead.numbered && (lead.is_first() || lead.alone) => Some(Shape::Paragraph),
        _ => None,
    }
}

/// Whether a paragraph with a link begins as an entry of the newsletter does.
fn is_bold(source: &str, lead: &Lead) -> bool {
    lead.is_first() && [markdown::ENTRY, "__["].iter().any(|mark| source.starts_with(mark))
}

/// Whether an item with a link is an entry: one that begins with it always, unless the configuration says otherwise.
fn is_item(forced: Option<Shape>, shape: Option<Shape>, lead: &Lead) -> bool {
    match forced {
        Some(forced) => forced == Shape::List,
        None => lead.is_first() || shape == Some(Shape::List),
    }
}

/// Whether a paragraph with a link is an entry: it must be one, and numbered, or in a section of nothing else.
fn is_paragraph(forced: Option<Shape>, shape: Option<Shape>, lead: &Lead) -> bool {
    let is_link = lead.numbered && (lead.is_first() || lead.alone)
        || lead.is_first() && lead.alone && lead.before != Before::Dash;
    match forced {
        Some(forced) => forced == Shape::Paragraph && is_link,
        None => is_link && (lead.numbered || shape.is_none()),
    }
}

/// The address that an entry leads to, or why it leads nowhere.
fn target(address: &str) -> (Option<String>, Option<Problem>) {
    let parsed = Url::parse(address);
    match &parsed {
        _ if address.trim().is_empty() => (None, Some(Problem::BrokenEntry(Broken::NoTarget))),
        Ok(url) if matches!(url.scheme(), "http" | "https") => (Some(address.to_owned()), None),
        Ok(url) if markdown::UNSAFE.contains(&url.scheme()) => {
            (None, Some(Problem::UnsafeLink(url.scheme().to_owned())))
        }
        Ok(_) => (None, None), // irc:, ftp: … stand in the text
        Err(_) if text::is_web(address) => (None, Some(Problem::BrokenEntry(Broken::NoTarget))),
        Err(_) => (Some(address.to_owned()), None), // relative to the page
    }
}
