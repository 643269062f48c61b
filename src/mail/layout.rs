//! The layout of a mail: which lines are quotes, which flow, and which are set in columns.

use super::columns::{Hang, runs};
use super::flow::{flow, wrap_width};
use super::line::MailLine;
use super::piece::Piece;
use super::quote::quoted;

/// The deepest nesting of quotes. Deeper ones keep their `>` as text.
const DEEPEST_QUOTE: usize = 8;

/// The pieces of a mail, in order.
pub(super) fn pieces(mail: &str) -> Vec<Piece<'_>> {
    let mut lines = Vec::with_capacity(mail.len() / 32 + 1);
    lines.extend(mail.lines().map(MailLine::of));
    pieces_of(&lines, DEEPEST_QUOTE)
}

/// The pieces of some lines, in which quotes may nest `depth` deep.
fn pieces_of<'a>(lines: &[MailLine<'a>], depth: usize) -> Vec<Piece<'a>> {
    let width = wrap_width(lines);
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    let mut above: &[MailLine<'a>] = &[]; // the empty lines above the block
    let mut hang = Hang::default();
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let kind = kind_of(first, depth);
        let end = rest.iter().position(|line| kind_of(line, depth) != kind).unwrap_or(rest.len());
        let (block, after) = rest.split_at(end);
        rest = after;
        match kind {
            LineKind::Empty => {
                above = block;
                continue;
            }
            LineKind::Quoted => {
                let inner: Vec<_> = block.iter().filter_map(|line| quoted(line.text)).map(MailLine::of).collect();
                pieces.push(Piece::Quote(pieces_of(&inner, depth - 1)));
            }
            LineKind::Text => {
                for (is_fixed, run) in runs(block, &mut hang) {
                    if is_fixed {
                        push_fixed(&mut pieces, above, run);
                    } else {
                        pieces.push(Piece::Flow(flow(run, width)));
                    }
                }
            }
        }
        above = &[];
    }
    pieces
}

/// Appends lines in which columns matter. They continue such lines above if both are indented or neither is: code may
/// contain empty lines.
fn push_fixed<'a>(pieces: &mut Vec<Piece<'a>>, above: &[MailLine<'a>], run: &[MailLine<'a>]) {
    match pieces.last_mut() {
        Some(Piece::Fixed(lines)) if is_indented(lines[0]) == is_indented(run[0].text) => {
            lines.extend(above.iter().chain(run).map(|line| line.text));
        }
        _ => pieces.push(Piece::Fixed(run.iter().map(|line| line.text).collect())),
    }
}

fn is_indented(line: &str) -> bool {
    line.starts_with([' ', '\t'])
}

/// What a line is, apart from the lines around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineKind {
    Empty,
    Quoted,
    Text,
}

fn kind_of(line: &MailLine<'_>, depth: usize) -> LineKind {
    if line.words.is_empty() {
        LineKind::Empty
    } else if depth > 0 && quoted(line.text).is_some() {
        LineKind::Quoted
    } else {
        LineKind::Text
    }
}
