//! The splitter: an issue's blocks become its entries.

use std::sync::Arc;

use crate::diagnostic::{Broken, Diagnostic, Problem};
use crate::markdown::{self, Block, Kind};
use crate::section::{Section, Table};
use crate::source::Document;
use crate::text;

/// One patch entry of an issue, as its editors wrote it.
#[derive(Debug)]
pub struct Entry<'a> {
    /// The section that it stands in; none under no heading.
    pub section: Option<Arc<Section>>,
    /// The subject of the mail, in plain text and one line.
    pub title: String,
    /// The address of the mail, as written; none in a broken entry.
    pub link: Option<String>,
    /// What stands below the title.
    pub body: Vec<Part<'a>>,
    /// The line of the document that it begins in, from 1.
    pub line: usize,
}

/// A part of an entry's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// Quoted mail, with its `>`.
    Mail(&'a str),
    /// The editors' own words, in Markdown.
    Markdown(&'a str),
}

/// Splits the blocks of an issue's body into its entries. Whatever the text, each block is part of an entry, a heading,
/// or a diagnostic.
pub fn entries<'a>(document: &'a Document, blocks: &[Block], sections: &Table) -> (Vec<Entry<'a>>, Vec<Diagnostic>) {
    let text = document.text.as_str();
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let mut diagnostics = Vec::new();
    let mut heading: Option<(&Block, Arc<Section>)> = None;
    let mut open = false; // whether what comes belongs to the last entry
    for block in blocks {
        let source = &text[block.range.clone()];
        let mut report =
            |block: &Block, problem| diagnostics.push(document.diagnostic(Some(trimmed(text, block)), problem));
        let head = match &block.kind {
            // **[title](address)** words
            //    ^^^^^  ^^^^^^^    ^^^^^
            _ if source.starts_with(markdown::ENTRY) => head(source),
            // ### section
            //     ^^^^^^^
            Kind::Heading(level, title) => {
                heading = (*level > 1).then(|| (block, sections.find(title)));
                open = false;
                continue;
            }
            // > text of the mail
            //   ^^^^^^^^^^^^^^^^
            Kind::Quote if open => {
                push(&mut entries, Part::Mail(source));
                continue;
            }
            // > * v3: [title](address)
            //     ^^^^^^^^^^  ^^^^^^^
            Kind::Quote if markdown::first_link(first_line(source)).is_some() => quoted_head(source),
            // <!-- a comment -->
            Kind::Comment => continue,
            // anything else, as the editors wrote it
            _ if open => {
                push(&mut entries, Part::Markdown(source));
                continue;
            }
            _ => {
                if !is_rule(source) {
                    report(block, Problem::Stray);
                }
                continue;
            }
        };
        if let Some(broken) = head.broken {
            report(block, Problem::BrokenEntry(broken));
        }
        let forbidden = head.link.as_deref().and_then(forbidden_scheme);
        let link = head.link.filter(|_| forbidden.is_none());
        if let Some(scheme) = forbidden {
            report(block, Problem::UnsafeLink(scheme));
        }
        match &heading {
            Some((heading, section)) if !section.known => {
                report(heading, Problem::UnknownSection(section.slug.clone()));
            }
            Some(_) => {}
            None => report(block, Problem::NoSection),
        }
        entries.push(Entry {
            section: heading.as_ref().map(|(_, section)| Arc::clone(section)),
            title: head.title,
            link,
            body: head.rest.into_iter().collect(),
            line: document.line(block.range.start),
        });
        open = true;
    }
    (entries, diagnostics)
}

fn push<'a>(entries: &mut [Entry<'a>], part: Part<'a>) {
    if let Some(entry) = entries.last_mut() {
        entry.body.push(part);
    }
}

/// The block's bytes without the white space at its end.
fn trimmed(text: &str, block: &Block) -> std::ops::Range<usize> {
    let source = &text[block.range.clone()];
    block.range.start..block.range.start + source.trim_end().len()
}

fn is_rule(source: &str) -> bool {
    source.trim().chars().all(|c| matches!(c, '-' | '*' | '_' | ' '))
}

/// The first line of an entry.
struct Head<'a> {
    title: String,
    link: Option<String>,
    broken: Option<Broken>,
    rest: Option<Part<'a>>,
}

/// Reads `**[title](address)**`. Titles hold brackets, backticks and stars, so the address is what stands between the
/// last `](` and the `)**` at the end of a line. A head that is none of this gives its whole line as title.
fn head(source: &str) -> Head<'_> {
    let inner = &source[markdown::ENTRY.len()..];
    let end = inner
        .match_indices(")**")
        .find(|(at, mark)| inner[at + mark.len()..].lines().next().unwrap_or("").trim().is_empty())
        .or_else(|| inner.match_indices(")**").next());
    let broken = |broken, title: &str, rest| Head {
        title: nonempty(plain_title(title)),
        link: None,
        broken: Some(broken),
        rest: words(rest),
    };
    let Some((end, mark)) = end else {
        let (line, rest) = inner.split_once('\n').unwrap_or((inner, ""));
        return broken(Broken::NoEnd, line.trim_end_matches(['*', ')']), rest);
    };
    let rest = &inner[end + mark.len()..];
    let Some((title, address)) = inner[..end].rsplit_once("](") else {
        return broken(Broken::NoMiddle, &inner[..end], rest);
    };
    let address = address.trim();
    let address = match address.strip_prefix('<').and_then(|address| address.split_once('>')) {
        Some((address, _)) => address,
        None => match address.split_once([' ', '\n']) {
            Some((address, title)) if title.trim_start().starts_with(['"', '\'']) => address,
            _ => address,
        },
    };
    if address.is_empty() {
        return broken(Broken::NoAddress, title, rest);
    }
    if address.contains(char::is_whitespace) {
        return broken(Broken::WhiteSpace, &inner[..end], rest);
    }
    Head { title: nonempty(plain_title(title)), link: Some(plain_title(address)), broken: None, rest: words(rest) }
}

/// Reads an entry whose first line stands in the quote with its text.
fn quoted_head(source: &str) -> Head<'_> {
    let line = first_line(source);
    Head {
        title: nonempty(markdown::plain(line)),
        link: markdown::first_link(line),
        broken: Some(Broken::Quoted),
        rest: source.get(line.len() + 1..).map(Part::Mail),
    }
}

/// What follows an entry's head in its paragraph.
fn words(rest: &str) -> Option<Part<'_>> {
    (!rest.trim().is_empty()).then_some(Part::Markdown(rest))
}

fn first_line(source: &str) -> &str {
    source.lines().next().unwrap_or("")
}

/// Text of the Markdown source as plain text: character references decoded and backslashes before punctuation undone,
/// nothing else read as markup, one line.
fn plain_title(source: &str) -> String {
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
    text::one_line(&title)
}

fn nonempty(title: String) -> String {
    if title.is_empty() { "…".to_owned() } else { title }
}

/// The scheme of an address that no feed may link to.
fn forbidden_scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once(':')?;
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    (named && !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https")).then(|| scheme.to_owned())
}
