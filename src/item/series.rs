//! Series: the versions of a patch, told by their subject lines.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::model::{IssueFacts, Mail, Rank, Series, Version, urn};
use crate::facts::subject::{Kind, Subject};

/// The most earlier versions that an item names, the highest: each version repeats them.
const EARLIER: usize = 20;

/// The series listed so far, by what their subject lines have in common.
#[derive(Debug)]
pub(super) struct SeriesIndex(HashMap<Uuid, SameSubject>);

/// The series with the same subject line: one, as a rule.
#[derive(Debug, Default)]
struct SameSubject {
    series: Vec<KnownSeries>,
    /// The places of all but the first, by their organisations, which differ.
    places: HashMap<Option<String>, usize>,
}

/// A series.
#[derive(Debug)]
struct KnownSeries {
    id: Uuid,
    organisation: Option<String>,
    /// For each rank, the version listed last; in the order of their ranks.
    versions: Vec<Version>,
}

impl SeriesIndex {
    /// No series yet; at most so many will be.
    pub(super) fn with_capacity(series: usize) -> Self {
        Self(HashMap::with_capacity(series))
    }

    /// The series of a mail, which goes on with this version. `key` is its [`series_key`]; `id` and `url` are those of its
    /// item.
    pub(super) fn add(&mut self, key: Uuid, mail: &Mail, id: Uuid, url: &str, issue: &Arc<IssueFacts>) -> Series {
        let rank = mail.rank();
        let same_subject = self.0.entry(key).or_default();
        let at = same_subject.goes_on(mail, rank).unwrap_or_else(|| {
            let id = if same_subject.series.is_empty() { key } else { own_id(mail, id) };
            same_subject.push(KnownSeries {
                id,
                organisation: mail.organisation.clone(),
                versions: Vec::with_capacity(1),
            })
        });
        let known = &mut same_subject.series[at];
        let series = known.up_to(rank, id);
        known.organisation.clone_from(&mail.organisation);
        known.push(Version { id, url: url.to_owned(), rank, issue: Arc::clone(issue) });
        series
    }

    /// The series of a mail that was added before. `id` is that of its item.
    pub(super) fn find(&self, key: Uuid, mail: &Mail, id: Uuid) -> Option<Series> {
        let same_subject = self.0.get(&key)?;
        let rank = mail.rank();
        Some(same_subject.series[same_subject.goes_on(mail, rank)?].up_to(rank, id))
    }
}

impl KnownSeries {
    /// The series as an item of this rank knows it. An item is no earlier version of itself, even if it is listed again as
    /// a later one.
    fn up_to(&self, rank: Rank, id: Uuid) -> Series {
        let lower = &self.versions[..self.versions.partition_point(|version| version.rank < rank)];
        let earlier = lower.iter().rev().filter(|version| version.id != id);
        let mut earlier: Vec<Version> = earlier.take(EARLIER).cloned().collect();
        earlier.shrink_to_fit(); // all items are in memory at once
        Series { id: self.id, earlier }
    }

    /// Takes a version, in place of another of its rank.
    fn push(&mut self, version: Version) {
        let at = self.versions.partition_point(|other| other.rank < version.rank);
        match self.versions.get_mut(at).filter(|other| other.rank == version.rank) {
            Some(other) => *other = version,
            None => self.versions.insert(at, version),
        }
    }
}

impl SameSubject {
    /// Which series a mail goes on with: that of its organisation. Another organisation's first version begins a series of
    /// its own; a later version of another organisation goes on with a series only if there is just one.
    fn goes_on(&self, mail: &Mail, rank: Rank) -> Option<usize> {
        let first = self.series.first()?;
        if first.organisation == mail.organisation {
            return Some(0);
        }
        if self.series.len() > 1 {
            return self.places.get(&mail.organisation).copied();
        }
        (rank.version > 1 || first.versions.last().is_none_or(|last| last.rank < rank)).then_some(0)
    }

    /// Takes a series, and gives its place.
    fn push(&mut self, series: KnownSeries) -> usize {
        let at = self.series.len();
        if at > 0 {
            self.places.insert(series.organisation.clone(), at);
        }
        self.series.push(series);
        at
    }
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
