//! The pieces of a mail as HTML.

use super::piece::{FlowLine, Join, Piece};
use crate::text;

/// Appends the pieces: `p`, `pre` and `blockquote`, in order.
pub(super) fn push_pieces(out: &mut String, pieces: &[Piece<'_>]) {
    for piece in pieces {
        match piece {
            Piece::Flow(lines) => push_flow(out, lines),
            Piece::Fixed(lines) => push_fixed(out, lines),
            Piece::Quote(inner) => {
                out.push_str("<blockquote>\n");
                push_pieces(out, inner);
                out.push_str("</blockquote>\n");
            }
        }
    }
}

fn push_flow(out: &mut String, lines: &[FlowLine<'_>]) {
    out.push_str("<p>");
    for (n, line) in lines.iter().enumerate() {
        match line.join {
            Join::Line(indent) => {
                out.push_str(if n > 0 { "<br>\n" } else { "" });
                (0..indent).for_each(|_| out.push('\u{A0}'));
            }
            Join::Space => out.push(' '),
            Join::Nothing => {}
        }
        text::escape_and_link(out, line.words);
    }
    out.push_str("</p>\n");
}

/// Lines without the indentation that they all share.
fn push_fixed(out: &mut String, lines: &[&str]) {
    out.push_str("<pre>");
    let margin = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| spaces(line)).min().unwrap_or(0);
    for (n, line) in lines.iter().enumerate() {
        out.push_str(if n > 0 { "\n" } else { "" });
        text::escape_and_link(out, line.get(margin..).unwrap_or(""));
    }
    out.push_str("</pre>\n");
}

/// The number of spaces at the start of a line.
fn spaces(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
