//! The title of an entry, made of the words around its link.

use std::borrow::Cow;

use crate::text;

/// The longest title that includes words after the link, in characters.
const LONGEST: usize = 200;

/// Marks that no title begins or ends with.
const MARKS: [char; 11] = [':', '：', '-', '–', '—', '|', '，', ',', '。', ' ', '*'];

/// The title of an entry: the words up to the end of the link. If those say nothing, the words after the link follow, and
/// if even those say nothing, the title is the link's own words and its address.
pub(super) fn title(before: &str, words: &str, after: &str, address: &str) -> String {
    let before = if words.is_empty() { before_bare_address(before) } else { Cow::Borrowed(before) };
    let head = text::one_line(&format!("{before}{words}"));
    let head = head.trim_start_matches(['*', ' ']);
    let all = if has_letter(head) {
        Cow::Borrowed(head)
    } else {
        Cow::Owned(text::first_words(&text::one_line(&format!("{head}{after}")), LONGEST))
    };
    let title = without_marks(&all);
    if has_letter(title) {
        text::one_line(&text::legal(title))
    } else {
        text::one_line(&text::legal(&format!("{words} {address}")))
    }
}

fn has_letter(text: &str) -> bool {
    text.contains(char::is_alphabetic)
}

/// The title without marks at its ends, except for the colon of a shortcode (`:tada:`).
fn without_marks(title: &str) -> &str {
    let is_shortcode = title.strip_prefix(':').is_some_and(|name| name.starts_with(char::is_alphanumeric));
    let title = if is_shortcode { title } else { title.trim_start_matches(MARKS) };
    title.trim_end_matches(MARKS)
}

/// The words before a bare address, without brackets. `[title] (address)`, `[title]（address）` and
/// `[title](address with spaces)` aren't links in `CommonMark`, but were meant as links.
fn before_bare_address(before: &str) -> Cow<'_, str> {
    let words = before.trim_end_matches(['(', '（', '<', '[', ' ']);
    if let Some(inner) = words.strip_suffix(']') {
        return match inner.rfind('[') {
            Some(at) => Cow::Owned(format!("{}{}", &inner[..at], &inner[at + 1..])),
            None => Cow::Borrowed(inner),
        };
    }
    let is_unclosed = !words.contains(']');
    Cow::Borrowed(words.strip_prefix('[').filter(|_| is_unclosed).unwrap_or(words))
}
