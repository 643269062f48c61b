//! What `patchfeed post` makes of feeds that others publish, that change between runs, and that share a target.

use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::server::{Request, Server, answer};
use crate::{Folder, patchfeed, stderr, stdout};

/// The items of feeds, by their paths.
type Feeds = Mutex<Vec<(&'static str, Vec<Value>)>>;

/// A server with feeds, by their paths, and a hook that hangs up as often as it is told to.
#[allow(clippy::type_complexity, reason = "it is a list of lists")]
struct Publisher {
    folder: Folder,
    server: Server,
    feeds: Arc<Feeds>,
    hang_ups: Arc<Mutex<usize>>,
}

fn publisher(name: &str) -> Publisher {
    let (feeds, hang_ups) = (Arc::<Feeds>::default(), Arc::<Mutex<usize>>::default());
    let (served, left) = (Arc::clone(&feeds), Arc::clone(&hang_ups));
    let server = Server::start(move |request| {
        let feeds = served.lock().expect("no thread fails");
        if let Some((_, items)) = feeds.iter().find(|(path, _)| *path == request.path) {
            return answer("200 OK", &[], feed(items));
        }
        let mut left = left.lock().expect("no thread fails");
        if *left == 0 {
            return answer("200 OK", &[], r#"{"id": "1"}"#);
        }
        *left -= 1;
        crate::server::Answer::Cut(b"")
    });
    Publisher { folder: Folder::new(&format!("post-feeds-{name}")), server, feeds, hang_ups }
}

fn feed(items: &[Value]) -> String {
    json!({ "version": "https://jsonfeed.org/version/1.1", "title": "News", "items": items }).to_string()
}

fn item(id: &str) -> Value {
    json!({ "id": id, "title": format!("Title {id}"), "url": format!("https://e.org/{id}") })
}

impl Publisher {
    fn publish(&self, path: &'static str, items: &[Value]) {
        let mut feeds = self.feeds.lock().expect("no thread fails");
        feeds.retain(|(other, _)| *other != path);
        feeds.push((path, items.to_vec()));
    }

    /// Posts a feed to the target that all feeds share, and returns what is said.
    fn post(&self, path: &str, more: &[&str]) -> String {
        let (source, url) = (self.server.url(&path[1..]), format!("url={}", self.server.url("hook")));
        let usual = ["post", &source, "--to", "webhook", "--name", "t", "--state", "state", "--cache", "cache"];
        let output = patchfeed(&self.folder.0, &[&usual[..], &["--no-sync", "--set", &url], more].concat());
        stdout(&output) + &stderr(&output)
    }

    /// The ids of the items that the hook was sent.
    fn ids(&self) -> Vec<String> {
        let requests = self.server.requests();
        let hooks = requests.iter().filter(|request| request.path == "/hook").map(Request::json);
        hooks.filter_map(|item| item["id"].as_str().map(str::to_owned)).collect()
    }
}

#[test]
fn a_message_of_which_nobody_knows_whether_it_arrived_waits_for_its_own_feed() {
    let publisher = publisher("unknown");
    for path in ["/a", "/b"] {
        publisher.publish(path, &[]);
        publisher.post(path, &[]);
    }
    publisher.publish("/a", &[item("a")]);
    publisher.publish("/b", &[item("b")]);
    *publisher.hang_ups.lock().expect("no thread fails") = 3;
    assert!(publisher.post("/a", &[]).ends_with("nothing sent, 1 item left for the next run\n"));
    assert_eq!(publisher.post("/b", &[]), "t: 1 message sent\n", "another feed of the target");
    publisher.publish("/a", &[]);
    assert_eq!(publisher.post("/a", &[]), "t: nothing new\n", "the feed is empty for a moment");
    publisher.publish("/a", &[item("a")]);
    let said = publisher.post("/a", &[]);
    assert!(said.contains("nobody knows whether \"Title a\" arrived") && said.ends_with("1 message sent\n"), "{said}");
    assert_eq!(publisher.ids(), ["a", "a", "a", "b", "a"]);
}

#[test]
fn a_message_whose_items_are_gone_from_the_feed_keeps_nothing_back() {
    let publisher = publisher("gone");
    publisher.publish("/a", &[]);
    publisher.post("/a", &[]);
    publisher.publish("/a", &[item("1")]);
    *publisher.hang_ups.lock().expect("no thread fails") = 3;
    publisher.post("/a", &[]);
    publisher.publish("/a", &[item("2")]);
    let said = publisher.post("/a", &["--again", "1"]);
    assert!(said.contains("whose items are gone from the feed; it counts as sent"), "{said}");
    assert_eq!(publisher.post("/a", &[]), "t: nothing new\n");
    assert_eq!(publisher.ids(), ["1", "1", "1", "2"]);
}

#[test]
fn a_feed_whose_ids_have_all_changed_is_said_to_be_new() {
    let publisher = publisher("ids");
    publisher.publish("/a", &[item("1")]);
    publisher.post("/a", &[]);
    publisher.publish("/a", &[item("one")]);
    let said = publisher.post("/a", &[]);
    assert!(said.contains("holds is new to this target: its ids may have changed"), "{said}");
}

#[test]
fn an_issue_that_is_sent_again_is_as_long_as_it_was() {
    let publisher = publisher("again");
    publisher.publish("/a", &[]);
    let usual = || {
        let (source, url) = (publisher.server.url("a"), publisher.server.url("hook"));
        let post = ["post", &source, "--to", "discord", "--state", "state", "--cache", "cache", "--group", "issue"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_patchfeed"));
        command.args(post).current_dir(&publisher.folder.0).env("DISCORD_URL", url).output().expect("it runs")
    };
    usual();
    let issue = json!({ "issue_title": "One", "issue_url": "https://e.org/issue" });
    let items: Vec<Value> = [("1", "a".to_owned()), ("2", "word ".repeat(600))]
        .map(|(id, title)| json!({ "id": id, "title": title, "url": "https://e.org/1", "_patchfeed": issue }))
        .into();
    publisher.publish("/a", &items);
    *publisher.hang_ups.lock().expect("no thread fails") = 3;
    usual();
    usual();
    let requests = publisher.server.requests();
    let texts: Vec<Value> = requests
        .iter()
        .filter(|request| request.path == "/hook")
        .map(|request| request.json()["content"].clone())
        .collect();
    assert!(texts.len() == 4 && texts.iter().all(|text| *text == texts[0]), "{texts:?}");
}

#[test]
fn what_a_publisher_writes_where_it_isnt_meant_keeps_nothing_back() {
    let publisher = publisher("null");
    publisher.publish("/a", &[]);
    publisher.post("/a", &[]);
    let names = ["summary", "content_html", "date_published", "_patchfeed"];
    let values = [json!(null), json!(5), json!([]), json!({ "series": { "earlier": null }, "sections": null })];
    let mut items = Vec::new();
    for name in names {
        for value in &values {
            let mut item = item(&items.len().to_string());
            item[name] = value.clone();
            items.push(item);
        }
    }
    publisher.publish("/a", &items);
    assert_eq!(publisher.post("/a", &[]), "t: 16 messages sent\n");
}

#[test]
fn an_item_that_a_site_lists_in_two_documents_is_posted_once() {
    let publisher = publisher("two");
    let folder = &publisher.folder;
    let document = |path: &str, next: &str, items: &[Value]| {
        let [own, next] = [path, next].map(|path| format!("https://e.org/{path}"));
        json!({ "version": "https://jsonfeed.org/version/1.1", "title": "News", "feed_url": own, "next_url": next, "items": items })
            .to_string()
    };
    folder.write("site/feeds.opml", "");
    folder.write("site/all.json", document("all.json", "archive/all/1.json", &[item("2"), item("1")]));
    folder.write("site/archive/all/1.json", document("archive/all/1.json", "all.json", &[item("1")]));
    let url = format!("url={}", publisher.server.url("hook"));
    let arguments =
        ["post", "site", "--to", "webhook", "--state", "state", "--history", "9", "--no-sync", "--set", &url];
    patchfeed(&folder.0, &arguments);
    assert_eq!(publisher.ids(), ["1", "2"]);
}
