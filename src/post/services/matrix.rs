//! Matrix: notices in a room, sent through the client-server API of the account's homeserver.
//!
//! A message is sent with PUT to an address that its key ends, so a homeserver knows it again ("Transaction identifiers"). Answers
//! belong to the thread of a patch's first version ("Threading").

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use ureq::http::Request;

use crate::post::account::Account;
use crate::post::service::{Connection, Message, Sending, Service, key, secret};
use crate::post::text::{HTML, PLAIN, write};
use crate::post::unsent::Unsent;

/// The service.
pub(in crate::post) const MATRIX: Service = Service {
    name: "matrix",
    title: "Matrix",
    keys: &[
        key("server", "the homeserver, such as https://matrix.example.org"),
        key("room", "the room's address or id, such as #riscv:example.org"),
        secret("token", "the access token of the account that posts"),
    ],
    needs: &[&["server", "room", "token"]],
    markup: &HTML,
    limit: 60_000, // of 65,536 bytes for the whole event ("Size limits"), the rest for what servers add, such as signatures
    length,
    prefers_items: false,
    pace: None, // each homeserver has its own, and says how long to wait
    // Nothing says how long; Dendrite forgets after 30 to 60 minutes, Synapse after a day.
    knows_again: Some(Duration::from_mins(30)),
    has_threads: true,
    sending: Sending::Connection(connect),
};

struct Matrix {
    account: Account,
    room: String,
}

/// What a text takes in an event, in bytes: it is there twice, with markup and without, which is shorter; both as strings of JSON.
fn length(text: &str) -> usize {
    2 * Value::from(text).to_string().len()
}

/// Joins the room, which also turns its address into its id ("Joining rooms"). An account that is there already stays there.
fn connect(account: Account) -> Result<Box<dyn Connection>, Unsent> {
    let room = utf8_percent_encode(account.need("room"), NON_ALPHANUMERIC);
    let url = account.below_server(&format!("_matrix/client/v3/join/{room}"));
    let joined = account.http.post_json(&url, account.get("token"), &json!({}))?;
    match joined.json["room_id"].as_str() {
        Some(room) => Ok(Box::new(Matrix { room: room.to_owned(), account })),
        None => Err(Unsent::Setup("`server` is no Matrix homeserver: it doesn't say which room was joined".to_owned())),
    }
}

impl Connection for Matrix {
    fn send(&mut self, message: &Message<'_>) -> Result<Option<String>, Unsent> {
        let Self { account, room } = self;
        let mut event = json!({
            "msgtype": "m.notice", // what bots say, which no other bot answers
            "body": write(&message.lines, &PLAIN),
            "format": "org.matrix.custom.html",
            "formatted_body": message.text,
            "m.mentions": {}, // says that nobody is mentioned, whatever the text holds ("User and room mentions")
        });
        if let Some(root) = &message.answers {
            event["m.relates_to"] = json!({
                "rel_type": "m.thread",
                "event_id": root,
                "is_falling_back": true,
                "m.in_reply_to": { "event_id": root },
            });
        }
        let room = utf8_percent_encode(room, NON_ALPHANUMERIC);
        let url = account.below_server(&format!("_matrix/client/v3/rooms/{room}/send/m.room.message/{}", message.key));
        let request = Request::put(url)
            .header("Content-Type", "application/json")
            .header("Authorization", format!("Bearer {}", account.need("token")));
        let id = account.http.ask(request.body(event.to_string()))?.id("/event_id")?;
        Ok(Some(message.answers.clone().unwrap_or(id))) // no thread begins in a thread: all answers name its first event
    }
}
