//! The grammar of the newsletter of patches: bold links, and the quoted mail below them.

use super::first_line::{self, FirstLine};
use super::grammar::Grammar;
use super::kind::IssueKind;
use super::meant;
use super::section::{OpenEntry, SectionText, Split, is_left_behind, is_rule};
use crate::diagnostic::Problem;
use crate::entry::Entry;
use crate::facts::section::Table;
use crate::markdown::{self, Block, BlockKind};

/// Whether a block begins an entry.
pub(super) fn begins_entry(source: &str) -> bool {
    meant::begins_entry(source) || first_line::read_loose(source).is_some()
}

/// Appends the entries of a section.
pub(super) fn split<'a>(section: &SectionText<'a, '_>, blocks: &[Block], grammar: &Grammar<'_>, split: &mut Split<'a>) {
    let kind = grammar.kind;
    let before = split.entries.len();
    let mut open: Option<OpenEntry> = None;
    for (at, block) in blocks.iter().enumerate() {
        let source = section.source(block);
        match (&block.kind, &mut open, split.entries.last_mut()) {
            // **[title](address)** words
            //    ^^^^^  ^^^^^^^    ^^^^^
            _ if source.starts_with(markdown::ENTRY) => {
                open = Some(begin(section, blocks, at, first_line::read(source), split));
            }
            // > * v3: [title](address)
            //     ^^^^^^^^^^  ^^^^^^^
            _ if let Some(line) = first_line::read_loose(source) => {
                open = Some(begin(section, blocks, at, line, split));
            }
            // #### **[title](address)**
            //         ^^^^^  ^^^^^^^
            _ if let Some(line) = first_line::read_heading(source) => {
                open = Some(begin(section, blocks, at, line, split));
            }
            // > text of the mail
            //   ^^^^^^^^^^^^^^^^
            (BlockKind::Quote, Some(open), Some(entry)) => open.push_mail(entry, source),
            // <!-- a comment -->
            (BlockKind::Comment, ..) => {}
            // <<<<<<< branch
            // {{ tag }}
            // ```
            _ if is_left_behind(block, source) => open.iter_mut().for_each(OpenEntry::end_words),
            // anything else, as the editors wrote it
            (_, Some(open), Some(entry)) => {
                open.push_words(entry, &section.document.text, block.range.start..section.end_of(blocks, at));
            }
            // ---
            _ if is_rule(source) => {}
            _ if kind == IssueKind::Patches => split.diagnostics.push(section.diagnostic(block, Problem::Stray)),
            _ => split.passed_by += 1,
        }
    }
    if kind == IssueKind::Patches && split.entries.len() > before {
        report_section(section, blocks, grammar.sections, split);
    }
}

/// Begins an entry with its first line, and what follows that in its block.
fn begin<'a>(
    section: &SectionText<'a, '_>,
    blocks: &[Block],
    at: usize,
    line: FirstLine<'a>,
    split: &mut Split<'a>,
) -> OpenEntry {
    let block = &blocks[at];
    split.diagnostics.extend(line.problem.map(|problem| section.diagnostic(block, problem)));
    let mut entry = Entry { section: section.section.clone(), title: line.title, link: line.link, body: Vec::new() };
    let mut open = OpenEntry::default();
    if !line.rest.trim().is_empty() {
        match block.kind {
            BlockKind::Quote => open.push_mail(&mut entry, line.rest),
            _ => {
                let start = block.range.end - line.rest.len();
                open.push_words(&mut entry, &section.document.text, start..section.end_of(blocks, at));
            }
        }
    }
    split.entries.push(entry);
    open
}

/// Reports a section that the table doesn't have, or has by another heading, or that has no heading.
fn report_section(text: &SectionText<'_, '_>, blocks: &[Block], sections: &Table, split: &mut Split<'_>) {
    match (text.heading, &text.section) {
        (Some(heading @ Block { kind: BlockKind::Heading(_, words), .. }), Some(section)) => {
            let problem = if section.known {
                let usual = sections.usual(words).map(str::to_owned);
                usual.map(|usual| Problem::SectionSpelling { words: words.clone(), usual })
            } else {
                let slug = section.slug.clone();
                Some(match sections.nearest(words) {
                    Some(near) => Problem::NearSection { slug, near: near.to_owned() },
                    None => Problem::UnknownSection(slug),
                })
            };
            split.diagnostics.extend(problem.map(|problem| text.diagnostic(heading, problem)));
        }
        _ => {
            let entries = blocks.iter().filter(|block| begins_entry(text.source(block)));
            split.diagnostics.extend(entries.map(|entry| text.diagnostic(entry, Problem::NoSection)));
        }
    }
}
