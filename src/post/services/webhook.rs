//! A plain webhook: a server of one's own, which gets the items as they stand in the JSON Feed.
//!
//! A message with one item is that item; a message of an issue is a JSON Feed of its items. The header `Idempotency-Key` (IETF draft
//! of that name) is the same whenever the message is sent again.

use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;
use ureq::http::Request;

use crate::post::account::Account;
use crate::post::service::{Message, Sending, Service, key, secret};
use crate::post::text::{PLAIN, bytes};
use crate::post::unsent::Unsent;

/// The service.
pub(in crate::post) const WEBHOOK: Service = Service {
    name: "webhook",
    title: "the webhook",
    keys: &[key("url", "the address that takes the items"), secret("token", "sent as Authorization: Bearer")],
    needs: &[&["url"]],
    markup: &PLAIN,
    limit: 1 << 20,
    length: bytes,
    prefers_items: true,
    pace: None,
    knows_again: Some(Duration::MAX),
    has_threads: false,
    sending: Sending::Each(send),
};

/// A message of several items (JSON Feed 1.1, "Top-level").
#[derive(Serialize)]
struct ItemFeed<'a> {
    version: &'static str,
    title: &'a str,
    items: Vec<&'a RawValue>,
}

fn send(account: &Account, message: &Message<'_>) -> Result<Option<String>, Unsent> {
    let (kind, body) = match message.items[..] {
        [item] if !message.is_issue => ("application/json", item.json.get().to_owned()),
        ref items => {
            let items = items.iter().map(|item| &*item.json).collect();
            let feed = ItemFeed { version: "https://jsonfeed.org/version/1.1", title: message.feed, items };
            ("application/feed+json", serde_json::to_string(&feed).unwrap_or_default())
        }
    };
    let mut request = Request::post(account.need("url"))
        .header("Content-Type", kind)
        .header("Idempotency-Key", format!("\"{}\"", message.key));
    if let Some(token) = account.get("token") {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    let answer = account.http.answer(request.body(body))?;
    // Any server may take items, whatever it speaks.
    if let 400 | 409 | 415 | 422 = answer.status.as_u16() {
        return Err(Unsent::Refused(account.http.said(&answer)));
    }
    account.http.judge(answer).map(|_| None)
}
