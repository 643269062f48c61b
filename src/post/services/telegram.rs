//! Telegram: messages of a bot in a chat, through the Bot API.
//!
//! Words of links can't call anybody ("Formatting options": entities that aren't styles can't contain each other); in other words the
//! marks that would begin a mention, a hashtag or a command are parted from what follows.

use std::time::Duration;

use serde_json::{Value, json};

use crate::post::account::Account;
use crate::post::http::json_request;
use crate::post::marks::parted;
use crate::post::service::{Message, Sending, Service, key, key_or, secret};
use crate::post::text::{HTML, Markup, html_words, utf16};
use crate::post::unsent::Unsent;

/// The service.
pub(in crate::post) const TELEGRAM: Service = Service {
    name: "telegram",
    title: "Telegram",
    keys: &[
        key("chat", "the chat: @NAME of a public one, else its number"),
        key("topic", "the number of a topic of the chat, where it has topics"),
        key_or("server", "the server of the Bot API", "https://api.telegram.org"),
        secret("token", "the bot's token, from @BotFather"),
    ],
    needs: &[&["chat", "token"]],
    markup: &Markup { words, line_break: "\n", ..HTML }, // `<br>` is no tag there ("HTML style")
    limit: 4096,
    length,
    prefers_items: false,
    pace: Some((1, Duration::from_secs(3))), // "no more than 20 messages per minute" in a group (Bots FAQ)
    knows_again: None,
    has_threads: true,
    sending: Sending::Each(send),
};

fn words(words: &str) -> String {
    html_words(&parted(words, "@#/$"))
}

/// How much a message has of what is limited: 4096 units "after entities parsing" (sendMessage), and 100 entities, the links and the words
/// that stand out; an entity counts as 41 units at least.
fn length(text: &str) -> usize {
    let (mut units, mut entities) = (0, 0);
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        units += utf16(&rest[..at]);
        let (is_tag, end) = if rest[at..].starts_with('<') { (true, '>') } else { (false, ';') };
        let after = rest[at..].find(end).map_or(rest.len(), |length| at + length + 1);
        entities += usize::from(rest[at..].starts_with("</"));
        units += usize::from(!is_tag);
        rest = &rest[after..];
    }
    (units + utf16(rest)).max(41 * entities)
}

fn send(account: &Account, message: &Message<'_>) -> Result<Option<String>, Unsent> {
    let mut body = json!({
        "chat_id": account.need("chat"),
        "text": message.text,
        "parse_mode": "HTML",
        "link_preview_options": { "is_disabled": true },
    });
    if let Some(topic) = account.get("topic") {
        let number = topic.parse::<i64>();
        let number = number
            .map_err(|_| Unsent::Setup("`topic` must be a number, the last in the topic's address".to_owned()))?;
        body["message_thread_id"] = json!(number);
    }
    if let Some(id) = message.answers.as_ref().and_then(|id| id.parse::<i64>().ok()) {
        body["reply_parameters"] = json!({ "message_id": id, "allow_sending_without_reply": true });
    }
    let url = account.below_server(&format!("bot{}/sendMessage", account.need("token")));
    let reply = account.http.answer(json_request(&url, None, &body))?;
    if reply.status == 400 && is_about_the_chat(&reply.json) {
        return Err(Unsent::Setup(match reply.json["parameters"]["migrate_to_chat_id"].as_i64() {
            Some(number) => format!("the group has become another one: set `chat` to {number}"),
            None => account.http.said(&reply),
        }));
    }
    account.http.judge(reply)?.id("/result/message_id").map(Some)
}

/// Whether an error is about the chat or the bot's rights there, such as "chat not found", `TOPIC_CLOSED` or "not enough rights to send
/// text messages to the chat": Telegram has one status for those and for errors about messages, which speak of entities and of text.
fn is_about_the_chat(error: &Value) -> bool {
    let words = error["description"].as_str().unwrap_or_default().to_ascii_lowercase();
    !words.contains("can't parse")
        && ["chat", "right", "topic", "thread", "peer", "channel"].iter().any(|word| words.contains(word))
}
