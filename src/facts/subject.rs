//! The subject line of a mail, as kernel developers and the newsletter write it.
//!
//! ```text
//! [PATCH bpf-next v3 0/7] bpf: add a helper        v3: bpf-next: bpf: add a helper
//!  ^^^^^ ^^^^^^^^ ^^ ^^^                           ^^  ^^^^^^^^
//!  kind  tree     version, position                version, tree
//! ```
//!
//! Words with an uncertain meaning stay in the title: after a version, `net:` is a tree in one mail and a subsystem in
//! the next.

mod kind;
mod marks;
mod word;

pub use kind::Kind;

use crate::text;
use word::Mark;

/// The parts of a subject line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// The version of the patch: 3 for `v3`.
    pub version: Option<u32>,
    /// The kind of mail; none if the line doesn't say.
    pub kind: Option<Kind>,
    /// The trees that the patch is for: `bpf-next`, `6.1-stable`. Each is listed once, and at most eight are.
    pub trees: Vec<String>,
    /// The number of the patch in its series, and the length of the series: 14 and 15 for `14/15`.
    pub position: Option<(u32, u32)>,
    /// The remaining title, with the subsystems' prefixes.
    pub rest: String,
}

/// The most trees that a subject keeps.
const MAX_TREES: usize = 8;

/// Reads a title in plain text. Any title is valid: at worst, all of it is [`Subject::rest`].
pub fn parse(title: &str) -> Subject {
    let mut subject = Subject::default();
    let mut unread = Vec::new();
    let mut rest = title.trim();
    while let Some(mut next) = marks::next(rest, subject.kind.is_some(), subject.version.is_some()) {
        next.marks.into_iter().for_each(|mark| subject.take(mark));
        unread.append(&mut next.unread);
        rest = next.rest.trim_start_matches([' ', ':', '：']);
    }
    subject.trees.shrink_to_fit(); // all items are in memory at once
    if subject.kind <= Some(Kind::Patch) && asks_to_pull(rest) {
        subject.kind = Some(Kind::Pull);
    }
    subject.rest = if unread.is_empty() { rest.to_owned() } else { format!("[{}] {rest}", unread.join(" ")) };
    subject
}

impl Subject {
    /// The subsystems that the rest begins with: `riscv` and `mm` in `riscv: mm: title`.
    pub fn prefixes(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(split_prefix(&self.rest), |(_, rest)| split_prefix(rest)).map(|(prefix, _)| prefix)
    }

    fn take(&mut self, mark: Mark<'_>) {
        match mark {
            Mark::Version(version) => {
                self.version = self.version.max(Some(version));
                self.kind = self.kind.max(Some(Kind::Patch));
            }
            Mark::Kind(kind) => self.kind = self.kind.max(Some(kind)),
            Mark::KindAndVersion(kind, version) => {
                self.take(Mark::Kind(kind));
                self.take(Mark::Version(version));
            }
            Mark::Tree(tree) if self.trees.len() < MAX_TREES && self.trees.iter().all(|known| *known != tree) => {
                self.trees.push(tree.into_owned());
            }
            Mark::Position(at, of) => self.position = Some((at, of)),
            Mark::Tree(_) | Mark::Ignored => {}
        }
    }
}

/// The first prefix of a title, and what follows it. Prose before a colon is no prefix.
fn split_prefix(title: &str) -> Option<(&str, &str)> {
    let end = memchr::memchr(b':', title.as_bytes())?;
    let (prefix, rest) = (&title[..end], title[end + 1..].strip_prefix(' ')?);
    let legal = prefix.chars().all(|c| c.is_ascii_alphanumeric() || "/_-+.,*{}[]() ".contains(c));
    let prose = prefix.split(", ").any(|word| word.contains(' '));
    (legal && !prose && !prefix.is_empty()).then(|| (prefix, rest.trim_start()))
}

/// Whether a title without marks is a pull request's: it says so, or is only the name of a queue or a branch.
fn asks_to_pull(title: &str) -> bool {
    let mut colons = memchr::memchr_iter(b':', title.as_bytes());
    begins_with_pull(title)
        || colons.any(|at| title[at + 1..].strip_prefix(' ').is_some_and(begins_with_pull))
        || is_queue(title)
        || is_branch(title)
}

fn begins_with_pull(words: &str) -> bool {
    ["pull request", "pull-request", "please pull"]
        .iter()
        .any(|mark| text::strip_prefix_ignore_case(words, mark).is_some())
}

/// `riscv-to-apply queue`
fn is_queue(title: &str) -> bool {
    let mark = "-to-apply queue";
    let end = title.len().checked_sub(mark.len()).and_then(|at| title.get(at..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(mark))
}

/// `drm-misc/next`
fn is_branch(title: &str) -> bool {
    title
        .split_once('/')
        .is_some_and(|(tree, branch)| tree.contains('-') && !branch.contains(['.', '/']) && !title.contains([' ', ':']))
}
