//! What chats get: paths, headers and markup, within their limits; and what becomes of what they answer.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use patchfeed::memory::{Memory, Outcome};
use patchfeed::net::Access;
use patchfeed::post::{self, Delivered, Delivery, Event, Message, PostItem, Target, item};
use serde_json::{Value, json};

use crate::Folder;
use crate::server::{Answer, Request, Server, answer};

/// A way to post to a service.
struct Chat {
    /// The settings, in which SERVER stands for the server's address, TOKEN and URL for where those secrets are.
    settings: &'static str,
    /// What the service answers if all is well.
    answer: fn(&Request) -> Value,
    /// Whether a request sends a message.
    sends: fn(&Request) -> bool,
}

const MATRIX: Chat = Chat {
    settings: "to = 'matrix'\nserver = SERVER\nroom = '#riscv:example.org'\ntoken = TOKEN\n",
    answer: |request| match request.path.split_once("/m.room.message/") {
        Some((_, key)) => json!({ "event_id": format!("${key}") }),
        None => json!({ "room_id": "!abc:example.org" }),
    },
    sends: |request| request.method == "PUT",
};

const TELEGRAM: Chat = Chat {
    settings: "to = 'telegram'\nserver = SERVER\nchat = '@riscv'\ntoken = TOKEN\n",
    answer: |_| json!({ "ok": true, "result": { "message_id": 77 } }),
    sends: |_| true,
};

const SLACK: Chat = Chat {
    settings: "to = 'slack'\nserver = SERVER\nchannel = '#riscv'\ntoken = TOKEN\n",
    answer: |_| json!({ "ok": true, "ts": "1503435956.000247", "channel": "C1" }),
    sends: |_| true,
};

const SLACK_WEBHOOK: Chat = Chat { settings: "to = 'slack'\nurl = URL\n", answer: |_| json!("ok"), sends: |_| true };

const DISCORD: Chat = Chat {
    settings: "to = 'discord'\nurl = URL\n",
    answer: |_| json!({ "id": "1234", "channel_id": "77" }),
    sends: |_| true,
};

const MATTERMOST: Chat = Chat {
    settings: "to = 'mattermost'\nserver = SERVER\nchannel = 'kernel/riscv'\ntoken = TOKEN\n",
    answer: |request| match request.path.as_str() {
        "/api/v4/posts" => json!({ "id": request.json()["message"].as_str().map(|text| text.split(']').next()) }),
        _ => json!({ "id": "4xp9fdt77pncbef59f4k1qe83o" }),
    },
    sends: |request| request.method == "POST",
};

const MATTERMOST_WEBHOOK: Chat =
    Chat { settings: "to = 'mattermost'\nurl = URL\n", answer: |_| json!("ok"), sends: |_| true };

const ZULIP: Chat = Chat {
    settings: "to = 'zulip'\nserver = SERVER\naccount = 'bot@example.org'\nchannel = 'riscv'\ntoken = TOKEN\n",
    answer: |_| json!({ "result": "success", "id": 42 }),
    sends: |_| true,
};

/// A place at a service, played by a server, with a memory of what was posted there.
struct Place {
    folder: Folder,
    server: Server,
    target: Target,
    said: Mutex<String>,
}

/// Starts a place with more settings than the usual ones.
fn place(name: &str, chat: &'static Chat, more: &str) -> Place {
    place_that_answers(name, chat, more, |request| ok(&(chat.answer)(request)))
}

fn place_that_answers(
    name: &str,
    chat: &Chat,
    more: &str,
    answers: impl Fn(&Request) -> Answer + Send + Sync + 'static,
) -> Place {
    let folder = Folder::new(&format!("chat-{name}"));
    let server = Server::start(answers);
    folder.write("token", "SECRET-TOKEN\n");
    folder.write("url", server.url("hooks/SECRET-HOOK-0123456789"));
    let file = |name: &str| format!("{{ file = {:?} }}", folder.path(name).to_string_lossy());
    let settings = chat
        .settings
        .replace("SERVER", &format!("{:?}", server.url("")))
        .replace("TOKEN", &file("token"))
        .replace("URL", &file("url"));
    let target: Target = toml::from_str(&format!("name = 't'\n{settings}{more}")).expect("the settings are right");
    assert_eq!(target.check(), Ok(()));
    Place { folder, server, target, said: Mutex::default() }
}

impl Place {
    /// Delivers the items of a feed, all of which are new the first time.
    fn post(&self, items: &[PostItem]) -> Delivered {
        let say = |event: Event<'_>| {
            if let Event::Said(words) = event {
                self.said.lock().expect("no thread fails").push_str(words);
            }
        };
        let access = Access { timeout: Duration::from_secs(5), ..Access::default() };
        post::deliver(&self.delivery(items, &access), &mut self.memory(), &say).expect("the memory can be written")
    }

    fn delivery<'a>(&'a self, items: &'a [PostItem], access: &'a Access) -> Delivery<'a> {
        let title = "RISC-V · News";
        Delivery { target: &self.target, feed: "riscv", title, items, history: 99, again: &[], access }
    }

    /// The texts that would be posted, in the service's markup.
    fn texts(&self, items: &[PostItem]) -> Vec<String> {
        let access = Access::default();
        let mut memory = Memory::look(&self.folder.path("none")).expect("no memory is as good as an empty one");
        let messages: Vec<Message<'_>> =
            post::plan(&self.delivery(items, &access), &mut memory, &|_| {}).expect("nothing is written");
        messages.into_iter().map(|message| message.text).collect()
    }

    fn memory(&self) -> Memory {
        Memory::open(&self.folder.path("memory"), false).expect("the memory can be opened")
    }

    /// The service's own id of the message that an item was sent in.
    fn id_of(&self, item: &str) -> Option<String> {
        match self.memory().message_of(item)?.outcome.clone() {
            Outcome::Sent(id) => id,
            outcome => panic!("{item} wasn't sent: {outcome:?}"),
        }
    }

    /// What was said so far; no secret may be in it.
    fn said(&self) -> String {
        let said = self.said.lock().expect("no thread fails").clone();
        assert!(!said.contains("SECRET"), "{said}");
        said
    }

    /// The requests that send messages.
    fn sent(&self, chat: &Chat) -> Vec<Request> {
        self.server.requests().into_iter().filter(chat.sends).collect()
    }
}

fn ok(body: &Value) -> Answer {
    answer("200 OK", &[("Content-Type", "application/json")], body.to_string())
}

const SUMMARY: &str = "It mends *the* <pid>, which nobody has tried so far.";

/// An item of issue 7, which is the later version of other items.
fn versioned(id: &str, earlier: &[&str]) -> PostItem {
    let earlier: Vec<Value> = earlier.iter().map(|id| json!({ "id": id })).collect();
    read(id, id, "https://lore.example/i", &json!({ "earlier": earlier }))
}

fn titled(title: &str) -> PostItem {
    read("i", title, "https://lore.example/i", &Value::Null)
}

fn read(id: &str, title: &str, url: &str, series: &Value) -> PostItem {
    let json = json!({
        "id": id, "title": title, "url": url, "summary": SUMMARY,
        "_patchfeed": {
            "sections": ["riscv"], "issue_title": "News, issue 7", "issue_url": "https://n.example/7", "series": series,
        },
    });
    item::read(serde_json::value::to_raw_value(&json).expect("JSON")).expect("an item")
}

/// As many items of one issue as need several messages.
fn many() -> Vec<PostItem> {
    let title = |n: u32| format!("修复 <{n}> \"{}\"", "x_y ".repeat(20));
    (0..200).map(|n| read(&n.to_string(), &title(n), "https://lore.example/a_b_(c)", &Value::Null)).collect()
}

const ITEM: &str = "group = 'item'\n";

#[test]
fn matrix_gets_a_notice_in_the_room_that_its_address_leads_to() {
    let place = place("matrix", &MATRIX, ITEM);
    assert_eq!(place.post(&[titled("fix <pid> @room")]).messages, 1);
    let [joining, sending] = &place.server.requests()[..] else { panic!("two requests") };
    assert_eq!((&*joining.method, &*joining.path), ("POST", "/_matrix/client/v3/join/%23riscv%3Aexample%2Eorg"));
    assert_eq!(sending.header("authorization"), "Bearer SECRET-TOKEN");
    let (room, key) = sending.path.rsplit_once('/').expect("a path");
    assert_eq!(
        (&*sending.method, room),
        ("PUT", "/_matrix/client/v3/rooms/%21abc%3Aexample%2Eorg/send/m.room.message")
    );
    assert_eq!(key.len(), 32);
    assert_eq!(
        sending.json(),
        json!({
            "msgtype": "m.notice",
            "body": format!("fix <pid> @room https://lore.example/i\nriscv · News, issue 7 https://n.example/7\n{SUMMARY}"),
            "format": "org.matrix.custom.html",
            "formatted_body": "<a href=\"https://lore.example/i\">fix &lt;pid&gt; @room</a><br>\n\
                riscv · <a href=\"https://n.example/7\">News, issue 7</a><br>\n\
                It mends *the* &lt;pid&gt;, which nobody has tried so far.",
            "m.mentions": {},
        })
    );
    assert_eq!(place.id_of("i"), Some(format!("${key}")));
}

#[test]
fn matrix_gets_later_versions_in_the_thread_of_the_first() {
    let place = place("matrix-thread", &MATRIX, "group = 'item'\nthread = true");
    place.post(&[versioned("v1", &[]), versioned("v2", &["v1"]), versioned("v3", &["v2", "v1"])]);
    let root = place.id_of("v1");
    let relations: Vec<Value> =
        place.sent(&MATRIX).iter().map(|request| request.json()["m.relates_to"].clone()).collect();
    let in_thread = json!({
        "rel_type": "m.thread", "event_id": root, "is_falling_back": true, "m.in_reply_to": { "event_id": root },
    });
    assert_eq!(relations, [Value::Null, in_thread.clone(), in_thread]);
}

#[test]
fn a_matrix_event_stays_below_what_servers_take() {
    let place = place("matrix-limit", &MATRIX, "");
    assert_eq!(place.post(&many()).items, 200);
    let lengths: Vec<usize> = place.sent(&MATRIX).iter().map(|event| event.json().to_string().len()).collect();
    assert!(lengths.iter().all(|&length| length < 60_500) && lengths[0] > 50_000, "{lengths:?}");
}

#[test]
fn telegram_gets_html_without_cards_and_its_answers_as_answers() {
    let place = place("telegram", &TELEGRAM, "topic = '5'\nthread = true\ngroup = 'item'");
    place.post(&[titled("fix <pid> & @all")]);
    place.post(&[versioned("v2", &["i"])]);
    let [first, second] = &place.server.requests()[..] else { panic!("two requests") };
    assert_eq!(first.path, "/botSECRET-TOKEN/sendMessage");
    assert_eq!(
        first.json(),
        json!({
            "chat_id": "@riscv",
            "message_thread_id": 5,
            "parse_mode": "HTML",
            "link_preview_options": { "is_disabled": true },
            "text": "<a href=\"https://lore.example/i\">fix &lt;pid&gt; &amp; @all</a>\n\
                riscv · <a href=\"https://n.example/7\">News, issue 7</a>\n\
                It mends *the* &lt;pid&gt;, which nobody has tried so far.",
        })
    );
    assert_eq!(second.json()["reply_parameters"], json!({ "message_id": 77, "allow_sending_without_reply": true }));
    assert_eq!(place.id_of("v2").as_deref(), Some("77"));
}

#[test]
fn a_telegram_message_has_no_more_units_and_entities_than_are_read() {
    let place = place("telegram-limit", &TELEGRAM, "");
    let tag = regex::Regex::new("<[^>]*>").expect("the expression is right");
    for items in [many(), (0..300).map(|n| versioned(&n.to_string(), &[])).collect()] {
        let texts = place.texts(&items);
        let seen: usize = texts.iter().map(|text| text.matches("</a>").count() - 1).sum();
        assert_eq!(seen, items.len(), "no item is left out, beside the heading of each message");
        for text in texts {
            let shown = tag.replace_all(&text, "").replace("&lt;", "<").replace("&gt;", ">");
            assert!(shown.encode_utf16().count() <= 4096 && text.matches("</").count() <= 100);
        }
    }
}

#[test]
fn slack_gets_rich_text_in_which_nothing_is_markup() {
    let place = place("slack", &SLACK, "thread = true\ngroup = 'item'");
    place.post(&[titled("*x* <!channel> :smile:"), versioned("v2", &["i"])]);
    let [first, second] = &place.server.requests()[..] else { panic!("two requests") };
    assert_eq!((&*first.path, first.header("authorization")), ("/api/chat.postMessage", "Bearer SECRET-TOKEN"));
    let text = |text: &str| json!({ "type": "text", "text": text });
    let link = |text: &str, url: &str| json!({ "type": "link", "text": text, "url": url });
    assert_eq!(
        first.json(),
        json!({
            "channel": "#riscv",
            "text": "*x* &lt;!channel&gt; :smile:",
            "blocks": [{ "type": "rich_text", "elements": [{ "type": "rich_text_section", "elements": [
                link("*x* <!channel> :smile:", "https://lore.example/i"),
                text("\n"), text("riscv"), text(" · "), link("News, issue 7", "https://n.example/7"),
                text("\n"), text(SUMMARY),
            ] }] }],
            "unfurl_links": false,
            "unfurl_media": false,
        })
    );
    assert_eq!(second.json()["thread_ts"], "1503435956.000247");
}

#[test]
fn a_slack_webhook_gets_the_same_without_a_channel() {
    let place = place("slack-webhook", &SLACK_WEBHOOK, "");
    place.post(&[titled("a"), read("j", "b", "", &Value::Null)]);
    let [request] = &place.server.requests()[..] else { panic!("one request") };
    assert_eq!((&*request.path, request.header("authorization")), ("/hooks/SECRET-HOOK-0123456789", ""));
    let body = request.json();
    assert_eq!((&body["text"], body.get("channel")), (&json!("RISC-V · News, issue 7"), None));
    let elements = body["blocks"][0]["elements"][0]["elements"].as_array().expect("elements").clone();
    assert_eq!(elements[0], json!({ "type": "text", "text": "RISC-V · ", "style": { "bold": true } }));
    assert_eq!(elements[4], json!({ "type": "text", "text": "b" }), "an item without an address leads nowhere");
    assert_eq!(place.id_of("i"), None);
}

#[test]
fn discord_gets_markdown_that_calls_nobody_and_shows_no_cards() {
    let place = place("discord", &DISCORD, "");
    place.post(&[titled("fix <pid> & @everyone"), read("j", "v2: x", "https://lore.example/a_(b)|c d>", &Value::Null)]);
    let [request] = &place.server.requests()[..] else { panic!("one request") };
    assert_eq!((&*request.path, &*request.query), ("/hooks/SECRET-HOOK-0123456789", "wait=true"));
    assert_eq!(
        request.json(),
        json!({
            "content": "**RISC-V ·** [News, issue 7](<https://n.example/7>)\n\
                • [v2\\: x](<https://lore.example/a_%28b%29%7Cc%20d%3E>)\n\
                • [fix \\<pid\\> \\& \\@everyone](<https://lore.example/i>)",
            "allowed_mentions": { "parse": [] },
            "flags": 4,
        })
    );
    assert_eq!(place.id_of("i").as_deref(), Some("1234"));
}

#[test]
fn mattermost_gets_posts_with_keys_in_the_channel_of_a_name() {
    let place = place("mattermost", &MATTERMOST, "thread = true\ngroup = 'item'");
    place.post(&[versioned("v1", &[]), versioned("v2", &["v1"]), versioned("v3", &["v2", "v1"])]);
    let requests = place.server.requests();
    assert_eq!((&*requests[0].method, &*requests[0].path), ("GET", "/api/v4/teams/name/kernel/channels/name/riscv"));
    assert_eq!((&*requests[1].path, requests[1].header("authorization")), ("/api/v4/posts", "Bearer SECRET-TOKEN"));
    let post = requests[1].json();
    assert_eq!(post["channel_id"], "4xp9fdt77pncbef59f4k1qe83o");
    assert_eq!(post["pending_post_id"].as_str().map(str::len), Some(32));
    assert_eq!(post["props"], json!({ "remove_link_preview": "true" }));
    let summary = "It mends &#42;the&#42; &#60;pid&#62;, which nobody has tried so far.";
    assert_eq!(
        post["message"],
        format!("[v1](<https://lore.example/i>)\nriscv · [News, issue 7](<https://n.example/7>)\n{summary}")
    );
    let roots: Vec<Value> = requests[1..].iter().map(|request| request.json()["root_id"].clone()).collect();
    assert_eq!(roots, ["", "[v1", "[v1"], "a thread has one root");
}

#[test]
fn mattermost_takes_ids_of_channels_and_webhooks_as_they_are() {
    let place = place_that_answers(
        "mattermost-id",
        &Chat {
            settings: "to = 'mattermost'\nserver = SERVER\nchannel = '4xp9fdt77pncbef59f4k1qe83o'\ntoken = TOKEN\n",
            ..MATTERMOST
        },
        "",
        |_| ok(&json!({ "id": "p" })),
    );
    place.post(&[titled("a")]);
    assert_eq!(place.server.requests().len(), 1);
    let place = self::place("mattermost-webhook", &MATTERMOST_WEBHOOK, ITEM);
    place.post(&[titled("a")]);
    let [request] = &place.server.requests()[..] else { panic!("one request") };
    assert_eq!(request.path, "/hooks/SECRET-HOOK-0123456789");
    assert!(request.json()["text"].as_str().is_some_and(|text| text.starts_with("[a](<https://lore.example/i>)\n")));
}

#[test]
fn zulip_gets_messages_in_a_topic_which_is_the_feed_if_nothing_else_is_said() {
    for (more, topic) in [("", "RISC-V · News"), ("topic = 'patches'\n", "patches")] {
        let place = place(&format!("zulip-{}", topic.len()), &ZULIP, &format!("{more}{ITEM}"));
        place.post(&[titled("a [b] @**all** :smile:")]);
        let [request] = &place.server.requests()[..] else { panic!("one request") };
        assert_eq!(request.path, "/api/v1/messages");
        assert_eq!(request.header("authorization"), "Basic Ym90QGV4YW1wbGUub3JnOlNFQ1JFVC1UT0tFTg==");
        let form: BTreeMap<String, String> = url::form_urlencoded::parse(&request.body).into_owned().collect();
        let content = "[a &#91;b&#93; &#64;&#42;&#42;all&#42;&#42; &#58;smile:](https://lore.example/i)\n\
            riscv · [News, issue 7](https://n.example/7)\n\
            It mends &#42;the&#42; &#60;pid&#62;, which nobody has tried so far.";
        let want = [("type", "stream"), ("to", "riscv"), ("topic", topic), ("content", content)];
        assert_eq!(form, want.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        assert_eq!(place.id_of("i").as_deref(), Some("42"));
    }
}

#[test]
fn zulip_has_a_topic_for_the_versions_of_a_patch() {
    let place = place("zulip-thread", &ZULIP, "group = 'item'\nthread = true");
    place.post(&[versioned("v1", &[]), versioned("v2", &["v1"]), versioned("v3", &["v2", "v1"])]);
    let topic = |request: &Request| {
        url::form_urlencoded::parse(&request.body)
            .find(|(name, _)| name == "topic")
            .map(|(_, topic)| topic.into_owned())
    };
    let topics: Vec<Option<String>> = place.server.requests().iter().map(topic).collect();
    assert_eq!(topics[0].as_deref(), Some("v1"));
    assert!(topics.iter().all(|topic| *topic == topics[0]), "{topics:?}");
}

#[test]
fn discord_has_a_thread_of_a_forum_for_the_versions_of_a_patch() {
    let place = place("discord-thread", &DISCORD, "group = 'item'\nthread = true");
    place.post(&[versioned("v1", &[]), versioned("v2", &["v1"]), versioned("v3", &["v2", "v1"])]);
    let requests = place.server.requests();
    let names: Vec<Value> = requests.iter().map(|request| request.json()["thread_name"].clone()).collect();
    assert_eq!(names, [json!("v1"), Value::Null, Value::Null]);
    let queries: Vec<&str> = requests.iter().map(|request| request.query.as_str()).collect();
    assert_eq!(queries, ["wait=true", "wait=true&thread_id=77", "wait=true&thread_id=77"]);
}

#[test]
fn a_title_is_never_markup() {
    for (name, chat, rows) in [
        (
            "telegram",
            &TELEGRAM,
            &[
                ("a &amp; <b>", "<a href=\"https://lore.example/i\">a &amp;amp; &lt;b&gt;</a>"),
                ("https://a.example", "<a href=\"https://lore.example/i\">https://a.example</a>"),
            ][..],
        ),
        (
            "discord",
            &DISCORD,
            &[
                (
                    "*x* __y__ ~~z~~ ||s|| `c`",
                    "[\\*x\\* \\_\\_y\\_\\_ \\~\\~z\\~\\~ \\|\\|s\\|\\| \\`c\\`](<https://lore.example/i>)",
                ),
                (
                    "[x](y) <#1> :smile: #1234",
                    "[\\[x\\]\\(y\\) \\<\\#1\\> \\:smile\\: \\#1234](<https://lore.example/i>)",
                ),
                ("a ] b", "a \\] b <https://lore.example/i>"),
                ("see https://a.example", "[see https\\:\u{2060}//a.example](<https://lore.example/i>)"),
                ("https://lore.example/i", "<https://lore.example/i>"),
                ("- a", "[\\- a](<https://lore.example/i>)"),
            ],
        ),
        (
            "mattermost",
            &MATTERMOST,
            &[
                ("@all a@b.example", "[@\u{2060}all a@b.example](<https://lore.example/i>)"),
                ("<pid> &amp; [x](y)", "[&#60;pid&#62; &#38;amp; &#91;x&#93;(y)](<https://lore.example/i>)"),
                (":smile: riscv: #1234 ~town", "[&#58;smile: riscv: &#35;1234 &#126;town](<https://lore.example/i>)"),
                ("$x$ \\*", "[&#36;x&#36; &#92;&#42;](<https://lore.example/i>)"),
            ],
        ),
        (
            "zulip",
            &ZULIP,
            &[
                (
                    "<time:1> $$x$$ #**c**",
                    "[&#60;time&#58;1&#62; &#36;&#36;x&#36;&#36; &#35;&#42;&#42;c&#42;&#42;](https://lore.example/i)",
                ),
                ("12) a &amp; `b`", "[12&#41; a &#38;amp; &#96;b&#96;](https://lore.example/i)"),
            ],
        ),
    ] {
        let place = place(&format!("markup-{name}"), chat, ITEM);
        for (title, line) in rows {
            let texts = place.texts(&[titled(title)]);
            assert_eq!(texts[0].lines().next(), Some(*line), "{name}: {title}");
        }
    }
}

#[test]
fn the_longest_title_that_fits_is_whole_and_a_longer_one_is_cut() {
    let url = "https://lore.example/i".len();
    for (name, chat, longest) in [
        ("telegram", &TELEGRAM, 4096),
        ("slack", &SLACK, 12_000 - 100 - 1 - url),
        ("discord", &DISCORD, 2000 - "[](<>)".len() - url),
        ("mattermost", &MATTERMOST, 16_383 - "[](<>)".len() - url),
        ("zulip", &ZULIP, 10_000 - "[]()".len() - url),
    ] {
        let place = place(&format!("limit-{name}"), chat, ITEM);
        for (length, is_whole) in [(longest, true), (longest + 1, false)] {
            let text = place.texts(&[titled(&"x".repeat(length))]).remove(0);
            assert_eq!((text.matches('x').count() >= length, text.contains('…')), (is_whole, !is_whole), "{name}");
        }
    }
}

#[test]
fn many_items_come_in_as_few_messages_as_the_limit_allows() {
    for (name, chat, limit, least) in [
        ("slack", &SLACK, 12_000, 6_000),
        ("discord", &DISCORD, 2000, 1600),
        ("mattermost", &MATTERMOST, 16_383, 15_900),
        ("zulip", &ZULIP, 10_000, 9_500),
    ] {
        let place = place(&format!("parts-{name}"), chat, "");
        let lengths: Vec<usize> = place.texts(&many()).iter().map(|text| text.chars().count()).collect();
        assert!(
            lengths.len() > 1 && lengths[0] >= least && lengths.iter().all(|&length| length <= limit),
            "{name}: {lengths:?}"
        );
    }
}

#[test]
fn a_test_is_a_message_of_its_own_each_time() {
    let place = place("test", &MATRIX, "");
    for _ in 0..2 {
        assert_eq!(post::test(&place.target, "RISC-V · News", &Access::default()), Ok(()));
        std::thread::sleep(Duration::from_millis(1100));
    }
    let sent = place.sent(&MATRIX);
    assert_ne!(sent[0].path, sent[1].path);
    assert_eq!(sent[0].json()["body"], "patchfeed: this is a test. New items of 《RISC-V · News》 will come here.");
}

/// What becomes of a message.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// It is set aside.
    Refused,
    /// It is left for the next run.
    Left,
    /// It is sent a second time.
    Again,
}

/// What becomes of a message whose first request is answered so.
fn end(number: usize, chat: &'static Chat, status: &'static str, body: &'static str) -> (End, String) {
    let is_first = AtomicBool::new(true);
    let place = place_that_answers(&format!("end-{number}"), chat, ITEM, move |request| {
        if (chat.sends)(request) && is_first.swap(false, Ordering::SeqCst) {
            return answer(status, &[("Retry-After", "0")], body);
        }
        ok(&(chat.answer)(request))
    });
    let end = match place.post(&[titled("x")]) {
        Delivered { refused: 1, .. } => End::Refused,
        Delivered { left: 1, .. } => End::Left,
        _ => End::Again,
    };
    assert_eq!(place.sent(chat).len(), if end == End::Again { 2 } else { 1 });
    (end, place.said())
}

#[test]
fn what_a_service_says_of_a_message_is_told_from_what_it_says_of_the_place() {
    let rows = [
        (&MATRIX, "413 Payload Too Large", r#"{"errcode":"M_TOO_LARGE","error":"event too large"}"#, End::Refused),
        (&MATRIX, "403 Forbidden", r#"{"errcode":"M_FORBIDDEN","error":"not in room"}"#, End::Left),
        (&MATRIX, "401 Unauthorized", r#"{"errcode":"M_UNKNOWN_TOKEN","error":"SECRET-TOKEN is unknown"}"#, End::Left),
        (&MATRIX, "429 Too Many Requests", r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":10}"#, End::Again),
        (&TELEGRAM, "400 Bad Request", r#"{"description":"Bad Request: message is too long"}"#, End::Refused),
        (&TELEGRAM, "400 Bad Request", r#"{"description":"Bad Request: can't parse entities: chat"}"#, End::Refused),
        (&TELEGRAM, "400 Bad Request", r#"{"description":"Bad Request: chat not found"}"#, End::Left),
        (
            &TELEGRAM,
            "400 Bad Request",
            r#"{"description":"Bad Request: not enough rights to send text messages"}"#,
            End::Left,
        ),
        (&TELEGRAM, "400 Bad Request", r#"{"description":"Bad Request: TOPIC_CLOSED"}"#, End::Left),
        (&TELEGRAM, "403 Forbidden", r#"{"description":"Forbidden: bot was kicked from the group chat"}"#, End::Left),
        (&TELEGRAM, "404 Not Found", r#"{"description":"no /botSECRET-TOKEN/sendMessage"}"#, End::Left),
        (&TELEGRAM, "429 Too Many Requests", r#"{"parameters":{"retry_after":0}}"#, End::Again),
        (&SLACK, "200 OK", r#"{"ok":false,"error":"msg_blocks_too_long"}"#, End::Refused),
        (&SLACK, "200 OK", r#"{"ok":false,"error":"not_in_channel"}"#, End::Left),
        (&SLACK, "200 OK", r#"{"ok":false,"error":"token_revoked"}"#, End::Left),
        (&SLACK, "200 OK", r#"{"ok":false,"error":"rate_limited"}"#, End::Again),
        (&SLACK, "429 Too Many Requests", r#"{"ok":false,"error":"ratelimited"}"#, End::Again),
        (&SLACK, "200 OK", r#"{"ok":false,"error":"internal_error"}"#, End::Again),
        (&SLACK_WEBHOOK, "400 Bad Request", "invalid_payload", End::Refused),
        (&SLACK_WEBHOOK, "404 Not Found", "no_service", End::Left),
        (&SLACK_WEBHOOK, "410 Gone", "channel_is_archived", End::Left),
        (&SLACK_WEBHOOK, "404 Not Found", "Cannot POST /hooks/SECRET-HOOK-0123456789", End::Left),
        (&SLACK_WEBHOOK, "500 Internal Server Error", "rollup_error", End::Again),
        (&DISCORD, "400 Bad Request", r#"{"message":"Invalid Form Body","code":50035}"#, End::Refused),
        (&DISCORD, "400 Bad Request", r#"{"message":"thread_name or thread_id","code":220001}"#, End::Left),
        (&DISCORD, "404 Not Found", r#"{"message":"Unknown Webhook","code":10015}"#, End::Left),
        (&DISCORD, "429 Too Many Requests", r#"{"retry_after":0.01,"global":false}"#, End::Again),
        (&MATTERMOST, "400 Bad Request", r#"{"id":"model.post.is_valid.message_length.app_error"}"#, End::Refused),
        (&MATTERMOST, "400 Bad Request", r#"{"id":"api.post.create_post.can_not_post_to_deleted.error"}"#, End::Left),
        (&MATTERMOST, "403 Forbidden", r#"{"id":"api.context.permissions.app_error"}"#, End::Left),
        (&MATTERMOST, "500 Error", r#"{"id":"api.post.deduplicate_create_post.pending"}"#, End::Again),
        (&MATTERMOST_WEBHOOK, "400 Bad Request", r#"{"id":"web.incoming_webhook.invalid.app_error"}"#, End::Left),
        (&MATTERMOST_WEBHOOK, "400 Bad Request", r#"{"id":"web.incoming_webhook.parse.app_error"}"#, End::Refused),
        (&DISCORD, "200 OK", "<html>", End::Again),
        (&ZULIP, "400 Bad Request", r#"{"code":"BAD_REQUEST","msg":"Message must not be empty"}"#, End::Refused),
        (
            &ZULIP,
            "400 Bad Request",
            r#"{"code":"BAD_REQUEST","msg":"Not authorized to send to channel 'x'"}"#,
            End::Left,
        ),
        (&ZULIP, "400 Bad Request", r#"{"code":"STREAM_DOES_NOT_EXIST","msg":"gone"}"#, End::Left),
        (&ZULIP, "401 Unauthorized", r#"{"code":"UNAUTHORIZED","msg":"Invalid API key"}"#, End::Left),
        (&ZULIP, "429 Too Many Requests", r#"{"code":"RATE_LIMIT_HIT","retry-after":0.01}"#, End::Again),
    ];
    std::thread::scope(|scope| {
        for (number, (chat, status, body, wanted)) in rows.into_iter().enumerate() {
            scope.spawn(move || {
                let (end, said) = end(number, chat, status, body);
                assert_eq!(end, wanted, "{status} {body}: {said}");
            });
        }
    });
}

#[test]
fn what_is_to_be_done_is_said() {
    for (number, (chat, status, body, words)) in [
        (
            &TELEGRAM,
            "400 Bad Request",
            r#"{"description":"group chat was upgraded","parameters":{"migrate_to_chat_id":-1001}}"#,
            "the group has become another one: set `chat` to -1001; what is left is sent in the next run",
        ),
        (
            &SLACK,
            "200 OK",
            r#"{"ok":false,"error":"not_in_channel"}"#,
            "Slack says \"not_in_channel\": look at `channel`, and invite the app to it with /invite; what is left is sent in the next run",
        ),
        (
            &DISCORD,
            "400 Bad Request",
            r#"{"code":220001,"message":"Webhooks posted to forum channels must have a thread_name or thread_id"}"#,
            "the server answered 400 Bad Request: \"Webhooks posted to forum channels must have a thread_name or thread_id\"; \
             in a forum, say thread = true, or end the webhook's address with ?thread_id= and a thread's id; \
             what is left is sent in the next run",
        ),
        (
            &SLACK,
            "200 OK",
            r#"{"ok":false,"error":"missing_scope","needed":"chat:write"}"#,
            "Slack says \"missing_scope\": the app needs the scope \"chat:write\"; what is left is sent in the next run",
        ),
        (
            &TELEGRAM,
            "400 Bad Request",
            r#"{"description":"Bad Request: chat not found"}"#,
            "the server answered 400 Bad Request: \"Bad Request: chat not found\"; what is left is sent in the next run",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(end(100 + number, chat, status, body), (End::Left, words.to_owned()));
    }
}

#[test]
fn a_channel_without_a_token_is_told_rather_than_passed_over_for_a_webhook() {
    for (name, chat) in [("slack", &SLACK_WEBHOOK), ("mattermost", &MATTERMOST_WEBHOOK)] {
        let place = place(&format!("half-{name}"), chat, "channel = 'a/b'\n");
        assert_eq!(place.post(&[titled("x")]).left, 1);
        let words = "`channel` needs a token; a webhook has a channel of its own; what is left is sent in the next run";
        assert_eq!(place.said(), words);
    }
}

#[test]
fn a_server_that_is_another_thing_is_told() {
    for (name, chat, words) in [
        ("matrix", &MATRIX, "`server` is no Matrix homeserver: it doesn't say which room was joined"),
        ("mattermost", &MATTERMOST, "`server` is no Mattermost server: it doesn't tell the channel's id"),
    ] {
        let place = place_that_answers(&format!("other-{name}"), chat, "", |_| answer("200 OK", &[], "<html>"));
        assert_eq!(place.post(&[titled("x")]).left, 1);
        assert_eq!(place.said(), format!("{words}; what is left is sent in the next run"));
    }
}

#[test]
fn however_long_a_service_says_that_it_is_busy_the_run_ends_and_the_service_isnt_pestered() {
    for (header, value, requests) in [
        ("Retry-After", "1e300", 1),
        ("Retry-After", "inf", 1),
        ("Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT", 1),
        ("X-RateLimit-Reset", "9223372036854775807", 1),
        ("Retry-After", "NaN", 2),
        ("Retry-After", "-1", 2),
        ("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT", 2),
    ] {
        let times = Mutex::<Vec<Instant>>::default();
        let place = place_that_answers("busy", &DISCORD, "", move |_| {
            let mut times = times.lock().expect("no thread fails");
            times.push(Instant::now());
            match times[..] {
                [_] => answer("429 Too Many Requests", &[(header, value)], "{}"),
                [first, second] if second - first < Duration::from_millis(100) => answer("400 Bad Request", &[], "{}"),
                _ => ok(&json!({ "id": "1" })),
            }
        });
        let delivered = place.post(&[named("1", "One", "https://e.org/1")]);
        assert_eq!((delivered.refused, delivered.left), (0, 2 - requests), "{value}: {:?}", place.said);
        assert_eq!(place.server.requests().len(), requests, "{value}");
    }
}

#[test]
fn no_part_of_a_secret_is_shown_however_a_server_repeats_it() {
    for said in ["no hook SECRET-HOOK-0123456789", "%2Fhooks%2FSECRET-HOOK-0123456789%2F"] {
        let place = place_that_answers("repeats", &DISCORD, "", move |_| answer("404 Not Found", &[], said));
        place.post(&[named("1", "One", "https://e.org/1")]);
        let words = place.said.lock().expect("no thread fails").clone();
        assert!(words.contains("404 Not Found") && !words.contains("SECRET"), "{words}");
    }
    let folder = Folder::new("chat-repeats-token");
    folder.write("token", "12:SECRET-TOKEN-0123456789\n");
    folder.write("chat", "12");
    let server = Server::start(|_| {
        answer("404 Not Found", &[], "bot12%3ASECRET-TOKEN-0123456789 or 12:SECRET-TOKEN-0123456789")
    });
    let file = |name: &str| format!("{{ file = {:?} }}", folder.path(name).to_string_lossy());
    let row = format!(
        "name = 't'\nto = 'telegram'\nserver = {:?}\nchat = {}\ntoken = {}",
        server.url(""),
        file("chat"),
        file("token")
    );
    let err = post::test(&toml::from_str(&row).expect("the settings are right"), "News", &Access::default())
        .expect_err("it is not found");
    assert!(err.contains("404 Not Found") && !err.contains("SECRET"), "{err}");
}

#[test]
fn what_doesnt_come_from_the_service_refuses_no_message() {
    for (status, refused) in
        [("400 Bad Request", 0), ("407 Proxy Authentication Required", 0), ("413 Content Too Large", 2)]
    {
        let place = place_that_answers("proxy", &DISCORD, "", move |_| answer(status, &[], "<h1>nginx</h1>"));
        let delivered = place.post(&[named("1", "One", "https://e.org/1"), named("2", "Two", "https://e.org/2")]);
        assert_eq!((delivered.refused, delivered.left), (refused, 2 - refused), "{status}: {:?}", place.said);
    }
}

#[test]
fn while_a_server_gives_no_clear_answer_one_message_a_run_counts_as_sent_and_no_more() {
    let slow = |_: &Request| answer("504 Gateway Timeout", &[], "");
    let place = place_that_answers("down", &DISCORD, "unknown = 'skip'\n", slow);
    let items = ["1", "2", "3"].map(|id| named(id, id, "https://e.org"));
    let delivered = place.post(&items);
    assert_eq!((delivered.messages, delivered.left), (1, 2), "{:?}", place.said);
    let words = place.said.lock().expect("no thread fails").clone();
    let expected = "\"1\" may not have arrived (the server answered 504 Gateway Timeout); it counts as sent\
                    the server answered 504 Gateway Timeout; what is left is sent in the next run";
    assert_eq!(words, expected);
}

#[test]
fn an_address_that_no_message_has_room_for_is_left_out_and_its_title_stays() {
    let place = place("long-address", &DISCORD, "");
    let long = format!("https://e.org/{}", "x".repeat(2000));
    let items =
        [named("1", "One", "https://e.org/1"), named("2", "Two", &long), named("3", &"Three ".repeat(400), &long)];
    let texts = place.texts(&items);
    assert_eq!(texts[..2], ["[One](<https://e.org/1>)", "Two"]);
    assert!(texts[2].starts_with("Three Three") && texts[2].ends_with('…'), "{}", texts[2]);
}

#[test]
fn a_feed_with_an_endless_title_leaves_room_for_its_entries() {
    let place = place("long-feed", &DISCORD, "group = 'issue'\n");
    let items = [named("1", "One", "https://e.org/1")];
    let access = Access::default();
    let mut memory = Memory::look(&place.folder.path("none")).expect("no memory is as good as an empty one");
    let delivery = Delivery { title: &"T".repeat(5000), ..place.delivery(&items, &access) };
    let messages = post::plan(&delivery, &mut memory, &|_| {}).expect("nothing is written");
    assert!(messages[0].text.ends_with("…**\n• [One](<https://e.org/1>)"), "{}", messages[0].text);
}

/// An item with an id, a title and an address.
fn named(id: &str, title: &str, url: &str) -> PostItem {
    let json = json!({ "id": id, "title": title, "url": url });
    item::read(serde_json::value::to_raw_value(&json).expect("it is JSON")).expect("it is an item")
}
