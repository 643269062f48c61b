//! Delivers messages to a target: each once, in order, or says what became of it.
//!
//! Before a message is sent, the memory knows it; once an answer is there, the memory knows that, too. What a service doesn't take for
//! now is left for the next run, with all that comes after it. What it says is wrong is set aside, and the rest goes on.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant, SystemTime};

use super::item::PostItem;
use super::message::{self, MessageForm};
use super::service::{Connection, Message, Service};
use super::settings::account;
use super::target::{Target, Unknown};
use super::unsent::Unsent;
use crate::error::Error;
use crate::interrupt::{self, Careful};
use crate::memory::{Memory, MessageRecord, Outcome};

/// What is delivered, and where.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// The target.
    pub target: &'a Target,
    /// The feed, as the memory knows it: its slug or its address.
    pub feed: &'a str,
    /// The feed's title.
    pub title: &'a str,
    /// Its items, the oldest first.
    pub items: &'a [PostItem],
    /// The first time, how many issues are sent, the newest; all others are passed by.
    pub history: usize,
    /// Ids of refused items that are tried again.
    pub again: &'a [String],
    /// How long a server may stay silent.
    pub timeout: Duration,
}

/// What happens while messages are delivered.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// The user should know this.
    Said(&'a str),
    /// A message was sent; so many are to come.
    Sent(usize),
    /// The run waits for so long, as the service asks, or so as not to be in its way.
    Waiting(Duration),
}

/// What was delivered.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// The messages that were sent.
    pub messages: usize,
    /// The items in them.
    pub items: usize,
    /// The items that the service refused.
    pub refused: usize,
    /// The items that are left for the next run.
    pub left: usize,
}

/// How often a message is tried in one run.
const TRIES: u32 = 3;

/// How often a service may say in a row that it is busy.
const BUSY: u32 = 20;

/// The longest that is waited at once.
const PATIENCE: Duration = Duration::from_mins(15);

/// How many messages in a row are refused before it isn't the messages.
const REFUSALS: usize = 5;

/// Delivers what the memory doesn't know.
///
/// # Errors
/// A memory that fails, and signals.
pub fn deliver(delivery: &Delivery<'_>, memory: &mut Memory, say: &dyn Fn(Event<'_>)) -> Result<Delivered, Error> {
    begin(delivery, memory, say)?;
    let queue = queue(delivery, memory, say)?;
    let mut delivered = Delivered::default();
    if !queue.is_empty() {
        let result = send_all(delivery, &queue, memory, &mut delivered, say);
        memory.write_copy("what was sent is remembered all the same")?;
        result?;
    }
    Ok(delivered)
}

/// The messages that would be delivered. The memory isn't changed if it was only looked at.
///
/// # Errors
/// A memory that fails.
pub fn plan<'a>(
    delivery: &Delivery<'a>,
    memory: &mut Memory,
    say: &dyn Fn(Event<'_>),
) -> Result<Vec<Message<'a>>, Error> {
    begin(delivery, memory, say)?;
    queue(delivery, memory, say)
}

/// Sends a message that says that it is a test.
///
/// # Errors
/// What the service, or a setting, has against it, in words.
pub fn test(target: &Target, title: &str, timeout: Duration) -> Result<(), String> {
    let form = form(target, title, &[]);
    let sent = account(target, timeout)
        .and_then(|account| (target.service.connect)(account))
        .and_then(|mut connection| connection.send(&message::test_message(&form)));
    match sent {
        Ok(_) => Ok(()),
        Err(Unsent::Busy(_)) => Err("the service takes no more messages for now".to_owned()),
        Err(Unsent::Unreachable(words) | Unsent::Unclear(words) | Unsent::Refused(words) | Unsent::Setup(words)) => {
            Err(words)
        }
    }
}

fn form<'a>(target: &'a Target, title: &'a str, items: &[PostItem]) -> MessageForm<'a> {
    let group = message::group(target, items);
    MessageForm { target: &target.name, service: target.service, group, limit: target.service.limit, feed: title }
}

/// Makes sure that the memory knows what was sent of the feed, or that nothing was.
fn begin(delivery: &Delivery<'_>, memory: &mut Memory, say: &dyn Fn(Event<'_>)) -> Result<(), Error> {
    if let Some(notice) = memory.notice() {
        say(Event::Said(&format!("{}: {notice}", memory.path().display())));
    }
    if memory.has_begun(delivery.feed) {
        return Ok(());
    }
    let all: Vec<&PostItem> = delivery.items.iter().collect();
    let issues: Vec<&[&PostItem]> = all.chunk_by(|a, b| message::are_of_one_issue(a, b)).collect();
    let passed: usize = issues.iter().rev().skip(delivery.history).map(|items| items.len()).sum();
    memory.begin(delivery.feed, all[..passed].iter().map(|item| item.id.as_str()))?;
    if passed > 0 {
        let items = if passed == 1 { "the 1 item".to_owned() } else { format!("the {passed} items") };
        say(Event::Said(&format!(
            "the first time, {items} that the feed holds already count as posted; new ones are posted from now on"
        )));
    }
    Ok(())
}

/// The messages to be sent: first those of which nobody knows whether they arrived, then new ones, then those tried again.
fn queue<'a>(delivery: &Delivery<'a>, memory: &mut Memory, say: &dyn Fn(Event<'_>)) -> Result<Vec<Message<'a>>, Error> {
    let form = form(delivery.target, delivery.title, delivery.items);
    let mut unknown: Vec<MessageRecord> =
        memory.messages().filter(|message| message.outcome == Outcome::Unknown).cloned().collect();
    unknown.sort_by_key(|message| message.seconds);
    let mut queue = Vec::new();
    for known in &unknown {
        queue.extend(unknown_message(delivery, known, &form, memory, say)?);
    }
    let new: Vec<&PostItem> = delivery.items.iter().filter(|item| !memory.knows(delivery.feed, &item.id)).collect();
    for group in message::groups(&new, form.group) {
        queue.extend(message::messages(&group, &form));
    }
    queue.extend(tried_again(delivery, &form, memory, say));
    Ok(queue)
}

/// What becomes of a message of which nobody knows whether it arrived: it is sent again, if it is.
fn unknown_message<'a>(
    delivery: &Delivery<'a>,
    known: &MessageRecord,
    form: &MessageForm<'a>,
    memory: &mut Memory,
    say: &dyn Fn(Event<'_>),
) -> Result<Option<Message<'a>>, Error> {
    let Some(message) = message::again(&items_of(delivery, &known.ids), form) else {
        say(Event::Said(
            "a run was cut off while a message was sent, whose items are gone from the feed; it counts as sent",
        ));
        memory.conclude_message(&known.key, Outcome::Sent(None))?;
        return Ok(None);
    };
    let start = format!("a run was cut off while {:?} was sent, so nobody knows whether it arrived", message.subject);
    match delivery.target.unknown {
        Unknown::Skip => {
            say(Event::Said(&format!("{start}; it counts as sent")));
            memory.conclude_message(&known.key, Outcome::Sent(None))?;
            return Ok(None);
        }
        Unknown::Repeat if is_known_again(form.service, known.seconds) => {
            let service = form.service.title;
            say(Event::Said(&format!("{start}; it is sent again, and {service} knows it if it comes twice")));
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
    delivery: &Delivery<'a>,
    form: &MessageForm<'a>,
    memory: &Memory,
    say: &dyn Fn(Event<'_>),
) -> Vec<Message<'a>> {
    let mut keys = HashSet::new();
    let mut again = Vec::new();
    for id in delivery.again {
        let refused = memory.message_of(id).filter(|message| matches!(message.outcome, Outcome::Refused(_)));
        let message = refused.and_then(|refused| message::again(&items_of(delivery, &refused.ids), form));
        match message {
            Some(message) if keys.insert(message.key.clone()) => again.push(message),
            Some(_) => {}
            None => say(Event::Said(&format!("--again {id}: no item with this id was refused"))),
        }
    }
    again
}

fn items_of<'a>(delivery: &Delivery<'a>, ids: &[String]) -> Vec<&'a PostItem> {
    let items: HashMap<&str, &PostItem> = delivery.items.iter().map(|item| (item.id.as_str(), item)).collect();
    ids.iter().filter_map(|id| items.get(id.as_str()).copied()).collect()
}

/// Sends messages, in order, until one can't be sent for now.
fn send_all(
    delivery: &Delivery<'_>,
    queue: &[Message<'_>],
    memory: &mut Memory,
    delivered: &mut Delivered,
    say: &dyn Fn(Event<'_>),
) -> Result<(), Error> {
    let target = delivery.target;
    let mut pace = Pace { limit: target.service.pace, sent: VecDeque::new() };
    let mut connection = None;
    let mut refusals = 0;
    for (at, message) in queue.iter().enumerate() {
        let message = Message { answers: answered(target, message, memory), ..message.clone() };
        let ended = send_one(target, delivery.timeout, &message, memory, &mut connection, &mut pace, say)?;
        match ended {
            Ended::Sent => {
                refusals = 0;
                delivered.messages += 1;
                delivered.items += message.items.len();
                say(Event::Sent(queue.len() - at - 1));
            }
            Ended::Refused(words) => {
                refusals += 1;
                delivered.refused += message.items.len();
                let id = &message.items[0].id;
                say(Event::Said(&format!(
                    "{:?} was refused ({words}); it is left out, and the rest goes on; to try it again, say --again {id}",
                    message.subject
                )));
            }
            Ended::Left(words) => {
                delivered.left = queue[at..].iter().map(|message| message.items.len()).sum();
                say(Event::Said(&format!("{words}; what is left is sent in the next run")));
                return Ok(());
            }
        }
        if refusals == REFUSALS && at + 1 < queue.len() {
            delivered.left = queue[at + 1..].iter().map(|message| message.items.len()).sum();
            say(Event::Said(&format!(
                "{REFUSALS} messages in a row were refused; what is left is sent in the next run"
            )));
            return Ok(());
        }
    }
    Ok(())
}

/// The service's own id of the message that a message answers: that of the newest earlier version that was sent.
fn answered(target: &Target, message: &Message<'_>, memory: &Memory) -> Option<String> {
    let [item] = message.items[..] else { return None };
    let earlier = item.earlier.iter().rev().filter(|_| target.thread);
    earlier.filter_map(|id| memory.message_of(id)).find_map(|message| match &message.outcome {
        Outcome::Sent(id) => id.clone(),
        _ => None,
    })
}

/// What became of a message.
enum Ended {
    Sent,
    /// It is wrong, in the service's words.
    Refused(String),
    /// It can't be sent for now, for this reason.
    Left(String),
}

/// Sends a message, several times if need be.
fn send_one(
    target: &Target,
    timeout: Duration,
    message: &Message<'_>,
    memory: &mut Memory,
    connection: &mut Option<Box<dyn Connection>>,
    pace: &mut Pace,
    say: &dyn Fn(Event<'_>),
) -> Result<Ended, Error> {
    let ids: Vec<String> = message.items.iter().map(|item| item.id.clone()).collect();
    // Whether it may have arrived: then it stays unknown whatever happens to another attempt.
    let mut is_unclear = memory.message_of(&ids[0]).is_some_and(|known| known.outcome == Outcome::Unknown);
    let (mut failures, mut busy) = (0, 0);
    loop {
        pace.wait(say)?;
        let result = {
            let _careful = Careful::begin(); // what is sent must be remembered
            memory.begin_message(MessageRecord {
                key: message.key.clone(),
                seconds: now(),
                ids: ids.clone(),
                outcome: Outcome::Unknown,
            })?;
            let result = attempt(target, timeout, message, connection);
            match &result {
                Ok(id) => memory.conclude_message(&message.key, Outcome::Sent(id.clone()))?,
                Err(Unsent::Refused(words)) => {
                    memory.conclude_message(&message.key, Outcome::Refused(words.clone()))?;
                }
                Err(Unsent::Unclear(_)) => is_unclear = true,
                Err(_) if is_unclear => {}
                Err(_) => memory.forget_message(&message.key)?,
            }
            result
        };
        let pause = match result {
            Ok(_) => return Ok(Ended::Sent),
            Err(Unsent::Refused(words)) => return Ok(Ended::Refused(words)),
            Err(Unsent::Setup(words)) => return Ok(Ended::Left(words)),
            Err(Unsent::Busy(wait)) => {
                busy += 1;
                let wait = wait.unwrap_or(Duration::from_secs(1 << busy.min(6)));
                if busy > BUSY || wait > PATIENCE {
                    return Ok(Ended::Left(format!("the service wants to be left alone for {} s", wait.as_secs())));
                }
                wait
            }
            Err(Unsent::Unclear(words)) if target.unknown == Unknown::Skip && target.service.knows_again.is_none() => {
                say(Event::Said(&format!("{:?} may not have arrived ({words}); it counts as sent", message.subject)));
                memory.conclude_message(&message.key, Outcome::Sent(None))?;
                return Ok(Ended::Sent);
            }
            Err(Unsent::Unreachable(words) | Unsent::Unclear(words)) => {
                *connection = None;
                failures += 1;
                if failures == TRIES {
                    return Ok(Ended::Left(words));
                }
                if is_unclear && target.service.knows_again.is_none() {
                    let subject = &message.subject;
                    say(Event::Said(&format!(
                        "{subject:?} may have arrived ({words}); it is sent again, so it may be there twice"
                    )));
                }
                Duration::from_secs(1 << (2 * (failures - 1)))
            }
        };
        wait(pause, say)?;
    }
}

fn attempt(
    target: &Target,
    timeout: Duration,
    message: &Message<'_>,
    connection: &mut Option<Box<dyn Connection>>,
) -> Result<Option<String>, Unsent> {
    if connection.is_none() {
        let connected = account(target, timeout).and_then(|account| (target.service.connect)(account));
        // Signing in sends no message.
        *connection = Some(connected.map_err(|trouble| match trouble {
            Unsent::Unclear(words) => Unsent::Unreachable(words),
            Unsent::Refused(words) => Unsent::Setup(words),
            trouble => trouble,
        })?);
    }
    connection.as_mut().map_or(Ok(None), |connection| connection.send(message))
}

/// How fast messages are sent.
struct Pace {
    limit: Option<(u32, Duration)>,
    /// When the last messages were sent, the oldest first.
    sent: VecDeque<Instant>,
}

impl Pace {
    /// Waits until another message may be sent.
    fn wait(&mut self, say: &dyn Fn(Event<'_>)) -> Result<(), Error> {
        interrupt::check()?;
        let Some((count, time)) = self.limit else { return Ok(()) };
        if self.sent.len() >= count as usize {
            let first = self.sent.pop_front().unwrap_or_else(Instant::now);
            wait(time.saturating_sub(first.elapsed()), say)?;
        }
        self.sent.push_back(Instant::now());
        Ok(())
    }
}

/// Waits, but not if a signal says to stop.
fn wait(time: Duration, say: &dyn Fn(Event<'_>)) -> Result<(), Error> {
    if time >= Duration::from_secs(1) {
        say(Event::Waiting(time));
    }
    let start = Instant::now();
    while let Some(rest) = time.checked_sub(start.elapsed()).filter(|rest| !rest.is_zero()) {
        interrupt::check()?;
        std::thread::sleep(rest.min(Duration::from_millis(100)));
    }
    interrupt::check()
}

/// The time, in seconds since 1970. Only what is said of unknown messages depends on it.
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs())
}
