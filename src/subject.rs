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

use serde::{Deserialize, Serialize};

/// What kind of mail an entry lists. Where a subject line says several, the last in this order counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
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
    /// Whether the mail answers another.
    pub is_reply: bool,
    /// What is left: the subsystems' prefixes and the title.
    pub rest: String,
}

/// How many trees a subject line may name; what names more names none.
const TREES: usize = 8;

/// Reads a title, in plain text.
pub fn parse(title: &str) -> Subject {
    let mut subject = Subject::default();
    let mut rest = title.trim();
    while let Some((marks, after)) = next_mark(rest, subject.kind.is_some()) {
        for mark in marks {
            subject.take(mark);
        }
        rest = after.trim_start_matches([' ', ':', '：']);
    }
    let lower = rest.to_ascii_lowercase();
    if subject.kind.is_none() && (lower.starts_with("pull request ") || lower.starts_with("please pull ")) {
        subject.kind = Some(Kind::Pull);
    }
    rest.clone_into(&mut subject.rest);
    subject
}

impl Subject {
    /// The subsystems that the rest begins with: `riscv` and `mm` in `riscv: mm: title`.
    pub fn prefixes(&self) -> Vec<&str> {
        let mut prefixes = Vec::new();
        let mut rest = self.rest.as_str();
        while let Some((prefix, after)) = rest.split_once(": ") {
            let words = |c: char| c.is_ascii_alphanumeric() || "/_-+.,*{}[]() ".contains(c);
            if prefix.is_empty() || prefix.split(", ").any(|word| word.contains(' ')) || !prefix.chars().all(words) {
                break;
            }
            prefixes.push(prefix);
            rest = after.trim_start();
        }
        prefixes
    }

    fn take(&mut self, mark: Mark) {
        match mark {
            Mark::Version(version) => {
                self.version = self.version.max(Some(version));
                self.kind = self.kind.max(Some(Kind::Patch));
            }
            Mark::Kind(Kind::Reply) => self.is_reply = true,
            Mark::Kind(_) | Mark::Other if self.kind == Some(Kind::Reply) => {}
            Mark::Kind(kind) => self.kind = self.kind.max(Some(kind)),
            Mark::Tree(tree) if self.trees.contains(&tree) || self.trees.len() == TREES => {}
            Mark::Tree(tree) => self.trees.push(tree),
            Mark::Position(at, of) => self.position = Some((at, of)),
            Mark::Other => {}
        }
        if self.is_reply {
            self.kind = Some(Kind::Reply);
        }
    }
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

/// The words that say what kind of mail it is, in upper case.
const KINDS: [(&str, Mark); 20] = [
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
    ("FWD", Mark::Other),
];

/// Trees whose names are those of subsystems too: trees among tags, and where the next word says the same again.
const TREES_AND_SUBSYSTEMS: [&str; 3] = ["net", "bpf", "nf"];

/// The marks that the text begins with, `[…]` or `word:`, and what follows them. `marked` tells whether a mark before
/// them has said that a patch is what comes.
fn next_mark(text: &str, marked: bool) -> Option<(Vec<Mark>, &str)> {
    if let Some(inner) = text.strip_prefix('[') {
        let Some((words, after)) = inner.split_once(']') else {
            // `[v2: title`: one bracket too many
            let (word, after) = inner.split_once(':')?;
            return Some((vec![version(word)?], after));
        };
        let words = words.split([' ', ',', '\u{A0}']).filter(|word| !word.is_empty());
        let marks: Vec<Option<Mark>> = words.flat_map(tag).collect();
        let certain = marks.iter().flatten().any(|mark| !matches!(mark, Mark::Tree(_) | Mark::Other));
        let whole = !marks.is_empty() && marks.iter().all(Option::is_some);
        // `[list-name] v7: title`
        let before_version = || after.trim_start().split_once(':').is_some_and(|(word, _)| version(word).is_some());
        // Among tags, a word that the tables don't know names a list or a tree that can't be told apart.
        return (certain || whole || before_version()).then(|| (marks.into_iter().flatten().collect(), after));
    }
    let end = text.find([':', '：'])?;
    let after = text[end..].trim_start_matches([':', '：']);
    let word = text[..end].trim();
    let again = TREES_AND_SUBSYSTEMS.contains(&word)
        && after.trim_start().strip_prefix(word).is_some_and(|next| next.starts_with([':', '/']));
    if marked && again {
        return Some((vec![Mark::Tree(word.to_owned())], after));
    }
    let marks: Option<Vec<Mark>> = word.split(['/', ',']).map(|word| prefix(word.trim())).collect();
    let marks = marks.or_else(|| prefix(word).map(|mark| vec![mark]))?;
    let only_trees = marks.iter().all(|mark| matches!(mark, Mark::Tree(_)));
    (marked || !only_trees).then_some((marks, after))
}

/// A word within `[…]`.
fn tag(word: &str) -> Vec<Option<Mark>> {
    if let Some(position) = position(word) {
        return vec![Some(position)];
    }
    if let Some(version) = word.strip_prefix("RFC").and_then(version) {
        return vec![Some(Mark::Kind(Kind::Rfc)), Some(version)];
    }
    if word.starts_with("branch/") && is_plain(word) {
        return vec![Some(Mark::Tree(word.to_owned()))];
    }
    word.split('/')
        .map(|word| match word.to_ascii_uppercase().as_str() {
            "GIT" => Some(Mark::Kind(Kind::Pull)),
            "FOR" => Some(Mark::Other),
            "STABLE" => Some(Mark::Tree("stable".to_owned())),
            _ if TREES_AND_SUBSYSTEMS.contains(&word.to_ascii_lowercase().as_str()) => {
                Some(Mark::Tree(word.to_ascii_lowercase()))
            }
            _ => prefix(word),
        })
        .collect()
}

/// A word before a colon.
fn prefix(word: &str) -> Option<Mark> {
    let upper = word.to_uppercase();
    let kind = KINDS.iter().find(|(known, _)| *known == upper).map(|(_, mark)| mark.clone());
    kind.or_else(|| version(word)).or_else(|| position(word)).or_else(|| tree(word))
}

/// `v3`, `V3`, `-v3`, and `v4.1`, which is a mended `v4`.
fn version(word: &str) -> Option<Mark> {
    let number = word.trim().trim_start_matches('-').strip_prefix(['v', 'V'])?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    (is_number(whole) && is_number(part) && whole.len() <= 3).then(|| whole.parse().ok().map(Mark::Version)).flatten()
}

/// `14/15`, and `0/n`, which says nothing.
fn position(word: &str) -> Option<Mark> {
    let (at, of) = word.split_once('/')?;
    match (at.parse(), of.parse()) {
        (Ok(at), Ok(of)) => Some(Mark::Position(at, of)),
        (Ok::<u32, _>(_), _) if matches!(of, "n" | "N") => Some(Mark::Other),
        _ => None,
    }
}

/// `net-next`, `-next`, `6.1-stable`, `6.1.y`, `for-9.0`, `mm-unstable`, `linus-tree`.
fn tree(word: &str) -> Option<Mark> {
    let lower = word.to_ascii_lowercase();
    let is_release = |word: &str| {
        let word = word.strip_suffix(".y").unwrap_or(word);
        word.split('.').count() >= 2 && word.split('.').all(is_number)
    };
    let suffix = ["-next", "-stable", "-unstable", "-fixes"].iter().any(|suffix| lower.ends_with(suffix));
    let release = is_release(&lower) || lower.strip_prefix("for-").is_some_and(is_release);
    let tree = suffix || release || matches!(lower.as_str(), "next" | "linus-tree" | "linux-next" | "iwl-net");
    (tree && is_plain(&lower))
        .then(|| Mark::Tree(if matches!(lower.as_str(), "next" | "-next") { "linux-next".to_owned() } else { lower }))
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word can be a category's term: ASCII, without white space, comma or `#`.
fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte))
}
