//! Footnotes: `[^1]` in a text, and `[^1]: the note` at the end of the issue.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::leftovers::filled;
use crate::text;

/// A footnote where it stands.
pub(super) struct Note<'a> {
    /// `1`
    pub(super) label: &'a str,
    /// Its Markdown, up to an empty line or the next note.
    pub(super) words: &'a str,
    /// All of its bytes, without the last line's end.
    range: Range<usize>,
}

/// The footnotes that stand in a text. A web address alone is no note: the label is a link to it.
pub(super) fn notes(text: &str) -> Vec<Note<'_>> {
    static NOTE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?m)^ {0,3}\[\^([^\]\s]+)\]:[ \t]*").expect("the expression is one"));
    let begins: Vec<_> = if text.contains("[^") { NOTE.captures_iter(text).collect() } else { Vec::new() };
    let ends = begins.iter().skip(1).filter_map(|next| next.get(0)).map(|next| next.start()).chain([text.len()]);
    let notes = begins.iter().zip(ends).filter_map(|(begin, end)| {
        let (whole, label) = (begin.get(0)?, begin.get(1)?.as_str());
        let words = &text[whole.end()..end];
        let words = words.split("\n\n").next().unwrap_or_default().trim_end();
        let is_link = text::is_web(words) && !words.contains(char::is_whitespace);
        let range = whole.start()..whole.end() + words.len();
        (!is_link && !words.is_empty()).then_some(Note { label, words, range })
    });
    notes.collect()
}

/// Whether a block begins as a footnote does.
pub(crate) fn is_note(block: &str) -> bool {
    block.starts_with("[^") && notes(block).first().is_some_and(|note| note.range.start == 0)
}

/// The text without the footnotes that stand in it.
pub(crate) fn without_notes(text: Cow<'_, str>) -> Cow<'_, str> {
    let places: Vec<Range<usize>> = notes(&text).into_iter().map(|note| note.range).collect();
    filled(text, &places)
}

/// A title without the marks of footnotes.
pub(crate) fn without_marks(title: &str) -> String {
    let mut parts = title.split("[^");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |title, part| match part.split_once(']') {
        Some((label, rest)) if !label.contains(char::is_whitespace) => title + rest,
        _ => title + "[^" + part,
    })
}

/// The labels of the footnotes that a text refers to, in its order.
pub(crate) fn labels(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("[^").filter_map(|(at, mark)| text[at + mark.len()..].split_once(']')).map(|(label, _)| label)
}
