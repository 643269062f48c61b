//! Marks that mean something to a service where words hold them, and the ways to have it take them for words.

use std::fmt::Write as _;

/// The words with a backslash before each of these marks, and before what would begin a list (`CommonMark` 0.31 §2.4).
pub fn backslashed(words: &str, marks: &str) -> String {
    let list = list_mark(words);
    let mut written = String::new();
    for (at, c) in words.char_indices() {
        if marks.contains(c) || list == Some(at) {
            written.push('\\');
        }
        written.push(c);
    }
    written
}

/// The words with these marks as numeric character references (`CommonMark` 0.31 §2.5), as with what would begin a list, or an emoji such
/// as `:smile:`.
pub fn referenced(words: &str, marks: &str) -> String {
    let list = list_mark(words);
    let mut written = String::new();
    for (at, c) in words.char_indices() {
        let begins_emoji = c == ':' && words[at + 1..].starts_with(|next: char| !next.is_whitespace());
        if marks.contains(c) || list == Some(at) || begins_emoji {
            let _ = write!(written, "&#{};", u32::from(c)); // a string takes everything
        } else {
            written.push(c);
        }
    }
    written
}

/// Where the mark stands that would begin a list: a hyphen, a plus, or what follows a number (`CommonMark` 0.31 §5.2).
fn list_mark(words: &str) -> Option<usize> {
    let number = words.bytes().take_while(u8::is_ascii_digit).count();
    let marks: [char; 2] = if number == 0 { ['-', '+'] } else { ['.', ')'] };
    words[number..].starts_with(marks).then_some(number)
}

/// The words with a word joiner, which nobody sees, after each of these marks that begins a word: `@all` calls nobody then.
pub fn parted(words: &str, marks: &str) -> String {
    let mut written = String::new();
    let mut before = ' ';
    let mut rest = words.chars().peekable();
    while let Some(c) = rest.next() {
        written.push(c);
        let is_before_word = rest.peek().is_some_and(|next| next.is_alphanumeric() || *next == '_');
        let is_path = c == ':' && before == ':'; // `std::vec` is no emoji
        if marks.contains(c) && is_before_word && !before.is_alphanumeric() && !is_path {
            written.push('\u{2060}');
        }
        before = c;
    }
    written
}

/// An address in which nothing ends it early, or is taken for markup: `(` becomes `%28` (RFC 3986 §2.1).
pub fn encoded(url: &str) -> String {
    let mut written = String::new();
    for c in url.chars() {
        if "()<>\"\\|`".contains(c) || c.is_whitespace() || c.is_control() {
            written.extend(c.to_string().bytes().map(|byte| format!("%{byte:02X}")));
        } else {
            written.push(c);
        }
    }
    written
}

/// Whether every bracket in the words has its other half, as some services want it in the words of a link.
pub fn brackets_pair(words: &str) -> bool {
    let mut open = 0_usize;
    for c in words.chars() {
        match c {
            '[' => open += 1,
            ']' if open == 0 => return false,
            ']' => open -= 1,
            _ => {}
        }
    }
    open == 0
}

/// Words between a mark and its like, with white space at the end left outside, where `**a **` stands for nothing.
pub fn enclosed(words: &str, mark: &str) -> String {
    let core = words.trim_end();
    format!("{mark}{core}{mark}{}", &words[core.len()..])
}
