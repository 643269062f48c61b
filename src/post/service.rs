//! What a service is, and the message that it takes.

use std::time::Duration;

use super::account::Account;
use super::item::PostItem;
use super::text::{Markup, MessageLine};
use super::unsent::Unsent;

/// A service that messages are posted to.
#[derive(Debug)]
pub struct Service {
    /// Its name in the configuration.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What can be set for it.
    pub keys: &'static [Key],
    /// The names of the keys that must be set: all those of any one row.
    pub needs: &'static [&'static [&'static str]],
    /// How it writes messages.
    pub markup: &'static Markup,
    /// How long the text of a message may be, as `length` measures it.
    pub limit: usize,
    /// The length of a text, written in `markup`, in the service's unit.
    pub length: fn(&str) -> usize,
    /// Whether a message has one item even where items come in issues: what is posted there is short.
    pub prefers_items: bool,
    /// How many messages it takes in which time.
    pub pace: Option<(u32, Duration)>,
    /// For how long it knows a message again by its key: no message comes twice then.
    pub knows_again: Option<Duration>,
    /// Whether a message can answer an earlier one.
    pub has_threads: bool,
    /// How messages are sent.
    pub sending: Sending,
}

/// How messages are sent.
#[derive(Debug)]
pub enum Sending {
    /// Each by itself. Returns the service's own id of the message, if it tells one.
    Each(fn(&Account, &Message<'_>) -> Result<Option<String>, Unsent>),
    /// Through a connection, which is made first: it signs in, or joins a room.
    Connection(fn(Account) -> Result<Box<dyn Connection>, Unsent>),
}

/// A message.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    /// The same whenever a message with these items is sent to this target: 32 hexadecimal digits.
    pub key: String,
    /// The title of the feed.
    pub feed: &'a str,
    /// Its items, in the order in which it shows them. A test has none.
    pub items: Vec<&'a PostItem>,
    /// Whether it is about an issue, with a heading; else about one item.
    pub is_issue: bool,
    /// What it is about, on one line and without markup: the subject of a mail.
    pub subject: String,
    /// Its text, in spans.
    pub lines: Vec<MessageLine>,
    /// Its text in the service's markup.
    pub text: String,
    /// Whether it belongs into a thread: that of a patch's versions.
    pub in_thread: bool,
    /// The service's own id of the message that it answers, or of the thread that this one began; none if it begins a thread itself.
    pub answers: Option<String>,
}

/// Something that can be set for a service.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// Whether it is a secret, which only a file or the environment may hold.
    pub is_secret: bool,
    /// What it is if nothing is set.
    pub default: Option<&'static str>,
}

/// A service that is ready to take messages.
pub trait Connection {
    /// Sends a message. Returns the service's own id of it, if it tells one.
    ///
    /// # Errors
    /// What the service says, or that it can't be reached.
    fn send(&mut self, message: &Message<'_>) -> Result<Option<String>, Unsent>;
}

/// The connection of a service that needs none.
struct Each {
    account: Account,
    send: fn(&Account, &Message<'_>) -> Result<Option<String>, Unsent>,
}

impl Connection for Each {
    fn send(&mut self, message: &Message<'_>) -> Result<Option<String>, Unsent> {
        (self.send)(&self.account, message)
    }
}

impl Service {
    /// Gets ready to send. Sends no message.
    ///
    /// # Errors
    /// What the service says, or that it can't be reached.
    pub(super) fn connect(&self, account: Account) -> Result<Box<dyn Connection>, Unsent> {
        match self.sending {
            Sending::Each(send) => Ok(Box::new(Each { account, send })),
            Sending::Connection(connect) => connect(account),
        }
    }
}

/// A setting that isn't a secret.
pub(super) const fn key(name: &'static str, about: &'static str) -> Key {
    Key { name, about, is_secret: false, default: None }
}

/// A setting that isn't a secret and has a default.
pub(super) const fn key_or(name: &'static str, about: &'static str, default: &'static str) -> Key {
    Key { name, about, is_secret: false, default: Some(default) }
}

/// A secret.
pub(super) const fn secret(name: &'static str, about: &'static str) -> Key {
    Key { name, about, is_secret: true, default: None }
}
