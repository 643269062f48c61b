//! `patchfeed verify`: silent on a good site, and on each bad one it says what is wrong, and nothing else.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::bots::issue;
use crate::server::{Answer, Request, Server, answer};
use crate::serving::{FREE, Running};
use crate::{Folder, patchfeed, stderr, stdout, tree};

/// When every file changed.
const MODIFIED: &str = "Sun, 07 May 2023 11:28:47 GMT";

/// What a bad server makes of a good answer.
type Damage = Box<dyn Fn(&Request, Answer) -> Answer + Send>;

/// A site with archives, served as well as can be, but for one damage at a time.
struct Published {
    folder: Folder,
    server: Server,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    damage: Arc<Mutex<Damage>>,
}

impl Published {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        for number in 1..=4 {
            let name = format!("issues/2024-0{number}-01-10-00-00-rvlwn-{number}.md");
            folder.write(&name, issue(number, number * 40..number * 40 + 40));
        }
        let files: Arc<Mutex<BTreeMap<String, Vec<u8>>>> = Arc::default();
        let damage: Arc<Mutex<Damage>> = Arc::new(Mutex::new(Box::new(|_, good| good)));
        let (served, damaging) = (Arc::clone(&files), Arc::clone(&damage));
        let server = Server::start(move |request| {
            let good = good(request, &locked(&served));
            (locked(&damaging))(request, good)
        });
        let args = ["build", "issues", "--out", "site", "--no-sync", "--base-url", &server.url("")];
        let built = patchfeed(&folder.0, &args);
        assert!(built.status.success(), "{}", stderr(&built));
        *locked(&files) = tree(&folder.path("site"));
        Self { folder, server, files, damage }
    }

    /// What is said of an address below the site, which is where `HERE` stands then.
    fn said(&self, path: &str, args: &[&str]) -> String {
        let output = patchfeed(&self.folder.0, &[&["verify", &self.server.url(path)], args].concat());
        let said = stdout(&output);
        assert_eq!(output.status.success(), said.is_empty(), "{said}{}", stderr(&output));
        said.replace(&self.server.url(""), "HERE/")
    }

    /// The same while the server does some damage.
    fn said_of(&self, path: &str, damage: impl Fn(&Request, Answer) -> Answer + Send + 'static) -> String {
        *locked(&self.damage) = Box::new(damage);
        let said = self.said(path, &["--all"]);
        *locked(&self.damage) = Box::new(|_, good| good);
        said
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().expect("no thread fails")
}

/// The answer of a good server.
fn good(request: &Request, files: &BTreeMap<String, Vec<u8>>) -> Answer {
    let whole = whole(&request.path, files);
    let Answer::Send(_, headers, _) = &whole else { return whole };
    let given = |name| headers.iter().find(|(other, _)| *other == name).map_or("-", |(_, value)| value);
    let tag = request.header("if-none-match");
    let is_known = if tag.is_empty() { request.header("if-modified-since") == MODIFIED } else { tag == given("ETag") };
    if is_known { answer("304 Not Modified", &[("ETag", given("ETag"))], "") } else { whole }
}

/// A file with its headers.
fn whole(path: &str, files: &BTreeMap<String, Vec<u8>>) -> Answer {
    let path = Some(path.trim_start_matches('/')).filter(|path| !path.is_empty()).unwrap_or("index.html");
    let Some(bytes) = files.get(path) else { return answer("404 Not Found", &[], "") };
    let kind = match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "atom" => "application/atom+xml",
        "rss" => "application/rss+xml",
        "json" => "application/feed+json",
        "html" => "text/html",
        _ => "text/plain",
    };
    let etag = format!("\"{:x}\"", crc32fast::hash(bytes));
    let headers =
        [("ETag", &*etag), ("Last-Modified", MODIFIED), ("Cache-Control", "max-age=900"), ("Content-Type", kind)];
    answer("200 OK", &headers, bytes.clone())
}

/// An answer whose header has another value, or is gone.
fn with_header(given: Answer, name: &'static str, value: Option<&str>) -> Answer {
    let Answer::Send(status, mut headers, body) = given else { return given };
    headers.retain(|(other, _)| *other != name);
    headers.extend(value.map(|value| (name, value.to_owned())));
    Answer::Send(status, headers, body)
}

/// An answer with some words replaced; they must be there, unless it has no body.
fn with_words(given: Answer, words: &str, others: &str) -> Answer {
    let Answer::Send(status, headers, body) = given else { return given };
    let text = String::from_utf8(body).expect("feeds are text");
    assert!(text.is_empty() || text.contains(words), "{words} isn't in {text}");
    Answer::Send(status, headers, text.replacen(words, others, 1).into_bytes())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

/// An answer whose body is compressed, cut to a part of it and said to be in a coding.
fn compressed(given: Answer, kept: fn(usize) -> usize, coding: Option<&str>) -> Answer {
    let Answer::Send(status, headers, body) = given else { return given };
    let mut body = if body.is_empty() { body } else { gzip(&body) };
    body.truncate(kept(body.len()));
    with_header(Answer::Send(status, headers, body), "Content-Encoding", coding)
}

fn is_feed(request: &Request) -> bool {
    request.path == "/bpf.atom"
}

#[test]
fn the_site_that_patchfeed_serves_has_nothing_wrong() {
    let folder = Folder::new("verify-served");
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", issue(1, 0..5));
    for start in [|folder: &Folder| Running::start(folder, FREE), |folder: &Folder| Running::public(folder, &[])] {
        let server = start(&folder);
        let url = format!("http://{}/", server.at.expect("an address"));
        let output = patchfeed(&folder.0, &["verify", &url, "--site", "site"]);
        assert_eq!((stdout(&output).as_str(), output.status.code()), ("", Some(0)), "{}", stderr(&output));
        assert!(stderr(&output).starts_with(&format!("{url}: 7 feeds, ")), "{}", stderr(&output));
        assert!(stderr(&output).ends_with(" documents: nothing is wrong\n"), "{}", stderr(&output));
        let quiet = patchfeed(&folder.0, &["verify", &url, "--quiet"]);
        assert_eq!((stdout(&quiet), stderr(&quiet)), (String::new(), String::new()));
    }
}

#[test]
fn a_good_server_has_nothing_wrong_and_is_asked_once_for_each_document() {
    let published = Published::new("verify-good");
    assert_eq!(published.said("", &["--site", "site"]), "");
    let requests = published.server.requests();
    let mut first = BTreeMap::new();
    for request in requests.iter().filter(|request| {
        request.header("if-none-match").is_empty()
            && request.header("if-modified-since").is_empty()
            && request.header("accept-encoding") == "gzip"
    }) {
        *first.entry(request.path.clone()).or_insert(0) += 1;
    }
    assert!(first.keys().any(|path| path.starts_with("/archive/bpf/")), "{first:?}");
    assert!(first.values().all(|count| *count == 1), "{first:?}");
    let plain = requests.iter().filter(|request| request.header("accept-encoding") != "gzip").count();
    assert_eq!(plain, 1, "what comes uncompressed is asked for once");
    for path in ["bpf.atom", "bpf.json", "bpf.rss", "feeds.opml", "index.html", "bpf.html"] {
        assert_eq!(published.said(path, &[]), "", "{path}");
    }
}

/// What is said of a feed while its server does some damage to it alone.
fn of_feed(published: &Published, damage: impl Fn(Answer) -> Answer + Send + 'static) -> String {
    published.said_of("bpf.atom", move |request, good| if is_feed(request) { damage(good) } else { good })
}

#[test]
fn what_a_server_answers_is_named() {
    let published = Published::new("verify-answers");
    let said = |status: &'static str, headers: &'static [(&'static str, &'static str)]| {
        of_feed(&published, move |_| answer(status, headers, ""))
    };
    assert_eq!(said("404 Not Found", &[]), "HERE/bpf.atom: the server answers 404 Not Found\n");
    assert_eq!(said("410 Gone", &[]), "HERE/bpf.atom: the server answers 410 Gone\n");
    assert_eq!(said("503 Service Unavailable", &[]), "HERE/bpf.atom: the server answers 503 Service Unavailable\n");
    assert_eq!(
        said("200 OK", &[("Content-Type", "application/atom+xml")]),
        "HERE/bpf.atom: the server sends nothing\n"
    );
    assert_eq!(
        said("302 Found", &[("Location", "/bpf.atom")]),
        "HERE/bpf.atom: leads back to itself: its redirects go in a circle\n"
    );
    assert_eq!(
        said("302 Found", &[]),
        "HERE/bpf.atom: the server answers 302 Found without an address that it leads to\n"
    );
    let everywhere = published.said_of("", |request, good| match &*request.path {
        "/bpf.rss" => answer("403 Forbidden", &[], ""),
        "/all.json" if !request.header("user-agent").starts_with("Mozilla/") => answer("403 Forbidden", &[], ""),
        "/all.atom" => answer("301 Moved Permanently", &[("Location", "/bpf.atom")], ""),
        "/all.rss" => answer("307 Temporary Redirect", &[("Location", "/digest.rss")], ""),
        "/digests.opml" => answer("500 Internal Server Error", &[], ""),
        _ => good,
    });
    let mut lines: Vec<&str> = everywhere.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "HERE/all.atom: has moved for good, to HERE/bpf.atom: that is the address to give to readers",
            "HERE/all.json: the server answers 403 Forbidden to programs that it doesn't know, and lets browsers in",
            "HERE/all.rss: leads to HERE/digest.rss for the time being: readers ask both, every time",
            "HERE/bpf.rss: the server answers 403 Forbidden, and HERE/ leads here",
            "HERE/digests.opml: the server answers 500 Internal Server Error, and HERE/ leads here",
        ]
    );
}

#[test]
fn pages_and_lists_are_followed() {
    let published = Published::new("verify-pages");
    let of = |at: &'static str, words: &'static str, others: &'static str| {
        published.said_of(at, move |request, good| {
            if request.path.trim_start_matches('/') == at { with_words(good, words, others) } else { good }
        })
    };
    assert_eq!(
        of("feeds.opml", "/bpf.atom", "/gone.atom"),
        "HERE/gone.atom: the server answers 404 Not Found, and HERE/feeds.opml leads here\n"
    );
    assert_eq!(
        of("bpf.html", "href=\"bpf.atom\"", "href=\"bpf.html\""),
        "",
        "a page that says of itself that it is a feed was asked for already"
    );
    assert_eq!(
        of("bpf.html", "href=\"bpf.atom\"", "href=\"pages.js\""),
        "HERE/pages.js: isn't a feed, and HERE/bpf.html names it as one\n"
    );
    assert_eq!(
        published.said_of("feeds.opml", |_, _| answer("200 OK", &[], "<opml><body/></opml>")),
        "HERE/feeds.opml: names no feed (xmlUrl)\n"
    );
    let without = published.said_of("", |_, _| answer("200 OK", &[("Content-Type", "text/html")], "<html></html>"));
    assert_eq!(without, "HERE/: this page announces no feed (<link rel=\"alternate\">), so readers find none\n");
    // Many pages announce other JSON so.
    let page = "<html><link rel=alternate type=application/json href=/x><link rel=alternate type=application/atom+xml href=/bpf.atom>";
    let other = published.said_of("", move |request, good| match &*request.path {
        "/" => answer("200 OK", &[("Content-Type", "text/html")], page),
        "/x" => answer("200 OK", &[("Content-Type", "application/json")], "{}"),
        _ => good,
    });
    assert_eq!(other, "");
    // Browsers see one feed here, and no JSON, of which nobody knows what it is, is a fault of the page.
    let page = "<html><!-- <link rel=alternate type=application/rss+xml href=/gone> --><title><link href=/no></title>\
                <script>'<link rel=alternate type=application/rss+xml href=/gone>'</script>\
                <link rel=alternate type=application/json href=/gone>\
                <link title='News > feed' data-href=/gone rel=alternate type=application/atom+xml href=/bpf.atom>";
    let seen = published.said_of("", move |request, good| match &*request.path {
        "/" => answer("200 OK", &[("Content-Type", "text/html")], page),
        "/gone" => answer("401 Unauthorized", &[], ""),
        "/feeds.opml" => answer("200 OK", &[], ""),
        _ => good,
    });
    assert_eq!(seen, "");
    let page = "<html><link rel=alternate type=application/json href=/wp-json>";
    let none = published.said_of("", move |request, good| match &*request.path {
        "/" => answer("200 OK", &[("Content-Type", "text/html")], page),
        "/wp-json" => answer("200 OK", &[("Content-Type", "application/json")], "{}"),
        _ => good,
    });
    assert_eq!(none, without);
}

#[test]
fn how_a_document_is_sent_is_named() {
    let published = Published::new("verify-form");
    let feed = "HERE/bpf.atom: ";
    let header = |name, value: Option<&'static str>| of_feed(&published, move |good| with_header(good, name, value));
    for (said, expected) in [
        (header("Content-Type", None), "has no media type (Content-Type): readers have to guess"),
        (
            header("Content-Type", Some("text/html; charset=utf-8")),
            "is sent as text/html: whoever goes by that sees no feed",
        ),
        (header("Content-Type", Some("text/xml; charset=utf-8")), ""),
        (
            header("Content-Type", Some("application/atom+xml; charset=iso-8859-1")),
            "is sent as iso-8859-1, and the document is utf-8: readers that believe the first show other letters",
        ),
        (
            header("Content-Type", Some("text/xml")),
            "is sent as text/xml without a charset, and isn't ASCII, which readers that keep to RFC 3023 take it for",
        ),
        (
            header("Cache-Control", None),
            "has neither a Cache-Control with a time nor Expires: caches guess how long it is fresh",
        ),
        (header("Cache-Control", Some("max-age=604800")), "may be kept for 7 days: what is new is seen that late"),
        (
            header("Cache-Control", Some("no-store")),
            "mustn't be kept (Cache-Control: no-store), so that all of it is fetched every time",
        ),
        (header("ETag", None), ""),
        (header("Last-Modified", None), ""),
        (
            of_feed(&published, |good| with_header(with_header(good, "ETag", None), "Last-Modified", None)),
            "has neither ETag nor Last-Modified: readers fetch all of it every time",
        ),
        (
            of_feed(&published, |good| compressed(good, |length| length, None)),
            "is gzip, and nothing says so (Content-Encoding)",
        ),
        (
            of_feed(&published, |good| compressed(good, |length| length / 2, Some("gzip"))),
            "is said to be gzip (Content-Encoding), which it isn't, or which is broken",
        ),
        (
            of_feed(&published, |good| compressed(good, |length| length, Some("gzip"))),
            "is sent as gzip to readers that don't take that",
        ),
        (
            of_feed(&published, |_| Answer::Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<feed")),
            "doesn't come as a whole: the server hung up before its answer was complete",
        ),
        (
            of_feed(&published, |good| with_words(good, "</feed>", "")),
            "isn't well-formed XML, and many readers refuse it: the root node was opened but never closed",
        ),
    ] {
        let expected = if expected.is_empty() { String::new() } else { format!("{feed}{expected}\n") };
        assert_eq!(said, expected);
    }
}

#[test]
fn what_readers_learn_when_they_ask_again_is_named() {
    let published = Published::new("verify-again");
    let said = |ignored: &'static str, status: &'static str| {
        let files = Arc::clone(&published.files);
        published.said_of("bpf.atom", move |request, good| match (request.header(ignored), status) {
            ("", _) => good,
            (_, "200") => whole(&request.path, &locked(&files)),
            (_, status) => answer(status, &[], ""),
        })
    };
    assert_eq!(
        said("if-none-match", "200"),
        "HERE/bpf.atom: asked with its own ETag, the server sends everything again\n"
    );
    assert_eq!(
        said("if-modified-since", "200"),
        "HERE/bpf.atom: asked with its own Last-Modified, the server sends everything again\n"
    );
    assert_eq!(
        said("if-none-match", "304 Not Modified"),
        "HERE/bpf.atom: asked with an ETag that was never given, the server answers that nothing is new\n"
    );
    assert_eq!(
        said("if-none-match", "412 Precondition Failed"),
        "HERE/bpf.atom: asked whether anything is new, the server answers 412 Precondition Failed\n"
    );
}

#[test]
fn what_a_document_says_is_named() {
    let published = Published::new("verify-contents");
    let said = |path: &'static str, words: &'static str, others: &'static str| {
        published.said_of(path, move |request, good| {
            if request.path.trim_start_matches('/') == path { with_words(good, words, others) } else { good }
        })
    };
    let expected = |path: &str, words: &str| format!("HERE/{path}: {words}\n");

    assert_eq!(said("bpf.rss", "<pubDate>", "<pubDate>Never, "), "", "a channel's date tells readers nothing");
    assert_eq!(said("bpf.atom", "rel=\"self\"", "rel=\"other\""), "", "a feed needn't say where it is");
    assert_eq!(
        said("bpf.json", "bpf.json\"", "all.json\""),
        expected("bpf.json", "says that its address is HERE/all.json: readers that go by that ask there")
    );
    assert_eq!(
        said("bpf.json", "\"id\":", "\"was\":"),
        expected("bpf.json", "has 1 item (number 1) without an id: readers can't tell them apart for sure")
    );
    assert_eq!(
        said("bpf.json", "\"content_html\":", "\"content\":"),
        expected("bpf.json", "has 1 item (number 1) without content_html or content_text, which JSON Feed demands")
    );
    assert_eq!(
        said("bpf.rss", "<item>", "<item><pubDate/>"),
        expected("bpf.rss", "has 1 item with dates that aren't written as they must be, such as an empty one")
    );
    assert_eq!(
        said("bpf.json", "\"date_published\":\"2024", "\"date_published\":\"2924"),
        expected("bpf.json", "has 1 item dated in the future, such as 2924-04-01T10:00:00+08:00")
    );
    assert_eq!(
        said("bpf.json", "\"date_published\":\"2024", "\"date_published\":\"on 2024"),
        expected(
            "bpf.json",
            "has 1 item with dates that aren't written as they must be, such as on 2024-04-01T10:00:00+08:00"
        )
    );
    assert_eq!(
        said("bpf.rss", "<link>https://lore.kernel.org/", "<link>/"),
        expected(
            "bpf.rss",
            "has 1 item with links that aren't whole, such as /bpf/160@x/: readers differ in where they lead"
        )
    );
    for (lost, link) in [
        ("<link>htp://example.org/", "htp://example.org/bpf/160@x/"),
        ("<link>javascript:alert(1)//", "javascript:alert(1)//bpf/160@x/"),
        ("<link>http://[::1]/", "http://[::1]/bpf/160@x/"),
    ] {
        let lines = if link.starts_with("http:") {
            String::new() // the test's server is on this machine, too
        } else {
            expected("bpf.rss", &format!("has 1 item with links that lead readers nowhere, such as {link}"))
        };
        assert_eq!(said("bpf.rss", "<link>https://lore.kernel.org/", lost), lines);
    }
    assert_eq!(
        said("bpf.atom", "<entry>", "<entry><link href=\"&nbsp;\"/>"),
        expected(
            "bpf.atom",
            "isn't well-formed XML, and many readers refuse it: unknown entity reference 'nbsp' at 3:20"
        )
    );
}

#[test]
fn what_a_format_demands_and_a_document_lacks_is_named() {
    let published = Published::new("verify-demands");
    for (path, after, from, to, words) in [
        ("bpf.atom", "<feed", "<title", "</title>", "has no title of its own, which Atom demands"),
        ("bpf.atom", "<feed", "<id>", "</id>", "has no id of its own, which Atom demands"),
        ("bpf.atom", "<feed", "<updated>", "</updated>", "has no updated of its own, which Atom demands"),
        ("bpf.atom", "<entry>", "<title", "</title>", "has 1 item (number 1) without title, which Atom demands"),
        ("bpf.atom", "<entry>", "<updated>", "</updated>", "has 1 item (number 1) without updated, which Atom demands"),
        ("bpf.rss", "<channel>", "<title>", "</title>", "has no title of its own, which RSS demands"),
        ("bpf.rss", "<channel>", "<link>", "</link>", "has no link of its own, which RSS demands"),
        ("bpf.rss", "<channel>", "<description>", "</description>", "has no description of its own, which RSS demands"),
        ("bpf.rss", "<item>", "<title>", "</title>", ""),
        ("bpf.json", "{", "\"title\"", ",", "has no title of its own, which JSON Feed demands"),
    ] {
        let without = move |given| {
            let Answer::Send(status, headers, body) = given else { return given };
            let text = String::from_utf8(body).expect("feeds are text");
            let Some(after) = text.find(after) else { return Answer::Send(status, headers, text.into_bytes()) };
            let start = after + text[after..].find(from).expect("it is there");
            let end = start + text[start..].find(to).expect("it ends") + to.len();
            Answer::Send(status, headers, [&text[..start], &text[end..]].concat().into_bytes())
        };
        let said =
            published.said_of(
                path,
                move |request, good| {
                    if request.path.trim_start_matches('/') == path { without(good) } else { good }
                },
            );
        let lines = if words.is_empty() { String::new() } else { format!("HERE/{path}: {words}\n") };
        assert_eq!(said, lines, "without {from} after {after}");
    }
}

#[test]
fn what_documents_say_of_each_other_is_named() {
    let published = Published::new("verify-chain");
    let archive = |number| format!("archive/bpf/{number}.atom");
    assert!(locked(&published.files).contains_key(&archive(1)), "{:?}", locked(&published.files).keys());
    let of_archive = |damage: fn(Answer) -> Answer| {
        published.said_of(
            "bpf.atom",
            move |request, good| {
                if request.path == "/archive/bpf/1.atom" { damage(good) } else { good }
            },
        )
    };
    assert_eq!(of_archive(|good| good), "");
    assert_eq!(
        of_archive(|_| answer("404 Not Found", &[], "")),
        "HERE/archive/bpf/1.atom: the server answers 404 Not Found, and HERE/archive/bpf/2.atom leads here\n"
    );
    assert_eq!(
        of_archive(|good| with_words(good, "bpf.atom\" rel=\"current\"", "all.atom\" rel=\"current\"")),
        "HERE/archive/bpf/1.atom: says that it belongs to HERE/all.atom; what leads here is HERE/bpf.atom\n"
    );
    assert_eq!(
        of_archive(|_| answer("200 OK", &[("Content-Type", "text/plain")], "words")),
        "HERE/archive/bpf/1.atom: isn't a feed, and HERE/archive/bpf/2.atom names it as one\n"
    );
    assert_eq!(
        of_archive(|good| with_words(good, "rel=\"next-archive\"", "rel=\"prev-archive\"")),
        "HERE/bpf.atom: its documents of older items go in a circle: HERE/archive/bpf/2.atom comes twice\n"
    );
    let doubled = published.said_of("bpf.json", |request, good| match &*request.path {
        "/archive/bpf/1.json" | "/archive/bpf/2.json" => {
            with_words(with_words(good, "\"id\":", "\"was\":"), "{\"was\":", "{\"id\":\"urn:x\",\"was\":")
        }
        _ => good,
    });
    assert_eq!(
        doubled,
        "HERE/archive/bpf/1.json: has the item urn:x with other content than HERE/archive/bpf/2.json\n"
    );
    let again = published.said_of("bpf.json", |request, good| match &*request.path {
        "/archive/bpf/1.json" => with_words(
            good,
            "\"items\":[",
            "\"items\":[{\"id\":\"urn:x\",\"url\":\"http://e.org/\",\"content_text\":\"\"},\
             {\"id\":\"urn:x\",\"url\":\"http://e.org/\",\"content_text\":\"\"},",
        ),
        _ => good,
    });
    assert_eq!(again, "HERE/archive/bpf/1.json: has several items with the id urn:x: readers show one of them\n");
}

#[test]
fn what_differs_from_the_folder_is_named() {
    let published = Published::new("verify-folder");
    locked(&published.files).remove("pages.css");
    locked(&published.files).insert("search.json".to_owned(), b"{}".to_vec());
    assert_eq!(
        published.said("", &["--site", "site"]),
        "HERE/pages.css: the server answers 404 Not Found\nHERE/search.json: isn't what the folder holds\n"
    );
}

#[test]
fn a_folder_that_was_copied_is_a_site() {
    let published = Published::new("verify-copied");
    for (path, bytes) in locked(&published.files).iter() {
        published.folder.write(&format!("copy/{path}"), bytes);
    }
    assert_eq!(published.said("", &["--site", "copy"]), "");
    let none = patchfeed(&published.folder.0, &["verify", &published.server.url(""), "--site", "issues"]);
    assert_eq!((stdout(&none).as_str(), none.status.code()), ("", Some(1)));
    assert!(stderr(&none).starts_with("error: issues: there is no site here"), "{}", stderr(&none));
    assert!(!published.folder.path("issues/.patchfeed").exists(), "nothing is written");
}

#[test]
fn a_server_that_wants_to_be_left_alone_is() {
    let published = Published::new("verify-busy");
    let said = published.said_of("", |request, good| match &*request.path {
        "/" => good,
        _ => answer("429 Too Many Requests", &[], ""),
    });
    assert!(
        said.lines().all(|line| line.ends_with(": the server answers 429 Too Many Requests, and HERE/ leads here"))
    );
    assert!((1..=4).contains(&said.lines().count()), "{said}");
    assert!(published.server.requests().len() <= 5);
}

#[test]
fn a_name_and_a_password_are_given_to_the_site_and_shown_to_nobody() {
    let published = Published::new("verify-user");
    *locked(&published.damage) = Box::new(|request, good| {
        let is_known = request.header("authorization") == "Basic bmFtZTpAOnM="; // name:@:s
        if is_known { good } else { answer("401 Unauthorized", &[], "") }
    });
    let url = published.server.url("").replace("http://", "http://name:%40:s@");
    let output = patchfeed(&published.folder.0, &["verify", &url, "--site", "site"]);
    assert_eq!((stdout(&output).as_str(), output.status.code()), ("", Some(0)));
    assert!(stderr(&output).starts_with(&published.server.url("")), "{}", stderr(&output));
    assert!(published.said("", &[]).starts_with("HERE/: the server answers 401 Unauthorized"));
}

#[test]
fn an_address_that_cannot_be_reached_is_an_error() {
    let folder = Folder::new("verify-error");
    let mut server = Server::start(|_| answer("200 OK", &[], ""));
    server.stop();
    let output = patchfeed(&folder.0, &["verify", &server.url("x.atom")]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output), "");
    assert_eq!(stderr(&output), format!("error: {}: the server refuses connections\n", server.url("x.atom")));
    let usage = Command::new(env!("CARGO_BIN_EXE_patchfeed")).args(["verify", "feeds"]).output().expect("it starts");
    assert_eq!(usage.status.code(), Some(2));
}
