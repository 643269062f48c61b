//! The blocks of a plain entry, found without the parser. Nearly all entries of the newsletter are plain.

use super::block::{Block, BlockKind, ENTRY};
use super::heading::heading;
use crate::text;

/// Appends the blocks of a text that begins at `offset`, if it is plain: lines that begin as an entry does, quotes, and
/// headings without markup, with blank lines between them. Otherwise appends nothing and returns `false`.
pub(super) fn push_plain(blocks: &mut Vec<Block>, text: &str, offset: usize) -> bool {
    let before = blocks.len();
    let mut at = 0;
    while at < text.len() {
        let line = first_line(&text[at..]);
        if is_blank(line) {
            at += line.len();
            continue;
        }
        let Some((kind, length)) = plain_block(&text[at..]) else { break };
        let end = at + length;
        if !is_blank(first_line(&text[end..])) {
            break;
        }
        blocks.push(Block { kind, range: offset + at..offset + end });
        at = end;
    }
    let is_plain = at == text.len();
    if !is_plain {
        blocks.truncate(before);
    }
    is_plain
}

/// The kind and the length, in bytes, of the block that a text begins with, if it is plain.
fn plain_block(text: &str) -> Option<(BlockKind, usize)> {
    let line = first_line(text);
    match line.as_bytes().first()? {
        b'>' => Some((BlockKind::Quote, quote_length(text))),
        b'*' if line.starts_with(ENTRY) => Some((BlockKind::Paragraph, line.len())),
        b'#' => Some((plain_heading(line)?, line.len())),
        _ => None,
    }
}

fn quote_length(text: &str) -> usize {
    let mut length = 0;
    while text[length..].starts_with('>') {
        length += first_line(&text[length..]).len();
    }
    length
}

/// A heading, if none of its characters can be markup.
fn plain_heading(line: &str) -> Option<BlockKind> {
    let (level, rest) = heading(line)?;
    let words = rest.strip_suffix('\n')?;
    let is_plain = words.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '-');
    is_plain.then(|| BlockKind::Heading(level, text::one_line(words)))
}

/// The first line of a text, with its line feed.
pub(super) fn first_line(text: &str) -> &str {
    memchr::memchr(b'\n', text.as_bytes()).map_or(text, |end| &text[..=end])
}

fn is_blank(line: &str) -> bool {
    line.trim_ascii().is_empty()
}
