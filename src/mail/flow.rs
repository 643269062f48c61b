//! Flowing text: lines that were only wrapped are joined again.

use std::ops::RangeInclusive;

use super::line::MailLine;
use super::marks::{is_footnote, is_label, item, label_column};
use super::piece::{FlowLine, Join};

/// The widths, in columns, at which a mail may have been wrapped.
const WIDTHS: RangeInclusive<usize> = 60..=80;

/// The width, in columns, at which a mail was wrapped: that of its longest line of plain words, within [`WIDTHS`].
pub(super) fn wrap_width(lines: &[MailLine<'_>]) -> usize {
    let widths = lines.iter().filter(|line| WIDTHS.contains(&line.width) && is_prose(line)).map(|line| line.width);
    widths.max().unwrap_or(*WIDTHS.start())
}

/// Whether the line holds plain words only: addresses and code are never wrapped.
fn is_prose(line: &MailLine<'_>) -> bool {
    !line.text.contains("://") && !line.has_tab() && !line.text.starts_with("    ")
}

/// Joins the lines that were only wrapped, at this width.
pub(super) fn flow<'a>(lines: &[MailLine<'a>], width: usize) -> Vec<FlowLine<'a>> {
    let shallowest = lines.iter().map(|line| line.indent).min().unwrap_or(0);
    let mut joined: Vec<FlowLine<'a>> = Vec::with_capacity(lines.len());
    let mut text_column = 0; // of the item or paragraph that the line above belongs to
    let mut hanging = None; // the same column, if the words begin after a marker or a label
    let mut in_signature = false;
    for (at, line) in lines.iter().enumerate() {
        let above = at.checked_sub(1).map(|above| &lines[above]);
        let is_dedented = hanging.is_none() && line.indent + 1 < text_column;
        let starts =
            in_signature || is_dedented || above.is_none_or(|above| was_break_meant(above, line, text_column, width));
        in_signature |= matches!(line.words, "--" | "---");
        let join = match above {
            Some(above) if !starts => join(above.words, line.words),
            _ => {
                let item = item(line);
                let below = lines.get(at + 1).map(|below| below.indent);
                hanging = item.or_else(|| label_column(line).filter(|column| Some(*column) == below));
                text_column = hanging.unwrap_or(line.indent);
                Join::Line(if item.is_some() { line.indent } else { line.indent - shallowest })
            }
        };
        joined.push(FlowLine { join, words: line.words });
    }
    joined
}

/// How words continue the line above: Chinese has no spaces.
fn join(above: &str, words: &str) -> Join {
    let is_chinese = above.ends_with(is_wide) && words.starts_with(is_wide);
    if is_chinese { Join::Nothing } else { Join::Space }
}

fn is_wide(c: char) -> bool {
    c >= '\u{2E80}'
}

/// Whether the break between two lines was meant, so that the second stays on a line of its own. `text_column` is where
/// the text of the first one's item or paragraph begins.
///
/// A wrapped line is full: the next word would not have fitted. If it would have, the break was meant, unless the words
/// clearly run on.
fn was_break_meant(above: &MailLine<'_>, line: &MailLine<'_>, text_column: usize, width: usize) -> bool {
    let (before, words) = (above.text.trim_end(), line.words);
    if item(line).is_some()
        || is_label(line.text.trim_start())
        || is_address(words)
        || is_address(above.words)
        || before.ends_with('\\')
    {
        return true;
    }
    let word = words.split(' ').next().unwrap_or("");
    let reach = above.width_of(before) + 1 + line.width_of(word);
    let fits = reach <= width;
    if is_footnote(words) && (is_footnote(above.words) || words.contains("://")) {
        return true;
    }
    let runs_on = words.starts_with(|c: char| c.is_lowercase() || c == '(' || c.is_ascii_digit());
    if line.indent > text_column + 1 && (fits || !runs_on) {
        return true;
    }
    let ends = before.ends_with(['.', ':', '!', '?', ';']);
    let sentence_goes_on =
        is_word(word) && before.rsplit(' ').next().is_some_and(is_word) && words.len() * 5 > width * 3;
    let is_short = reach * 5 <= width * 3 && !sentence_goes_on;
    fits && (!runs_on || ends || is_short || is_label(above.words))
}

/// Whether the line consists of an address only.
fn is_address(line: &str) -> bool {
    line.starts_with("http") && !line.contains(' ')
}

fn is_word(word: &str) -> bool {
    word.chars().all(|c| c.is_alphabetic() || c == '\'')
}
