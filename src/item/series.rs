//! Series: the versions of a patch, told by their subject lines.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::model::{IssueFacts, Mail, Rank, Series, Version, urn};
use crate::facts::subject::{Kind, Subject};

/// The series listed so far, by what their subject lines have in common.
#[derive(Debug)]
pub(super) struct SeriesIndex(HashMap<Uuid, Vec<KnownSeries>>);

/// A series. Several may have the same subject line.
#[derive(Debug)]
struct KnownSeries {
    id: Uuid,
    organisation: Option<String>,
    /// For each rank, the version listed last.
    versions: Vec<Version>,
}

/// The rank of a mail's version within its series.
pub(super) fn rank(subject: &Subject) -> Rank {
    Rank { is_patch: subject.kind != Some(Kind::Rfc), version: subject.version.unwrap_or(1) }
}

impl SeriesIndex {
    /// No series yet; at most so many will be.
    pub(super) fn with_capacity(series: usize) -> Self {
        Self(HashMap::with_capacity(series))
    }

    /// The series of a mail, which goes on with this version. `key` is its [`series_key`]; `id` and `url` are those of its
    /// item.
    pub(super) fn add(&mut self, key: Uuid, mail: &Mail, id: Uuid, url: &str, issue: &Arc<IssueFacts>) -> Series {
        let rank = rank(&mail.subject);
        let same_subject = self.0.entry(key).or_insert_with(|| Vec::with_capacity(1)); // most have one series, of one version
        let at = goes_on(same_subject, mail, rank).unwrap_or_else(|| {
            let id = if same_subject.is_empty() { key } else { own_id(mail, id) };
            same_subject.push(KnownSeries { id, organisation: None, versions: Vec::with_capacity(1) });
            same_subject.len() - 1
        });
        let known = &mut same_subject[at];
        let series = known.up_to(rank, id);
        known.organisation.clone_from(&mail.organisation);
        known.versions.retain(|version| version.rank != rank);
        known.versions.push(Version { id, url: url.to_owned(), rank, issue: Arc::clone(issue) });
        series
    }

    /// The series of a mail that was added before. `id` is that of its item.
    pub(super) fn find(&self, key: Uuid, mail: &Mail, id: Uuid) -> Option<Series> {
        let same_subject = self.0.get(&key)?;
        let rank = rank(&mail.subject);
        Some(same_subject[goes_on(same_subject, mail, rank)?].up_to(rank, id))
    }
}

impl KnownSeries {
    /// The series as an item of this rank knows it. An item is no earlier version of itself, even if it is listed again as
    /// a later one.
    fn up_to(&self, rank: Rank, id: Uuid) -> Series {
        let earlier = self.versions.iter().filter(|version| version.rank < rank && version.id != id);
        let mut earlier: Vec<Version> = earlier.cloned().collect();
        earlier.sort_by_key(|version| Reverse(version.rank));
        earlier.shrink_to_fit(); // all items are in memory at once
        Series { id: self.id, earlier }
    }
}

/// Which of the series with its subject line a mail goes on with: that of its organisation. Another organisation's first version begins a
/// series of its own; a later version of another organisation goes on with a series only if there is just one.
fn goes_on(same_subject: &[KnownSeries], mail: &Mail, rank: Rank) -> Option<usize> {
    same_subject.iter().rposition(|known| known.organisation == mail.organisation).or_else(|| match same_subject {
        [only] if rank.version > 1 || only.versions.iter().all(|version| version.rank < rank) => Some(0),
        _ => None,
    })
}

/// The key of the series that a mail is a version of: what the subject lines of all versions have in common. `None` for
/// mails that aren't versions of anything: pull requests, answers, subject lines that can't be read or say next to nothing.
pub(super) fn series_key(subject: &Subject) -> Option<Uuid> {
    common_subject(subject).map(|subject| id(&subject))
}

fn id(subject: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, ["patchfeed:series\n", subject].concat().as_bytes())
}

/// The id of a series whose subject line another series has too: it is told apart by its first item.
fn own_id(mail: &Mail, item: Uuid) -> Uuid {
    id(&format!("{}\n{}", common_subject(&mail.subject).unwrap_or_default(), urn(item)))
}

/// The fewest letters of a subject line that tells series apart.
const LETTERS: usize = 10;

/// The subject line without version, kind and position: its trees, and the rest in lower case.
fn common_subject(subject: &Subject) -> Option<String> {
    if !matches!(subject.kind, Some(Kind::Patch | Kind::Resend | Kind::Rfc)) {
        return None;
    }
    let words = subject.rest.trim().to_lowercase();
    let spaces = memchr::memchr_iter(b' ', words.as_bytes()).count();
    // git writes `*** SUBJECT HERE ***` where nobody wrote one.
    let is_readable = !words.contains('*') || words.split(' ').all(|word| word != "***");
    let says_something = spaces > 0 && words.len() - spaces >= LETTERS;
    let mut trees: Vec<&str> = subject.trees.iter().map(String::as_str).collect();
    trees.sort_unstable();
    (is_readable && says_something).then(|| format!("{}\n{words}", trees.join(" ")))
}
