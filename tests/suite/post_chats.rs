//! What chats get: their paths, headers and markup, their limits, and what becomes of what they answer.

use std::sync::Mutex;
use std::time::Duration;

use patchfeed::memory::{Memory, Outcome};
use patchfeed::net::Access;
use patchfeed::post::{self, Delivered, Delivery, Event, PostItem, Target, item};
use serde_json::{Value, json};

use crate::Folder;
use crate::server::{Answer, Request, Server, answer};

/// Titles that mean something to one chat or another.
const HOSTILE: [&str; 20] = [
    "fix <pid> & __x__ in `a`",
    "@everyone @channel @here @room @**all** <@U1>",
    "*x* _y_ ~z~ ||s|| **b** ~~d~~",
    "[x](http://evil.example/) ![y](z)",
    "<!channel> <!everyone|x> <#C1> <http://evil.example/|x>",
    "#1234 #general #**general** ~town-square",
    ":smile: <:x:1> :)",
    "a &amp; b &lt;c&gt;",
    "riscv: 修复 内存 泄漏",
    "\u{202E}desrever",
    "👩‍👩‍👧‍👦 🇨🇳 e\u{301}",
    "https://evil.example/a_b_(c)",
    "> quoted",
    "# heading",
    "- item",
    "1. item",
    "```code",
    "/me leaves",
    "$$x$$ $y$ \\*z\\*",
    "<time:2020-01-01> ```spoiler",
];

/// A place at a service, played by a server, with a memory of what was posted there.
struct Place {
    folder: Folder,
    server: Server,
    said: Mutex<String>,
}

impl Place {
    fn new(name: &str, answers: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let folder = Folder::new(&format!("chat-{name}"));
        folder.write("token", "SECRET-TOKEN\n");
        Self { folder, server: Server::start(answers), said: Mutex::default() }
    }

    /// A target with these settings, in which SERVER stands for the server's address and TOKEN for where the token is.
    fn target(&self, settings: &str) -> Target {
        self.folder.write("url", self.server.url("hooks/SECRET-HOOK"));
        let file = |name: &str| format!("{{ file = {:?} }}", self.folder.path(name));
        let settings = settings
            .replace("SERVER", &format!("{:?}", self.server.url("")))
            .replace("TOKEN", &file("token"))
            .replace("URL", &file("url"));
        let target: Target = toml::from_str(&format!("name = \"t\"\n{settings}")).expect("the settings are right");
        assert_eq!(target.check(), Ok(()));
        target
    }

    /// Delivers the items of a feed, all of which are new the first time.
    fn post(&self, target: &Target, items: &[PostItem]) -> Delivered {
        let mut memory = self.memory();
        let delivery = Delivery {
            target,
            feed: "riscv",
            title: "RISC-V · News",
            items,
            history: 99,
            again: &[],
            access: &Access { timeout: Duration::from_secs(5), ..Access::default() },
        };
        let say = |event: Event<'_>| {
            if let Event::Said(words) = event {
                let mut said = self.said.lock().expect("no thread fails");
                said.push_str(words);
                said.push('\n');
            }
        };
        post::deliver(&delivery, &mut memory, &say).expect("the memory can be written")
    }

    fn memory(&self) -> Memory {
        Memory::open(&self.folder.path("memory"), false).expect("the memory can be opened")
    }

    /// What the memory knows of the message that an item is in.
    fn outcome(&self, id: &str) -> Option<Outcome> {
        self.memory().message_of(id).map(|message| message.outcome.clone())
    }

    /// What was said so far; no secret may be in it.
    fn said(&self) -> String {
        let said = self.said.lock().expect("no thread fails").clone();
        assert!(!said.contains("SECRET"), "{said}");
        said
    }

    /// The last request.
    fn last(&self) -> Request {
        self.server.requests().pop().expect("something was asked")
    }
}

/// An item of issue 7, which is the later version of other items.
fn item_of(id: &str, title: &str, url: &str, earlier: &[&str]) -> PostItem {
    let earlier: Vec<Value> = earlier.iter().map(|id| json!({ "id": id })).collect();
    let json = json!({
        "id": id, "title": title, "url": url, "summary": "It mends *the* <pid>, which nobody has tried so far.",
        "_patchfeed": {
            "sections": ["riscv"], "issue_title": "News, issue 7", "issue_url": "https://n.example/7",
            "series": { "earlier": earlier },
        },
    });
    read_item(&json)
}

fn read_item(json: &Value) -> PostItem {
    item::read(serde_json::value::to_raw_value(json).expect("JSON")).expect("an item")
}

/// The newest item with this title.
fn titled(title: &str) -> PostItem {
    item_of("i", title, "https://lore.example/i", &[])
}

/// The items with the hostile titles.
fn hostile() -> Vec<PostItem> {
    let items = HOSTILE.iter().enumerate().rev();
    items.map(|(n, title)| item_of(&n.to_string(), title, &format!("https://lore.example/{n}"), &[])).collect()
}

/// As many items as need several messages.
fn many() -> Vec<PostItem> {
    let item = |n| {
        item_of(&format!("{n}"), &format!("修复 <{n}> \"{}\"", "x_y ".repeat(20)), "https://lore.example/a_b_(c)", &[])
    };
    (0..200).map(item).collect()
}

fn ok(body: &Value) -> Answer {
    answer("200 OK", &[("Content-Type", "application/json")], body.to_string())
}

fn matrix_answer(request: &Request) -> Answer {
    if request.path.contains("/join/") {
        return ok(&json!({ "room_id": "!abc:example.org" }));
    }
    ok(&json!({ "event_id": format!("${}", request.path.rsplit('/').next().unwrap_or_default()) }))
}

const MATRIX: &str = "to = 'matrix'\nserver = SERVER\nroom = '#riscv:example.org'\ntoken = TOKEN\n";

#[test]
fn matrix_gets_a_notice_in_the_room_that_its_address_leads_to() {
    let place = Place::new("matrix", matrix_answer);
    let target = place.target(&format!("{MATRIX}group = 'item'"));
    assert_eq!(place.post(&target, &[titled("fix <pid> @room")]).messages, 1);
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
            "body": "fix <pid> @room https://lore.example/i\nriscv · News, issue 7 https://n.example/7\nIt mends *the* <pid>, which nobody has tried so far.",
            "format": "org.matrix.custom.html",
            "formatted_body": "<a href=\"https://lore.example/i\">fix &lt;pid&gt; @room</a><br>\n\
                riscv · <a href=\"https://n.example/7\">News, issue 7</a><br>\nIt mends *the* &lt;pid&gt;, which nobody has tried so far.",
            "m.mentions": {},
        })
    );
    assert_eq!(place.outcome("i"), Some(Outcome::Sent(Some(format!("${key}")))));
}

#[test]
fn matrix_gets_later_versions_in_the_thread_of_the_first() {
    let place = Place::new("matrix-thread", matrix_answer);
    let target = place.target(&format!("{MATRIX}group = 'item'\nthread = true"));
    let version = |id: &str, earlier: &[&str]| item_of(id, id, "https://lore.example/v", earlier);
    place.post(&target, &[version("v1", &[]), version("v2", &["v1"]), version("v3", &["v2", "v1"])]);
    let Some(Outcome::Sent(Some(root))) = place.outcome("v1") else { panic!("it was sent") };
    let relations: Vec<Value> =
        place.server.requests()[1..].iter().map(|request| request.json()["m.relates_to"].clone()).collect();
    let in_thread = json!({
        "rel_type": "m.thread", "event_id": root, "is_falling_back": true, "m.in_reply_to": { "event_id": root },
    });
    assert_eq!(relations, [Value::Null, in_thread.clone(), in_thread]);
}

#[test]
fn a_matrix_event_stays_below_what_servers_take() {
    let place = Place::new("matrix-limit", matrix_answer);
    assert_eq!(place.post(&place.target(MATRIX), &many()).items, 200);
    let events = &place.server.requests()[1..];
    assert!(events.len() > 1, "they don't fit into one");
    let lengths: Vec<usize> = events.iter().map(|event| event.json().to_string().len()).collect();
    assert!(lengths.iter().all(|&length| length < 60_500) && lengths[0] > 50_000, "{lengths:?}");
}

#[test]
fn what_matrix_answers_is_told_from_what_is_wrong_with_a_message() {
    let error = |code: &str| json!({ "errcode": code, "error": "no" }).to_string();
    let place = Place::new("matrix-errors", move |request| match request.path.rsplit('/').next() {
        Some("%23gone%3Aexample%2Eorg") => answer("404 Not Found", &[], error("M_NOT_FOUND")),
        _ if request.method == "POST" => matrix_answer(request),
        _ if request.header("authorization").contains("old") => {
            answer("401 Unauthorized", &[], error("M_UNKNOWN_TOKEN"))
        }
        _ => answer("413 Payload Too Large", &[], error("M_TOO_LARGE")),
    });
    let target = place.target(&format!("{MATRIX}group = 'item'"));
    assert_eq!(place.post(&target, &[titled("x")]), Delivered { refused: 1, ..Delivered::default() });
    assert!(matches!(place.outcome("i"), Some(Outcome::Refused(_))));
}
