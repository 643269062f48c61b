//! The first line of an entry of the newsletter of patches: `**[title](address)**`.

use std::borrow::Cow;

use url::Url;

use crate::diagnostic::{Broken, Problem};
use crate::entry::Link;
use crate::facts::lore;
use crate::markdown;
use crate::text;

/// The first line of an entry.
pub(super) struct FirstLine<'a> {
    pub(super) title: Cow<'a, str>,
    pub(super) link: Option<Link<'a>>,
    pub(super) problem: Option<Problem>,
    /// What follows it in its block.
    pub(super) rest: &'a str,
}

/// What a first line ends with.
const END: &str = ")**";

/// Reads `**[title](address)**`. Titles contain brackets, backticks and stars, so the address is what stands between the last
/// `](` and the `)**` at the end of a line. A line that can't be read gives all of itself as the title.
pub(super) fn read(source: &str) -> FirstLine<'_> {
    let inner = &source[markdown::ENTRY.len()..];
    let Some(end) = end(inner) else {
        let (line, rest) = inner.split_once('\n').unwrap_or((inner, ""));
        return broken(Broken::NoEnd, line.trim_end_matches('*'), rest);
    };
    let (line, rest) = (&inner[..end], &inner[end + END.len()..]);
    let Some(middle) = memchr::memrchr_iter(b'(', line.as_bytes()).find(|at| line[..*at].ends_with(']')) else {
        return broken(Broken::NoMiddle, line, rest);
    };
    let (title, address) = (&line[..middle - 1], without_title(line[middle + 1..].trim()));
    if address.is_empty() {
        return broken(Broken::NoAddress, title, rest);
    }
    if !is_graphic(address) && address.contains(char::is_whitespace) {
        return broken(Broken::WhiteSpace, line, rest);
    }
    match link(plain(address)) {
        Ok((link, problem)) => {
            let title = plain(title);
            let problem = problem.or_else(|| doubtful(&title, &link).map(Problem::BrokenEntry));
            FirstLine { title: nonempty(title), link: Some(link), problem, rest }
        }
        Err(problem @ Problem::UnsafeLink(_)) => {
            FirstLine { title: nonempty(plain(title)), link: None, problem: Some(problem), rest }
        }
        Err(problem) => FirstLine { title: nonempty(plain(line)), link: None, problem: Some(problem), rest },
    }
}

/// Where the line ends: at the first `)**` with nothing or another entry behind it; failing that, at the first one.
fn end(inner: &str) -> Option<usize> {
    let mut ends = memchr::memchr_iter(END.as_bytes()[0], inner.as_bytes())
        .filter(|at| inner.as_bytes()[*at..].starts_with(END.as_bytes()));
    let first = ends.next()?;
    let last_of_line = std::iter::once(first).chain(ends).find(|at| {
        let after = inner[at + END.len()..].trim_start_matches([' ', '\t']);
        after.is_empty() || after.starts_with('\n') || after.starts_with(markdown::ENTRY)
    });
    last_of_line.or(Some(first))
}

/// The address of `<address>` or `address "title"`.
fn without_title(address: &str) -> &str {
    if let Some((address, "")) = address.strip_prefix('<').and_then(|address| address.split_once('>')) {
        return address;
    }
    match memchr::memchr2(b' ', b'\n', address.as_bytes()) {
        Some(end) if address[end..].trim_start().starts_with(['"', '\'']) => &address[..end],
        _ => address,
    }
}

/// The link to an address, with what had to be mended.
fn link(address: Cow<'_, str>) -> Result<(Link<'_>, Option<Problem>), Problem> {
    if !text::is_web(&address) {
        if let Some(address) = lore::with_scheme(&address) {
            return Ok((Link::to(address.into()), Some(Problem::BrokenEntry(Broken::NoScheme))));
        }
        if let Some(scheme) = forbidden_scheme(&address) {
            return Err(Problem::UnsafeLink(scheme));
        }
    }
    let link = Link::to(address);
    match &link {
        Link::Other(address) if text::is_web(address) && Url::parse(address).is_err() => {
            Err(Problem::BrokenEntry(Broken::NoAddress))
        }
        _ => Ok((link, None)),
    }
}

/// What is wrong with a first line that can be read.
fn doubtful(title: &str, link: &Link<'_>) -> Option<Broken> {
    if !text::is_visible(title) {
        return Some(Broken::NoTitle);
    }
    match link {
        // An archive has Message-IDs that were encoded as RFC 2047 has it, `@` and all.
        Link::Mail(mail) if !mail.message_id.contains('@') && !mail.message_id.contains("=?") => Some(Broken::NoAt),
        Link::Other(address) if lore::is_archive(address) => Some(no_message(address)),
        _ if text::is_web(title) && !title.contains(char::is_whitespace) => Some(Broken::AddressAsTitle),
        _ => None,
    }
}

/// What is wrong with an address that leads to an archive, but to no message. A Message-ID that has lost what follows its `@` still
/// begins with a date.
fn no_message(address: &str) -> Broken {
    let last = address.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if last.starts_with(|c: char| c.is_ascii_digit()) { Broken::NoAt } else { Broken::NoMessage }
}

fn broken<'a>(broken: Broken, title: &'a str, rest: &'a str) -> FirstLine<'a> {
    FirstLine { title: nonempty(plain(title)), link: None, problem: Some(Problem::BrokenEntry(broken)), rest }
}

/// Reads the first line of an entry that was made a heading:
///
/// ```text
/// #### **[title](address)**
///         ^^^^^  ^^^^^^^
/// ### [title](address)
///      ^^^^^  ^^^^^^^
/// #### v2: title
///      ^^^^^^^^^
/// ```
pub(super) fn read_heading(source: &str) -> Option<FirstLine<'_>> {
    let words = source.trim_start_matches(['#', '＃']);
    if words.len() == source.len() {
        return None;
    }
    let words = words.trim_start();
    let line = match read_link(words, text::is_web) {
        _ if words.starts_with(markdown::ENTRY) => read(words),
        None if is_subject(words) => broken(Broken::NoMiddle, words.trim(), ""),
        line => line?,
    };
    let rest = if line.rest.trim_matches(['#', ' ', '\n']).is_empty() { "" } else { line.rest };
    Some(FirstLine { problem: line.problem.or(Some(Problem::BrokenEntry(Broken::Form))), rest, ..line })
}

/// Reads the first line of an entry that links to a mail, but isn't written as an entry's: without stars, in a list, or in
/// the quote with its text.
pub(super) fn read_loose(source: &str) -> Option<FirstLine<'_>> {
    read_link(source, |_| false)
}

/// Reads a line that is a link to a mail, or to another address that will do.
fn read_link(source: &str, will_do: fn(&str) -> bool) -> Option<FirstLine<'_>> {
    let line = source.lines().next()?;
    let (before, title) = line.split_at_checked(memchr::memchr(b'[', line.as_bytes())?)?;
    let (title, after) = title[1..].rsplit_once("](")?;
    let before = before.trim_start_matches(is_mark);
    let marks_only = before.split_whitespace().all(|word| word.ends_with(':') || word.starts_with('['));
    let (link, after) = after.split_once(')')?;
    if !marks_only || !after.trim_matches(is_mark).is_empty() {
        return None;
    }
    let link = Link::to(plain(link));
    if let Link::Other(address) = &link
        && !will_do(address)
    {
        return None;
    }
    Some(FirstLine {
        title: nonempty(plain(&format!("{before}{title}")).into_owned().into()),
        link: Some(link),
        problem: Some(Problem::BrokenEntry(Broken::Form)),
        rest: source.get(line.len() + 1..).unwrap_or(""),
    })
}

/// Whether words are the subject of a patch, or a link that can't be read: `v2: riscv: …`, `[v2: …](`.
fn is_subject(words: &str) -> bool {
    let after = words.strip_prefix(['v', 'V']).map(|version| version.trim_start_matches(|c: char| c.is_ascii_digit()));
    words.starts_with('[') && words.contains("](") || after.is_some_and(|after| after.starts_with(':'))
}

fn is_mark(c: char) -> bool {
    c.is_whitespace() || "*_-+>\u{200B}\u{FEFF}".contains(c)
}

/// The scheme of an address that no feed may link to.
fn forbidden_scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    (is_scheme && !is_web).then(|| scheme.to_owned())
}

/// Whether a text consists of visible ASCII characters only.
fn is_graphic(text: &str) -> bool {
    text.bytes().fold(1, |all, byte| all & u8::from(byte.is_ascii_graphic())) == 1 // no branches: many bytes at once
}

/// A title must show something.
fn nonempty(title: Cow<'_, str>) -> Cow<'_, str> {
    if text::is_visible(&title) { title } else { "…".into() }
}

/// Markdown source as plain text on one line: character references are decoded, backslashes before punctuation are undone,
/// and nothing else is read as markup.
fn plain(source: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\\', b'&', source.as_bytes()).is_none() {
        return text::in_one_line(source);
    }
    let mut plain = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find('\\') {
        let escaped = rest[at + 1..].chars().next().filter(char::is_ascii_punctuation);
        let end = if escaped.is_some() { at } else { at + 1 };
        plain.push_str(&markdown::decode(&rest[..end], false));
        plain.extend(escaped);
        rest = &rest[at + 1 + escaped.map_or(0, char::len_utf8)..];
    }
    plain.push_str(&markdown::decode(rest, false));
    text::one_line(&plain).into()
}
