//! Markdown as HTML that is safe in any feed reader.

use std::borrow::Cow;
use std::collections::VecDeque;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd, html};
use url::Url;

use super::depth::is_too_deep;
use super::passage::Passage;
use super::picture;
use super::raw::{self, Raw};
use super::tags::is_break;
use crate::text;

/// URL schemes that never appear in a feed.
pub(crate) const UNSAFE: [&str; 4] = ["javascript", "vbscript", "data", "file"];

/// The address resolved against `page`, if a feed may link to it: only the web and email.
pub(crate) fn safe(address: &str, page: &Url) -> Option<String> {
    let url = page.join(address.trim()).ok()?;
    matches!(url.scheme(), "http" | "https" | "mailto").then(|| uri(url.as_str()))
}

/// An address in the characters that addresses may have (RFC 3986): browsers take some others too.
fn uri(address: &str) -> String {
    const OTHERS: AsciiSet =
        CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');
    utf8_percent_encode(address, &OTHERS).to_string()
}

/// Appends the HTML of a passage, safe for a feed: links lead to the web or to an email address and are absolute (resolved against
/// `page`), pictures stand on the web, and no element has a class or a style. Raw HTML appears as text, or cleaned if the passage says so.
pub(crate) fn push_html(out: &mut String, passage: Passage<'_>, page: &Url) {
    if is_too_deep(passage.text) {
        out.push_str("<pre>");
        text::escape(out, passage.text);
        out.push_str("</pre>\n");
        return;
    }
    let start = out.len();
    let mut events = SafeEvents {
        events: passage.events(),
        page,
        raw: passage.html.map(|_| Raw::of(passage.text)),
        open: None,
        is_empty: false,
        next: VecDeque::new(),
    };
    html::push_html(out, &mut events);
    if events.raw.is_some_and(|raw| raw.any) {
        let clean = raw::cleaned(&out[start..], page);
        out.truncate(start);
        out.push_str(&clean);
    }
}

/// Events that are safe for a feed.
struct SafeEvents<'a, I> {
    events: I,
    page: &'a Url,
    /// The raw HTML, if it is to be cleaned.
    raw: Option<Raw<'a>>,
    /// The link that is open.
    open: Option<Shown>,
    /// Whether that link has no words yet.
    is_empty: bool,
    /// What follows the event that was given last.
    next: VecDeque<Event<'a>>,
}

impl<'a, I: Iterator<Item = Event<'a>>> Iterator for SafeEvents<'a, I> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        if let Some(next) = self.next.pop_front() {
            return Some(next);
        }
        loop {
            let event = match self.events.next()? {
                Event::Start(Tag::Link { dest_url, link_type, .. }) => self.start_link(&dest_url, link_type),
                Event::End(TagEnd::Link) => self.end_link(),
                Event::Start(Tag::Image { dest_url, .. }) => self.picture(&dest_url),
                Event::Start(Tag::HtmlBlock) => Some(self.block()),
                Event::InlineHtml(tag) => Some(self.tag(tag)),
                event => Some(harmless(event)),
            };
            if event.is_some() {
                self.is_empty = matches!(event, Some(Event::Start(Tag::Link { .. })));
                return event;
            }
        }
    }
}

/// The event without raw HTML, classes and styles.
fn harmless(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(tag) | Event::InlineHtml(tag) if is_break(&tag) => Event::HardBreak,
        Event::Html(text) | Event::InlineHtml(text) | Event::Text(text) => Event::Text(legal(text)),
        Event::Code(text) => Event::Code(legal(text)),
        Event::Start(Tag::CodeBlock(_)) => Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)),
        Event::Start(Tag::Table(columns)) => Event::Start(Tag::Table(vec![Alignment::None; columns.len()])),
        event => event,
    }
}

fn legal(text: CowStr<'_>) -> CowStr<'_> {
    match text::legal(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(legal) => legal.into(),
    }
}

/// How a link or a picture appears.
enum Shown {
    /// As a link to this address.
    Link(String),
    /// As its words followed by the address, which a feed may name but not link to: `irc:`, `ftp:`.
    Address(String),
    /// As its words only.
    Words,
}

impl Shown {
    fn of(address: &str, page: &Url) -> Self {
        if let Some(address) = safe(address, page) {
            return Self::Link(address);
        }
        match Url::parse(address.trim()) {
            Ok(url) if !UNSAFE.contains(&url.scheme()) && !matches!(url.scheme(), "http" | "https") => {
                Self::Address(text::legal(address).into_owned())
            }
            _ => Self::Words,
        }
    }
}

impl<'a, I: Iterator<Item = Event<'a>>> SafeEvents<'a, I> {
    /// Opens a link.
    fn start_link(&mut self, address: &str, link_type: LinkType) -> Option<Event<'a>> {
        let scheme = if link_type == LinkType::Email { "mailto:" } else { "" };
        let shown = Shown::of(&format!("{scheme}{address}"), self.page);
        let start = match &shown {
            Shown::Link(address) => Some(Event::Start(Tag::Link {
                link_type: LinkType::Inline,
                dest_url: address.clone().into(),
                title: CowStr::Borrowed(""),
                id: CowStr::Borrowed(""),
            })),
            _ => None,
        };
        self.open = Some(shown);
        start
    }

    /// Closes a link.
    fn end_link(&mut self) -> Option<Event<'a>> {
        match self.open.take()? {
            Shown::Link(address) => {
                if !self.is_empty {
                    return Some(Event::End(TagEnd::Link));
                }
                self.next.push_back(Event::End(TagEnd::Link));
                Some(Event::Text(address.into())) // a link without words would be invisible
            }
            Shown::Address(address) => Some(Event::Text(format!(" ({address})").into())),
            Shown::Words => None,
        }
    }

    /// A picture. One that doesn't stand on the web is its words.
    fn picture(&mut self, address: &str) -> Option<Event<'a>> {
        let words = picture::words(&mut self.events);
        let Some(file) = picture::file(address, self.page) else {
            return match Shown::of(address, self.page) {
                Shown::Address(address) => Some(Event::Text(format!("{words} ({address})").into())),
                _ => (!words.is_empty()).then(|| Event::Text(words.into())),
            };
        };
        let alt = picture::alt(&words, address);
        self.next.extend((!alt.is_empty()).then(|| Event::Text(alt.to_owned().into())));
        self.next.push_back(Event::End(TagEnd::Image));
        Some(Event::Start(Tag::Image {
            link_type: LinkType::Inline,
            dest_url: uri(file.as_str()).into(),
            title: CowStr::Borrowed(""),
            id: CowStr::Borrowed(""),
        }))
    }

    /// A tag within a line.
    fn tag(&mut self, tag: CowStr<'a>) -> Event<'a> {
        let known = self.raw.as_mut().filter(|_| !is_break(&tag)).and_then(|raw| raw.tag(&tag));
        if let Some(known) = known {
            return Event::InlineHtml(known.into());
        }
        harmless(Event::InlineHtml(tag))
    }

    /// A block of HTML. If it has no elements of HTML, it is a paragraph.
    fn block(&mut self) -> Event<'a> {
        let mut lines = Vec::new();
        for event in self.events.by_ref() {
            match event {
                Event::End(TagEnd::HtmlBlock) => break,
                event => lines.push(event),
            }
        }
        if let Some(known) = self.raw.as_mut().and_then(|raw| raw.block(&source(&lines))) {
            return Event::Html(known.into());
        }
        self.next.extend(lines.into_iter().map(harmless));
        self.next.push_back(Event::End(TagEnd::Paragraph));
        Event::Start(Tag::Paragraph)
    }
}

/// The lines of a block of HTML.
fn source(lines: &[Event<'_>]) -> String {
    let text = lines.iter().map(|line| match line {
        Event::Html(text) | Event::Text(text) => text.as_ref(),
        _ => "",
    });
    text::legal(&text.collect::<String>()).into_owned()
}
