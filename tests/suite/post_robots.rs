//! What the robots of groups in Feishu, `DingTalk` and `WeCom` get, and what becomes of what they answer.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use patchfeed::memory::Outcome;
use patchfeed::post::Delivered;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::place::{ADDRESSES, HOSTILE, Place, hostile, item_of, many, ok, test, titled};

const FEISHU: &str = "to = 'feishu'\nurl = URL\n";

fn feishu(name: &str, answer: &Value) -> Place {
    let answer = answer.clone();
    Place::new(&format!("feishu-{name}"), move |_| ok(&answer))
}

fn well() -> Value {
    json!({ "code": 0, "msg": "success", "data": {} })
}

/// A signature: HMAC-SHA256, in Base64.
fn signature(key: &str, words: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key may have any length");
    BASE64_STANDARD.encode(mac.chain_update(words).finalize().into_bytes())
}

/// The lines of a message to Feishu.
fn feishu_lines(body: &Value) -> Vec<Value> {
    body["content"]["post"]["zh_cn"]["content"].as_array().expect("a message has lines").clone()
}

#[test]
fn feishu_gets_spans_that_no_title_turns_into_markup() {
    let place = feishu("spans", &well());
    let delivered = place.post(&place.target(FEISHU), &hostile());
    assert_eq!((delivered.messages, delivered.items), (1, HOSTILE.len()));
    let request = place.last();
    assert_eq!((&*request.method, &*request.path, &*request.query), ("POST", "/hook", "token=SECRET-OF-THE-HOOK"));
    assert!(request.header("content-type").starts_with("application/json"));
    let body = request.json();
    assert_eq!(body["msg_type"], "post");
    assert_eq!(body.get("sign"), None, "the robot checks none");
    let lines = feishu_lines(&body);
    assert_eq!(
        lines[0],
        json!([{ "tag": "text", "text": "RISC-V · " }, { "tag": "a", "text": "News, issue 7", "href": "https://n.example/7" }])
    );
    for (n, title) in HOSTILE.iter().enumerate() {
        let link =
            json!({ "tag": "a", "text": title.replace('\u{202E}', ""), "href": format!("https://lore.example/{n}") });
        assert_eq!(lines[n + 1], json!([{ "tag": "text", "text": "• " }, link]));
    }
    assert_eq!(place.outcome("0"), Some(Outcome::Sent(None)), "a robot tells no id");
}

#[test]
fn feishu_gets_an_item_with_its_place_and_first_words() {
    let place = feishu("item", &well());
    place.post(&place.target(&format!("{FEISHU}group = 'item'")), &[titled("fix <pid>")]);
    assert_eq!(
        feishu_lines(&place.last().json()),
        [
            json!([{ "tag": "a", "text": "fix <pid>", "href": "https://lore.example/i" }]),
            json!([
                { "tag": "text", "text": "riscv" },
                { "tag": "text", "text": " · " },
                { "tag": "a", "text": "News, issue 7", "href": "https://n.example/7" },
            ]),
            json!([{ "tag": "text", "text": "It mends *the* <pid>, and what else there was of it." }]),
        ]
    );
}

#[test]
fn an_item_without_an_address_is_words() {
    let place = feishu("no-address", &well());
    place.post(&place.target(&format!("{FEISHU}group = 'item'")), &[item_of("i", "a title", "", &[])]);
    assert_eq!(feishu_lines(&place.last().json())[0], json!([{ "tag": "text", "text": "a title" }]));
}

#[test]
fn feishu_gets_a_signature_if_a_secret_is_set() {
    let place = feishu("signed", &well());
    assert_eq!(test(&place.target(&format!("{FEISHU}secret = SECRET"))), Ok(()));
    let body = place.last().json();
    let timestamp: u64 = body["timestamp"].as_str().and_then(|time| time.parse().ok()).expect("seconds as text");
    assert!(timestamp > 1_700_000_000 && timestamp < 10_000_000_000, "{timestamp} are seconds");
    assert_eq!(body["sign"], signature(&format!("{timestamp}\nSECRET-SECRET"), ""), "the secret is in the key");
    assert_eq!(feishu_lines(&body).len(), 1);
}

#[test]
fn no_message_to_feishu_is_larger_than_20_kb_and_none_is_much_smaller() {
    let place = feishu("limit", &well());
    let target = place.target(&format!("{FEISHU}secret = SECRET"));
    let delivered = place.post(&target, &many());
    assert_eq!(delivered.items, 200);
    let sizes: Vec<usize> = place.server.requests().iter().map(|request| request.json().to_string().len()).collect();
    assert!(sizes.iter().all(|&size| size <= 20_000), "{sizes:?}");
    assert!(sizes[..sizes.len() - 1].iter().all(|&size| size > 19_000), "{sizes:?}");
}

#[test]
fn an_error_of_a_robot_in_a_good_answer_is_none_the_less_one() {
    for (name, answer, left, words) in [
        (
            "sign",
            json!({ "code": 19021, "msg": "sign match fail" }),
            true,
            "look at `secret`, and at this machine's clock",
        ),
        ("word", json!({ "code": 19024, "msg": "Key Words Not Found" }), true, "check signatures instead"),
        ("gone", json!({ "code": 19001, "msg": "SECRET-OF-THE-HOOK invalid" }), true, "\"… invalid\", error 19001"),
        ("page", json!("<html>"), true, "no robot answers at the address that `url` holds"),
        ("bad", json!({ "code": 9499, "msg": "Bad Request" }), false, "\"Bad Request\", error 9499"),
    ] {
        let place = feishu(name, &answer);
        let delivered =
            place.post(&place.target(FEISHU), &[titled("a title"), item_of("j", "b", "https://x.example", &[])]);
        let expected = if left {
            Delivered { left: 2, ..Delivered::default() }
        } else {
            Delivered { refused: 2, ..Delivered::default() }
        };
        assert_eq!(delivered, expected, "{name}");
        assert!(place.said().contains(words), "{name}: {}", place.said());
        assert_eq!(place.outcome("i").is_none(), left, "{name}: what was left is new again");
    }
}

const DINGTALK: &str = "to = 'dingtalk'\nurl = URL\n";
const WECOM: &str = "to = 'wecom'\nurl = URL\n";

fn robot(name: &str, code: i64, words: &str) -> Place {
    let answer = json!({ "errcode": code, "errmsg": words });
    Place::new(name, move |_| ok(&answer))
}

/// The hostile titles as the robots show them.
const SHOWN: [&str; HOSTILE.len()] = [
    "fix ＜pid> in ＿＿x＿＿ & ｀a｀",
    "＠everyone ＠channel @＠all ＜＠all> ＜＠U1>",
    "＊x＊ ＊＊b＊＊ ＿y＿ ~z~ ～～d～～",
    "［x］(http://evil.example/) !［y］(http://evil.example/z.png)",
    "＜!channel> ＜at user_id=\"all\">＜/at> ＜font color=\"info\">",
    "#1234 ##tag ＃tag",
    ":smile: :blob_cat:",
    "AT&T ＆amp; b ＆lt;c＆gt; ＆#64;all",
    "riscv: 修复 内存 泄漏",
    "desrever",
    "👩‍👩‍👧‍👦 🇨🇳 e\u{301}",
    "https://evil.example/a_b＿(c)",
    "> quoted",
    "# heading",
    "- item",
    "1. item ＼＊z＼＊ \"q\" 'r'",
];

#[test]
fn dingtalk_and_wecom_get_markdown_that_no_title_adds_to() {
    for (settings, name, field, line_break) in
        [(DINGTALK, "dingtalk-titles", "text", "  \n  "), (WECOM, "wecom-titles", "content", "\n")]
    {
        let place = robot(name, 0, "ok");
        assert_eq!(place.post(&place.target(settings), &hostile()).messages, 1);
        let request = place.last();
        assert_eq!((&*request.method, &*request.path, &*request.query), ("POST", "/hook", "token=SECRET-OF-THE-HOOK"));
        let body = request.json();
        assert_eq!(body["msgtype"], "markdown");
        let text = body["markdown"][field].as_str().expect("it has a text");
        let lines: Vec<&str> = text.split(line_break).collect();
        assert_eq!(lines[0], "**RISC-V ·** [News, issue 7](https://n.example/7)");
        for (n, shown) in SHOWN.iter().enumerate() {
            assert_eq!(lines[n + 1], format!("• [{shown}](https://lore.example/{n})"));
        }
        assert_eq!(lines.len(), HOSTILE.len() + 1);
    }
}

#[test]
fn no_address_ends_early_in_markdown() {
    let place = robot("wecom-addresses", 0, "ok");
    let target = place.target(&format!("{WECOM}group = 'item'"));
    let items: Vec<_> = ADDRESSES.iter().enumerate().map(|(n, url)| item_of(&n.to_string(), "t", url, &[])).collect();
    place.post(&target, &items);
    let links: Vec<String> = place.server.requests().iter().map(|request| first_line(&request.json())).collect();
    assert_eq!(
        links,
        [
            "[t](https://lore.example/a_b_%28c%29)",
            "[t](https://lore.example/a%7Cb%3Ec%3Cd)",
            "[t](https://lore.example/a%20b%22c'd%60e)",
            "[t](https://lore.example/?a=1&b=[2]*3~4)",
        ]
    );
}

fn first_line(body: &Value) -> String {
    let text = body["markdown"]["content"].as_str().expect("it has a text");
    text.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn dingtalk_gets_a_title_for_its_list_of_chats_and_a_signature_in_the_address() {
    let place = robot("dingtalk-signed", 0, "ok");
    let target = place.target(&format!("{DINGTALK}secret = SECRET\ngroup = 'item'"));
    assert_eq!(place.post(&target, &[titled(&"很长".repeat(200))]).messages, 1);
    let request = place.last();
    let title = request.json()["markdown"]["title"].as_str().map(|title| title.chars().count());
    assert!(title.is_some_and(|length| length <= 100), "{title:?}");
    let rest =
        request.query.strip_prefix("token=SECRET-OF-THE-HOOK&timestamp=").expect("the robot's address comes first");
    let (timestamp, sign) = rest.split_once("&sign=").expect("a signature");
    let millis: u64 = timestamp.parse().expect("a time");
    assert!(millis > 1_700_000_000_000, "{millis} are milliseconds");
    let sign = percent_encoding::percent_decode_str(sign).decode_utf8_lossy();
    assert_eq!(sign, signature("SECRET-SECRET", &format!("{timestamp}\nSECRET-SECRET")));
}

#[test]
fn no_message_to_dingtalk_is_larger_than_20_000_bytes_and_none_to_wecom_than_4096() {
    let place = robot("dingtalk-limit", 0, "ok");
    assert_eq!(place.post(&place.target(DINGTALK), &many()).items, 200);
    let sizes: Vec<usize> = place.server.requests().iter().map(|request| request.body.len()).collect();
    assert!(sizes.iter().all(|&size| size <= 20_000), "{sizes:?}");
    assert!(sizes[..sizes.len() - 1].iter().all(|&size| size > 18_900), "{sizes:?}");

    let place = robot("wecom-limit", 0, "ok");
    assert_eq!(place.post(&place.target(WECOM), &many()[..40]).items, 40);
    let size = |body: Value| body["markdown"]["content"].as_str().map_or(0, str::len);
    let sizes: Vec<usize> = place.server.requests().iter().map(|request| size(request.json())).collect();
    assert!(sizes.iter().all(|&size| size <= 4096), "{sizes:?}");
    assert!(sizes[..sizes.len() - 1].iter().all(|&size| size > 3900), "{sizes:?}");
}

#[test]
fn the_longest_message_that_fits_is_whole_and_one_byte_more_is_cut() {
    let room = 4096 - "[](https://lore.example/i)".len();
    for (title, is_whole) in [("x".repeat(room), true), ("x".repeat(room + 1), false)] {
        let place = robot("wecom-longest", 0, "ok");
        place.post(&place.target(&format!("{WECOM}group = 'item'")), &[titled(&title)]);
        let line = first_line(&place.last().json());
        assert_eq!(line.contains(&format!("[{title}]")), is_whole);
        assert!(line.len() <= 4096 && is_whole != line.contains('…'));
    }
}

#[test]
fn a_robot_that_has_no_place_or_no_time_leaves_everything_for_later() {
    for (settings, code, words, said) in [
        (DINGTALK, 310_000, "sign not match", "\"sign not match\", error 310000; have the robot check signatures"),
        (DINGTALK, 400_013, "group was disbanded", "\"group was disbanded\", error 400013"),
        (WECOM, 93_000, "invalid webhook url SECRET-OF-THE-HOOK", "\"invalid webhook url …\", error 93000"),
    ] {
        let place = robot("robots-errors", code, words);
        let delivered = place.post(&place.target(settings), &[titled("a title")]);
        assert_eq!(delivered, Delivered { left: 1, ..Delivered::default() }, "{words}");
        assert!(place.said().contains(said), "{}", place.said());
        assert_eq!(place.outcome("i"), None, "{words}: it is new again");
    }
}

#[test]
fn what_a_robot_has_against_a_message_keeps_no_other_back() {
    for (settings, code, words) in
        [(DINGTALK, 460_101, "message too long"), (DINGTALK, 430_104, "content"), (WECOM, 40_058, "exceed max length")]
    {
        let place = robot("robots-refusals", code, words);
        let delivered = place.post(&place.target(settings), &[titled("a title")]);
        assert_eq!(delivered, Delivered { refused: 1, ..Delivered::default() }, "{words}");
        assert!(matches!(place.outcome("i"), Some(Outcome::Refused(_))), "{words}");
    }
}
