//! The one door to pulldown-cmark: the blocks of an issue with their places, the link that a block begins with, and the HTML
//! of what its editors wrote.

mod blocks;
mod lead;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{
    Alignment, BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeWithOffset,
    html,
};
use url::Url;

pub use blocks::{Block, ENTRY, Kind, Reading, blocks};
use blocks::{shallow, too_deep};
pub use lead::{Before, Lead, column, dedent, lead};

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH
}

/// The link reference definitions (`[label]: address`) of a whole issue, which its blocks, read alone, don't see.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Definitions(HashMap<String, String>);

impl Definitions {
    /// Those of a text.
    pub fn of(text: &str) -> Self {
        let parser = Parser::new_ext(text, options());
        Self(parser.reference_definitions().iter().map(|(label, to)| (Self::key(label), to.dest.to_string())).collect())
    }

    /// None at all.
    pub fn none() -> &'static Self {
        static NONE: LazyLock<Definitions> = LazyLock::new(Definitions::default);
        &NONE
    }

    /// The address that a label stands for.
    fn get(&self, label: &str) -> Option<&str> {
        if self.0.is_empty() { None } else { self.0.get(&Self::key(label)).map(String::as_str) }
    }

    /// Labels are compared without regard to case and white space (`CommonMark` §4.7).
    fn key(label: &str) -> String {
        crate::text::one_line(label).to_lowercase()
    }

    fn resolve<'a>(&self, link: &BrokenLink<'_>) -> Option<(CowStr<'a>, CowStr<'a>)> {
        Some((self.get(&link.reference)?.to_owned().into(), CowStr::Borrowed("")))
    }
}

/// A piece of Markdown, as the issue has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source<'a> {
    /// The piece.
    pub text: &'a str,
    /// The byte that the reading begins at. Where it isn't the first, the piece is one block (a list's item, a paragraph),
    /// whose beginning was read already, as [`Lead`].
    pub from: usize,
    /// The definitions of the issue.
    pub definitions: &'a Definitions,
}

impl<'a> Source<'a> {
    /// All of a piece that needs no definition from elsewhere.
    pub fn whole(text: &'a str) -> Self {
        Self { text, from: 0, definitions: Definitions::none() }
    }

    fn events(self) -> Vec<Event<'a>> {
        let resolve = |link: BrokenLink<'_>| self.definitions.resolve(&link);
        let parser = Parser::new_with_broken_link_callback(self.text, options(), Some(resolve));
        let events = if self.from == 0 {
            parser.collect()
        } else {
            rest(TextMergeWithOffset::new(parser.into_offset_iter()), self.from)
        };
        without_comments(events)
    }
}

/// The events without comments of HTML, which speak to editors. One that never ends, or with words behind it, stays.
fn without_comments(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut kept: Vec<Event<'_>> = Vec::with_capacity(events.len());
    let mut block = 0; // where the block of HTML begins that is open
    for event in events {
        match &event {
            Event::InlineHtml(tag) if tag.starts_with("<!--") => continue,
            Event::Start(Tag::HtmlBlock) => block = kept.len(),
            Event::End(TagEnd::HtmlBlock) => {
                let lines = kept[block..].iter().map(|event| if let Event::Html(line) = event { line } else { "" });
                let text: String = lines.collect();
                if text.trim().strip_prefix("<!--").and_then(|text| text.find("-->").map(|at| at + 3 == text.len()))
                    == Some(true)
                {
                    kept.truncate(block);
                    continue;
                }
            }
            Event::End(TagEnd::Paragraph) if matches!(kept.last(), Some(Event::Start(Tag::Paragraph))) => {
                kept.pop();
                continue;
            }
            _ => {}
        }
        kept.push(event);
    }
    kept
}

/// The events of a block behind a byte of it, without the list and item that the block may be.
fn rest<'a>(events: impl Iterator<Item = (Event<'a>, Range<usize>)>, from: usize) -> Vec<Event<'a>> {
    let mut out: Vec<Event<'a>> = Vec::new();
    let mut lists = 0; // how many of the outer list and item are open
    let mut open = 0; // the blocks and spans within
    let mut bare = false; // whether a paragraph was begun for an item that has none of its own
    for (event, range) in events {
        let early = range.start < from;
        let event = match event {
            Event::Start(Tag::List(_) | Tag::Item) if early && open == 0 && range.end > from => {
                lists += 1;
                continue;
            }
            Event::End(TagEnd::List(_) | TagEnd::Item) if lists > 0 && open == 0 => {
                lists -= 1;
                if std::mem::take(&mut bare) {
                    end_paragraph(&mut out);
                }
                continue;
            }
            Event::Start(ref tag) if early && is_span(tag.to_end()) => continue,
            Event::End(tag) if early && is_span(tag) => continue,
            Event::Text(words) if early => match words.get(from.saturating_sub(range.start)..) {
                Some(words) if range.end > from => Event::Text(words.to_owned().into()),
                _ => continue,
            },
            Event::Start(_) | Event::End(_) => event,
            _ if early => continue,
            event => event,
        };
        let begins_text = matches!(out.last(), None | Some(Event::Start(Tag::Paragraph))) && out.len() < 2;
        let event = match event {
            Event::SoftBreak | Event::HardBreak if begins_text => continue,
            Event::InlineHtml(tag) if begins_text && is_break(&tag) => continue,
            Event::Text(words) if begins_text => match words.trim_start_matches(is_separator) {
                "" => continue,
                rest => Event::Text(rest.to_owned().into()),
            },
            event => event,
        };
        match &event {
            Event::Start(tag) => {
                if open == 0 && lists > 0 {
                    if !bare && is_span(tag.to_end()) {
                        out.push(Event::Start(Tag::Paragraph));
                        bare = true;
                    } else if bare && !is_span(tag.to_end()) {
                        end_paragraph(&mut out);
                        bare = false;
                    }
                }
                open += 1;
            }
            Event::End(TagEnd::Paragraph) => {
                open -= 1;
                end_paragraph(&mut out);
                continue;
            }
            Event::End(_) => open -= 1,
            Event::Rule => {}
            _ if open == 0 && lists > 0 && !bare => {
                out.push(Event::Start(Tag::Paragraph));
                bare = true;
            }
            _ => {}
        }
        out.push(event);
    }
    out
}

/// Ends a paragraph, or takes it back if nothing stands in it.
fn end_paragraph(events: &mut Vec<Event<'_>>) {
    match events.last() {
        Some(Event::Start(Tag::Paragraph)) => drop(events.pop()),
        _ => events.push(Event::End(TagEnd::Paragraph)),
    }
}

fn is_span(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

/// What stands between a link and the words about it.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || "-–—:：,，.。;；|·•".contains(c)
}

/// The words of a piece of Markdown in one line, without markup.
pub fn plain(markdown: &str) -> String {
    plain_of(Source::whole(markdown))
}

/// [`plain`] of a piece that may need the issue's definitions, or whose beginning was read already.
pub fn plain_of(source: Source<'_>) -> String {
    let shallow = &*shallow(source.text);
    let mut words = String::new();
    for event in (Source { text: shallow, ..source }).events() {
        match event {
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(
                TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_) | TagEnd::TableCell | TagEnd::CodeBlock,
            ) => {
                words.push(' ');
            }
            Event::Html(text) | Event::InlineHtml(text) if is_break(&text) => words.push(' '),
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                words.push_str(&text);
            }
            _ => {}
        }
    }
    crate::text::one_line(&crate::text::legal(&words))
}

/// The HTML of a piece of Markdown, fit for a feed: raw HTML is shown as text, links lead to the web or to an address
/// of mail and are made absolute on `page`, no element has a class or a style.
pub fn html(source: Source<'_>, page: &Url) -> String {
    if source.text.lines().any(|line| too_deep(line).is_some()) {
        let mut out = "<pre>".to_owned();
        crate::text::escape(&mut out, source.text);
        return out + "</pre>\n";
    }
    let mut open: Vec<Shown> = Vec::new(); // the links and pictures
    let mut events: Vec<Event<'_>> = Vec::new();
    for event in source.events() {
        let event = match event {
            Event::Html(text) | Event::InlineHtml(text) if is_break(&text) => Event::HardBreak,
            Event::Html(text) | Event::InlineHtml(text) | Event::Text(text) => Event::Text(legal(text)),
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            Event::Code(text) => Event::Code(legal(text)),
            Event::Start(Tag::CodeBlock(_)) => Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)),
            Event::Start(Tag::Table(columns)) => Event::Start(Tag::Table(vec![Alignment::None; columns.len()])),
            // A picture becomes a link too: its words are kept, and no reader fetches what it wasn't asked to.
            Event::Start(Tag::Link { dest_url, link_type, .. } | Tag::Image { dest_url, link_type, .. }) => {
                let scheme = if link_type == LinkType::Email { "mailto:" } else { "" };
                let address = safe(&format!("{scheme}{dest_url}"), page);
                let within = open.iter().any(|shown| matches!(shown, Shown::Link(_)));
                let Some(address) = address.filter(|_| !within) else {
                    open.push(if within { Shown::Words } else { Shown::other(&dest_url) });
                    continue;
                };
                open.push(Shown::Link(address.clone()));
                Event::Start(Tag::Link {
                    link_type: LinkType::Inline,
                    dest_url: address.into(),
                    title: CowStr::Borrowed(""),
                    id: CowStr::Borrowed(""),
                })
            }
            Event::End(TagEnd::Link | TagEnd::Image) => match open.pop() {
                Some(Shown::Link(address)) => {
                    if matches!(events.last(), Some(Event::Start(Tag::Link { .. }))) {
                        events.push(Event::Text(address.into())); // a link without words is one that nobody sees
                    }
                    Event::End(TagEnd::Link)
                }
                Some(Shown::Address(address)) => Event::Text(format!(" ({address})").into()),
                _ => continue,
            },
            event => event,
        };
        events.push(event);
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    out
}

/// What is shown of a link.
enum Shown {
    /// A link to the address.
    Link(String),
    /// Its words, and the address, which a feed may show but not link to: `irc:`, `ftp:`.
    Address(String),
    /// Its words alone.
    Words,
}

impl Shown {
    fn other(address: &str) -> Self {
        let unsafe_scheme = |url: &Url| UNSAFE.contains(&url.scheme());
        match Url::parse(address.trim()) {
            Ok(url) if !unsafe_scheme(&url) && !matches!(url.scheme(), "http" | "https") => {
                Self::Address(crate::text::legal(address).into_owned())
            }
            _ => Self::Words,
        }
    }
}

/// Schemes of addresses that no feed may hold.
pub const UNSAFE: [&str; 4] = ["javascript", "vbscript", "data", "file"];

/// Whether a tag of HTML says only how words look, or is a comment. `<T>` is a word, and so in lower case alone.
fn is_element(tag: &str) -> bool {
    const NAMES: [&str; 30] = [
        "a", "abbr", "b", "big", "br", "center", "cite", "code", "del", "details", "div", "em", "font", "i", "img",
        "ins", "kbd", "li", "mark", "p", "picture", "s", "small", "source", "span", "strong", "sub", "summary", "sup",
        "u",
    ];
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    name.starts_with("!--") || NAMES.contains(&&name[..end]) && name[end..].starts_with(['>', '/', ' ', '\n'])
}

/// Whether a block of HTML is nothing but tags around other blocks: `</details>`, `<div align="center">`.
pub fn is_frame(source: &str) -> bool {
    let mut parts = source.trim().split('<');
    let is_tag = |part: &str| part.split_once('>').is_some_and(|(_, words)| words.trim().is_empty());
    parts.next() == Some("") && parts.all(is_tag) && !source.contains("://")
}

fn is_break(tag: &str) -> bool {
    matches!(tag.trim().to_ascii_lowercase().as_str(), "<br>" | "<br/>" | "<br />")
}

fn legal(text: CowStr<'_>) -> CowStr<'_> {
    match crate::text::legal(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(legal) => legal.into(),
    }
}

/// The address, absolute, if a feed may link to it.
pub fn safe(address: &str, page: &Url) -> Option<String> {
    let url = page.join(address.trim()).ok()?;
    matches!(url.scheme(), "http" | "https" | "mailto").then(|| url.into())
}

/// The text with its character references (`&#22238;`, `&amp;`) decoded as `CommonMark` does (§2.5);
/// where `numeric` is set, only those by number; nothing else is read as markup.
pub fn decode(text: &str, numeric: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = rest.bytes().take(40).position(|byte| byte == b';').map_or(0, |end| end + 1);
        let reference = &rest[..length];
        let named = !reference.starts_with("&#");
        match (length > 0 && !(numeric && named)).then(|| reference_text(reference)).flatten() {
            Some(decoded) => {
                out.push_str(&crate::text::legal(&decoded));
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// What one character reference stands for.
fn reference_text(reference: &str) -> Option<String> {
    let name = reference.strip_prefix('&')?.strip_suffix(';')?;
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#') {
        return None;
    }
    let mut text = String::new();
    for event in Parser::new(reference) {
        if let Event::Text(words) = event {
            text.push_str(&words);
        }
    }
    (text != reference).then_some(text)
}
