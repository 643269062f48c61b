//! The grammar of link lists: an entry is a list item, a heading or a paragraph that begins with a link, or is one.

use url::Url;

use super::headings::{is_task, read_lead};
use super::section::{OpenEntry, SectionText, Split, is_left_behind, is_rule};
use crate::diagnostic::{Broken, Problem};
use crate::entry::item::{self, BrokenLink};
use crate::entry::{Entry, Link, Part};
use crate::facts::section::Shape;
use crate::markdown::{self, Before, Block, BlockKind, Definitions, Lead};
use crate::text;

/// A block of a section, and the evidence that it is an entry.
struct SectionBlock<'b> {
    block: &'b Block,
    /// The link that it begins with.
    lead: Option<Lead>,
    /// Whether it is a heading that is an entry.
    is_entry_heading: bool,
}

/// Appends the entries of a section.
pub(super) fn split<'a>(
    section: &SectionText<'a, '_>,
    blocks: &[Block],
    entry_headings: &[bool],
    definitions: &Definitions,
    split: &mut Split<'a>,
) {
    let candidates = section_blocks(section, blocks, entry_headings, definitions);
    let shape = section.shape.or_else(|| candidates.iter().find_map(|candidate| certain_shape(section, candidate)));
    let mut open: Option<OpenEntry> = None;
    let mut open_level = 0; // of the heading that is the open entry
    for (at, candidate) in candidates.iter().enumerate() {
        let block = candidate.block;
        let source = section.source(block);
        match (&block.kind, &candidate.lead) {
            // ### [title](address)
            (BlockKind::Heading(of, _), Some(lead))
                if candidate.is_entry_heading && (open_level == 0 || *of <= open_level || open.is_none()) =>
            {
                open_level = *of;
                push_entry(section, block, lead, split);
                open = Some(OpenEntry::default());
            }
            // - [title (address)
            // - 【title】（address）
            (BlockKind::Item { .. } | BlockKind::Loose, _)
                if matches!(section.shape, None | Some(Shape::List))
                    && let Some(link) = item::broken_link(source) =>
            {
                open_level = 0;
                push_broken(section, block, &link, split);
                open = None;
            }
            // * [tag] words [title](address) words
            (BlockKind::Item { alone }, Some(lead))
                if is_item(section.shape, shape, lead) && (open_level == 0 || !is_task(source)) =>
            {
                open_level = 0;
                push_entry(section, block, lead, split);
                report_links(section, source, split);
                // Each of several items is complete: what follows the last one isn't about it.
                let complete = !alone || continues_list(&blocks[..at]);
                open = (!complete).then(OpenEntry::default);
            }
            // -[title](address)
            // • [title](address)
            (BlockKind::Loose, Some(lead)) if is_loose_item(section.shape, shape, source, lead) => {
                open_level = 0;
                split.diagnostics.push(section.diagnostic_at(bullet(source), Problem::BrokenEntry(Broken::Item)));
                push_entry(section, block, lead, split);
                open = None;
            }
            // **[title](address)** words
            // 1、[title](address)
            (BlockKind::Paragraph, Some(lead)) if is_paragraph_entry(section.shape, shape, source, lead) => {
                open_level = 0;
                push_entry(section, block, lead, split);
                open = Some(OpenEntry::default());
            }
            // <!-- a comment -->
            (BlockKind::Comment, _) => {}
            // <<<<<<< branch
            // {{ tag }}
            // ```
            _ if is_left_behind(block, source) => open.iter_mut().for_each(OpenEntry::end_words),
            // ---
            _ if is_rule(source) => {}
            // </details>
            (BlockKind::Other, _) if markdown::is_frame(source) => {}
            // [title](address)
            (BlockKind::Paragraph, _)
                if shape == Some(Shape::List) && follows_item(blocks, at) && item::is_link(source) =>
            {
                split.diagnostics.push(section.diagnostic(block, Problem::LikeItem));
                split.passed_by += 1;
            }
            // anything else belongs to the entry before it
            _ => match (&mut open, split.entries.last_mut()) {
                (Some(open), Some(entry)) => {
                    open.push_words(entry, &section.document.text, block.range.start..section.end_of(blocks, at));
                }
                _ => split.passed_by += 1,
            },
        }
    }
}

fn section_blocks<'b>(
    section: &SectionText<'_, '_>,
    blocks: &'b [Block],
    entry_headings: &[bool],
    definitions: &Definitions,
) -> Vec<SectionBlock<'b>> {
    let blocks = blocks.iter().zip(entry_headings).map(|(block, &is_entry_heading)| {
        let lead = read_lead(section.document, block, definitions).filter(shows_anything);
        SectionBlock { block, lead, is_entry_heading }
    });
    blocks.collect()
}

/// Appends the entry that begins with a link.
fn push_entry<'a>(section: &SectionText<'a, '_>, block: &Block, lead: &Lead, split: &mut Split<'a>) {
    let (link, problem) = target(&lead.address);
    let shows_address = link.is_none() && problem.is_none(); // an address that can't be linked to stays in the text
    split.diagnostics.extend(problem.map(|problem| section.diagnostic(block, problem)));
    let body = match block.kind {
        BlockKind::Heading(..) => Vec::new(),
        _ => vec![Part::Rest {
            block: section.source(block),
            column: markdown::column(&section.document.text, block.range.start),
            from: if shows_address { 0 } else { lead.end },
        }],
    };
    let title = match block.kind {
        BlockKind::Loose => item::without_bullet(&lead.title),
        _ => &lead.title,
    };
    let title = if text::is_visible(title) { title } else { &lead.address };
    split.entries.push(Entry {
        section: section.section.clone(),
        title: title.to_owned().into(),
        link: link.map(|link| Link::to(link.into())),
        body,
    });
}

/// Appends the entry of an item whose link isn't one in Markdown.
fn push_broken<'a>(section: &SectionText<'a, '_>, block: &Block, link: &BrokenLink, split: &mut Split<'a>) {
    let source = section.source(block);
    let wrong = &source[link.title.start..link.end];
    split.diagnostics.push(section.diagnostic_at(wrong, Problem::BrokenEntry(Broken::Item)));
    split.entries.push(Entry {
        section: section.section.clone(),
        title: markdown::plain(&source[link.title.clone()]).into(),
        link: Some(Link::to(source[link.address.clone()].into())),
        body: vec![Part::Rest {
            block: source,
            column: markdown::column(&section.document.text, block.range.start),
            from: link.end,
        }],
    });
}

/// The bullet that an item begins with.
fn bullet(item: &str) -> &str {
    let item = item.trim_start();
    &item[..item.chars().next().map_or(0, char::len_utf8)]
}

/// Reports the lines right below an item, not indented, that are a link and nothing else: their bullets may be missing.
fn report_links(section: &SectionText<'_, '_>, item: &str, split: &mut Split<'_>) {
    let links = item.lines().zip(item.lines().skip(1)).filter(|(before, line)| {
        before.trim_end().ends_with([')', '）', '.', '。', '!', '！', '?', '？']) && item::is_link(line)
    });
    let problems = links.map(|(_, line)| section.diagnostic_at(line, Problem::LikeItem));
    split.diagnostics.extend(problems);
}

/// Whether a list item stands before a block.
fn follows_item(blocks: &[Block], at: usize) -> bool {
    let before = blocks[..at].iter().rev().find(|block| !block.is_note());
    before.is_some_and(|block| matches!(block.kind, BlockKind::Item { .. } | BlockKind::Loose))
}

/// Whether an item after these blocks continues a list that a comment, or what was left behind, broke in two.
fn continues_list(before: &[Block]) -> bool {
    let comments = before.iter().rev().take_while(|block| block.is_note()).count();
    let list = before[..before.len() - comments].last();
    comments > 0 && list.is_some_and(|block| matches!(block.kind, BlockKind::Item { .. }))
}

/// The shape of a block that can't be anything but an entry. The first such block of a section shows the section's shape.
fn certain_shape(section: &SectionText<'_, '_>, candidate: &SectionBlock<'_>) -> Option<Shape> {
    let lead = candidate.lead.as_ref()?;
    match candidate.block.kind {
        BlockKind::Heading(..) => Some(Shape::Heading),
        BlockKind::Item { .. } => Some(Shape::List),
        BlockKind::Loose if !item::is_dash(section.source(candidate.block)) => Some(Shape::List),
        BlockKind::Paragraph if is_bold(section.source(candidate.block), lead) => Some(Shape::Bold),
        BlockKind::Paragraph if lead.numbered && (lead.is_first() || lead.alone) => Some(Shape::Paragraph),
        _ => None,
    }
}

/// Whether a paragraph with a link begins like an entry of the newsletter of patches.
fn is_bold(source: &str, lead: &Lead) -> bool {
    lead.is_first() && [markdown::ENTRY, "__["].iter().any(|mark| source.starts_with(mark))
}

/// Whether an item with a link is an entry: always if it begins with the link, unless the configuration says otherwise.
fn is_item(forced: Option<Shape>, shape: Option<Shape>, lead: &Lead) -> bool {
    match forced {
        Some(forced) => forced == Shape::List,
        None => lead.is_first() || shape == Some(Shape::List),
    }
}

/// Whether what looks like an item with a bullet that isn't one of Markdown is an entry. A dash and a name may follow a quotation, where the
/// section lists nothing.
fn is_loose_item(forced: Option<Shape>, shape: Option<Shape>, source: &str, lead: &Lead) -> bool {
    let is_list = shape == Some(Shape::List) || shape.is_none() && !item::is_dash(source);
    matches!(forced, None | Some(Shape::List)) && is_list && lead.is_first()
}

/// Whether a paragraph with a link is an entry: it is bold, or it is a link and numbered, or nothing else in the section is
/// an entry.
fn is_paragraph_entry(forced: Option<Shape>, shape: Option<Shape>, source: &str, lead: &Lead) -> bool {
    if is_bold(source, lead) && matches!(forced, None | Some(Shape::Bold)) {
        return true;
    }
    let is_link = lead.numbered && (lead.is_first() || lead.alone)
        || lead.is_first() && lead.alone && lead.before != Before::Dash;
    match forced {
        Some(forced) => forced == Shape::Paragraph && is_link,
        None => is_link && (lead.numbered || shape.is_none()),
    }
}

/// Whether there is anything to see of a link: `[]()` has neither words nor an address.
fn shows_anything(lead: &Lead) -> bool {
    text::is_visible(&lead.title) || text::is_visible(&lead.address)
}

/// The address that an entry leads to, or why it leads nowhere.
fn target(address: &str) -> (Option<String>, Option<Problem>) {
    match Url::parse(address) {
        _ if address.trim().is_empty() => (None, Some(Problem::BrokenEntry(Broken::NoTarget))),
        Ok(url) if matches!(url.scheme(), "http" | "https") => (Some(address.to_owned()), None),
        Ok(url) if markdown::UNSAFE.contains(&url.scheme()) => {
            (None, Some(Problem::UnsafeLink(url.scheme().to_owned())))
        }
        Ok(_) => (None, None), // irc:, ftp: … stay in the text
        Err(_) if text::is_web(address) => (None, Some(Problem::BrokenEntry(Broken::NoTarget))),
        Err(_) => (Some(address.to_owned()), None), // relative to the issue's page
    }
}
