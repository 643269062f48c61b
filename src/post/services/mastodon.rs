//! Mastodon, and what speaks its interface: posts of an account.
//!
//! The rules are those of docs.joinmastodon.org, "statuses API methods", "Posting to your profile" and "Rate limits".

use std::time::Duration;

use serde_json::json;
use ureq::http::Request;

use crate::post::account::Account;
use crate::post::marks::{encoded, parted};
use crate::post::service::{Message, Sending, Service, key, key_or, secret};
use crate::post::text::{Markup, graphemes};
use crate::post::unsent::Unsent;

/// The service.
pub(in crate::post) const MASTODON: Service = Service {
    name: "mastodon",
    title: "Mastodon",
    keys: &[
        key("server", "the account's server, such as https://mastodon.example"),
        secret("token", "an access token of the account that may write:statuses"),
        key_or("visibility", "who sees posts: public, unlisted, private or direct", "unlisted"),
    ],
    needs: &[&["server", "token"]],
    markup: &Markup { words, strong: words, link, line_break: "\n", has_links: false },
    // An instance may allow more, none allows fewer; more wouldn't show another item, so none is asked.
    limit: 500,
    length,
    prefers_items: true,
    pace: Some((300, Duration::from_mins(5))), // "All endpoints and methods: 300 requests within 5 minutes"
    knows_again: Some(Duration::from_hours(1)), // "Idempotency keys are stored for up to 1 hour"
    has_threads: true,
    sending: Sending::Each(send),
};

/// How many characters an address counts as ("Posting to your profile": "All links are counted as 23 characters").
const ADDRESS: usize = 23;

fn send(account: &Account, message: &Message<'_>) -> Result<Option<String>, Unsent> {
    match post(account, message, message.answers.as_deref()) {
        // "Record not found": the post that this one answers was deleted, which is no reason to keep this one back.
        Err(Unsent::Setup(_)) if message.answers.is_some() => post(account, message, None),
        result => result,
    }
}

fn post(account: &Account, message: &Message<'_>, answers: Option<&str>) -> Result<Option<String>, Unsent> {
    let mut body = json!({ "status": message.text, "visibility": account.need("visibility") });
    if let Some(id) = answers {
        body["in_reply_to_id"] = json!(id);
    }
    let request = Request::post(account.below_server("api/v1/statuses"))
        .header("Authorization", format!("Bearer {}", account.need("token")))
        .header("Content-Type", "application/json; charset=utf-8")
        .header("Idempotency-Key", &message.key);
    account.http.ask(request.body(body.to_string()))?.id("/id").map(Some)
}

/// Words in which nothing is a mention, a tag or an emoji of the instance (`Account::MENTION_RE`, `Tag::HASHTAG_RE`,
/// `CustomEmoji::SCAN_RE`).
fn words(words: &str) -> String {
    parted(words, "@#＃:")
}

fn link(shown: &str, url: &str) -> String {
    if shown == url { encoded(url) } else { format!("{} {}", words(shown), encoded(url)) }
}

/// The length of a post: in characters as readers see them, of which an address counts 23
/// (`StatusLengthValidator`).
fn length(text: &str) -> usize {
    let mut rest = text;
    let mut length = 0;
    while let Some(start) = first_address(rest) {
        let end = rest[start..].find(ends_address).map_or(rest.len(), |length| start + length);
        let url = &rest[start..end];
        // What has no domain is no address to Mastodon.
        let has_domain = url.split('/').nth(2).is_some_and(|host| host.contains('.'));
        length += graphemes(&rest[..start]) + if has_domain { ADDRESS } else { url.len() };
        rest = &rest[end..];
    }
    length + graphemes(rest)
}

/// Where the first address begins.
fn first_address(text: &str) -> Option<usize> {
    ["https://", "http://"].iter().filter_map(|scheme| text.find(scheme)).min()
}

/// Whether a character ends an address (twitter-text, whose patterns Mastodon's `Extractor` uses), or may.
fn ends_address(c: char) -> bool {
    !c.is_ascii_graphic() || "\"<>\\^`{|}".contains(c)
}
