//! Hubs are told which feeds have changed (WebSub): exactly these, once the change can be fetched, and whatever fails is tried again.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::bots::issue;
use crate::server::{Answer, Request, Server, answer};
use crate::serving::{Running, header, wait_until};
use crate::{Folder, patchfeed, stderr, tree};

/// A web server that serves a site's folder as it was copied last, and a hub.
struct Web {
    server: Server,
    published: Arc<Mutex<PathBuf>>,
    is_busy: Arc<AtomicBool>,
}

impl Web {
    fn start(folder: &Folder) -> Self {
        let published = Arc::new(Mutex::new(folder.path("site")));
        let is_busy = Arc::new(AtomicBool::new(false));
        let (root, busy) = (Arc::clone(&published), Arc::clone(&is_busy));
        let server = Server::start(move |request: &Request| -> Answer {
            if request.method == "POST" {
                let status = if busy.load(Ordering::SeqCst) { "503 Service Unavailable" } else { "204 No Content" };
                return answer(status, &[], "");
            }
            let path = root.lock().expect("no thread fails").join(request.path.trim_start_matches('/'));
            std::fs::read(path).map_or_else(|_| answer("404 Not Found", &[], ""), |bytes| answer("200 OK", &[], bytes))
        });
        Self { server, published, is_busy }
    }

    fn build(&self, folder: &Folder, args: &[&str]) -> Output {
        let hubs = format!("hubs = [\"{}\"]\n[network]\ntimeout = 10\n", self.server.url("hub"));
        folder.write("patchfeed.toml", hubs);
        let base = self.server.url("");
        patchfeed(&folder.0, &[&["build", "issues", "--out", "site", "--base-url", &base], args].concat())
    }

    /// The paths of the feeds that the hub was told of since so many requests.
    fn told(&self, since: usize) -> BTreeSet<String> {
        let requests = self.server.requests();
        let told = requests[since..].iter().filter(|request| request.method == "POST").map(|request| {
            let form: Vec<(String, String)> =
                url::form_urlencoded::parse(&request.body).map(|(name, value)| (name.into(), value.into())).collect();
            let [(mode, publish), (url, topic), (also, same)] = &form[..] else { panic!("three fields, not {form:?}") };
            assert_eq!([mode, publish, url, also], ["hub.mode", "publish", "hub.url", "hub.topic"]);
            assert_eq!(topic, same);
            assert_eq!(request.header("content-type"), "application/x-www-form-urlencoded");
            topic.strip_prefix(&self.server.url("")).expect("a topic is below the site's address").to_owned()
        });
        told.collect()
    }
}

/// The paths of what people subscribe to.
fn is_feed(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["atom", "rss", "json"].contains(&ending) && !path.contains('/') && path != "search.json"
}

fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", issue(1, 0..5));
    folder
}

#[test]
fn a_build_tells_of_exactly_the_feeds_whose_bytes_it_changed() {
    let folder = folder("hubs");
    let web = Web::start(&folder);
    let output = web.build(&folder, &["--ping"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let first = tree(&folder.path("site"));
    let all: BTreeSet<String> = first.keys().filter(|path| is_feed(path)).cloned().collect();
    assert_eq!(web.told(0), all);

    let asked = web.server.requests().len();
    let output = web.build(&folder, &["--ping"]);
    assert!(stderr(&output).contains("hubs were told of 0 changed feeds"), "{}", stderr(&output));
    assert_eq!(web.server.requests().len(), asked, "nothing new asks nobody");

    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..6).replace("BPF", "RISC-V 架构支持"));
    let asked = web.server.requests().len();
    let output = web.build(&folder, &["--ping"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let second = tree(&folder.path("site"));
    let changed: BTreeSet<String> = second
        .iter()
        .filter(|(path, bytes)| is_feed(path) && first.get(*path) != Some(bytes))
        .map(|(path, _)| path.clone())
        .collect();
    assert!(
        changed.contains("riscv.atom") && changed.contains("all.json") && !changed.contains("bpf.atom"),
        "{changed:?}"
    );
    assert_eq!(web.told(asked), changed);
}

#[test]
fn what_a_hub_doesnt_take_is_told_with_the_next_build() {
    let folder = folder("hubs-busy");
    let web = Web::start(&folder);
    web.is_busy.store(true, Ordering::SeqCst);
    let output = web.build(&folder, &["--ping"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("/hub: the server answered 503 Service Unavailable; 12 feeds not announced"), "{said}");
    let posts = web.server.requests().iter().filter(|request| request.method == "POST").count();
    assert_eq!(posts, 4, "a hub that is busy is asked once a try, not once a feed");
    web.is_busy.store(false, Ordering::SeqCst);
    assert!(web.build(&folder, &[]).status.success(), "a build that tells nobody forgets nothing");
    let asked = web.server.requests().len();
    let output = web.build(&folder, &["--ping"]);
    assert!(output.status.success() && web.told(asked).len() == 12, "{}", stderr(&output));
}

#[test]
fn nobody_is_told_before_a_change_can_be_fetched() {
    let folder = folder("hubs-early");
    let web = Web::start(&folder);
    *web.published.lock().expect("no thread fails") = folder.path("nowhere");
    let output = web.build(&folder, &["--ping"]);
    assert!(stderr(&output).contains("all.atom: the server answered 404 Not Found"), "{}", stderr(&output));
    assert_eq!((output.status.code(), web.told(0)), (Some(1), BTreeSet::new()));
    folder.write("published/all.atom", "another");
    *web.published.lock().expect("no thread fails") = folder.path("published");
    let output = web.build(&folder, &["--ping"]);
    assert!(
        stderr(&output).contains("all.atom: this isn't published yet as it is in the folder"),
        "{}",
        stderr(&output)
    );
    assert_eq!((output.status.code(), web.told(0)), (Some(1), BTreeSet::new()));
    *web.published.lock().expect("no thread fails") = folder.path("site");
    let output = web.build(&folder, &["--ping"]);
    assert!(output.status.success() && web.told(0).len() == 12, "{}", stderr(&output));
}

#[test]
fn a_change_that_is_taken_back_is_told_to_nobody() {
    let folder = folder("hubs-back");
    let web = Web::start(&folder);
    assert!(web.build(&folder, &["--ping"]).status.success());
    let asked = web.server.requests().len();
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", issue(1, 0..6));
    assert!(web.build(&folder, &[]).status.success());
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", issue(1, 0..5));
    assert!(web.build(&folder, &["--ping"]).status.success());
    assert_eq!(web.told(asked).len(), 12, "the bytes changed twice, and hubs may have fetched those between");
}

#[test]
fn feeds_name_their_hubs_and_archives_dont() {
    let folder = folder("hubs-named");
    folder.write("patchfeed.toml", "hubs = [\"https://hub.example.org/?a=1&b=2\"]\n");
    assert!(patchfeed(&folder.0, &["build", "issues", "--out", "site"]).status.success());
    for (path, bytes) in tree(&folder.path("site")) {
        let text = String::from_utf8(bytes).expect("a site is text");
        let hub = match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "atom" => "<link href=\"https://hub.example.org/?a=1&amp;b=2\" rel=\"hub\"/>",
            "rss" => "<atom:link href=\"https://hub.example.org/?a=1&amp;b=2\" rel=\"hub\"></atom:link>",
            _ => "\"hubs\":[{\"type\":\"WebSub\",\"url\":\"https://hub.example.org/?a=1&b=2\"}]",
        };
        assert_eq!(text.contains(hub), is_feed(&path), "{path}: {}", &text[..text.len().min(900)]);
    }
    folder.write("patchfeed.toml", "hubs = [\"hub.example.org\"]\n");
    let output = patchfeed(&folder.0, &["build", "issues", "--out", "site"]);
    assert!(stderr(&output).contains("\"hub.example.org\" isn't a web address"), "{}", stderr(&output));
    folder.write("patchfeed.toml", "");
    let output = patchfeed(&folder.0, &["build", "issues", "--out", "site", "--ping"]);
    assert!(stderr(&output).contains("--ping needs hubs; write `hubs = "), "{}", stderr(&output));
}

#[test]
fn a_server_tells_of_each_change_that_it_serves() {
    let folder = folder("hubs-served");
    let web = Web::start(&folder);
    folder.write("patchfeed.toml", format!("hubs = [\"{}\"]\n", web.server.url("hub")));
    let server = Running::public(&folder, &[]);
    let feed = server.get("all.atom");
    assert!(header(&feed, "link").ends_with(&format!(", <{}>; rel=\"hub\"", web.server.url("hub"))), "{feed}");
    wait_until(|| web.server.requests().len() == 12, || server.said());
    web.is_busy.store(true, Ordering::SeqCst);
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..6));
    server.wait_for("the server answered 503 Service Unavailable; 12 feeds not announced, the next try is in 1 s");
    assert!(server.get("all.atom").contains("&#x3C;5&#x3E;"), "what hubs do delays nobody");
    web.is_busy.store(false, Ordering::SeqCst);
    let told = || server.said().matches("hubs were told of 12 changed feeds").count();
    wait_until(|| told() == 2, || server.said());
    assert_eq!(std::fs::read_to_string(folder.path("site/.patchfeed/unannounced")).expect("the list"), "");
}
