//! What remains of a block once its beginning has been read.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::tags::is_break;

/// The events of a block behind the byte `from`, without the list and the item around it, and without the separator
/// between the link that was read and the words about it.
pub(super) fn events<'a>(all: impl Iterator<Item = (Event<'a>, Range<usize>)>, from: usize) -> Vec<Event<'a>> {
    let mut remainder = Remainder { from, ..Remainder::default() };
    for (event, range) in all {
        remainder.event(event, &range);
    }
    remainder.events
}

/// The state between two events.
#[derive(Default)]
struct Remainder<'a> {
    from: usize,
    events: Vec<Event<'a>>,
    /// How many of the enclosing lists and items are open. They began before `from` and get no events.
    enclosing: usize,
    /// How many blocks and spans are open within them.
    depth: usize,
    /// Whether a paragraph is open that the Markdown doesn't have.
    added: bool,
}

impl<'a> Remainder<'a> {
    fn event(&mut self, event: Event<'a>, range: &Range<usize>) {
        if self.depth == 0 && self.is_enclosing(&event, range) {
            return;
        }
        let Some(event) = behind(event, range, self.from).and_then(|event| self.without_separator(event)) else {
            return;
        };
        match &event {
            Event::Start(tag) => {
                self.set_added(is_span(tag.to_end()));
                self.depth += 1;
            }
            Event::End(tag) => {
                self.depth -= 1;
                if *tag == TagEnd::Paragraph {
                    return end_paragraph(&mut self.events);
                }
            }
            Event::Rule => {}
            _ => self.set_added(true),
        }
        self.events.push(event);
    }

    /// Whether the event opens or closes an enclosing list or item, which it then counts.
    fn is_enclosing(&mut self, event: &Event<'_>, range: &Range<usize>) -> bool {
        match event {
            Event::Start(Tag::List(_) | Tag::Item) if range.start < self.from && range.end > self.from => {
                self.enclosing += 1;
                true
            }
            Event::End(TagEnd::List(_) | TagEnd::Item) if self.enclosing > 0 => {
                self.set_added(false);
                self.enclosing -= 1;
                true
            }
            _ => false,
        }
    }

    /// The event without line breaks and separators at the start of the text.
    fn without_separator(&self, event: Event<'a>) -> Option<Event<'a>> {
        if !matches!(self.events.as_slice(), [] | [Event::Start(Tag::Paragraph)]) {
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
    /// since without their item they would stand outside any element.
    fn set_added(&mut self, added: bool) {
        if self.depth > 0 || self.enclosing == 0 || self.added == added {
            return;
        }
        self.added = added;
        if added {
            self.events.push(Event::Start(Tag::Paragraph));
        } else {
            end_paragraph(&mut self.events);
        }
    }
}

/// What remains of an event behind the byte `from`. Blocks that are open there stay open. Spans such as emphasis don't,
/// since the words that they mark belong to the beginning.
fn behind<'a>(event: Event<'a>, range: &Range<usize>, from: usize) -> Option<Event<'a>> {
    if range.start >= from {
        return Some(event);
    }
    match event {
        Event::Start(ref tag) => (!is_span(tag.to_end())).then_some(event),
        Event::End(tag) => (!is_span(tag)).then_some(event),
        Event::Text(words) if range.end > from => {
            words.get(from - range.start..).map(|words| Event::Text(words.to_owned().into()))
        }
        _ => None,
    }
}

/// Ends a paragraph, or removes it if it is empty.
fn end_paragraph(events: &mut Vec<Event<'_>>) {
    match events.last() {
        Some(Event::Start(Tag::Paragraph)) => drop(events.pop()),
        _ => events.push(Event::End(TagEnd::Paragraph)),
    }
}

fn is_span(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

/// Whether a character may separate a link from the words about it.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || "-–—:：,，.。;；|·•".contains(c)
}
