//! What is to be sent to a target: messages of the items that its memory doesn't know, and those of earlier runs that aren't settled.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use super::delivery::{Delivery, Event};
use super::item::PostItem;
use super::message::{self, MessageForm};
use super::service::{Message, Service};
use super::target::Unknown;
use crate::error::Error;
use crate::memory::{Memory, MessageRecord, Outcome};

/// Makes sure that the memory knows what was sent of the feed, or that nothing was.
pub(super) fn begin(delivery: &Delivery<'_>, memory: &mut Memory, say: &dyn Fn(Event<'_>)) -> Result<(), Error> {
    if let Some(notice) = memory.notice() {
        say(Event::Said(&format!("{}: {notice}", memory.path().display())));
    }
    if memory.has_begun(delivery.feed) {
        if delivery.history > 0 {
            say(Event::Noted("--history is for the first time alone, and this isn't it: only what is new is sent"));
        }
        let is_gap =
            !delivery.items.is_empty() && !delivery.items.iter().any(|item| memory.knows(delivery.feed, &item.id));
        if is_gap && memory.has_passed(delivery.feed) {
            say(Event::Said(
                "all that the feed holds is new to this target: its ids may have changed, or older items are gone",
            ));
        }
        return Ok(());
    }
    let ids: Vec<&str> = delivery.items.iter().map(|item| item.id.as_str()).collect();
    if let Some(moved) = memory.same_feed_elsewhere(delivery.feed, &ids) {
        let passed: Vec<&str> = ids.into_iter().filter(|id| memory.knows(&moved, id)).collect();
        return memory.begin(delivery.feed, passed.into_iter());
    }
    let all: Vec<&PostItem> = delivery.items.iter().collect();
    let issues: Vec<&[&PostItem]> = all.chunk_by(|a, b| message::are_of_one_issue(a, b)).collect();
    let passed: usize = issues.iter().rev().skip(delivery.history).map(|items| items.len()).sum();
    memory.begin(delivery.feed, all[..passed].iter().map(|item| item.id.as_str()))?;
    match passed {
        0 => {}
        _ if passed < all.len() => say(Event::Noted(&format!(
            "the first time: {passed} older items count as posted, the newest {} are sent",
            all.len() - passed
        ))),
        1 => say(Event::Noted(
            "the first time: the only item that is there counts as posted; new ones are sent from now on",
        )),
        _ => say(Event::Noted(&format!(
            "the first time: the {passed} items that are there count as posted; new ones are sent from now on"
        ))),
    }
    Ok(())
}

/// The messages to be sent: first those of which nobody knows whether they arrived, then new ones, then those tried again.
pub(super) fn queue<'a>(
    delivery: &Delivery<'a>,
    memory: &mut Memory,
    say: &dyn Fn(Event<'_>),
) -> Result<Vec<Message<'a>>, Error> {
    let form = delivery.form();
    let held: HashMap<&str, &PostItem> = delivery.items.iter().map(|item| (item.id.as_str(), item)).collect();
    let unknown = memory.messages().filter(|message| message.outcome == Outcome::Unknown);
    // A message of another feed waits for that, unless the feed has moved here.
    let is_here = |message: &&MessageRecord| message.feed == delivery.feed || !items_of(&held, &message.ids).is_empty();
    let mut unknown: Vec<MessageRecord> = unknown.filter(is_here).cloned().collect();
    unknown.sort_by_key(|message| message.seconds);
    let mut queue = Vec::new();
    for known in &unknown {
        queue.extend(unknown_message(delivery, &held, known, &form, memory, say)?);
    }
    let new: Vec<&PostItem> = delivery.items.iter().filter(|item| !memory.knows(delivery.feed, &item.id)).collect();
    for group in message::groups(&new, form.group) {
        queue.extend(message::messages(&group, &form));
    }
    queue.extend(tried_again(delivery.again, &held, &form, memory, say));
    Ok(queue)
}

/// What becomes of a message of which nobody knows whether it arrived: it is sent again, if it is.
fn unknown_message<'a>(
    delivery: &Delivery<'a>,
    held: &HashMap<&str, &'a PostItem>,
    known: &MessageRecord,
    form: &MessageForm<'a>,
    memory: &mut Memory,
    say: &dyn Fn(Event<'_>),
) -> Result<Option<Message<'a>>, Error> {
    let Some(message) = message::again(&items_of(held, &known.ids), form) else {
        if delivery.items.is_empty() {
            return Ok(None); // a feed that is empty for now
        }
        say(Event::Said(
            "nobody knows whether a message arrived whose items are gone from the feed; it counts as sent",
        ));
        memory.conclude_message(&known.key, Outcome::Sent(None))?;
        return Ok(None);
    };
    let start =
        format!("nobody knows whether {:?} arrived: a run was cut off, or got no clear answer", message.subject);
    match delivery.target.unknown {
        _ if is_known_again(form.service, known.seconds) => {
            let service = form.service.title;
            say(Event::Said(&format!("{start}; it is sent again, with a key that tells {service} if it comes twice")));
        }
        Unknown::Skip => {
            say(Event::Said(&format!("{start}; it counts as sent")));
            memory.conclude_message(&known.key, Outcome::Sent(None))?;
            return Ok(None);
        }
        Unknown::Repeat => say(Event::Said(&format!("{start}; it is sent again, so it may be there twice"))),
    }
    Ok(Some(Message { key: known.key.clone(), ..message }))
}

/// Whether a service still knows a message again that was begun at a time.
fn is_known_again(service: &Service, begun: u64) -> bool {
    let age = now().checked_sub(begun); // none if the clock was set back
    service.knows_again.is_some_and(|time| age.is_some_and(|age| Duration::from_secs(age) < time))
}

/// The refused messages that are tried again.
fn tried_again<'a>(
    ids: &[String],
    held: &HashMap<&str, &'a PostItem>,
    form: &MessageForm<'a>,
    memory: &Memory,
    say: &dyn Fn(Event<'_>),
) -> Vec<Message<'a>> {
    let mut keys = HashSet::new();
    let mut again = Vec::new();
    for id in ids {
        let refused = memory.message_of(id).filter(|message| matches!(message.outcome, Outcome::Refused(_)));
        let Some(refused) = refused.filter(|refused| keys.insert(refused.key.clone())) else { continue };
        match message::again(&items_of(held, &refused.ids), form) {
            Some(message) => again.push(Message { key: refused.key.clone(), ..message }),
            None => say(Event::Said(&format!("--again {id}: the feed doesn't hold this item any more"))),
        }
    }
    again
}

/// Those of the items with these ids that the feed holds.
fn items_of<'a>(held: &HashMap<&str, &'a PostItem>, ids: &[String]) -> Vec<&'a PostItem> {
    ids.iter().filter_map(|id| held.get(id.as_str()).copied()).collect()
}

/// The time, in seconds since 1970. Only what is said of unknown messages depends on it, and the keys of tests.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs())
}
