//! What a bot has posted is never lost in silence, whatever happens to its memory.

use std::process::{Command, Output, Stdio};

use crate::bots::{build, complete, issue, run, site};
use crate::{Folder, patchfeed, stderr, stdout};

const ARGS: [&str; 7] = ["site", "--seen", "seen", "--feed", "bpf", "--format", "text"];

/// A site whose first five items a bot has passed by, whose next two it has printed, and which has two more by now.
fn late_bot(name: &str) -> Folder {
    let folder = site(name);
    assert_eq!(run(&folder, &ARGS), [0_usize; 0]);
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..7));
    build(&folder);
    assert_eq!(run(&folder, &ARGS), [6, 5]);
    folder.write("issues/2024-01-15-10-00-00-rvlwn-3.md", issue(3, 7..9));
    build(&folder);
    folder
}

fn new(folder: &Folder, args: &[&str]) -> Output {
    patchfeed(&folder.0, &[&["new"], args].concat())
}

#[test]
fn a_damaged_memory_is_said_and_loses_nothing() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 8] = [
        ("emptied", Vec::clear),
        ("zeroed", |bytes| bytes.fill(0)),
        ("cut in half", |bytes| bytes.truncate(bytes.len() / 2)),
        ("cut at a line", |bytes| {
            let line = bytes[..bytes.len() - 1].iter().rposition(|byte| *byte == b'\n').expect("there are lines") + 1;
            bytes.truncate(line);
        }),
        ("zeroed from the middle on", |bytes| {
            let half = bytes.len() / 2;
            bytes[half..].fill(0);
        }),
        ("with a byte that is another", |bytes| bytes[60] ^= 1),
        ("without a line in its middle", |bytes| {
            let text = String::from_utf8(std::mem::take(bytes)).expect("it is text");
            let lines = text.split_inclusive('\n').enumerate().filter(|(at, _)| *at != 4);
            bytes.extend(lines.flat_map(|(_, line)| line.bytes()));
        }),
        ("with an item that counts as new", |bytes| {
            let line = bytes.windows(3).rposition(|bytes| bytes == b"\n+ ").expect("an item was posted");
            bytes[line + 1] = b'0';
        }),
    ];
    let folder = late_bot("damages");
    let [memory, copy] = ["seen", "seen.copy"].map(|name| std::fs::read(folder.path(name)).expect("it is there"));
    for (name, damage) in damages {
        let mut bytes = memory.clone();
        damage(&mut bytes);
        folder.write("seen", bytes);
        folder.write("seen.copy", &copy);
        let output = new(&folder, &ARGS);
        assert!(stderr(&output).contains("seen: this memory was damaged"), "{name}: {}", stderr(&output));
        assert_eq!(complete(&output.stdout), [8, 7], "{name}");
        let after = new(&folder, &ARGS);
        assert_eq!((stdout(&after), stderr(&after)), (String::new(), String::new()), "{name}: mended");
    }
}

#[test]
fn a_damaged_memory_without_its_copy_asks_what_to_do() {
    let folder = late_bot("no-copy");
    let mut memory = std::fs::read(folder.path("seen")).expect("it is there");
    memory[60] ^= 1;
    folder.write("seen", memory);
    std::fs::remove_file(folder.path("seen.copy")).expect("it is there");
    for _ in 0..2 {
        let output = new(&folder, &ARGS);
        assert_eq!((output.status.code(), stdout(&output)), (Some(1), String::new()));
        assert!(stderr(&output).contains("and so is the copy beside it, so nothing was posted"), "{}", stderr(&output));
    }
}

#[test]
fn a_memory_and_a_copy_that_are_both_damaged_lose_nothing_in_silence() {
    let folder = late_bot("both");
    for (memory, copy) in [("", ""), ("", "patchfeed memory 2\nfeed bpf"), ("\0\0", "\0")] {
        folder.write("seen", memory);
        folder.write("seen.copy", copy);
        let output = new(&folder, &ARGS);
        assert_eq!((output.status.code(), stdout(&output)), (Some(1), String::new()));
        assert!(stderr(&output).contains("or remove both to begin anew"), "{}", stderr(&output));
    }
    folder.write("seen.copy", "precious");
    assert!(stderr(&new(&folder, &ARGS)).contains("patchfeed didn't write this file"));
    assert_eq!(std::fs::read_to_string(folder.path("seen.copy")).ok().as_deref(), Some("precious"));
}

#[test]
fn a_late_issue_survives_a_damaged_memory() {
    let folder = late_bot("late-and-damaged");
    folder.write("issues/2023-12-01-10-00-00-rvlwn-0.md", issue(0, 20..22));
    build(&folder);
    folder.write("seen", "");
    assert_eq!(run(&folder, &ARGS), [21, 20, 8, 7]);
}

#[test]
fn a_last_line_that_was_cut_off_is_dropped() {
    let folder = late_bot("cut-off");
    let text = std::fs::read(folder.path("seen")).expect("there is a memory");
    folder.write("seen", [&text[..], b"+ urn:uuid:3f1c"].concat());
    let output = new(&folder, &ARGS);
    assert_eq!(complete(&output.stdout), [8, 7]);
    assert!(stderr(&output).contains("the end of this memory was cut short"), "{}", stderr(&output));
}

#[test]
fn several_feeds_of_a_damaged_memory_go_on_each_where_it_was() {
    let folder = late_bot("two-feeds");
    let all = ["site", "--seen", "seen", "--format", "text"];
    assert_eq!(run(&folder, &all), [0_usize; 0]);
    folder.write("issues/2024-01-22-10-00-00-rvlwn-4.md", issue(4, 9..10).replace("BPF", "文件系统"));
    build(&folder);
    folder.write("seen", "");
    assert_eq!(run(&folder, &ARGS), [8, 7]);
    assert_eq!(run(&folder, &all), [9]);
    assert_eq!(run(&folder, &ARGS), [0_usize; 0]);
}

#[test]
fn a_memory_of_an_older_version_is_read_on() {
    let folder = late_bot("older");
    let items = |slug: &str| -> Vec<String> {
        let feed = std::fs::read_to_string(folder.path(&format!("site/{slug}.json"))).expect("it is there");
        let ids = crate::fields(&crate::json_items(&feed), "id");
        ids.into_iter().rev().collect()
    };
    let ids = items("bpf");
    let passed: String = ids[..5].iter().flat_map(|id| [id, " bpf\n"]).collect();
    let printed: String = ids[5..7].iter().flat_map(|id| [id, "\n"]).collect();
    std::fs::remove_file(folder.path("seen.copy")).expect("it is there");
    folder.write("seen", format!("{passed}feed bpf\n{printed}"));
    assert_eq!(run(&folder, &ARGS), [8, 7]);
    assert_eq!(run(&folder, &ARGS), [0_usize; 0]);
}

#[test]
fn a_feed_that_holds_nothing_known_is_said_to_have_a_gap() {
    let folder = site("gap");
    let digest = ["site", "--seen", "seen", "--feed", "bpf-digest", "--format", "text"];
    new(&folder, &digest);
    folder.write("issues/2024-01-02-10-00-00-rvlwn-2.md", issue(2, 10..11));
    build(&folder);
    let output = new(&folder, &digest);
    assert_eq!((stdout(&output).lines().count(), stderr(&output)), (1, String::new()));
    for n in 3..15 {
        folder.write(&format!("issues/2024-01-{n:02}-10-00-00-rvlwn-{n}.md"), issue(n, n * 10..n * 10 + 1));
    }
    build(&folder);
    let output = new(&folder, &digest);
    assert_eq!(stdout(&output).lines().count(), 10);
    assert!(stderr(&output).contains("there may be older items that it no longer holds"), "{}", stderr(&output));
    assert_eq!(stderr(&new(&folder, &digest)), "");
}

#[test]
fn a_file_that_is_no_memory_is_left_alone() {
    let folder = site("no-memory");
    for text in ["### BPF\n\n**[a](b)**\n", "one two three", "\0\0\0"] {
        folder.write("notes.md", text);
        let output = new(&folder, &["site", "--seen", "notes.md"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains("patchfeed didn't write this file"), "{}", stderr(&output));
        assert_eq!(std::fs::read_to_string(folder.path("notes.md")).ok().as_deref(), Some(text));
    }
    folder.write("empty", "");
    assert!(new(&folder, &["site", "--seen", "empty"]).status.success(), "an empty file is a memory to be");
}

fn exec(folder: &Folder, command: &str, more: &[&str]) -> Output {
    let args = ["site", "--seen", "seen", "--history", "--format", "text", "--exec", command];
    new(folder, &[&args[..], more].concat())
}

#[test]
fn an_item_that_always_fails_is_set_aside_and_tried_again_at_the_end() {
    let folder = site("aside");
    let command = "read line; case $line in *\"<2>\"*) exit 3;; esac; echo \"$line\"";
    let first = exec(&folder, command, &["--tries", "2"]);
    assert_eq!((first.status.code(), complete(&first.stdout)), (Some(1), vec![4, 3]));
    assert!(stderr(&first).contains("with \"v1: a *title* <2>\": exit status 3"), "{}", stderr(&first));
    let second = exec(&folder, command, &["--tries", "2"]);
    assert_eq!((second.status.code(), complete(&second.stdout)), (Some(1), vec![1, 0]));
    assert!(stderr(&second).contains("it is set aside: later items go first"), "{}", stderr(&second));
    let third = exec(&folder, command, &["--tries", "2"]);
    assert_eq!((third.status.code(), complete(&third.stdout)), (Some(1), vec![]));
    assert_eq!(stderr(&third).lines().count(), 1, "{}", stderr(&third));
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..6));
    build(&folder);
    folder.write("seen", ""); // the copy beside it is as good
    let mended = exec(&folder, "cat", &["--tries", "2"]);
    assert_eq!((mended.status.code(), complete(&mended.stdout)), (Some(0), vec![2, 5]));
    assert!(exec(&folder, "cat", &[]).stdout.is_empty());
}

#[test]
fn two_failures_in_a_row_stop_the_run() {
    let folder = site("outage");
    let output = exec(&folder, "cat >> tried; exit 1", &["--tries", "1"]);
    assert_eq!(output.status.code(), Some(1));
    let tried = std::fs::read(folder.path("tried")).expect("the command ran");
    assert_eq!(complete(&tried), [4, 3], "a server that is down isn't asked for each item");
}

#[test]
fn an_outage_of_any_length_changes_no_order() {
    let folder = site("long-outage");
    for _ in 0..6 {
        assert_eq!(exec(&folder, "exit 1", &["--tries", "2"]).status.code(), Some(1));
        assert_eq!(exec(&folder, "./mistyped.sh", &["--tries", "2"]).status.code(), Some(1));
    }
    assert_eq!(complete(&exec(&folder, "cat", &[]).stdout), [4, 3, 2, 1, 0]);
}

#[test]
fn items_that_never_succeed_keep_no_other_from_being_tried() {
    let folder = site("three-aside");
    let command = "read line; case $line in *\"<4>\"*|*\"<2>\"*|*\"<0>\"*) exit 3;; esac; echo \"$line\"";
    let posted = complete(&exec(&folder, command, &["--tries", "1"]).stdout);
    assert_eq!(posted, [3, 1]);
    let command = "read line; case $line in *\"<4>\"*|*\"<2>\"*) exit 3;; esac; echo \"$line\"";
    let output = exec(&folder, command, &["--tries", "1"]);
    assert_eq!(complete(&output.stdout), [0]);
    assert!(stderr(&output).contains("it is set aside, as is another"), "{}", stderr(&output));
    let mistyped = exec(&folder, "./mistyped.sh", &["--tries", "1"]);
    assert!(stderr(&mistyped).contains("the next run tries again what is set aside"), "{}", stderr(&mistyped));
}

#[test]
fn a_feed_that_is_gone_is_an_error_for_whoever_has_read_it() {
    let folder = site("gone");
    run(&folder, &ARGS);
    std::fs::remove_file(folder.path("site/bpf.json")).expect("it is there");
    let output = new(&folder, &ARGS);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("the feed \"bpf\" is gone"), "{}", stderr(&output));
}

#[test]
fn a_command_that_hangs_is_ended_with_everything_that_it_started() {
    let folder = site("hangs");
    let command = "read line; case $line in *\"<4>\"*) sleep 300 & sleep 300;; esac; echo \"$line\"";
    let output = exec(&folder, command, &["--tries", "1", "--timeout", "1"]);
    assert_eq!(complete(&output.stdout), [3, 2, 1, 0]);
    assert!(stderr(&output).contains("the command was ended after 1 s"), "{}", stderr(&output));
}

#[test]
fn hints_say_why_a_command_cannot_be_run() {
    let folder = site("hints");
    folder.write("post.sh", "#!/bin/sh\n");
    for (command, words) in [("./post.sh", "chmod +x"), ("post.sh", "./post.sh")] {
        let output = exec(&folder, command, &[]);
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
    assert_eq!(exec(&folder, " ", &[]).status.code(), Some(2));
}

/// Runs a shell script with the program as `$patchfeed`.
#[cfg(unix)]
fn sh(folder: &Folder, script: &str) -> Output {
    Command::new("sh")
        .args(["-c", script])
        .env("patchfeed", env!("CARGO_BIN_EXE_patchfeed"))
        .current_dir(&folder.0)
        .stdin(Stdio::null())
        .output()
        .expect("sh starts")
}

#[test]
#[cfg(unix)]
fn nothing_counts_as_printed_on_a_closed_output() {
    let folder = site("closed");
    let output = sh(&folder, "$patchfeed new site --seen seen --history >&-");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("standard output: it is closed"), "{}", stderr(&output));
    assert!(!folder.path("seen").exists());
    assert_eq!(run(&folder, &["site", "--seen", "seen", "--history", "--format", "text"]), [4, 3, 2, 1, 0]);
    let output =
        sh(&folder, "$patchfeed new site --seen other --history > /dev/null && $patchfeed new site --seen other");
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), String::new()));
}

#[test]
#[cfg(unix)]
fn nothing_is_run_while_the_memory_cannot_be_written() {
    let folder = late_bot("full");
    let size = std::fs::metadata(folder.path("seen")).expect("it is there").len();
    // A limit on the size of files is a full disk: the shell counts in blocks of 512 bytes.
    let script = format!(
        "trap '' XFSZ; ulimit -f {}; $patchfeed new site --seen seen --feed bpf --format text --exec 'cat > posted'",
        size / 512
    );
    for _ in 0..2 {
        let output = sh(&folder, &script);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert!(stderr(&output).contains("seen: File too large"), "{}", stderr(&output));
        assert!(!folder.path("posted").exists(), "nothing is posted that can't be remembered");
    }
    assert_eq!(run(&folder, &ARGS), [8, 7]);
}

#[test]
#[cfg(unix)]
fn two_names_of_one_memory_print_each_item_once() {
    let folder = site("hard-link");
    assert_eq!(run(&folder, &ARGS), [0_usize; 0]);
    std::fs::hard_link(folder.path("seen"), folder.path("other")).expect("a link can be made");
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..15));
    build(&folder);
    let starts = ["seen", "other", "seen", "other"].map(|memory| {
        Command::new(env!("CARGO_BIN_EXE_patchfeed"))
            .args(["new", "site", "--seen", memory, "--feed", "bpf", "--format", "text"])
            .current_dir(&folder.0)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts")
    });
    let outputs = starts.map(|run| run.wait_with_output().expect("the program ends").stdout);
    let mut all: Vec<usize> = outputs.iter().flat_map(|stdout| complete(stdout)).collect();
    all.sort_unstable();
    assert_eq!(all, (5..15).collect::<Vec<_>>());
}

#[test]
#[cfg(unix)]
fn a_pipe_as_memory_or_copy_is_an_error_at_once() {
    let folder = site("pipes");
    for name in ["seen", "other.copy"] {
        assert!(Command::new("mkfifo").arg(folder.path(name)).status().is_ok_and(|status| status.success()));
    }
    for memory in ["seen", "other"] {
        folder.write("other", "");
        let output = new(&folder, &["site", "--seen", memory]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains("this is a pipe, not a file"), "{}", stderr(&output));
    }
    assert_eq!(new(&folder, &["site", "--seen", "/dev/null"]).status.code(), Some(1));
}
