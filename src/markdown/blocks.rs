//! The outermost blocks of a text.

mod block;
mod block_line;
mod conflicts;
mod cuts;
mod entries;
mod fences;
mod heading;
mod marks;
mod plain_entry;
mod unclosed;
mod walk;

use std::ops::Range;

pub(crate) use block::{Block, BlockKind, END, ENTRY, Reading};
use block_line::BlockLine;
use cuts::cuts;
use marks::marks;
use plain_entry::push_plain;
use walk::push_parsed;

/// The blocks of a part of a text, in order. Ranges are bytes of the whole text.
///
/// In the newsletter of patches, every line that begins as an entry does begins a block, whatever precedes it. A quote
/// without a blank line behind it, an unclosed fence or a link definition never reaches into the next entry. Everywhere, what a merge or
/// a template left is a block of its own.
pub(crate) fn blocks(text: &str, part: Range<usize>, reading: Reading<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let text = &text[..part.end];
    let mut from = part.start;
    let mut lines = marks(text, from, reading.is_newsletter());
    if reading.is_newsletter() {
        lines.extend(cuts(text, from));
        lines.sort_by_key(|line| line.range.start);
    }
    for BlockLine { kind, range } in lines {
        if range.start < from {
            continue; // within the block before
        }
        push_between(&mut blocks, text, from..range.start, reading);
        from = range.start;
        if let Some(kind) = kind.block() {
            from = range.end;
            blocks.push(Block { kind, range });
        }
    }
    push_between(&mut blocks, text, from..text.len(), reading);
    blocks
}

/// Appends the blocks of a part of a text.
fn push_between(blocks: &mut Vec<Block>, text: &str, part: Range<usize>, reading: Reading<'_>) {
    let (start, text) = (part.start, &text[part]);
    let is_plain = reading.is_newsletter() && push_plain(blocks, text, start);
    if !is_plain {
        push_parsed(blocks, text, start, reading);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::markdown::definitions::Definitions;

    /// The blocks of a text as found with and without the parser; none of either if the text isn't plain.
    fn both(text: &str) -> (Vec<Block>, Vec<Block>) {
        let (mut parsed, mut plain) = (Vec::new(), Vec::new());
        if push_plain(&mut plain, text, 7) {
            push_parsed(&mut parsed, text, 7, Reading::Newsletter);
        }
        (parsed, plain)
    }

    #[test]
    fn a_plain_entry_is_read_without_the_parser() {
        let (parsed, plain) = both("**[a](b)**\n\n> c\n>\n>     d\n\n\n### e f 内存\n\n## g\n\n> h\n");
        assert_eq!(plain.len(), 5);
        assert_eq!(parsed, plain);
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(45), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_needs_no_parser_is_read_as_the_parser_reads_it(lines in proptest::collection::vec(
            prop_oneof![
                Just("**[a](b)**"), Just("> c"), Just(">"), Just("> ```"), Just(">> d"), Just("> # e"), Just("### f g"),
                Just("#h"), Just("### i #"), Just("### "), Just(""), Just(" "), Just("\t"), Just("    j"), Just("> - k"),
                Just("**[l](m)** n  "), Just("---"), Just("> <!--"), Just("> [x]: y"), Just("######  - 内存  "),
            ], 0..12), end in prop_oneof![Just(""), Just("\n")])
        {
            let (parsed, plain) = both(&(lines.join("\n") + end));
            prop_assert_eq!(parsed, plain);
        }

        #[test]
        fn blocks_follow_one_another(lines in proptest::collection::vec(
            proptest::sample::select(vec![
                "**[a](b)**", "> c", "", "", "words", "###d", "＃ e", "## f", "{{ g", "{{ h }}", "}} i", "{% j %} k", "- {{ l }}",
                "<<<<<<< m", "|||||||", "=======", ">>>>>>> n", "```", "```o", "~~~~", "<!--", "-->", "- [p](http://q)", "   - r",
            ]), 0..30))
        {
            let text = lines.join("\n");
            for reading in [Reading::Newsletter, Reading::Links(Definitions::none())] {
                let blocks = blocks(&text, 0..text.len(), reading);
                let ends = blocks.iter().map(|block| block.range.end).chain([text.len()]);
                prop_assert!(blocks.iter().map(|block| block.range.start).skip(1).zip(ends).all(|(next, end)| end <= next));
            }
        }
    }
}
