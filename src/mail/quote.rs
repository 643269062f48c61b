//! Quoted lines: `> words`.

use crate::{markdown, text};

/// The text of a Markdown quote: each line without its `>`, which may be full-width, the space after that, and white space at its end. Numeric
/// character references are decoded, since the newsletter copies its mails from web pages.
pub fn unquote(source: &str) -> String {
    let mut mail = String::with_capacity(source.len());
    for line in source.lines() {
        let inner = match line.trim_start_matches(' ').strip_prefix(['>', '＞']) {
            Some(inner) => inner.strip_prefix(' ').unwrap_or(inner),
            None => line, // continues the line above without its own `>` (`CommonMark` §5.1)
        };
        mail.push_str(inner.trim_end());
        mail.push('\n');
    }
    if mail.contains("&#") { markdown::decode(&mail, true) } else { mail }
}

/// Appends the words of a mail to a line of text, without quote marks. Stops once the line has more than `enough`
/// characters, since a summary needs no more.
pub(crate) fn push_words(line: &mut String, mail: &str, enough: usize) {
    for mut words in mail.lines() {
        if text::is_longer(line, enough) {
            break;
        }
        while let Some(inner) = quoted(words) {
            words = inner;
        }
        let words = text::in_one_line(words);
        if !line.is_empty() && !words.is_empty() {
            line.push(' ');
        }
        line.push_str(&words);
    }
}

/// What a line of a mail quotes: `> words`, `>> words`, `>words`. A comparison (`>= 2.38`) isn't a quote.
pub(super) fn quoted(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('>')?;
    let is_quote = inner.is_empty() || inner.starts_with(|c: char| c == ' ' || c == '>' || c.is_alphanumeric());
    is_quote.then(|| inner.strip_prefix(' ').unwrap_or(inner))
}
