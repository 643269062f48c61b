//! The link that a block begins with: what makes a list item, a heading or a paragraph an entry.

use std::borrow::Cow;
use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Parser, Tag, TagEnd, TextMergeWithOffset};

use super::{Definitions, is_break, is_element, options};
use crate::text;

/// The beginning of a block.
///
/// ```text
/// * [video] 2. Title: [words](address), and what follows
///   ^^^^^^^ before    ^^^^^  ^^^^^^^   ^^^^^^^^^^^^^^^^^^ after
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Lead {
    /// The words up to the end of the link, without markup; where these say nothing (a number, a bare address), with
    /// those that follow.
    pub title: String,
    /// The link's address, as written; empty where nothing defines it.
    pub address: String,
    /// The byte of the block behind the link and the marks that close what was opened right before it; 0 where the title
    /// is too long and was cut.
    pub end: usize,
    /// What comes before the link, numbers and `[tags]` aside.
    pub before: Before,
    /// Whether a number comes before it: `1、`, `（2）`.
    pub numbered: bool,
    /// Whether nothing but marks, or a note in parentheses, follows it in its line.
    pub alone: bool,
}

/// What comes before a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// Nothing but marks.
    Nothing,
    /// A dash, as before the name of whoever is quoted.
    Dash,
    /// Words.
    Words,
}

impl Lead {
    /// Whether the link comes first.
    pub fn is_first(&self) -> bool {
        self.before != Before::Words
    }
}

/// The widest beginning before the link, in columns.
const BEFORE: usize = 80;

/// The longest note in parentheses after a link that stands alone, in characters.
const NOTE: usize = 40;

/// The longest title that takes in what follows the link, in characters.
const TITLE: usize = 200;

/// The longest title of all, in characters.
const LONGEST: usize = 500;

/// Marks that may stand around a link, and belong to its words.
const PAIRS: [(char, char); 12] = [
    ('"', '"'),
    ('\'', '\''),
    ('“', '”'),
    ('‘', '’'),
    ('«', '»'),
    ('《', '》'),
    ('「', '」'),
    ('『', '』'),
    ('【', '】'),
    ('[', ']'),
    ('(', ')'),
    ('（', '）'),
];

/// The link that a block (an item, a heading, a paragraph) begins with. Only its first paragraph is looked at. Links
/// within the page and addresses of mail are words.
pub fn lead(source: &str, definitions: &Definitions) -> Option<Lead> {
    read(source, |link| definitions.resolve(&link)).or_else(|| {
        let nowhere = |link: &BrokenLink<'_>| {
            (link.link_type == LinkType::Reference).then_some((CowStr::Borrowed(""), CowStr::Borrowed("")))
        };
        let refers = source.contains("][").then_some(source)?;
        read(refers, |link| definitions.resolve(&link).or_else(|| nowhere(&link))).filter(Lead::is_first)
    })
}

fn read<'a>(source: &'a str, resolve: impl Fn(BrokenLink<'_>) -> Option<(CowStr<'a>, CowStr<'a>)>) -> Option<Lead> {
    let parser = Parser::new_with_broken_link_callback(source, options(), Some(resolve)).into_offset_iter();
    let mut before = String::new();
    let mut link: Option<Found> = None; // once there is one
    let mut words = String::new(); // its own
    let mut after: Option<String> = None; // once it has ended
    let mut blocks = 0;
    for (event, range) in TextMergeWithOffset::new(parser) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) if link.is_none() && leads(&dest_url) => {
                link = Some(Found { address: dest_url.to_string(), range });
            }
            Event::End(TagEnd::Link) if after.is_none() && link.as_ref().is_some_and(|link| link.range == range) => {
                after = Some(String::new());
            }
            // <a href="address">title</a>
            Event::InlineHtml(tag) if link.is_none() && html_link(&tag).is_some_and(|to| leads(&to)) => {
                link = Some(Found { address: html_link(&tag).unwrap_or_default(), range });
            }
            Event::InlineHtml(tag) if after.is_none() && tag.eq_ignore_ascii_case("</a>") => {
                if let Some(link) = &mut link {
                    link.range.end = range.end;
                    after = Some(String::new());
                }
            }
            Event::InlineHtml(tag) if is_break(&tag) && after.is_some() => break,
            Event::InlineHtml(tag) if is_element(&tag) => {}
            Event::Start(Tag::List(_) | Tag::BlockQuote(_) | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Table(_))
            | Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item)
                if blocks > 0 =>
            {
                break;
            }
            Event::Start(Tag::List(_) | Tag::Item | Tag::Paragraph | Tag::Heading { .. }) => blocks += 1,
            Event::SoftBreak | Event::HardBreak if after.is_some() => break,
            Event::SoftBreak | Event::HardBreak => if link.is_some() { &mut words } else { &mut before }.push(' '),
            Event::Text(found) if link.is_none() => match bare(&found) {
                Some(bare) => {
                    before.push_str(&found[..bare.start]);
                    after = Some(found[bare.end..].to_owned());
                    let start = range.start + source[range.clone()].find(&found[bare.clone()]).unwrap_or(0);
                    link = Some(Found { address: found[bare.clone()].to_owned(), range: start..start + bare.len() });
                }
                None => before.push_str(&found),
            },
            Event::Text(found) | Event::Code(found) | Event::InlineHtml(found) => {
                let text = after.as_mut().unwrap_or(if link.is_some() { &mut words } else { &mut before });
                text.push_str(&found);
            }
            _ => {}
        }
        if link.is_none() && width(&before) > BEFORE {
            return None;
        }
    }
    let Found { address, range } = link?;
    let (before, numbered) = unnumbered(&before);
    let before = ["[ ] ", "[x] ", "[X] "].iter().find_map(|mark| before.strip_prefix(mark)).unwrap_or(before); // a task's
    let mut after = after.unwrap_or_default();
    let mut end = range.end;
    if let Some(length) = closing(before, &source[end..]) {
        let closer = source[..end + length].chars().next_back();
        words.extend(closer.filter(|_| !words.is_empty()));
        after = after.trim_start_matches(|c| Some(c) == closer).to_owned();
        end += length;
    }
    let title = title(before, &words, &after, &address);
    let cut = title.chars().nth(LONGEST).is_some();
    Some(Lead {
        title: if cut { text::first_words(&title, LONGEST) } else { title },
        end: if cut { 0 } else { end },
        before: match format!("{before}{words}").trim_start().chars().next() {
            _ if untagged(before).contains(char::is_alphanumeric) => Before::Words,
            Some('-' | '–' | '—' | '―' | '~') => Before::Dash,
            _ => Before::Nothing,
        },
        numbered,
        alone: !untagged(note(&after)).contains(char::is_alphanumeric),
        address,
    })
}

struct Found {
    address: String,
    range: Range<usize>,
}

/// Whether an entry's link may have the address.
fn leads(address: &str) -> bool {
    let other = ["mailto:", "tel:", "#"];
    !other.iter().any(|start| address.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
}

/// The bytes of the first bare address in a text.
fn bare(text: &str) -> Option<Range<usize>> {
    if !text.contains("://") {
        return None;
    }
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(true);
    let link = finder.links(text).find(|link| text::is_web(link.as_str()))?;
    // A host may be Chinese, and a part of the path; other Chinese letters and marks are words that follow.
    let address = link.as_str();
    let host = address.find("://").map_or(0, |at| at + 3);
    let path = address[host..].find(['/', '?', '#']).map_or(address.len(), |at| host + at);
    let in_host = |c: char| c.is_alphanumeric() || ".-:@[]".contains(c);
    let end = address[host..path].find(|c| !in_host(c)).map(|at| host + at);
    let mut before = ' ';
    let foreign = |c: char| {
        let begins = "/(_".contains(before) || !before.is_ascii();
        let ends = !(c.is_ascii() || begins && c.is_alphanumeric());
        before = c;
        ends
    };
    let end = end.or_else(|| address[path..].find(foreign).map(|at| path + at));
    let address = end.map_or(address, |end| address[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '(']));
    Some(link.start()..link.start() + address.len())
}

fn width(text: &str) -> usize {
    text.chars().map(|c| if c > '\u{2E7F}' { 2 } else { 1 }).sum()
}

/// Whether a line begins with a number, as one of several.
pub fn is_numbered(line: &str) -> bool {
    unnumbered(line).1
}

/// A text without the number that it begins with, and whether it had one: `1、`, `（1）`, `2.`, `3)`.
fn unnumbered(text: &str) -> (&str, bool) {
    let start = text.trim_start();
    let rest = start.trim_start_matches(['(', '（', '[', '【']);
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = &rest[digits..];
    let rest = after.trim_start_matches(['、', '.', '．', ')', '）', ']', '】']);
    if (1..=3).contains(&digits) && rest.len() < after.len() { (rest.trim_start(), true) } else { (start, false) }
}

/// A text without the `[tags]` in it.
fn untagged(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, (_, after))) = rest.split_once('[').and_then(|(b, tag)| Some((b, tag.split_once(']')?))) {
        out.push_str(before);
        rest = after;
    }
    out + rest
}

/// What follows a link, without a note in parentheses.
fn note(after: &str) -> &str {
    let after = after.trim();
    let inner = after.trim_end_matches(['。', '.']);
    let note = inner.strip_prefix(['(', '（']).and_then(|inner| inner.strip_suffix([')', '）']));
    if note.is_some_and(|note| note.chars().count() <= NOTE) { "" } else { after }
}

/// How many bytes the mark takes that closes what was opened right before a link, with the ends of emphasis before it.
fn closing(before: &str, after: &str) -> Option<usize> {
    let open = before.chars().next_back()?;
    let close = PAIRS.iter().find_map(|(begin, end)| (*begin == open).then_some(*end))?;
    let rest = after.trim_start_matches(['*', '_', '~', '>']);
    rest.starts_with(close).then(|| after.len() - rest.len() + close.len_utf8())
}

/// The address of a link in HTML.
fn html_link(tag: &str) -> Option<String> {
    let tag = tag.strip_prefix("<a ").or_else(|| tag.strip_prefix("<A "))?;
    let at = tag.to_ascii_lowercase().find("href=")? + "href=".len();
    let value = &tag[at..];
    let address = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split([' ', '>']).next()?,
    };
    Some(super::decode(address.trim(), false)).filter(|address| !address.is_empty())
}

fn title(before: &str, words: &str, after: &str, address: &str) -> String {
    let says = |text: &str| text.contains(char::is_alphabetic);
    let before = if words.is_empty() { meant(before) } else { Cow::Borrowed(before) };
    let head = text::one_line(&format!("{before}{words}"));
    let marks = [':', '：', '-', '–', '—', '|', '，', ',', '。', ' ', '*'];
    let head = head.trim_start_matches(['*', ' ']);
    let title = if says(head) { head } else { &text::first_words(&text::one_line(&format!("{head}{after}")), TITLE) };
    let is_shortcode = title.starts_with(':') && title[1..].starts_with(char::is_alphanumeric); // :tada:
    let title = if is_shortcode { title } else { title.trim_start_matches(marks) }.trim_end_matches(marks);
    if says(title) {
        return text::one_line(&text::legal(title));
    }
    text::one_line(&text::legal(&format!("{words} {address}"))) // a number, or a sign, that is all of a link's words
}

/// What stands before a bare address without the marks of a link: `[title] (address)`, `[title]（address）` and
/// `[title](address with spaces)` are no links to `CommonMark`, but meant to be.
fn meant(before: &str) -> Cow<'_, str> {
    let words = before.trim_end_matches(['(', '（', '<', '[', ' ']);
    match words.strip_suffix(']') {
        Some(inner) => match inner.rfind('[') {
            Some(at) => Cow::Owned(format!("{}{}", &inner[..at], &inner[at + 1..])),
            None => Cow::Borrowed(inner),
        },
        None if !words.contains(']') => Cow::Borrowed(words.strip_prefix('[').unwrap_or(words)),
        None => Cow::Borrowed(words),
    }
}

/// The column that a byte of a text stands in, from 0.
pub fn column(text: &str, at: usize) -> usize {
    columns(&text[text[..at].rfind('\n').map_or(0, |line| line + 1)..at])
}

/// A piece of a text that begins in a column, with so much indentation taken from its other lines: as it would stand at the
/// beginning of a line.
pub fn dedent(source: &str, column: usize) -> Cow<'_, str> {
    if column == 0 || !source.contains('\n') {
        return Cow::Borrowed(source);
    }
    let mut lines = source.split_inclusive('\n');
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let space = line.len() - line.trim_start_matches([' ', '\t']).len();
        out.push_str(&" ".repeat(columns(&line[..space]).saturating_sub(column)));
        out.push_str(&line[space..]);
    }
    Cow::Owned(out)
}

/// How many columns a text takes; tabs stop at every fourth (`CommonMark` §2.2).
fn columns(text: &str) -> usize {
    text.chars().fold(0, |column, c| if c == '\t' { column / 4 * 4 + 4 } else { column + 1 })
}
