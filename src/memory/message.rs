//! The lines of a memory that tell what became of messages, each of which holds one item or several.
//!
//! | line | meaning |
//! |---|---|
//! | `message KEY SECONDS SLUG ID ID …` | a message with these items of a feed is about to be sent; SECONDS since 1970 |
//! | `sent KEY SERVICE-ID …` | it was sent; the service's own id of it, or `-` |
//! | `refused KEY WORDS …` | the service said that the message is wrong |
//! | `unsent KEY …` | it was not sent, for certain: its items are new again |
//!
//! A message without a second line was cut off while it was sent: nobody knows whether it arrived.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::checked::{checked, key};

/// What is known of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRecord {
    /// What the service knows it by, if it can.
    pub key: String,
    /// When it was begun, in seconds since 1970; the first time, if it was sent again since nobody knew whether it arrived.
    pub seconds: u64,
    /// The feed that its items are of.
    pub feed: String,
    /// The ids of its items.
    pub ids: Vec<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nobody knows: it was begun, and no answer came.
    Unknown,
    /// It was sent; holds the service's own id of it.
    Sent(Option<String>),
    /// The service said that it is wrong; holds the service's words.
    Refused(String),
}

impl MessageRecord {
    /// Whether this is known later of the same message: it was begun again, or something has become of it.
    fn is_later_than(&self, earlier: &Self) -> bool {
        let time = |message: &Self| (message.seconds, message.outcome != Outcome::Unknown);
        time(self) > time(earlier)
    }
}

/// The messages that a memory knows.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// By their keys.
    all: BTreeMap<String, MessageRecord>,
    /// The key of the message that an item is in, by the item's key.
    of_items: BTreeMap<String, String>,
}

impl Messages {
    /// Reads a line without its checksum. Returns whether it makes sense.
    pub(super) fn read_line(&mut self, words: &str) -> bool {
        let words: Vec<&str> = words.split(' ').collect();
        match words[..] {
            ["message", key, seconds, feed, ref ids @ ..] => {
                let Ok(seconds) = seconds.parse() else { return false };
                let ids = ids.iter().map(|id| decoded(id)).collect();
                let (key, feed) = (decoded(key), decoded(feed));
                self.insert(MessageRecord { key, seconds, feed, ids, outcome: Outcome::Unknown });
                true
            }
            ["sent", key, "-"] => self.conclude(&decoded(key), Outcome::Sent(None)),
            ["sent", key, id] => self.conclude(&decoded(key), Outcome::Sent(Some(decoded(id)))),
            ["refused", key, said] => self.conclude(&decoded(key), Outcome::Refused(decoded(said))),
            ["unsent", key] => self.remove(&decoded(key)),
            _ => false,
        }
    }

    /// Knows a message, in place of another with its key.
    pub(super) fn insert(&mut self, message: MessageRecord) {
        self.remove(&message.key);
        for id in &message.ids {
            self.of_items.insert(key(id).into_owned(), message.key.clone());
        }
        self.all.insert(message.key.clone(), message);
    }

    /// Knows what became of a message. Returns whether there is such a one.
    pub(super) fn conclude(&mut self, key: &str, outcome: Outcome) -> bool {
        let message = self.all.get_mut(key);
        message.map(|message| message.outcome = outcome).is_some()
    }

    /// Forgets a message. Returns whether there was such a one.
    pub(super) fn remove(&mut self, key: &str) -> bool {
        let Some(message) = self.all.remove(key) else { return false };
        self.of_items.retain(|_, of| *of != message.key);
        true
    }

    /// The message of a key.
    pub(super) fn get(&self, key: &str) -> Option<&MessageRecord> {
        self.all.get(key)
    }

    /// Whether an item is in a message.
    pub(super) fn hold(&self, item_key: &str) -> bool {
        self.of_items.contains_key(item_key)
    }

    /// The message that an item is in.
    pub(super) fn of(&self, id: &str) -> Option<&MessageRecord> {
        self.all.get(self.of_items.get(&*key(id))?)
    }

    /// All messages, in the order of their keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = &MessageRecord> {
        self.all.values()
    }

    /// Whether it knows everything that another one does.
    pub(super) fn has_all_of(&self, other: &Self) -> bool {
        other
            .all
            .iter()
            .all(|(key, theirs)| self.all.get(key).is_some_and(|ours| ours == theirs || ours.is_later_than(theirs)))
    }

    /// Adds what another one knows.
    pub(super) fn add(&mut self, other: Self) {
        for message in other.all.into_values() {
            if self.all.get(&message.key).is_none_or(|ours| message.is_later_than(ours)) {
                self.insert(message);
            }
        }
    }

    /// The lines that say all of it.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        self.all.values().flat_map(|message| {
            let outcome = outcome_line(&message.key, &message.outcome);
            std::iter::once(message_line(message)).chain(outcome)
        })
    }
}

/// The line of a message that is about to be sent.
pub(super) fn message_line(message: &MessageRecord) -> String {
    let ids: Vec<_> = message.ids.iter().map(|id| key(id)).collect();
    let start = format!("message {} {} {}", key(&message.key), message.seconds, key(&message.feed));
    let words: Vec<&str> = std::iter::once(start.as_str()).chain(ids.iter().map(|id| &**id)).collect();
    checked(&words.join(" "))
}

/// The line of what became of a message.
pub(super) fn outcome_line(message_key: &str, outcome: &Outcome) -> Option<String> {
    let message_key = key(message_key);
    match outcome {
        Outcome::Unknown => None,
        Outcome::Sent(None) => Some(checked(&format!("sent {message_key} -"))),
        Outcome::Sent(Some(id)) => Some(checked(&format!("sent {message_key} {}", key(id)))),
        Outcome::Refused(said) => Some(checked(&format!("refused {message_key} {}", key(said)))),
    }
}

/// The line of a message that was not sent.
pub(super) fn unsent_line(message_key: &str) -> String {
    checked(&format!("unsent {}", key(message_key)))
}

fn decoded(word: &str) -> String {
    percent_decode_str(word).decode_utf8_lossy().into_owned()
}
