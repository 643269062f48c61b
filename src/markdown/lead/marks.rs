//! What stands around a link without saying anything about it: numbers, boxes, tags, notes, quotation marks.

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
