//! The splitter: an issue's blocks become its entries.
//!
//! Each section is read by one of two grammars: `patches`, the newsletter's own, where quoted mail follows bold links and
//! whatever is no entry is suspect; and `links`, that of link lists, where lists, headings and paragraphs may be entries and
//! what is none is passed by.

mod links;
mod patches;

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;

use crate::diagnostic::{Diagnostic, Problem};
use crate::lore::{self, Archived};
use crate::markdown::{self, Block, Definitions, Kind, Reading};
use crate::section::{Section, Table};
use crate::source::Document;
use crate::survey;
use crate::text;

/// One entry of an issue, as its editors wrote it.
#[derive(Debug)]
pub struct Entry<'a> {
    /// The section that it stands in; none under no heading.
    pub section: Option<Arc<Section>>,
    /// The subject of the mail, or the words of the link: plain text in one line.
    pub title: Cow<'a, str>,
    /// Where it leads; nowhere in a broken entry.
    pub link: Option<Link<'a>>,
    /// What stands below the title.
    pub body: Vec<Part<'a>>,
    /// The byte of the document that it begins at.
    pub start: usize,
}

/// Where an entry leads.
#[derive(Debug)]
pub enum Link<'a> {
    /// To a mail in an archive.
    Mail(Archived<'a>),
    /// To any other address, as written.
    Other(Cow<'a, str>),
}

impl<'a> Link<'a> {
    /// What an address leads to.
    pub fn to(address: Cow<'a, str>) -> Self {
        let mail = match &address {
            Cow::Borrowed(address) => lore::read(address),
            Cow::Owned(address) => lore::read(address).map(Archived::into_owned),
        };
        mail.map_or(Self::Other(address), Self::Mail)
    }
}

/// A part of an entry's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// Quoted mail, with its `>`.
    Mail(&'a str),
    /// The editors' own words, in Markdown.
    Markdown(&'a str),
    /// What stands behind the link in the entry's own block.
    Rest {
        /// The block: a list's item or a paragraph.
        block: &'a str,
        /// The column that it begins in.
        column: usize,
        /// The byte of the block, read alone, behind the link.
        from: usize,
    },
}

/// The shapes of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// `**[title](address)**`, and what follows it.
    Bold,
    /// `* [title](address)`, `1. [tag] [title](address)`, `- a few words [title](address)`.
    List,
    /// `### [title](address)`, and what follows it.
    Heading,
    /// `[title](address)` or `1、[title](address)` alone in a paragraph's first line, and what follows it.
    Paragraph,
}

/// How an issue is to be split.
#[derive(Debug)]
pub struct Grammar<'a> {
    /// The table of sections.
    pub sections: &'a Table,
    /// Whether the issue is one of patches.
    pub kind: Of,
    /// The shape of its entries, if the configuration says it for the whole newsletter.
    pub shape: Option<Shape>,
    /// The link definitions of the issue; none where it is one of patches.
    pub definitions: &'a Definitions,
}

/// What an issue lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// Mails: bold links lead to their archives. What is no entry here was meant to be one.
    Patches,
    /// Bold links, to whatever.
    BoldLinks,
    /// Links in lists, headings or paragraphs.
    Links,
}

impl Of {
    /// What a document lists, as the beginnings of its lines show it. One of the newsletter that patchfeed was made for lists
    /// patches, whatever is wrong with it.
    pub fn document(document: &Document) -> Self {
        let text = &document.text;
        if survey::OWN.iter().any(|mark| document.path.contains(mark) || text.contains(mark)) {
            return Self::Patches;
        }
        let (mut bold, mut other) = (0, 0);
        for line in text.lines() {
            let words = line.trim_start_matches(' ');
            if line.len() - words.len() >= 4 {
                continue;
            }
            if words.starts_with(markdown::ENTRY) {
                bold += 1;
                if lore::names_archive(words) {
                    return Self::Patches;
                }
            } else {
                let mark = words.trim_start_matches(|c: char| c.is_ascii_digit() || "*_+-#.)、 ".contains(c));
                other += usize::from(mark.len() < words.len() && mark.starts_with('['));
            }
        }
        if bold > 0 && other == 0 { Self::BoldLinks } else { Self::Links }
    }

    /// How the text's blocks are told apart.
    pub fn reading(self, definitions: &Definitions) -> Reading<'_> {
        match self {
            Self::Patches | Self::BoldLinks => Reading::Newsletter,
            Self::Links => Reading::Links(definitions),
        }
    }
}

/// What an issue's body was split into.
#[derive(Debug, Default)]
pub struct Split<'a> {
    /// The entries, in their order.
    pub entries: Vec<Entry<'a>>,
    /// How many blocks and list items were no entries, nor belonged to one: notices, tables, prose.
    pub passed_by: usize,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Splits the blocks of an issue's body into its entries. Each block is part of an entry, a heading, a comment, passed by,
/// or a diagnostic.
pub fn entries<'a>(document: &'a Document, blocks: &[Block], grammar: &Grammar<'_>) -> Split<'a> {
    let mut split = Split::default();
    let entry_headings = match grammar.kind {
        Of::Links => links::entry_headings(document, blocks, grammar),
        _ => vec![false; blocks.len()],
    };
    let begins = |at: usize| matches!(blocks[at].kind, Kind::Heading(..)) && !entry_headings[at];
    let mut from = 0;
    while from < blocks.len() {
        let to = (from + 1..blocks.len()).find(|&at| begins(at)).unwrap_or(blocks.len());
        let title = match &blocks[from].kind {
            Kind::Heading(_, title) if begins(from) => Some(title),
            _ => None,
        };
        let content = if title.is_some() { from + 1..to } else { from..to };
        let section = title.filter(|title| !title.is_empty());
        let section = section.map(|title| grammar.sections.find(title, grammar.kind == Of::Patches));
        let place = Place {
            document,
            heading: title.map(|_| &blocks[from]),
            shape: section.as_ref().and_then(|section| section.shape).or(grammar.shape),
            section,
            // What stands between two blocks is white space, or a link's definition, which belongs to the words before it.
            end: blocks.get(to).map_or(blocks[to - 1].range.end, |next| next.range.start),
        };
        let (blocks, entry_headings) = (&blocks[content.clone()], &entry_headings[content]);
        match grammar.kind {
            Of::Links => links::split(&place, blocks, entry_headings, grammar.definitions, &mut split),
            _ => match links_among_patches(&place, blocks) {
                Some(blocks) => {
                    links::split(&place, &blocks, &vec![false; blocks.len()], Definitions::none(), &mut split);
                }
                None => patches::split(&place, blocks, grammar.kind, &mut split),
            },
        }
        from = to;
    }
    split
}

/// A section, and where it stands.
struct Place<'a, 'b> {
    document: &'a Document,
    heading: Option<&'b Block>,
    section: Option<Arc<Section>>,
    /// The shape that the configuration gives to its entries.
    shape: Option<Shape>,
    /// The byte that the section ends at.
    end: usize,
}

impl<'a> Place<'a, '_> {
    fn source(&self, block: &Block) -> &'a str {
        &self.document.text[block.range.clone()]
    }

    /// The byte at which what belongs to the block at a place among others ends.
    fn end_of(&self, blocks: &[Block], at: usize) -> usize {
        blocks.get(at + 1).map_or(self.end, |next| next.range.start)
    }

    fn diagnostic(&self, block: &Block, problem: Problem) -> Diagnostic {
        let length = self.source(block).trim_end().len();
        self.document.diagnostic(Some(block.range.start..block.range.start + length), problem)
    }
}

/// The blocks of a section of an issue of patches, read as links: if it has no entry of the newsletter's own form, and a
/// list of links, or if the configuration says so.
fn links_among_patches(place: &Place<'_, '_>, blocks: &[Block]) -> Option<Vec<Block>> {
    let range = blocks.first()?.range.start..place.end;
    let is_own = |block: &Block| patches::begins_entry(place.source(block));
    let forced = place.shape.is_some_and(|shape| shape != Shape::Bold);
    if !forced
        && (place.shape.is_some() || blocks.iter().any(is_own) || blocks.iter().all(|block| block.kind != Kind::Other))
    {
        return None;
    }
    let blocks = markdown::blocks(&place.document.text, range, Reading::Links(Definitions::none()));
    let lists_links = blocks.iter().any(|block| {
        matches!(block.kind, Kind::Item { .. }) && links::lead(place, block, Definitions::none()).is_some()
    });
    (forced || lists_links).then_some(blocks)
}

/// The state of the entry that is being read.
struct Open {
    /// Where the editors' words began that its last part holds.
    words: Option<usize>,
}

impl Open {
    /// Adds editors' words to an entry: together with those right before them, so that a link finds its definition.
    fn push_words<'a>(&mut self, entry: &mut Entry<'a>, text: &'a str, start: usize, end: usize) {
        let start = match self.words {
            Some(start) => {
                entry.body.pop();
                start
            }
            None => start,
        };
        entry.body.push(Part::Markdown(&text[start..end]));
        self.words = Some(start);
    }
}

fn is_rule(source: &str) -> bool {
    source.trim().chars().all(|c| matches!(c, '-' | '*' | '_' | ' '))
}

/// Text of the Markdown source as plain text: character references decoded and backslashes before punctuation undone,
/// nothing else read as markup, one line.
fn plain_title(source: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\\', b'&', source.as_bytes()).is_none() {
        return text::in_one_line(source);
    }
    let mut title = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find('\\') {
        let escaped = rest[at + 1..].chars().next().filter(char::is_ascii_punctuation);
        let end = if escaped.is_some() { at } else { at + 1 };
        title.push_str(&markdown::decode(&rest[..end], false));
        title.extend(escaped);
        rest = &rest[at + 1 + escaped.map_or(0, char::len_utf8)..];
    }
    title.push_str(&markdown::decode(rest, false));
    text::one_line(&title).into()
}
