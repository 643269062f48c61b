//! Zulip: messages in a topic of a channel.
//!
//! Zulip's Markdown has no backslashes, but numeric character references, which it reads after all that could take a mark for more than a
//! letter (zerver/lib/markdown).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use ureq::http::Request;
use url::form_urlencoded;

use crate::post::account::Account;
use crate::post::marks::{enclosed, encoded, referenced};
use crate::post::service::{Message, Sending, Service, key, secret};
use crate::post::text::{Markup, chars};
use crate::post::unsent::Unsent;
use crate::text::first_words;

/// The service.
pub(in crate::post) const ZULIP: Service = Service {
    name: "zulip",
    title: "Zulip",
    keys: &[
        key("server", "the organization's address, such as https://example.zulipchat.com"),
        key("account", "the bot's email address"),
        secret("token", "the bot's API key"),
        key("channel", "the channel's name"),
        key("topic", "the topic; the feed's title if there is none"),
    ],
    needs: &[&["server", "account", "token", "channel"]],
    markup: &Markup { words, strong, link, line_break: "\n", has_links: true },
    limit: 10_000, // Zulip cuts what is longer without a word (`MAX_MESSAGE_LENGTH`)
    length: chars,
    prefers_items: false,
    pace: None, // 200 requests a minute by default, and it says how long to wait (Error handling)
    knows_again: None,
    has_threads: true, // a thread is a topic, called as its first message
    sending: Sending::Each(send),
};

/// How long a topic may be, in characters; Zulip cuts longer ones (`MAX_TOPIC_NAME_LENGTH`).
const TOPIC: usize = 60;

fn words(words: &str) -> String {
    referenced(words, "&<>*_~`$#@[]|\\")
}

fn strong(text: &str) -> String {
    enclosed(&words(text), "**")
}

fn link(text: &str, url: &str) -> String {
    let url = encoded(url).replace("**", "%2A%2A").replace("$$", "%24%24"); // which are read before links are
    format!("[{}]({url})", words(text))
}

fn send(account: &Account, message: &Message<'_>) -> Result<Option<String>, Unsent> {
    let topic = match &message.answers {
        Some(topic) => topic.clone(),
        None if message.in_thread => first_words(&message.subject, TOPIC),
        None => first_words(account.get("topic").unwrap_or(message.feed), TOPIC),
    };
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("type", "stream") // the name of channels that every version of Zulip knows
        .append_pair("to", account.need("channel").trim_start_matches('#'))
        .append_pair("topic", &topic)
        .append_pair("content", &message.text)
        .finish();
    let credentials = STANDARD.encode(format!("{}:{}", account.need("account"), account.need("token")));
    let request = Request::post(account.below_server("api/v1/messages"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Authorization", format!("Basic {credentials}"));
    let reply = account.http.answer(request.body(body))?;
    if reply.status == 400 && is_about_the_channel(&reply.json) {
        return Err(Unsent::Setup(account.http.said(&reply)));
    }
    let id = account.http.judge(reply)?.id("/id")?;
    Ok(Some(if message.in_thread { topic } else { id }))
}

/// Whether an error is about the channel, its topics or the bot's rights there. Those without a code of their own, such as "Not authorized
/// to send to channel", have the same as errors about messages (Send a message, Error handling).
fn is_about_the_channel(error: &Value) -> bool {
    let words = error["msg"].as_str().unwrap_or_default().to_lowercase();
    let place = ["channel", "stream", "topic", "authorized", "permission"];
    error["code"] != "BAD_REQUEST" || place.iter().any(|word| words.contains(word))
}
