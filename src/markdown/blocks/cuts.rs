//! The lines of the newsletter of patches at which a block begins, whatever the parser makes of what stands above them.

use memchr::memmem;

use super::block::{END, ENTRY};
use super::block_line::{BlockLine, MarkedAs};
use super::plain_entry::first_line;
use crate::entry::loose;
use crate::facts::lore;

/// The lines behind the byte `from` that begin as an entry does, in whatever form, and those of quotes with full-width marks; none
/// within comments.
pub(super) fn cuts(text: &str, from: usize) -> Vec<BlockLine> {
    let mut cuts: Vec<BlockLine> = Vec::new();
    let mut at = from;
    let mut may_have_comments = true;
    let mut alone = true; // whether the line is no part of a paragraph that begins above it
    let mut quote: Option<usize> = None; // where the quote begins that the line above belongs to
    while at < text.len() {
        let line = first_line(&text[at..]);
        let words = line.trim_start_matches(' ');
        let is_block = line.len() - words.len() < 4; // more spaces make code (`CommonMark` §4)
        let mut next = at + line.len();
        let quote_above = quote.take();
        match words.chars().next().unwrap_or('\n') {
            '>' => {
                let is_entry = is_quoted_entry(line);
                if is_entry {
                    cuts.push(entry(at));
                }
                quote = quote_above.filter(|_| !is_entry).or(Some(at));
                alone = true;
            }
            '＞' => {
                let start = quote_above.unwrap_or(at);
                next = at + quote_length(&text[at..]);
                cuts.push(BlockLine { kind: MarkedAs::Quote, range: start..next });
                alone = true;
            }
            '\n' => alone = true,
            '#' => {
                cuts.extend(entry_in_heading(line).map(|start| entry(at + start)));
                alone = true;
            }
            '<' if is_block && may_have_comments && words.starts_with("<!--") => {
                match memmem::find(&text.as_bytes()[at..], b"-->") {
                    Some(length) => next = at + length + first_line(&text[at + length..]).len(),
                    None => may_have_comments = false,
                }
                alone = true;
            }
            '*' if is_block && words.starts_with(ENTRY) => {
                cuts.push(entry(at));
                cuts.extend(next_in_line(line).map(|next| entry(at + next)));
                alone = words.contains(END);
            }
            _ => match loose::read(&text[at..], alone) {
                Some(found) => {
                    next = at + found.end;
                    next += usize::from(text[next..].starts_with('\n'));
                    cuts.push(BlockLine { kind: MarkedAs::Loose, range: at..next });
                    alone = true;
                }
                None => alone = false,
            },
        }
        at = next;
    }
    cuts
}

/// An entry that begins at a byte.
fn entry(at: usize) -> BlockLine {
    BlockLine { kind: MarkedAs::Entry, range: at..at }
}

/// The starts of the entries of a line that stand behind its first.
fn next_in_line(line: &str) -> impl Iterator<Item = usize> + '_ {
    memmem::find_iter(line.as_bytes(), END).filter_map(|at| {
        let rest = line[at + END.len()..].trim_start_matches(' ');
        rest.starts_with(ENTRY).then_some(line.len() - rest.len())
    })
}

/// Where an entry begins in the line of a section's heading, behind its words: `### words **[title](address)**`. A version or a tag may
/// also belong to an entry that was made a heading.
fn entry_in_heading(line: &str) -> Option<usize> {
    let start = memmem::find(line.as_bytes(), ENTRY.as_bytes())?;
    let words = line[..start].trim_matches(['#', ' ']);
    let is_section = words.contains(char::is_alphabetic) && !words.ends_with([':', '：', ']']);
    (is_section && lore::names_archive(&line[start..])).then_some(start)
}

/// Whether an entry stands in a line of a quote.
fn is_quoted_entry(line: &str) -> bool {
    line.trim_start_matches(['>', '＞', ' ']).starts_with(ENTRY) && lore::names_archive(line)
}

/// The length of the quote that a text begins with, whichever marks its lines have, up to an entry in it.
fn quote_length(text: &str) -> usize {
    let mut length = first_line(text).len();
    while text[length..].trim_start_matches(' ').starts_with(['>', '＞']) {
        let line = first_line(&text[length..]);
        if is_quoted_entry(line) {
            break;
        }
        length += line.len();
    }
    length
}
