//! Entries of lists of links, as their blocks give them.
//!
//! Each function appends an entry and says whether what follows belongs to it.

use url::Url;

use super::SectionBlock;
use crate::diagnostic::{Broken, Problem};
use crate::entry::address;
use crate::entry::item::{self, BrokenLink};
use crate::entry::{Entry, Link, Part};
use crate::facts::person;
use crate::markdown::{self, Block, BlockKind, Definitions, Lead, Passage};
use crate::split::headings::Role;
use crate::split::section::{SectionText, Split};
use crate::text;

/// The longest title made of a table's row, in characters.
const LONGEST_ROW: usize = 200;

/// Appends the entry that begins with a link.
pub(super) fn push_entry<'a>(
    section: &SectionText<'a, '_>,
    block: &Block,
    lead: &Lead,
    definitions: &Definitions,
    split: &mut Split<'a>,
) -> bool {
    if let Some(address) = news_of_person(section, block, lead, definitions) {
        return push_sentence(section, block, &address, definitions, split);
    }
    let (link, problem) = target(&lead.address);
    let shows_address = link.is_none() && problem.is_none(); // an address that can't be linked to stays in the text
    split.diagnostics.extend(problem.map(|problem| section.diagnostic(block, problem)));
    let rest = Part::Rest {
        block: section.source(block),
        column: markdown::column(&section.document.text, block.range.start),
        from: if shows_address { 0 } else { lead.end },
    };
    let body = if matches!(block.kind, BlockKind::Heading(..)) && !lead.goes_on { Vec::new() } else { vec![rest] };
    let title = match block.kind {
        BlockKind::Loose => item::without_bullet(&lead.title),
        _ => &lead.title,
    };
    let title = visible(title.to_owned(), &lead.address);
    split.entries.push(Entry {
        section: section.section.clone(),
        title: title.into(),
        link: link.map(|link| Link::to(link.into())),
        body,
    });
    true
}

/// Appends the entry of a title without a link, which is a heading or a label: it leads where the first link below does, which stays part of the text.
pub(super) fn push_story<'a>(
    section: &SectionText<'a, '_>,
    title: &Block,
    below: &[SectionBlock<'_>],
    definitions: &Definitions,
    split: &mut Split<'a>,
) -> bool {
    let is_label = title.kind == BlockKind::Paragraph;
    let title = match &title.kind {
        BlockKind::Heading(_, title) => title.clone(),
        _ => markdown::plain(section.source(title)),
    };
    let below = below.iter().take_while(|below| {
        let ends = matches!(below.role, Some(Role::Entry | Role::Part));
        !(ends || is_label && item::is_label(section.source(below.block)))
    });
    let sources = || below.clone().map(|below| section.source(below.block));
    let address = sources().find_map(|source| news(source, definitions));
    let address = address.or_else(|| sources().find_map(|source| markdown::first_link(source, definitions)));
    split.entries.push(Entry {
        section: section.section.clone(),
        title: visible(title, address.as_deref().unwrap_or("…")).into(),
        link: address.map(|address| Link::to(address.into())),
        body: Vec::new(),
    });
    true
}

/// Appends the entry of a bold title and the address in the line below it.
pub(super) fn push_titled<'a>(
    section: &SectionText<'a, '_>,
    block: &Block,
    titled: &BrokenLink,
    split: &mut Split<'a>,
) -> bool {
    push_parts(section, block, titled, split);
    true
}

/// Appends the entry of a title and an address that are no link together.
fn push_parts<'a>(section: &SectionText<'a, '_>, block: &Block, parts: &BrokenLink, split: &mut Split<'a>) {
    let source = section.source(block);
    let address = &source[parts.address.clone()];
    split.entries.push(Entry {
        section: section.section.clone(),
        title: visible(markdown::plain(&source[parts.title.clone()]), address).into(),
        link: Some(Link::to(address.into())),
        body: vec![Part::Rest {
            block: source,
            column: markdown::column(&section.document.text, block.range.start),
            from: parts.end,
        }],
    });
}

/// Appends the entry of a sentence with a link in it: the sentence is its title, and all words are its text.
pub(super) fn push_sentence<'a>(
    section: &SectionText<'a, '_>,
    block: &Block,
    address: &str,
    definitions: &Definitions,
    split: &mut Split<'a>,
) -> bool {
    let source = section.source(block);
    let column = markdown::column(&section.document.text, block.range.start);
    let text = markdown::dedent(source, column);
    let words = markdown::plain_of(Passage { text: &text, from: 0, definitions, html: None });
    let title = item::bold_start(&text).or_else(|| item::numbered_line(&text));
    let title = title.map_or_else(|| text::first_sentence(&words), markdown::plain);
    split.entries.push(Entry {
        section: section.section.clone(),
        title: visible(markdown::without_marks(&title).trim_end_matches([':', '：', '.']).to_owned(), address).into(),
        link: Some(Link::to(address.to_owned().into())),
        body: vec![Part::Rest { block: source, column, from: 0 }],
    });
    block.kind == BlockKind::Paragraph
}

/// Appends an entry for each row of a table that has a link: all its words are the title.
pub(super) fn push_rows<'a>(
    section: &SectionText<'a, '_>,
    table: &'a str,
    definitions: &Definitions,
    split: &mut Split<'a>,
) -> bool {
    for row in table.lines().skip(2) {
        let Some(address) = news(row, definitions) else { continue };
        let cells = row.split('|').map(markdown::plain).filter(|cell| text::is_visible(cell));
        let words = cells.collect::<Vec<_>>().join(" · ");
        split.entries.push(Entry {
            section: section.section.clone(),
            title: visible(text::first_words(&words, LONGEST_ROW), &address).into(),
            link: Some(Link::to(address.into())),
            body: vec![Part::Markdown(row.trim().trim_matches('|'))],
        });
    }
    false
}

/// Appends an entry for each line, which is a link.
pub(super) fn push_lines<'a>(
    section: &SectionText<'a, '_>,
    lines: &'a str,
    definitions: &Definitions,
    split: &mut Split<'a>,
) -> bool {
    for line in lines.lines() {
        let Some(address) = markdown::first_link(line, definitions) else { continue };
        split.entries.push(Entry {
            section: section.section.clone(),
            title: visible(markdown::plain(line), &address).into(),
            link: Some(Link::to(address.into())),
            body: Vec::new(),
        });
    }
    false
}

/// The address of the first link of a text that doesn't lead to a person; of the first one, if all do.
pub(super) fn news(source: &str, definitions: &Definitions) -> Option<String> {
    markdown::first_link_that(source, definitions, is_news).or_else(|| markdown::first_link(source, definitions))
}

fn is_news(words: &str, address: &str) -> bool {
    !person::is_profile(words, address)
}

/// The address of the news, if a block's first link leads to a person and words with another link follow in its paragraph.
///
/// ```text
/// - [@ada](profile) made [ropes lighter](address)
///                         ^^^^^^^^^^^^^
/// - A lamp by [Ada](profile): [the plans](address)
///                              ^^^^^^^^^
/// ```
fn news_of_person(
    section: &SectionText<'_, '_>,
    block: &Block,
    lead: &Lead,
    definitions: &Definitions,
) -> Option<String> {
    if lead.alone || lead.end == 0 {
        return None;
    }
    let source = markdown::dedent(section.source(block), markdown::column(&section.document.text, block.range.start));
    let words = match source[..lead.end].rfind('[') {
        Some(start) if !lead.is_first() => &source[start + 1..lead.end],
        _ => &lead.title,
    };
    let words = words.split("](").next().unwrap_or(words);
    let rest = source[lead.end..].split("\n\n").next()?;
    let goes_on = !lead.is_first() || rest.starts_with([' ', '\n', ',', '，']);
    let is_person = goes_on && person::is_profile(words, &lead.address);
    is_person.then(|| markdown::first_link_that(rest, definitions, is_news)).flatten()
}

/// Appends the entry of an item whose link isn't one in Markdown.
pub(super) fn push_broken<'a>(
    section: &SectionText<'a, '_>,
    block: &Block,
    link: &BrokenLink,
    split: &mut Split<'a>,
) -> bool {
    let wrong = &section.source(block)[link.title.start..link.end];
    split.diagnostics.push(section.diagnostic_at(wrong, Problem::BrokenEntry(Broken::Item)));
    push_parts(section, block, link, split);
    false
}

/// A title; the address if there is nothing to see of the title.
fn visible(title: String, address: &str) -> String {
    if text::is_visible(&title) { title } else { address.to_owned() }
}

/// The address that an entry leads to, or why it leads nowhere.
fn target(address: &str) -> (Option<String>, Option<Problem>) {
    match Url::parse(address) {
        _ if address.trim().is_empty() => (None, Some(Problem::BrokenEntry(Broken::NoTarget))),
        _ if let Some(broken) = address::broken(address) => (None, Some(Problem::BrokenEntry(broken))),
        _ if let Some(meant) = address::mended(address) => (Some(meant), Some(Problem::BrokenEntry(Broken::Scheme))),
        Ok(url) if matches!(url.scheme(), "http" | "https") => (Some(address.to_owned()), None),
        Ok(url) if markdown::UNSAFE.contains(&url.scheme()) => {
            (None, Some(Problem::UnsafeLink(url.scheme().to_owned())))
        }
        Ok(_) => (None, None), // irc:, ftp: … stay in the text
        Err(_) if text::is_web(address) => (None, Some(Problem::BrokenEntry(Broken::NoTarget))),
        Err(_) => (Some(address.to_owned()), None), // relative to the issue's page
    }
}
