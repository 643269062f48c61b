//! The lines of a bot's memory.
//!
//! The file is text. Behind the header, each line ends with the checksum of what stands before it:
//!
//! | line | meaning |
//! |---|---|
//! | `patchfeed memory 2` | the header |
//! | `feed SLUG COUNT …` | the feed has been asked for, and COUNT items were passed by; they follow |
//! | `= ID SLUG …` | this item was in the feed already when the feed was first asked for |
//! | `+ ID …` | this item was printed, for whichever feed |
//! | `0 ID …` to `9 ID …` | this item is to be printed, and its command has failed so often |
//! | `message KEY SECONDS SLUG ID ID …` and others | what became of messages: see `memory/message.rs` |
//!
//! Before an item is printed, its line is written with `0`: if there is no room for it, nothing is printed. What changes then is one
//! byte in its place, which needs no room and can't be written by half. The checksum leaves that byte out.
//!
//! Before the header there may be lines without checksums, which older versions wrote: `ID`, `ID SLUG` and `feed SLUG`.

use std::collections::{BTreeMap, BTreeSet};

use super::checked::{checked, unchecked};
use super::message::Messages;

/// The line that comes before all lines with checksums.
pub(super) const HEADER: &str = "patchfeed memory 2";

/// What a memory knows. Ids are kept as [`key`](super::checked::key)s.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The feeds that were asked for.
    pub(super) feeds: BTreeSet<String>,
    /// The items that were printed.
    pub(super) items: BTreeSet<String>,
    /// The items that were passed by, each as `ID SLUG`.
    passed: BTreeSet<String>,
    /// The items that have a line and aren't printed.
    pub(super) tries: BTreeMap<String, Tries>,
    /// The messages that were sent, refused, or begun.
    pub(super) messages: Messages,
}

/// An item that is to be printed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tries {
    /// The byte that its line begins with.
    pub(super) at: u64,
    /// How often its command has failed.
    pub(super) failures: u8,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) known: Known,
    /// Whether it is a memory at all, or nothing.
    pub(super) is_ours: bool,
    pub(super) has_header: bool,
    /// Whether lines are lost.
    pub(super) is_damaged: bool,
    /// The bytes up to which everything is whole. What follows was being written when a run was cut off.
    pub(super) whole: usize,
}

pub(super) fn feed_line(feed: &str, passed: usize) -> String {
    checked(&format!("feed {feed} {passed}"))
}

pub(super) fn passed_line(feed: &str, key: &str) -> String {
    checked(&format!("= {key} {feed}"))
}

pub(super) fn item_line(state: char, key: &str) -> String {
    format!("{state}{}", checked(&format!(" {key}")))
}

/// Reads a file.
pub(super) fn read(bytes: &[u8]) -> Record {
    let mut record = Record::default();
    let mut begun: Option<Begun> = None; // the feed whose passed items are being read
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let start = at;
        at += line.len();
        let text = std::str::from_utf8(line).ok().and_then(|line| line.strip_suffix('\n'));
        let is_whole = match text {
            Some(HEADER) => {
                record.has_header = true;
                true
            }
            Some(text) if record.has_header => read_line(text, start, &mut record.known, &mut begun),
            Some(text) => read_old_line(text, &mut record.known),
            None => false,
        };
        let is_last = at == bytes.len();
        if !is_whole && is_last && (text.is_none() || line.contains(&0)) {
            break; // cut off while it was written
        }
        record.is_damaged |= !is_whole;
        record.whole = at;
    }
    let is_old = !record.has_header && !record.is_damaged && !record.known.feeds.is_empty();
    record.is_ours = record.has_header || is_old || HEADER.as_bytes().starts_with(bytes);
    if let Some(begun) = begun.filter(|begun| begun.left > 0) {
        // The lines of a feed's beginning are written together. If not all of them were, nothing has been printed since.
        record.is_damaged |= begun.is_interrupted;
        record.known.feeds.remove(&begun.feed);
        record.known.passed.retain(|words| !is_of(words, &begun.feed));
        record.whole = record.whole.min(begun.at);
    }
    record
}

/// A feed's beginning, as far as it was read.
struct Begun {
    feed: String,
    /// The byte that it begins at.
    at: usize,
    /// How many lines are still to come.
    left: usize,
    /// Whether other lines have come first.
    is_interrupted: bool,
}

/// Reads a line behind the header. Returns whether it makes sense.
fn read_line(line: &str, at: usize, known: &mut Known, begun: &mut Option<Begun>) -> bool {
    let Some(state) = line.chars().next() else { return false };
    if let '+' | '0'..='9' = state {
        let Some(key) = unchecked(&line[1..]).and_then(|words| words.strip_prefix(' ')) else { return false };
        if let Some(begun) = begun {
            begun.is_interrupted = true;
        }
        if state == '+' {
            known.tries.remove(key);
            known.items.insert(key.to_owned());
        } else {
            let failures = u8::try_from(state.to_digit(10).unwrap_or(0)).unwrap_or(0);
            known.tries.insert(key.to_owned(), Tries { at: at as u64, failures });
        }
        return true;
    }
    let Some(words) = unchecked(line) else { return false };
    match words.split(' ').collect::<Vec<_>>()[..] {
        ["feed", feed, count] => {
            let Ok(left) = count.parse() else { return false };
            let is_whole = begun.as_ref().is_none_or(|begun| begun.left == 0);
            *begun = Some(Begun { feed: feed.to_owned(), at, left, is_interrupted: false });
            known.feeds.insert(feed.to_owned());
            is_whole
        }
        ["=", key, feed] => {
            known.passed.insert(format!("{key} {feed}"));
            if let Some(begun) = begun.as_mut().filter(|begun| begun.feed == feed) {
                begun.left = begun.left.saturating_sub(1);
            }
            true
        }
        _ => known.messages.read_line(words),
    }
}

/// Reads a line of an older version. Returns whether it makes sense.
fn read_old_line(line: &str, known: &mut Known) -> bool {
    match line.split(' ').collect::<Vec<_>>()[..] {
        ["feed", feed] => known.feeds.insert(feed.to_owned()),
        [id] => known.items.insert(id.to_owned()),
        [id, feed] => known.passed.insert(format!("{id} {feed}")),
        _ => return false,
    };
    !line.contains('\0')
}

/// Whether `ID SLUG` is about a feed.
fn is_of(words: &str, feed: &str) -> bool {
    words.strip_suffix(feed).is_some_and(|key| key.ends_with(' '))
}

impl Known {
    /// Whether an item was printed, is in a message, or was passed by for this feed.
    pub(super) fn has(&self, feed: &str, key: &str) -> bool {
        self.items.contains(key) || self.messages.hold(key) || self.passed.contains(&format!("{key} {feed}"))
    }

    /// Knows that a feed was asked for, and which items it held then.
    pub(super) fn begin(&mut self, feed: &str, passed: Vec<String>) {
        self.feeds.insert(feed.to_owned());
        self.passed.extend(passed.into_iter().map(|key| format!("{key} {feed}")));
    }

    /// Knows the lines of items that are to be printed, which begin at a byte.
    pub(super) fn add_room(&mut self, mut at: u64, keys: Vec<String>) {
        for key in keys {
            let length = item_line('0', &key).len() as u64;
            self.tries.insert(key, Tries { at, failures: 0 });
            at += length;
        }
    }

    /// Whether items of a feed were passed by.
    pub(super) fn has_passed(&self, feed: &str) -> bool {
        self.passed.iter().any(|words| is_of(words, feed))
    }

    /// Whether it knows everything that another one does, but for failures.
    pub(super) fn has_all_of(&self, other: &Self) -> bool {
        self.feeds.is_superset(&other.feeds)
            && self.items.is_superset(&other.items)
            && self.passed.is_superset(&other.passed)
            && self.messages.has_all_of(&other.messages)
    }

    /// Adds what another one knows.
    pub(super) fn add(&mut self, other: Self) {
        self.feeds.extend(other.feeds);
        self.items.extend(other.items);
        self.passed.extend(other.passed);
        self.messages.add(other.messages);
    }

    /// The lines that say all of it, but for items to be printed.
    pub(super) fn lines(&self) -> String {
        let feeds = self.feeds.iter().map(|feed| feed_line(feed, 0));
        let passed = self.passed.iter().map(|words| checked(&format!("= {words}")));
        let items = self.items.iter().map(|key| item_line('+', key));
        feeds.chain(items).chain(passed).chain(self.messages.lines()).collect()
    }
}
