//! The blocks of a text, found with the parser.

use std::ops::{ControlFlow, Range};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::block::{Block, BlockKind, Reading};
use super::entries::{ListItem, is_single, next_entry, outermost_entries};
use super::unclosed::heading_in_unclosed;
use crate::markdown::definitions::Definitions;
use crate::markdown::depth::shallow;
use crate::markdown::dialect::DIALECT;
use crate::markdown::tags::is_element;
use crate::text;

/// Appends the blocks of a text that begins at `offset`. Returns how far it got: to the end of the text, or to a heading
/// within a block that never ends.
pub(super) fn push_parsed(blocks: &mut Vec<Block>, text: &str, offset: usize, reading: Reading<'_>) -> usize {
    let text = &*shallow(text);
    let mut walk = Walk { text, offset, reading, blocks, depth: 0, list_depth: 0, items: Vec::new() };
    for (event, range) in Parser::new_ext(text, DIALECT).into_offset_iter() {
        if let ControlFlow::Break(end) = walk.event(event, range) {
            return offset + end;
        }
    }
    offset + text.len()
}

/// The state between two of the parser's events.
struct Walk<'a> {
    text: &'a str,
    /// Where the text begins in the issue.
    offset: usize,
    reading: Reading<'a>,
    /// The blocks found so far. While anything is open, the last is the block that it belongs to.
    blocks: &'a mut Vec<Block>,
    /// How many blocks and spans are open.
    depth: usize,
    /// How many of them, from the outermost on, are lists and items.
    list_depth: usize,
    /// The items of the outermost list that is open, including nested ones.
    items: Vec<ListItem>,
}

impl Walk<'_> {
    /// Takes the next event. Breaks with the byte of the text at which to start again.
    fn event(&mut self, event: Event<'_>, range: Range<usize>) -> ControlFlow<usize> {
        match event {
            Event::Start(tag) => return self.start(&tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::InlineHtml(tag) if !self.reading.is_newsletter() && is_element(&tag) => {}
            Event::Text(words) | Event::Code(words) | Event::InlineHtml(words) => self.words(&words),
            Event::Rule if self.depth == 0 => self.push(BlockKind::Other, range),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) -> ControlFlow<usize> {
        let in_lists = self.list_depth == self.depth;
        if in_lists && matches!(tag, Tag::List(_) | Tag::Item) {
            self.list_depth += 1;
            if matches!(tag, Tag::Item) {
                self.items.push(ListItem { depth: self.depth, range: range.clone() });
            }
        }
        self.depth += 1;
        if self.depth > 1 {
            return ControlFlow::Continue(());
        }
        let source = &self.text[range.clone()];
        let kind = kind(tag, source, self.reading);
        if kind == BlockKind::Other
            && matches!(tag, Tag::CodeBlock(CodeBlockKind::Fenced(_)) | Tag::HtmlBlock)
            && let Some(length) = heading_in_unclosed(source)
        {
            let end = range.start + length;
            self.push(BlockKind::Open, range.start..end);
            return ControlFlow::Break(end);
        }
        self.push(kind, range);
        ControlFlow::Continue(())
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        self.depth -= 1;
        self.list_depth = self.list_depth.min(self.depth);
        if self.depth > 0 {
            return;
        }
        match (tag, self.reading) {
            (TagEnd::Heading(_), _) => {
                if let Some(Block { kind: BlockKind::Heading(_, title), .. }) = self.blocks.last_mut() {
                    *title = text::one_line(&text::legal(title));
                }
            }
            (TagEnd::List(_), Reading::Links(definitions)) => self.replace_by_items(definitions),
            (TagEnd::Paragraph, Reading::Links(_)) => self.replace_by_entries(range),
            _ => {}
        }
    }

    /// Words count only within a heading.
    fn words(&mut self, words: &str) {
        if let Some(Block { kind: BlockKind::Heading(_, title), .. }) = self.blocks.last_mut() {
            title.push_str(words);
        }
    }

    /// Replaces a list, the last block, by its items.
    fn replace_by_items(&mut self, definitions: &Definitions) {
        self.blocks.pop();
        let items = std::mem::take(&mut self.items);
        let alone = is_single(&items);
        for range in outermost_entries(self.text, &items, definitions) {
            self.push(BlockKind::Item { alone }, range);
        }
    }

    /// Replaces a paragraph, the last block, by one paragraph for each entry in it.
    fn replace_by_entries(&mut self, paragraph: Range<usize>) {
        self.blocks.pop();
        let Range { mut start, end } = paragraph;
        while start < end {
            let next = start + next_entry(&self.text[start..end]);
            self.push(BlockKind::Paragraph, start..next);
            start = next;
        }
    }

    fn push(&mut self, kind: BlockKind, range: Range<usize>) {
        self.blocks.push(Block { kind, range: self.offset + range.start..self.offset + range.end });
    }
}

/// The kind of an outermost block. The words of a heading come later.
fn kind(tag: &Tag<'_>, source: &str, reading: Reading<'_>) -> BlockKind {
    match tag {
        // Quoted mail has lines of dashes under text that was never meant as a heading.
        Tag::Heading { level, .. } if source.starts_with('#') || !reading.is_newsletter() => {
            BlockKind::Heading(*level as usize, String::new())
        }
        Tag::BlockQuote(_) => BlockKind::Quote,
        Tag::Paragraph => BlockKind::Paragraph,
        Tag::HtmlBlock if source.starts_with("<!--") && source.trim_end().ends_with("-->") => BlockKind::Comment,
        _ => BlockKind::Other,
    }
}
