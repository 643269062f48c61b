//! The link that a block begins with. It makes a list item, a heading or a paragraph an entry.

mod address;
mod marks;
mod opening;
mod run;
mod title;

use pulldown_cmark::{BrokenLink, CowStr, LinkType, Parser};

use super::definitions::Definitions;
use super::depth::shallow;
use super::dialect::DIALECT;
use super::leftovers::without_tags;
use super::notes::is_note;
use crate::text;
pub(super) use address::bare_address;
use address::{as_written, with_whole_addresses};
pub(super) use marks::{is_numbered, mark_behind_note};
use marks::{unboxed, unnumbered, untagged, without_note};
use opening::{FirstLink, Opening};

/// The longest title, in characters.
const LONGEST: usize = 500;

/// The beginning of a block.
///
/// ```text
/// * [video] 2. Title: [words](address), and what follows
///   ^^^^^^^ before    ^^^^^  ^^^^^^^   ^^^^^^^^^^^^^^^^^^ after
/// ```
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lead {
    /// The words up to the end of the link, without markup. If they say nothing (a number, a bare address), the words that
    /// follow are part of it.
    pub(crate) title: String,
    /// The link's address, as written; empty if it is a reference without a definition.
    pub(crate) address: String,
    /// The byte of the block behind the link, and behind the mark that closes a quote or bracket opened right before it; 0
    /// if the title was too long and was cut.
    pub(crate) end: usize,
    /// What comes before the link, except for numbers and `[tags]`.
    pub(crate) before: Before,
    /// Whether a number comes before it: `1、`, `（2）`.
    pub(crate) numbered: bool,
    /// Whether only marks, tags or a note in parentheses follow it in its line.
    pub(crate) alone: bool,
    /// Whether anything that isn't white space or a mark follows it in its line.
    pub(crate) goes_on: bool,
}

/// What comes before a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// Nothing but marks.
    Nothing,
    /// A dash, as before the name of the author of a quotation.
    Dash,
    /// Words.
    Words,
}

impl Lead {
    /// Whether the link comes first.
    pub(crate) fn is_first(&self) -> bool {
        self.before != Before::Words
    }
}

/// The link that a block (an item, a heading, a paragraph) begins with. Only the block's first paragraph counts. Links
/// within the page and email addresses are words, not links.
///
/// A footnote has none. A reference without a definition (`[words][label]`) counts if it comes first: it was meant as an entry.
pub(crate) fn lead(source: &str, definitions: &Definitions) -> Option<Lead> {
    if is_note(source) {
        return None;
    }
    let source = &*with_whole_addresses(without_tags(shallow(source)));
    read(source, |link| definitions.resolve(&link)).or_else(|| {
        let refers = source.contains("][").then_some(source)?;
        read(refers, |link| definitions.resolve(&link).or_else(|| nowhere(&link))).filter(Lead::is_first)
    })
}

/// An empty address for a full reference.
fn nowhere<'a>(link: &BrokenLink<'_>) -> Option<(CowStr<'a>, CowStr<'a>)> {
    (link.link_type == LinkType::Reference).then_some((CowStr::Borrowed(""), CowStr::Borrowed("")))
}

fn read<'a>(source: &'a str, resolve: impl Fn(BrokenLink<'_>) -> Option<(CowStr<'a>, CowStr<'a>)>) -> Option<Lead> {
    let parser = Parser::new_with_broken_link_callback(source, DIALECT, Some(resolve)).into_offset_iter();
    let mut opening = Opening::default();
    for (event, range) in parser {
        if opening.event(source, event, range).is_break() {
            break;
        }
    }
    let _ = opening.end_text();
    let Opening { before, link, .. } = opening;
    Some(lead_of(source, &before, link?))
}

/// Makes a lead of the words before the first link of a block, and the link.
fn lead_of(source: &str, before: &str, mut link: FirstLink) -> Lead {
    let (before, numbered) = unnumbered(before);
    let before = unboxed(before);
    let before = link.take_closing_mark(before, source);
    let FirstLink { address, range, words, after } = link;
    let address = as_written(&address);
    let after = after.unwrap_or_default();
    let title = title::title(before, &words, &after, &address);
    let is_cut = title.chars().nth(LONGEST).is_some();
    Lead {
        title: if is_cut { text::first_words(&title, LONGEST) } else { title },
        end: if is_cut { 0 } else { range.end },
        before: kind_of(before, &words),
        numbered,
        goes_on: after.contains(char::is_alphanumeric),
        alone: !untagged(without_note(&after)).contains(char::is_alphanumeric),
        address,
    }
}

/// What comes before a link with these words. A dash may also be the link's own.
fn kind_of(before: &str, words: &str) -> Before {
    if untagged(before).contains(char::is_alphanumeric) {
        return Before::Words;
    }
    match before.chars().chain(words.chars()).find(|c| !c.is_whitespace()) {
        Some('-' | '–' | '—' | '―' | '~') => Before::Dash,
        _ => Before::Nothing,
    }
}
