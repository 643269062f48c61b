//! Posting by e-mail and to IRC, against servers that speak in lines.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::spawn;
use std::time::{Duration, Instant};

use mail_parser::{HeaderValue, Message as Mail, MessageParser};
use patchfeed::memory::Memory;
use patchfeed::net::Access;
use patchfeed::post::target::{Elsewhere, Group, Setting, Unknown};
use patchfeed::post::{self, Delivered, Delivery, Event, PostItem, Target, item};
use serde_json::json;

use crate::Folder;

/// A server of a test's own that speaks in lines. It keeps those that it gets.
struct LineServer {
    at: SocketAddr,
    lines: Arc<Mutex<Vec<String>>>,
}

/// What a server says to a line of a client; it hangs up where that is `None`.
type Answers = Box<dyn FnMut(&str) -> Option<String> + Send>;

impl LineServer {
    /// Starts a server that has such answers for each client.
    fn start(greeting: &'static str, answers: impl Fn() -> Answers + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has a free port");
        let at = listener.local_addr().expect("a bound socket has an address");
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, answers) = (Arc::clone(&kept), answers());
                spawn(move || serve(stream, greeting, answers, &kept));
            }
        });
        Self { at, lines }
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("no thread of the server fails").clone()
    }

    /// How often a line with such a start came.
    fn count(&self, start: &str) -> usize {
        self.lines().iter().filter(|line| line.starts_with(start)).count()
    }
}

fn serve(mut stream: TcpStream, greeting: &str, mut answers: Answers, kept: &Mutex<Vec<String>>) {
    let reader = BufReader::new(stream.try_clone().expect("a socket has two ends"));
    let _ = stream.write_all(greeting.as_bytes());
    for line in reader.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8(line).expect("what is sent is UTF-8");
        let line = line.strip_suffix('\r').expect("lines end with CR and LF").to_owned();
        kept.lock().expect("no thread of the server fails").push(line.clone());
        let Some(answer) = answers(&line) else { return };
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// An item of a feed, with what a test changes of it.
fn item_of(changes: &serde_json::Value) -> PostItem {
    let mut item = json!({
        "id": "urn:uuid:0b8c6c2a-0000-5000-8000-000000000001",
        "title": "v3: riscv: a title",
        "url": "https://lore.kernel.org/linux-riscv/1@x/",
        "summary": "First words.",
        "content_html": "<blockquote><p>Text of the mail<br>\n.a dot</p></blockquote>\n<p><a href=\"https://x.example/45\">Issue 45</a></p>",
        "date_published": "2024-01-01T00:00:00Z",
        "_patchfeed": { "sections": ["riscv"], "issue_title": "Issue 45", "issue_url": "https://x.example/45", "message_id": "1@x" },
    });
    for (name, value) in changes.as_object().expect("changes are an object") {
        item[name] = value.clone();
    }
    let json = serde_json::value::RawValue::from_string(item.to_string()).expect("it is JSON");
    item::read(json).expect("it is an item")
}

fn target(service: &str, settings: &[(&str, &str)], group: Group) -> Target {
    let settings = settings.iter().map(|&(key, value)| (key.to_owned(), Setting::Value(value.to_owned())));
    Target {
        name: "test".to_owned(),
        feed: None,
        service: post::service(service).expect("there is such a service"),
        group: Some(group),
        thread: false,
        unknown: Unknown::Repeat,
        settings: settings.collect::<BTreeMap<_, _>>(),
    }
}

/// What became of a delivery, and what was said of it.
struct Posted(Delivered, String);

/// Delivers items with a memory that is in a folder.
fn deliver(folder: &Folder, target: &Target, items: &[PostItem]) -> Posted {
    let mut memory = Memory::open(&folder.path("memory"), false).expect("the memory opens");
    let access = Access { timeout: Duration::from_secs(2), ..Access::default() };
    let delivery =
        Delivery {
            target, feed: "riscv", title: "RISC-V · 《动态》", items, history: 99, again: &[], access: &access
        };
    let said = Mutex::new(Vec::new());
    let say = |event: Event<'_>| {
        if let Event::Said(words) = event {
            said.lock().expect("nothing fails").push(words.to_owned());
        }
    };
    let delivered = post::deliver(&delivery, &mut memory, &say).expect("the memory can be written");
    Posted(delivered, said.into_inner().expect("nothing fails").join("\n"))
}

/// A mail server. Each row of `others` is said once, in place of the usual answer to a line with such a start.
fn mail_server(others: &[(&'static str, &'static str)]) -> LineServer {
    let others = Arc::new(Mutex::new(others.to_vec()));
    LineServer::start("220 mail.example.org\r\n", move || {
        let (others, mut is_text) = (Arc::clone(&others), false);
        Box::new(move |line| {
            let is_end = is_text && line == ".";
            if is_text && !is_end {
                return Some(String::new());
            }
            let mut others = others.lock().expect("nothing fails");
            if let Some(at) = others.iter().position(|(start, _)| line.starts_with(start)) {
                let answer = others.remove(at).1;
                is_text = false;
                return (!answer.is_empty()).then(|| format!("{answer}\r\n"));
            }
            is_text = line == "DATA";
            Some(match line.split(' ').next().unwrap_or_default() {
                "EHLO" => "250-mail.example.org\r\n250 AUTH PLAIN LOGIN\r\n".to_owned(),
                "DATA" => "354 go on\r\n".to_owned(),
                "AUTH" => "235 welcome\r\n".to_owned(),
                "QUIT" => "221 bye\r\n".to_owned(),
                _ => "250 ok\r\n".to_owned(),
            })
        })
    })
}

/// The texts of the mails that a server got.
fn mails(server: &LineServer) -> Vec<String> {
    let lines = server.lines();
    let mut mails = Vec::new();
    let mut rest = &lines[..];
    while let Some(start) = rest.iter().position(|line| line == "DATA") {
        let Some(end) = rest[start..].iter().position(|line| line == ".") else { break };
        let text = rest[start + 1..start + end].iter();
        mails.push(text.map(|line| format!("{}\r\n", line.strip_prefix('.').unwrap_or(line))).collect());
        rest = &rest[start + end + 1..];
    }
    mails
}

fn parse(mail: &str) -> Mail<'_> {
    MessageParser::default().parse(mail).expect("it is a mail")
}

fn header<'a>(mail: &'a Mail<'_>, name: &'a str) -> &'a str {
    mail.header(name).and_then(HeaderValue::as_text).unwrap_or_default()
}

fn email(server: &LineServer, group: Group) -> Target {
    let url = format!("smtp://{}", server.at);
    let settings =
        [("server", url.as_str()), ("from", "Feeds <bot@feeds.example.org>"), ("recipient", "a@x.org, B <b@x.org>")];
    target("email", &settings, group)
}

#[test]
fn a_mail_about_an_item_has_its_whole_text_and_answers_the_patch() {
    let (folder, server) = (Folder::new("mail-item"), mail_server(&[]));
    let Posted(delivered, said) = deliver(&folder, &email(&server, Group::Item), &[item_of(&json!({}))]);
    assert_eq!((delivered.messages, said.as_str()), (1, ""));
    let lines = server.lines();
    assert!(lines.contains(&"MAIL FROM:<bot@feeds.example.org>".to_owned()), "{lines:?}");
    assert!(lines.contains(&"RCPT TO:<a@x.org>".to_owned()) && lines.contains(&"RCPT TO:<b@x.org>".to_owned()));
    assert_eq!(lines.last().map(String::as_str), Some("QUIT"));
    let text = &mails(&server)[0];
    let mail = parse(text);
    assert_eq!(mail.subject(), Some("v3: riscv: a title"));
    let id = mail.message_id().expect("it has an id");
    assert!(id.ends_with("@feeds.example.org"), "{id}");
    assert_eq!((header(&mail, "In-Reply-To"), header(&mail, "References")), ("1@x", "1@x"));
    assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
    assert!(text.contains("\r\nList-Id: <risc-v-") && text.contains(".feeds.example.org>\r\n"), "{text}");
    assert!(mail.date().is_some());
    let body = mail.body_text(0).expect("it has a text");
    let expected = "v3: riscv: a title\r\nhttps://lore.kernel.org/linux-riscv/1@x/\r\n\r\n> Text of the mail\r\n> .a dot\r\n\r\nIssue 45 <https://x.example/45>\r\n";
    assert_eq!(body, expected);
    let html = mail.body_html(0).expect("it has HTML");
    assert!(html.contains("<a href=\"https://lore.kernel.org/linux-riscv/1@x/\">v3: riscv: a title</a>"), "{html}");
    assert!(html.contains("<blockquote><p>Text of the mail<br>\r\n.a dot</p></blockquote>"), "{html}");
}

#[test]
fn a_mail_about_an_issue_lists_its_items() {
    let (folder, server) = (Folder::new("mail-issue"), mail_server(&[]));
    let items =
        [item_of(&json!({ "id": "1", "title": "last <pid>" })), item_of(&json!({ "id": "2", "title": "first" }))];
    let Posted(delivered, _) = deliver(&folder, &email(&server, Group::Issue), &items);
    assert_eq!((delivered.messages, delivered.items), (1, 2));
    let text = &mails(&server)[0];
    let mail = parse(text);
    assert_eq!(mail.subject(), Some("RISC-V · 《动态》 · Issue 45"));
    assert_eq!(header(&mail, "In-Reply-To"), "", "an issue is no answer");
    let body = mail.body_text(0).expect("it has a text");
    assert!(body.contains("• first https://lore.kernel.org/linux-riscv/1@x/\r\n• last <pid> https"), "{body}");
    let html = mail.body_html(0).expect("it has HTML");
    assert!(html.contains(">last &lt;pid&gt;</a>"), "{html}");
}

#[test]
fn a_test_says_so_and_each_is_a_mail_of_its_own() {
    let server = mail_server(&[]);
    let target = email(&server, Group::Item);
    let access = Access { timeout: Duration::from_secs(2), ..Access::default() };
    for _ in 0..2 {
        post::test(&target, "a feed", &access).expect("the test is sent");
        std::thread::sleep(Duration::from_millis(2));
    }
    let texts = mails(&server);
    let ids: Vec<_> = texts.iter().map(|text| parse(text).message_id().map(str::to_owned)).collect();
    assert_eq!(parse(&texts[0]).subject(), Some("patchfeed: a test · a feed"));
    assert!(ids[0].is_some() && ids[0] != ids[1], "{ids:?}");
}

#[test]
fn a_title_can_neither_add_headers_nor_break_the_mail() {
    let titles = [
        "a\r\nBcc: evil@x.org\r\n\r\n<script>",
        &"内核".repeat(150),
        &"x".repeat(2000),
        "RE: \u{202e}turned\u{0} 👩‍👩‍👧‍👦 &amp; `x` =?utf-8?",
        "\"quoted\" <a@b.c>, (comment) \\",
    ];
    let items: Vec<PostItem> = titles
        .iter()
        .enumerate()
        .map(|(at, title)| {
            let html = format!("<p>{}</p>\n.\n..\n<pre>\n.</pre>{}", "y".repeat(3000), at);
            let more = json!({ "message_id": "a b>\r\nBcc: evil@x.org" });
            item_of(&json!({ "id": at.to_string(), "title": title, "content_html": html, "_patchfeed": more }))
        })
        .collect();
    let (folder, server) = (Folder::new("mail-hostile"), mail_server(&[]));
    let Posted(delivered, said) = deliver(&folder, &email(&server, Group::Item), &items);
    assert_eq!(delivered.messages, 5, "{said}");
    for (at, text) in mails(&server).iter().enumerate() {
        assert!(text.lines().all(|line| line.len() <= 998 && line.is_ascii()), "{text}");
        let mail = parse(text);
        assert!(mail.header("Bcc").is_none() && mail.header("In-Reply-To").is_none(), "{text}");
        let (subject, title) = (mail.subject().expect("it has one").to_owned(), &items[at].title);
        assert!(subject == *title || title.starts_with(subject.trim_end_matches('…')), "{subject:?} {title:?}");
        let body = mail.body_text(0).expect("it has a text");
        assert!(body.starts_with(title.as_str()) && body.contains(&"y".repeat(3000)), "{body}");
        assert!(body.contains("\r\n\r\n. ..\r\n\r\n.\r\n"), "dots arrive: {body:?}");
    }
}

#[test]
fn html_becomes_text_in_lines() {
    let rows = [
        ("<p>a &lt;b&gt; &amp;amp;\n c<br>d</p><p>e</p>", "a <b> &amp; c\nd\n\ne"),
        (
            "<blockquote><p>a</p><blockquote><p>b</p><p>c</p></blockquote></blockquote>d",
            "> a\n>\n> > b\n> >\n> > c\n\nd",
        ),
        ("<ul><li>a<ol><li>b</li><li><p>c</p></li></ol></li></ul>e", "- a\n  1. b\n  2. c\n\ne"),
        ("x<pre>\n  a\n\n    b\n</pre>y", "x\n\n  a\n\n    b\n\ny"),
        (
            "<a href=\"https://x.example/?a=1&amp;b=2\">w</a>, <a href='https://y.example/'>https://y.example/</a>",
            "w <https://x.example/?a=1&b=2>, https://y.example/",
        ),
        ("<h2>a</h2><em>b</em><code>c</code> <img alt=d src=e> <x>f</x><!-- g -->", "a\n\nbc d f"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("AT&T a & b &nbsp;&#22238; <p>a < b", "AT&T a & b \u{a0}回\n\na < b"),
    ];
    let items = rows.iter().enumerate();
    let items = items.map(|(at, (html, _))| item_of(&json!({ "id": at.to_string(), "content_html": html })));
    let items: Vec<PostItem> = items.collect();
    let (folder, server) = (Folder::new("mail-html"), mail_server(&[]));
    deliver(&folder, &email(&server, Group::Item), &items);
    for (mail, (html, text)) in mails(&server).iter().zip(rows) {
        let body = parse(mail).body_text(0).expect("it has a text").replace("\r\n", "\n");
        assert_eq!(body.splitn(3, '\n').nth(2).map(str::trim_end), Some(&*format!("\n{text}")), "{html}");
    }
}

#[test]
fn a_later_version_answers_the_mail_of_the_earlier_one() {
    let (folder, server) = (Folder::new("mail-thread"), mail_server(&[]));
    let more = json!({ "message_id": "2@x", "series": { "earlier": [{ "id": "1" }] } });
    let items = [item_of(&json!({ "id": "1" })), item_of(&json!({ "id": "2", "_patchfeed": more }))];
    let target = Target { thread: true, ..email(&server, Group::Item) };
    deliver(&folder, &target, &items);
    let texts = mails(&server);
    let first = parse(&texts[0]).message_id().expect("it has an id").to_owned();
    assert!(texts[1].contains(&format!("References: <{first}> <2@x>")), "{}", texts[1]);
    assert!(texts[1].contains("In-Reply-To: <2@x>"), "{}", texts[1]);
}

/// What a server answers to which line; how many items are then sent, refused, left; how many texts went out; what is said.
type MailRow = (&'static [(&'static str, &'static str)], [usize; 3], usize, &'static str);

#[test]
fn what_a_mail_server_answers_decides_what_becomes_of_a_mail() {
    let rows: [MailRow; 9] = [
        (&[("MAIL", "451 4.7.1 greylisted")], [1, 0, 0], 1, ""),
        (&[(".", "452 4.3.1 no room")], [1, 0, 0], 2, ""),
        (&[(".", "550 5.7.1 looks like spam\r\n")], [0, 1, 0], 1, "the server answered 550: 5.7.1 looks like spam"),
        (&[(".", "552-5.3.4 too\r\n552 5.3.4 large")], [0, 1, 0], 1, "552"),
        (&[("RCPT", "550 5.1.1 no such user")], [0, 0, 1], 0, "no such user"),
        (&[("RCPT", "554 5.7.1 relay access denied")], [0, 0, 1], 0, "relay access denied"),
        (&[("MAIL", "530 5.7.0 sign in first")], [0, 0, 1], 0, "sign in first"),
        (&[("DATA", "")], [1, 0, 0], 1, ""),
        (&[(".", "")], [1, 0, 0], 2, "may be there twice"),
    ];
    for (at, (answers, expected, texts, words)) in rows.into_iter().enumerate() {
        let (folder, server) = (Folder::new(&format!("mail-answer-{at}")), mail_server(answers));
        let Posted(delivered, said) = deliver(&folder, &email(&server, Group::Item), &[item_of(&json!({}))]);
        assert_eq!([delivered.messages, delivered.refused, delivered.left], expected, "{answers:?}: {said}");
        assert_eq!(mails(&server).len(), texts, "{answers:?}");
        assert!(said.contains(words) && said.is_empty() == words.is_empty(), "{answers:?}: {said}");
        let texts = mails(&server);
        let ids: Vec<_> = texts.iter().map(|text| parse(text).message_id().map(str::to_owned)).collect();
        assert!(ids.windows(2).all(|ids| ids[0] == ids[1]), "it keeps its id");
    }
}

#[test]
fn a_server_that_hung_up_between_mails_is_called_again() {
    let (folder, server) = (Folder::new("mail-again"), mail_server(&[("NOOP", "")]));
    let items: Vec<PostItem> = (0..3).map(|at| item_of(&json!({ "id": at.to_string() }))).collect();
    let Posted(delivered, said) = deliver(&folder, &email(&server, Group::Item), &items);
    assert_eq!((delivered.messages, said.as_str()), (3, ""));
    assert_eq!((mails(&server).len(), server.count("EHLO")), (3, 2));
}

#[test]
fn addresses_may_have_letters_of_any_language() {
    let server = mail_server(&[]);
    let mut target = email(&server, Group::Item);
    target.settings.insert("recipient".to_owned(), Setting::Value("内核 <用户@例子.org>".to_owned()));
    post::test(&target, "a feed", &Access::default()).expect("the test is sent");
    assert_eq!((server.count("MAIL FROM:<bot@feeds.example.org> SMTPUTF8"), server.count("RCPT TO:<用户@")), (1, 1));
}

#[test]
fn settings_of_mail_that_cant_work_are_said() {
    let server = mail_server(&[]);
    let rows = [
        ("server", "https://mail.example.org", "`server` must be smtps://HOST"),
        ("server", "smtp://me:secret@mail.example.org", "set `account` and the token instead"),
        ("server", "smtp://127.0.0.1:1", "refuses connections"),
        ("from", "nobody", "`from` must be an address"),
        ("recipient", "a@x.org, b", "`recipient` must be an address"),
        ("account", "me", "need each other"),
    ];
    for (key, value, words) in rows {
        let mut target = email(&server, Group::Item);
        target.settings.insert(key.to_owned(), Setting::Value(value.to_owned()));
        let access = Access { timeout: Duration::from_secs(2), ..Access::default() };
        let err = post::test(&target, "a feed", &access).expect_err("it can't work");
        assert!(err.contains(words) && !err.contains("secret"), "{err}");
    }
}

#[test]
fn a_password_that_is_wrong_is_said_and_shown_nowhere() {
    let server = mail_server(&[("AUTH", "535 5.7.8 not the password of me: hunter2")]);
    let folder = Folder::new("mail-password");
    folder.write("token", "hunter2\n");
    let mut target = email(&server, Group::Item);
    target.settings.insert("account".to_owned(), Setting::Value("me".to_owned()));
    let token = Elsewhere::File(folder.path("token"));
    target.settings.insert("token".to_owned(), Setting::Elsewhere(token));
    let Posted(delivered, said) = deliver(&folder, &target, &[item_of(&json!({}))]);
    assert_eq!(delivered.left, 1);
    assert!(said.contains("535") && said.contains("not the password of me: …") && !said.contains("hunter2"), "{said}");
    let Posted(delivered, _) = deliver(&folder, &target, &[item_of(&json!({}))]);
    assert_eq!((delivered.messages, server.count("AUTH PLAIN")), (1, 2));
}

/// A server of IRC. Each row of `others` is said once, in place of the usual answer to a line with such a start.
fn irc_server(others: &[(&'static str, &'static str)]) -> LineServer {
    let others = Arc::new(Mutex::new(others.to_vec()));
    LineServer::start(":s NOTICE * :*** Looking up your hostname\r\nPING :cookie\r\n", move || {
        let (others, mut nick, mut waits) = (Arc::clone(&others), String::new(), true);
        let mut has_account = false;
        Box::new(move |line| {
            let mut others = others.lock().expect("nothing fails");
            if let Some(at) = others.iter().position(|(start, _)| line.starts_with(start)) {
                let answer = others.remove(at).1;
                return (!answer.is_empty()).then(|| format!("{answer}\r\n"));
            }
            let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
            match (command, rest) {
                ("NICK", name) => name.clone_into(&mut nick),
                ("USER", _) => waits = has_account,
                ("CAP", "END") => waits = false,
                _ => {}
            }
            Some(match (command, rest) {
                ("NICK" | "USER", _) | ("CAP", "END") if !waits && !nick.is_empty() => {
                    format!(":s 001 {nick} :Welcome\r\n:s 422 {nick} :No message of the day\r\n")
                }
                ("CAP", "REQ :sasl") => {
                    has_account = true;
                    ":s CAP * ACK :sasl\r\n".to_owned()
                }
                ("AUTHENTICATE", "PLAIN") => "AUTHENTICATE +\r\n".to_owned(),
                ("AUTHENTICATE", piece) if piece.len() == 400 => String::new(),
                ("AUTHENTICATE", _) => ":s 903 * :Welcome back\r\n".to_owned(),
                ("JOIN", name) => format!(":{nick}!~patchfeed@host JOIN {name}\r\n:s 366 {nick} {name} :End\r\n"),
                ("PING", word) => format!(":s PONG s {word}\r\n"),
                ("QUIT", _) => return None,
                _ => String::new(),
            })
        })
    })
}

fn irc(server: &LineServer, group: Group) -> Target {
    let url = format!("irc://{}", server.at);
    target("irc", &[("server", url.as_str()), ("channel", "patches")], group)
}

/// What a channel got, in lines.
fn said_there(server: &LineServer) -> Vec<String> {
    let lines = server.lines();
    lines.iter().filter_map(|line| line.strip_prefix("PRIVMSG #patches :")).map(str::to_owned).collect()
}

#[test]
fn an_item_is_a_line_in_a_channel() {
    let (folder, server) = (Folder::new("irc-item"), irc_server(&[]));
    let Posted(delivered, said) = deliver(&folder, &irc(&server, Group::Item), &[item_of(&json!({}))]);
    assert_eq!((delivered.messages, said.as_str()), (1, ""));
    let expected = [
        "NICK patchfeed",
        "USER patchfeed 0 * :patchfeed",
        "PONG :cookie",
        "JOIN #patches",
        "PING :patchfeed-1",
        "PRIVMSG #patches :v3: riscv: a title https://lore.kernel.org/linux-riscv/1@x/",
        "PING :patchfeed-2",
        "QUIT",
    ];
    assert_eq!(server.lines(), expected);
}

#[test]
fn an_issue_is_a_heading_and_lines_and_a_test_says_so() {
    let (folder, server) = (Folder::new("irc-issue"), irc_server(&[]));
    let items =
        [item_of(&json!({ "id": "1", "title": "[last] one" })), item_of(&json!({ "id": "2", "title": "first" }))];
    let target = irc(&server, Group::Issue);
    deliver(&folder, &target, &items);
    post::test(&target, "a feed", &Access::default()).expect("the test is sent");
    let expected = [
        "RISC-V · 《动态》 · Issue 45 https://x.example/45",
        "first https://lore.kernel.org/linux-riscv/1@x/",
        "• [last] one https://lore.kernel.org/linux-riscv/1@x/",
        "patchfeed: a test · a feed",
    ];
    assert_eq!(said_there(&server), expected);
}

#[test]
fn a_title_is_only_said_and_what_is_long_goes_on_in_the_next_line() {
    let titles = [
        "a\r\nQUIT :b\0 \u{1}ACTION c\u{1} \u{3}04red\u{2} \u{202e}d",
        "!op @everyone `x` *y* __z__ <pid> &amp; :smile: 👩‍👩‍👧‍👦",
        "https://x.example/a_(b)|c",
        &"内核".repeat(150),
        &"word ".repeat(100),
    ];
    let url = "https://x.example/(a)_b|c>d?\"e\"&f g\r\nQUIT";
    let items = titles.iter().enumerate();
    let items: Vec<PostItem> =
        items.map(|(at, title)| item_of(&json!({ "id": at.to_string(), "title": title, "url": url }))).collect();
    let (folder, server) = (Folder::new("irc-hostile"), irc_server(&[]));
    let Posted(delivered, said) = deliver(&folder, &irc(&server, Group::Item), &items);
    assert_eq!(delivered.messages, 5, "{said}");
    assert_eq!(server.count("QUIT"), 1);
    let lines = said_there(&server);
    for line in &lines {
        let longest = format!(":patchfeed!~patchfeed@{} PRIVMSG #patches :{line}\r\n", "h".repeat(63));
        assert!(longest.len() <= 512 && !line.contains(char::is_control), "{line}");
        assert!(!line.starts_with('!'), "no bot takes it for a command");
    }
    let url = "https://x.example/(a)_b|c>d?\"e\"&f%20g%20%20QUIT";
    assert_eq!(lines.iter().filter(|line| line.contains(url)).count(), 5, "links stay whole: {lines:#?}");
    let all = lines.concat().replace(&format!(" {url}"), "").replace(url, "");
    let titles: String = items.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(all.replace([' ', '•'], ""), titles.replace(' ', ""), "no word is lost");
}

#[test]
fn lines_are_said_no_faster_than_servers_take_them() {
    let items: Vec<PostItem> = (0..6).map(|at| item_of(&json!({ "id": at.to_string() }))).collect();
    let (folder, server) = (Folder::new("irc-pace"), irc_server(&[]));
    let start = Instant::now();
    deliver(&folder, &irc(&server, Group::Item), &items);
    assert_eq!(said_there(&server).len(), 6);
    assert!(start.elapsed() >= Duration::from_secs(4), "four at once, then one in two seconds");
}

/// What a server says to which line; whether the item is sent, else it is left; what is said of it; what the channel got.
type IrcRow = (&'static [(&'static str, &'static str)], bool, &'static str, usize);

#[test]
fn what_a_server_of_irc_says_decides_what_becomes_of_an_item() {
    let rows: [IrcRow; 16] = [
        (&[("JOIN", ":s 403 patchfeed #patches :No such channel")], false, "403: \"#patches No such channel\"", 0),
        (&[("JOIN", ":s 471 patchfeed #patches :Cannot join channel (+l)")], false, "471", 0),
        (&[("JOIN", ":s 473 patchfeed #patches :Cannot join channel (+i)")], false, "473", 0),
        (&[("JOIN", ":s 474 patchfeed #patches :Cannot join channel (+b)")], false, "474", 0),
        (&[("JOIN", ":s 475 patchfeed #patches :Cannot join channel (+k)")], false, "475", 0),
        (&[("JOIN", ":s 477 patchfeed #patches :You need a registered nick")], false, "477", 0),
        (&[("PRIVMSG", ":s 404 patchfeed #patches :Cannot send to channel")], false, "404", 1),
        (&[("PRIVMSG", ":s 401 patchfeed #patches :No such nick/channel")], false, "401", 1),
        (&[("USER", ":s 464 * :Password incorrect")], false, "464: \"Password incorrect\"", 0),
        (&[("USER", ":s 465 * :You are banned from this server")], false, "465", 0),
        (&[("NICK", ":s 432 * patchfeed :Erroneous nickname")], false, "432", 0),
        (&[("NICK patchfeed", ":s 433 * patchfeed :Nickname is already in use")], true, "", 1),
        (&[("JOIN", ":s 437 patchfeed #patches :Channel is temporarily unavailable")], true, "", 1),
        (&[("JOIN", "ERROR :Closing Link: too fast")], true, "", 1),
        (&[("PRIVMSG", "")], true, "may be there twice", 2),
        (&[("PRIVMSG", ":op!o@h KICK #patches patchfeed :no bots")], false, "KICK: \"patchfeed no bots\"", 1),
    ];
    for (at, (answers, is_sent, words, count)) in rows.into_iter().enumerate() {
        let (folder, server) = (Folder::new(&format!("irc-answer-{at}")), irc_server(answers));
        let Posted(delivered, said) = deliver(&folder, &irc(&server, Group::Item), &[item_of(&json!({}))]);
        let expected = [usize::from(is_sent), 0, usize::from(!is_sent)];
        assert_eq!([delivered.messages, delivered.refused, delivered.left], expected, "{answers:?}: {said}");
        assert!(said.contains(words) && said.is_empty() == words.is_empty(), "{answers:?}: {said}");
        assert_eq!(said_there(&server).len(), count, "{answers:?}");
    }
}

#[test]
fn a_nick_that_is_taken_gives_way_to_one_that_is_no_longer() {
    let taken = ("NICK patchfeed", ":s 433 * patchfeed :Nickname is already in use");
    let server = irc_server(&[taken, ("NICK patchfee2", ":s 433 * patchfee2 :Nickname is already in use")]);
    post::test(&irc(&server, Group::Item), "a feed", &Access::default()).expect("the test is sent");
    assert_eq!((server.count("NICK patchfee3"), server.count("PRIVMSG")), (1, 1));
}

#[test]
fn an_account_signs_in_and_a_token_alone_is_the_servers_password() {
    let folder = Folder::new("irc-account");
    folder.write("token", "hunter2");
    folder.write("long", "x".repeat(400));
    let access = Access { timeout: Duration::from_secs(2), ..Access::default() };
    let with = |server: &LineServer, account: Option<&str>, file: &str| {
        let mut target = irc(server, Group::Item);
        target.settings.extend(account.map(|name| ("account".to_owned(), Setting::Value(name.to_owned()))));
        target.settings.insert("token".to_owned(), Setting::Elsewhere(Elsewhere::File(folder.path(file))));
        post::test(&target, "a feed", &access)
    };
    let server = irc_server(&[]);
    with(&server, Some("me"), "token").expect("the account is right");
    assert_eq!(server.lines()[0], "CAP REQ :sasl");
    assert!(server.lines().contains(&"AUTHENTICATE bWUAbWUAaHVudGVyMg==".to_owned()), "{:?}", server.lines());
    with(&server, Some("me"), "long").expect("long passwords come in pieces");
    with(&server, None, "token").expect("the password is right");
    assert_eq!((server.count("PASS :hunter2"), server.count("AUTHENTICATE ")), (1, 5));
    let rows = [
        (
            "AUTHENTICATE bWUA",
            ":s 904 * :SASL authentication failed for hunter2",
            "904: \"SASL authentication failed for …\"",
        ),
        ("CAP REQ", ":s CAP * NAK :sasl", "the server knows no accounts"),
        ("CAP REQ", ":s 421 * CAP :Unknown command", "421"),
    ];
    for (line, answer, words) in rows {
        let err = with(&irc_server(&[(line, answer)]), Some("me"), "token").expect_err("it can't sign in");
        assert!(err.contains(words) && !err.contains("hunter2"), "{err}");
    }
}

#[test]
fn settings_of_irc_that_cant_work_are_said() {
    let server = irc_server(&[]);
    let encrypted = format!("ircs://{}", server.at);
    let rows = [
        ("server", "irc.example.org", "`server` must be ircs://HOST"),
        ("server", "irc://127.0.0.1:1", "refuses connections"),
        ("server", encrypted.as_str(), "can't be spoken to in TLS"),
        ("channel", "#a,#b", "the name of one channel"),
        ("account", "me", "needs the token"),
    ];
    for (key, value, words) in rows {
        let mut target = irc(&server, Group::Item);
        target.settings.insert(key.to_owned(), Setting::Value(value.to_owned()));
        let access = Access { timeout: Duration::from_secs(2), ..Access::default() };
        let err = post::test(&target, "a feed", &access).expect_err("it can't work");
        assert!(err.contains(words), "{err}");
    }
    let folder = Folder::new("irc-clear");
    folder.write("token", "hunter2");
    let mut target = irc(&server, Group::Item);
    target.settings.insert("server".to_owned(), Setting::Value("irc://irc.example.org".to_owned()));
    target.settings.insert("token".to_owned(), Setting::Elsewhere(Elsewhere::File(folder.path("token"))));
    let err = post::test(&target, "a feed", &Access::default()).expect_err("it isn't sent in the clear");
    assert!(err.contains("without encryption"), "{err}");
}
