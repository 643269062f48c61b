//! Mattermost: posts in a channel, through the API or an incoming webhook.
//!
//! A post has its message's key as `pending_post_id`, by which a server knows one again that comes twice within half a minute.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use ureq::http::Request;

use crate::post::account::Account;
use crate::post::http::json_request;
use crate::post::marks::{enclosed, encoded, parted, referenced};
use crate::post::service::{Connection, Message, Sending, Service, key, secret};
use crate::post::text::{Markup, chars};
use crate::post::unsent::Unsent;

/// The service.
pub(in crate::post) const MATTERMOST: Service = Service {
    name: "mattermost",
    title: "Mattermost",
    keys: &[
        key("server", "the server, such as https://mattermost.example.org"),
        key("channel", "the channel: TEAM/NAME, as in its address, or its id"),
        secret("token", "the bot's access token"),
        secret("url", "the address of an incoming webhook"),
    ],
    needs: &[&["server", "channel", "token"], &["url"]],
    markup: &Markup { words, strong, link, line_break: "\n", has_links: true },
    limit: 16_383, // `PostMessageMaxRunesV2` (model/post.go), since Mattermost 5.0
    length: chars,
    prefers_items: false,
    pace: None, // servers limit nothing unless they are set to, and say how long to wait
    // By `pending_post_id` for 30 seconds (app/post.go), which is less than it may take to see that no answer comes; by a webhook never.
    knows_again: None,
    has_threads: true,
    sending: Sending::Connection(connect),
};

struct Mattermost {
    account: Account,
    /// None for a webhook, which has its own.
    channel_id: Option<String>,
}

/// References rather than backslashes, which some clients don't know inside a link; a reference wouldn't hide a mention from the server.
fn words(words: &str) -> String {
    referenced(&parted(words, "@"), "&<>\\*_~`[]|#!$")
}

fn strong(text: &str) -> String {
    enclosed(&words(text), "**")
}

fn link(text: &str, url: &str) -> String {
    format!("[{}](<{}>)", words(text), encoded(url))
}

/// Finds the channel's id.
fn connect(account: Account) -> Result<Box<dyn Connection>, Unsent> {
    let (channel, token) = match (account.get("channel"), account.get("token")) {
        (Some(channel), Some(token)) => (channel, token),
        (None, None) => return Ok(Box::new(Mattermost { account, channel_id: None })),
        _ => return Err(Unsent::Setup("`channel` needs a token; a webhook has a channel of its own".to_owned())),
    };
    let channel = channel.trim_matches('/');
    let channel_id = match channel.split_once('/') {
        None if channel.len() == 26 && channel.bytes().all(|byte| byte.is_ascii_alphanumeric()) => channel.to_owned(),
        None => {
            return Err(Unsent::Setup(
                "`channel` must be TEAM/NAME, as in the channel's address, or its id".to_owned(),
            ));
        }
        Some((team, name)) => {
            let name = name.trim_start_matches("channels/").trim_start_matches('~');
            let [team, name] = [team, name].map(|name| utf8_percent_encode(name, NON_ALPHANUMERIC));
            let url = account.below_server(&format!("api/v4/teams/name/{team}/channels/name/{name}"));
            let request = Request::get(url).header("Authorization", format!("Bearer {token}"));
            let found = account.http.ask(request.body(String::new()))?;
            let id = found.json["id"].as_str().map(str::to_owned);
            id.ok_or_else(|| {
                Unsent::Setup("`server` is no Mattermost server: it doesn't tell the channel's id".to_owned())
            })?
        }
    };
    Ok(Box::new(Mattermost { account, channel_id: Some(channel_id) }))
}

impl Connection for Mattermost {
    fn send(&mut self, message: &Message<'_>) -> Result<Option<String>, Unsent> {
        let Self { account, channel_id } = self;
        let request = match channel_id {
            None => json_request(account.need("url"), None, &json!({ "text": message.text })),
            Some(channel_id) => {
                let body = json!({
                    "channel_id": channel_id,
                    "message": message.text,
                    "root_id": message.answers.as_deref().unwrap_or_default(),
                    "pending_post_id": message.key,
                    "props": { "remove_link_preview": "true" }, // as its own client does to remove one
                });
                json_request(&account.below_server("api/v4/posts"), account.get("token"), &body)
            }
        };
        let reply = account.http.answer(request)?;
        if reply.status == 400 && !is_about_the_message(&reply.json) {
            return Err(Unsent::Setup(account.http.said(&reply)));
        }
        let sent = account.http.judge(reply)?;
        if channel_id.is_none() {
            return Ok(None); // a webhook tells no id
        }
        let id = sent.id("/id")?;
        Ok(Some(message.answers.clone().unwrap_or(id))) // an answer has no answers: all name the thread's first post
    }
}

/// Whether an error is about the message rather than about the channel or the webhook, which have the same status.
fn is_about_the_message(error: &Value) -> bool {
    let id = error["id"].as_str().unwrap_or_default();
    id.starts_with("model.post.is_valid.") || ["root_id", "parse", "text", "empty"].iter().any(|word| id.contains(word))
}
