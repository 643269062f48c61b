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
    if let Some((host, path)) = plain(address) {
        return read_path(host, path);
    }
    let url = Url::parse(address).ok()?;
    let Archived { message_id, id, list } = read_path(url.host_str()?, url.path().strip_prefix('/')?)?;
    let owned = |part: Cow<'_, str>| Cow::Owned(part.into_owned());
    Some(Archived { message_id: owned(message_id), id: owned(id), list: owned(list) })
}

/// Whether the address is one of an archive, without a doubt.
pub fn is_plain(address: &str) -> bool {
    plain(address).is_some()
}

/// Host and path of an address that is so plain that no parser would change it: nearly all are, and it is a hot path.
fn plain(address: &str) -> Option<(&str, &str)> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    // Without branches: many bytes at once.
    let stays = |byte: u8| {
        let letter = u8::from(byte.is_ascii_alphanumeric());
        b"-_~@+=%/.".iter().fold(letter, |stays, other| stays | u8::from(byte == *other))
    };
    let begins_part = |at: usize| at == 0 || path.as_bytes()[at - 1] == b'/';
    let plain = path.bytes().fold(1, |all, byte| all & stays(byte)) == 1
        && !memchr::memchr2_iter(b'.', b'%', path.as_bytes()).any(begins_part);
    (HOSTS.iter().any(|(known, _)| *known == host) && plain).then_some((host, path))
}

fn read_path<'a>(host: &str, path: &'a str) -> Option<Archived<'a>> {
    let (_, has_list) = HOSTS.into_iter().find(|(known, _)| host == *known)?;
    let mut path = path.split('/');
    let list = if has_list { path.next()? } else { "all" };
    let id = path.next()?;
    let message_id = match decoded(id)? {
        Cow::Borrowed(id) => Cow::Borrowed(id.trim_matches(['<', '>'])),
        Cow::Owned(id) => Cow::Owned(id.trim_matches(['<', '>']).to_owned()),
    };
    // Most ids hold an `@`; one that was mangled on its way may not, but the archive ends its address with a slash.
    let other_page = id == "_" || id.bytes().all(|byte| byte.is_ascii_digit());
    if message_id.is_empty() || !(message_id.contains('@') || path.next() == Some("") && !other_page) {
        return None;
    }
    Some(Archived { message_id, id: id.into(), list: if list == "r" { "all" } else { list }.into() })
}

/// A part of an address without its percent-encoding.
fn decoded(part: &str) -> Option<Cow<'_, str>> {
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
