//! Archives of mail on the web: what the address of a mail says of it.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use crate::text;

/// A mail in an archive.
#[derive(Debug, PartialEq, Eq)]
pub struct Archived<'a> {
    /// The Message-ID without angle brackets, percent-decoded.
    pub message_id: Cow<'a, str>,
    /// The same, as the address has it.
    id: Cow<'a, str>,
    /// The list that the address names, as it does; `all` for any.
    list: Cow<'a, str>,
}

impl Archived<'_> {
    /// The same, whatever becomes of the address.
    pub fn into_owned(self) -> Archived<'static> {
        let owned = |part: Cow<'_, str>| Cow::Owned(part.into_owned());
        Archived { message_id: owned(self.message_id), id: owned(self.id), list: owned(self.list) }
    }

    /// The mail on lore, by `https`; ends in `/`.
    pub fn url(&self) -> String {
        ["https://lore.kernel.org/", &self.list, "/", &self.id, "/"].concat()
    }

    /// The list that the address names.
    pub fn list(&self) -> Option<String> {
        if matches!(&*self.list, "all" | "") {
            return None;
        }
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._~".contains(&byte);
        if self.list.bytes().all(plain) {
            return Some(self.list.clone().into_owned());
        }
        let name = decoded(&self.list).unwrap_or_default().to_lowercase();
        Some(utf8_percent_encode(&name, ENCODED).to_string())
    }
}

/// The hosts of archives, and whether the first part of their paths is the list's name.
const HOSTS: [(&str, bool); 4] =
    [("lore.kernel.org", true), ("lkml.kernel.org", true), ("patch.msgid.link", false), ("msgid.link", false)];

/// What a list's name, which is a category's term, holds encoded alone.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Reads the address of a mail in an archive: `https://lore.kernel.org/LIST/MESSAGE-ID/`, whatever follows.
pub fn read(address: &str) -> Option<Archived<'_>> {
    let has_list = |host: &str| HOSTS.iter().find(|(known, _)| *known == host).map(|(_, has_list)| *has_list);
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    if let Some((host, path)) = rest.and_then(split_part)
        && is_plain_host(host)
    {
        let has_list = has_list(host)?;
        if is_plain(path) {
            return read_path(has_list, path);
        }
    }
    let url = Url::parse(address).ok()?;
    Some(read_path(has_list(url.host_str()?)?, url.path().strip_prefix('/')?)?.into_owned())
}

/// Whether a host is so plain that no parser would make it another host's name.
fn is_plain_host(host: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
    !host.is_empty() && host.bytes().all(plain)
}

/// Whether a path is so plain that no parser would change it: nearly all are, and this is a hot path.
fn is_plain(path: &str) -> bool {
    const STAYS: [bool; 256] = {
        let mut stays = [false; 256];
        let mut byte = 0;
        while byte < 128 {
            let mark = matches!(byte, b'-' | b'_' | b'~' | b'@' | b'+' | b'=' | b'%' | b'/' | b'.');
            stays[byte as usize] = byte.is_ascii_alphanumeric() || mark;
            byte += 1;
        }
        stays
    };
    let mut before = b'/';
    path.bytes().all(|byte| {
        let climbs = before == b'/' && matches!(byte, b'.' | b'%'); // as `..` does, maybe encoded
        before = byte;
        STAYS[usize::from(byte)] && !climbs
    })
}

fn read_path(has_list: bool, path: &str) -> Option<Archived<'_>> {
    let (list, path) = if has_list { split_part(path)? } else { ("all", path) };
    let (id, after) = split_part(path).map_or((path, None), |(id, after)| (id, Some(after)));
    let message_id = match decoded(id)? {
        Cow::Borrowed(id) => Cow::Borrowed(id.trim_matches(['<', '>'])),
        Cow::Owned(id) => Cow::Owned(id.trim_matches(['<', '>']).to_owned()),
    };
    // Most ids hold an `@`; one that was mangled on its way may not, but the archive ends its address with a slash.
    let other_page = || id == "_" || id.bytes().all(|byte| byte.is_ascii_digit());
    let ends = || after.is_some_and(|after| after.is_empty() || after.starts_with('/'));
    if message_id.is_empty() || !(memchr::memchr(b'@', message_id.as_bytes()).is_some() || ends() && !other_page()) {
        return None;
    }
    Some(Archived { message_id, id: id.into(), list: if list == "r" { "all" } else { list }.into() })
}

/// The first part of a path, and those behind it.
fn split_part(path: &str) -> Option<(&str, &str)> {
    memchr::memchr(b'/', path.as_bytes()).map(|at| (&path[..at], &path[at + 1..]))
}

/// A part of an address without its percent-encoding.
fn decoded(part: &str) -> Option<Cow<'_, str>> {
    if memchr::memchr(b'%', part.as_bytes()).is_none() {
        return Some(part.into());
    }
    Some(match percent_decode_str(part).decode_utf8().ok()? {
        Cow::Borrowed(part) => text::legal(part),
        Cow::Owned(part) => text::legal(&part).into_owned().into(),
    })
}

/// Whether a text holds an archive's name.
pub fn names_archive(text: &str) -> bool {
    HOSTS.iter().any(|(host, _)| text.contains(host))
}

/// The address with the scheme that was forgotten, if it begins with an archive's host.
pub fn with_scheme(address: &str) -> Option<String> {
    let host = address.split('/').next()?;
    HOSTS.iter().any(|(known, _)| *known == host).then(|| format!("https://{address}"))
}

/// Hosts whose addresses tell nothing of who their people work for.
const PUBLIC: [&str; 54] = [
    "126.com",
    "163.com",
    "aliyun.com",
    "amazonses.com",
    "aol.com",
    "arcor.de",
    "disroot.org",
    "exchangelabs.com",
    "fastmail.com",
    "fastmail.com.au",
    "foxmail.com",
    "free.fr",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.com",
    "icloud.com",
    "kernel.org",
    "linux.dev",
    "live.com",
    "mail.ru",
    "mailbox.org",
    "mailgun.org",
    "me.com",
    "msn.com",
    "myyahoo.com",
    "naver.com",
    "o2.pl",
    "outlook.cn",
    "outlook.com",
    "pm.me",
    "posteo.de",
    "posteo.net",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "riseup.net",
    "sent.com",
    "sina.com",
    "sr.ht",
    "t-online.de",
    "tutanota.com",
    "wanadoo.fr",
    "web.de",
    "ya.ru",
    "yahoo.com",
    "yandex.ru",
    "yeah.net",
    "zoho.com",
];

/// The organisation that a Message-ID shows: the registered domain of its host (`rivosinc.com`). A public mail host is
/// none, and neither is the name of a machine.
pub fn organisation(message_id: &str) -> Option<String> {
    let host = text::lower(message_id.rsplit_once('@')?.1);
    let domain = psl::domain(host.as_bytes())?;
    let registered = domain.suffix().is_known() && domain.suffix().typ() == Some(psl::Type::Icann);
    let name = std::str::from_utf8(domain.as_bytes()).ok()?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    (registered && plain && !PUBLIC.contains(&name)).then(|| name.to_owned())
}
