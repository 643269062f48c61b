//! The fenced code that a line stands in, and whether it is code at all: half-pasted fences would swallow entries.

use std::ops::Range;

use super::block_line::{BlockLine, MarkedAs};
use super::heading::heading;
use super::unclosed::{Ends, closing_fence, opening_fence};

/// Fenced code that has begun.
pub(super) struct OpenCode {
    /// The line that it begins with.
    line: Range<usize>,
    /// The marks of its fence: which, and how many.
    fence: (u8, usize),
    /// Whether its language is named: it may be Markdown then.
    is_named: bool,
    /// How many marks stood before it.
    pub(super) marks_before: usize,
    /// Whether a section of links was read in it: a heading, and then whether a link.
    section: Option<bool>,
}

impl OpenCode {
    /// The code that a line, which begins at a byte, opens (`CommonMark` §4.5).
    pub(super) fn of(line: &str, at: usize, marks_before: usize) -> Option<Self> {
        let marks = line.trim_start_matches(' ');
        let (mark, length) = opening_fence(marks).filter(|(_, length)| *length >= 3)?;
        let info = marks[length..].trim();
        let opens = line.len() - marks.len() < 4 && (mark == b'~' || !info.contains('`'));
        let line = at..at + line.trim_end().len();
        opens.then_some(Self { line, fence: (mark, length), is_named: !info.is_empty(), marks_before, section: None })
    }

    /// Whether a line closes it.
    pub(super) fn is_closed_by(&self, line: &str) -> bool {
        line.trim_start_matches(' ').starts_with(['`', '~'])
            && closing_fence(line.trim_end_matches('\n'))
                .is_some_and(|(mark, length)| mark == self.fence.0 && length >= self.fence.1)
    }

    /// Whether a section of links stands in it, so that it reaches from one section into the next.
    pub(super) fn holds_section(&self) -> bool {
        !self.is_named && self.section == Some(true)
    }

    /// Reads a line within it. Tells whether the line shows that it isn't code: it is a link of a list, and nothing closes the code.
    pub(super) fn is_broken_by(&mut self, line: &str, after_blank: bool, ends: &Ends<'_>) -> bool {
        let is_link = is_linked_item(line);
        match &mut self.section {
            None if after_blank && line.starts_with("##") && heading(line).is_some() => self.section = Some(false),
            Some(has_link) => *has_link |= is_link,
            None => {}
        }
        is_link && !ends.ends(&self.line)
    }

    /// The fence, once it is known not to begin code.
    pub(super) fn into_mark(self) -> BlockLine {
        BlockLine { kind: MarkedAs::Fence, range: self.line }
    }
}

/// Whether a line is an item of a list, or begins an entry, and has a link.
fn is_linked_item(line: &str) -> bool {
    let words = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let begins = if words.len() == line.len() {
        ["- ", "* ", "+ ", "**["].iter().any(|mark| line.starts_with(mark))
    } else {
        words.starts_with(['.', ')', '、'])
    };
    begins && line.contains("](")
}
