//! Marks at the start of a line that show what the line is.

use super::line::MailLine;

/// The longest marker of a list item, in bytes: `(123)`.
const LONGEST_MARKER: usize = 5;

/// Labels that stand at the start of a line of their own.
const LABELS: [&str; 15] = [
    "Link",
    "Links",
    "Fixes",
    "Closes",
    "Cc",
    "CC",
    "From",
    "To",
    "Date",
    "Subject",
    "Message-ID",
    "Message-Id",
    "Reported-by",
    "Base-commit",
    "base-commit",
];

/// The column at which the words of a list item begin, if the line starts one: `- `, `* `, `1. `, `2) `, `(3) `, `a) `.
pub(super) fn item(line: &MailLine<'_>) -> Option<usize> {
    let words = line.text.trim_start_matches(' ');
    let end = words.bytes().take(LONGEST_MARKER + 1).position(|byte| byte == b' ')?;
    let (marker, rest) = words.split_at(end);
    is_marker(marker).then(|| line.column_of(rest.trim_start_matches(' ')))
}

fn is_marker(marker: &str) -> bool {
    let bare = marker.strip_prefix('(').unwrap_or(marker);
    matches!(marker, "-" | "*" | "+" | "o" | "•" | "·" | "–" | "—" | "--" | "*)" | "->" | "=>")
        || bare
            .strip_suffix([')', '.', ':'])
            .is_some_and(|count| (1..=3).contains(&count.len()) && count.bytes().all(|byte| byte.is_ascii_digit()))
        || bare.strip_suffix(')').is_some_and(|letter| letter.len() == 1 && letter.as_bytes()[0].is_ascii_alphabetic())
}

/// The column at which the words after a label begin, in a line such as `PS: words`. The lines below may be aligned with
/// them.
pub(super) fn label_column(line: &MailLine<'_>) -> Option<usize> {
    let (label, rest) = line.text.split_once(": ")?;
    let is_label = label.is_ascii() && !label.trim_start().contains(' ');
    is_label.then(|| line.column_of(rest.trim_start_matches(' ')))
}

/// Whether the line begins with a label that always starts a line: a trailer, a header, a version of a changelog.
pub(super) fn is_label(words: &str) -> bool {
    let Some((label, rest)) = words.split_once(':') else { return false };
    if !(rest.is_empty() || rest.starts_with(' ')) {
        return false;
    }
    LABELS.contains(&label)
        || label.ends_with("-by") && !label.contains(' ')
        || label.split_whitespace().next().is_some_and(is_version) && label.len() <= 24
        || label.starts_with("Change") && label.len() <= 40
}

/// Whether the word names a version of a patch: `v2`.
fn is_version(word: &str) -> bool {
    word.strip_prefix(['v', 'V'])
        .is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()) && number.len() <= 4)
}

/// Whether the line is a footnote: `[1] …`, `[2]: …`.
pub(super) fn is_footnote(words: &str) -> bool {
    words.strip_prefix('[').and_then(|rest| rest.split_once(']')).is_some_and(|(mark, text)| {
        (1..=3).contains(&mark.len())
            && mark.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && (text.is_empty() || text.starts_with([':', ' ']))
    })
}

/// Whether the line comes from a kernel log: `[   12.345678] …`.
pub(super) fn is_log(words: &str) -> bool {
    words
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .is_some_and(|(time, _)| time.contains('.') && time.trim().chars().all(|c| c.is_ascii_digit() || c == '.'))
}
