//! The grammar of the newsletter of patches: bold links, and the quoted mail below them.

use std::borrow::Cow;

use url::Url;

use super::{Entry, Link, Of, Open, Part, Place, Split, is_rule, plain_title};
use crate::diagnostic::{Broken, Problem};
use crate::lore;
use crate::markdown::{self, Block, Kind};
use crate::text;

/// Whether a block begins an entry.
pub fn begins_entry(source: &str) -> bool {
    source.starts_with(markdown::ENTRY) || loose_head(source).is_some()
}

/// Appends the entries of a section.
pub fn split<'a>(place: &Place<'a, '_>, blocks: &[Block], of: Of, split: &mut Split<'a>) {
    let Split { entries, passed_by, diagnostics } = split;
    let text = place.document.text.as_str();
    let mut report = |block: &Block, problem| diagnostics.push(place.diagnostic(block, problem));
    let mut reported = false; // whether the heading was
    let mut open: Option<Open> = None; // the entry that what comes belongs to
    for (at, block) in blocks.iter().enumerate() {
        let source = place.source(block);
        if block.kind == Kind::Open {
            report(block, Problem::OpenBlock);
        }
        let head = match (&block.kind, &mut open, entries.last_mut()) {
            // **[title](address)** words
            //    ^^^^^  ^^^^^^^    ^^^^^
            _ if source.starts_with(markdown::ENTRY) => head(source),
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
                open.push_words(entry, text, block.range.start, place.end_of(blocks, at));
                continue;
            }
            _ if is_rule(source) => continue,
            _ if of == Of::Patches => {
                report(block, Problem::Stray);
                continue;
            }
            _ => {
                *passed_by += 1;
                continue;
            }
        };
        if let Some(problem) = head.problem {
            report(block, problem);
        }
        match (place.heading, &place.section) {
            _ if of != Of::Patches => {}
            (Some(heading), Some(section)) if !section.known && !reported => {
                report(heading, Problem::UnknownSection(section.slug.clone()));
                reported = true;
            }
            (Some(_), Some(_)) => {}
            _ => report(block, Problem::NoSection),
        }
        let mut entry = Entry {
            section: place.section.clone(),
            title: head.title,
            link: head.link,
            body: Vec::new(),
            start: block.range.start,
        };
        let mut opened = Open { words: None };
        if !head.rest.trim().is_empty() {
            let start = block.range.end - head.rest.len();
            match block.kind {
                Kind::Quote => entry.body.push(Part::Mail(head.rest)),
                _ => opened.push_words(&mut entry, text, start, place.end_of(blocks, at)),
            }
        }
        entries.push(entry);
        open = Some(opened);
    }
}

/// What an entry's first line ends with.
const END: &str = ")**";

/// The first line of an entry.
struct Head<'a> {
    title: Cow<'a, str>,
    link: Option<Link<'a>>,
    problem: Option<Problem>,
    /// What follows it in its block.
    rest: &'a str,
}

/// Reads `**[title](address)**`. Titles hold brackets, backticks and stars, so the address is what stands between the
/// last `](` and the `)**` at the end of a line. A head that is none of this gives its whole line as title.
fn head<'a>(source: &'a str) -> Head<'a> {
    let inner = &source[markdown::ENTRY.len()..];
    let is_end = |at: &usize| inner.as_bytes()[*at..].starts_with(END.as_bytes());
    let ends = || memchr::memchr_iter(END.as_bytes()[0], inner.as_bytes()).filter(is_end);
    let end = ends()
        .find(|at| {
            let after = inner[at + END.len()..].trim_start_matches([' ', '\t']);
            after.is_empty() || after.starts_with('\n') || after.starts_with(markdown::ENTRY)
        })
        .or_else(|| ends().next());
    let broken = |broken, title: &'a str, rest| Head {
        title: nonempty(plain_title(title)),
        link: None,
        problem: Some(Problem::BrokenEntry(broken)),
        rest,
    };
    let Some(end) = end else {
        let (line, rest) = inner.split_once('\n').unwrap_or((inner, ""));
        return broken(Broken::NoEnd, line.trim_end_matches('*'), rest);
    };
    let rest = &inner[end + END.len()..];
    let middle = memchr::memrchr_iter(b'(', &inner.as_bytes()[..end]).find(|at| inner[..*at].ends_with(']'));
    let Some((title, address)) = middle.map(|at| (&inner[..at - 1], &inner[at + 1..end])) else {
        return broken(Broken::NoMiddle, &inner[..end], rest);
    };
    let address = address.trim();
    let address = match address.strip_prefix('<').and_then(|address| address.split_once('>')) {
        Some((address, "")) => address,
        _ => match memchr::memchr2(b' ', b'\n', address.as_bytes()) {
            Some(end) if address[end..].trim_start().starts_with(['"', '\'']) => &address[..end],
            _ => address,
        },
    };
    if address.is_empty() {
        return broken(Broken::NoAddress, title, rest);
    }
    if !is_graphic(address) && address.contains(char::is_whitespace) {
        return broken(Broken::WhiteSpace, &inner[..end], rest);
    }
    let address = plain_title(address);
    let title = nonempty(plain_title(title));
    if !text::is_web(&address) {
        if let Some(address) = lore::with_scheme(&address) {
            let problem = Problem::BrokenEntry(Broken::NoScheme);
            return Head { title, link: Some(Link::to(address.into())), problem: Some(problem), rest };
        }
        if let Some(scheme) = forbidden_scheme(&address) {
            return Head { title, link: None, problem: Some(Problem::UnsafeLink(scheme)), rest };
        }
    }
    let link = Link::to(address);
    if let Link::Other(address) = &link
        && text::is_web(address)
        && Url::parse(address).is_err()
    {
        return broken(Broken::NoAddress, &inner[..end], rest);
    }
    Head { title, link: Some(link), problem: None, rest }
}

/// Whether a text holds nothing but visible characters of ASCII.
fn is_graphic(text: &str) -> bool {
    text.bytes().fold(1, |all, byte| all & u8::from(byte.is_ascii_graphic())) == 1 // without branches: many bytes at once
}

/// Reads an entry whose first line is the link to a mail, but not in an entry's form: without stars, in a list, or in
/// the quote with its text.
fn loose_head(source: &str) -> Option<Head<'_>> {
    let line = text::lines(source).next()?;
    let (before, title) = line.split_at_checked(memchr::memchr(b'[', line.as_bytes())?)?;
    let title = &title[1..];
    let (title, after) = title.rsplit_once("](")?;
    let is_mark = |c: char| c.is_whitespace() || "*_-+>\u{200B}\u{FEFF}".contains(c);
    let before = before.trim_start_matches(is_mark);
    let marks_only = before.split_whitespace().all(|word| word.ends_with(':') || word.starts_with('['));
    let (link, after) = after.split_once(')')?;
    if !marks_only || !after.trim_matches(is_mark).is_empty() {
        return None;
    }
    let mail @ Link::Mail(_) = Link::to(plain_title(link)) else { return None };
    Some(Head {
        title: nonempty(plain_title(&format!("{before}{title}")).into_owned().into()),
        link: Some(mail),
        problem: Some(Problem::BrokenEntry(Broken::Form)),
        rest: source.get(line.len() + 1..).unwrap_or(""),
    })
}

fn nonempty(title: Cow<'_, str>) -> Cow<'_, str> {
    if title.is_empty() { "…".into() } else { title }
}

/// The scheme of an address that no feed may link to.
fn forbidden_scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once(':')?;
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    (named && !web).then(|| scheme.to_owned())
}
