//! Mail archives on the web: what the address of an archived mail tells.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use crate::text;

/// A mail in an archive.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Archived<'a> {
    /// The Message-ID, percent-decoded, without angle brackets.
    pub message_id: Cow<'a, str>,
    /// The Message-ID as the address spells it.
    id: Cow<'a, str>,
    /// The list as the address spells it; `all` if the address names none.
    list: Cow<'a, str>,
}

impl Archived<'_> {
    /// A copy that doesn't borrow from the address.
    pub(crate) fn into_owned(self) -> Archived<'static> {
        Archived {
            message_id: self.message_id.into_owned().into(),
            id: self.id.into_owned().into(),
            list: self.list.into_owned().into(),
        }
    }

    /// The mail's address on lore.kernel.org, with `https` and a final `/`.
    pub fn url(&self) -> String {
        ["https://lore.kernel.org/", &self.list, "/", &self.id, "/"].concat()
    }

    /// The mailing list, in lower case and percent-encoded so that it can be a category's term. None if the address
    /// names no list.
    pub fn list(&self) -> Option<String> {
        if matches!(&*self.list, "all" | "") {
            return None;
        }
        if self.list.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._~".contains(&byte)) {
            return Some(self.list.clone().into_owned());
        }
        let name = decoded(&self.list).unwrap_or_default().to_lowercase();
        Some(utf8_percent_encode(&name, ENCODED).to_string())
    }
}

/// The archives' hosts, and whether the first part of a path names the list.
const HOSTS: [(&str, bool); 4] =
    [("lore.kernel.org", true), ("lkml.kernel.org", true), ("patch.msgid.link", false), ("msgid.link", false)];

/// What a list's name percent-encodes: everything but RFC 3986's unreserved characters (§2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Whether the first part of a path on this host names the list. None if the host is no archive.
fn has_list(host: &str) -> Option<bool> {
    HOSTS.iter().find(|(known, _)| *known == host).map(|(_, has_list)| *has_list)
}

/// Whether an address leads to an archive of mail.
pub(crate) fn is_archive(address: &str) -> bool {
    names_archive(address) && Url::parse(address).is_ok_and(|url| url.host_str().and_then(has_list).is_some())
}

/// Reads the address of an archived mail: `https://lore.kernel.org/LIST/MESSAGE-ID/`, where anything may follow. None if
/// it leads elsewhere.
pub fn read(address: &str) -> Option<Archived<'_>> {
    // Nearly all addresses are so plain that the URL parser, which is slow and allocates, would change nothing.
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    if let Some((host, path)) = rest.and_then(split_part)
        && is_plain_host(host)
    {
        let has_list = has_list(host)?;
        if is_plain_path(path) {
            return read_path(has_list, path);
        }
    }
    let url = Url::parse(address).ok()?;
    Some(read_path(has_list(url.host_str()?)?, url.path().strip_prefix('/')?)?.into_owned())
}

/// Whether the URL parser would leave the host as it is.
fn is_plain_host(host: &str) -> bool {
    let mut bytes = host.bytes();
    !host.is_empty() && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
}

/// Whether the URL parser would leave the path as it is.
fn is_plain_path(path: &str) -> bool {
    let mut before = b'/';
    path.bytes().all(|byte| {
        let dot_segment = before == b'/' && matches!(byte, b'.' | b'%'); // `..` climbs, and so does `%2e%2e`
        before = byte;
        PLAIN[usize::from(byte)] && !dot_segment
    })
}

/// The bytes that [`is_plain_path`] accepts. A table, because every byte of every address is looked up.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let mark = matches!(byte, b'-' | b'_' | b'~' | b'@' | b'+' | b'=' | b'%' | b'/' | b'.');
        plain[byte as usize] = byte.is_ascii_alphanumeric() || mark;
        byte += 1;
    }
    plain
};

/// Reads the path of an address, without its first slash.
fn read_path(has_list: bool, path: &str) -> Option<Archived<'_>> {
    let (list, path) = if has_list { split_part(path)? } else { ("all", path) };
    let (id, after) = split_part(path).map_or((path, None), |(id, after)| (id, Some(after)));
    let message_id = match decoded(id)? {
        Cow::Borrowed(id) => Cow::Borrowed(id.trim_matches(['<', '>'])),
        Cow::Owned(id) => Cow::Owned(id.trim_matches(['<', '>']).to_owned()),
    };
    if message_id.is_empty() || !(memchr::memchr(b'@', message_id.as_bytes()).is_some() || is_bare_id(id, after)) {
        return None;
    }
    Some(Archived { message_id, id: id.into(), list: if list == "r" { "all" } else { list }.into() })
}

/// Whether a part of a path is a Message-ID that lost its `@` on the way: a slash ends it, as in every address that the
/// archive gives out, and it isn't one of the archive's other pages.
fn is_bare_id(id: &str, after: Option<&str>) -> bool {
    let ends = after.is_some_and(|after| after.is_empty() || after.starts_with('/'));
    let other_page = id == "_" || id.bytes().all(|byte| byte.is_ascii_digit());
    ends && !other_page
}

/// The first part of a path, and what follows its slash.
fn split_part(path: &str) -> Option<(&str, &str)> {
    memchr::memchr(b'/', path.as_bytes()).map(|at| (&path[..at], &path[at + 1..]))
}

/// A part of an address, percent-decoded, without characters that XML forbids. None if it isn't UTF-8.
fn decoded(part: &str) -> Option<Cow<'_, str>> {
    if memchr::memchr(b'%', part.as_bytes()).is_none() {
        return Some(part.into());
    }
    Some(match percent_decode_str(part).decode_utf8().ok()? {
        Cow::Borrowed(part) => text::legal(part),
        Cow::Owned(part) => text::legal(&part).into_owned().into(),
    })
}

/// Whether an archive's host occurs in the text.
pub(crate) fn names_archive(text: &str) -> bool {
    HOSTS.iter().any(|(host, _)| text.contains(host))
}

/// A link to an archive within a line.
#[derive(Debug)]
pub(crate) struct ArchiveLink {
    /// Its bytes, with whatever stands in its scheme's place.
    pub(crate) whole: Range<usize>,
    /// The bytes of its address, which may lack a scheme.
    pub(crate) address: Range<usize>,
}

/// What the hosts of other archives begin with.
const OTHER_HOSTS: [&str; 4] = ["patchwork.", "lists.", "marc.info", "lkml.org"];

/// The last link to an archive of mails or patches in a line.
pub(crate) fn find(line: &str) -> Option<ArchiveLink> {
    memchr::memchr(b'.', line.as_bytes())?; // most lines have none, and need no search for eight names
    let line = &*text::lower(line);
    let mails = HOSTS.iter().filter_map(|(host, _)| last_host(line, host));
    let others = OTHER_HOSTS.iter().filter_map(|host| last_host(line, host).filter(|(whole, host)| whole < host));
    let (start, host) = mails.chain(others).max_by_key(|(_, host)| *host)?;
    let is_scheme = text::is_web(&line[start..]);
    let end = host + length(&line[host..]);
    Some(ArchiveLink { whole: start..end, address: if is_scheme { start } else { host }..end })
}

/// Where the last address on a host begins in a line, with its scheme and without.
fn last_host(line: &str, host: &str) -> Option<(usize, usize)> {
    let at = memchr::memmem::rfind(line.as_bytes(), host.as_bytes())?;
    let is_whole = !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '@'));
    let before = line[..at].trim_end_matches(['/', '／', ':', '：']);
    let has_scheme = before.len() < at;
    let schemes = if has_scheme { ["https", "http"].as_slice() } else { &[] };
    let scheme = schemes.iter().find(|scheme| ends_with(before, scheme)).map_or(0, |scheme| scheme.len());
    let start = if scheme > 0 { before.len() - scheme } else { at };
    is_whole.then_some((start, at))
}

/// Whether a text ends with some ASCII letters, in whatever case.
fn ends_with(text: &str, letters: &str) -> bool {
    let end = text.len().checked_sub(letters.len()).and_then(|from| text.get(from..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(letters))
}

/// The length of the address that a text begins with.
pub(crate) fn length(text: &str) -> usize {
    let end = text.find(|c: char| {
        c.is_whitespace() || "()[]<>\"'*（）［］【】〔〕〖〗「」『』《》〈〉＜＞“”＊，。、；".contains(c)
    });
    text[..end.unwrap_or(text.len())].trim_end_matches(['.', ',', ';', ':']).len()
}

/// Completes an address that begins with an archive's host: puts `https://` before it. None for any other address.
pub(crate) fn with_scheme(address: &str) -> Option<String> {
    let host = address.split('/').next()?;
    has_list(host).map(|_| format!("https://{address}"))
}
