//! Slack: messages of an app in a channel, or through an incoming webhook.
//!
//! A message is a `rich_text` block, whose text and links are taken as they are: `mrkdwn` has no way to write a star or an underscore that
//! means nothing ("Formatting message text").

use std::time::Duration;

use serde_json::{Value, json};

use crate::post::account::Account;
use crate::post::http::{Reply, json_request, wait};
use crate::post::marks::encoded;
use crate::post::service::{Connection, Message, Sending, Service, key, key_or, secret};
use crate::post::text::{Markup, MessageLine, PLAIN, Span, chars, html_words};
use crate::post::unsent::Unsent;

/// The service.
pub(in crate::post) const SLACK: Service = Service {
    name: "slack",
    title: "Slack",
    keys: &[
        key("channel", "the channel, such as #riscv, or its id"),
        secret("token", "the app's bot token, which begins with xoxb-"),
        secret("url", "the address of an incoming webhook"),
        key_or("server", "the server of the Web API", "https://slack.com"),
    ],
    needs: &[&["channel", "token"], &["url"]],
    markup: &Markup { has_links: true, ..PLAIN },
    limit: 12_000, // "12,000 text characters with a buffer for block containers" (slackapi/bolt-js#2509), which count, too (#2867)
    length,
    prefers_items: false,
    pace: Some((1, Duration::from_secs(1))), // "1 per second" in a channel (Rate limits, Posting messages)
    knows_again: None,
    has_threads: true,
    sending: Sending::Connection(connect),
};

struct Slack(Account);

/// The characters of a text, with 100 for each line: so long may the containers be that hold a line.
fn length(text: &str) -> usize {
    chars(text) + 100 * text.lines().filter(|line| !line.is_empty()).count()
}

fn connect(account: Account) -> Result<Box<dyn Connection>, Unsent> {
    if account.get("channel").is_some() != account.get("token").is_some() {
        return Err(Unsent::Setup("`channel` needs a token; a webhook has a channel of its own".to_owned()));
    }
    Ok(Box::new(Slack(account)))
}

impl Connection for Slack {
    fn send(&mut self, message: &Message<'_>) -> Result<Option<String>, Unsent> {
        let Self(account) = self;
        let mut body = json!({
            "text": html_words(&message.subject), // for notifications; `&`, `<` and `>` are escaped as in HTML
            "blocks": [{
                "type": "rich_text",
                "elements": [{ "type": "rich_text_section", "elements": elements(&message.lines) }],
            }],
            "unfurl_links": false,
            "unfurl_media": false,
        });
        let (Some(channel), Some(token)) = (account.get("channel"), account.get("token")) else {
            let reply = account.http.answer(json_request(account.need("url"), None, &body))?;
            let word = Some(reply.text.trim().to_owned()).filter(|_| !reply.status.is_success());
            return judge(account, reply, word.as_deref()).map(|_| None);
        };
        body["channel"] = json!(channel);
        if let Some(root) = &message.answers {
            body["thread_ts"] = json!(root);
        }
        let reply =
            account.http.answer(json_request(&account.below_server("api/chat.postMessage"), Some(token), &body))?;
        let word = reply.json["error"].as_str().map(str::to_owned);
        let id = judge(account, reply, word.as_deref())?.id("/ts")?;
        Ok(Some(message.answers.clone().unwrap_or(id))) // "Avoid using a reply's ts value; use its parent instead"
    }
}

fn elements(lines: &[MessageLine]) -> Vec<Value> {
    let mut elements = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            elements.push(json!({ "type": "text", "text": "\n" }));
        }
        elements.extend(line.iter().map(|span| match span {
            Span::Link { words, url } if url.is_empty() => json!({ "type": "text", "text": words }),
            Span::Words(words) => json!({ "type": "text", "text": words }),
            Span::Strong(words) => json!({ "type": "text", "text": words, "style": { "bold": true } }),
            Span::Link { words, url } => json!({ "type": "link", "url": encoded(url), "text": words }),
        }));
    }
    elements
}

/// What an answer means by Slack's word for an error (chat.postMessage, "Errors"; Incoming webhooks, "Handling errors"), which the Web API
/// says in an answer of status 200.
fn judge(account: &Account, reply: Reply, error: Option<&str>) -> Result<Reply, Unsent> {
    let Some(error) = error.filter(|word| is_word(word)).filter(|_| reply.status.as_u16() < 429) else {
        return account.http.judge(reply);
    };
    let said = format!("Slack says {error:?}");
    Err(match error {
        "msg_too_long"
        | "msg_blocks_too_long"
        | "no_text"
        | "invalid_blocks"
        | "invalid_blocks_format"
        | "invalid_payload" => Unsent::Refused(said),
        "ratelimited" | "rate_limited" => Unsent::Busy(wait(&reply)),
        "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout" => Unsent::Unclear(said),
        "not_in_channel" | "channel_not_found" => {
            Unsent::Setup(format!("{said}: look at `channel`, and invite the app to it with /invite"))
        }
        "missing_scope" => Unsent::Setup(format!("{said}: the app needs the scope {}", reply.json["needed"])),
        _ => Unsent::Setup(said),
    })
}

/// Whether a text is a word of Slack's, such as `not_in_channel`, rather than what some other server says.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}
