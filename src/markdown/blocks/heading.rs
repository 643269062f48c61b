//! Headings, recognized without the parser.

use crate::text;

/// The level of the heading that a line looks like, and the rest of the line after the marks (`CommonMark` §4.2):
///
/// ```text
/// ## words
/// ^^ level
///   ^^^^^^ rest
/// ```
pub(super) fn heading(line: &str) -> Option<(usize, &str)> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    ((1..=6).contains(&level) && rest.starts_with(' ')).then_some((level, rest))
}

/// The longest heading that is recognized though it isn't written as one, in bytes.
const LONGEST: usize = 200;

/// What C has behind a `#` at the beginning of a line.
const DIRECTIVES: [&str; 14] = [
    "define", "elif", "else", "endif", "error", "if", "ifdef", "ifndef", "include", "line", "pragma", "undef",
    "warning", "import",
];

/// The level and the words of a line that may have been meant as a heading:
///
/// ```text
/// ###words
/// ＃＃＃ words
///     ### words
/// ```
///
/// Code, comments in it and `#1` aren't.
pub(super) fn loose_heading(line: &str) -> Option<(usize, String)> {
    let line = line.trim_end();
    let marks = line.trim_start_matches(is_blank);
    let rest = marks.trim_start_matches(is_hash);
    let level = marks[..marks.len() - rest.len()].chars().count();
    if level == 0 || line.len() > LONGEST || is_code(rest) {
        return None;
    }
    let words = text::one_line(rest.trim_matches(|c: char| is_blank(c) || is_hash(c)));
    (!words.is_empty()).then_some((level, words))
}

fn is_hash(c: char) -> bool {
    matches!(c, '#' | '＃')
}

/// White space, or a character of no width.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}')
}

fn is_code(words: &str) -> bool {
    let first = words.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    words.starts_with(|c: char| c.is_ascii_digit() || c == '!') || DIRECTIVES.contains(&first)
}
