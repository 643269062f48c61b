//! The outermost blocks of a text.

mod block;
mod entries;
mod heading;
mod plain_entry;
mod unclosed;
mod walk;

use std::ops::Range;

use memchr::memmem;

pub(crate) use block::{Block, BlockKind, ENTRY, Reading};
use plain_entry::push_plain;
use walk::push_parsed;

/// The blocks of a part of a text, in order. Ranges are bytes of the whole text.
///
/// In the newsletter of patches, every line that begins as an entry does begins a block, whatever precedes it. A quote
/// without a blank line behind it, an unclosed fence or a link definition never reaches into the next entry.
pub(crate) fn blocks(text: &str, part: Range<usize>, reading: Reading<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let text = &text[..part.end];
    let mut from = part.start;
    let cuts = if reading.is_newsletter() { entry_lines(text, from) } else { Vec::new() };
    for to in cuts.into_iter().chain([text.len()]) {
        let is_plain = reading.is_newsletter() && push_plain(&mut blocks, &text[from..to], from);
        if !is_plain {
            push_parsed(&mut blocks, &text[from..to], from, reading);
        }
        from = to;
    }
    blocks
}

/// The starts of the lines that begin as an entry does, except within comments.
fn entry_lines(text: &str, from: usize) -> Vec<usize> {
    let text = text.as_bytes();
    let mut comments: Vec<Range<usize>> = Vec::new();
    for start in lines_with(text, from, "<!--") {
        if comments.last().is_none_or(|before| start >= before.end) {
            let Some(length) = memmem::find(&text[start..], b"-->") else { break };
            comments.push(start..start + length);
        }
    }
    lines_with(text, from, ENTRY).filter(|line| !contain(&comments, *line)).collect()
}

/// Whether one of some ranges, given in order, contains a byte.
fn contain(ranges: &[Range<usize>], at: usize) -> bool {
    let next = ranges.partition_point(|range| range.end <= at);
    ranges.get(next).is_some_and(|range| range.contains(&at))
}

/// The starts of the lines, behind the byte `from`, that begin with a mark. Up to three spaces may stand before it, as
/// before any block (`CommonMark` §4).
fn lines_with<'a>(text: &'a [u8], from: usize, mark: &'a str) -> impl Iterator<Item = usize> + 'a {
    memmem::find_iter(&text[from..], mark).filter_map(move |at| {
        let spaces = text[from..from + at].iter().rev().take_while(|byte| **byte == b' ').count();
        let line = from + at - spaces;
        (spaces < 4 && (line == from || text[line - 1] == b'\n')).then_some(line)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

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
    }
}
