//! ntfy: notifications of a topic, of ntfy.sh or a server of one's own.
//!
//! The rules are those of docs.ntfy.sh, "Publishing".

use std::time::Duration;

use serde_json::json;

use crate::post::account::Account;
use crate::post::http::json_request;
use crate::post::service::{Message, Sending, Service, key, key_or, secret};
use crate::post::text::{PLAIN, json_bytes, write};
use crate::post::unsent::Unsent;
use crate::text::first_words;

/// The service.
pub(in crate::post) const NTFY: Service = Service {
    name: "ntfy",
    title: "ntfy",
    keys: &[
        key("topic", "the topic, which whoever knows it can read"),
        key_or("server", "the server", "https://ntfy.sh"),
        secret("token", "an access token, if the topic wants one"),
    ],
    needs: &[&["topic"]],
    markup: &PLAIN, // `markdown` is off unless a message says otherwise
    // "Limitations": 4,096 bytes, beyond which a message becomes a file. The request may have twice as many, so the title is cut.
    limit: 4096,
    length: json_bytes,
    prefers_items: false,
    pace: None, // "Limitations": 60 requests at once, then one every 5 seconds; whoever comes too early is told to come again
    // A notification with a `sequence_id` takes the place of the earlier one ("Updating notifications"), but only since ntfy 2.16.
    knows_again: None,
    has_threads: false,
    sending: Sending::Each(send),
};

/// How many characters a title may have.
const TITLE: usize = 250;

fn send(account: &Account, message: &Message<'_>) -> Result<Option<String>, Unsent> {
    let title = first_words(&message.subject, TITLE);
    let (url, below) = below_title(message);
    // Without a text, it would say "triggered".
    let is_whole = title == message.subject && !below.is_empty();
    let mut body = json!({
        "topic": account.need("topic"),
        "title": title,
        "message": if is_whole { &below } else { &message.text },
        "sequence_id": message.key,
    });
    if !url.is_empty() {
        body["click"] = json!(url);
    }
    // "Publish as JSON": to the server's root, not to the topic.
    let request = json_request(&account.below_server(""), account.get("token"), &body);
    let answer = account.http.answer(request)?;
    match answer.json["code"].as_u64() {
        Some(40009 | 40010) => Err(Unsent::Setup(account.http.said(&answer))), // the topic's name is no good
        Some(42908) => Err(Unsent::Busy(Some(Duration::from_hours(24)))),      // "daily message quota reached"
        _ => account.http.judge(answer)?.id("/id").map(Some),
    }
}

/// The address that a tap opens, and the lines below the first, which is the title.
fn below_title(message: &Message<'_>) -> (String, String) {
    let Some(first) = message.items.first() else { return (String::new(), message.text.clone()) };
    let url = if message.is_issue { first.issue_url.clone().unwrap_or_default() } else { first.url.clone() };
    (url, write(message.lines.get(1..).unwrap_or_default(), &PLAIN))
}
