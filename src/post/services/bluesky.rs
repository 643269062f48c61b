//! Bluesky: posts of an account.
//!
//! The rules are those of docs.bsky.app and atproto.com: "Creating a post", "Links, mentions, and rich text", "TID", "Rate Limits", and
//! the lexicons `app.bsky.feed.post` and `com.atproto.repo.putRecord`.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};
use ureq::http::Request;

use crate::net::now;
use crate::post::account::Account;
use crate::post::http::json_request;
use crate::post::service::{Connection, Message, Sending, Service, key, key_or, secret};
use crate::post::text::{Markup, MessageLine, Span, graphemes, write_piece};
use crate::post::unsent::Unsent;

/// The service.
pub(in crate::post) const BLUESKY: Service = Service {
    name: "bluesky",
    title: "Bluesky",
    keys: &[
        key("account", "the account, such as news.example.org"),
        secret("token", "an app password of the account"),
        key_or("server", "the account's server", "https://bsky.social"),
    ],
    needs: &[&["account", "token"]],
    markup: &WORDS,
    limit: 300, // lexicon `app.bsky.feed.post`: maxGraphemes 300, maxLength 3000
    length,
    prefers_items: true,
    pace: None,                       // "Rate Limits": 5,000 points an hour, of which a post takes 3
    knows_again: Some(Duration::MAX), // a post's address is made of the message
    has_threads: true,
    sending: Sending::Connection(connect),
};

/// Words alone: what leads somewhere is said beside the text, so nothing in it is a link, a mention or a tag.
const WORDS: Markup = Markup {
    words: str::to_owned,
    strong: str::to_owned,
    link: |words, url| linked(words, url).concat(),
    line_break: "\n",
    has_links: true,
};

/// What stands before a link, and what leads to its address: the words, but if they look like an address, it is the address itself.
fn linked(words: &str, url: &str) -> [String; 2] {
    if words.contains("://") {
        let before = if words == url { String::new() } else { format!("{words} ") };
        return [before, address(url)];
    }
    [String::new(), words.to_owned()]
}

/// An address in which there is nothing that none may hold (atproto.com, "Lexicon", format `uri`: no spaces).
fn address(url: &str) -> String {
    const NO_ADDRESS: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');
    utf8_percent_encode(url, NO_ADDRESS).to_string()
}

/// Characters as readers see them, or a tenth of the bytes, whichever is more.
fn length(text: &str) -> usize {
    graphemes(text).max(text.len().div_ceil(10))
}

/// The kind of record that a post is.
const POST: &str = "app.bsky.feed.post";

struct Bluesky {
    account: Account,
    /// The account's own id.
    did: String,
    token: String,
}

fn connect(account: Account) -> Result<Box<dyn Connection>, Unsent> {
    let body = json!({ "identifier": account.need("account"), "password": account.need("token") });
    let url = account.below_server("xrpc/com.atproto.server.createSession");
    let session = account.http.post_json(&url, None, &body)?.json;
    let [Some(did), Some(token)] = ["did", "accessJwt"].map(|name| session[name].as_str().map(str::to_owned)) else {
        return Err(Unsent::Setup("no server of Bluesky answers at the address that `server` holds".to_owned()));
    };
    Ok(Box::new(Bluesky { account, did, token }))
}

impl Connection for Bluesky {
    fn send(&mut self, message: &Message<'_>) -> Result<Option<String>, Unsent> {
        let reply = message.answers.as_deref().and_then(reply);
        let mut record = json!({
            "$type": POST,
            "text": message.text,
            "facets": facets(&message.lines),
            "createdAt": DateTime::<Utc>::from(SystemTime::now()).to_rfc3339_opts(SecondsFormat::Millis, true),
        });
        if let Some(reply) = &reply {
            record["reply"] = reply.clone();
        }
        let key = record_key(message);
        // No record must be there yet: one that is there is this message, which arrived though no answer said so.
        let body = json!({ "repo": self.did, "collection": POST, "rkey": key, "swapRecord": null, "record": record });
        let url = self.account.below_server("xrpc/com.atproto.repo.putRecord");
        let answer = self.account.http.answer(json_request(&url, Some(&self.token), &body))?;
        match answer.json["error"].as_str() {
            Some("InvalidSwap") => Ok(self.id_of(&key)),
            // A session ends after some hours; another is begun.
            Some("ExpiredToken" | "InvalidToken") => Err(Unsent::Unreachable(self.account.http.said(&answer))),
            _ => {
                let post = self.account.http.judge(answer)?;
                post.id("/cid")?;
                Ok(id(&post.json, reply.as_ref()))
            }
        }
    }
}

impl Bluesky {
    /// The id of a post that is there, if the server tells it.
    fn id_of(&self, key: &str) -> Option<String> {
        let path = format!("xrpc/com.atproto.repo.getRecord?repo={}&collection={POST}&rkey={key}", self.did);
        let request = Request::get(self.account.below_server(&path)).body(String::new());
        let post = self.account.http.ask(request).ok()?.json;
        id(&post, post["value"].get("reply"))
    }
}

/// A post's id as the memory has it: its address and its hash, and those of the post that began its thread if it is an answer.
fn id(post: &Value, reply: Option<&Value>) -> Option<String> {
    let root = reply.map(|reply| &reply["root"]);
    let words = std::iter::once(post).chain(root).flat_map(|post| [post["uri"].as_str(), post["cid"].as_str()]);
    words.collect::<Option<Vec<&str>>>().map(|words| words.join(" "))
}

/// What makes a post an answer to the one with an id ("Creating a post", "Replies": each names the post that began the thread, too).
fn reply(id: &str) -> Option<Value> {
    let (parent, root) = match id.split(' ').collect::<Vec<&str>>()[..] {
        [uri, cid] => ((uri, cid), (uri, cid)),
        [uri, cid, root_uri, root_cid] => ((uri, cid), (root_uri, root_cid)),
        _ => return None,
    };
    let [parent, root] = [parent, root].map(|(uri, cid)| json!({ "uri": uri, "cid": cid }));
    Some(json!({ "root": root, "parent": parent }))
}

/// What leads somewhere in a text, by bytes of UTF-8 ("Links, mentions, and rich text").
fn facets(lines: &[MessageLine]) -> Vec<Value> {
    let mut facets = Vec::new();
    let mut start = 0;
    for line in lines {
        for span in line {
            let end = start + write_piece(span, &WORDS).len();
            if let Span::Link { words, url } = span
                && url.starts_with("http")
            {
                let [_, shown] = linked(words, url);
                facets.push(json!({
                    "index": { "byteStart": end - shown.len(), "byteEnd": end },
                    "features": [{ "$type": "app.bsky.richtext.facet#link", "uri": address(url) }],
                }));
            }
            start = end;
        }
        start += WORDS.line_break.len();
    }
    facets
}

/// The digits of a record's key, in their order ("TID": base32-sortable).
const DIGITS: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";

/// The key of a message's record ("TID": 53 bits of microseconds since 1970, then 10 bits of the clock's own): the date of its first
/// item, and what tells it from others. A test's is new each time.
fn record_key(message: &Message<'_>) -> String {
    let seconds = message.items.first().map_or_else(
        || now().as_secs(),
        |item| DateTime::parse_from_rfc3339(&item.date).map_or(0, |date| date.timestamp().unsigned_abs()),
    );
    let hash = u64::from_str_radix(&message.key[16..], 16).unwrap_or_default();
    let (micros, clock) = (hash / 1024 % 1_000_000, hash % 1024);
    let time = seconds * 1_000_000 + micros;
    let number = (time << 10 | clock) & (u64::MAX >> 1);
    (0..13).rev().map(|digit| char::from(DIGITS[(number >> (5 * digit) & 31) as usize])).collect()
}
