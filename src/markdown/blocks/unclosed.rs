//! Code and HTML without an end, which would swallow the rest of the text.

use std::ops::Range;

use memchr::memmem;

use super::heading::heading;
use super::plain_entry::first_line;

/// The byte at which a block of fenced code or HTML that never ends reaches what can't belong to it: a line that looks like a heading, or,
/// in the newsletter of patches, a quote, or else the end of the text. There, code also ends where it reaches into the next section.
pub(super) fn end_of_unclosed(block: &str, is_newsletter: bool) -> Option<usize> {
    if opening_fence(block).is_none() {
        return next_bound(block, 0, is_newsletter);
    }
    if is_closed_fence(block) {
        return next_section(block, is_newsletter);
    }
    Some(next_bound(block, 0, is_newsletter).unwrap_or(block.len()))
}

/// Where fenced code reaches into the next section of the newsletter of patches: at a heading below a blank line or its fence, of more hashes
/// than a comment in a shell's code has. If a language is named, it may be Markdown.
pub(super) fn next_section(block: &str, is_newsletter: bool) -> Option<usize> {
    let is_named = !first_line(block).trim().trim_start_matches(['`', '~']).is_empty();
    if !is_newsletter || is_named || opening_fence(block).is_none() {
        return None;
    }
    let mut lines = memmem::find_iter(block.as_bytes(), b"\n##").map(|end| end + 1);
    lines.find(|&line| heading(&block[line..]).is_some() && is_behind_gap(block, line))
}

/// The first line behind a byte that code and HTML which never end can't reach.
pub(super) fn next_bound(text: &str, from: usize, is_newsletter: bool) -> Option<usize> {
    if !is_newsletter {
        return next_heading(text, from);
    }
    let mut lines = memchr::memchr_iter(b'\n', &text.as_bytes()[from..]).map(|end| from + end + 1);
    lines.find(|&line| heading(&text[line..]).is_some() || text[line..].starts_with('>') && is_behind_gap(text, line))
}

/// Whether a blank line or a fence stands before a line.
fn is_behind_gap(text: &str, line: usize) -> bool {
    let before = &text[..line.saturating_sub(1)];
    let start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |end| end + 1);
    let before = before[start..].trim_start_matches(' ');
    before.is_empty() || ["```", "~~~"].iter().any(|fence| before.starts_with(fence))
}

/// The first line that looks like a heading behind a byte.
fn next_heading(text: &str, from: usize) -> Option<usize> {
    let mut lines = memchr::memchr_iter(b'\n', &text.as_bytes()[from..]).map(|end| from + end + 1);
    lines.find(|&line| heading(&text[line..]).is_some())
}

/// Whether the last line of a block of fenced code closes it.
fn is_closed_fence(block: &str) -> bool {
    let last = block.trim_end_matches('\n').rsplit_once('\n').and_then(|(_, last)| closing_fence(last));
    let first = opening_fence(block);
    last.zip(first).is_some_and(|((mark, last), (other, first))| mark == other && last >= first)
}

/// The marks that a block of fenced code begins with: which, and how many.
pub(super) fn opening_fence(block: &str) -> Option<(u8, usize)> {
    let block = block.trim_start_matches(' ').as_bytes();
    let mark = *block.first().filter(|mark| b"`~".contains(mark))?;
    Some((mark, block.iter().take_while(|byte| **byte == mark).count()))
}

/// The same of a line that ends fenced code (`CommonMark` §4.5).
pub(super) fn closing_fence(line: &str) -> Option<(u8, usize)> {
    let marks = line.trim_start_matches(' ');
    let (mark, length) = opening_fence(marks)?;
    let closes = line.len() - marks.len() < 4 && length >= 3 && marks[length..].bytes().all(|byte| byte == b' ');
    closes.then_some((mark, length))
}

/// Where blocks end that only a mark of their own ends.
pub(super) struct Ends<'a> {
    text: &'a str,
    /// Where `-->` stands.
    comments: Vec<usize>,
    /// The lines that end fenced code, by their starts, without those that a line of as many marks follows: how many marks they have. Of
    /// backticks, and of tildes.
    fences: [Vec<(usize, usize)>; 2],
}

impl<'a> Ends<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut fences = [Vec::new(), Vec::new()];
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if let Some((mark, length)) = closing_fence(line.trim_end_matches('\n')) {
                let fences: &mut Vec<(usize, usize)> = &mut fences[usize::from(mark == b'~')];
                while fences.pop_if(|(_, before)| *before <= length).is_some() {}
                fences.push((start, length));
            }
            start += line.len();
        }
        Self { text, comments: memmem::find_iter(text.as_bytes(), b"-->").collect(), fences }
    }

    /// Whether a block that begins like this keeps the headings in it: code that ends, and a comment that nothing follows.
    pub(super) fn ends(&self, block: &Range<usize>) -> bool {
        let source = &self.text[block.clone()];
        if let Some((mark, length)) = opening_fence(source) {
            let fences = &self.fences[usize::from(mark == b'~')];
            let long_enough = fences.partition_point(|(_, closing)| *closing >= length);
            return long_enough > 0 && fences[long_enough - 1].0 > block.start;
        }
        let end = self.comments.get(self.comments.partition_point(|end| *end < block.start));
        source.starts_with("<!--")
            && end.is_some_and(|end| {
                let line = self.text[*end..].lines().next().unwrap_or_default();
                line.trim_end().ends_with("-->")
            })
    }
}
