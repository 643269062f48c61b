//! A line of a mail, measured once.

/// A line of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MailLine<'a> {
    /// The whole line.
    pub(super) text: &'a str,
    /// The text without white space at its ends.
    pub(super) words: &'a str,
    /// How many columns stand before the first word.
    pub(super) indent: usize,
    /// How many columns the text has.
    pub(super) width: usize,
}

impl<'a> MailLine<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let width = if text.is_ascii() { text.len() } else { text.chars().count() };
        Self { text, words: text.trim(), indent: indent(text), width }
    }

    /// How many columns a part of the line has.
    pub(super) fn width_of(&self, part: &str) -> usize {
        if self.width == self.text.len() { part.len() } else { part.chars().count() }
    }

    /// The column at which `end`, the end of the line, begins.
    pub(super) fn column_of(&self, end: &str) -> usize {
        self.width_of(&self.text[..self.text.len() - end.len()])
    }

    pub(super) fn has_tab(&self) -> bool {
        memchr::memchr(b'\t', self.text.as_bytes()).is_some()
    }
}

/// The columns before the first word; a tab counts as one.
fn indent(line: &str) -> usize {
    line.chars().take_while(|&c| c == ' ' || c == '\t' || c == '\u{A0}').count()
}
