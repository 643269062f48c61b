//! The grammar of link lists: an entry is a list item, a heading or a paragraph that begins with a link, or is one.

mod entries;

use super::headings::{Role, read_lead};
use super::section::{OpenEntry, SectionText, Split, is_left_behind, is_rule};
use crate::diagnostic::{Broken, Problem};
use crate::entry::item::{self, BrokenLink};
use crate::entry::passed_by::PassedKind;
use crate::facts::section::Shape;
use crate::markdown::{self, Before, Block, BlockKind, Definitions, Lead};
use crate::text;
use entries::{news, push_broken, push_entry, push_lines, push_rows, push_sentence, push_story, push_titled};

/// A block of a section, and the evidence that it is an entry.
struct SectionBlock<'b> {
    block: &'b Block,
    /// The link that it begins with.
    lead: Option<Lead>,
    /// What it is if it is a heading.
    role: Option<Role>,
}

/// Appends the entries of a section.
pub(super) fn split<'a>(
    section: &SectionText<'a, '_>,
    blocks: &[Block],
    roles: &[Option<Role>],
    definitions: &Definitions,
    split: &mut Split<'a>,
) {
    let candidates = section_blocks(section, blocks, roles, definitions);
    let shape = section.shape.or_else(|| candidates.iter().find_map(|candidate| certain_shape(section, candidate)));
    let shape = shape.or_else(|| is_prose(section, &candidates).then_some(Shape::Prose));
    let shapes = Shapes { given: section.shape, shape };
    let mut open: Option<OpenEntry> = None;
    let mut open_level = 0; // of the heading that is the open entry
    for (at, candidate) in candidates.iter().enumerate() {
        let block = candidate.block;
        let opens = match part(section, blocks, at, candidate, shapes, open_level > 0, definitions) {
            SectionPart::Note => continue,
            SectionPart::LeftBehind => {
                open.iter_mut().for_each(OpenEntry::end_words);
                continue;
            }
            SectionPart::Words => {
                match (&mut open, split.entries.last_mut()) {
                    (Some(open), Some(entry)) => {
                        open.push_words(entry, &section.document.text, block.range.start..section.end_of(blocks, at));
                    }
                    _ => split.passed_by.push(section.passed(block, definitions)),
                }
                continue;
            }
            SectionPart::LikeItem => {
                split.diagnostics.push(section.diagnostic(block, Problem::LikeItem));
                split.passed_by.push(section.passed_as(block, PassedKind::LinkedProse));
                continue;
            }
            SectionPart::Part => false,
            SectionPart::Entry(lead) => push_entry(section, block, lead, definitions, split),
            SectionPart::Story => push_story(section, block, &candidates[at + 1..], definitions, split),
            SectionPart::Item(lead) => {
                push_entry(section, block, lead, definitions, split);
                report_links(section, section.source(block), split);
                // Each of several items is complete: what follows the last one isn't about it.
                block.kind == BlockKind::Item { alone: true } && !continues_list(&blocks[..at])
            }
            SectionPart::Loose(lead) => {
                let bullet = bullet(section.source(block));
                split.diagnostics.push(section.diagnostic_at(bullet, Problem::BrokenEntry(Broken::Item)));
                push_entry(section, block, lead, definitions, split);
                false
            }
            SectionPart::Broken(link) => push_broken(section, block, &link, split),
            SectionPart::Titled(titled) => push_titled(section, block, &titled, split),
            SectionPart::Sentence(address) => push_sentence(section, block, &address, definitions, split),
            SectionPart::Rows => push_rows(section, section.source(block), definitions, split),
            SectionPart::Lines => push_lines(section, section.source(block), definitions, split),
        };
        open_level = match block.kind {
            BlockKind::Heading(level, _) if opens => level,
            BlockKind::Paragraph if opens && item::is_label(section.source(block)) => LABEL,
            _ => 0,
        };
        open = opens.then(OpenEntry::default);
    }
}

/// The level of a label that is an entry: below all headings.
const LABEL: usize = 7;

/// What a block is.
enum SectionPart<'c> {
    /// It begins with a link, and is an entry.
    Entry(&'c Lead),
    /// A heading that is an entry, though it isn't a link.
    Story,
    /// A heading between entries.
    Part,
    /// An item that is an entry.
    Item(&'c Lead),
    /// The same, but not written as one.
    Loose(&'c Lead),
    /// The same, but its link isn't one.
    Broken(BrokenLink),
    /// A bold title above an address.
    Titled(BrokenLink),
    /// A sentence, and the address of the link in it.
    Sentence(String),
    /// A table of links.
    Rows,
    /// Lines that are a link each.
    Lines,
    /// What may be an item.
    LikeItem,
    /// Nothing to be read.
    Note,
    /// What a merge or a template left.
    LeftBehind,
    /// It belongs to the entry before it.
    Words,
}

/// The shape of a section's entries.
#[derive(Clone, Copy)]
struct Shapes {
    /// As the configuration gives it.
    given: Option<Shape>,
    /// The same, or as the section shows it.
    shape: Option<Shape>,
}

/// What a block is. `in_heading` says whether a heading is the entry before it.
fn part<'c>(
    section: &SectionText<'_, '_>,
    blocks: &[Block],
    at: usize,
    candidate: &'c SectionBlock<'_>,
    Shapes { given, shape }: Shapes,
    in_heading: bool,
    definitions: &Definitions,
) -> SectionPart<'c> {
    let block = candidate.block;
    let source = section.source(block);
    match (&block.kind, &candidate.lead) {
        // ### [title](address)
        (BlockKind::Heading(..), Some(lead))
            if candidate.role == Some(Role::Entry) && (lead.is_first() || lead.alone) =>
        {
            SectionPart::Entry(lead)
        }
        // ### title
        (BlockKind::Heading(..), _) if candidate.role == Some(Role::Entry) => SectionPart::Story,
        // ### words
        (BlockKind::Heading(..), _) if candidate.role == Some(Role::Part) => SectionPart::Part,
        // [^1]: a note, which comes with the text that refers to it
        (BlockKind::Paragraph, _) if markdown::is_note(source) => SectionPart::Note,
        // [title](address)
        // [title](address)
        (BlockKind::Paragraph, Some(_))
            if !in_heading
                && given.is_none()
                && matches!(shape, None | Some(Shape::Prose | Shape::Paragraph))
                && item::are_links(source) =>
        {
            SectionPart::Lines
        }
        // **words**
        //
        // - [title](address)
        (BlockKind::Paragraph, None) if item::is_label(source) && precedes_item(blocks, at) => SectionPart::Part,
        // - [title (address)
        // - 【title】（address）
        (BlockKind::Item { .. } | BlockKind::Loose, _)
            if takes(given, Shape::List)
                && let Some(link) = item::broken_link(source) =>
        {
            SectionPart::Broken(link)
        }
        // * [tag] words [title](address) words
        (BlockKind::Item { .. }, Some(lead)) if !in_heading && is_item(given, shape, lead) => SectionPart::Item(lead),
        // - **Title:** so many words before [the link](address)
        (BlockKind::Item { .. }, None)
            if !in_heading
                && takes(given, Shape::List)
                && let Some(address) = news(source, definitions) =>
        {
            SectionPart::Sentence(address)
        }
        // -[title](address)
        // • [title](address)
        (BlockKind::Loose, Some(lead)) if is_loose_item(given, shape, source, lead) => SectionPart::Loose(lead),
        // **title**
        // address
        (BlockKind::Paragraph, _)
            if takes(given, Shape::Bold)
                && let Some(titled) = item::titled(source) =>
        {
            SectionPart::Titled(titled)
        }
        // **[title](address)** words
        // 1、[title](address)
        (BlockKind::Paragraph, Some(lead)) if is_paragraph_entry(given, shape, source, lead) => {
            SectionPart::Entry(lead)
        }
        // **title**
        //
        // Words [with a link](address).
        (BlockKind::Paragraph, None)
            if shape == Some(Shape::Prose)
                && item::is_label(source)
                && precedes_prose(section, blocks, at, definitions) =>
        {
            SectionPart::Story
        }
        // 2、title
        // words [with a link](address)
        (BlockKind::Paragraph, _)
            if shape == Some(Shape::Paragraph)
                && item::numbered_line(source).is_some()
                && let Some(address) = news(source, definitions) =>
        {
            SectionPart::Sentence(address)
        }
        // [title](address) — words
        (BlockKind::Paragraph, Some(lead))
            if !in_heading && shape == Some(Shape::Prose) && lead.is_first() && item::is_parted(source, lead.end) =>
        {
            SectionPart::Entry(lead)
        }
        // Words [with a link](address). More words.
        (BlockKind::Paragraph, lead)
            if !in_heading
                && shape == Some(Shape::Prose)
                && lead.as_ref().is_none_or(|lead| lead.before != Before::Dash)
                && let Some(address) = news(source, definitions) =>
        {
            SectionPart::Sentence(address)
        }
        // | words | [title](address) |
        (BlockKind::Other, _) if shape == Some(Shape::Prose) && item::is_table(source) => SectionPart::Rows,
        // <!-- a comment -->
        (BlockKind::Comment, _) => SectionPart::Note,
        //         // {{ tag }}
        // ```
        _ if is_left_behind(block, source) => SectionPart::LeftBehind,
        // ---
        _ if is_rule(source) => SectionPart::Note,
        // </details>
        (BlockKind::Other, _) if markdown::is_frame(source) => SectionPart::Note,
        // [title](address)
        (BlockKind::Paragraph, _)
            if shape == Some(Shape::List) && follows_item(blocks, at) && item::is_link(source) =>
        {
            SectionPart::LikeItem
        }
        _ => SectionPart::Words,
    }
}

fn section_blocks<'b>(
    section: &SectionText<'_, '_>,
    blocks: &'b [Block],
    roles: &[Option<Role>],
    definitions: &Definitions,
) -> Vec<SectionBlock<'b>> {
    let blocks = blocks.iter().zip(roles).map(|(block, &role)| {
        let lead = read_lead(section.document, block, definitions).filter(shows_anything);
        SectionBlock { block, lead, role }
    });
    blocks.collect()
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

/// Whether a paragraph with a link follows a block, before another label.
fn precedes_prose(section: &SectionText<'_, '_>, blocks: &[Block], at: usize, definitions: &Definitions) -> bool {
    let after = blocks[at + 1..].iter().filter(|block| !block.is_note());
    let prose = after.map(|block| section.source(block)).take_while(|source| !item::is_label(source));
    prose.into_iter().any(|source| markdown::first_link(source, definitions).is_some())
}

/// Whether a list follows a block.
fn precedes_item(blocks: &[Block], at: usize) -> bool {
    let after = blocks[at + 1..].iter().find(|block| !block.is_note());
    after.is_some_and(|block| matches!(block.kind, BlockKind::Item { .. } | BlockKind::Loose))
}

/// Whether an item after these blocks continues a list that a comment, or what was left behind, broke in two.
fn continues_list(before: &[Block]) -> bool {
    let comments = before.iter().rev().take_while(|block| block.is_note()).count();
    let list = before[..before.len() - comments].last();
    comments > 0 && list.is_some_and(|block| matches!(block.kind, BlockKind::Item { .. }))
}

/// The shape of a block that can't be anything but an entry. The first such block of a section shows the section's shape.
fn certain_shape(section: &SectionText<'_, '_>, candidate: &SectionBlock<'_>) -> Option<Shape> {
    if candidate.role == Some(Role::Entry) {
        return Some(Shape::Heading);
    }
    let lead = candidate.lead.as_ref()?;
    match candidate.block.kind {
        BlockKind::Item { .. } => Some(Shape::List),
        BlockKind::Loose if !item::is_dash(section.source(candidate.block)) => Some(Shape::List),
        BlockKind::Paragraph if is_bold(section.source(candidate.block), lead) => Some(Shape::Bold),
        BlockKind::Paragraph if lead.numbered && (lead.is_first() || lead.alone) => Some(Shape::Paragraph),
        _ => None,
    }
}

/// Whether a section has neither entries nor lists, so that its sentences with links are entries. What stands under no heading isn't such a section.
fn is_prose(section: &SectionText<'_, '_>, candidates: &[SectionBlock<'_>]) -> bool {
    let is_entry = |candidate: &SectionBlock<'_>| {
        let source = section.source(candidate.block);
        let is_link = candidate.lead.as_ref().is_some_and(|lead| {
            candidate.block.kind == BlockKind::Paragraph && is_paragraph_entry(None, None, source, lead)
        });
        let is_item = matches!(candidate.block.kind, BlockKind::Item { .. } | BlockKind::Loose);
        is_item || is_link || candidate.role == Some(Role::Entry) || item::titled(source).is_some()
    };
    section.shape.is_none() && section.heading.is_some() && !candidates.iter().any(is_entry)
}

/// Whether a paragraph with a link begins like an entry of the newsletter of patches.
fn is_bold(source: &str, lead: &Lead) -> bool {
    lead.is_first() && [markdown::ENTRY, "__["].iter().any(|mark| source.starts_with(mark))
}

/// Whether an item with a link is an entry: always if it begins with the link, unless the configuration says otherwise.
fn is_item(forced: Option<Shape>, shape: Option<Shape>, lead: &Lead) -> bool {
    match forced {
        Some(forced) => takes(Some(forced), Shape::List),
        None => lead.is_first() || shape == Some(Shape::List),
    }
}

/// Whether what looks like an item with a bullet that isn't one of Markdown is an entry. A dash and a name may follow a quotation, where the
/// section lists nothing.
fn is_loose_item(forced: Option<Shape>, shape: Option<Shape>, source: &str, lead: &Lead) -> bool {
    let is_list = shape == Some(Shape::List) || shape.is_none() && !item::is_dash(source);
    takes(forced, Shape::List) && is_list && lead.is_first()
}

/// Whether entries of a shape are entries where the configuration asks for another. Where it asks for prose, that comes beside all others.
fn takes(given: Option<Shape>, shape: Shape) -> bool {
    given.is_none_or(|given| given == shape || given == Shape::Prose)
}

/// Whether a paragraph with a link is an entry: it is bold, or it is a link and numbered, or nothing else in the section is
/// an entry.
fn is_paragraph_entry(forced: Option<Shape>, shape: Option<Shape>, source: &str, lead: &Lead) -> bool {
    if is_bold(source, lead) && takes(forced, Shape::Bold) {
        return true;
    }
    let is_link = lead.numbered && (lead.is_first() || lead.alone)
        || lead.is_first() && lead.alone && lead.before != Before::Dash;
    match forced {
        Some(forced) => takes(Some(forced), Shape::Paragraph) && is_link,
        None => is_link && (lead.numbered || shape.is_none()),
    }
}

/// Whether there is anything to see of a link: `[]()` has neither words nor an address.
fn shows_anything(lead: &Lead) -> bool {
    text::is_visible(&lead.title) || text::is_visible(&lead.address)
}
