//! A piece of Markdown, and the parser's events for it.

use pulldown_cmark::{BrokenLink, Event, Parser, Tag, TagEnd};
use url::Url;

use super::definitions::Definitions;
use super::dialect::DIALECT;
use super::leftovers::is_filler;
use super::remainder::Remainder;

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
    /// What links in its raw HTML are relative to. Without it, raw HTML is words, as in mail.
    pub(crate) html: Option<&'a Url>,
}

impl<'a> Passage<'a> {
    /// All of a text that needs no definitions from elsewhere.
    pub(super) fn whole(text: &'a str) -> Self {
        Self { text, from: 0, definitions: Definitions::none(), html: None }
    }

    /// The parser's events from `from` on, without comments. They are made one by one: all together would take a hundred
    /// times the memory of the text.
    pub(super) fn events(self) -> impl Iterator<Item = Event<'a>> {
        let resolve = Some(|link: BrokenLink<'_>| self.definitions.resolve(&link));
        let parser = Parser::new_with_broken_link_callback(self.text, DIALECT, resolve).into_offset_iter();
        let mut in_comment = false;
        let shown = Remainder::new(parser, self.text, self.from)
            .filter(|(event, _)| !matches!(event, Event::Text(text) if is_filler(text)))
            .filter(move |(event, range)| !is_in_comment(event, &self.text[range.clone()], &mut in_comment));
        WithoutEmptyParagraphs { events: shown.map(|(event, _)| event), held: None, next: None }
    }
}

/// Whether an event belongs to an HTML comment, which is a note among editors. `is_open` says whether one is open that
/// is a block. A comment that never ends, or that words follow, stays, so that no words are lost.
fn is_in_comment(event: &Event<'_>, source: &str, is_open: &mut bool) -> bool {
    match event {
        Event::InlineHtml(tag) => tag.starts_with("<!--"),
        Event::Start(Tag::HtmlBlock) => {
            *is_open = is_comment(source);
            *is_open
        }
        Event::End(TagEnd::HtmlBlock) => std::mem::take(is_open),
        _ => *is_open,
    }
}

/// Whether a block of HTML is one comment and nothing else.
fn is_comment(source: &str) -> bool {
    let inner = source.trim().strip_prefix("<!--");
    inner.is_some_and(|inner| inner.find("-->").is_some_and(|end| end + "-->".len() == inner.len()))
}

/// Events without the paragraphs that hold nothing, or held nothing but a comment.
struct WithoutEmptyParagraphs<'a, I> {
    events: I,
    /// The start of a paragraph, while it may turn out to be empty.
    held: Option<Event<'a>>,
    /// What follows the start that was given last.
    next: Option<Event<'a>>,
}

impl<'a, I: Iterator<Item = Event<'a>>> Iterator for WithoutEmptyParagraphs<'a, I> {
    type Item = Event<'a>;

    fn next(&mut self) -> Option<Event<'a>> {
        loop {
            let Some(event) = self.next.take().or_else(|| self.events.next()) else { return self.held.take() };
            match (self.held.take(), &event) {
                (Some(_), Event::End(TagEnd::Paragraph)) => {}
                (Some(start), _) => {
                    self.next = Some(event);
                    return Some(start);
                }
                (None, Event::Start(Tag::Paragraph)) => self.held = Some(event),
                (None, _) => return Some(event),
            }
        }
    }
}
