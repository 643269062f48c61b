//! The grammar of the newsletter of patches: bold links, and the quoted mail below them.

use std::ops::Range;

use super::first_line::{self, FirstLine};
use super::grammar::Grammar;
use super::kind::IssueKind;
use super::meant;
use super::section::{OpenEntry, SectionText, Split, is_left_behind, is_rule};
use crate::diagnostic::{Broken, Diagnostic, Problem};
use crate::entry::passed_by::PassedKind;
use crate::entry::{Entry, loose};
use crate::facts::lore;
use crate::facts::section::Table;
use crate::markdown::{self, Block, BlockKind};
use crate::text;

/// Whether a block is written as the beginning of an entry of patches.
pub(super) fn begins_entry(section: &SectionText<'_, '_>, block: &Block) -> bool {
    let source = section.source(block);
    meant::begins_entry(source) || block.kind == BlockKind::Loose || is_quoted_entry(block, source)
}

fn is_quoted_entry(block: &Block, source: &str) -> bool {
    block.kind == BlockKind::Quote && first_line::read_quoted(source).is_some()
}

/// Appends the entries of a section.
pub(super) fn split<'a>(section: &SectionText<'a, '_>, blocks: &[Block], grammar: &Grammar<'_>, split: &mut Split<'a>) {
    let kind = grammar.kind;
    let before = split.entries.len();
    let is_empty = section.heading.is_some() && !blocks.iter().any(|block| begins_entry(section, block));
    let mut open: Option<OpenEntry> = None;
    let mut in_commented = false; // whether a quote here belongs to an entry in a comment
    for (at, block) in blocks.iter().enumerate() {
        let source = section.source(block);
        let words = block.range.start..section.end_of(blocks, at);
        if block.kind == BlockKind::Quote {
            split.diagnostics.extend(full_width_quote(section, source));
        }
        in_commented = match block.kind {
            BlockKind::Comment => kind == IssueKind::Patches && ends_with_entry(source),
            BlockKind::Quote => in_commented,
            _ => false,
        };
        match (&block.kind, &mut open, split.entries.last_mut()) {
            // **[title](address)** words
            //    ^^^^^  ^^^^^^^    ^^^^^
            _ if source.starts_with(markdown::ENTRY) => {
                split.diagnostics.extend(behind_heading(section, blocks, at));
                open = Some(begin(section, blocks, at, first_line::read(source), kind, split));
            }
            // - 【title】（address）
            //    ^^^^^   ^^^^^^^
            (BlockKind::Loose, ..)
                if let Some(line) = first_line::loose(source, true)
                    && (line.link.is_some() || kind == IssueKind::Patches) =>
            {
                open = Some(begin(section, blocks, at, line, kind, split));
            }
            // > * v3: [title](address)
            //     ^^^^^^^^^^  ^^^^^^^
            (BlockKind::Quote, ..) if let Some(line) = first_line::read_quoted(source) => {
                open = Some(begin(section, blocks, at, line, kind, split));
            }
            // #### **[title](address)**
            //         ^^^^^  ^^^^^^^
            _ if let Some(line) = first_line::read_heading(source) => {
                open = Some(begin(section, blocks, at, line, kind, split));
            }
            // <!-- **[title](address)** -->
            //
            // > text of the mail
            (BlockKind::Quote, ..) if in_commented => {
                split.passed_by.push(section.passed_as(block, PassedKind::Commented));
            }
            // > text of the mail
            //   ^^^^^^^^^^^^^^^^
            (BlockKind::Quote, Some(open), Some(entry)) => {
                open.push_mail(entry, source);
                report_suspects(section, words, kind, split);
            }
            // <!-- **[title](address)** -->
            (BlockKind::Comment, ..) => report_comment(section, source, kind, split),
            // <<<<<<< branch
            // {{ tag }}
            // ```
            _ if is_left_behind(block, source) => open.iter_mut().for_each(OpenEntry::end_words),
            // anything else, as the editors wrote it
            (_, Some(open), Some(entry)) => {
                open.push_words(entry, &section.document.text, words.clone());
                report_suspects(section, words, kind, split);
            }
            // l.org/list/message-id/)**
            //
            // > text of the mail
            (BlockKind::Paragraph, None, _)
                if kind == IssueKind::Patches
                    && blocks.get(at + 1).is_some_and(|next| next.kind == BlockKind::Quote)
                    && let Some(line) = first_line::remains(source) =>
            {
                open = Some(begin(section, blocks, at, line, kind, split));
            }
            // ---
            _ if is_rule(source) => {}
            // 暂无。
            (BlockKind::Paragraph, ..) if is_empty && says_nothing(source) => {
                split.passed_by.push(section.passed_as(block, PassedKind::Prose));
            }
            _ if kind == IssueKind::Patches => split.diagnostics.push(section.diagnostic(block, Problem::Stray)),
            _ => split.passed_by.push(section.passed(block, grammar.definitions)),
        }
    }
    if kind == IssueKind::Patches && split.entries.len() > before {
        report_section(section, blocks, grammar.sections, split);
    }
}

/// The longest text that says that a section has no entries, in characters.
const LONGEST_NOTHING: usize = 10;

/// Whether a text may say no more than that nothing is there.
fn says_nothing(source: &str) -> bool {
    let is_link = source.contains("](") || source.contains("**") || text::is_web(source);
    !is_link && source.trim().chars().count() <= LONGEST_NOTHING
}

/// Reports an entry in the line of its section's heading.
fn behind_heading(section: &SectionText<'_, '_>, blocks: &[Block], at: usize) -> Option<Diagnostic> {
    let heading = section.heading.filter(|_| at == 0)?;
    let between = &section.document.text[heading.range.start..blocks[0].range.start];
    let mark = &section.source(&blocks[0])[..markdown::ENTRY.len()];
    (!between.contains('\n')).then(|| section.diagnostic_at(mark, Problem::BrokenEntry(Broken::Form)))
}

/// Reports the first mark of a quote that is full-width.
fn full_width_quote(section: &SectionText<'_, '_>, quote: &str) -> Option<Diagnostic> {
    let mark = quote.match_indices('＞').find(|(at, _)| {
        let before = quote[..*at].trim_end_matches(' ');
        before.is_empty() || before.ends_with('\n')
    });
    mark.map(|(_, mark)| section.diagnostic_at(mark, Problem::FullWidthQuote))
}

/// Reports the lines of an entry's text that look like a part of another entry. Quoted ones may hold links, but not an entry.
fn report_suspects(section: &SectionText<'_, '_>, text: Range<usize>, kind: IssueKind, split: &mut Split<'_>) {
    if kind != IssueKind::Patches {
        return;
    }
    let text = &section.document.text[text];
    let has_link = text.contains("](");
    let suspects = text.lines().filter_map(|line| {
        if !line.trim_start_matches(' ').starts_with(['>', '＞']) {
            return Some(&line[loose::suspect(line)?]);
        }
        let entry = &line[has_link.then(|| line.find(markdown::ENTRY))??..];
        (entry.contains("](") && lore::names_archive(entry)).then(|| entry.trim_end())
    });
    split.diagnostics.extend(suspects.map(|part| section.diagnostic_at(part, Problem::LikeEntry)));
}

/// Reports the entries in a comment: editors leave some out on purpose, and forget others.
fn report_comment(section: &SectionText<'_, '_>, comment: &str, kind: IssueKind, split: &mut Split<'_>) {
    if kind != IssueKind::Patches {
        return;
    }
    let entries = comment.lines().map(without_comment).filter(|line| is_commented(line));
    split.diagnostics.extend(entries.map(|entry| section.diagnostic_at(entry, Problem::CommentedEntry)));
}

/// Whether an entry without its text stands in a comment, so that a quote below it is that text.
fn ends_with_entry(comment: &str) -> bool {
    let last = comment.lines().map(without_comment).rfind(|line| !line.is_empty());
    last.is_some_and(is_commented)
}

/// A line of a comment, without the comment's marks.
fn without_comment(line: &str) -> &str {
    line.trim().trim_start_matches("<!--").trim_end_matches("-->").trim()
}

/// Whether a line of a comment is the first line of an entry.
fn is_commented(line: &str) -> bool {
    match loose::read(line, true) {
        Some(entry) => entry.address.is_some(),
        None => line.starts_with(markdown::ENTRY) && lore::names_archive(line),
    }
}

/// Begins an entry with its first line, and what follows that in its block.
fn begin<'a>(
    section: &SectionText<'a, '_>,
    blocks: &[Block],
    at: usize,
    line: FirstLine<'a>,
    kind: IssueKind,
    split: &mut Split<'a>,
) -> OpenEntry {
    let block = &blocks[at];
    split.diagnostics.extend(line.problem.map(|(problem, wrong)| section.diagnostic_at(wrong, problem)));
    let mut entry = Entry { section: section.section.clone(), title: line.title, link: line.link, body: Vec::new() };
    let mut open = OpenEntry::default();
    let words = block.range.end - line.rest.len()..section.end_of(blocks, at);
    report_suspects(section, words.clone(), kind, split);
    if !line.rest.trim().is_empty() {
        match block.kind {
            BlockKind::Quote => open.push_mail(&mut entry, line.rest),
            _ => open.push_words(&mut entry, &section.document.text, words),
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
                    _ if words.starts_with("{{") || words.starts_with("{%") => Problem::TemplateTag,
                    Some(near) => Problem::NearSection { slug, near: near.to_owned() },
                    None => Problem::UnknownSection(slug),
                })
            };
            split.diagnostics.extend(problem.map(|problem| text.diagnostic(heading, problem)));
        }
        _ => {
            let entries = blocks.iter().filter(|block| begins_entry(text, block));
            split.diagnostics.extend(entries.map(|entry| text.diagnostic(entry, Problem::NoSection)));
        }
    }
}
