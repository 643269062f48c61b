//! A piece of Markdown, and the parser's events for it.

use pulldown_cmark::{BrokenLink, Event, Parser, Tag, TagEnd, TextMergeWithOffset};

use super::definitions::Definitions;
use super::dialect::DIALECT;
use super::remainder;

/// A piece of Markdown from an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Passage<'a> {
    /// The text of the piece.
    pub(crate) text: &'a str,
    /// The byte to start at. If it isn't 0, the piece is a single block (a list item, a paragraph) whose beginning has
    /// already been read as a [`Lead`](super::lead::Lead).
    pub(crate) from: usize,
    /// The link reference definitions of the issue.
    pub(crate) definitions: &'a Definitions,
}

impl<'a> Passage<'a> {
    /// All of a text that needs no definitions from elsewhere.
    pub(super) fn whole(text: &'a str) -> Self {
        Self { text, from: 0, definitions: Definitions::none() }
    }

    /// The parser's events from `from` on, without comments.
    pub(super) fn events(self) -> Vec<Event<'a>> {
        let resolve = Some(|link: BrokenLink<'_>| self.definitions.resolve(&link));
        let parser = Parser::new_with_broken_link_callback(self.text, DIALECT, resolve);
        let events = match self.from {
            0 => parser.collect(),
            from => remainder::events(TextMergeWithOffset::new(parser.into_offset_iter()), from),
        };
        without_comments(events)
    }
}

/// The events without HTML comments, which are notes among editors. A comment that never ends, or that words follow,
/// stays, so that no words are lost.
fn without_comments(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut kept: Vec<Event<'_>> = Vec::with_capacity(events.len());
    let mut html = 0; // where the open block of HTML begins
    for event in events {
        match &event {
            Event::InlineHtml(tag) if tag.starts_with("<!--") => continue,
            Event::Start(Tag::HtmlBlock) => html = kept.len(),
            Event::End(TagEnd::HtmlBlock) if is_comment(&kept[html..]) => {
                kept.truncate(html);
                continue;
            }
            Event::End(TagEnd::Paragraph) if matches!(kept.last(), Some(Event::Start(Tag::Paragraph))) => {
                kept.pop(); // held nothing but a comment
                continue;
            }
            _ => {}
        }
        kept.push(event);
    }
    kept
}

/// Whether the events of a block of HTML are one comment and nothing else.
fn is_comment(block: &[Event<'_>]) -> bool {
    let html: String = block.iter().map(|event| if let Event::Html(line) = event { line } else { "" }).collect();
    let inner = html.trim().strip_prefix("<!--");
    inner.is_some_and(|inner| inner.find("-->").is_some_and(|end| end + "-->".len() == inner.len()))
}
