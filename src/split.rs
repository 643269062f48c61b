//! The splitter: an issue's blocks become its entries.

use std::sync::Arc;

use url::Url;

use crate::diagnostic::{Broken, Diagnostic, Problem};
use crate::lore;
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

/// Splits the blocks of an issue's body into its entries. Each block is part of an entry, a heading, a comment, or a
/// diagnostic.
pub fn entries<'a>(document: &'a Document, blocks: &[Block], sections: &Table) -> (Vec<Entry<'a>>, Vec<Diagnostic>) {
    let text = document.text.as_str();
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let mut diagnostics = Vec::new();
    let mut heading: Option<(&Block, Arc<Section>)> = None;
    let mut reported = None; // the place of the last heading that was
    let mut open: Option<Open> = None; // the entry that what comes belongs to
    for (at, block) in blocks.iter().enumerate() {
        let source = &text[block.range.clone()];
        // What stands between two blocks is white space, or a link's definition, which belongs to the editors' words.
        let end = blocks.get(at + 1).map_or(text.len(), |next| next.range.start);
        let mut report =
            |block: &Block, problem| diagnostics.push(document.diagnostic(Some(trimmed(text, block)), problem));
        if block.kind == Kind::Open {
            report(block, Problem::OpenBlock);
        }
        let head = match (&block.kind, &mut open, entries.last_mut()) {
            // **[title](address)** words
            //    ^^^^^  ^^^^^^^    ^^^^^
            _ if source.starts_with(markdown::ENTRY) => head(source),
            // ### section
            //     ^^^^^^^
            (Kind::Heading(title), ..) => {
                heading = Some((block, sections.find(title))).filter(|_| !title.is_empty());
                open = None;
                continue;
            }
            // > * v3: [title](address)
            //     ^^^^^^^^^^  ^^^^^^^
            _ if let Some(head) = loose_head(source) => head,
            // > text of the mail
            //   ^^^^^^^^^^^^^^^^
            (Kind::Quote, Some(open), Some(entry)) => {
                entry.body.push(Part::Mail(source));
                open.words = None;
                continue;
            }
            // <!-- a comment -->
            (Kind::Comment, ..) => continue,
            // anything else, as the editors wrote it
            (_, Some(open), Some(entry)) => {
                open.push_words(entry, text, block.range.start, end);
                continue;
            }
            _ => {
                if !is_rule(source) {
                    report(block, Problem::Stray);
                }
                continue;
            }
        };
        if let Some(problem) = head.problem {
            report(block, problem);
        }
        match &heading {
            Some((heading, section)) if !section.known && reported != Some(heading.range.start) => {
                report(heading, Problem::UnknownSection(section.slug.clone()));
                reported = Some(heading.range.start);
            }
            Some(_) => {}
            None => report(block, Problem::NoSection),
        }
        let mut entry = Entry {
            section: heading.as_ref().map(|(_, section)| Arc::clone(section)),
            title: head.title,
            link: head.link,
            body: Vec::new(),
            line: document.line(block.range.start),
        };
        let mut opened = Open { words: None };
        if !head.rest.trim().is_empty() {
            let start = block.range.end - head.rest.len();
            match block.kind {
                Kind::Quote => entry.body.push(Part::Mail(head.rest)),
                _ => opened.push_words(&mut entry, text, start, end),
            }
        }
        entries.push(entry);
        open = Some(opened);
    }
    (entries, diagnostics)
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
    problem: Option<Problem>,
    /// What follows it in its block.
    rest: &'a str,
}

/// Reads `**[title](address)**`. Titles hold brackets, backticks and stars, so the address is what stands between the
/// last `](` and the `)**` at the end of a line. A head that is none of this gives its whole line as title.
fn head(source: &str) -> Head<'_> {
    let inner = &source[markdown::ENTRY.len()..];
    let end = inner
        .match_indices(")**")
        .find(|(at, mark)| {
            let after = inner[at + mark.len()..].trim_start_matches([' ', '\t']);
            after.is_empty() || after.starts_with('\n') || after.starts_with(markdown::ENTRY)
        })
        .or_else(|| inner.match_indices(")**").next());
    let broken = |broken, title: &str, rest| Head {
        title: nonempty(plain_title(title)),
        link: None,
        problem: Some(Problem::BrokenEntry(broken)),
        rest,
    };
    let Some((end, mark)) = end else {
        let (line, rest) = inner.split_once('\n').unwrap_or((inner, ""));
        return broken(Broken::NoEnd, line.trim_end_matches('*'), rest);
    };
    let rest = &inner[end + mark.len()..];
    let Some((title, address)) = inner[..end].rsplit_once("](") else {
        return broken(Broken::NoMiddle, &inner[..end], rest);
    };
    let address = address.trim();
    let address = match address.strip_prefix('<').and_then(|address| address.split_once('>')) {
        Some((address, "")) => address,
        _ => match address.split_once([' ', '\n']) {
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
    let address = plain_title(address);
    let title = nonempty(plain_title(title));
    if let Some(address) = lore::with_scheme(&address) {
        return Head { title, link: Some(address), problem: Some(Problem::BrokenEntry(Broken::NoScheme)), rest };
    }
    if let Some(scheme) = forbidden_scheme(&address) {
        return Head { title, link: None, problem: Some(Problem::UnsafeLink(scheme)), rest };
    }
    if text::is_web(&address) && Url::parse(&address).is_err() {
        return broken(Broken::NoAddress, &inner[..end], rest);
    }
    Head { title, link: Some(address), problem: None, rest }
}

/// Reads an entry whose first line is the link to a mail, but not in an entry's form: without stars, in a list, or in
/// the quote with its text.
fn loose_head(source: &str) -> Option<Head<'_>> {
    let line = source.lines().next()?;
    let (before, title) = line.split_once('[')?;
    let (title, after) = title.rsplit_once("](")?;
    let is_mark = |c: char| c.is_whitespace() || "*_-+>\u{200B}\u{FEFF}".contains(c);
    let before = before.trim_start_matches(is_mark);
    let marks_only = before.split_whitespace().all(|word| word.ends_with(':') || word.starts_with('['));
    let (link, after) = after.split_once(')')?;
    let link = plain_title(link);
    (marks_only && after.trim_matches(is_mark).is_empty() && lore::read(&link).is_some()).then(|| Head {
        title: nonempty(plain_title(&format!("{before}{title}"))),
        link: Some(link),
        problem: Some(Problem::BrokenEntry(Broken::Form)),
        rest: source.get(line.len() + 1..).unwrap_or(""),
    })
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
