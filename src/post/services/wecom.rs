//! `WeCom` (企业微信): the robot of a group, at an address of its own.
//!
//! The rules are those of developer.work.weixin.qq.com, "消息推送（原群机器人）配置说明".

use std::time::Duration;

use serde_json::json;

use crate::post::account::Account;
use crate::post::full_width::{link, strong, words};
use crate::post::robot;
use crate::post::service::{Message, Sending, Service, secret};
use crate::post::text::{Markup, bytes};
use crate::post::unsent::Unsent;

/// The service.
pub(in crate::post) const WECOM: Service = Service {
    name: "wecom",
    title: "WeCom",
    keys: &[secret("url", "the robot's webhook address")],
    needs: &[&["url"]],
    // Of the two types, `markdown` is also shown by older clients; `markdown_v2` is not.
    markup: &Markup { words, strong, link, line_break: "\n", has_links: true },
    limit: 4096, // markdown 内容, 最长不超过 4096 个字节
    length: bytes,
    prefers_items: false,
    // 每个机器人发送的消息不能超过 20 条/分钟: a second more, since messages don't all travel equally long.
    pace: Some((20, Duration::from_secs(61))),
    knows_again: None,
    has_threads: false,
    sending: Sending::Each(send),
};

fn send(account: &Account, message: &Message<'_>) -> Result<Option<String>, Unsent> {
    let body = json!({ "msgtype": "markdown", "markdown": { "content": message.text } });
    robot::tell(account, account.need("url"), &body, "errcode", meaning)?;
    Ok(None)
}

/// What an error's number means ("全局错误码").
fn meaning(code: i64, said: String) -> Unsent {
    match code {
        45009 | 45033 => Unsent::Busy(None), // 接口调用超过限制
        -1 => Unsent::Unclear(said),         // 系统繁忙
        // The address is no robot's, the robot is gone, or this machine isn't on its list.
        93_000..=93_999 | 40001 | 40014 | 41001 | 60020 => Unsent::Setup(said),
        _ => Unsent::Refused(said),
    }
}
