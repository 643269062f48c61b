//! A place at a service, played by a server, for the tests of services.

use std::sync::Mutex;
use std::time::Duration;

use patchfeed::memory::{Memory, Outcome};
use patchfeed::net::Access;
use patchfeed::post::{self, Delivered, Delivery, Event, PostItem, Target, item};
use serde_json::{Value, json};

use crate::Folder;
use crate::server::{Answer, Request, Server, answer};

/// Titles that mean something to one service or another.
pub(crate) const HOSTILE: [&str; 16] = [
    "fix <pid> in __x__ & `a`",
    "@everyone @channel @@all <@all> <@U1>",
    "*x* **b** _y_ ~z~ ~~d~~",
    "[x](http://evil.example/) ![y](http://evil.example/z.png)",
    "<!channel> <at user_id=\"all\"></at> <font color=\"info\">",
    "#1234 ##tag ＃tag",
    ":smile: :blob_cat:",
    "AT&T &amp; b &lt;c&gt; &#64;all",
    "riscv: 修复 内存 泄漏",
    "\u{202E}desrever",
    "👩‍👩‍👧‍👦 🇨🇳 e\u{301}",
    "https://evil.example/a_b_(c)",
    "> quoted",
    "# heading",
    "- item",
    "1. item \\*z\\* \"q\" 'r'",
];

/// Addresses with what ends an address here or there, or is markup in one.
pub(crate) const ADDRESSES: [&str; 4] = [
    "https://lore.example/a_b_(c)",
    "https://lore.example/a|b>c<d",
    "https://lore.example/a b\"c'd`e",
    "https://lore.example/?a=1&b=[2]*3~4",
];

/// A place at a service, with a memory of what was posted there.
pub(crate) struct Place {
    pub(crate) folder: Folder,
    pub(crate) server: Server,
    said: Mutex<String>,
}

impl Place {
    pub(crate) fn new(name: &str, answers: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let folder = Folder::new(&format!("post-{name}"));
        folder.write("secret", "SECRET-SECRET\n");
        Self { folder, server: Server::start(answers), said: Mutex::default() }
    }

    /// A target with these settings, in which SERVER stands for the server's address, URL for an address with a secret in it, and
    /// SECRET for a secret.
    pub(crate) fn target(&self, settings: &str) -> Target {
        self.folder.write("url", self.server.url("hook?token=SECRET-OF-THE-HOOK"));
        let file = |name: &str| format!("{{ file = '{}' }}", self.folder.path(name).display());
        let settings = settings
            .replace("SERVER", &format!("{:?}", self.server.url("")))
            .replace("SECRET", &file("secret"))
            .replace("URL", &file("url"));
        let target: Target = toml::from_str(&format!("name = \"t\"\n{settings}")).expect("the settings are right");
        assert_eq!(target.check(), Ok(()));
        target
    }

    /// Delivers the items of a feed, all of which are new the first time.
    pub(crate) fn post(&self, target: &Target, items: &[PostItem]) -> Delivered {
        let mut memory = self.memory();
        let access = access();
        let say = |event: Event<'_>| {
            if let Event::Said(words) = event {
                let mut said = self.said.lock().expect("no thread fails");
                said.push_str(words);
                said.push('\n');
            }
        };
        post::deliver(&delivery(target, items, &access), &mut memory, &say).expect("the memory can be written")
    }

    fn memory(&self) -> Memory {
        Memory::open(&self.folder.path("memory"), false).expect("the memory can be opened")
    }

    /// What the memory knows of the message that an item is in.
    pub(crate) fn outcome(&self, id: &str) -> Option<Outcome> {
        self.memory().message_of(id).map(|message| message.outcome.clone())
    }

    /// What was said so far; no secret may be in it.
    pub(crate) fn said(&self) -> String {
        let said = self.said.lock().expect("no thread fails").clone();
        assert!(!said.contains("SECRET"), "{said}");
        said
    }

    /// The last request.
    pub(crate) fn last(&self) -> Request {
        self.server.requests().pop().expect("something was asked")
    }
}

/// Sends a test.
pub(crate) fn test(target: &Target) -> Result<(), String> {
    post::test(target, "RISC-V · News", &access())
}

fn access() -> Access {
    Access { timeout: Duration::from_secs(5), ..Access::default() }
}

fn delivery<'a>(target: &'a Target, items: &'a [PostItem], access: &'a Access) -> Delivery<'a> {
    Delivery { target, feed: "riscv", title: "RISC-V · News", items, history: 99, again: &[], access }
}

/// An item of issue 7, which is the later version of other items.
pub(crate) fn item_of(id: &str, title: &str, url: &str, earlier: &[&str]) -> PostItem {
    let earlier: Vec<Value> = earlier.iter().map(|id| json!({ "id": id })).collect();
    let json = json!({
        "id": id, "title": title, "url": url, "summary": "It mends *the* <pid>, and what else there was of it.",
        "date_published": "2024-01-02T03:04:05Z",
        "_patchfeed": {
            "sections": ["riscv"], "issue_title": "News, issue 7", "issue_url": "https://n.example/7",
            "series": { "earlier": earlier },
        },
    });
    item::read(serde_json::value::to_raw_value(&json).expect("JSON")).expect("an item")
}

/// The item `i` with this title.
pub(crate) fn titled(title: &str) -> PostItem {
    item_of("i", title, "https://lore.example/i", &[])
}

/// The items with the hostile titles; one issue shows them in this order.
pub(crate) fn hostile() -> Vec<PostItem> {
    let items = HOSTILE.iter().enumerate().rev();
    items.map(|(n, title)| item_of(&n.to_string(), title, &format!("https://lore.example/{n}"), &[])).collect()
}

/// As many items as need several messages.
pub(crate) fn many() -> Vec<PostItem> {
    let title = |n| format!("修复 <{n}> \"{}\"", "x_y ".repeat(20));
    (0..200).map(|n| item_of(&n.to_string(), &title(n), "https://lore.example/a_b_(c)", &[])).collect()
}

/// The answer that all is well, with this body.
pub(crate) fn ok(body: &Value) -> Answer {
    answer("200 OK", &[("Content-Type", "application/json")], body.to_string())
}
