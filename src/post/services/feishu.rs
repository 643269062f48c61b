//! Feishu, and Lark, which is the same outside of China: the robot of a group, at an address of its own.
//!
//! The rules are those of open.feishu.cn, "自定义机器人使用指南" (Lark: "Custom bot usage guide"). Of the types of messages, `post` shows
//! links as words and has no markup: each span is an object, so that no title can be anything but words.

use std::time::Duration;

use serde_json::{Value, json};

use crate::net::now;
use crate::post::account::Account;
use crate::post::robot;
use crate::post::service::{Message, Sending, Service, secret};
use crate::post::text::{Markup, Span, bytes};
use crate::post::unsent::Unsent;

/// The service.
pub(in crate::post) const FEISHU: Service = Service {
    name: "feishu",
    title: "Feishu",
    keys: &[
        secret("url", "the robot's webhook address, of Feishu or Lark"),
        secret("secret", "the robot's key for signatures, if it wants them"),
    ],
    needs: &[&["url"]],
    markup: &POST,
    limit: 20_000 - 300, // 请求体大小不能超过 20 KB, of which the frame around the text takes less than 300 bytes
    length: bytes,
    prefers_items: false,
    pace: Some((1, Duration::from_millis(700))), // 100 次/分钟, 5 次/秒
    knows_again: None,
    has_threads: false,
    sending: Sending::Each(send),
};

/// Spans as they stand in the request, which is what the limit counts.
const POST: Markup = Markup {
    words: |words| format!("{},", of_words(words)),
    strong: |words| format!("{},", of_words(words)),
    link: |words, url| format!("{},", of_link(words, url)),
    line_break: "],\n[",
    has_links: true,
};

fn of_words(words: &str) -> Value {
    json!({ "tag": "text", "text": words })
}

fn of_link(words: &str, url: &str) -> Value {
    json!({ "tag": "a", "text": words, "href": url })
}

fn of_span(span: &Span) -> Value {
    match span {
        Span::Link { words, url } if !url.is_empty() => of_link(words, url),
        Span::Words(words) | Span::Strong(words) | Span::Link { words, .. } => of_words(words),
    }
}

fn send(account: &Account, message: &Message<'_>) -> Result<Option<String>, Unsent> {
    let lines: Vec<Vec<Value>> = message.lines.iter().map(|line| line.iter().map(of_span).collect()).collect();
    let mut body = json!({ "msg_type": "post", "content": { "post": { "zh_cn": { "content": lines } } } });
    if let Some(secret) = account.get("secret") {
        let seconds = now().as_secs();
        body["timestamp"] = json!(seconds.to_string());
        // 把 timestamp + "\n" + 密钥 当做签名字符串: it is the key, and what is signed is empty.
        body["sign"] = json!(robot::signature(&format!("{seconds}\n{secret}"), ""));
    }
    robot::tell(account, account.need("url"), &body, "code", meaning)?;
    Ok(None)
}

/// What an error's number means (the guide's section on errors).
fn meaning(code: i64, said: String) -> Unsent {
    match code {
        11232 | 99_991_400 => Unsent::Busy(None), // 频控; the second is that of all interfaces
        19024 => Unsent::Setup(format!(
            "{said}; the robot takes messages with its keywords alone: have it check signatures instead, and set `secret`"
        )),
        19021 => Unsent::Setup(format!("{said}; look at `secret`, and at this machine's clock")),
        19001 | 19007 | 19022 => Unsent::Setup(said), // no such robot, it is off, or this machine isn't on its list
        _ => Unsent::Refused(said),
    }
}
