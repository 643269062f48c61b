//! Feeds by address: `feed.atom?section=riscv&title=kvm`.
#![cfg(unix)]

use std::cell::Cell;

use patchfeed::facts::newsletter::web_folder;
use patchfeed::feed::{FeedAddress, Window};
use patchfeed::site::{Site, addressed_document};
use patchfeed::write::FORMATS;
use serde_json::Value;

use crate::serving::{FREE, Running, header, wait_until};
use crate::{BASE, Folder, patchfeed, read, stdout, texts};

/// An issue with patches of two sections, and two versions of one of them.
fn issue(number: u32) -> String {
    let entry = |title: &str, id: &str| {
        format!("**[{title}](https://lore.kernel.org/linux-riscv/{id}@rivosinc.com/)**\n\n> text of {id}\n\n")
    };
    let mut text = format!("---\ntitle: RISC-V Linux 内核及周边技术动态第 {number} 期\n---\n\n### RISC-V 架构支持\n\n");
    text += &entry(&format!("v{number}: riscv: kvm: Count the guests of hosts"), &format!("kvm-{number}"));
    text += &entry(&format!("GIT PULL: riscv fixes {number}"), &format!("pull-{number}"));
    text += "### BPF\n\n";
    text + &entry(&format!("v1: bpf: another thing {number}"), &format!("bpf-{number}"))
}

fn folder(name: &str, issues: u32) -> Folder {
    let folder = Folder::new(name);
    for number in 1..=issues {
        folder.write(&format!("issues/2024-01-{number:02}-10-00-00-rvlwn-{number}.md"), issue(number));
    }
    folder
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").expect("an answer has a body").1
}

fn json(server: &Running, address: &str) -> Value {
    let answer = server.get(address);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{address}: {answer}");
    serde_json::from_str(body(&answer)).expect("JSON Feed")
}

fn titles(feed: &Value) -> Vec<&str> {
    let items = feed["items"].as_array().expect("items").iter();
    items.map(|item| item["title"].as_str().expect("a title")).collect()
}

#[test]
fn an_address_says_what_a_feed_holds_as_the_configuration_does() {
    let folder = folder("addressed", 3);
    let server = Running::start(&folder, FREE);
    let feed = json(&server, "feed.json?section=riscv&title=kvm&kind=patch&not.kind=reply");
    let all = ["v3", "v2", "v1"].map(|version| format!("{version}: riscv: kvm: Count the guests of hosts"));
    assert_eq!(titles(&feed), all);
    assert_eq!(titles(&json(&server, "feed.json?kind=pull&version=&title=")).len(), 3, "what is empty says nothing");
    assert_eq!(titles(&json(&server, "feed.json?section=bpf,RISCV&utm_source=a")).len(), 9);
    assert_eq!(
        titles(&json(&server, "feed.json?section=bpf&section=RISCV")).len(),
        9,
        "of several values, one must hold"
    );
    assert_eq!(titles(&json(&server, "feed.json?not.section=riscv&text=bpf-2")), ["v1: bpf: another thing 2"]);
    assert_eq!(titles(&json(&server, "feed.json")).len(), 9, "no condition holds everything");
    let conditions = "{ section = [\"riscv\"], title = \"kvm\", kind = [\"patch\"], not = { kind = [\"reply\"] } }";
    let listed = patchfeed(&folder.0, &["list", "issues", "--match", conditions, "--format", "json"]);
    let listed = stdout(&listed);
    let ids = listed.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["id"].clone());
    assert!(ids.eq(feed["items"].as_array().expect("items").iter().map(|item| item["id"].clone())), "{listed}");
    let site = json(&server, "all.json");
    let same = site["items"].as_array().expect("items").iter().find(|item| item["title"] == all[0].as_str());
    assert_eq!(same, feed["items"].get(0), "an item is the same in every feed");
}

#[test]
fn an_address_has_one_form_and_every_format_names_it() {
    let folder = folder("addressed-self", 1);
    let server = Running::start(&folder, FREE);
    let at = format!("http://{}/", server.at.expect("an address"));
    for (ending, media_type) in
        [("atom", "application/atom+xml"), ("rss", "application/rss+xml"), ("json", "application/feed+json")]
    {
        let one = server.get(&format!("feed.{ending}?title=kvm+%2B&section=riscv&section=bpf"));
        let other = server.get(&format!("feed.{ending}?section=bpf&section=riscv&title=kvm%20%2b&section=bpf"));
        assert_eq!(header(&one, "content-type"), format!("{media_type}; charset=utf-8"));
        assert_eq!(header(&one, "etag"), header(&other, "etag"));
        assert_eq!(body(&one), body(&other));
        let own = format!("{at}feed.{ending}?section=bpf&section=riscv&title=kvm+%2B");
        assert!(header(&one, "link").starts_with(&format!("<{own}>; rel=\"self\"")), "{one}");
        assert!(body(&one).replace("&amp;", "&").contains(&own), "{one}");
    }
}

#[test]
fn readers_ask_for_what_is_new_as_of_any_file() {
    let folder = folder("addressed-conditional", 1);
    let server = Running::start(&folder, FREE);
    let feed = server.ask("GET /feed.atom?section=bpf HTTP/1.1\nAccept-Encoding: gzip");
    assert_eq!((header(&feed, "content-encoding"), header(&feed, "vary")), ("gzip", "Accept-Encoding"));
    let feed = server.get("feed.atom?section=bpf");
    for (name, value) in
        [("If-None-Match", header(&feed, "etag")), ("If-Modified-Since", header(&feed, "last-modified"))]
    {
        let unchanged = server.ask(&format!("GET /feed.atom?section=bpf HTTP/1.1\n{name}: {value}"));
        assert!(unchanged.starts_with("HTTP/1.1 304 "), "{name}: {value}: {unchanged}");
    }
    let head = server.ask("HEAD /feed.atom?section=bpf HTTP/1.1");
    assert!(head.ends_with("\r\n\r\n") && header(&head, "content-length") == header(&feed, "content-length"), "{head}");
    folder.write("issues/2024-01-09-10-00-00-rvlwn-9.md", issue(9));
    wait_until(|| server.get("feed.atom?section=bpf").contains("another thing 9"), || server.said());
}

#[test]
fn a_series_is_followed_by_any_name_of_any_of_its_versions() {
    let folder = folder("addressed-series", 3);
    let server = Running::start(&folder, FREE);
    let all = json(&server, "feed.json?title=kvm");
    let ids: Vec<&str> =
        all["items"].as_array().expect("items").iter().map(|item| item["id"].as_str().expect("an id")).collect();
    let archive = "https://lore.kernel.org/all/kvm-2@rivosinc.com/";
    for name in [ids[0], ids[2], "kvm-2@rivosinc.com", "%3Ckvm-3@rivosinc.com%3E", archive] {
        assert_eq!(titles(&json(&server, &format!("feed.json?series={name}"))), titles(&all), "{name}");
    }
    assert_eq!(titles(&json(&server, "feed.json?series=pull-1@rivosinc.com")), ["GIT PULL: riscv fixes 1"]);
    folder.write("issues/2024-01-04-10-00-00-rvlwn-4.md", issue(4));
    wait_until(|| server.get("feed.json?series=kvm-1@rivosinc.com").contains("v4: riscv"), || server.said());
    folder
        .write("own.toml", "[[feed]]\nslug = \"one\"\ntitle = \"One\"\nmatch = { series = \"kvm-1@rivosinc.com\" }\n");
    let built = patchfeed(&folder.0, &["build", "issues", "--config", "own.toml", "--out", "own"]);
    assert!(built.status.success(), "{built:?}");
    assert_eq!(
        std::fs::read_to_string(folder.path("own/one.json")).expect("it is built").matches("Count the guests").count(),
        8,
        "four titles, and each in its own text"
    );
}

#[test]
fn older_items_are_a_page_away() {
    let folder = folder("addressed-pages", 9);
    folder.write("patchfeed.toml", "[window]\nissues = 1\nitems = 4\n");
    let server = Running::start(&folder, FREE);
    let (mut seen, mut next) = (Vec::new(), "feed.json?section=riscv".to_owned());
    let at = format!("http://{}/", server.at.expect("an address"));
    while !next.is_empty() {
        let page = json(&server, &next);
        seen.extend(titles(&page).into_iter().map(str::to_owned));
        next = page["next_url"].as_str().map(|url| url.replace(&at, "")).unwrap_or_default();
    }
    assert_eq!(seen.len(), 18, "each item is on one page: {seen:?}");
    let archive = server.get("feed.atom?section=riscv&before=5");
    assert!(
        body(&archive).contains("<fh:archive/>") || body(&archive).contains("<fh:archive></fh:archive>"),
        "{archive}"
    );
    assert!(body(&archive).contains("feed.atom?section=riscv\" rel=\"current\""), "{archive}");
    assert!(body(&archive).contains("feed.atom?section=riscv&amp;before=3\" rel=\"prev-archive\""), "{archive}");
}

#[test]
fn whatever_an_address_asks_for_its_documents_are_well_formed() {
    let folder = folder("addressed-odd", 1);
    let server = Running::start(&folder, FREE);
    let odd = "%00%01%0B%1B%E2%80%AE%EF%BF%BF%3C%2Ftitle%3E%5D%5D%3E%22%26%0D%0A";
    for condition in ["title", "not.title", "text", "organisation", "tree", "list"] {
        for ending in ["atom", "rss", "json"] {
            let answer = server.get(&format!("feed.{ending}?section=bpf&{condition}={odd}"));
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
            let read = feed_rs::parser::parse(body(&answer).as_bytes()).expect("a feed");
            assert!(read.title.is_some_and(|title| title.content.contains("</title>]]>\"&")), "{answer}");
            if ending == "rss" {
                rss::Channel::read_from(body(&answer).as_bytes()).expect("a channel");
            }
        }
    }
}

#[test]
fn what_takes_too_long_is_given_up_and_names_its_parameter() {
    let read = read(&texts(&[("2024-01-01-10-00-00-rvlwn-1.md", &issue(1))]));
    let base_url = web_folder(BASE).expect("the address is one");
    let (formats, window) = (FORMATS.iter().collect::<Vec<_>>(), Window::default());
    let site =
        Site { newsletter: &read.newsletter, base_url: &base_url, formats: &formats, readers: &[], hubs: &[], window };
    for (query, name) in [("section=bpf&title=a", "title"), ("title=a&not.text=b", "not.text")] {
        let address = FeedAddress::read(query).expect("it makes sense");
        let left = Cell::new(2);
        let is_wanted = || left.replace(left.get() - 1) > 0;
        let bad =
            addressed_document(&site, &address, &FORMATS[0], &read.listings, &is_wanted).expect_err("it is given up");
        assert!(bad.name == name && bad.cause.contains("takes too long"), "{bad:?}");
    }
}

#[test]
fn an_address_that_says_nonsense_is_told_which_parameter_does() {
    let folder = folder("addressed-nonsense", 1);
    let server = Running::start(&folder, FREE);
    for (query, name, cause) in [
        ("sections=riscv", "sections", "did you mean \"section\""),
        ("section=riskv", "section", "did you mean \"riscv\""),
        ("title=(", "title", "isn't a regular expression"),
        ("title=a&title=b", "title", "takes one value"),
        ("title=(a{999}){999}", "title", "too large"),
        ("not.text=*", "not.text", "isn't a regular expression"),
        ("kind=letter", "kind", "letter"),
        ("version=new", "version", "isn't a version"),
        ("series=nobody", "series", "names no item"),
        ("series=nobody@example.org", "series", "no item has the name"),
        ("before=77", "before", "there is no issue"),
        ("%3Cscript%3E=1", "&lt;script&gt;", "there is no such parameter"),
    ] {
        let answer = server.get(&format!("feed.atom?{query}"));
        assert!(answer.starts_with("HTTP/1.1 400 "), "{query}: {answer}");
        let words = body(&answer).replace("&quot;", "\"");
        assert!(words.contains(&format!("<b>{name}</b>: ")) && words.contains(cause), "{query}: {answer}");
    }
    let long = format!("feed.atom?title={}", "a".repeat(2000));
    assert!(server.get(&long).starts_with("HTTP/1.1 400 "));
    assert!(server.get("feed.xml?title=a").starts_with("HTTP/1.1 404 "));
    assert!(server.get("search.html").contains("<meta name=\"patchfeed-feeds\" content=\"feed\">"));
}
