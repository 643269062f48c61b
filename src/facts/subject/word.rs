//! What a single word before the title says.

use std::borrow::Cow;

use super::kind::Kind;
use crate::text;

/// What a word says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark<'a> {
    /// `v3`
    Version(u32),
    /// `RFC`
    Kind(Kind),
    /// `RFCv2`
    KindAndVersion(Kind, u32),
    /// `net-next`
    Tree(Cow<'a, str>),
    /// `2/7`
    Position(u32, u32),
    /// The word isn't part of the title, but says nothing worth keeping.
    Ignored,
}

/// The words that name the kind of a mail, in any case.
const KINDS: [(&str, Mark<'_>); 20] = [
    ("PATCH", Mark::Kind(Kind::Patch)),
    ("PATCHES", Mark::Kind(Kind::Patch)),
    ("PATCHSET", Mark::Kind(Kind::Patch)),
    ("PTACH", Mark::Kind(Kind::Patch)),
    ("RFC", Mark::Kind(Kind::Rfc)),
    ("RFT", Mark::Kind(Kind::Rfc)),
    ("RESEND", Mark::Kind(Kind::Resend)),
    ("RESENT", Mark::Kind(Kind::Resend)),
    ("REPOST", Mark::Kind(Kind::Resend)),
    ("GIT PULL", Mark::Kind(Kind::Pull)),
    ("PULL", Mark::Kind(Kind::Pull)),
    ("PULL REQUEST", Mark::Kind(Kind::Pull)),
    ("PULL-REQUEST", Mark::Kind(Kind::Pull)),
    ("ANNOUNCE", Mark::Kind(Kind::Announcement)),
    ("RE", Mark::Kind(Kind::Reply)),
    ("REPLY", Mark::Kind(Kind::Reply)),
    ("AW", Mark::Kind(Kind::Reply)),
    ("回复", Mark::Kind(Kind::Reply)),
    ("答复", Mark::Kind(Kind::Reply)),
    ("FWD", Mark::Ignored),
];

/// Trees that share their name with a subsystem. In brackets they are trees.
pub(super) const TREES_AND_SUBSYSTEMS: [&str; 3] = ["net", "bpf", "nf"];

/// Reads a word in brackets, or several that `/` joins (`RFC/PATCH`). None if one of them says nothing known.
pub(super) fn tag(word: &str) -> Option<Vec<Mark<'_>>> {
    if let Some(position) = position(word) {
        return Some(vec![position]);
    }
    if word.starts_with("branch/") && is_plain(word) {
        return Some(vec![Mark::Tree(word.into())]);
    }
    word.split('/').map(tag_part).collect()
}

fn tag_part(word: &str) -> Option<Mark<'_>> {
    let lower = text::lower(word);
    match &*lower {
        "git" => Some(Mark::Kind(Kind::Pull)),
        "for" => Some(Mark::Ignored),
        "stable" => Some(Mark::Tree(lower)),
        known if TREES_AND_SUBSYSTEMS.contains(&known) => Some(Mark::Tree(lower)),
        _ => prefix_part(word),
    }
}

/// Reads the words before a colon: one, or several that `/` or `,` joins. None if one of them says nothing known.
pub(super) fn prefix(words: &str) -> Option<Vec<Mark<'_>>> {
    let parts: Option<_> = words.split(['/', ',']).map(|word| prefix_part(word.trim())).collect();
    parts.or_else(|| Some(vec![prefix_part(words)?])) // `14/15`
}

fn prefix_part(word: &str) -> Option<Mark<'_>> {
    kind(word)
        .or_else(|| kind_and_version(word))
        .or_else(|| version(word).map(Mark::Version))
        .or_else(|| position(word))
        .or_else(|| tree(word).map(Mark::Tree))
}

fn kind(word: &str) -> Option<Mark<'static>> {
    KINDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, mark)| mark.clone())
}

/// `RFCv2`, `PATCHv3`, `PATCH-v3`.
fn kind_and_version(word: &str) -> Option<Mark<'static>> {
    [("RFC", Kind::Rfc), ("PATCH", Kind::Patch)].into_iter().find_map(|(name, kind)| {
        let number = text::strip_prefix_ignore_case(word, name)?;
        Some(Mark::KindAndVersion(kind, version(number)?))
    })
}

/// `v3`, `V3`, `-v3`. A number with a dot is a kernel release.
pub(super) fn version(word: &str) -> Option<u32> {
    let number = word.trim().trim_start_matches('-').strip_prefix(['v', 'V'])?;
    if is_number(number) && number.len() <= 3 { number.parse().ok() } else { None }
}

/// `v4.1`, an amended `v4`. Only after another version: otherwise it is a kernel release.
pub(super) fn amended_version(word: &str) -> Option<u32> {
    let (whole, part) = word.split_once('.')?;
    if is_number(part) { version(whole) } else { None }
}

/// `14/15`; also `0/n`, which says nothing.
fn position(word: &str) -> Option<Mark<'static>> {
    let (at, of) = word.split_once('/')?;
    let at = at.parse().ok()?;
    match of.parse() {
        Ok(of) => Some(Mark::Position(at, of)),
        Err(_) => matches!(of, "n" | "N").then_some(Mark::Ignored),
    }
}

/// `net-next`, `-next`, `6.1-stable`, `6.1.y`, `for-9.0`, `mm-unstable`, `linus-tree`.
fn tree(word: &str) -> Option<Cow<'_, str>> {
    let name = text::lower(word);
    let known = ["-next", "-stable", "-unstable", "-fixes"].iter().any(|suffix| name.ends_with(suffix))
        || matches!(&*name, "next" | "linus-tree" | "linux-next" | "iwl-net")
        || is_release(name.strip_prefix("for-").unwrap_or(&name));
    if !known || !is_plain(&name) {
        return None;
    }
    Some(if matches!(&*name, "next" | "-next") { "linux-next".into() } else { name })
}

/// `6.1`, `6.1.27`, `6.1.y`.
fn is_release(word: &str) -> bool {
    let word = word.strip_suffix(".y").unwrap_or(word);
    word.contains('.') && word.split('.').all(is_number)
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the word can be a category's term as it is: in ASCII, without white space, comma or `#`.
fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte))
}
