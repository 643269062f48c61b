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

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::text;

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
    let mut marks = Vec::new();
    let mut unread: Vec<&str> = Vec::new();
    let mut rest = title.trim();
    while let Some((mut left, after)) = next_mark(rest, &subject, &mut marks) {
        marks.drain(..).for_each(|mark| subject.take(mark));
        unread.append(&mut left);
        rest = after.trim_start_matches([' ', ':', '：']);
    }
    if subject.kind <= Some(Kind::Patch) && asks_to_pull(rest) {
        subject.kind = Some(Kind::Pull);
    }
    subject.rest = if unread.is_empty() { rest.to_owned() } else { format!("[{}] {rest}", unread.join(" ")) };
    subject
}

/// Whether the title is that of a pull request: it says so, or names a queue or a branch and nothing else.
fn asks_to_pull(title: &str) -> bool {
    let is = |words: Option<&str>, mark: &str| words.is_some_and(|words| words.eq_ignore_ascii_case(mark));
    let begins = |words: &str, mark: &str| is(words.get(..mark.len()), mark);
    let says = |words: &str| ["pull request", "pull-request", "please pull"].iter().any(|mark| begins(words, mark));
    let queue = "-to-apply queue";
    let is_queue = is(title.len().checked_sub(queue.len()).and_then(|at| title.get(at..)), queue);
    let is_branch = title.split_once('/').is_some_and(|(tree, branch)| {
        !title.contains([' ', ':']) && tree.contains('-') && !branch.contains(['.', '/'])
    });
    let after_colon = |at: usize| title[at + 1..].strip_prefix(' ').is_some_and(says);
    says(title) || memchr::memchr_iter(b':', title.as_bytes()).any(after_colon) || is_queue || is_branch
}

impl Subject {
    /// The subsystems that the rest begins with: `riscv` and `mm` in `riscv: mm: title`.
    pub fn prefixes(&self) -> impl Iterator<Item = &str> {
        let mut rest = self.rest.as_str();
        std::iter::from_fn(move || {
            let is_end = |at: &usize| rest.as_bytes().get(at + 1) == Some(&b' ');
            let end = memchr::memchr_iter(b':', rest.as_bytes()).find(is_end)?;
            let (prefix, after) = (&rest[..end], &rest[end + 2..]);
            let words = |c: char| c.is_ascii_alphanumeric() || "/_-+.,*{}[]() ".contains(c);
            if prefix.is_empty() || prefix.split(", ").any(|word| word.contains(' ')) || !prefix.chars().all(words) {
                return None;
            }
            rest = after.trim_start();
            Some(prefix)
        })
    }

    fn take(&mut self, mark: Mark<'_>) {
        match mark {
            Mark::Version(version) => {
                self.version = self.version.max(Some(version));
                self.kind = self.kind.max(Some(Kind::Patch));
            }
            Mark::Kind(Kind::Reply) => self.is_reply = true,
            Mark::Kind(_) | Mark::Other if self.kind == Some(Kind::Reply) => {}
            Mark::Kind(kind) => self.kind = self.kind.max(Some(kind)),
            Mark::Tree(tree) if self.trees.iter().any(|known| *known == tree) || self.trees.len() == TREES => {}
            Mark::Tree(tree) => self.trees.push(tree.into_owned()),
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
enum Mark<'a> {
    Version(u32),
    Kind(Kind),
    Tree(Cow<'a, str>),
    Position(u32, u32),
    /// A word that is no part of the title and says nothing that is kept.
    Other,
}

/// The words that say what kind of mail it is, in upper case.
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
    ("FWD", Mark::Other),
];

/// Trees whose names are those of subsystems too: trees among tags, and where the next word says the same again.
const TREES_AND_SUBSYSTEMS: [&str; 3] = ["net", "bpf", "nf"];

/// Appends the marks that the text begins with, `[…]` or `word:`, and says which words among them mean nothing known, and
/// what follows. `read` is what the marks before them said.
fn next_mark<'a>(text: &'a str, read: &Subject, marks: &mut Vec<Mark<'a>>) -> Option<(Vec<&'a str>, &'a str)> {
    let marked = read.kind.is_some();
    if let Some(inner) = text.strip_prefix('[') {
        let Some((words, after)) = inner.split_once(']') else {
            // `[v2: title`: one bracket too many
            let (word, after) = inner.split_once(':')?;
            marks.push(version(word)?);
            return Some((Vec::new(), after));
        };
        let words = words.split([' ', ',', '\u{A0}']).filter(|word| !word.is_empty());
        let unread: Vec<&str> = words.filter(|word| !tag(word, marks)).collect();
        let certain = marks.iter().any(|mark| !matches!(mark, Mark::Tree(_) | Mark::Other));
        let whole = !marks.is_empty() && unread.is_empty();
        // `[list-name] v7: title`
        let before_version = || after.trim_start().split_once(':').is_some_and(|(word, _)| version(word).is_some());
        return (certain || whole || before_version()).then_some((unread, after));
    }
    let end = colon(text)?;
    let after = text[end..].trim_start_matches([':', '：']);
    let word = text[..end].trim();
    let again = TREES_AND_SUBSYSTEMS.contains(&word)
        && after.trim_start().strip_prefix(word).is_some_and(|next| next.starts_with([':', '/']));
    if marked && again {
        marks.push(Mark::Tree(word.into()));
        return Some((Vec::new(), after));
    }
    if read.version.is_some()
        && let Some(mark) = mended_version(word)
    {
        marks.push(mark);
        return Some((Vec::new(), after));
    }
    if !every(word.split(['/', ',']).map(str::trim), marks, prefixes) && !prefixes(word, marks) {
        return None;
    }
    let only_trees = marks.iter().all(|mark| matches!(mark, Mark::Tree(_)));
    (marked || !only_trees).then_some((Vec::new(), after))
}

/// The byte of the first colon, of either width.
fn colon(text: &str) -> Option<usize> {
    let mut starts = memchr::memchr2_iter(b':', "：".as_bytes()[0], text.as_bytes());
    starts.find(|at| text[*at..].starts_with([':', '：']))
}

/// Appends what the words say, if every one of them says something.
fn every<'a>(
    mut words: impl Iterator<Item = &'a str>,
    marks: &mut Vec<Mark<'a>>,
    read: impl Fn(&'a str, &mut Vec<Mark<'a>>) -> bool,
) -> bool {
    let before = marks.len();
    let all = words.all(|word| read(word, marks));
    if !all {
        marks.truncate(before);
    }
    all
}

/// Appends what a word within `[…]` says; whether it says anything.
fn tag<'a>(word: &'a str, marks: &mut Vec<Mark<'a>>) -> bool {
    if let Some(position) = position(word) {
        marks.push(position);
        return true;
    }
    if word.starts_with("branch/") && is_plain(word) {
        marks.push(Mark::Tree(word.into()));
        return true;
    }
    let part = |word: &'a str, marks: &mut Vec<Mark<'a>>| {
        let lower = text::lower(word);
        let mark = match &*lower {
            "git" => Mark::Kind(Kind::Pull),
            "for" => Mark::Other,
            "stable" => Mark::Tree("stable".into()),
            known if TREES_AND_SUBSYSTEMS.contains(&known) => Mark::Tree(lower),
            _ => return prefixes(word, marks),
        };
        marks.push(mark);
        true
    };
    every(word.split('/'), marks, part)
}

/// Appends what a word before a colon says; whether it says anything.
fn prefixes<'a>(word: &'a str, marks: &mut Vec<Mark<'a>>) -> bool {
    if let Some((_, kind)) = KINDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)) {
        marks.push(kind.clone());
        return true;
    }
    // `RFCv2`, `PATCHv3`
    let joined = [("RFC", Kind::Rfc), ("PATCH", Kind::Patch)].into_iter();
    let mut joined = joined.filter_map(|(known, kind)| {
        let (start, rest) = word.split_at_checked(known.len())?;
        Some((kind, version(rest).filter(|_| start.eq_ignore_ascii_case(known))?))
    });
    if let Some((kind, version)) = joined.next() {
        marks.extend([Mark::Kind(kind), version]);
        return true;
    }
    let mark = version(word).or_else(|| position(word)).or_else(|| tree(word));
    mark.map(|mark| marks.push(mark)).is_some()
}

/// `v3`, `V3`, `-v3`. What holds a dot is a release of the kernel.
fn version(word: &str) -> Option<Mark<'_>> {
    let number = word.trim().trim_start_matches('-').strip_prefix(['v', 'V'])?;
    (is_number(number) && number.len() <= 3).then(|| number.parse().ok().map(Mark::Version)).flatten()
}

/// `v4.1` after a version: a mended `v4`.
fn mended_version(word: &str) -> Option<Mark<'_>> {
    let (whole, part) = word.split_once('.')?;
    is_number(part).then(|| version(whole)).flatten()
}

/// `14/15`, and `0/n`, which says nothing.
fn position(word: &str) -> Option<Mark<'_>> {
    let (at, of) = word.split_once('/')?;
    match (at.parse(), of.parse()) {
        (Ok(at), Ok(of)) => Some(Mark::Position(at, of)),
        (Ok::<u32, _>(_), _) if matches!(of, "n" | "N") => Some(Mark::Other),
        _ => None,
    }
}

/// `net-next`, `-next`, `6.1-stable`, `6.1.y`, `for-9.0`, `mm-unstable`, `linus-tree`.
fn tree(word: &str) -> Option<Mark<'_>> {
    let lower = text::lower(word);
    let is_release = |word: &str| {
        let word = word.strip_suffix(".y").unwrap_or(word);
        word.split('.').count() >= 2 && word.split('.').all(is_number)
    };
    let suffix = ["-next", "-stable", "-unstable", "-fixes"].iter().any(|suffix| lower.ends_with(suffix));
    let release = is_release(&lower) || lower.strip_prefix("for-").is_some_and(is_release);
    let tree = suffix || release || matches!(&*lower, "next" | "linus-tree" | "linux-next" | "iwl-net");
    (tree && is_plain(&lower))
        .then(|| Mark::Tree(if matches!(&*lower, "next" | "-next") { "linux-next".into() } else { lower }))
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word can be a category's term: ASCII, without white space, comma or `#`.
fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte))
}
