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
        if self.from == 0 {
            parser.collect()
        } else {
            rest(TextMergeWithOffset::new(parser.into_offset_iter()), self.from)
        }
    }
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

/// [`plain`] of a piece that may need the definitions, or whose beginning was read already.
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
    let mut links: Vec<bool> = Vec::new(); // of the links and pictures that are open: whether it became a link
    let events = source.events().into_iter().filter_map(|event| {
        Some(match event {
            Event::Html(text) | Event::InlineHtml(text) if is_break(&text) => Event::HardBreak,
            Event::Html(text) | Event::InlineHtml(text) | Event::Text(text) => Event::Text(legal(text)),
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            Event::Code(text) => Event::Code(legal(text)),
            Event::Start(Tag::CodeBlock(_)) => Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)),
            Event::Start(Tag::Table(columns)) => Event::Start(Tag::Table(vec![Alignment::None; columns.len()])),
            // A picture becomes a link too: its words are kept, and no reader fetches what it wasn't asked to.
            Event::Start(Tag::Link { ref dest_url, link_type, .. } | Tag::Image { ref dest_url, link_type, .. }) => {
                let scheme = if link_type == LinkType::Email { "mailto:" } else { "" };
                let address = safe(&format!("{scheme}{dest_url}"), page).filter(|_| !links.contains(&true));
                links.push(address.is_some());
                Event::Start(Tag::Link {
                    link_type: LinkType::Inline,
                    dest_url: address?.into(),
                    title: CowStr::Borrowed(""),
                    id: CowStr::Borrowed(""),
                })
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                links.pop().filter(|&open| open)?;
                Event::End(TagEnd::Link)
            }
            event => event,
        })
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
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
