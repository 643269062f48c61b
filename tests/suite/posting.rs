//! `patchfeed post` sends each new item once and in order to each target, or says what became of it.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::bots::issue;
use crate::server::{Answer, Request, Server, answer};
use crate::{Folder, patchfeed, stderr, stdout, tree};

/// A folder with one issue, of the mails 0 to 4, whose items count as posted.
fn begun(name: &str, server: &Server) -> Folder {
    let folder = Folder::new(name);
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", issue(1, 0..5));
    let output = post(&folder, server, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("the first time: the 5 items that are there count as posted"));
    folder
}

/// The arguments that post to a server, as a webhook.
fn arguments<'a>(url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let usual = ["post", "issues", "--to", "webhook", "--name", "hook", "--state", "state", "--no-sync", "--set", url];
    [&usual, more].concat()
}

fn post(folder: &Folder, server: &Server, more: &[&str]) -> std::process::Output {
    patchfeed(&folder.0, &arguments(&format!("url={}", server.url("hook")), more))
}

/// A server that answers every request with 200, or as `answers` says for the number of a request.
fn server(answers: impl Fn(usize) -> Option<Answer> + Send + Sync + 'static) -> Server {
    let count = AtomicUsize::new(0);
    Server::start(move |_| answers(count.fetch_add(1, Ordering::SeqCst)).unwrap_or_else(|| answer("200 OK", &[], "")))
}

/// The numbers of the mails that a server got, in order.
fn mails(requests: &[Request]) -> Vec<usize> {
    let numbers = requests.iter().flat_map(|request| {
        let json: serde_json::Value = serde_json::from_slice(&request.body).expect("the body is JSON");
        let items = json.get("items").and_then(|items| items.as_array().cloned()).unwrap_or_else(|| vec![json.clone()]);
        items.into_iter().map(|item| number(&item)).collect::<Vec<usize>>()
    });
    numbers.collect()
}

fn number(item: &serde_json::Value) -> usize {
    let id = item["_patchfeed"]["message_id"].as_str().expect("an item has a message");
    id.trim_end_matches("@x").parse().expect("a message has a number")
}

fn add_issue(folder: &Folder, number: usize, mails: std::ops::Range<usize>) {
    let path = format!("issues/2024-01-{:02}-10-00-00-rvlwn-{number}.md", 1 + 7 * (number - 1));
    folder.write(&path, issue(number, mails));
}

#[test]
fn each_new_item_is_posted_once_and_in_order_whatever_happens_to_the_issues() {
    let server = server(|_| None);
    let folder = begun("post-once", &server);
    add_issue(&folder, 3, 10..13);
    assert_eq!(post(&folder, &server, &[]).status.code(), Some(0));
    assert_eq!(mails(&server.requests()), [12, 11, 10]);
    // A mistake is mended, an entry is put in the middle, an older issue comes late, another repeats a mail.
    let third = issue(3, 10..13).replace("a *title* <11>", "a better title").replace(
        "**[v1: a *title* <12>]",
        "**[v1: put in the middle](http://lore.kernel.org/bpf/99@x/)**\n\n**[v1: a *title* <12>]",
    );
    folder.write("issues/2024-01-15-10-00-00-rvlwn-3.md", third);
    add_issue(&folder, 2, 4..7);
    add_issue(&folder, 4, 12..14);
    assert_eq!(post(&folder, &server, &[]).status.code(), Some(0));
    assert_eq!(mails(&server.requests())[3..], [6, 5, 99, 13]);
    assert_eq!(stderr(&post(&folder, &server, &[])), "hook: nothing new\n");
    assert_eq!(server.requests().len(), 7);
}

#[test]
fn the_newest_issues_are_posted_the_first_time_if_that_is_asked_for() {
    let server = server(|_| None);
    let folder = Folder::new("post-history");
    for number in 1..4 {
        add_issue(&folder, number, number * 10..number * 10 + 2);
    }
    let output = post(&folder, &server, &["--history", "2"]);
    assert_eq!(mails(&server.requests()), [21, 20, 31, 30]);
    assert!(stderr(&output).contains("the first time: 2 older items count as posted, the newest 4 are sent"));
    post(&folder, &server, &["--history", "3"]);
    assert_eq!(server.requests().len(), 4, "later, it changes nothing");
}

#[test]
fn an_issue_is_one_message_where_that_is_asked_for_and_its_first_entry_is_on_top() {
    let server = server(|_| None);
    let folder = begun("post-issue", &server);
    add_issue(&folder, 2, 5..8);
    add_issue(&folder, 3, 8..10);
    let output = post(&folder, &server, &["--group", "issue"]);
    assert_eq!(stderr(&output), "hook: 2 messages with 5 items sent\n");
    assert_eq!(server.requests().len(), 2);
    assert_eq!(mails(&server.requests()), [5, 6, 7, 8, 9]);
}

#[test]
fn a_service_that_is_busy_is_waited_for() {
    let server = server(|n| (n < 5).then(|| answer("429 Too Many Requests", &[("Retry-After", "0")], "")));
    let folder = Folder::new("post-busy");
    add_issue(&folder, 1, 0..2);
    let output = post(&folder, &server, &["--history", "1"]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), "hook: 2 messages sent\n"));
    assert_eq!(mails(&server.requests()), [1, 1, 1, 1, 1, 1, 0]);
}

#[test]
fn a_service_that_wants_to_be_left_alone_for_long_is_left_alone() {
    let server = server(|n| (n == 1).then(|| answer("429 Too Many Requests", &[("Retry-After", "86400")], "")));
    let folder = Folder::new("post-alone");
    add_issue(&folder, 1, 0..3);
    let output = post(&folder, &server, &["--history", "1"]);
    assert_eq!(output.status.code(), Some(1));
    let said = "hook: the service wants to be left alone for 86400 s; what is left is sent in the next run\n\
                hook: 1 message sent, 2 items left for the next run\n";
    assert_eq!(stderr(&output), said);
    assert_eq!(post(&folder, &server, &[]).status.code(), Some(0));
    assert_eq!(mails(&server.requests()), [2, 1, 1, 0]);
}

#[test]
fn a_server_that_is_down_loses_nothing_and_changes_no_order() {
    let mut server = server(|_| None);
    let folder = begun("post-down", &server);
    let url = format!("url={}", server.url("hook"));
    server.stop();
    for number in 2..4 {
        add_issue(&folder, number, number * 10..number * 10 + 2);
        let output = patchfeed(&folder.0, &arguments(&url, &[]));
        assert_eq!(output.status.code(), Some(1));
        assert!(
            stderr(&output).contains("hook: the server refuses connections; what is left is sent in the next run\n")
        );
    }
    let server = self::server(|_| None);
    assert_eq!(post(&folder, &server, &[]).status.code(), Some(0), "another address of the same target");
    assert_eq!(mails(&server.requests()), [21, 20, 31, 30]);
}

#[test]
fn a_message_that_is_refused_keeps_no_other_back_and_can_be_tried_again() {
    let server = server(|n| (n == 1).then(|| answer("400 Bad Request", &[], r#"{"error": "no such emoji"}"#)));
    let folder = begun("post-refused", &server);
    add_issue(&folder, 2, 5..8);
    let output = post(&folder, &server, &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    let words = r#"hook: "v1: a *title* <6>" was refused (the server answered 400 Bad Request: "no such emoji"); it is left out"#;
    assert!(said.starts_with(words), "{said}");
    assert!(said.ends_with("hook: 2 messages sent, 1 item refused\n"), "{said}");
    assert_eq!(stderr(&post(&folder, &server, &[])), "hook: nothing new\n");
    let id = said.split("--again ").nth(1).and_then(|rest| rest.lines().next()).expect("the id is said");
    assert_eq!(stderr(&post(&folder, &server, &["--again", id])), "hook: 1 message sent\n");
    assert_eq!(mails(&server.requests()), [7, 6, 5, 6]);
    let output = post(&folder, &server, &["--again", id]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("no message with this item was refused"), "{}", stderr(&output));
}

#[test]
fn where_every_message_is_refused_it_isnt_the_messages_and_all_are_left() {
    let server = server(|n| (n < 5).then(|| answer("400 Bad Request", &[], "")));
    let folder = Folder::new("post-all-refused");
    add_issue(&folder, 1, 0..9);
    let output = post(&folder, &server, &["--history", "1"]);
    let words = "5 messages in a row were refused (the server answered 400 Bad Request), so it isn't the messages";
    assert!(stderr(&output).contains(words), "{}", stderr(&output));
    assert!(stderr(&output).ends_with("nothing sent, 9 items left for the next run\n"), "{}", stderr(&output));
    assert_eq!(post(&folder, &server, &[]).status.code(), Some(0));
    assert_eq!(mails(&server.requests())[5..], [8, 7, 6, 5, 4, 3, 2, 1, 0]);
}

#[test]
fn a_feed_that_is_read_from_another_place_stays_the_feed_that_it_was() {
    let server = server(|_| None);
    let folder = begun("post-moved", &server);
    let build = |folder: &Folder| {
        let output = patchfeed(&folder.0, &["build", "issues", "--out", "site", "--base-url", crate::BASE]);
        assert!(output.status.success(), "{}", stderr(&output));
    };
    let site = folder.path("site");
    let files = Server::start(move |request| match std::fs::read(site.join(request.path.trim_start_matches('/'))) {
        Ok(bytes) => answer("200 OK", &[("Content-Type", "application/feed+json")], bytes),
        Err(_) => answer("404 Not Found", &[], ""),
    });
    add_issue(&folder, 2, 5..7);
    build(&folder);
    let (address, url) = (files.url("all.json"), format!("url={}", server.url("hook")));
    let mut arguments = arguments(&url, &["--cache", "cache"]);
    arguments[1] = &address;
    let output = patchfeed(&folder.0, &arguments);
    assert_eq!(stderr(&output), "hook: 2 messages sent\n");
    assert_eq!(mails(&server.requests()), [6, 5]);
}

#[test]
fn a_run_that_is_killed_between_a_message_and_its_answer_is_said_and_the_message_keeps_its_key() {
    for unknown in ["repeat", "skip"] {
        let reached = Arc::new(Mutex::new(()));
        let held = reached.lock().expect("nobody holds it");
        let waiting = Arc::clone(&reached);
        let first = AtomicUsize::new(0);
        let server = Server::start(move |_| {
            if first.fetch_add(1, Ordering::SeqCst) == 0 {
                drop(waiting.lock()); // an answer that comes too late
            }
            answer("200 OK", &[], "")
        });
        let folder = Folder::new(&format!("post-killed-{unknown}"));
        add_issue(&folder, 1, 0..1);
        let begin = patchfeed(&folder.0, &arguments(&format!("url={}", server.url("hook")), &["--dry-run"]));
        assert_eq!(begin.status.code(), Some(0));
        add_issue(&folder, 2, 5..7);
        let url = format!("url={}", server.url("hook"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_patchfeed"))
            .args(arguments(&url, &["--history", "1"]))
            .current_dir(&folder.0)
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        while server.requests().is_empty() {
            std::thread::yield_now();
        }
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        drop(held);
        let output = post(&folder, &server, &["--unknown", unknown]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let said = stderr(&output);
        let start =
            "hook: nobody knows whether \"v1: a *title* <6>\" arrived: a run was cut off, or got no clear answer; ";
        assert!(said.starts_with(start), "{said}");
        assert!(said.contains("it is sent again, with a key that tells the webhook if it comes twice"), "{said}");
        let requests = server.requests();
        assert_eq!(mails(&requests), [6, 6, 5], "where a key makes it safe, nothing is skipped");
        let keys: Vec<&str> = requests.iter().map(|request| request.header("idempotency-key")).collect();
        assert_eq!(keys[0], keys[1]);
    }
}

#[test]
fn two_runs_at_once_post_nothing_twice() {
    let server = server(|_| None);
    let folder = begun("post-two", &server);
    add_issue(&folder, 2, 5..25);
    let url = format!("url={}", server.url("hook"));
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_patchfeed"));
        command
            .args(arguments(&url, &[]))
            .current_dir(&folder.0)
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts")
    };
    let mut runs = [run(), run(), run()];
    assert!(runs.iter_mut().all(|run| run.wait().expect("it ends").success()));
    assert_eq!(mails(&server.requests()), (5..25).rev().collect::<Vec<usize>>());
}

#[test]
fn a_dry_run_prints_what_would_be_sent_and_changes_nothing() {
    let server = server(|_| None);
    let folder = Folder::new("post-dry");
    add_issue(&folder, 1, 0..2);
    let before = tree(&folder.0);
    let output = post(&folder, &server, &["--dry-run", "--history", "1"]);
    let expected = "== hook: 2 messages\n\
                    -- 1 of 2: v1: a *title* <1>\n\
                    v1: a *title* <1> https://lore.kernel.org/bpf/1@x/\n\
                    bpf · RISC-V Linux 内核及周边技术动态 第 1 期\n\n";
    assert!(stdout(&output).starts_with(expected), "{}", stdout(&output));
    assert!(tree(&folder.0) == before && server.requests().is_empty());
}

#[test]
fn a_test_is_sent_and_remembered_nowhere() {
    let server = server(|_| None);
    let folder = Folder::new("post-test");
    add_issue(&folder, 1, 0..2);
    let before = tree(&folder.0);
    assert_eq!(stderr(&post(&folder, &server, &["--test"])), "hook: the test was sent\n");
    assert_eq!(server.requests().len(), 1);
    assert!(tree(&folder.0) == before);
}

#[test]
fn targets_of_a_configuration_are_posted_to_side_by_side_and_one_that_fails_keeps_no_other_back() {
    let (good, bad) = (server(|_| None), server(|_| Some(answer("403 Forbidden", &[], ""))));
    let folder = Folder::new("post-rows");
    add_issue(&folder, 1, 0..2);
    folder.write(
        "patchfeed.toml",
        format!(
            "issues = 'issues'\n[[post]]\nname = 'bad'\nto = 'webhook'\nurl = '{}'\n[[post]]\nname = 'good'\nto = 'webhook'\nfeed = \
             'bpf'\nurl = {{ file = 'address' }}\n",
            bad.url("")
        ),
    );
    folder.write("address", good.url(""));
    let output = patchfeed(&folder.0, &["post", "--state", "state", "--history", "1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("bad: the server answered 403 Forbidden; what is left is sent in the next run\n"));
    assert!(stderr(&output).contains("good: 2 messages sent\n"), "{}", stderr(&output));
    assert_eq!(mails(&good.requests()), [1, 0]);
}

#[test]
fn settings_that_dont_do_are_named_before_anything_is_sent() {
    let folder = Folder::new("post-settings");
    add_issue(&folder, 1, 0..2);
    for (row, words) in [
        ("to = 'webhok'", "there is no service \"webhok\"; did you mean \"webhook\"?"),
        ("to = 'webhook'\nurls = 'x'", "there is no setting `urls` for webhook; did you mean \"url\"?"),
        (
            "to = 'webhook'\nurl = 'x'\nthred = true",
            "there is no setting `thred` for webhook; did you mean \"thread\"?",
        ),
        ("to = 'webhook'\nurl = ['x']", "`url` can't be this; write text in quotation marks"),
        ("to = 'webhook'\nurl = 'x'\nfeed = 'al'", "there is no feed \"al\"; did you mean \"all\"?"),
        ("to = 'webhook'\nurl = ''", "`url` is empty"),
        (
            "to = 'webhook'\nurl = 'x'\ntoken = 's3cret'",
            "`token` is a secret, which must not stand here: put it into the variable WEBHOOK_TOKEN of the environment, or write",
        ),
        ("to = 'webhook'\nurl = 'x'\ntoken = 's3cret", "the text has no quotation mark at its end"),
        ("to = 'webhook'\nurl = 'x'\n[[post]]\nname = 'ONE'\nto = 'webhook'\nurl = 'x'", "\"ONE\" is there twice"),
        ("to = 'webhook'\nurl = 'x'\ngroup = 'issues'", "`group` can't be \"issues\"; did you mean \"issue\"?"),
        ("to = 'webhook'\nurl = 'x'\nthread = true", "there are no threads with the webhook; leave `thread` out"),
        ("to = 'webhook'", "error: one: `url` (the address that takes the items) must be set for the webhook"),
        (
            "to = 'webhook'\nurl = { env = 'NOT_SET_ANYWHERE' }",
            "`url`: the environment has no variable NOT_SET_ANYWHERE",
        ),
    ] {
        folder.write("patchfeed.toml", format!("[[post]]\nname = 'one'\n{row}\n"));
        let output = patchfeed(&folder.0, &["post", "issues", "--state", "state", "--history", "1"]);
        assert_eq!(output.status.code(), Some(1), "{row}");
        assert!(stderr(&output).contains(words), "{row}: {}", stderr(&output));
        assert!(!stderr(&output).contains("s3cret"), "no secret is shown");
    }
}

#[test]
fn a_memory_that_was_emptied_is_mended_from_its_copy() {
    let server = server(|_| None);
    let folder = begun("post-memory", &server);
    add_issue(&folder, 2, 5..7);
    post(&folder, &server, &[]);
    for damaged in ["", "\0\0\0\0\0\0\0\0"] {
        folder.write("state/hook.memory", damaged);
        let output = post(&folder, &server, &[]);
        assert!(
            stderr(&output).contains("this memory was damaged; what it had lost was taken from the copy"),
            "{}",
            stderr(&output)
        );
        assert_eq!(server.requests().len(), 2);
    }
}
