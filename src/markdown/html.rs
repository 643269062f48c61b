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

/// The HTML of a passage, safe for a feed: raw HTML appears as text, links lead to the web or to an email address and are
/// absolute (resolved against `page`), and no element has a class or a style.
pub(crate) fn html(passage: Passage<'_>, page: &Url) -> String {
    let mut out = String::new();
    if is_too_deep(passage.text) {
        out.push_str("<pre>");
        text::escape(&mut out, passage.text);
        out.push_str("</pre>\n");
        return out;
    }
    let mut open: Vec<Shown> = Vec::new();
    let mut events: Vec<Event<'_>> = Vec::new();
    for event in passage.events() {
        match event {
            // A picture becomes a link: its words stay, and readers fetch nothing on their own.
            Event::Start(Tag::Link { dest_url, link_type, .. } | Tag::Image { dest_url, link_type, .. }) => {
                push_link_start(&mut events, &mut open, &dest_url, link_type, page);
            }
            Event::End(TagEnd::Link | TagEnd::Image) => push_link_end(&mut events, open.pop()),
            event => events.push(harmless(event)),
        }
    }
    html::push_html(&mut out, events.into_iter());
    out
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

/// Opens a link or a picture. HTML has no links within links, so a picture within a link is only its words.
fn push_link_start(events: &mut Vec<Event<'_>>, open: &mut Vec<Shown>, address: &str, link_type: LinkType, page: &Url) {
    let scheme = if link_type == LinkType::Email { "mailto:" } else { "" };
    let within_link = open.iter().any(|shown| matches!(shown, Shown::Link(_)));
    let shown = if within_link { Shown::Words } else { Shown::of(&format!("{scheme}{address}"), page) };
    if let Shown::Link(address) = &shown {
        events.push(Event::Start(Tag::Link {
            link_type: LinkType::Inline,
            dest_url: address.clone().into(),
            title: CowStr::Borrowed(""),
            id: CowStr::Borrowed(""),
        }));
    }
    open.push(shown);
}

/// Closes a link or a picture.
fn push_link_end(events: &mut Vec<Event<'_>>, shown: Option<Shown>) {
    match shown {
        Some(Shown::Link(address)) => {
            if matches!(events.last(), Some(Event::Start(Tag::Link { .. }))) {
                events.push(Event::Text(address.into())); // a link without words would be invisible
            }
            events.push(Event::End(TagEnd::Link));
        }
        Some(Shown::Address(address)) => events.push(Event::Text(format!(" ({address})").into())),
        Some(Shown::Words) | None => {}
    }
}
