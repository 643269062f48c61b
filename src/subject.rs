//! The subject line of a mail, as the kernel's conventions and the newsletter write it: version, kind, trees, position.
//!
//! ```text
//! [PATCH bpf-next v3 0/7] bpf: add a helper        v3: bpf-next: bpf: add a helper
//!  ^^^^^ ^^^^^^^^ ^^ ^^^                           ^^  ^^^^^^^^
//!  kind  tree     version, position                version, tree
//! ```
//!
//! What can't be read with certainty stays in the subject. `net:` after a version, say, is a tree in one mail and a
//! subsystem in the next.

use serde::Serialize;

/// What kind of mail an entry lists. Where a subject line says several, the last in this order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A patch or a series.
    Patch,
    /// A patch that was sent again unchanged (`RESEND`).
    Resend,
    /// A request for comments (`RFC`), or for tests (`RFT`).
    Rfc,
    /// A pull request (`GIT PULL`).
    Pull,
    /// An announcement (`ANNOUNCE`).
    Announcement,
    /// An answer to a mail (`Re:`, `回复:`, `答复:`).
    Reply,
}

impl Kind {
    /// The category's term, and the kind's name in JSON.
    pub fn term(self) -> &'static str {
        match self {
            Self::Patch => "patch",
            Self::Resend => "resend",
            Self::Rfc => "rfc",
            Self::Pull => "pull",
            Self::Announcement => "announcement",
            Self::Reply => "reply",
        }
    }

    /// The category's name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Patch => "PATCH",
            Self::Resend => "RESEND",
            Self::Rfc => "RFC",
            Self::Pull => "GIT PULL",
            Self::Announcement => "ANNOUNCE",
            Self::Reply => "Re",
        }
    }
}

/// The parts of a subject line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// `v3` is 3; none where the line gives none.
    pub version: Option<u32>,
    /// None where the line doesn't tell.
    pub kind: Option<Kind>,
    /// The trees that the patch is for: `bpf-next`, `6.1-stable`.
    pub trees: Vec<String>,
    /// `14/15`: which of how many.
    pub position: Option<(u32, u32)>,
    /// What is left: the subsystem's prefixes and the title.
    pub rest: String,
}

/// How many trees a subject line may name; what names more names none.
const TREES: usize = 8;

/// Reads a title, in plain text.
pub fn parse(title: &str) -> Subject {
    let mut subject = Subject::default();
    let mut rest = title.trim();
    while let Some((mark, after)) = next_mark(rest) {
        for part in mark {
            subject.take(part);
        }
        rest = after.trim_start_matches([' ', ':', '：']);
    }
    rest.clone_into(&mut subject.rest);
    subject
}

/// What one word before the title says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mark {
    Version(u32),
    Kind(Kind),
    Tree(String),
    Position(u32, u32),
    /// A word that is no part of the title and says nothing that is kept.
    Other,
}

impl Subject {
    fn take(&mut self, part: Mark) {
        match part {
            Mark::Version(version) => {
                self.version = self.version.max(Some(version));
                self.kind = self.kind.max(Some(Kind::Patch));
            }
            Mark::Kind(kind) => self.kind = self.kind.max(Some(kind)),
            Mark::Tree(tree) if self.trees.contains(&tree) || self.trees.len() == TREES => {}
            Mark::Tree(tree) => self.trees.push(tree),
            Mark::Position(at, of) => self.position = Some((at, of)),
            Mark::Other => {}
        }
    }
}

/// The mark that the text begins with, `[…]` or `word:`, and what follows it.
fn next_mark(text: &str) -> Option<(Vec<Mark>, &str)> {
    if let Some(inner) = text.strip_prefix('[') {
        let (words, after) = inner.split_once(']')?;
        let parts: Vec<Option<Mark>> =
            words.split([' ', ',', '\u{A0}']).filter(|w| !w.is_empty()).flat_map(tag).collect();
        let certain = parts.iter().flatten().any(|part| !matches!(part, Mark::Tree(_)));
        // Among tags, a word that the table doesn't know names a list or a tree that can't be told apart.
        return (certain || !parts.is_empty() && parts.iter().all(Option::is_some))
            .then(|| (parts.into_iter().flatten().collect(), after));
    }
    let end = text.find([':', '：'])?;
    let after = text[end..].trim_start_matches([':', '：']);
    let parts: Option<Vec<Mark>> = text[..end].split(',').map(|word| prefix(word.trim())).collect();
    Some((parts?, after))
}

/// A word within `[…]`.
fn tag(word: &str) -> Vec<Option<Mark>> {
    if let Some((at, of)) = word.split_once('/') {
        return match (at.parse(), of.parse()) {
            (Ok(at), Ok(of)) => vec![Some(Mark::Position(at, of))],
            (Ok(_), _) if of == "n" => vec![Some(Mark::Other)],
            _ if word.starts_with("branch/") && is_plain(word) => vec![Some(Mark::Tree(word.to_owned()))],
            _ => word.split('/').map(one_tag).collect(),
        };
    }
    vec![one_tag(word)]
}

fn one_tag(word: &str) -> Option<Mark> {
    match word.to_ascii_uppercase().as_str() {
        "PATCH" | "PATCHES" | "PTACH" | "PATCHSET" => Some(Mark::Kind(Kind::Patch)),
        "PULL" | "GIT" | "PULL-REQUEST" => Some(Mark::Kind(Kind::Pull)),
        "ANNOUNCE" | "ANNOUNCEMENT" => Some(Mark::Kind(Kind::Announcement)),
        "NET" | "BPF" | "NF" => Some(Mark::Tree(word.to_ascii_lowercase())),
        _ => common(word),
    }
}

/// A word before a colon.
fn prefix(words: &str) -> Option<Mark> {
    match words.to_ascii_uppercase().as_str() {
        "回复" | "答复" | "RE" | "AW" => Some(Mark::Kind(Kind::Reply)),
        "GIT PULL" | "PULL REQUEST" | "PULL-REQUEST" | "PULL" => Some(Mark::Kind(Kind::Pull)),
        "ANNOUNCE" => Some(Mark::Kind(Kind::Announcement)),
        _ => common(words),
    }
}

fn common(word: &str) -> Option<Mark> {
    let upper = word.to_ascii_uppercase();
    match upper.as_str() {
        "RFC" | "RFT" => return Some(Mark::Kind(Kind::Rfc)),
        "RESEND" | "REPOST" => return Some(Mark::Kind(Kind::Resend)),
        _ => {}
    }
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if let Some(version) = upper.strip_prefix("RFCV").filter(|n| digits(n)) {
        return version.parse().ok().map(Mark::Version);
    }
    if let Some(version) = upper.strip_prefix('V') {
        let whole = version.split_once('.').map_or(version, |(whole, part)| if digits(part) { whole } else { "" });
        if digits(whole) && whole.len() <= 3 {
            return whole.parse().ok().map(Mark::Version);
        }
    }
    let lower = word.to_ascii_lowercase();
    let is_release = |s: &str| s.split('.').count() >= 2 && s.split('.').all(digits);
    let tree = lower.ends_with("-next")
        || lower == "next"
        || lower == "linus-tree"
        || lower.ends_with("-stable")
        || lower.ends_with("-unstable")
        || is_release(&lower);
    (tree && is_plain(&lower)).then(|| {
        let name = if matches!(lower.as_str(), "next" | "-next") { "linux-next".to_owned() } else { lower };
        Mark::Tree(name)
    })
}

/// Whether a word can be a category's term: ASCII, without white space, comma or `#`.
fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte))
}
