//! What remains of a block once its beginning has been read.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::tags::is_break;

/// The events of a block behind a byte, without the list and the item around it, and without the separator between the
/// link that was read and the words about it.
pub(super) struct Remainder<'a, I> {
    events: I,
    /// The block.
    text: &'a str,
    /// Where what remains begins; all of the events remain if it is 0.
    from: usize,
    /// Whether no event but the start of a paragraph has been given.
    at_start: bool,
    /// How many of the enclosing lists and items are open. They began before `from` and get no events.
    enclosing: usize,
    /// How many blocks and spans are open within them.
    depth: usize,
    /// Whether a paragraph is open that the Markdown doesn't have.
    added: bool,
    /// What follows the event that was given last.
    next: Option<Placed<'a>>,
}

/// An event, and its bytes in the text.
type Placed<'a> = (Event<'a>, Range<usize>);

impl<'a, I: Iterator<Item = Placed<'a>>> Iterator for Remainder<'a, I> {
    type Item = Placed<'a>;

    fn next(&mut self) -> Option<Placed<'a>> {
        if self.from == 0 {
            return self.events.next();
        }
        loop {
            if let Some(next) = self.next.take() {
                return Some(next);
            }
            let (event, range) = self.events.next()?;
            if let Some(event) = self.event(event, &range) {
                return Some((event, range));
            }
        }
    }
}

impl<'a, I> Remainder<'a, I> {
    pub(super) fn new(events: I, text: &'a str, from: usize) -> Self {
        Self { events, text, from, at_start: true, enclosing: 0, depth: 0, added: false, next: None }
    }

    /// What remains of an event. If a paragraph is to begin or to end before it, that is given, and the event comes next.
    fn event(&mut self, event: Event<'a>, range: &Range<usize>) -> Option<Event<'a>> {
        match event {
            Event::Start(Tag::List(_) | Tag::Item)
                if self.depth == 0 && range.start < self.from && range.end >= self.from =>
            {
                self.enclosing += 1;
                return None;
            }
            Event::End(TagEnd::List(_) | TagEnd::Item) if self.depth == 0 && self.enclosing > 0 => {
                let paragraph = self.set_added(false);
                self.enclosing -= 1;
                return paragraph;
            }
            _ => {}
        }
        let event = self.behind(event, range).and_then(|event| self.without_separator(event))?;
        let paragraph = match &event {
            Event::Start(tag) => {
                let paragraph = self.set_added(is_span(tag.to_end()));
                self.depth += 1;
                paragraph
            }
            Event::End(_) => {
                self.depth -= 1;
                None
            }
            Event::Rule => None,
            _ => self.set_added(true),
        };
        self.at_start &= matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph));
        if paragraph.is_some() {
            self.next = Some((event, range.clone()));
            return paragraph;
        }
        Some(event)
    }

    /// What remains of an event behind the byte `from`. Blocks that are open there stay open. Spans such as emphasis don't,
    /// since the words that they mark belong to the beginning.
    fn behind(&self, event: Event<'a>, range: &Range<usize>) -> Option<Event<'a>> {
        if range.start >= self.from {
            return Some(event);
        }
        match event {
            // What follows the link of a heading is no heading.
            Event::Start(Tag::Heading { .. }) => Some(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Paragraph)),
            Event::Start(ref tag) => (!is_span(tag.to_end())).then_some(event),
            Event::End(tag) => (!is_span(tag)).then_some(event),
            // Words that differ from their source are a character reference, which has no parts.
            Event::Text(ref words) if range.end > self.from && self.text[range.clone()] == **words => {
                Some(Event::Text(self.text[self.from..range.end].into()))
            }
            Event::Text(_) => (range.end > self.from).then_some(event),
            _ => None,
        }
    }

    /// The event without line breaks and separators at the start of the text.
    fn without_separator(&self, event: Event<'a>) -> Option<Event<'a>> {
        if !self.at_start {
            return Some(event);
        }
        match event {
            Event::SoftBreak | Event::HardBreak => None,
            Event::InlineHtml(tag) if is_break(&tag) => None,
            Event::Text(words) => match words.trim_start_matches(is_separator) {
                "" => None,
                words => Some(Event::Text(words.to_owned().into())),
            },
            event => Some(event),
        }
    }

    /// Opens or closes a paragraph around the words of an item that has none of its own (`CommonMark` §5.3, tight lists),
    /// since without their item they would stand outside any element. Gives the event that does so.
    fn set_added(&mut self, added: bool) -> Option<Event<'a>> {
        if self.depth > 0 || self.enclosing == 0 || self.added == added {
            return None;
        }
        self.added = added;
        Some(if added { Event::Start(Tag::Paragraph) } else { Event::End(TagEnd::Paragraph) })
    }
}

fn is_span(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

/// Whether a character may separate a link from the words about it.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || "-–—:：,，.。;；|·•".contains(c)
}
