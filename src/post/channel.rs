//! The way to a target: one message after the other, each tried several times if need be, no faster than the service wants it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::delivery::{Delivery, Event};
use super::queue::now;
use super::service::{Connection, Message};
use super::settings::account;
use super::target::{Target, Unknown};
use super::unsent::Unsent;
use crate::error::Error;
use crate::interrupt::{self, Careful};
use crate::memory::{Memory, MessageRecord, Outcome};
use crate::net::Access;

/// How often a message is tried in one run.
const TRIES: u32 = 3;

/// How often a service may say in a row that it is busy.
const BUSY: u32 = 20;

/// The longest that is waited at once.
const PATIENCE: Duration = Duration::from_mins(15);

/// The way to a target.
pub(super) struct Channel<'a> {
    target: &'a Target,
    /// The feed that is posted.
    feed: &'a str,
    access: &'a Access,
    say: &'a dyn Fn(Event<'_>),
    /// None before the first message, and after a failure.
    connection: Option<Box<dyn Connection>>,
    /// When the last messages were sent, the oldest first.
    sent: VecDeque<Instant>,
}

/// What became of a message.
pub(super) enum Ended {
    Sent,
    /// Nobody knows, and it counts as sent; another one would end alike, for this reason.
    Skipped(String),
    /// It is wrong, in the service's words.
    Refused(String),
    /// It can't be sent for now, for this reason.
    Left(String),
}

/// What has gone wrong with a message so far.
#[derive(Default)]
struct Attempts {
    /// How often the service couldn't be reached, or gave no clear answer.
    failures: u32,
    /// How often the service was busy.
    busy: u32,
    /// Whether the message may have arrived: then it stays unknown, whatever happens to another attempt.
    may_have_arrived: bool,
}

impl<'a> Channel<'a> {
    pub(super) fn new(delivery: &Delivery<'a>, say: &'a dyn Fn(Event<'_>)) -> Self {
        let &Delivery { target, feed, access, .. } = delivery;
        Self { target, feed, access, say, connection: None, sent: VecDeque::new() }
    }

    /// Sends a message.
    ///
    /// # Errors
    /// A memory that fails, and signals.
    pub(super) fn send(&mut self, message: &Message<'_>, memory: &mut Memory) -> Result<Ended, Error> {
        let may_have_arrived = message.items.first().is_some_and(|item| memory.is_unknown(&item.id));
        let mut attempts = Attempts { may_have_arrived, ..Attempts::default() };
        loop {
            self.keep_pace()?;
            let unsent = match self.attempt(message, memory, &mut attempts)? {
                Ok(()) => return Ok(Ended::Sent),
                Err(unsent) => unsent,
            };
            if let Unsent::Unclear(words) = &unsent
                && self.target.unknown == Unknown::Skip
                && self.target.service.knows_again.is_none()
            {
                let subject = &message.subject;
                self.say(&format!("{subject:?} may not have arrived ({words}); it counts as sent"));
                memory.conclude_message(&message.key, Outcome::Sent(None))?;
                return Ok(Ended::Skipped(words.clone()));
            }
            match self.pause(unsent, message, &mut attempts) {
                Ok(pause) => wait(pause, self.say)?,
                Err(ended) => return Ok(ended),
            }
        }
    }

    /// Sends a message once. The memory knows it before, and what became of it after.
    fn attempt(
        &mut self,
        message: &Message<'_>,
        memory: &mut Memory,
        attempts: &mut Attempts,
    ) -> Result<Result<(), Unsent>, Error> {
        let _careful = Careful::begin(); // what is sent must be remembered
        let feed = self.feed;
        let connection = match self.connection() {
            Ok(connection) => connection,
            Err(unsent) => return Ok(Err(unsent)),
        };
        memory.begin_message(MessageRecord {
            key: message.key.clone(),
            seconds: now(),
            feed: feed.to_owned(),
            ids: message.items.iter().map(|item| item.id.clone()).collect(),
            outcome: Outcome::Unknown,
        })?;
        let result = connection.send(message);
        match &result {
            Ok(id) => memory.conclude_message(&message.key, Outcome::Sent(id.clone()))?,
            Err(Unsent::Refused(words)) => {
                memory.conclude_message(&message.key, Outcome::Refused(words.clone()))?;
            }
            Err(Unsent::Unclear(_)) => attempts.may_have_arrived = true,
            // Whoever would rather lose a message than have it twice isn't to lose one in each run of an outage.
            Err(Unsent::Failed(_)) if self.target.unknown == Unknown::Repeat => attempts.may_have_arrived = true,
            Err(_) if attempts.may_have_arrived => {}
            Err(_) => memory.forget_message(&message.key)?,
        }
        if matches!(result, Err(Unsent::Unclear(_) | Unsent::Failed(_) | Unsent::Unreachable(_))) {
            self.connection = None;
        }
        Ok(result.map(|_| ()))
    }

    /// The connection, which is made if there is none. Making one sends no message.
    fn connection(&mut self) -> Result<&mut Box<dyn Connection>, Unsent> {
        if self.connection.is_none() {
            let connected = account(self.target, self.access).and_then(|account| self.target.service.connect(account));
            self.connection = Some(connected.map_err(|unsent| match unsent {
                Unsent::Unclear(words) | Unsent::Failed(words) => Unsent::Unreachable(words),
                Unsent::Refused(words) => Unsent::Setup(words),
                unsent => unsent,
            })?);
        }
        self.connection.as_mut().ok_or_else(|| Unsent::Unreachable("there is no connection".to_owned()))
    }

    /// How long to wait before a message is tried again, unless it isn't.
    fn pause(&self, unsent: Unsent, message: &Message<'_>, attempts: &mut Attempts) -> Result<Duration, Ended> {
        match unsent {
            Unsent::Refused(words) => Err(Ended::Refused(words)),
            Unsent::Setup(words) => Err(Ended::Left(words)),
            Unsent::Busy(wait) => {
                attempts.busy += 1;
                if let Some(wait) = wait.filter(|wait| *wait > PATIENCE) {
                    let seconds = wait.as_secs();
                    return Err(Ended::Left(format!("the service wants to be left alone for {seconds} s")));
                }
                if attempts.busy > BUSY {
                    return Err(Ended::Left(format!("the service was busy {BUSY} times in a row")));
                }
                // One that says "at once" and is busy all the same isn't pestered.
                let shortest = Duration::from_millis(50 << attempts.busy.min(10));
                Ok(wait.map_or(Duration::from_secs(1 << attempts.busy.min(6)), |wait| wait.max(shortest)))
            }
            Unsent::Unreachable(words) | Unsent::Unclear(words) | Unsent::Failed(words) => {
                attempts.failures += 1;
                if attempts.failures == TRIES {
                    return Err(Ended::Left(words));
                }
                if attempts.may_have_arrived && self.target.service.knows_again.is_none() {
                    let subject = &message.subject;
                    self.say(&format!(
                        "{subject:?} may have arrived ({words}); it is sent again, so it may be there twice"
                    ));
                }
                Ok(Duration::from_secs(1 << (2 * (attempts.failures - 1))))
            }
        }
    }

    /// Waits until the service takes another message.
    fn keep_pace(&mut self) -> Result<(), Error> {
        interrupt::check()?;
        let Some((count, time)) = self.target.service.pace else { return Ok(()) };
        if self.sent.len() >= count as usize
            && let Some(first) = self.sent.pop_front()
        {
            wait(time.saturating_sub(first.elapsed()), self.say)?;
        }
        self.sent.push_back(Instant::now());
        Ok(())
    }

    fn say(&self, words: &str) {
        (self.say)(Event::Said(words));
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
