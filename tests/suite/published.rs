//! Published feeds are read by address: in each format, no further back than is needed, and with nothing lost in silence.

use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use patchfeed::net::Access;
use patchfeed::reader::{self, Answered};

use crate::bots::{complete, issue};
use crate::server::{Answer, Request, Server, answer};
use crate::sources::run;
use crate::{BASE, Folder, patchfeed, stderr, stdout};

/// Builds the site of a folder for an address.
fn build(folder: &Folder, base: &str) {
    let output = patchfeed(&folder.0, &["build", "issues", "--out", "site", "--base-url", base, "--force"]);
    assert!(output.status.success(), "{}", stderr(&output));
}

/// Serves the site of a folder as static hosts do.
fn serve(folder: &Folder) -> Server {
    let site = folder.path("site");
    Server::start(move |request| file(&site, request))
}

fn file(site: &Path, request: &Request) -> Answer {
    let Ok(bytes) = std::fs::read(site.join(&request.path[1..])) else {
        return answer("404 Not Found", &[], "nothing");
    };
    let etag = format!("\"{:08x}\"", crc32fast::hash(&bytes));
    if request.header("if-none-match") == etag {
        return answer("304 Not Modified", &[("ETag", &etag)], "");
    }
    answer("200 OK", &[("ETag", &etag)], bytes)
}

/// Adds issues of twenty mails each.
fn post(folder: &Folder, numbers: std::ops::RangeInclusive<usize>) {
    for n in numbers {
        folder.write(&format!("issues/2024-01-{:02}-10-00-00-rvlwn-{n}.md", n + 1), issue(n, n * 20..n * 20 + 20));
    }
}

fn new(folder: &Folder, address: &str, more: &[&str]) -> Output {
    let format: &[&str] = if more.contains(&"--format") { &[] } else { &["--format", "text"] };
    run(folder, &[&["new", address, "--seen", "seen"], format, more].concat())
}

/// The numbers of the mails that a run prints; it must have succeeded without a word.
fn printed(output: &Output) -> Vec<usize> {
    assert_eq!((stderr(output).as_str(), output.status.code()), ("", Some(0)));
    complete(&output.stdout)
}

/// What a run failed with; it must have printed nothing.
fn failed(output: &Output) -> String {
    assert_eq!((stdout(output).as_str(), output.status.code()), ("", Some(1)), "{}", stderr(output));
    stderr(output)
}

/// A server of texts by their paths.
fn texts(texts: &[(&str, String)]) -> Server {
    let texts: Vec<(String, String)> = texts.iter().map(|(path, text)| (format!("/{path}"), text.clone())).collect();
    Server::start(move |request| match texts.iter().find(|(path, _)| *path == request.path) {
        Some((_, text)) => answer("200 OK", &[], text.clone()),
        None => answer("404 Not Found", &[], "nothing"),
    })
}

/// The items that are read of a text, oldest first.
fn items(name: &str, text: &str) -> Vec<serde_json::Value> {
    let folder = Folder::new(name);
    let server = texts(&[("feeds/news", text.to_owned())]);
    let output = run(&folder, &["new", &server.url("feeds/news"), "--seen", "seen", "--history"]);
    assert_eq!((stderr(&output).as_str(), output.status.code()), ("", Some(0)));
    let server = server.url("");
    let lines = stdout(&output).replace(&server, "http://server/");
    lines.lines().map(|line| serde_json::from_str(line).expect("a line is an item")).collect()
}

/// Removes the memory and its copy.
fn forget(folder: &Folder) {
    for name in ["seen", "seen.copy"] {
        std::fs::remove_file(folder.path(name)).expect("there is a memory");
    }
}

/// The first run with a memory, which passes everything by.
fn begin(folder: &Folder, address: &str) {
    let output = new(folder, address, &[]);
    assert_eq!((stdout(&output).as_str(), output.status.code()), ("", Some(0)), "{}", stderr(&output));
    assert!(stderr(&output).contains("that it holds already were passed by"), "{}", stderr(&output));
}

#[test]
fn a_feed_of_patchfeed_says_the_same_in_each_format() {
    let folder = Folder::new("three-formats");
    let output = patchfeed(&folder.0, &["build", "--out", "site", "--base-url", BASE]);
    assert!(output.status.success(), "{}", stderr(&output));
    let server = serve(&folder);
    for slug in ["all", "riscv", "bpf", "digest", "riscv-digest"] {
        let [json, atom, rss] = ["json", "atom", "rss"].map(|format| {
            let address = server.url(&format!("{slug}.{format}"));
            let output = run(&folder, &["new", &address, "--seen", &format!("{slug}-{format}"), "--history"]);
            assert_eq!(stderr(&output), "");
            let items: Vec<serde_json::Value> =
                stdout(&output).lines().map(|line| serde_json::from_str(line).expect("an item")).collect();
            assert!(!items.is_empty(), "{slug}.{format}");
            items
        });
        assert_eq!((json.len(), json.len()), (atom.len(), rss.len()), "{slug}");
        for ((json, atom), rss) in json.iter().zip(&atom).zip(&rss) {
            for field in ["id", "title", "url", "summary", "tags", "authors"] {
                assert_eq!((&json[field], &json[field]), (&atom[field], &rss[field]), "{slug}: {field}");
            }
            for field in ["message_id", "list", "sections"] {
                let said = |item: &serde_json::Value| match &item["_patchfeed"][field] {
                    serde_json::Value::Null => serde_json::json!([]),
                    value if value.as_array().is_some_and(Vec::is_empty) => serde_json::json!([]),
                    value => value.clone(),
                };
                assert_eq!((said(json), said(json)), (said(atom), said(rss)), "{slug}: {field} of {}", json["title"]);
            }
            assert_eq!(json["_patchfeed"]["issue_url"], atom["_patchfeed"]["issue_url"]);
            assert_eq!(json["_patchfeed"]["replies_url"], atom["_patchfeed"]["replies_url"]);
            let html = |item: &serde_json::Value| item["content_html"].as_str().unwrap_or_default().trim().to_owned();
            assert_eq!((html(json), html(json)), (html(atom), html(rss)), "{slug}");
        }
    }
}

#[test]
fn a_tree_is_not_taken_for_a_section() {
    let folder = Folder::new("tree-or-section");
    let mail = "http://lore.kernel.org/buildroot/1@busybox.osuosl.org/";
    folder.write(
        "issues/2024-01-01-10-00-00-rvlwn-1.md",
        format!("### Buildroot\n\n**[[branch/next] boot/edk2: bump]({mail})**\n"),
    );
    build(&folder, BASE);
    let server = serve(&folder);
    for format in ["json", "atom", "rss"] {
        let output = new(&folder, &server.url(&format!("all.{format}")), &["--history", "--feed", format]);
        forget(&folder);
        assert!(stdout(&output).starts_with("[buildroot] [branch/next] boot/edk2: bump https"), "{}", stdout(&output));
    }
}

#[test]
fn a_bot_goes_on_where_it_was_in_another_format() {
    let folder = Folder::new("other-format");
    post(&folder, 1..=2);
    let server = serve(&folder);
    build(&folder, &server.url(""));
    begin(&folder, &server.url("bpf.json"));
    post(&folder, 3..=3);
    build(&folder, &server.url(""));
    assert_eq!(printed(&new(&folder, &server.url("bpf.atom"), &[])), (60..80).rev().collect::<Vec<_>>());
    assert_eq!(printed(&new(&folder, &server.url("bpf.rss"), &["--history"])), [0_usize; 0]);
    assert!(std::fs::read_to_string(folder.path("seen")).is_ok_and(|memory| memory.contains(&server.url("bpf "))));
}

#[test]
fn after_ten_missed_issues_no_more_documents_are_read_than_are_needed() {
    for format in ["json", "atom"] {
        let folder = Folder::new(&format!("missed-{format}"));
        post(&folder, 1..=6);
        let server = serve(&folder);
        build(&folder, &server.url(""));
        let address = server.url(&format!("bpf.{format}"));
        begin(&folder, &address);
        assert_eq!(server.requests().len(), 4, "the window holds three of six issues, and each other has an archive");
        post(&folder, 7..=16);
        build(&folder, &server.url(""));
        let all: Vec<usize> = (7..=16).flat_map(|n| (n * 20..n * 20 + 20).rev()).collect();
        assert_eq!(printed(&new(&folder, &address, &[])), all);
        let asked: Vec<String> = server.requests()[4..].iter().map(|request| request.path.clone()).collect();
        assert_eq!(asked.len(), 9, "three in the window, seven by archives, and one that is known: {asked:?}");
        assert_eq!(asked.last(), Some(&format!("/archive/bpf/6.{format}")));
        assert_eq!(printed(&new(&folder, &address, &[])), [0_usize; 0]);
        let last = &server.requests()[13..];
        assert_eq!(last.len(), 1, "what is known needs no archive");
        assert!(!last[0].header("if-none-match").is_empty() && last[0].header("accept-encoding").contains("gzip"));
    }
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let folder = Folder::new("unchanged");
    post(&folder, 1..=6);
    let site = folder.path("site");
    let is_sent = Arc::new(AtomicBool::new(false));
    let sent = Arc::clone(&is_sent);
    let server = Server::start(move |request| {
        let answer = file(&site, request);
        sent.fetch_or(matches!(&answer, Answer::Send(status, ..) if status.starts_with("200")), Ordering::SeqCst);
        answer
    });
    build(&folder, &server.url(""));
    let all = new(&folder, &server.url("bpf.atom"), &["--history"]);
    assert_eq!(printed(&all).len(), 120);
    is_sent.store(false, Ordering::SeqCst);
    forget(&folder);
    assert_eq!(new(&folder, &server.url("bpf.atom"), &["--history"]).stdout, all.stdout);
    assert!(!is_sent.load(Ordering::SeqCst));
}

#[test]
fn a_mirror_is_read_from_where_it_is() {
    for (format, count) in [("json", 120), ("atom", 120), ("rss", 60)] {
        let folder = Folder::new(&format!("mirror-{format}"));
        post(&folder, 1..=6);
        build(&folder, "https://feeds.example.org/patches/");
        let site = folder.path("site");
        let server = Server::start(move |request| {
            let below = request.path.strip_prefix("/copy/of/it").unwrap_or("/none").to_owned();
            let mut request = request.clone();
            request.path = below;
            file(&site, &request)
        });
        let output = new(&folder, &server.url(&format!("copy/of/it/bpf.{format}")), &["--history"]);
        assert_eq!(printed(&output).len(), count, "RSS has no archives");
    }
}

#[test]
fn an_archive_that_is_missing_is_an_error_and_nothing_is_printed() {
    for format in ["json", "atom"] {
        let folder = Folder::new(&format!("missing-{format}"));
        post(&folder, 1..=6);
        let server = serve(&folder);
        build(&folder, &server.url(""));
        std::fs::remove_file(folder.path(&format!("site/archive/bpf/2.{format}"))).expect("it is there");
        let said = failed(&new(&folder, &server.url(&format!("bpf.{format}")), &["--history"]));
        let archive = server.url(&format!("archive/bpf/2.{format}"));
        assert_eq!(
            said,
            format!(
                "error: {archive}: the server answered 404 Not Found; older items of the feed are there, so nothing was posted\n"
            )
        );
        assert!(!folder.path("seen").exists());
    }
}

/// A JSON Feed of one item, with an older document.
fn json(id: &str, older: &str) -> String {
    format!(
        "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\",\"next_url\":\"{older}\",\
         \"items\":[{{\"id\":\"{id}\",\"title\":\"{id}\",\"url\":\"https://example.org/{id}\"}}]}}"
    )
}

#[test]
fn documents_that_lead_to_each_other_in_a_circle_are_read_once() {
    let folder = Folder::new("feed-circle");
    let server = texts(&[("a", json("1", "b#x")), ("b", json("2", "c")), ("c", json("2", "a"))]);
    let output = new(&folder, &server.url("a"), &["--history"]);
    assert_eq!((stderr(&output).as_str(), output.status.code()), ("", Some(0)));
    assert_eq!(stdout(&output), "2 https://example.org/2\n1 https://example.org/1\n", "one id is one item");
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_feed_whose_title_is_null_is_a_feed() {
    let folder = Folder::new("feed-without-title");
    let server = texts(&[("a", json("1", "a").replace("\"T\"", "null"))]);
    let output = new(&folder, &server.url("a"), &["--history"]);
    assert_eq!((stdout(&output).as_str(), output.status.code()), ("1 https://example.org/1\n", Some(0)));
}

#[test]
fn a_chain_without_end_is_left_after_some_documents_which_is_said() {
    let folder = Folder::new("endless");
    let server = Server::start(|request| {
        let number: usize = request.path[1..].parse().unwrap_or(0);
        answer("200 OK", &[], json(&number.to_string(), &format!("/{}", number + 1)))
    });
    let access = Access { cache: Some(folder.path("cache")), documents: 7, ..Access::default() };
    let address = server.url("1").parse().expect("it is an address");
    let Ok(Answered::Feed(feed)) = reader::of_address(&address, &access, &mut |_| false) else {
        panic!("it is a feed");
    };
    assert_eq!(feed.notices, [format!("{address}: of its older items, only those of 7 documents are read")]);
    assert_eq!((feed.items.len(), server.requests().len(), Access::default().documents), (7, 7, 1000));
}

#[test]
fn another_host_is_not_asked_which_is_said() {
    let folder = Folder::new("other-host");
    let other = texts(&[("b", json("2", ""))]);
    let server = texts(&[("a", json("1", &other.url("b?token=hidden")))]);
    let output = new(&folder, &server.url("a"), &["--history"]);
    assert_eq!(stdout(&output), "1 https://example.org/1\n");
    let elsewhere = other.url("b?token=***");
    let said = format!(
        "warning: {}: its older items aren't read: they are on another host, at {elsewhere}\n",
        server.url("a")
    );
    assert_eq!((stderr(&output), other.requests().len()), (said, 0));
}

#[test]
fn a_web_page_is_an_error_that_names_its_feeds() {
    let folder = Folder::new("web-page");
    let page = "<!doctype html>\n<html><head><link rel=alternate type='application/atom+xml' href=riscv.atom>\
                <LINK TYPE=\"application/feed+json\" REL=\"alternate\" HREF=\"/riscv.json?a=1&amp;b=2\">\
                <link rel=\"stylesheet\" type=\"text/css\" href=\"x.css\"></head></html>";
    let server = texts(&[("site/", page.to_owned()), ("bare", "<html>nothing</html>".to_owned())]);
    let address = server.url("site/");
    let feeds = [server.url("site/riscv.atom"), server.url("riscv.json?a=1&b=2")].join(" ");
    assert_eq!(
        failed(&new(&folder, &address, &[])),
        format!("error: {address}: this is a web page, not a feed; its feeds are {feeds}\n")
    );
    assert!(failed(&new(&folder, &server.url("bare"), &[])).contains("not a feed; give the address of a feed"));
    assert!(failed(&new(&folder, &server.url("gone"), &[])).ends_with("/gone: the server answered 404 Not Found\n"));
    let site = Server::start(move |_| answer("200 OK", &[("Content-Type", "text/html")], page));
    let said = stderr(&run(&folder, &["list", &site.url("")]));
    assert!(said.contains("this is a web page; give the address of its Markdown text"), "{said}");
}

#[test]
fn a_feed_that_is_broken_or_made_to_break_a_run_is_an_error() {
    let folder = Folder::new("broken-feeds");
    folder.write("patchfeed.toml", "[network]\nsize = 8\n");
    let atom = |inside: &str| format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title>{inside}</feed>");
    let whole = atom("<entry><id>1</id><title>T</title></entry>");
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
    let broken: [(&str, Vec<u8>, &str); 12] = [
        ("cut", whole.as_bytes()[..whole.len() - 20].to_vec(), "cut off"),
        ("tags", atom("<entry></item>").into(), "this feed is broken, or cut off, in line 1"),
        ("rdf", b"<rdf:RDF><channel><title>a</title></channel><item><title>x</title></item>".to_vec(), "cut off"),
        (
            "bomb",
            format!("<?xml version=\"1.0\"?>{bomb}<rss><channel>&b;</channel></rss>").into(),
            "entities of its own",
        ),
        (
            "deep",
            format!("<rss><channel>{}{}</channel></rss>", "<a:b>".repeat(5000), "</a:b>".repeat(5000)).into(),
            "deep",
        ),
        (
            "many",
            format!("<rss><channel>{}</channel></rss>", "<item/>".repeat(400_000)).into(),
            "more than 300000 elements",
        ),
        ("large", format!("<rss>{}</rss>", "x".repeat(8_000_000)).into(), "larger than 8 MB"),
        (
            "bytes",
            [b"<feed><title>".as_slice(), &[0xE9, 0xFF], b"</title></feed>"].concat(),
            "this Atom feed can't be read",
        ),
        ("other", b"<?xml version=\"1.0\"?><opml/>".to_vec(), "this is XML, but no feed"),
        ("empty", b"<rss version=\"2.0\"></rss>".to_vec(), "this RSS feed can't be read"),
        ("json", json("1", "").as_bytes()[..80].to_vec(), "this isn't a JSON Feed"),
        (
            "nest",
            json("1", "").replace("\"1\",\"title\"", &format!("{}1,\"title\"", "[".repeat(100_000))).into(),
            "JSON Feed",
        ),
    ];
    let answers = broken.clone();
    let server = Server::start(move |request| {
        let (_, bytes, _) = answers.iter().find(|(name, ..)| *name == &request.path[1..]).expect("it is known");
        answer("200 OK", &[("Content-Type", "application/xml")], bytes.clone())
    });
    for (name, _, words) in broken {
        let said = failed(&new(&folder, &server.url(name), &["--history"]));
        assert!(said.contains(words), "{name}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    assert!(!folder.path("seen").exists());
}

#[test]
fn every_place_at_which_a_feed_is_cut_is_said() {
    let folder = Folder::new("cut-everywhere");
    let atom = "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><entry><id>1</id>\
                <title>A</title><content type=\"html\"><![CDATA[<p>]]></content></entry></feed>";
    let cuts: Vec<usize> = (22..atom.len()).step_by(5).collect();
    let server = Server::start(move |request| {
        let at: usize = request.path[1..].parse().expect("a number");
        answer("200 OK", &[], &atom[..at])
    });
    for at in cuts {
        let said = failed(&new(&folder, &server.url(&at.to_string()), &["--history"]));
        assert!(said.contains("cut off") || said.contains("this is XML, but no feed"), "{at}: {said}");
    }
}

#[test]
fn without_the_server_the_last_good_copies_are_read_and_said() {
    let folder = Folder::new("feed-copies");
    post(&folder, 1..=5);
    let site = folder.path("site");
    let is_down = Arc::new(AtomicBool::new(false));
    let down = Arc::clone(&is_down);
    let mut server = Server::start(move |request| {
        if down.load(Ordering::SeqCst) && request.path.contains("archive") {
            return answer("503 Service Unavailable", &[], "");
        }
        file(&site, request)
    });
    build(&folder, &server.url(""));
    let address = server.url("bpf.json");
    begin(&folder, &address);
    is_down.store(true, Ordering::SeqCst);
    forget(&folder);
    let output = new(&folder, &address, &["--history"]);
    assert_eq!(complete(&output.stdout).len(), 100);
    let said = stderr(&output);
    assert!(
        said.starts_with(&format!("warning: {}: the server answered 503", server.url("archive/bpf/2.json"))),
        "{said}"
    );
    assert!(said.contains("; using the copy from 20"), "{said}");
    server.stop();
    let output = new(&folder, &address, &[]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), String::new()));
    assert!(
        stderr(&output).contains("bpf.json: the server refuses connections; using the copy from"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn no_secret_of_an_address_is_shown_remembered_or_posted() {
    let folder = Folder::new("feed-secrets");
    let server = Server::start(|request| match request.path.as_str() {
        "/feed.rss" if request.header("authorization").is_empty() => answer("401 Unauthorized", &[], ""),
        "/feed.rss" if request.query == "token=hidden&a=1" => answer(
            "200 OK",
            &[],
            "<rss xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>T</title><link>#</link><description/>\
             <atom:link rel='prev-archive' href='/old'/><item><title>1</title></item>\
             <item><title>2</title><link>two</link></item><item><title>3</title><link>#x</link></item></channel></rss>",
        ),
        "/old" if !request.header("authorization").is_empty() => answer("200 OK", &[], json("4", "")),
        _ => answer("404 Not Found", &[], "nothing"),
    });
    let with_user = |path: &str| server.url(path).replace("http://", "http://user:hidden@");
    let output = new(&folder, &with_user("feed.rss?token=hidden&a=1"), &["--history", "--format", "json"]);
    assert_eq!((stderr(&output).as_str(), stdout(&output).lines().count()), ("", 4));
    let gone = new(&folder, &with_user("gone?token=hidden"), &[]);
    let memory = std::fs::read_to_string(folder.path("seen")).expect("there is a memory");
    assert!(stderr(&gone).contains("/gone?token=***: the server answered 404"), "{}", stderr(&gone));
    assert!(memory.contains(&server.url("feed?")), "{memory}");
    for text in [stdout(&output), stderr(&gone), memory] {
        assert!(!text.contains("hidden") && !text.contains("user:"), "{text}");
    }
}

#[test]
fn an_address_may_lead_to_an_issue_which_is_asked_for_once() {
    let folder = Folder::new("issue-address");
    let server = texts(&[("2024-01-01-10-00-00-rvlwn-1.md", issue(1, 0..3))]);
    let address = server.url("2024-01-01-10-00-00-rvlwn-1.md");
    assert_eq!(printed(&new(&folder, &address, &["--feed", "bpf", "--history"])), [2, 1, 0]);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_limit_leaves_the_rest_to_the_next_run() {
    let folder = Folder::new("limit");
    post(&folder, 1..=5);
    let server = serve(&folder);
    build(&folder, &server.url(""));
    let address = server.url("bpf.json");
    let run = || printed(&new(&folder, &address, &["--history", "--limit", "45"]));
    let all: Vec<usize> = (1..=5).flat_map(|n| (n * 20..n * 20 + 20).rev()).collect();
    assert_eq!(run(), all[..45]);
    assert_eq!(run(), all[45..90]);
    assert_eq!(run(), all[90..]);
    assert_eq!(run(), [0_usize; 0]);
    let none = new(&folder, &address, &["--limit", "0"]);
    assert_eq!(none.status.code(), Some(2));
}

#[test]
fn an_item_that_is_set_aside_is_found_however_old_it_is() {
    let folder = Folder::new("aside-and-old");
    post(&folder, 1..=2);
    let server = serve(&folder);
    build(&folder, &server.url(""));
    let address = server.url("bpf.json");
    begin(&folder, &address);
    post(&folder, 3..=3);
    build(&folder, &server.url(""));
    let command = "read line; case $line in *\"<70>\"*) exit 3;; esac; echo \"$line\"";
    let first = new(&folder, &address, &["--tries", "1", "--exec", command]);
    assert_eq!((first.status.code(), complete(&first.stdout).len()), (Some(1), 19));
    post(&folder, 4..=16);
    build(&folder, &server.url(""));
    new(&folder, &address, &["--tries", "1", "--exec", command]);
    post(&folder, 17..=17);
    build(&folder, &server.url(""));
    let expected: Vec<usize> = (340..360).rev().chain([70]).collect();
    assert_eq!(printed(&new(&folder, &address, &["--tries", "1", "--exec", "cat"])), expected);
}

#[test]
fn a_limit_of_one_is_not_held_up_by_an_item_that_always_fails() {
    let folder = Folder::new("limit-failing");
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", issue(1, 0..3));
    build(&folder, BASE);
    let command = "read line; case $line in *\"<2>\"*) exit 3;; esac; echo \"$line\"";
    let runs: Vec<Vec<usize>> = (0..5)
        .map(|_| {
            complete(&new(&folder, "site", &["--history", "--limit", "1", "--tries", "2", "--exec", command]).stdout)
        })
        .collect();
    assert_eq!(runs, [vec![], vec![1], vec![0], vec![], vec![]]);
}

/// The ids, titles and addresses of items that were printed oldest first.
fn newest_first(items: &[serde_json::Value]) -> Vec<[&str; 3]> {
    let fields = |item| ["id", "title", "url"].map(|field| text_of(item, field));
    items.iter().rev().map(fields).collect()
}

fn text_of<'a>(item: &'a serde_json::Value, field: &str) -> &'a str {
    item[field].as_str().unwrap_or_default()
}

#[test]
fn other_publishers_rss_is_read_with_what_it_lacks() {
    let read = items(
        "others-rss",
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <channel><title>T</title><link>http://server.example/blog/</link><description/>\
         <item><title>It&amp;#8217;s &lt;pid&gt;</title><link>../a?b=1&amp;c=2</link><pubDate>Tue, 02 Jan 2024 10:00:00 GMT</pubDate>\
         <dc:creator>Ann</dc:creator><category>one</category></item>\
         <item><description>&lt;p&gt;Only &lt;b&gt;wo&lt;/b&gt;rds&lt;/p&gt;&lt;p&gt;here &amp;amp; there&lt;/p&gt;</description>\
         <guid>x 1</guid><author>b@example.org (Ben)</author><pubDate>Mon, 01 Jan 2024 10:00:00 +0100</pubDate></item>\
         <item><title>No id</title><pubDate>Sun, 31 Dec 2023 10:00:00 GMT</pubDate></item>\
         <item><guid>http://server.example/permalink</guid><title>Permalink</title><pubDate>Sun, 31 Dec 2023 09:00:00 GMT</pubDate></item>\
         <item><title>Evil\n\u{1b}[31m</title><link>javascript:alert(1)</link><guid>e</guid><pubDate>Sun, 31 Dec 2023 08:00:00 GMT</pubDate></item>\
         <item/>\
         </channel></rss>",
    );
    let said = newest_first(&read);
    assert_eq!(
        said,
        [
            ["http://server.example/a?b=1&c=2", "It’s <pid>", "http://server.example/a?b=1&c=2"],
            ["x 1", "Only words here & there", "http://server.example/blog/"],
            ["No id 2023-12-31T10:00:00Z", "No id", "http://server.example/blog/"],
            ["http://server.example/permalink", "Permalink", "http://server.example/permalink"],
            ["e", "Evil [31m", "http://server.example/blog/"],
        ]
    );
    assert_eq!(read[4]["authors"][0]["name"], "Ann");
    assert_eq!(
        (&read[3]["authors"][0]["name"], &read[3]["summary"]),
        (&"Ben".into(), &"Only words here & there".into())
    );
    assert_eq!(read[3]["date_published"], "2024-01-01T10:00:00+01:00");
    assert_eq!(read[4].get("_patchfeed"), None);
}

#[test]
fn rss_of_other_versions_is_read() {
    let rdf = items(
        "rss-1",
        "<?xml version=\"1.0\"?><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>T</title><link>http://e.org/</link></channel>\
         <item rdf:about=\"http://e.org/1\"><title>One</title><link>http://e.org/1</link><dc:date>2024-01-02T10:00:00Z</dc:date></item></rdf:RDF>",
    );
    assert_eq!((&rdf[0]["id"], &rdf[0]["date_published"]), (&"http://e.org/1".into(), &"2024-01-02T10:00:00Z".into()));
    let old = items(
        "rss-0.91",
        "<?xml version=\"1.0\"?><!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\" \"http://my.netscape.com/rss-0.91.dtd\">\
         <rss version=\"0.91\"><channel><title>T</title><link>http://e.org/</link><description>D</description><language>en</language>\
         <item><title>New</title><link>http://e.org/2</link></item><item><title>Old</title><link>http://e.org/1</link></item></channel></rss>",
    );
    assert_eq!(crate::fields(&old, "title"), ["Old", "New"], "without dates, the document's order is kept");
}

#[test]
fn other_publishers_atom_is_read_with_what_it_lacks() {
    let read = items(
        "others-atom",
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"http://server.example/blog/\"><title>T</title><author><name>Ann</name></author>\
         <entry><id>tag:1</id><title type=\"html\">a &amp;lt;b&amp;gt; &lt;i&gt;c&lt;/i&gt;</title><link href=\"one\"/>\
         <updated>2024-01-01T10:00:00Z</updated><content type=\"text\">x &lt; y</content></entry>\
         <entry><id>tag:2</id><title type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">Two <em>words</em></div></title>\
         <link rel=\"enclosure\" href=\"x.mp3\"/><link type=\"application/pdf\" href=\"x.pdf\"/><link type=\"text/html\" href=\"/two\"/>\
         <updated>2024-01-03T10:00:00Z</updated><author><name>Ben</name></author>\
         <link rel=\"alternate\" href=\"https://lore.kernel.org/bpf/1@x/\"/></entry>\
         <entry><id>tag:3</id><title/><link href=\"https://lore.kernel.org/linux-riscv/20230526102540.1-1-a@b.com/\"/>\
         <updated>2024-01-02T10:00:00Z</updated><content type=\"html\">&lt;p&gt;Content &lt;br&gt;only&lt;/p&gt;</content></entry></feed>",
    );
    let said: Vec<[&str; 3]> =
        read.iter().map(|item| ["id", "title", "url"].map(|field| item[field].as_str().unwrap_or_default())).collect();
    let mail = "https://lore.kernel.org/linux-riscv/20230526102540.1-1-a@b.com/";
    assert_eq!(
        said,
        [
            ["tag:1", "a <b> c", "http://server.example/blog/one"],
            ["tag:3", "Content only", mail],
            ["tag:2", "Two words", "http://server.example/two"]
        ],
        "oldest first, whatever the document's order"
    );
    assert_eq!((&read[0]["content_html"], &read[0]["authors"][0]["name"]), (&"x &lt; y".into(), &"Ann".into()));
    assert_eq!(
        read[1]["_patchfeed"],
        serde_json::json!({ "message_id": "20230526102540.1-1-a@b.com", "list": "linux-riscv" })
    );
    assert_eq!(read[2]["authors"][0]["name"], "Ben");
}

#[test]
fn other_publishers_json_is_read_with_what_it_lacks() {
    let read = items(
        "others-json",
        "\u{FEFF}{\n \"version\": \"https:\\/\\/jsonfeed.org\\/version\\/1\",\n \"title\": \"T\", \"home_page_url\": \"http://e.org/\",\n \"items\": [\n\
         { \"id\": 7,\n \"url\": \"/seven\", \"content_text\": \"Words\\nof seven\" },\n\
         { \"id\": \"x\", \"title\": \"Two\\nlines\", \"url\": null, \"external_url\": \"https://e.org/x\" },\n\
         { \"title\": \"No id\", \"content_html\": \"<p>y</p>\" },\n {}\n ] }",
    );
    let said = newest_first(&read);
    assert_eq!(
        said,
        [
            ["7", "Words of seven", "http://server/seven"],
            ["x", "Two lines", "https://e.org/x"],
            ["No id", "No id", "http://e.org/"]
        ]
    );
}
