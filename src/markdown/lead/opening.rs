//! The words around the first link of a block.

use std::ops::{ControlFlow, Range};

use pulldown_cmark::{Event, Tag, TagEnd};

use super::address::{bare_address, is_for_entries};
use super::marks::{closing_mark, is_mark, mark_behind_note};
use super::run::TextRun;
use crate::markdown::tags::{is_break, is_element, link_target};

/// The widest text before the link, in columns.
const WIDEST: usize = 80;

/// The beginning of a block, as far as the parser's events have shown it.
#[derive(Default)]
pub(super) struct Opening {
    /// The words before the link.
    pub(super) before: String,
    /// The link, once it has begun.
    pub(super) link: Option<FirstLink>,
    /// The text that has been read last, while more of it may follow.
    run: TextRun,
    /// How many lists, items, paragraphs and headings have begun.
    blocks: usize,
}

/// The first link of a block.
#[derive(Default)]
pub(super) struct FirstLink {
    /// Its address, as written.
    pub(super) address: String,
    /// Its bytes in the block.
    pub(super) range: Range<usize>,
    /// Its own words; none if it is a bare address.
    pub(super) words: String,
    /// The words that follow in its line, once it has ended.
    pub(super) after: Option<String>,
}

impl Opening {
    /// Takes an event of the block `source`. Breaks where its first paragraph, or the line of the link, ends, and where the
    /// words before the link get too wide.
    pub(super) fn event(&mut self, source: &str, event: Event<'_>, range: Range<usize>) -> ControlFlow<()> {
        if let Event::Text(words) = &event
            && self.link.is_none()
        {
            self.run.push(source, words, range);
            return ControlFlow::Continue(());
        }
        self.end_text()?;
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => self.start_link(&dest_url, range),
            Event::End(TagEnd::Link) => self.end_link(&range),
            Event::InlineHtml(tag) if self.has_ended() && is_break(&tag) => return ControlFlow::Break(()),
            Event::InlineHtml(tag) => self.tag(&tag, range),
            Event::Start(Tag::List(_) | Tag::BlockQuote(_) | Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Table(_))
            | Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item)
                if self.blocks > 0 =>
            {
                return ControlFlow::Break(());
            }
            Event::Start(Tag::List(_) | Tag::Item | Tag::Paragraph | Tag::Heading { .. }) => self.blocks += 1,
            Event::SoftBreak | Event::HardBreak if self.has_ended() => return ControlFlow::Break(()),
            Event::SoftBreak | Event::HardBreak => self.push(" "),
            Event::Text(words) | Event::Code(words) => self.push(&words),
            _ => {}
        }
        self.check_width()
    }

    /// Takes what was read of a text that is complete now. It may contain a bare address, which is the link.
    pub(super) fn end_text(&mut self) -> ControlFlow<()> {
        let run = std::mem::take(&mut self.run);
        let words = run.words.as_str();
        let Some(bare) = bare_address(words) else {
            self.push(words);
            return self.check_width();
        };
        self.push(&words[..bare.start]);
        self.link = Some(FirstLink {
            range: run.source_of(&bare),
            address: words[bare.clone()].to_owned(),
            words: String::new(),
            after: Some(words[bare.end..].to_owned()),
        });
        ControlFlow::Continue(())
    }

    fn check_width(&self) -> ControlFlow<()> {
        let is_too_wide = self.link.is_none() && width(&self.before) > WIDEST;
        if is_too_wide { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn start_link(&mut self, address: &str, range: Range<usize>) {
        if self.link.is_none() && is_for_entries(address) {
            self.link = Some(FirstLink { address: address.to_owned(), range, ..FirstLink::default() });
        }
    }

    fn end_link(&mut self, range: &Range<usize>) {
        if let Some(link) = self.link.as_mut().filter(|link| link.range == *range) {
            link.after.get_or_insert_default();
        }
    }

    /// A tag of raw HTML: `<a href="address">words</a>` is a link too.
    fn tag(&mut self, tag: &str, range: Range<usize>) {
        match &mut self.link {
            None if let Some(address) = link_target(tag).filter(|address| is_for_entries(address)) => {
                self.link = Some(FirstLink { address, range, ..FirstLink::default() });
            }
            None if is_link_end(tag) => {}
            Some(link) if link.after.is_none() && is_link_end(tag) => {
                link.range.end = range.end;
                link.after = Some(String::new());
            }
            _ if is_element(tag) => {}
            _ => self.push(tag),
        }
    }

    /// Appends to the part that has been reached: before the link, within, or after it.
    fn push(&mut self, words: &str) {
        let part = match &mut self.link {
            None => &mut self.before,
            Some(FirstLink { after: Some(after), .. }) => after,
            Some(link) => &mut link.words,
        };
        part.push_str(words);
    }

    fn has_ended(&self) -> bool {
        self.link.as_ref().is_some_and(|link| link.after.is_some())
    }
}

impl FirstLink {
    /// If a quote or a bracket opens right before the link and closes right behind it, extends the link by the closing mark. If it closes
    /// behind a note, takes both marks away, and gives the words before the link without theirs.
    pub(super) fn take_closing_mark<'a>(&mut self, before: &'a str, source: &str) -> &'a str {
        let Some(mark) = mark_behind_note(source, self.range.end) else {
            self.take_mark_at_end(before, source);
            return before;
        };
        if let Some(after) = &mut self.after {
            *after = after.replacen(&source[mark], "", 1);
        }
        before.trim_end().strip_suffix(is_mark).unwrap_or(before)
    }

    fn take_mark_at_end(&mut self, before: &str, source: &str) {
        let Some((mark, length)) = closing_mark(before, &source[self.range.end..]) else { return };
        self.range.end += length;
        if !self.words.is_empty() {
            self.words.push(mark);
        }
        if let Some(after) = &mut self.after {
            *after = after.trim_start_matches(mark).to_owned();
        }
    }
}

fn is_link_end(tag: &str) -> bool {
    tag.eq_ignore_ascii_case("</a>")
}

/// The columns that a text takes: Chinese characters take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c > '\u{2E7F}' { 2 } else { 1 }).sum()
}
