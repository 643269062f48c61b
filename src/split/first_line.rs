//! The first line of an entry of the newsletter of patches: `**[title](address)**`.

use std::borrow::Cow;

use url::Url;

use crate::diagnostic::{Broken, Problem};
use crate::entry::Link;
use crate::entry::loose::{self, Loose};
use crate::facts::lore;
use crate::markdown::{self, END};
use crate::text;

/// The first line of an entry.
pub(super) struct FirstLine<'a> {
    pub(super) title: Cow<'a, str>,
    pub(super) link: Option<Link<'a>>,
    /// What is wrong, and the part of the line that is.
    pub(super) problem: Option<(Problem, &'a str)>,
    /// What follows it in its block.
    pub(super) rest: &'a str,
}

/// Reads `**[title](address)**`. Titles contain brackets, backticks and stars, so the address is what stands between the last
/// `](` and the `)**` at the end of a line. A line that can't be read so is read as one in another form, and failing that gives all of
/// itself as the title.
pub(super) fn read(source: &str) -> FirstLine<'_> {
    let inner = &source[markdown::ENTRY.len()..];
    let Some(end) = end(inner) else {
        let (line, rest) = inner.split_once('\n').unwrap_or((inner, ""));
        let line = line.trim_end();
        let wrong = &line[line.char_indices().next_back().map_or(0, |(at, _)| at)..];
        return loose(source, false).unwrap_or_else(|| broken(Broken::NoEnd, wrong, line.trim_end_matches('*'), rest));
    };
    let (line, rest) = (&inner[..end], &inner[end + END.len()..]);
    let Some(middle) = memchr::memrchr_iter(b'(', line.as_bytes()).find(|at| line[..*at].ends_with(']')) else {
        let whole = &source[..markdown::ENTRY.len() + end + END.len()];
        return loose(source, false).unwrap_or_else(|| broken(Broken::NoMiddle, whole, line, rest));
    };
    let (title, address) = (&line[..middle - 1], without_title(line[middle + 1..].trim()));
    if address.is_empty() {
        return broken(Broken::NoAddress, &inner[middle - 1..=end], title, rest);
    }
    // **[address](title)**
    if !text::is_web(address) && lore::read(title).is_some() {
        let problem = Some((Problem::BrokenEntry(Broken::Form), &line[..=middle]));
        return FirstLine { title: nonempty(plain(address)), link: Some(Link::to(title.into())), problem, rest };
    }
    if let Some(at) = address.find(char::is_whitespace) {
        let length = address[at..].chars().next().map_or(0, char::len_utf8);
        return broken(Broken::WhiteSpace, &address[at..at + length], line, rest);
    }
    let (address, mended) = mended(address);
    match link(address_of(address, mended)) {
        Ok((link, problem)) => {
            let words = plain(title);
            let problem = match (problem, mended) {
                (Some(problem), _) => Some((problem, address)),
                (None, Some((broken, wrong))) => Some((Problem::BrokenEntry(broken), wrong)),
                (None, None) => {
                    doubtful(&words, &link).map(|doubt| (Problem::BrokenEntry(doubt), part_of(doubt, title, address)))
                }
            };
            FirstLine { title: nonempty(words), link: Some(link), problem, rest }
        }
        Err(problem) => {
            let is_address = address.contains(['.', '/']) && !matches!(problem, Problem::UnsafeLink(_));
            let title = if is_address { line } else { title };
            FirstLine { title: nonempty(plain(title)), link: None, problem: Some((problem, address)), rest }
        }
    }
}

/// Reads a first line in another form, and the line of its address: see [`loose()`].
pub(super) fn loose(source: &str, alone: bool) -> Option<FirstLine<'_>> {
    let Loose { prefix, title, address, end, form, wrong } = loose::read(source, alone)?;
    let link = match address {
        Some(address) => link(plain(&source[address])).ok()?.0.into(),
        None => None,
    };
    let title = match form {
        Broken::Html => without_tags(&source[title]).into(),
        _ if prefix.is_empty() => plain(without_stars(&source[title])),
        _ => plain(&[&source[prefix], &source[title]].concat()).into_owned().into(),
    };
    let problem = Some((Problem::BrokenEntry(form), &source[wrong]));
    Some(FirstLine { title: nonempty(title), link, problem, rest: &source[end..] })
}

/// Reads what is left of a first line, above quoted mail: all of it is the title.
pub(super) fn remains(source: &str) -> Option<FirstLine<'_>> {
    let (line, rest) = source.split_once('\n').unwrap_or((source, ""));
    let suspect = loose::suspect(line)?;
    Some(broken(Broken::NoMiddle, &line[suspect], line, rest))
}

/// A title that is bold between its brackets: `[**title**](address)`.
fn without_stars(title: &str) -> &str {
    let inner = title.strip_prefix("**").and_then(|title| title.strip_suffix("**"));
    inner.unwrap_or_else(|| title.trim())
}

/// The words of a title in HTML.
fn without_tags(title: &str) -> String {
    let mut words = String::with_capacity(title.len());
    for (at, part) in title.split('<').enumerate() {
        match part
            .split_once('>')
            .filter(|(tag, _)| at > 0 && tag.starts_with(|c: char| c == '/' || c.is_ascii_alphabetic()))
        {
            Some((_, after)) => words.push_str(after),
            None => {
                words.push_str(if at > 0 { "<" } else { "" });
                words.push_str(part);
            }
        }
    }
    text::one_line(&markdown::decode(&words, false))
}

/// Where the line ends: at the first `)**` with nothing behind it; failing that, at the first one.
fn end(inner: &str) -> Option<usize> {
    let mut ends = memchr::memchr_iter(END.as_bytes()[0], inner.as_bytes())
        .filter(|at| inner.as_bytes()[*at..].starts_with(END.as_bytes()));
    let first = ends.next()?;
    let last_of_line = std::iter::once(first).chain(ends).find(|at| {
        let after = inner[at + END.len()..].trim_start_matches([' ', '\t']);
        after.is_empty() || after.starts_with('\n')
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

/// An address without what was pasted behind it, and what is wrong with it: it stands there twice, or holds characters of no width.
fn mended(address: &str) -> (&str, Option<(Broken, &str)>) {
    let again = address.get(1..).and_then(|rest| rest.find("http://").into_iter().chain(rest.find("https://")).min());
    if let Some((first, second)) = again.map(|at| address.split_at(at + 1))
        && (first.trim_end_matches('/') == second.trim_end_matches('/') || lore::read(first).is_some())
    {
        return (first, Some((Broken::Twice, second)));
    }
    let invisible = address.char_indices().find(|(_, c)| has_no_width(*c));
    (address, invisible.map(|(at, c)| (Broken::NoWidth, &address[at..at + c.len_utf8()])))
}

/// The characters of an address, without those of no width.
fn address_of<'a>(address: &'a str, mended: Option<(Broken, &str)>) -> Cow<'a, str> {
    match mended {
        Some((Broken::NoWidth, _)) => plain(&address.replace(has_no_width, "")).into_owned().into(),
        _ => plain(address),
    }
}

fn has_no_width(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

/// The link to an address, with what had to be mended.
fn link(address: Cow<'_, str>) -> Result<(Link<'_>, Option<Problem>), Problem> {
    if !text::is_web(&address) {
        let completed = lore::with_scheme(&address).or_else(|| lore::with_scheme(behind_scheme(&address)?));
        if let Some(address) = completed {
            return Ok((Link::to(address.into()), Some(Problem::BrokenEntry(Broken::NoScheme))));
        }
        if let Some(scheme) = forbidden_scheme(&address) {
            return Err(Problem::UnsafeLink(scheme));
        }
    }
    if is_garbled(&address) {
        return Err(Problem::BrokenEntry(Broken::NoAddress));
    }
    let link = Link::to(address);
    match &link {
        Link::Other(address) if text::is_web(address) && Url::parse(address).is_err() => {
            Err(Problem::BrokenEntry(Broken::NoAddress))
        }
        _ => Ok((link, None)),
    }
}

/// Whether an address can't be meant as it stands: a word (`TODO`, `#`), a scheme with a slip in it (`htt[p://…`), a host with characters that
/// none has (`lore,kernel.org`).
fn is_garbled(address: &str) -> bool {
    let Some((before, rest)) = address.split_once("//") else { return !address.contains(['.', '/']) };
    if text::is_web(address) {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        return host.ends_with(':')
            || host.contains(['"', '\'', '{', '}', '|', '^', '<', '>', '\\', '`', ',', '(', ')']);
    }
    // `//example.org`, `a//b` are addresses.
    before.contains(|c: char| !c.is_ascii_alphanumeric()) && !before.contains('/') && !before.starts_with('.')
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

/// The part of a first line that is in doubt; what stands where a title is missing.
fn part_of<'a>(doubt: Broken, title: &'a str, address: &'a str) -> &'a str {
    match doubt {
        Broken::NoTitle | Broken::AddressAsTitle => title,
        _ => address,
    }
}

/// What follows a mistyped `http://` in an address: `http：//`, `htp://`, `http:/`.
fn behind_scheme(address: &str) -> Option<&str> {
    let marks = [':', '：', ';', '；', '/', '／'];
    let (scheme, rest) = address.split_once(marks)?;
    let is_mistyped = scheme.bytes().all(|byte| b"https".contains(&byte.to_ascii_lowercase()));
    is_mistyped.then(|| rest.trim_start_matches(marks))
}

fn broken<'a>(broken: Broken, wrong: &'a str, title: &'a str, rest: &'a str) -> FirstLine<'a> {
    FirstLine { title: nonempty(plain(title)), link: None, problem: Some((Problem::BrokenEntry(broken), wrong)), rest }
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
    let words = without_closing(words.trim_start());
    let line = match read_link(words, text::is_web) {
        _ if words.starts_with(markdown::ENTRY) => read(words),
        None if is_subject(words) => broken(Broken::NoMiddle, words.trim(), words.trim(), ""),
        line => line?,
    };
    let marks = &source[..source.len() - source.trim_start_matches(['#', '＃']).len()];
    let problem = match line.problem {
        None | Some((Problem::BrokenEntry(Broken::Form), _)) => Some((Problem::BrokenEntry(Broken::Form), marks)),
        problem => problem,
    };
    Some(FirstLine { problem, ..line })
}

/// A heading without the hashes that close it (`CommonMark` §4.2).
fn without_closing(heading: &str) -> &str {
    let line = heading.trim_end();
    let words = line.trim_end_matches('#');
    if words.ends_with(' ') && !line.contains('\n') { words.trim_end() } else { heading }
}

/// Reads the first line of an entry that stands in the quote with its text.
pub(super) fn read_quoted(source: &str) -> Option<FirstLine<'_>> {
    read_link(source, |_| false)
}

/// Reads a line that is a link to a mail, or to another address that will do.
fn read_link(source: &str, will_do: fn(&str) -> bool) -> Option<FirstLine<'_>> {
    let line = source.lines().next()?;
    let (words, after) = line.rsplit_once("](")?;
    let (before, _) = words.split_once('[')?;
    let marks_only = before.trim_start_matches(is_mark).split_whitespace().all(|word| word.ends_with(':'));
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
    let bracket = opening_bracket(words)?;
    let title = [&words[..bracket], &words[bracket + 1..]].concat();
    Some(FirstLine {
        title: nonempty(plain(title.trim_start_matches(is_mark)).into_owned().into()),
        link: Some(link),
        problem: Some((Problem::BrokenEntry(Broken::Form), line)),
        rest: &source[line.len()..],
    })
}

/// The bracket that opens the link whose words end a text: the last one that nothing closes (`[RFC] v3: [title`), or else the first.
fn opening_bracket(text: &str) -> Option<usize> {
    let mut closed = 0;
    let last = text.bytes().enumerate().rev().find(|(_, byte)| {
        match byte {
            b']' => closed += 1,
            b'[' if closed == 0 => return true,
            b'[' => closed -= 1,
            _ => {}
        }
        false
    });
    last.map(|(at, _)| at).or_else(|| text.find('['))
}

/// Whether words are the subject of a patch, or a link that can't be read: `v2: riscv: …`, `[v2: …](`.
fn is_subject(words: &str) -> bool {
    let after = words.strip_prefix(['v', 'V']).map(|version| version.trim_start_matches(|c: char| c.is_ascii_digit()));
    words.starts_with('[') && words.contains("](") || after.is_some_and(|after| after.starts_with(':'))
}

fn is_mark(c: char) -> bool {
    c.is_whitespace() || "*_-+>＞\u{200B}\u{FEFF}".contains(c)
}

/// The scheme of an address that no feed may link to.
fn forbidden_scheme(address: &str) -> Option<String> {
    let (scheme, _) = address.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    (is_scheme && !is_web).then(|| scheme.to_owned())
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
