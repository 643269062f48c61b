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

use super::marks::{Mark, MarkKind};

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
pub(super) fn retain_real(text: &str, marks: &mut Vec<Mark>) {
    let mut real = vec![true; marks.len()];
    let mut open: Option<Vec<usize>> = None; // the markers within the conflict
    for (at, mark) in marks.iter().enumerate() {
        let MarkKind::Conflict(kind) = mark.kind else { continue };
        real[at] = match kind {
            b'<' => open.replace(Vec::new()).is_none_or(|_| true),
            b'>' => match open.take() {
                Some(within) => {
                    within.into_iter().for_each(|within| real[within] = true);
                    true
                }
                None => names_commit(&text[mark.range.clone()][LENGTH..]),
            },
            _ => {
                let is_first = |within: &usize| marks[*within].kind != mark.kind;
                if let Some(within) = open.as_mut().filter(|within| within.iter().all(is_first)) {
                    within.push(at);
                }
                false
            }
        };
    }
    let mut real = real.into_iter();
    marks.retain(|_| real.next().unwrap_or(true));
}

/// Whether the label of a marker is one that git writes, and not words.
fn names_commit(label: &str) -> bool {
    let words = label.trim();
    let first = words.split_whitespace().next().unwrap_or_default();
    let is_hash = first.len() >= 7 && first.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_branch = first.len() == words.len() && (first.contains('/') || ["main", "master", "HEAD"].contains(&first));
    is_hash || is_branch || ["Stashed changes", "Updated upstream"].contains(&words)
}
