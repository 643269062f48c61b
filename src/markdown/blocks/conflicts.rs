//! What an unfinished merge leaves in a text.
//!
//! ```text
//! <<<<<<< HEAD
//! one side
//! ||||||| 1a2b3c4
//! what both changed
//! =======
//! the other side
//! >>>>>>> branch
//! ```

use std::ops::Range;

use super::block_line::{BlockLine, MarkedAs};

/// How many characters a marker has.
const LENGTH: usize = 7;

/// The character of the conflict marker that a line may be.
pub(super) fn mark(line: &str) -> Option<u8> {
    let mark = *line.as_bytes().first().filter(|mark| b"<|=>".contains(mark))?;
    let length = line.bytes().take_while(|byte| *byte == mark).count();
    let label = &line[length..];
    let is_marker = length == LENGTH && if mark == b'=' { label.trim().is_empty() } else { is_label(label) };
    is_marker.then_some(mark)
}

fn is_label(words: &str) -> bool {
    words.is_empty() || words.starts_with([' ', '\n'])
}

/// Removes what only looks like a conflict marker: `=======` also underlines headings, `|||||||` is a row of a table, and `>>>>>>>` begins a
/// quote within quotes. The first two count only within a conflict, the last also where what follows names a commit.
pub(super) fn retain_real(text: &str, marks: &mut Vec<BlockLine>) {
    let mut real = vec![true; marks.len()];
    let mut open: Option<Vec<usize>> = None; // the markers within the conflict
    for (at, mark) in marks.iter().enumerate() {
        match (&mark.kind, &mut open) {
            (MarkedAs::Conflict(b'<'), _) => open = Some(Vec::new()),
            (MarkedAs::Conflict(b'>'), Some(within)) => {
                for within in std::mem::take(within) {
                    real[within] = true;
                }
                open = None;
            }
            (MarkedAs::Conflict(b'>'), None) => {
                real[at] = names_commit(&text[mark.range.clone()][LENGTH..], !touches_quote(text, &mark.range));
            }
            (MarkedAs::Conflict(_), within) => {
                real[at] = false; // unless the conflict ends
                if let Some(within) = within.as_mut().filter(|within| is_first(marks, within, mark)) {
                    within.push(at);
                }
            }
            _ => {}
        }
    }
    let mut real = real.into_iter();
    marks.retain(|_| real.next().unwrap_or(true));
}

/// Whether none of the marks at some places is like another one.
fn is_first(marks: &[BlockLine], places: &[usize], mark: &BlockLine) -> bool {
    places.iter().all(|&at| marks[at].kind != mark.kind)
}

/// Whether the line right before or after a line is quoted.
fn touches_quote(text: &str, line: &Range<usize>) -> bool {
    let before = text[..line.start].trim_end_matches('\n');
    let is_next = before.len() + 1 == line.start;
    let before = memchr::memrchr(b'\n', before.as_bytes()).map_or(before, |end| &before[end + 1..]);
    is_next && before.starts_with('>') || text[line.end..].trim_start_matches(' ').starts_with("\n>")
}

/// Whether the label of a marker is one that git writes, and not words. A single word may be a branch if the line stands alone.
fn names_commit(label: &str, stands_alone: bool) -> bool {
    let words = label.trim();
    let first = words.split_whitespace().next().unwrap_or_default();
    let is_hash = first.len() >= 7 && first.bytes().all(|byte| byte.is_ascii_hexdigit());
    let may_be_branch = stands_alone || first.contains('/') || ["main", "master", "HEAD"].contains(&first);
    let is_branch = first.len() == words.len() && may_be_branch;
    is_hash || is_branch || ["Stashed changes", "Updated upstream"].contains(&words)
}
