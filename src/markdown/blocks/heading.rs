//! Headings, recognized without the parser.

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
