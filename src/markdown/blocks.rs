//! The blocks of a text, outermost only, the items of its lists apart.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::lead::is_numbered;
use super::{Definitions, column, dedent, is_element, lead, options};

/// What an issue is made of, outermost blocks only.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// `## heading`: its level from 1 and its words without markup.
    Heading(usize, String),
    /// `> quoted`, with all that stands in it.
    Quote,
    /// A paragraph of text.
    Paragraph,
    /// `* item`, with all that stands in it, and whether its list holds nothing else. Lists of links are read so; an item
    /// without a link of its own whose lists within have some gives way to theirs.
    Item { alone: bool },
    /// `<!-- a comment -->`: editors' words to each other.
    Comment,
    /// Code or HTML that never ends, up to the next heading.
    Open,
    /// Any other block: list, code, table, raw HTML, rule.
    Other,
}

/// A block and its bytes in the text.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// Where it is; what stands between the ranges is white space alone, or a link reference definition.
    pub range: Range<usize>,
}

/// What every entry of the newsletter begins with, at the start of a line.
pub const ENTRY: &str = "**[";

/// How a text is read.
#[derive(Debug, Clone, Copy)]
pub enum Reading<'a> {
    /// As the newsletter of patches: each entry alone, whatever the mail before it left open; lists are single blocks.
    Newsletter,
    /// As one `CommonMark` document, the items of its lists apart.
    Links(&'a Definitions),
}

/// The blocks of a part of a text.
///
/// Of the newsletter's text each entry's alone: a line that begins as an entry does begins a block, whatever precedes it.
/// So no quote without an empty line after it, no open fence and no link definition of one entry reaches into the next.
/// Entries within a comment are none.
pub fn blocks(text: &str, part: Range<usize>, reading: Reading<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let text = &text[..part.end];
    let mut from = part.start;
    let cuts = if matches!(reading, Reading::Newsletter) { entry_lines(text, from) } else { Vec::new() };
    for to in cuts.into_iter().chain([text.len()]) {
        if reading.is_newsletter() && push_plain(&mut blocks, &text[from..to], from) {
            from = to;
        }
        while from < to {
            from = push_blocks(&mut blocks, &text[from..to], from, reading);
        }
    }
    blocks
}

/// The bytes at which a line begins as an entry does, comments left out.
fn entry_lines(text: &str, start: usize) -> Vec<usize> {
    let text = text.as_bytes();
    // The starts of the lines that begin with a mark, which may stand three columns deep.
    let lines = |mark| {
        memmem::find_iter(&text[start..], mark).filter_map(move |at| {
            let spaces = text[start..start + at].iter().rev().take_while(|byte| **byte == b' ').count();
            let line = start + at - spaces;
            (spaces < 4 && (line == start || text[line - 1] == b'\n')).then_some(line)
        })
    };
    let mut comments: Vec<Range<usize>> = Vec::new();
    for from in lines("<!--") {
        if comments.last().is_none_or(|before| from >= before.end) {
            let Some(end) = memmem::find(&text[from..], b"-->") else { break };
            comments.push(from..from + end);
        }
    }
    lines(ENTRY).filter(|at| !comments.iter().any(|comment| comment.contains(at))).collect()
}

/// Appends the blocks of a text that begins at `offset`, if it is one that needs no parser, as nearly all entries are: a
/// line that begins as an entry, quotes and headings without markup, empty lines between all of them.
fn push_plain(blocks: &mut Vec<Block>, text: &str, offset: usize) -> bool {
    let before = blocks.len();
    let mut at = 0;
    while at < text.len() {
        let end_of = |at: usize| memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end + 1);
        let is_empty = |at: usize| text[at..end_of(at)].trim_ascii().is_empty();
        let line = &text[at..end_of(at)];
        let mut end = end_of(at);
        let kind = match line.as_bytes()[0] {
            b'>' => {
                while end < text.len() && text.as_bytes()[end] == b'>' {
                    end = end_of(end);
                }
                Kind::Quote
            }
            b'*' if line.starts_with(ENTRY) => Kind::Paragraph,
            b'#' => match plain_heading(line) {
                Some((level, title)) => Kind::Heading(level, title),
                None => break,
            },
            _ if is_empty(at) => {
                at = end;
                continue;
            }
            _ => break,
        };
        if end < text.len() && !is_empty(end) {
            break;
        }
        blocks.push(Block { kind, range: offset + at..offset + end });
        at = end;
    }
    if at < text.len() {
        blocks.truncate(before);
    }
    at >= text.len()
}

/// The level and the words of a heading's line, if none of its characters is markup.
fn plain_heading(line: &str) -> Option<(usize, String)> {
    let words = line.trim_start_matches('#');
    let level = line.len() - words.len();
    let plain = |c: char| c.is_alphanumeric() || c == ' ' || c == '-';
    let words = words.strip_prefix(' ')?.strip_suffix('\n')?;
    ((1..=6).contains(&level) && words.chars().all(plain)).then(|| (level, crate::text::one_line(words)))
}

/// Appends the blocks of a text that begins at `offset`, and says how far it came: to the end, or to a heading that a
/// block without an end would swallow.
fn push_blocks(blocks: &mut Vec<Block>, text: &str, offset: usize, reading: Reading<'_>) -> usize {
    let text = &*shallow(text);
    let mut open: Vec<bool> = Vec::new(); // the blocks and spans that are open: whether each is a list or an item
    let mut items: Vec<(usize, Range<usize>)> = Vec::new();
    let mut heading: Option<String> = None;
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        let source = &text[range.clone()];
        let here = offset + range.start..offset + range.end;
        match event {
            Event::Start(tag) => {
                let of_list = matches!(tag, Tag::List(_) | Tag::Item);
                if of_list && matches!(tag, Tag::Item) && open.iter().all(|of_list| *of_list) {
                    items.push((open.len(), range));
                }
                if open.is_empty() {
                    let kind = match tag {
                        // A line under the words makes a heading too, but in quoted mail hardly ever one that was meant.
                        Tag::Heading { level, .. } if source.starts_with('#') || !reading.is_newsletter() => {
                            heading = Some(String::new());
                            Kind::Heading(level as usize, String::new())
                        }
                        Tag::BlockQuote(_) => Kind::Quote,
                        Tag::Paragraph => Kind::Paragraph,
                        Tag::HtmlBlock if source.starts_with("<!--") && source.trim_end().ends_with("-->") => {
                            Kind::Comment
                        }
                        Tag::CodeBlock(CodeBlockKind::Fenced(_)) | Tag::HtmlBlock => {
                            if let Some(at) = heading_in_open_block(source) {
                                blocks.push(Block { kind: Kind::Open, range: here.start..here.start + at });
                                return here.start + at;
                            }
                            Kind::Other
                        }
                        _ => Kind::Other,
                    };
                    blocks.push(Block { kind, range: here });
                }
                open.push(of_list);
            }
            Event::End(end) => {
                open.pop();
                match (end, blocks.last_mut(), reading) {
                    _ if !open.is_empty() => {}
                    (TagEnd::Heading(_), Some(Block { kind: Kind::Heading(_, title), .. }), _) => {
                        let words = heading.take().unwrap_or_default();
                        *title = crate::text::one_line(&crate::text::legal(&words));
                    }
                    (TagEnd::List(_), _, Reading::Links(definitions)) => {
                        blocks.pop();
                        push_items(blocks, text, offset, &std::mem::take(&mut items), definitions);
                    }
                    (TagEnd::Paragraph, Some(block), Reading::Links(_)) => {
                        let end = std::mem::replace(&mut block.range.end, here.start + first_entry(source));
                        let lines = block.range.end..end;
                        push_lines(blocks, text, offset, lines);
                    }
                    _ => {}
                }
            }
            Event::InlineHtml(tag) if !reading.is_newsletter() && is_element(&tag) => {}
            Event::Text(words) | Event::Code(words) | Event::InlineHtml(words) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            _ if open.is_empty() => blocks.push(Block { kind: Kind::Other, range: here }), // a rule
            _ => {}
        }
    }
    offset + text.len()
}

/// Appends the items of a list, given with their depths, the outermost that begin with a link.
fn push_items(
    blocks: &mut Vec<Block>,
    text: &str,
    offset: usize,
    items: &[(usize, Range<usize>)],
    definitions: &Definitions,
) {
    // A link that begins an item stands before the items within it.
    let end = |at: usize, range: &Range<usize>| {
        items.get(at + 1).map_or(range.end, |(_, next)| next.start.clamp(range.start, range.end))
    };
    let has_link: Vec<bool> = items
        .iter()
        .enumerate()
        .map(|(at, (_, range))| {
            let head = &text[range.start..end(at, range)];
            lead(&dedent(head, column(text, range.start)), definitions).is_some()
        })
        .collect();
    let outermost = items.first().map_or(0, |(depth, _)| *depth);
    let alone = items.iter().filter(|(depth, _)| *depth == outermost).count() == 1;
    let mut at = 0;
    while let Some((depth, range)) = items.get(at) {
        let within = items[at + 1..].iter().take_while(|(inner, _)| inner > depth).count();
        if !has_link[at] && has_link[at + 1..=at + within].contains(&true) {
            at += 1;
            continue;
        }
        blocks.push(Block { kind: Kind::Item { alone }, range: offset + range.start..offset + range.end });
        at += 1 + within; // what stands within it is its text
    }
}

/// Appends the paragraphs that a part of a paragraph is, whose lines begin with numbers and links (`1、[title](address)`).
fn push_lines(blocks: &mut Vec<Block>, text: &str, offset: usize, part: Range<usize>) {
    let mut start = part.start;
    while start < part.end {
        let end = start + first_entry(&text[start - offset..part.end - offset]);
        blocks.push(Block { kind: Kind::Paragraph, range: start..end });
        start = end;
    }
}

/// The byte at which a line of a paragraph, not the first, begins with a number and has a link; else its end.
fn first_entry(paragraph: &str) -> usize {
    let begins = |at: usize| {
        let line = paragraph[at..].lines().next().unwrap_or_default();
        is_numbered(line.trim_start_matches(['*', ' '])) && (line.contains("](") || line.contains("://"))
    };
    let mut starts = paragraph.match_indices('\n').map(|(at, _)| at + 1).filter(|at| *at < paragraph.len());
    starts.find(|&at| begins(at)).unwrap_or(paragraph.len())
}

impl Reading<'_> {
    fn is_newsletter(self) -> bool {
        matches!(self, Self::Newsletter)
    }
}

/// How deep quotes and lists may nest. The parser's time grows with the depth of every line that goes on in them.
const DEEPEST: usize = 64;

/// The byte of a line behind which it nests too deep.
pub fn too_deep(line: &str) -> Option<usize> {
    let marks = line.bytes().enumerate().take_while(|(_, byte)| b"> -+*\t0123456789.)".contains(byte));
    marks.filter(|(_, byte)| b">-+*.)".contains(byte)).nth(DEEPEST).map(|(at, _)| at)
}

/// The text with nothing that nests too deep: the marks behind that are letters, so that every byte stays in its place.
pub fn shallow(text: &str) -> Cow<'_, str> {
    if !text.lines().any(|line| too_deep(line).is_some()) {
        return Cow::Borrowed(text);
    }
    let flat = |line: &str| match too_deep(line) {
        Some(at) => line[..at].to_owned() + &line[at..].replace(['>', '-', '+', '*', '.', ')'], "x"),
        None => line.to_owned(),
    };
    Cow::Owned(text.split_inclusive('\n').map(flat).collect())
}

/// Where in a block without an end, of code or of HTML, a line looks like a heading.
fn heading_in_open_block(source: &str) -> Option<usize> {
    let start = source.trim_start().chars().next()?;
    let last = source.trim_end().lines().next_back()?.trim();
    if start != '<' && source.trim_end().contains('\n') && last.chars().all(|c| c == start) {
        return None;
    }
    let is_heading = |line: &str| {
        let words = line.trim_start_matches('#');
        (1..=6).contains(&(line.len() - words.len())) && words.starts_with(' ')
    };
    source.match_indices('\n').map(|(at, _)| at + 1).find(|&at| is_heading(&source[at..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    /// The blocks of a text with the parser, and without it where that is tried.
    fn both(text: &str) -> (Vec<Block>, Vec<Block>) {
        let (mut parsed, mut plain) = (Vec::new(), Vec::new());
        if push_plain(&mut plain, text, 7) {
            let mut from = 0;
            while from < text.len() {
                from = push_blocks(&mut parsed, &text[from..], from + 7, Reading::Newsletter) - 7;
            }
        }
        (parsed, plain)
    }

    #[test]
    fn a_plain_entry_is_read_without_the_parser() {
        let (parsed, plain) = both("**[a](b)**\n\n> c\n>\n>     d\n\n\n### e f 内存\n\n## g\n\n> h\n");
        assert_eq!(plain.len(), 5);
        assert_eq!(parsed, plain);
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(45), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_needs_no_parser_is_read_as_the_parser_does(lines in proptest::collection::vec(
            prop_oneof![
                Just("**[a](b)**"), Just("> c"), Just(">"), Just("> ```"), Just(">> d"), Just("> # e"), Just("### f g"),
                Just("#h"), Just("### i #"), Just("### "), Just(""), Just(" "), Just("\t"), Just("    j"), Just("> - k"),
                Just("**[l](m)** n  "), Just("---"), Just("> <!--"), Just("> [x]: y"), Just("######  - 内存  "),
            ], 0..12), end in prop_oneof![Just(""), Just("\n")])
        {
            let (parsed, plain) = both(&(lines.join("\n") + end));
            prop_assert_eq!(parsed, plain);
        }
    }
}
