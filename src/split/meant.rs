//! What the editors meant, where an issue's blocks aren't written as they should be.

use crate::diagnostic::{Diagnostic, Diagnostics, Problem};
use crate::document::Document;
use crate::facts::section::Table;
use crate::markdown::{self, Block, BlockKind};

use super::first_line;
use super::grammar::Grammar;
use super::kind::IssueKind;

/// The longest heading that the table of sections doesn't have and that isn't written as one, in characters.
const LONGEST: usize = 30;

/// The level of a heading that has none: that of the newsletter's sections.
const LEVEL: usize = 3;

/// Makes headings of the blocks that were meant as such, and, in an issue of patches, entries of the headings that weren't. Reports the former;
/// the latter are reported where entries are.
pub(crate) fn headings_as_meant(
    document: &Document,
    blocks: &mut [Block],
    grammar: &Grammar<'_>,
    diagnostics: &mut Diagnostics,
) {
    for at in 0..blocks.len() {
        let source = &document.text[blocks[at].range.clone()];
        let meant = match &blocks[at].kind {
            // #### [title](address)
            BlockKind::Heading(_, words) if grammar.kind == IssueKind::Patches && is_entry(source, words, grammar) => {
                BlockKind::Paragraph
            }
            // ###words
            // ＃＃＃ words
            BlockKind::LooseHeading(level, words) => {
                let may_be_heading = match grammar.kind {
                    IssueKind::Patches => true,
                    IssueKind::BoldLinks => false,
                    IssueKind::Links => is_before_item(blocks, at),
                };
                if may_be_heading && is_heading(document, &blocks[at], grammar.sections) {
                    BlockKind::Heading(*level.min(&6), words.clone())
                } else {
                    BlockKind::Paragraph
                }
            }
            // **words**
            // <h3>words</h3>
            // > ### words
            BlockKind::Paragraph | BlockKind::Other | BlockKind::Quote if grammar.kind == IssueKind::Patches => {
                let may_be_heading = blocks[at].kind != BlockKind::Quote || is_marked(source);
                let words = if may_be_heading { lone_words(source) } else { None };
                match words.filter(|words| grammar.sections.knows(words)) {
                    Some(words) if words != source.trim() || is_before_entry(document, blocks, at) => {
                        BlockKind::Heading(LEVEL, words.to_owned())
                    }
                    _ => continue,
                }
            }
            _ => continue,
        };
        if matches!(meant, BlockKind::Heading(..)) {
            diagnostics.push(diagnostic(document, &blocks[at], Problem::LooseHeading));
        }
        blocks[at].kind = meant;
    }
}

/// Whether a block begins an entry, also if that was made a heading. Links that begin entries where those are may be anything elsewhere.
pub(crate) fn begins_entry(source: &str) -> bool {
    source.starts_with(markdown::ENTRY) || first_line::read_heading(source).is_some()
}

/// Whether a heading is the first line of an entry. The heading of a section may be a link, too.
fn is_entry(source: &str, words: &str, grammar: &Grammar<'_>) -> bool {
    let may_be_title = source.starts_with("# ") && !source.contains(markdown::ENTRY); // of the issue
    !may_be_title && !grammar.sections.knows(words) && first_line::read_heading(source).is_some()
}

/// Whether a line with hashes, though it isn't a heading, was meant as one: a section has it, or it stands alone with a few words that can't
/// be code. A single hash is too little then.
fn is_heading(document: &Document, block: &Block, sections: &Table) -> bool {
    let BlockKind::LooseHeading(level, words) = &block.kind else { return false };
    if sections.knows(words) {
        return true;
    }
    let before = document.text[..block.range.start].trim_end_matches(' ');
    let after = document.text[block.range.end..].trim_start_matches(' ');
    let is_alone = (before.is_empty() || before.ends_with("\n\n"))
        && (after.trim().is_empty() || ["\n\n", "\n**["].iter().any(|start| after.starts_with(start)));
    let is_plain = |c: char| c.is_alphanumeric() || " -/.+&()（）【】、".contains(c);
    (2..=6).contains(level)
        && is_alone
        && document.text[block.range.clone()].starts_with(['#', '＃'])
        && words.contains(char::is_alphabetic)
        && words.chars().count() <= LONGEST
        && words.chars().all(is_plain)
        && !words.ends_with('.')
}

/// Whether the next block begins an entry.
fn is_before_entry(document: &Document, blocks: &[Block], at: usize) -> bool {
    let next = blocks.get(at + 1);
    next.is_some_and(|next| document.text[next.range.clone()].starts_with(markdown::ENTRY))
}

/// Whether the next block is an item of a list.
fn is_before_item(blocks: &[Block], at: usize) -> bool {
    let next = blocks[at + 1..].iter().find(|next| !next.is_note());
    next.is_some_and(|next| matches!(next.kind, BlockKind::Item { .. } | BlockKind::Loose))
}

/// Whether a quote is a heading.
fn is_marked(quote: &str) -> bool {
    quote.trim_start_matches(['>', ' ']).starts_with(['#', '＃'])
}

/// The words of a block of one line, without what they are marked with. A line of dashes may follow.
fn lone_words(source: &str) -> Option<&str> {
    let source = source.trim();
    let (line, below) = source.split_once('\n').unwrap_or((source, ""));
    let is_of_entry = line.starts_with(markdown::ENTRY) || line.ends_with(markdown::END);
    if is_of_entry || !below.chars().all(|c| matches!(c, '-' | '=' | ' ')) {
        return None;
    }
    let line = match line.strip_prefix('<') {
        Some(tag) => tag.split_once('>')?.1.rsplit_once("</")?.0,
        None => line,
    };
    let words = line.trim_matches(|c: char| !c.is_alphanumeric());
    (!words.is_empty()).then_some(words)
}

/// What is in an issue's blocks and was never meant to be published, and code that never ends.
pub(crate) fn left_behind(document: &Document, blocks: &[Block], diagnostics: &mut Diagnostics) {
    for block in blocks {
        let problem = match block.kind {
            BlockKind::Conflict => Problem::Conflict,
            BlockKind::Tag => Problem::TemplateTag,
            BlockKind::Open | BlockKind::Fence => Problem::OpenBlock,
            _ => continue,
        };
        diagnostics.push(diagnostic(document, block, problem));
    }
}

/// A diagnostic about a block, without the white space around it.
fn diagnostic(document: &Document, block: &Block, problem: Problem) -> Diagnostic {
    let source = &document.text[block.range.clone()];
    let end = block.range.start + source.trim_end().len();
    let start = block.range.end - source.trim_start().len();
    document.diagnostic(Some(start.min(end)..end), problem)
}
