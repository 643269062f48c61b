//! Markdown as HTML that is safe in any feed reader.

use std::borrow::Cow;

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd, html};
use url::Url;

use super::depth::is_too_deep;
use super::passage::Passage;
use super::tags::is_break;
use crate::text;

/// URL schemes that never appear in a feed.
pub(crate) const UNSAFE: [&str; 4] = ["javascript", "vbscript", "data", "file"];

/// The address resolved against `page`, if a feed may link to it: only the web and email.
pub(crate) fn safe(address: &str, page: &Url) -> Option<String> {
    let url = page.join(address.trim()).ok()?;
    matches!(url.scheme(), "http" | "https" | "mailto").then(|| url.into())
}

/// Appends the HTML of a passage, safe for a feed: raw HTML appears as text, links lead to the web or to an email address and
/// are absolute (resolved against `page`), and no element has a class or a style.
pub(crate) fn push_html(out: &mut String, passage: Passage<'_>, page: &Url) {
    if is_too_deep(passage.text) {
        out.push_str("<pre>");
        text::escape(out, passage.text);
        out.push_str("</pre>\n");
        return;
    }
    html::push_html(
        out,
        SafeEvents { events: passage.events(), page, open: Vec::new(), links: 0, is_empty: false, next: None },
    );
}

/// Events that are safe for a feed.
struct SafeEvents<'a, I> {
    events: I,
    page: &'a Url,
    /// The links and pictures that are open.
    open: Vec<Shown>,
    /// How many of them are links.
    links: usize,
    /// Whether the link that was opened last has no words yet.
    is_empty: bool,
    /// What follows the event that was given last.
    next: Option<Event<'a>>,
}

impl<'a, I: Iterator<Item = Event<'a>>> Iterator for SafeEvents<'a, I> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        if let Some(next) = self.next.take() {
            return Some(next);
        }
        loop {
            let event = match self.events.next()? {
                // A picture becomes a link: its words stay, and readers fetch nothing on their own.
                Event::Start(Tag::Link { dest_url, link_type, .. } | Tag::Image { dest_url, link_type, .. }) => {
                    self.start_link(&dest_url, link_type)
                }
                Event::End(TagEnd::Link | TagEnd::Image) => self.end_link(),
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
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
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

impl<'a, I> SafeEvents<'a, I> {
    /// Opens a link or a picture. HTML has no links within links, so a picture within a link is only its words.
    fn start_link(&mut self, address: &str, link_type: LinkType) -> Option<Event<'a>> {
        let scheme = if link_type == LinkType::Email { "mailto:" } else { "" };
        let shown = if self.links > 0 { Shown::Words } else { Shown::of(&format!("{scheme}{address}"), self.page) };
        let start = if let Shown::Link(address) = &shown {
            self.links += 1;
            Some(Event::Start(Tag::Link {
                link_type: LinkType::Inline,
                dest_url: address.clone().into(),
                title: CowStr::Borrowed(""),
                id: CowStr::Borrowed(""),
            }))
        } else {
            None
        };
        self.open.push(shown);
        start
    }

    /// Closes a link or a picture.
    fn end_link(&mut self) -> Option<Event<'a>> {
        match self.open.pop()? {
            Shown::Link(address) => {
                self.links -= 1;
                if !self.is_empty {
                    return Some(Event::End(TagEnd::Link));
                }
                self.next = Some(Event::End(TagEnd::Link));
                Some(Event::Text(address.into())) // a link without words would be invisible
            }
            Shown::Address(address) => Some(Event::Text(format!(" ({address})").into())),
            Shown::Words => None,
        }
    }
}
