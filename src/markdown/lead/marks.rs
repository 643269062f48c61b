//! What stands around a link without saying anything about it: numbers, boxes, tags, notes, quotation marks.

use std::ops::Range;

/// The longest note in parentheses that may follow a link without counting as words, in characters.
const NOTE: usize = 40;

/// Marks that may enclose a link, and then belong to its words.
const PAIRS: [(char, char); 12] = [
    ('"', '"'),
    ('\'', '\''),
    ('“', '”'),
    ('‘', '’'),
    ('«', '»'),
    ('《', '》'),
    ('「', '」'),
    ('『', '』'),
    ('【', '】'),
    ('[', ']'),
    ('(', ')'),
    ('（', '）'),
];

/// How many of these are quotation marks, not brackets.
const QUOTES: usize = 8;

/// Whether a line begins with a number, as an element of an enumeration does.
pub(in crate::markdown) fn is_numbered(line: &str) -> bool {
    unnumbered(line).1
}

/// The text without a number at its beginning (`1、`, `（1）`, `2.`, `3)`), and whether it had one.
pub(super) fn unnumbered(text: &str) -> (&str, bool) {
    let start = text.trim_start();
    let number = start.trim_start_matches(['(', '（', '[', '【']);
    let after = number.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = number.len() - after.len();
    let rest = after.trim_start_matches(['、', '.', '．', ')', '）', ']', '】']);
    if (1..=3).contains(&digits) && rest.len() < after.len() { (rest.trim_start(), true) } else { (start, false) }
}

/// The text without the box of a task: `[ ] `, `[x] `.
pub(super) fn unboxed(text: &str) -> &str {
    ["[ ] ", "[x] ", "[X] "].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(text)
}

/// The text without the `[tags]` in it.
pub(super) fn untagged(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('[')
        && let Some((_, after)) = tag.split_once(']')
    {
        out.push_str(before);
        rest = after;
    }
    out + rest
}

/// What follows a link, or nothing if that is only a note in parentheses.
pub(super) fn without_note(after: &str) -> &str {
    let after = after.trim();
    let sentence = after.trim_end_matches(['。', '.']);
    let note = sentence.strip_prefix(['(', '（']).and_then(|inner| inner.strip_suffix([')', '）']));
    if note.is_some_and(|note| note.chars().count() <= NOTE) { "" } else { after }
}

/// The mark behind a link that closes what the last character before it opens, and the number of bytes up to the mark's
/// end. The ends of emphasis may stand in between.
pub(super) fn closing_mark(before: &str, after: &str) -> Option<(char, usize)> {
    let last = before.chars().next_back()?;
    let (_, close) = *PAIRS.iter().find(|(open, _)| *open == last)?;
    let rest = after.trim_start_matches(['*', '_', '~', '>']);
    rest.starts_with(close).then(|| (close, after.len() - rest.len() + close.len_utf8()))
}

/// Whether a character is a quotation mark that opens.
pub(super) fn is_mark(c: char) -> bool {
    PAIRS[..QUOTES].iter().any(|(open, _)| *open == c)
}

/// The bytes of the mark that closes, behind a note in parentheses in the same line, what a mark right before a link opens. The link ends
/// at a byte of the block.
///
/// ```text
/// "[words](address)(From news.example.org)"
/// ^               ^ end                   ^ mark
/// ```
pub(in crate::markdown) fn mark_behind_note(block: &str, end: usize) -> Option<Range<usize>> {
    let line = block[end..].lines().next()?;
    let note = line.trim_start_matches(['*', '_', ' ']).strip_prefix(['(', '（'])?;
    let note_end = note.find([')', '）'])? + end + line.len() - note.len();
    let at = note_end + block[note_end..].chars().next()?.len_utf8();
    let close = block[at..].chars().next()?;
    let (open, _) = *PAIRS[..QUOTES].iter().find(|(_, mark)| *mark == close)?;
    let before = block[..end].rsplit_once('\n').map_or(&block[..end], |(_, line)| line);
    let is_opened = before.match_indices(open).any(|(at, _)| {
        before[at + open.len_utf8()..].trim_start_matches(['*', '_']).starts_with('[')
            && !before[..at].ends_with(char::is_alphanumeric)
    });
    is_opened.then(|| at..at + close.len_utf8())
}
