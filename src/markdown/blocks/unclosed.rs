//! Code and HTML without an end, which would swallow the rest of the text.

use super::heading::heading;

/// The byte at which a block of fenced code or HTML that never ends reaches a line that looks like a heading.
pub(super) fn heading_in_unclosed(block: &str) -> Option<usize> {
    if is_closed_fence(block) {
        return None;
    }
    block.match_indices('\n').map(|(end, _)| end + 1).find(|&line| heading(&block[line..]).is_some())
}

/// Whether the last line of a block of fenced code closes it.
fn is_closed_fence(block: &str) -> bool {
    let block = block.trim();
    match (block.chars().next(), block.rsplit_once('\n')) {
        (Some(mark), Some((_, last))) => mark != '<' && last.trim().chars().all(|c| c == mark),
        _ => false,
    }
}
