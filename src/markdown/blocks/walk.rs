//! The blocks of a text, found with the parser.

use std::ops::{ControlFlow, Range};

use pulldown_cmark::{BrokenLink, CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::block::{Block, BlockKind, Reading};
use super::entries::{ListItem, is_single, next_entry, next_loose, outermost_entries};
use super::plain_entry::first_line;
use super::unclosed::{Ends, end_of_unclosed, next_bound, next_section};
use crate::entry::item;
use crate::markdown::definitions::Definitions;
use crate::markdown::depth::shallow;
use crate::markdown::dialect::DIALECT;
use crate::markdown::leftovers::without_attributes;
use crate::markdown::tags::is_element;
use crate::text;

/// Appends the blocks of a text that begins at `offset`.
///
/// The text is parsed at once, unless a block in it never ends: that is ended before what can't belong to it, and what follows must
/// be parsed again. There may be thousands of them, so from then on the text is parsed in parts, each up to such a line: only
/// code and HTML go on behind one.
pub(super) fn push_parsed(blocks: &mut Vec<Block>, text: &str, offset: usize, reading: Reading<'_>) {
    let mut ends = None;
    let mut from = 0;
    let mut least = text.len(); // how much of it is parsed next
    while from < text.len() {
        let is_last = least >= text.len() - from;
        let line = if is_last { None } else { next_bound(text, from + least, reading.is_newsletter()) };
        let bound = line.zip(ends.as_ref()).map(|(line, ends)| Bound { line, ends });
        let end = line.map_or(text.len(), |line| line + first_line(&text[line..]).len());
        let parsed = 2 * (end - from);
        let walk = Walk { text, offset, reading, bound, blocks, depth: 0, list_depth: 0, items: Vec::new() };
        (from, least) = match walk.part(from..end) {
            ControlFlow::Continue(()) => (line.unwrap_or(end), parsed),
            ControlFlow::Break(Again::Cut(at)) => {
                ends.get_or_insert_with(|| Ends::of(text));
                (at, 0)
            }
            ControlFlow::Break(Again::Longer(at)) => (at, parsed),
        };
    }
}

/// Why a part of a text isn't read to its end, and where to start again.
enum Again {
    /// A block never ends, and was ended here.
    Cut(usize),
    /// The block that begins here goes on behind the part.
    Longer(usize),
}

/// What bounds a part that is parsed, if it isn't the rest of the text.
struct Bound<'a> {
    /// The part's last line, which looks like a heading, or, in the newsletter of patches, begins a quote.
    line: usize,
    ends: &'a Ends<'a>,
}

/// The state between two of the parser's events.
struct Walk<'a> {
    text: &'a str,
    /// Where the text begins in the issue.
    offset: usize,
    reading: Reading<'a>,
    bound: Option<Bound<'a>>,
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
    /// Appends the blocks of a part of the text, up to the line that bounds it.
    fn part(mut self, part: Range<usize>) -> ControlFlow<Again> {
        let text = shallow(&self.text[part.clone()]);
        let definitions = self.reading.definitions();
        let resolve = Some(|link: BrokenLink<'_>| definitions.resolve(&link));
        for (event, range) in Parser::new_with_broken_link_callback(&text, DIALECT, resolve).into_offset_iter() {
            let range = part.start + range.start..part.start + range.end;
            if self.depth == 0 && self.bound.as_ref().is_some_and(|bound| range.start >= bound.line) {
                break;
            }
            self.event(event, range)?;
        }
        ControlFlow::Continue(())
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) -> ControlFlow<Again> {
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

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) -> ControlFlow<Again> {
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
        let may_be_open = matches!(tag, Tag::CodeBlock(CodeBlockKind::Fenced(_)) | Tag::HtmlBlock);
        if let Some(Bound { line, ends }) = &self.bound
            && range.end > *line
            && (!may_be_open || ends.ends(&range) && next_section(source, self.reading.is_newsletter()).is_none())
        {
            return ControlFlow::Break(Again::Longer(range.start - indent(self.text, range.start)));
        }
        if may_be_open
            && kind == BlockKind::Other
            && let Some(length) = self.end_of_unclosed(source, &range)
        {
            let end = range.start + length;
            self.push(BlockKind::Open, range.start..end);
            return ControlFlow::Break(Again::Cut(end));
        }
        self.push(kind, range);
        ControlFlow::Continue(())
    }

    /// Where a block that may never end is to end. Code that only ends behind the part may reach into the next section before.
    fn end_of_unclosed(&self, source: &str, range: &Range<usize>) -> Option<usize> {
        let is_newsletter = self.reading.is_newsletter();
        let ends_behind = self.bound.as_ref().is_some_and(|bound| range.end > bound.line && bound.ends.ends(range));
        if ends_behind { next_section(source, is_newsletter) } else { end_of_unclosed(source, is_newsletter) }
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
                    let words = if self.reading.is_newsletter() { title.as_str() } else { without_attributes(title) };
                    *title = text::one_line(&text::legal(words));
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
            let start = self.push_item(alone, range.clone());
            self.push_entries(start..range.end);
        }
    }

    /// Appends an item, up to a line right below its text that begins an entry, too. Gives that line.
    fn push_item(&mut self, alone: bool, range: Range<usize>) -> usize {
        let end = range.start + next_loose(&self.text[range.clone()]);
        self.push(BlockKind::Item { alone }, range.start..end);
        end
    }

    /// Replaces a paragraph, the last block, by one paragraph for each entry in it.
    fn replace_by_entries(&mut self, paragraph: Range<usize>) {
        self.blocks.pop();
        self.push_entries(paragraph);
    }

    /// Appends a block for each entry in a text.
    fn push_entries(&mut self, text: Range<usize>) {
        let Range { mut start, end } = text;
        while start < end {
            let next = start + next_entry(&self.text[start..end]);
            let is_loose = item::is_loose(first_line(&self.text[start..end]));
            self.push(if is_loose { BlockKind::Loose } else { BlockKind::Paragraph }, start..next);
            start = next;
        }
    }

    fn push(&mut self, kind: BlockKind, range: Range<usize>) {
        self.blocks.push(Block { kind, range: self.offset + range.start..self.offset + range.end });
    }
}

/// How many spaces stand before a block.
fn indent(text: &str, start: usize) -> usize {
    start - text[..start].trim_end_matches(' ').len()
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    /// The blocks of a text, all of whose rest is parsed again after each block that never ends.
    fn all_at_once(text: &str, reading: Reading<'_>) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut from = 0;
        loop {
            let (bound, items) = (None, Vec::new());
            let walk = Walk { text, offset: 0, reading, bound, blocks: &mut blocks, depth: 0, list_depth: 0, items };
            match walk.part(from..text.len()) {
                ControlFlow::Break(Again::Cut(at) | Again::Longer(at)) => from = at,
                ControlFlow::Continue(()) => return blocks,
            }
        }
    }

    fn in_parts(text: &str, reading: Reading<'_>) -> Vec<Block> {
        let mut blocks = Vec::new();
        push_parsed(&mut blocks, text, 0, reading);
        blocks
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(7), failure_persistence: None, cases: 500, ..ProptestConfig::default() })]

        #[test]
        fn a_text_with_blocks_that_never_end_is_read_in_parts_as_at_once(lines in proptest::collection::vec(
            proptest::sample::select(vec![
                "# h", "# h", "# h", "## 内 `存`", "## i", "", "", "words", "<!--", "<!-- c -->", "-->",
                "--> w", "<script>", "</script>", "<?", "?>", "<!X", "<![CDATA[", "]]>",
                "<div>", "</p>", "```", "```x", "``` ", "```\t", "    ```", "````", "~~~",
                "~~~~~", "  ~~~", "> ```", "> w", "- ```", "- [a](b)", "  - <!--", "    code",
                "| a | b |", "|---|---|", "===", "---", "  <!--", "<!-->", "# h -->", "1、[a](b)",
            ]), 0..30), end in prop_oneof![Just(""), Just("\n")])
        {
            let text = lines.join("\n") + end;
            for reading in [Reading::Newsletter, Reading::Links(Definitions::none())] {
                prop_assert_eq!(in_parts(&text, reading), all_at_once(&text, reading), "{:?}", text);
            }
        }
    }
}
