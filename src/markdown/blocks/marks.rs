//! Lines that begin blocks of their own, whatever precedes them: entries, headings that aren't written as such, and what was never meant
//! to be published, which a merge or a site's templates left.

use std::ops::Range;

use memchr::memmem;

use super::block::ENTRY;
use super::block_line::{BlockLine, MarkedAs};
use super::conflicts;
use super::fences::OpenCode;
use super::heading::{heading, loose_heading};
use super::plain_entry::first_line;
use super::unclosed::Ends;

/// The most bytes that a template's tag takes, so that thousands that never end take no time.
const LONGEST_TAG: usize = 500;

/// The same of one that gives values of many lines.
const LONGEST_VALUES: usize = 20_000;

/// The marks of a text behind the byte `from`, in order, except within comments and code.
///
/// Entries are only looked for in the newsletter of patches: there, no code reaches into an entry. Elsewhere, a heading must stand alone, and
/// a fence that swallows links is a mark.
pub(super) fn marks(text: &str, from: usize, is_newsletter: bool) -> Vec<BlockLine> {
    let mut marks: Vec<BlockLine> = Vec::new();
    let mut code: Option<OpenCode> = None;
    let mut ends: Option<Ends<'_>> = None;
    let mut after_blank = true;
    let mut at = from;
    while at < text.len() {
        let line = first_line(&text[at..]);
        let mut end = at + line.len();
        if line.starts_with("> ") {
            (at, after_blank) = (end, false); // most lines are quoted mail
            continue;
        }
        if let Some(closed) = code.take_if(|code| code.is_closed_by(line)) {
            if !is_newsletter && closed.holds_section() {
                marks.push(closed.into_mark());
                code = OpenCode::of(line, at, marks.len());
            } else {
                marks.truncate(closed.marks_before);
            }
        } else if let Some((kind, length)) = mark(line, &text[at..], after_blank, is_newsletter) {
            code = code.filter(|_| kind != MarkedAs::Entry);
            marks.push(BlockLine { kind, range: at..at + length });
            if at + length > end {
                end = at + length; // a tag of several lines: what follows it is no mark, but goes on
                end += first_line(&text[end..]).len();
            }
        } else if code.is_none() {
            code = OpenCode::of(line, at, marks.len());
        } else if !is_newsletter {
            let ends = ends.get_or_insert_with(|| Ends::of(text));
            marks.extend(code.take_if(|code| code.is_broken_by(line, after_blank, ends)).map(OpenCode::into_mark));
        }
        after_blank = line.trim().is_empty();
        at = end;
    }
    marks.sort_by_key(|mark| mark.range.start); // a fence is known as a mark only when the lines behind it have been read
    let comments = comments(text, from);
    marks.retain(|mark| !contain(&comments, mark.range.start));
    conflicts::retain_real(text, &mut marks);
    marks
}

/// What a line, the first of a text, is marked as, and how many bytes of it are.
fn mark(line: &str, text: &str, after_blank: bool, is_newsletter: bool) -> Option<(MarkedAs, usize)> {
    if let Some(mark) = conflicts::mark(line) {
        return Some((MarkedAs::Conflict(mark), line.trim_end().len()));
    }
    let words = line.trim_start_matches(' ');
    let spaces = line.len() - words.len();
    match words.as_bytes().first()? {
        b'{' if spaces < 4 => Some((MarkedAs::Tag, spaces + tags(&text[spaces..], is_newsletter)?)),
        b'*' | b'-' | b'+'
            if spaces < 4
                && let Some(length) = tags_in_item(words) =>
        {
            Some((MarkedAs::Tag, spaces + length))
        }
        b'*' if is_newsletter && spaces < 4 && words.starts_with(ENTRY) => Some((MarkedAs::Entry, 0)),
        // Only what may be a hash, the full-width one, or white space before it
        b'#' | b'\t' | 0xC2 | 0xE2 | 0xE3 | 0xEF if is_newsletter && (spaces >= 4 || heading(words).is_none()) => {
            let (level, words) = loose_heading(line)?;
            Some((MarkedAs::Heading(level, words), line.trim_end().len()))
        }
        // Among links, words may begin with a hash, but hardly with two and alone.
        b'#' | 0xEF if !is_newsletter && after_blank && spaces == 0 && heading(words).is_none() => {
            let (level, words) = loose_heading(line).filter(|(level, _)| *level > 1)?;
            let is_alone = first_line(&text[line.len()..]).trim().is_empty();
            is_alone.then(|| (MarkedAs::Heading(level, words), line.trim_end().len()))
        }
        _ => None,
    }
}

/// The bytes that the tags take that a text begins with. Those of templates stand alone on their lines; elsewhere than in the newsletter of
/// patches, words may be about `{{ such }}` tags.
fn tags(text: &str, is_newsletter: bool) -> Option<usize> {
    let mut end = tag(text)?;
    loop {
        let rest = text[end..].trim_start_matches([' ', '\t']);
        let next = text.len() - rest.len();
        match tag(rest) {
            Some(length) => end = next + length,
            None if rest.is_empty() || rest.starts_with('\n') => return Some(end),
            None => return (is_newsletter || !is_variable(text)).then_some(end),
        }
    }
}

/// The bytes of an item of a list that is nothing but tags: `- {{ tag }}`.
fn tags_in_item(line: &str) -> Option<usize> {
    let words = line.get(1..)?.trim_start();
    let start = line.len() - words.len();
    let end = start + tags(words, false)?;
    line[end..].trim().is_empty().then_some(end)
}

/// Whether a tag is replaced by a value, rather than one that only a template has.
fn is_variable(tag: &str) -> bool {
    tag.strip_prefix("{{").is_some_and(|inner| !inner.starts_with(['<', '%']))
}

/// The bytes that a tag takes. It may have several lines, but none that is blank, and no link, unless it is one with values of many lines.
fn tag(text: &str) -> Option<usize> {
    let end = match text.as_bytes() {
        [b'{', b'{', ..] => "}}",
        [b'{', b'%', ..] => "%}",
        _ => return None,
    };
    if let Some(length) = tag_with_values(text) {
        return Some(length);
    }
    let text = &text[..text.floor_char_boundary(LONGEST_TAG)];
    let length = memmem::find(text.as_bytes(), end.as_bytes())? + end.len();
    let length = length + text[length..].bytes().take_while(|byte| *byte == b'}').count(); // {{{ tag }}}
    (!["\n\n", "]("].iter().any(|other| text[..length].contains(other))).then_some(length)
}

/// The bytes of a tag whose values have many lines. Behind each blank line, a name and its value begin.
///
/// ```text
/// {% include questions.md
///   q1="Why do ropes break?"
///
///   q2="Who mends them?"
/// %}
/// ```
fn tag_with_values(text: &str) -> Option<usize> {
    if !text.starts_with("{%") {
        return None;
    }
    let text = &text[..text.floor_char_boundary(LONGEST_VALUES)];
    let length = memmem::find(text.as_bytes(), b"%}")? + 2;
    let mut parts = text[..length - 2].split("\n\n");
    let has_value = parts.next()?.contains("=\"");
    (has_value && parts.all(begins_with_value)).then_some(length)
}

/// Whether a part of a tag begins with a name and its value, or is nothing.
fn begins_with_value(part: &str) -> bool {
    let value = part.trim_start().trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    value.starts_with("=\"") || value.is_empty()
}

/// The comments that begin a line and end somewhere.
fn comments(text: &str, from: usize) -> Vec<Range<usize>> {
    let text = text.as_bytes();
    let mut comments: Vec<Range<usize>> = Vec::new();
    for start in lines_with(text, from, "<!--") {
        if comments.last().is_none_or(|before| start >= before.end) {
            let Some(length) = memmem::find(&text[start..], b"-->") else { break };
            comments.push(start..start + length);
        }
    }
    comments
}

/// Whether one of some ranges, given in order, contains a byte.
fn contain(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= at);
    ranges.get(next).is_some_and(|range| range.contains(&at))
}

/// The starts of the lines, behind the byte `from`, that begin with a mark. Up to three spaces may stand before it, as
/// before any block (`CommonMark` §4).
fn lines_with<'a>(text: &'a [u8], from: usize, mark: &'a str) -> impl Iterator<Item = usize> + 'a {
    memmem::find_iter(&text[from..], mark).filter_map(move |at| {
        let spaces = text[from..from + at].iter().rev().take_while(|byte| **byte == b' ').count();
        let line = from + at - spaces;
        (spaces < 4 && (line == from || text[line - 1] == b'\n')).then_some(line)
    })
}
