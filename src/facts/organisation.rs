//! Organisations: who the author of a mail works for.

use crate::text;

/// The organisation that a Message-ID names: the registered domain of its host, such as `rivosinc.com`. There is none if
/// the host is a public mail provider or a machine's own name.
pub fn from_message_id(message_id: &str) -> Option<String> {
    let host = text::lower(message_id.rsplit_once('@')?.1);
    let domain = psl::domain(host.as_bytes())?;
    let registered = domain.suffix().is_known() && domain.suffix().typ() == Some(psl::Type::Icann);
    let name = std::str::from_utf8(domain.as_bytes()).ok()?;
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    (registered && plain && !PUBLIC.contains(&name)).then(|| name.to_owned())
}

/// Public mail providers: their domains say nothing about an employer.
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
