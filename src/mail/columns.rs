//! Text in which columns matter: code, tables, diagrams, logs. It must not flow.

use super::line::MailLine;
use super::marks::{is_log, item, label_column};

/// Parts a block of text into runs of lines in which columns matter (`true`) and runs that flow (`false`).
///
/// `hang` carries over from block to block.
pub(super) fn runs<'a, 'b>(block: &'b [MailLine<'a>], hang: &mut Hang) -> Vec<(bool, &'b [MailLine<'a>])> {
    if is_columnar(block) {
        return vec![(true, block)];
    }
    hang.label = 0;
    let is_paragraph = is_indented_paragraph(block);
    let fixed: Vec<bool> =
        block.iter().enumerate().map(|(at, line)| is_fixed(line, hang) && !(at == 0 && is_paragraph)).collect();
    if !fixed.contains(&true) {
        return vec![(false, block)];
    }
    if block.iter().zip(&fixed).any(|(line, fixed)| !fixed && is_code(line.text.trim_end())) {
        return vec![(true, block)];
    }
    let mut rest = block;
    let mut runs = Vec::new();
    for run in fixed.chunk_by(|a, b| a == b) {
        let (lines, after) = rest.split_at(run.len());
        runs.push((run[0], lines));
        rest = after;
    }
    runs
}

/// The columns at which the words of an item or a label began. Lines indented that far continue it, so they aren't code.
/// 0 if there is none.
#[derive(Default)]
pub(super) struct Hang {
    /// After the marker of a list item.
    item: usize,
    /// After a label: `PS: words`.
    label: usize,
}

/// Whether columns matter in a line: it is indented like code, or it has tabs, or it comes from a log.
fn is_fixed(line: &MailLine<'_>, hang: &mut Hang) -> bool {
    if let Some(words) = item(line) {
        hang.item = words;
        return line.has_tab();
    }
    let indent = line.indent;
    if indent == 0 {
        hang.item = 0;
    }
    if indent != hang.label {
        hang.label = label_column(line).unwrap_or(0);
    } else if indent > 0 {
        return line.has_tab(); // aligned with the words after the label
    }
    let is_deep = indent >= 4 && (hang.item == 0 || indent > hang.item);
    is_deep || line.has_tab() || is_log(line.words)
}

/// Whether the block is a paragraph whose first line is indented, as in books.
fn is_indented_paragraph(block: &[MailLine<'_>]) -> bool {
    let words = block[0].words;
    block.len() > 1
        && block[0].indent > 0
        && block[1].indent == 0
        && words.len() > 40
        && !words.contains('\t')
        && !words.ends_with([';', '{', '}', ':'])
}

/// Whether a line that isn't indented belongs to code around it.
fn is_code(line: &str) -> bool {
    line.ends_with(['{', '\\']) || line.starts_with('}')
}

/// Whether a block is set in columns as a whole: a table, a diagram, a patch, a log.
fn is_columnar(block: &[MailLine<'_>]) -> bool {
    let mut gaps = 0;
    block.iter().any(|line| {
        let gap = if is_log(line.words) { 0 } else { widest_gap(line) };
        gaps += usize::from(gap >= 2);
        gap >= 4 || gaps >= 2 || is_drawn(line)
    })
}

/// Whether the line is part of a diagram, a table or a patch.
fn is_drawn(line: &MailLine<'_>) -> bool {
    let text = line.text;
    !text.is_ascii() && text.contains(|c| ('\u{2500}'..='\u{259F}').contains(&c))
        || text.contains('+') && ["--+", "+--", "==+"].iter().any(|mark| text.contains(mark))
        || text.starts_with("@@ ")
        || text.starts_with("diff --git ")
        || line.words.starts_with('|')
}

/// The widest run of spaces between two words of the line. The two spaces after a sentence don't count.
fn widest_gap(line: &MailLine<'_>) -> usize {
    if !line.text.contains("  ") {
        return 0;
    }
    let mut words = line.words;
    if item(line).is_some() {
        words = words.split_once(' ').map_or(words, |(_, words)| words.trim_start());
    }
    let mut widest = 0;
    let mut gap = 0;
    let mut ends_sentence = false;
    for c in words.chars() {
        if c == ' ' {
            gap += 1;
            continue;
        }
        if gap > 2 || gap == 2 && !ends_sentence {
            widest = widest.max(gap);
        }
        gap = 0;
        ends_sentence = ".!?:;,)\"'".contains(c);
    }
    widest
}
