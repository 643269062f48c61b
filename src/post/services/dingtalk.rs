//! `DingTalk`: the robot of a group, at an address of its own.
//!
//! The rules are those of open.dingtalk.com, "自定义机器人接入" and "自定义机器人发送群消息".

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use crate::net::now;
use crate::post::account::Account;
use crate::post::full_width::{link, strong, words};
use crate::post::robot;
use crate::post::service::{Message, Sending, Service, secret};
use crate::post::text::{Markup, json_bytes};
use crate::post::unsent::Unsent;
use crate::text::first_words;

/// The service.
pub(in crate::post) const DINGTALK: Service = Service {
    name: "dingtalk",
    title: "DingTalk",
    keys: &[
        secret("url", "the robot's webhook address"),
        secret("secret", "the robot's key for signatures (加签), if it wants them"),
    ],
    needs: &[&["url"]],
    // 换行: \n, 建议 \n 前后分别加 2 个空格
    markup: &Markup { words, strong, link, line_break: "  \n  ", has_links: true },
    limit: 20_000 - 700, // 20,000 bytes, whose error is 460101; the title and what surrounds the text take less than 700
    length: json_bytes,
    prefers_items: false,
    // 每分钟最多发送 20 条, 如果超过 20 条, 会限流 10 分钟: a second more, since messages don't all travel equally long.
    pace: Some((20, Duration::from_secs(61))),
    knows_again: None,
    has_threads: false,
    sending: Sending::Each(send),
};

/// How many characters of a title are shown, which lists of chats cut much earlier.
const TITLE: usize = 100;

fn send(account: &Account, message: &Message<'_>) -> Result<Option<String>, Unsent> {
    let url = match account.get("secret") {
        None => account.need("url").to_owned(),
        Some(secret) => signed(account.need("url"), secret, now().as_millis()),
    };
    let title = first_words(&message.subject, TITLE);
    let body = json!({ "msgtype": "markdown", "markdown": { "title": title, "text": message.text } });
    robot::tell(account, &url, &body, "errcode", meaning)?;
    Ok(None)
}

/// An address with a signature ("自定义机器人安全设置": what is signed is timestamp + "\n" + 密钥, and the key is the 密钥).
fn signed(url: &str, secret: &str, millis: u128) -> String {
    let signature = robot::signature(secret, &format!("{millis}\n{secret}"));
    format!("{url}&timestamp={millis}&sign={}", utf8_percent_encode(&signature, NON_ALPHANUMERIC))
}

/// What an error's number means ("自定义机器人发送群消息", 错误码; "服务端 API 全局错误码").
fn meaning(code: i64, said: String) -> Unsent {
    match code {
        130_101 | 410_100 => Unsent::Busy(None), // 发送速度太快而限流
        -1 => Unsent::Unclear(said),             // 系统繁忙
        // 不符合安全设置: the words say which, keywords, signature or address of this machine.
        310_000 => Unsent::Setup(format!("{said}; have the robot check signatures, and set `secret`")),
        // No such token, group or robot, it is off, or the address is another interface's.
        88 | 404 | 300_001 | 300_005 | 400_013 | 400_101 | 400_102 | 400_106 => Unsent::Setup(said),
        _ => Unsent::Refused(said),
    }
}
