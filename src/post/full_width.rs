//! Markdown as `DingTalk` and `WeCom` read it: a part of the usual one, and without escapes.

use super::marks::{enclosed, encoded};

/// Words that begin a line, or follow other words.
pub(super) fn words(words: &str) -> String {
    let begins_block = words.starts_with(|c: char| c.is_ascii_digit() || "#>-+=|".contains(c)); // a heading, a quote, a list
    format!("{}{}", if begins_block { "\u{200B}" } else { "" }, inert(words))
}

/// Words that stand out.
pub(super) fn strong(words: &str) -> String {
    enclosed(&inert(words), "**")
}

/// A link.
pub(super) fn link(words: &str, url: &str) -> String {
    format!("[{}]({})", inert(words), encoded(url))
}

/// The words with the full-width form of whatever could be markup: it looks alike, and never is.
fn inert(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    let mut before = None;
    for (at, c) in words.char_indices() {
        let rest = &words[at + c.len_utf8()..];
        text.push(if is_markup(before, c, rest) { full_width(c) } else { c });
        before = Some(c);
    }
    text
}

/// Whether a character could be markup between what is before it and the rest.
fn is_markup(before: Option<char>, c: char, rest: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let after = rest.chars().next();
    match c {
        '*' | '`' | '[' | ']' | '\\' => true,
        '<' => after.is_some_and(|c| !c.is_whitespace()),
        '_' => !(is_word(before) && is_word(after)), // `task_struct` stays as it is
        '~' => before == Some('~') || after == Some('~'),
        '@' => !is_word(before) && is_word(after),
        '&' => {
            rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '#').is_some_and(|end| rest[end..].starts_with(';'))
        }
        _ => false,
    }
}

/// The full-width form of a character of ASCII (Unicode, "Halfwidth and Fullwidth Forms").
fn full_width(c: char) -> char {
    char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)
}
