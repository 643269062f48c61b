//! Windows: how much documents hold.

use std::num::NonZeroUsize;

use serde::{Deserialize, Deserializer};

/// The table `[window]` of the configuration: how much documents hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Window {
    /// How many issues a feed holds at least.
    #[serde(deserialize_with = "one_or_more")]
    pub issues: usize,
    /// How many items a feed holds at most, unless those issues have more. Liferea and feed2toot remember 100 items: a window of
    /// 75 leaves them slack, so that an entry that is withdrawn brings nothing back.
    #[serde(deserialize_with = "one_or_more")]
    pub items: usize,
    /// The same for the feed of everything. Feedbin reads the first 300 items of a document.
    #[serde(deserialize_with = "one_or_more")]
    pub all: usize,
    /// How many issues a digest holds.
    #[serde(deserialize_with = "one_or_more")]
    pub digest: usize,
}

impl Default for Window {
    fn default() -> Self {
        Self { issues: 2, items: 75, all: 300, digest: 10 }
    }
}

/// Reads a number that isn't 0: a feed that holds nothing is none.
fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    NonZeroUsize::deserialize(deserializer).map(NonZeroUsize::get)
}

/// How many of a feed's issues its documents hold. `counts` are the feed's items in each issue, the newest issue first.
///
/// Feeds are cut between issues: the newest `issues` are there whole, then older ones while all items stay within the limit.
/// A new issue in front never brings back one that had dropped out.
pub(super) fn shown(counts: impl IntoIterator<Item = usize>, limit: usize, issues: usize) -> usize {
    let mut total = 0;
    let within = counts.into_iter().enumerate().take_while(|(at, count)| {
        total += count;
        *at < issues || total <= limit
    });
    within.count()
}
