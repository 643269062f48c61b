//! What Mastodon, Bluesky and ntfy get, and what becomes of what they answer.

use std::sync::atomic::{AtomicUsize, Ordering};

use patchfeed::memory::Outcome;
use patchfeed::post::{Delivered, Target};
use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::place::{ADDRESSES, HOSTILE, Place, hostile, item_of, many, ok, test, titled};
use crate::server::{Answer, Request, answer};

fn error(status: &str, body: &Value) -> Answer {
    answer(status, &[("Content-Type", "application/json")], body.to_string())
}

fn mastodon(name: &str, answers: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> (Place, Target) {
    let place = Place::new(&format!("mastodon-{name}"), answers);
    let target = place.target("to = 'mastodon'\nserver = SERVER\ntoken = SECRET\nthread = true");
    (place, target)
}

fn status(request: &Request) -> Answer {
    ok(&json!({ "id": format!("id-of-{}", &request.header("idempotency-key")[..4]) }))
}

fn text(request: &Request) -> String {
    request.json()["status"].as_str().expect("a post has a text").to_owned()
}

#[test]
fn mastodon_gets_a_post_an_item_with_a_key_and_answers_the_earlier_version() {
    let (place, target) = mastodon("item", status);
    let items = [item_of("v1", "a <title>", "https://lore.example/1", &[]), item_of("v2", "again", "", &["v1"])];
    assert_eq!(place.post(&target, &items).messages, 2);
    let [first, second] = &place.server.requests()[..] else { panic!("two posts") };
    assert_eq!((&*first.method, &*first.path), ("POST", "/api/v1/statuses"));
    assert_eq!(first.header("authorization"), "Bearer SECRET-SECRET");
    assert_eq!(first.header("idempotency-key").len(), 32);
    assert_eq!(
        first.json(),
        json!({
            "status": "a <title> https://lore.example/1\nriscv · News, issue 7\nIt mends *the* <pid>, and what else there was of it.",
            "visibility": "unlisted",
        })
    );
    let id = format!("id-of-{}", &first.header("idempotency-key")[..4]);
    assert_eq!(place.outcome("v1"), Some(Outcome::Sent(Some(id.clone()))));
    assert_eq!(second.json()["in_reply_to_id"], id);
}

#[test]
fn mastodon_gets_a_post_even_if_what_it_answers_was_deleted() {
    let (place, target) = mastodon("deleted", |request| match request.json().get("in_reply_to_id") {
        Some(_) => error("404 Not Found", &json!({ "error": "Record not found" })),
        None => status(request),
    });
    let items = [item_of("v1", "one", "https://lore.example/1", &[]), item_of("v2", "two", "", &["v1"])];
    assert_eq!(place.post(&target, &items).messages, 2);
}

#[test]
fn no_title_is_a_mention_a_tag_or_an_emoji_on_mastodon() {
    let (place, target) = mastodon("titles", status);
    assert_eq!(place.post(&target, &hostile()).messages, HOSTILE.len());
    let posts: Vec<String> = place.server.requests().iter().rev().map(text).collect();
    let space = '\u{2060}';
    let mentions = regex::Regex::new(r"(^|[^\w:/=])[@#＃:]\w").expect("a pattern");
    assert!(posts.iter().all(|post| !mentions.is_match(post)), "{posts:?}");
    assert!(posts[1].starts_with(&format!("@{space}everyone @{space}channel")), "{}", posts[1]);
    assert!(posts[6].starts_with(&format!(":{space}smile: :{space}blob_cat: ")), "{}", posts[6]);
    assert!(posts[8].starts_with("riscv: 修复 内存 泄漏 https://"), "{}", posts[8]);
    assert!(posts[11].starts_with("https://evil.example/a_b_(c) https://"), "{}", posts[11]);
}

#[test]
fn no_address_ends_early_on_mastodon() {
    let (place, target) = mastodon("addresses", status);
    let items: Vec<_> = ADDRESSES.iter().enumerate().map(|(n, url)| item_of(&n.to_string(), url, url, &[])).collect();
    place.post(&target, &items);
    let posts: Vec<String> = place.server.requests().iter().map(text).collect();
    let lines: Vec<&str> = posts.iter().filter_map(|post| post.lines().next()).collect();
    assert_eq!(
        lines,
        [
            "https://lore.example/a_b_%28c%29",
            "https://lore.example/a%7Cb%3Ec%3Cd",
            "https://lore.example/a%20b%22c'd%60e",
            "https://lore.example/?a=1&b=[2]*3~4",
        ]
    );
}

#[test]
fn the_longest_post_that_mastodon_takes_is_whole_and_a_longer_one_is_cut() {
    let url = format!("https://lore.example/{}", "long/".repeat(100));
    for (length, is_whole) in [(500 - 1 - 23, true), (500 - 23, false)] {
        let (place, target) = mastodon("longest", status);
        // Each is one character to readers, and several in Unicode.
        let title = "👩‍👩‍👧‍👦".repeat(length);
        place.post(&target, &[item_of("i", &title, &url, &[])]);
        let post = text(&place.last());
        assert_eq!(post.contains('…'), !is_whole);
        assert!(post.contains(&url) && (!is_whole || post == format!("{title} {url}")));
    }
    for address in ["http://localhost/", "https://lore.example/"] {
        let (place, target) = mastodon("counted", status);
        let title = format!("{address}{}", "x".repeat(700));
        place.post(&target, &[titled(&title)]);
        let is_address = address.contains('.');
        assert_eq!(text(&place.last()).contains(&title), is_address, "{address}: what has no domain counts in full");
    }
}

#[test]
fn what_mastodon_says_decides_what_becomes_of_a_post() {
    let refused = |n| Delivered { refused: n, ..Delivered::default() };
    let left = |n| Delivered { left: n, ..Delivered::default() };
    for (status, words, expected) in [
        ("422 Unprocessable Entity", "Validation failed: Text character limit of 500 exceeded", refused(1)),
        ("401 Unauthorized", "The access token SECRET-SECRET was revoked", left(1)),
        ("403 Forbidden", "This action is outside the authorized scopes", left(1)),
        ("404 Not Found", "Not Found", left(1)),
    ] {
        let (place, target) = mastodon("errors", move |_| error(status, &json!({ "error": words })));
        assert_eq!(place.post(&target, &[titled("a title")]), expected, "{status}");
        assert!(place.said().contains(status), "{}", place.said());
    }
    let (place, target) = mastodon("busy", |_| {
        answer("429 Too Many Requests", &[("X-RateLimit-Reset", "2999-01-01T00:00:00.000000Z")], "{}")
    });
    assert_eq!(place.post(&target, &[titled("a title")]), left(1));
    assert!(place.said().contains("wants to be left alone for 3"), "{}", place.said());
}

#[test]
fn a_post_of_which_mastodon_said_nothing_clear_is_sent_again_with_its_key() {
    let count = AtomicUsize::new(0);
    let (place, target) = mastodon("unclear", move |request| match count.fetch_add(1, Ordering::SeqCst) {
        0 => answer("502 Bad Gateway", &[], "<html>"),
        _ => status(request),
    });
    assert_eq!(place.post(&target, &[titled("a title")]).messages, 1);
    let keys: Vec<String> =
        place.server.requests().iter().map(|request| request.header("idempotency-key").to_owned()).collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(place.said(), "", "no message comes twice, so nothing is to be said");
}

#[test]
fn a_page_that_answers_in_mastodons_stead_takes_no_post() {
    let (place, target) = mastodon("page", |_| answer("200 OK", &[], "<html>Sign in to this network"));
    assert_eq!(place.post(&target, &[titled("a title")]), Delivered { left: 1, ..Delivered::default() });
    assert_eq!(place.outcome("i"), Some(Outcome::Unknown));
}

#[test]
fn a_test_reaches_each_of_the_three() {
    for settings in [
        "to = 'mastodon'\nserver = SERVER\ntoken = SECRET",
        "to = 'bluesky'\nserver = SERVER\naccount = 'news.example'\ntoken = SECRET",
        "to = 'ntfy'\nserver = SERVER\ntopic = 'riscv'",
    ] {
        let place = Place::new("tests", |_| {
            ok(&json!({ "did": "did:plc:x", "accessJwt": "jwt", "uri": "at://x", "cid": "c", "id": "1" }))
        });
        assert_eq!(test(&place.target(settings)), Ok(()));
        assert!(place.last().json().to_string().contains("patchfeed: this is a test. New items of 《RISC-V · News》"));
    }
}

fn bluesky(name: &str, answers: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> (Place, Target) {
    let place = Place::new(&format!("bluesky-{name}"), move |request| match &*request.path {
        "/xrpc/com.atproto.server.createSession" => ok(&json!({ "did": "did:plc:x", "accessJwt": "jwt" })),
        _ => answers(request),
    });
    let target =
        place.target("to = 'bluesky'\nserver = SERVER\naccount = 'news.example'\ntoken = SECRET\nthread = true");
    (place, target)
}

fn put(request: &Request) -> Answer {
    let key = &request.json()["rkey"];
    ok(
        &json!({ "uri": format!("at://did:plc:x/app.bsky.feed.post/{}", key.as_str().unwrap_or_default()), "cid": "bafy" }),
    )
}

/// The posts that were put.
fn posts(place: &Place) -> Vec<Value> {
    let puts = place.server.requests().into_iter().filter(|request| request.path == "/xrpc/com.atproto.repo.putRecord");
    puts.map(|request| request.json()).collect()
}

#[test]
fn bluesky_gets_a_session_and_a_record_whose_key_is_the_messages() {
    let (place, target) = bluesky("item", put);
    assert_eq!(place.post(&target, &[titled("fix <pid> 修复")]).messages, 1);
    let [session, post] = &place.server.requests()[..] else { panic!("two requests") };
    assert_eq!(session.json(), json!({ "identifier": "news.example", "password": "SECRET-SECRET" }));
    assert_eq!((&*post.path, post.header("authorization")), ("/xrpc/com.atproto.repo.putRecord", "Bearer jwt"));
    let body = post.json();
    assert_eq!(
        (&body["repo"], &body["collection"], &body["swapRecord"]),
        (&json!("did:plc:x"), &json!("app.bsky.feed.post"), &Value::Null)
    );
    let record = &body["record"];
    assert_eq!(
        record["text"],
        "fix <pid> 修复\nriscv · News, issue 7\nIt mends *the* <pid>, and what else there was of it."
    );
    let link = |start: usize, end: usize, uri: &str| {
        json!({
            "index": { "byteStart": start, "byteEnd": end },
            "features": [{ "$type": "app.bsky.richtext.facet#link", "uri": uri }],
        })
    };
    assert_eq!(record["facets"], json!([link(0, 16, "https://lore.example/i"), link(26, 39, "https://n.example/7")]));
    let created = record["createdAt"].as_str().expect("a date");
    assert!(chrono::DateTime::parse_from_rfc3339(created).is_ok() && created.ends_with('Z'), "{created}");
    assert_eq!(record.get("embed"), None, "no card");
    let rkey = body["rkey"].as_str().expect("a key");
    assert!(regex::Regex::new("^[234567abcdefghij][234567a-z]{12}$").expect("a pattern").is_match(rkey), "{rkey}");
    assert_eq!(seconds(rkey), 1_704_164_645, "the item's date");
    let id = format!("at://did:plc:x/app.bsky.feed.post/{rkey} bafy");
    assert_eq!(place.outcome("i"), Some(Outcome::Sent(Some(id))));
}

/// The seconds since 1970 in a record's key.
fn seconds(rkey: &str) -> u64 {
    let digits = "234567abcdefghijklmnopqrstuvwxyz";
    let number = rkey.chars().fold(0_u64, |number, c| number << 5 | digits.find(c).expect("a digit") as u64);
    (number >> 10) / 1_000_000
}

#[test]
fn an_answer_on_bluesky_names_its_parent_and_the_post_that_began_the_thread() {
    let (place, target) = bluesky("thread", put);
    let items = [item_of("v1", "1", "", &[]), item_of("v2", "2", "", &["v1"]), item_of("v3", "3", "", &["v1", "v2"])];
    place.post(&target, &items);
    let posts = posts(&place);
    let address = |n: usize| json!({ "uri": format!("at://did:plc:x/app.bsky.feed.post/{}", posts[n]["rkey"].as_str().unwrap_or_default()), "cid": "bafy" });
    assert_eq!(posts[0]["record"].get("reply"), None);
    assert_eq!(posts[1]["record"]["reply"], json!({ "root": address(0), "parent": address(0) }));
    assert_eq!(posts[2]["record"]["reply"], json!({ "root": address(0), "parent": address(1) }));
}

#[test]
fn a_post_that_is_there_already_counts_as_sent_on_bluesky() {
    let count = AtomicUsize::new(0);
    let (place, target) = bluesky("twice", move |request| {
        if request.path == "/xrpc/com.atproto.repo.getRecord" {
            return ok(&json!({ "uri": "at://there", "cid": "bafy", "value": {} }));
        }
        match count.fetch_add(1, Ordering::SeqCst) {
            0 => answer("504 Gateway Timeout", &[], ""), // it was written all the same
            _ => error("400 Bad Request", &json!({ "error": "InvalidSwap", "message": "Record was at bafy" })),
        }
    });
    assert_eq!(place.post(&target, &[titled("a title")]).messages, 1);
    let posts = posts(&place);
    assert_eq!(posts[0]["rkey"], posts[1]["rkey"]);
    assert_eq!(place.outcome("i"), Some(Outcome::Sent(Some("at://there bafy".to_owned()))));
    assert!(place.last().query.contains(posts[0]["rkey"].as_str().expect("a key")));
}

#[test]
fn a_session_that_has_ended_is_begun_again() {
    let count = AtomicUsize::new(0);
    let (place, target) = bluesky("expired", move |request| match count.fetch_add(1, Ordering::SeqCst) {
        0 => error("400 Bad Request", &json!({ "error": "ExpiredToken", "message": "Token has expired" })),
        _ => put(request),
    });
    assert_eq!(place.post(&target, &[titled("a title")]).messages, 1);
    assert_eq!(place.server.requests().len(), 4);
}

#[test]
fn what_bluesky_says_decides_what_becomes_of_a_post() {
    let invalid = json!({ "error": "InvalidRequest", "message": "Invalid app.bsky.feed.post record" });
    let (place, target) = bluesky("refused", move |_| error("400 Bad Request", &invalid));
    assert_eq!(place.post(&target, &[titled("a title")]).refused, 1);

    let (place, target) =
        bluesky("busy", |_| answer("429 Too Many Requests", &[("RateLimit-Reset", "32503680000")], "{}"));
    assert_eq!(place.post(&target, &[titled("a title")]).left, 1);
    assert!(place.said().contains("wants to be left alone for 3"), "{}", place.said());

    let wrong = json!({ "error": "AuthenticationRequired", "message": "Invalid identifier or password" });
    let place = Place::new("bluesky-wrong", move |_| error("401 Unauthorized", &wrong));
    let target = place.target("to = 'bluesky'\nserver = SERVER\naccount = 'news.example'\ntoken = SECRET");
    assert_eq!(place.post(&target, &[titled("a title")]).left, 1);
    assert_eq!(place.server.requests().len(), 1, "who can't sign in doesn't try it again");
}

#[test]
fn the_longest_post_that_bluesky_takes_is_whole_and_a_longer_one_is_cut() {
    for (letter, length, is_whole) in [("x", 300, true), ("x", 301, false), ("👩‍👩‍👧‍👦", 120, true), ("👩‍👩‍👧‍👦", 121, false)]
    {
        let (place, target) = bluesky("longest", put);
        let title = letter.repeat(length);
        place.post(&target, &[titled(&title)]);
        let posts = posts(&place);
        let text = posts[0]["record"]["text"].as_str().expect("a text");
        assert_eq!(text == title, is_whole, "{length}");
        assert!(text.graphemes(true).count() <= 300 && text.len() <= 3000, "{length}");
    }
}

#[test]
fn no_title_means_anything_to_bluesky_and_every_address_is_one() {
    let (place, target) = bluesky("titles", put);
    let mut items = hostile();
    items.extend(ADDRESSES.iter().map(|url| item_of(url, "t", url, &[])));
    assert_eq!(place.post(&target, &items).messages, items.len());
    for (post, item) in posts(&place).iter().zip(&items) {
        let record = &post["record"];
        let text = record["text"].as_str().expect("a text");
        assert!(text.starts_with(&item.title), "{text}");
        let facets = record["facets"].as_array().expect("facets");
        assert_eq!(facets.len(), 2, "the title and the issue, whatever the title says");
        let bytes = ["byteStart", "byteEnd"]
            .map(|end| facets[0]["index"][end].as_u64().and_then(|n| usize::try_from(n).ok()).expect("a number"));
        let shown = &text[bytes[0]..bytes[1]];
        let uri = facets[0]["features"][0]["uri"].as_str().expect("an address");
        assert!(uri.starts_with("https://lore.example/") && !uri.contains([' ', '"', '<', '>']), "{uri}");
        assert_eq!(
            shown,
            if item.title.contains("://") { uri } else { &item.title },
            "no words that look like an address lead elsewhere"
        );
    }
}

fn ntfy(name: &str, answers: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> (Place, Target) {
    let place = Place::new(&format!("ntfy-{name}"), answers);
    let target = place.target("to = 'ntfy'\nserver = SERVER\ntopic = 'riscv'\ntoken = SECRET");
    (place, target)
}

#[test]
fn ntfy_gets_a_notification_an_issue_with_a_line_an_item() {
    let (place, target) = ntfy("issue", |_| ok(&json!({ "id": "sPs71M8A2T" })));
    assert_eq!(place.post(&target, &hostile()).messages, 1);
    let request = place.last();
    assert_eq!((&*request.method, &*request.path), ("POST", "/"));
    assert_eq!(request.header("authorization"), "Bearer SECRET-SECRET");
    let body = request.json();
    assert_eq!((&body["topic"], &body["title"]), (&json!("riscv"), &json!("RISC-V · News, issue 7")));
    assert_eq!(body["click"], "https://n.example/7");
    assert_eq!(body["sequence_id"].as_str().map(str::len), Some(32));
    assert_eq!(body.get("markdown"), None);
    let text = body["message"].as_str().expect("a text");
    let expected: Vec<String> = HOSTILE
        .iter()
        .enumerate()
        .map(|(n, title)| format!("• {} https://lore.example/{n}", title.replace('\u{202E}', "")))
        .collect();
    assert_eq!(text, expected.join("\n"));
    assert_eq!(place.outcome("0"), Some(Outcome::Sent(Some("sPs71M8A2T".to_owned()))));
}

#[test]
fn a_tap_on_an_item_at_ntfy_opens_it() {
    let (place, _) = ntfy("item", |_| ok(&json!({ "id": "x" })));
    let target = place.target("to = 'ntfy'\nserver = SERVER\ntopic = 'riscv'\ngroup = 'item'");
    place.post(&target, &[titled("a title")]);
    let mut body = place.last().json();
    body.as_object_mut().expect("an object").remove("sequence_id");
    assert_eq!(
        body,
        json!({
            "topic": "riscv",
            "title": "a title",
            "message": "riscv · News, issue 7\nIt mends *the* <pid>, and what else there was of it.",
            "click": "https://lore.example/i",
        })
    );
}

#[test]
fn a_title_that_is_too_long_for_one_stands_whole_in_the_text() {
    let (place, _) = ntfy("long", |_| ok(&json!({ "id": "x" })));
    let title = "a long title ".repeat(40).trim_end().to_owned();
    place.post(&place.target("to = 'ntfy'\nserver = SERVER\ntopic = 'riscv'\ngroup = 'item'"), &[titled(&title)]);
    let body = place.last().json();
    let texts = ["title", "message"].map(|name| body[name].as_str().expect("a text").to_owned());
    assert!(texts[0].chars().count() <= 250 && texts[1].starts_with(&format!("{title} https://lore.example/i\n")));
}

#[test]
fn no_notification_is_larger_than_4096_bytes_nor_its_request_than_twice_as_many() {
    let (place, target) = ntfy("limit", |_| ok(&json!({ "id": "x" })));
    assert_eq!(place.post(&target, &many()).items, 200);
    for request in place.server.requests() {
        let text = request.json()["message"].as_str().map_or(0, str::len);
        assert!(text <= 4096 && request.body.len() <= 8192, "{text} {}", request.body.len());
    }
}

#[test]
fn what_ntfy_says_decides_what_becomes_of_a_notification() {
    let refused = |n| Delivered { refused: n, ..Delivered::default() };
    let left = |n| Delivered { left: n, ..Delivered::default() };
    for (status, code, words, expected) in [
        ("400 Bad Request", 40009, "invalid request: topic invalid", left(1)),
        ("400 Bad Request", 40024, "invalid request: request body must be valid JSON", refused(1)),
        ("403 Forbidden", 40301, "forbidden", left(1)),
        ("413 Request Entity Too Large", 41303, "JSON body too large", refused(1)),
        ("429 Too Many Requests", 42908, "limit reached: daily message quota reached", left(1)),
    ] {
        let body = json!({ "code": code, "http": 400, "error": words });
        let (place, target) = ntfy("errors", move |_| error(status, &body));
        assert_eq!(place.post(&target, &[titled("a title")]), expected, "{words}");
        assert_eq!(place.server.requests().len(), 1, "{words}");
    }
}
