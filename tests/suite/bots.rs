//! `patchfeed new` prints each item once, oldest first, whatever interrupts it.

use std::io::{Error, ErrorKind, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use patchfeed::bot::{self, LineForm, Memory, Output, Printing};
use patchfeed::reader;
use serde_json::value::RawValue;

use crate::{BASE, Folder, patchfeed, stderr, stdout};

pub(crate) fn issue(number: usize, mails: std::ops::Range<usize>) -> String {
    let entries: String =
        mails.map(|n| format!("**[v1: a *title* <{n}>](http://lore.kernel.org/bpf/{n}@x/)**\n\n")).collect();
    format!("---\npermalink: /{number}/\n---\n\n### BPF\n\n{entries}")
}

pub(crate) fn site(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", issue(1, 0..5));
    build(&folder);
    folder
}

pub(crate) fn build(folder: &Folder) {
    let output = patchfeed(&folder.0, &["build", "issues", "--out", "site", "--base-url", BASE]);
    assert!(output.status.success(), "{}", stderr(&output));
}

/// Runs `patchfeed new`, and returns the numbers of the mails that it prints, in order.
pub(crate) fn run(folder: &Folder, args: &[&str]) -> Vec<usize> {
    let output = patchfeed(&folder.0, &[&["new"], args].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output).lines().map(number).collect()
}

fn number(line: &str) -> usize {
    let (before, _) = line.split_once("@x/").expect("a line holds a link");
    before.rsplit('/').next().and_then(|n| n.parse().ok()).expect("a link holds a number")
}

#[test]
fn the_first_run_is_silent_and_later_ones_print_what_is_new_once() {
    let folder = site("new");
    let args = ["site", "--seen", "seen", "--feed", "bpf", "--format", "text"];
    assert_eq!(run(&folder, &args), [0_usize; 0]);
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 4..9));
    build(&folder);
    assert_eq!(run(&folder, &args), [8, 7, 6, 5], "oldest first, without the item that was listed before");
    assert_eq!(run(&folder, &args), [0_usize; 0]);
    assert_eq!(
        run(&folder, &["site", "--seen", "seen", "--feed", "all"]),
        [0_usize; 0],
        "each feed has its own first time"
    );
}

#[test]
fn history_is_printed_on_request() {
    let folder = site("history");
    assert_eq!(run(&folder, &["site", "--seen", "seen", "--history"]), [4, 3, 2, 1, 0]);
    assert_eq!(run(&folder, &["site", "--seen", "seen", "--history"]), [0_usize; 0]);
}

#[test]
fn issues_work_as_well_as_a_site_and_archives_are_read() {
    let folder = Folder::new("new-issues");
    for n in 0..9 {
        folder.write(&format!("issues/2024-01-0{}-10-00-00-rvlwn-{n}.md", n + 1), issue(n, n * 60..n * 60 + 60));
    }
    build(&folder);
    let all: Vec<usize> = (0..9).flat_map(|n| (n * 60..n * 60 + 60).rev()).collect();
    assert_eq!(run(&folder, &["issues", "--seen", "one", "--feed", "bpf", "--history"]), all);
    assert_eq!(run(&folder, &["site", "--seen", "two", "--feed", "bpf", "--history"]), all);
}

fn last_line(folder: &Folder, form: &str) -> String {
    let output = patchfeed(&folder.0, &["new", "site", "--seen", form, "--history", "--format", form]);
    stdout(&output).lines().last().expect("a line").to_owned()
}

#[test]
fn lines_can_be_posted_as_they_are() {
    let folder = site("forms");
    assert_eq!(last_line(&folder, "text"), "[bpf] v1: a *title* <0> https://lore.kernel.org/bpf/0@x/");
    assert_eq!(
        last_line(&folder, "markdown"),
        "**[v1: a \\*title\\* \\<0\\>](<https://lore.kernel.org/bpf/0@x/>)** · bpf"
    );
    let item: serde_json::Value = serde_json::from_str(&last_line(&folder, "json")).expect("an item");
    assert_eq!((item["title"].as_str(), item["_patchfeed"]["version"].as_u64()), (Some("v1: a *title* <0>"), Some(1)));
}

/// An output that fails after `room` bytes, perhaps in the middle of a line.
struct Breaking {
    room: usize,
    text: Vec<u8>,
}

impl Write for Breaking {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.room == 0 {
            return Err(Error::from(ErrorKind::BrokenPipe));
        }
        let count = bytes.len().min(self.room);
        self.room -= count;
        self.text.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn site_items(folder: &Folder) -> Vec<Box<RawValue>> {
    reader::of_site("bpf", &|path| Ok(std::fs::read_to_string(folder.path("site").join(path)).ok()))
        .expect("the site is in order")
        .expect("there is such a feed")
        .items
}

/// Prints the history of the feed with a memory, and returns whether nothing failed.
fn print_history(items: &[Box<RawValue>], memory: &Path, out: &mut dyn Write) -> bool {
    let mut memory = Memory::open(memory, false).expect("the memory opens");
    let printing = Printing { feed: "bpf", form: LineForm::Text, history: true, tries: 3, limit: usize::MAX };
    bot::print_new(&printing, items, &mut memory, Output::Stream(out), &mut |_| {}).is_ok()
}

/// The numbers of the mails whose lines are complete.
pub(crate) fn complete(text: &[u8]) -> Vec<usize> {
    String::from_utf8_lossy(text).split_inclusive('\n').filter(|line| line.ends_with('\n')).map(number).collect()
}

#[test]
fn an_interrupted_run_loses_no_item_and_repeats_at_most_one() {
    let folder = site("interrupted");
    let items = site_items(&folder);
    for room in (0..420).step_by(7) {
        let path = folder.path(&format!("seen-{room}"));
        let mut first = Breaking { room, text: Vec::new() };
        print_history(&items, &path, &mut first);
        let mut second = Vec::new();
        assert!(print_history(&items, &path, &mut second), "nothing fails now");
        let mut posted = [complete(&first.text), complete(&second)].concat();
        let twice = posted.len() - 5;
        posted.dedup();
        assert_eq!(posted, [4, 3, 2, 1, 0], "room for {room} bytes");
        assert!(twice <= 1);
    }
}

#[test]
fn feeds_that_share_a_memory_hide_no_new_item_from_each_other() {
    let folder = site("several");
    assert_eq!(run(&folder, &["site", "--seen", "seen", "--feed", "bpf"]), [0_usize; 0]);
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..7));
    build(&folder);
    assert_eq!(
        run(&folder, &["site", "--seen", "seen", "--feed", "all"]),
        [0_usize; 0],
        "the first time of another feed"
    );
    assert_eq!(run(&folder, &["site", "--seen", "seen", "--feed", "bpf"]), [6, 5]);
    folder.write("issues/2024-01-15-10-00-00-rvlwn-3.md", issue(3, 7..8));
    build(&folder);
    assert_eq!(run(&folder, &["site", "--seen", "seen", "--feed", "bpf"]), [7]);
    assert_eq!(
        run(&folder, &["site", "--seen", "seen", "--feed", "all"]),
        [0_usize; 0],
        "an item is printed once, whichever feed it is in"
    );
}

fn exec(folder: &Folder, command: &str) -> std::process::Output {
    let args = ["new", "site", "--seen", "seen", "--history", "--format", "text", "--exec", command];
    patchfeed(&folder.0, &args)
}

#[test]
fn an_item_whose_command_fails_is_tried_again() {
    let folder = site("exec");
    let output = exec(&folder, "read line; case $line in *\"<2>\"*) exit 1;; esac; echo \"$line\"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(complete(&output.stdout), [4, 3]);
    assert!(stderr(&output).contains("the next run tries it again"), "{}", stderr(&output));
    assert_eq!(complete(&exec(&folder, "cat").stdout), [2, 1, 0]);
    assert!(exec(&folder, "cat").stdout.is_empty());
}

#[test]
fn a_source_without_issues_leaves_no_memory() {
    let folder = Folder::new("nothing");
    folder.write("issues/README.md", "# About\n");
    let output = patchfeed(&folder.0, &["new", "issues", "--seen", "seen"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!folder.path("seen").exists());
}

fn start(folder: &Folder) -> Child {
    Command::new(env!("CARGO_BIN_EXE_patchfeed"))
        .args(["new", "site", "--seen", "seen", "--history", "--format", "text"])
        .current_dir(&folder.0)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

#[test]
fn runs_at_the_same_time_print_each_item_once() {
    let folder = site("twice");
    let runs: Vec<Child> = (0..6).map(|_| start(&folder)).collect();
    let outputs = runs.into_iter().map(|run| run.wait_with_output().expect("the program ends").stdout);
    let mut all: Vec<usize> = outputs.flat_map(|stdout| complete(&stdout)).collect();
    all.sort_unstable();
    assert_eq!(all, [0, 1, 2, 3, 4]);
}

#[test]
fn a_feed_that_is_not_there_yet_loses_nothing_of_its_first_issue() {
    let folder = site("not-yet");
    let args = ["site", "--seen", "seen", "--feed", "fs", "--format", "text"];
    let output = patchfeed(&folder.0, &[&["new"], &args[..]].concat());
    assert!(stderr(&output).contains("there is no feed \"fs\" yet"), "{}", stderr(&output));
    assert!(stderr(&output).contains("the feeds are all, bpf, "), "{}", stderr(&output));
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..8).replace("BPF", "文件系统"));
    build(&folder);
    assert_eq!(run(&folder, &args), [7, 6, 5]);
}

#[test]
fn the_first_run_says_how_many_items_it_passed_by() {
    let folder = site("passed-by");
    let output = patchfeed(&folder.0, &["new", "site", "--seen", "seen"]);
    assert!(stderr(&output).contains("the 5 items that it holds already were passed by"), "{}", stderr(&output));
    assert_eq!(stderr(&patchfeed(&folder.0, &["new", "site", "--seen", "seen"])), "", "it is said once");
}
