//! How many people read a feed: as services that read for many report it, and clients that were seen. No address of a client is kept, only
//! numbers made of them with a key that lasts a day.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use regex::Regex;

use super::clients::network;
use super::file::DocumentName;

/// How long a client or a report counts.
const DAY: Duration = Duration::from_hours(24);

/// How many services and clients of all feeds are told apart at most.
const MOST: usize = 500_000;

/// How many services of one feed are told apart at most.
const SERVICES: usize = 64;

/// How many characters of what a service says of itself are kept.
const LONGEST: usize = 200;

/// The largest number of subscribers that is believed.
const BELIEVED: u32 = 10_000_000;

/// What services say of themselves (`Feedly/1.0 (…; 16 subscribers; …)`, `NewsBlur Feed Fetcher - 25 subscribers - …`).
static REPORT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\b([0-9]{1,9}) (?:subscriber|reader)s?\b").expect("the expression is right"));

/// The readers of all feeds.
#[derive(Debug)]
pub(super) struct Subscribers {
    /// When the day began.
    began: Instant,
    /// What makes numbers of clients, for a day.
    key: RandomState,
    feeds: HashMap<Arc<DocumentName>, FeedReaders>,
    /// How many services and clients there are in all feeds.
    total: usize,
}

/// The readers of a document.
#[derive(Debug, Default)]
struct FeedReaders {
    /// What services report, and when they last did.
    reported: HashMap<String, (u32, Instant)>,
    /// The clients of this day.
    today: HashSet<u64>,
    /// How many there were the day before.
    yesterday: usize,
}

impl Default for Subscribers {
    fn default() -> Self {
        Self { began: Instant::now(), key: RandomState::new(), feeds: HashMap::new(), total: 0 }
    }
}

impl Subscribers {
    /// Counts a reader by its `User-Agent` and its address; of a service, what it reports.
    pub(super) fn count(&mut self, document: &Arc<DocumentName>, agent: &str, client: Option<IpAddr>, now: Instant) {
        self.begin_day(now);
        if self.total >= MOST {
            return;
        }
        let readers = self.feeds.entry(Arc::clone(document)).or_default();
        match report(agent) {
            Some((service, count)) => {
                let is_new = readers.reported.insert(service, (count, now)).is_none();
                self.total += usize::from(is_new);
                if readers.reported.len() > SERVICES {
                    readers.forget_oldest();
                    self.total -= 1;
                }
            }
            None => {
                let is_new = readers.today.insert(self.key.hash_one((client.map(network), agent)));
                self.total += usize::from(is_new);
            }
        }
    }

    /// The readers of each document: as services report them, and clients of this day or the day before, whichever were more.
    pub(super) fn counts(&mut self, now: Instant) -> Vec<(Arc<DocumentName>, u64, usize)> {
        self.begin_day(now);
        let counts = self.feeds.iter().map(|(document, readers)| {
            let reported = readers.reported.values().map(|(count, _)| u64::from(*count)).sum();
            (Arc::clone(document), reported, readers.today.len().max(readers.yesterday))
        });
        counts.collect()
    }

    /// Forgets the day before, if another one has begun.
    fn begin_day(&mut self, now: Instant) {
        if now.saturating_duration_since(self.began) < DAY {
            return;
        }
        self.began = now;
        self.key = RandomState::new();
        for readers in self.feeds.values_mut() {
            readers.yesterday = readers.today.len();
            readers.today = HashSet::new();
            readers.reported.retain(|_, (_, when)| now.saturating_duration_since(*when) < DAY);
        }
        self.feeds.retain(|_, readers| readers.yesterday > 0 || !readers.reported.is_empty());
        self.total = self.feeds.values().map(|readers| readers.reported.len()).sum();
    }
}

impl FeedReaders {
    /// Forgets the service that was heard of longest ago.
    fn forget_oldest(&mut self) {
        let oldest = self.reported.iter().min_by_key(|(_, (_, when))| *when).map(|(service, _)| service.clone());
        oldest.map(|service| self.reported.remove(&service));
    }
}

/// What a service reports: what it says of itself without numbers, and how many it reads for.
fn report(agent: &str) -> Option<(String, u32)> {
    if !agent.contains("ubscriber") && !agent.contains("eader") {
        return None; // most say no such thing, and each request comes by here
    }
    let found = REPORT.captures(agent)?;
    let count: u32 = found[1].parse().ok().filter(|count| *count <= BELIEVED)?;
    let service = agent.chars().filter(|c| !c.is_ascii_digit()).take(LONGEST).collect();
    Some((service, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn riscv() -> Arc<DocumentName> {
        Arc::new(DocumentName { feed: "riscv".to_owned(), document: "feed", format: "atom" })
    }

    #[test]
    fn services_say_for_how_many_they_read() {
        for (agent, expected) in [
            ("Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; like FeedFetcher-Google)", Some(16)),
            ("Inoreader/1.0 (+http://www.inoreader.com/feed-fetcher; 1 subscriber; )", Some(1)),
            ("NewsBlur Feed Fetcher - 25 subscribers - http://www.newsblur.com/site/1/x", Some(25)),
            ("Feedbin feed-id:1234 - 12 subscribers", Some(12)),
            ("Mozilla/5.0 (compatible; theoldreader.com; 4 subscribers; feed-id=1)", Some(4)),
            ("x/1 (99999999 subscribers)", None),
            ("newsboat/2.30 (Linux 6.1)", None),
        ] {
            assert_eq!(report(agent).map(|(_, count)| count), expected, "{agent}");
        }
    }

    #[test]
    fn a_reader_counts_once_a_day_and_for_the_day_after() {
        let (mut all, now) = (Subscribers::default(), Instant::now());
        for (agent, client) in [("a", "192.0.2.1"), ("a", "192.0.2.1"), ("a", "192.0.2.2"), ("b", "192.0.2.1")] {
            all.count(&riscv(), agent, client.parse().ok(), now);
        }
        all.count(&riscv(), "Feedly/1 (3 subscribers)", None, now);
        all.count(&riscv(), "Feedly/1 (4 subscribers)", None, now);
        all.count(&riscv(), "NewsBlur - 5 subscribers", None, now);
        assert_eq!(all.counts(now), [(riscv(), 9, 3)]);
        assert_eq!(all.counts(now + DAY), [(riscv(), 0, 3)]);
        assert_eq!(all.counts(now + DAY * 2), []);
    }
}
