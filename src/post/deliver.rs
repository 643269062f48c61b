//! Delivers messages to a target: each once, in order, or says what became of it.
//!
//! Before a message is sent, the memory knows it; once an answer is there, the memory knows that, too. What a service doesn't take for
//! now is left for the next run, with all that comes after it. What it says is wrong is set aside, and the rest goes on.

use super::channel::{Channel, Ended};
use super::delivery::{Delivered, Delivery, Event};
use super::message;
use super::queue::{begin, now, queue};
use super::service::Message;
use super::settings::account;
use super::target::Target;
use super::unsent::Unsent;
use crate::error::Error;
use crate::memory::{Memory, Outcome};
use crate::net::Access;

/// How many messages in a row are refused before it isn't the messages.
const REFUSALS: usize = 5;

/// Delivers what the memory doesn't know.
///
/// # Errors
/// A memory that fails, and signals.
pub fn deliver(delivery: &Delivery<'_>, memory: &mut Memory, say: &dyn Fn(Event<'_>)) -> Result<Delivered, Error> {
    let queue = plan(delivery, memory, say)?;
    let delivered = send_all(delivery, &queue, memory, say);
    memory.write_copy("what was sent is remembered all the same")?;
    delivered
}

/// The messages that are to be delivered. Nothing is written if the memory was only looked at.
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

/// Sends a message that says that it is a test, of a feed with this title.
///
/// # Errors
/// What the service, or a setting, has against it, in words.
pub fn test(target: &Target, title: &str, access: &Access) -> Result<(), String> {
    let delivery = Delivery { target, feed: "", title, items: &[], history: 0, again: &[], access };
    let message = message::test_message(&delivery.form());
    let message = Message { key: format!("{:032x}", now()), ..message }; // each test is a message of its own
    let sent = account(target, access)
        .and_then(|account| target.service.connect(account))
        .and_then(|mut connection| connection.send(&message));
    match sent {
        Ok(_) => Ok(()),
        Err(Unsent::Busy(_)) => Err("the service takes no more messages for now".to_owned()),
        Err(
            Unsent::Unreachable(words)
            | Unsent::Unclear(words)
            | Unsent::Failed(words)
            | Unsent::Refused(words)
            | Unsent::Setup(words),
        ) => Err(words),
    }
}

/// Sends messages, in order, until one can't be sent for now.
fn send_all(
    delivery: &Delivery<'_>,
    queue: &[Message<'_>],
    memory: &mut Memory,
    say: &dyn Fn(Event<'_>),
) -> Result<Delivered, Error> {
    let mut channel = Channel::new(delivery, say);
    let mut delivered = Delivered::default();
    let mut refused: Vec<(usize, String)> = Vec::new(); // in a row: which messages, and why
    for (at, message) in queue.iter().enumerate() {
        let answers = answered(delivery.target, message, memory);
        let message = Message { in_thread: delivery.target.thread, answers, ..message.clone() };
        let ended =
            channel.send(&message, memory).inspect_err(|_| set_aside(queue, &mut refused, &mut delivered, say))?;
        if matches!(ended, Ended::Sent | Ended::Skipped(_)) {
            delivered.messages += 1;
            delivered.items += message.items.len();
            say(Event::Sent(queue.len() - at - 1));
        }
        let (next, why_left) = match ended {
            Ended::Sent => {
                set_aside(queue, &mut refused, &mut delivered, say);
                continue;
            }
            Ended::Refused(words) => {
                refused.push((at, words));
                if refused.len() < REFUSALS {
                    continue;
                }
                for (at, _) in &refused {
                    memory.forget_message(&queue[*at].key)?;
                }
                let (first, words) = refused.swap_remove(0);
                refused.clear();
                (first, format!("{REFUSALS} messages in a row were refused ({words}), so it isn't the messages"))
            }
            Ended::Skipped(words) => (at + 1, words),
            Ended::Left(words) => (at, words),
        };
        delivered.left = queue[next..].iter().map(|message| message.items.len()).sum();
        if delivered.left > 0 {
            say(Event::Said(&format!("{why_left}; what is left is sent in the next run")));
        }
        break;
    }
    set_aside(queue, &mut refused, &mut delivered, say);
    Ok(delivered)
}

/// Says of refused messages that they are left out.
fn set_aside(
    queue: &[Message<'_>],
    refused: &mut Vec<(usize, String)>,
    delivered: &mut Delivered,
    say: &dyn Fn(Event<'_>),
) {
    for (at, words) in refused.drain(..) {
        delivered.refused += queue[at].items.len();
        say(Event::Said(&refusal(&queue[at], &words)));
    }
}

fn refusal(message: &Message<'_>, words: &str) -> String {
    let id = message.items.first().map_or("ID", |item| &item.id);
    format!(
        "{:?} was refused ({words}); it is left out, and the rest goes on; to try it again, say --again {id}",
        message.subject
    )
}

/// The service's own id of the message that a message answers, where its thread began: that of the oldest earlier version that was sent.
fn answered(target: &Target, message: &Message<'_>, memory: &Memory) -> Option<String> {
    let [item] = message.items[..] else { return None };
    let earlier = item.earlier.iter().rev().filter(|_| target.thread);
    earlier.filter_map(|id| memory.message_of(id)).find_map(|message| match &message.outcome {
        Outcome::Sent(id) => id.clone(),
        _ => None,
    })
}
