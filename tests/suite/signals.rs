//! SIGINT and SIGTERM end a run, leave nothing behind, and never cut off what is being posted.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::bots::{complete, run, site};
use crate::{BASE, Folder, patchfeed, tree};

fn start(folder: &Folder, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_patchfeed"))
        .args(args)
        .current_dir(&folder.0)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

fn signal(child: &Child, signal: Signal) {
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw).expect("a process has an id");
    let _ = kill_process(id, signal); // it may have ended
}

#[test]
fn what_is_being_posted_is_finished_and_remembered() {
    for sent in [Signal::INT, Signal::TERM] {
        let folder = site(&format!("signal-{}", sent.as_raw()));
        let command = "echo begun; while [ ! -e go ]; do sleep 0.05; done; cat >> posted";
        let args = ["new", "site", "--seen", "seen", "--history", "--format", "text", "--exec", command];
        let mut child = start(&folder, &args);
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        assert_eq!(lines.next().expect("the command begins").expect("it is text"), "begun");
        signal(&child, sent);
        std::thread::sleep(Duration::from_millis(100));
        folder.write("go", "");
        let status = child.wait().expect("the program ends");
        assert_eq!(status.signal(), Some(sent.as_raw()), "it ends as the signal says");
        assert_eq!(complete(&std::fs::read(folder.path("posted")).expect("one was posted")), [4]);
        assert_eq!(run(&folder, &["site", "--seen", "seen", "--format", "text"]), [3, 2, 1, 0]);
    }
}

#[test]
fn a_second_signal_ends_what_is_being_posted_too() {
    let folder = site("two-signals");
    let command = "echo begun; sleep 300; cat >> posted";
    let args = ["new", "site", "--seen", "seen", "--history", "--format", "text", "--exec", command];
    let mut child = start(&folder, &args);
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("the command begins");
    signal(&child, Signal::TERM);
    std::thread::sleep(Duration::from_millis(100));
    signal(&child, Signal::TERM);
    assert_eq!(child.wait().expect("the program ends").signal(), Some(Signal::TERM.as_raw()));
    line.clear();
    assert_eq!(stdout.read_line(&mut line).expect("the pipe closes, since nothing holds it open"), 0);
    assert_eq!(run(&folder, &["site", "--seen", "seen", "--format", "text"]), [4, 3, 2, 1, 0]);
}

#[test]
fn an_interrupted_build_leaves_nothing() {
    let folder = Folder::new("interrupted-by-signal");
    for n in 1..=40 {
        let entries: String = (0..40)
            .map(|m| format!("**[v1: {n} {m}](http://lore.kernel.org/bpf/{n}.{m}@x/)**\n\n> Some text.\n\n"))
            .collect();
        let day = format!("2024-{:02}-{:02}", 1 + n / 28, 1 + n % 28);
        folder.write(&format!("issues/{day}-10-00-00-rvlwn-{n}.md"), format!("### BPF\n\n{entries}"));
    }
    let args = ["build", "issues", "--out", "site", "--base-url", BASE];
    let whole = ["build", "issues", "--out", "whole", "--base-url", BASE];
    assert!(patchfeed(&folder.0, &whole).status.success());
    let whole = tree(&folder.path("whole"));
    let mut interrupted = 0;
    for delay in (0..600).step_by(20) {
        let _ = std::fs::remove_dir_all(folder.path("site"));
        let mut child = start(&folder, &args);
        std::thread::sleep(Duration::from_millis(delay));
        signal(&child, Signal::TERM);
        let status = child.wait().expect("the program ends");
        let now = tree(&folder.path("site"));
        interrupted += usize::from(!status.success());
        assert!(now.is_empty() || now == whole, "after {delay} ms: {:?}", now.keys());
        assert!(!folder.path("site/.patchfeed/unfinished").exists());
    }
    assert!(interrupted > 0, "at least the first was interrupted");
}

#[test]
#[cfg(target_os = "linux")]
fn the_first_process_of_a_container_ends_as_the_signal_says() {
    let unshare = || {
        let mut command = Command::new("unshare");
        command.args(["--pid", "--fork"]).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    if !unshare().arg("true").status().is_ok_and(|status| status.success()) {
        return eprintln!("skipped: only root can have a process be the first one, with unshare");
    }
    let folder = site("first-process");
    let args = ["new", "site", "--seen", "seen", "--history", "--exec", "cat > posted; kill -TERM 1"];
    let program = env!("CARGO_BIN_EXE_patchfeed");
    let status = unshare().arg(program).args(args).current_dir(&folder.0).status().expect("it starts");
    assert_eq!(status.code(), Some(128 + Signal::TERM.as_raw()));
}
