//! Discord: messages in a channel, through a webhook of it.

use serde_json::json;

use crate::post::account::Account;
use crate::post::http::json_request;
use crate::post::marks::{backslashed, brackets_pair, enclosed, encoded};
use crate::post::service::{Message, Sending, Service, secret};
use crate::post::text::{Markup, utf16};
use crate::post::unsent::Unsent;
use crate::text::first_words;

/// The service.
pub(in crate::post) const DISCORD: Service = Service {
    name: "discord",
    title: "Discord",
    keys: &[secret("url", "the webhook's address, from the channel's settings, Integrations")],
    needs: &[&["url"]],
    markup: &Markup { words, strong, link, line_break: "\n", has_links: true },
    limit: 2000, // "the message contents (up to 2000 characters)" (Execute Webhook); units of UTF-16 are never fewer
    length: utf16,
    prefers_items: false,
    pace: None, // "rate limits should not be hard coded" (Rate Limits); it says how long to wait
    knows_again: None,
    has_threads: true, // in forums: a webhook can't answer a message, but begin a thread, and go on in it
    sending: Sending::Each(send),
};

/// Don't show cards for links ("Message Flags").
const SUPPRESS_EMBEDS: u32 = 1 << 2;

/// How long the name of a thread may be, in characters ("Start Thread in Forum or Media Channel").
const THREAD_NAME: usize = 100;

/// From this code on, errors are about forums, which have threads alone, and about threads elsewhere ("JSON Error Codes").
const FORUM_ERRORS: u64 = 220_000;

fn words(words: &str) -> String {
    // Addresses in words would be links, which no link may have in its own words.
    backslashed(words, "\\*_~`|[]()<>#@:&").replace("\\://", "\\:\u{2060}//")
}

fn strong(text: &str) -> String {
    enclosed(&words(text), "**")
}

fn link(text: &str, url: &str) -> String {
    let url = encoded(url);
    if text == url {
        format!("<{url}>")
    } else if brackets_pair(text) {
        format!("[{}](<{url}>)", words(text))
    } else {
        format!("{} <{url}>", words(text))
    }
}

fn send(account: &Account, message: &Message<'_>) -> Result<Option<String>, Unsent> {
    let url = account.need("url");
    let joint = if url.contains('?') { '&' } else { '?' };
    let mut url = format!("{url}{joint}wait=true"); // only then it says whether the message was saved, and its id
    let mut body = json!({
        "content": message.text,
        "allowed_mentions": { "parse": [] },
        "flags": SUPPRESS_EMBEDS,
    });
    match &message.answers {
        Some(thread) => url = format!("{url}&thread_id={thread}"),
        None if message.in_thread => body["thread_name"] = json!(first_words(&message.subject, THREAD_NAME)),
        None => {}
    }
    let reply = account.http.answer(json_request(&url, None, &body))?;
    if reply.status == 400 && reply.json["code"].as_u64().is_some_and(|code| code >= FORUM_ERRORS) {
        let said = account.http.said(&reply);
        return Err(Unsent::Setup(if message.in_thread {
            format!("{said}; only in a forum may a webhook begin threads: leave `thread` out")
        } else {
            format!(
                "{said}; in a forum, say thread = true, or end the webhook's address with ?thread_id= and a thread's id"
            )
        }));
    }
    // In a forum, each first message begins a thread, which is a channel ("Execute Webhook").
    let id = if message.in_thread { "/channel_id" } else { "/id" };
    account.http.judge(reply)?.id(id).map(Some)
}
