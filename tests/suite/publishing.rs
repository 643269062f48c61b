//! What happens to the files.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use crate::{BASE, Folder, patchfeed, stderr, stdout, tree};

fn issue(entries: &[(&str, &str)]) -> String {
    entries
        .iter()
        .map(|(section, mail)| {
            format!("### {section}\n\n**[v1: {mail}](http://lore.kernel.org/x/{mail}@x/)**\n\n> Text of {mail}.\n\n")
        })
        .collect()
}

fn build(folder: &Folder, more: &[&str]) -> String {
    let output = patchfeed(&folder.0, &[&["build", "issues", "--out", "site", "--base-url", BASE], more].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    stderr(&output)
}

fn times(folder: &Path) -> BTreeMap<String, SystemTime> {
    let time =
        |path: &str| std::fs::metadata(folder.join(path)).and_then(|file| file.modified()).expect("a file has a time");
    tree(folder).into_keys().map(|path| (path.clone(), time(&path))).collect()
}

fn two_issues(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", issue(&[("BPF", "a"), ("内存管理", "b")]));
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(&[("BPF", "c"), ("内存管理", "d")]));
    folder
}

#[test]
fn a_second_build_writes_nothing() {
    let folder = two_issues("second-build");
    build(&folder, &[]);
    let before = times(&folder.path("site"));
    let said = build(&folder, &[]);
    assert!(said.contains(" 0 files written"), "{said}");
    assert_eq!(times(&folder.path("site")), before);
}

#[test]
fn a_new_issue_changes_only_what_it_touches() {
    let folder = two_issues("new-issue");
    build(&folder, &[]);
    let before = tree(&folder.path("site"));
    folder.write("issues/2024-01-15-10-00-00-rvlwn-3.md", issue(&[("BPF", "e"), ("BPF", "a")]));
    build(&folder, &[]);
    let after = tree(&folder.path("site"));
    let changed: Vec<&str> =
        after.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes)).map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        changed,
        [
            "all.atom",
            "all.html",
            "all.json",
            "all.rss",
            "archive/all/2.atom",
            "archive/all/3.atom",
            "archive/all/3.json",
            "archive/bpf/2.atom",
            "archive/bpf/3.atom",
            "archive/bpf/3.json",
            "bpf-digest.atom",
            "bpf-digest.json",
            "bpf-digest.rss",
            "bpf.atom",
            "bpf.html",
            "bpf.json",
            "bpf.rss",
            "digest.atom",
            "digest.json",
            "digest.rss",
            "index.html",
            "issue/2.html",
            "issue/3.html",
            "issue/index.html",
            "mm.html",
            "search.html",
            "search.json",
        ],
        "a chart of mm shows the empty issue; its feeds stay as they are"
    );
}

#[test]
fn only_files_that_patchfeed_made_are_removed() {
    let folder = two_issues("removal");
    build(&folder, &[]);
    folder.write("site/notes.txt", "mine");
    folder.write("site/archive/mm/mine.txt", "mine");
    folder.write("precious.txt", "mine");
    let manifest = folder.path("site/.patchfeed/manifest");
    let lines = std::fs::read_to_string(&manifest).expect("there is a manifest");
    let paths: String = lines.lines().skip(3).flat_map(|path| [path, "\n"]).collect();
    std::fs::write(&manifest, paths + "../precious.txt\n/etc/hostname\n").expect("the manifest can be written");
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", issue(&[("BPF", "a")]));
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(&[("BPF", "c")]));
    build(&folder, &["--force"]);
    let left: Vec<String> = tree(&folder.path("site"))
        .into_keys()
        .filter(|path| path.starts_with("archive/mm") || path.ends_with(".txt"))
        .collect();
    assert_eq!(left, ["archive/mm/mine.txt", "notes.txt", "robots.txt"]);
    assert!(folder.path("precious.txt").exists() && Path::new("/etc/hostname").exists());
}

#[test]
fn what_an_interrupted_run_left_waiting_is_removed() {
    let folder = two_issues("interrupted-build");
    build(&folder, &[]);
    let before = tree(&folder.path("site"));
    folder.write("site/.patchfeed/unfinished", "");
    for waiting in ["site/.patchfeed-1", "site/archive/bpf/.patchfeed-23", "site/archive/new/.patchfeed-4"] {
        folder.write(waiting, "half of");
    }
    folder.write("site/archive/bpf/.patchfeed-mine", "mine");
    folder.write("issues/.patchfeed-5", "mine");
    folder.write("site/other/.patchfeed/unfinished", "");
    folder.write("site/other/.patchfeed-1", "a file of another site, which may be under way");
    build(&folder, &[]);
    assert!(!folder.path("site/archive/new").exists() && !folder.path("site/.patchfeed/unfinished").exists());
    assert!(folder.path("site/archive/bpf/.patchfeed-mine").exists() && folder.path("issues/.patchfeed-5").exists());
    std::fs::remove_file(folder.path("site/archive/bpf/.patchfeed-mine")).expect("it is there");
    std::fs::remove_file(folder.path("site/other/.patchfeed-1")).expect("it is there");
    assert_eq!(tree(&folder.path("site")), before);
}

#[test]
fn a_run_that_fails_leaves_the_site_as_it_was() {
    let folder = two_issues("failing-build");
    build(&folder, &[]);
    std::fs::remove_file(folder.path("site/index.html")).expect("it is there");
    folder.write("site/index.html/mine.txt", "mine"); // a folder stands where the file that is written last belongs
    let before = tree(&folder.path("site"));
    folder.write("issues/2024-01-15-10-00-00-rvlwn-3.md", issue(&[("BPF", "e"), ("网络设备", "f")]));
    let output = patchfeed(&folder.0, &["build", "issues", "--out", "site", "--base-url", BASE]);
    assert!(stderr(&output).contains("a folder stands where a file belongs"), "{}", stderr(&output));
    assert_eq!(tree(&folder.path("site")), before);
    assert!(!folder.path("site/archive/net").exists());
}

#[test]
fn nothing_is_written_with_strict_when_something_is_wrong() {
    let folder = two_issues("strict");
    folder.write("issues/2024-01-15-10-00-00-rvlwn-3.md", "### BPF\n\n**[broken](\n");
    let output = patchfeed(&folder.0, &["build", "issues", "--out", "site", "--strict"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("issues/2024-01-15-10-00-00-rvlwn-3.md:3:1"), "{}", stderr(&output));
    assert!(!folder.path("site").exists());
}

#[test]
fn check_shows_what_is_wrong_and_fails() {
    let folder = two_issues("check");
    let fine = patchfeed(&folder.0, &["check", "issues"]);
    let said = "2 期，4 条：没有发现问题\n\n第 2 期，2024-01-08：2 条\n    BPF          1\n    内存管理     1\n";
    assert_eq!((fine.status.code(), stdout(&fine).as_str(), stderr(&fine).as_str()), (Some(0), said, ""));
    folder.write("issues/2024-01-15-10-00-00-rvlwn-3.md", "### BPF\n\n**[broken](\n");
    let output = patchfeed(&folder.0, &["check", "issues"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("rvlwn-3.md:3:1"), "{}", stdout(&output));
}

#[test]
fn the_world_failing_is_an_error_and_leaves_the_old_site() {
    let folder = two_issues("world");
    build(&folder, &[]);
    let before = tree(&folder.path("site"));
    for (args, word) in [
        (&["build", "nowhere", "--out", "site"][..], "nowhere: "),
        (&["build", "issues", "--out", "site", "--config", "none.toml"], "none.toml: "),
        (&["build", "site", "--out", "site"], "site: no issue here"),
    ] {
        let output = patchfeed(&folder.0, args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(stderr(&output).starts_with(&format!("error: {word}")), "{}", stderr(&output));
        assert_eq!(tree(&folder.path("site")), before);
    }
    for usage in [&["build", "--nonsense"][..], &["build", "issues", "--base-url", "ftp://x/"], &["nonsense"]] {
        assert_eq!(patchfeed(&folder.0, usage).status.code(), Some(2));
    }
    folder.write("file", "");
    assert_eq!(patchfeed(&folder.0, &["build", "issues", "--out", "file"]).status.code(), Some(1));
}

#[test]
fn a_configuration_gives_the_same_options_and_the_command_line_wins() {
    let folder = two_issues("configuration");
    folder.write("patchfeed.toml", "issues = \"issues\"\nout = \"one\"\nbase-url = \"https://one.example.org/x\"\n");
    assert!(patchfeed(&folder.0, &["build"]).status.success());
    assert!(
        String::from_utf8_lossy(&tree(&folder.path("one"))["feeds.opml"])
            .contains("https://one.example.org/x/bpf.atom")
    );
    assert!(patchfeed(&folder.0, &["build", "--out", "two", "--base-url", BASE]).status.success());
    assert!(
        String::from_utf8_lossy(&tree(&folder.path("two"))["feeds.opml"])
            .contains("https://feeds.example.org/bpf.atom")
    );
    folder.write("patchfeed.toml", "issues = \"issues\"\n\n[site]\ntitel = \"x\"\n");
    let output = patchfeed(&folder.0, &["build"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("line 4") && stderr(&output).contains("titel"), "{}", stderr(&output));
}

#[test]
fn quiet_says_nothing() {
    let folder = two_issues("quiet");
    folder.write("issues/2024-01-15-10-00-00-rvlwn-3.md", "### BPF\n\n**[broken](\n");
    assert_eq!(build(&folder, &["--quiet"]), "");
}

#[test]
fn issues_come_from_the_standard_input_too() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_patchfeed"))
        .args(["list", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(issue(&[("BPF", "a")]).as_bytes()).expect("the program reads");
    let output = child.wait_with_output().expect("the program ends");
    assert!(stdout(&output).contains("v1: a"), "{}", stdout(&output));
}

#[test]
fn the_first_command_says_what_there_is_to_see() {
    let folder = Folder::new("first");
    for _ in 0..2 {
        let output = patchfeed(&folder.0, &["build"]);
        let said = stderr(&output);
        assert!(said.contains("open feeds/index.html"), "{said}");
        assert!(folder.path("feeds/index.html").exists() && folder.path("feeds/riscv.atom").exists());
    }
    let help = stdout(&patchfeed(&folder.0, &["build", "--help"]));
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("[default: http://localhost:8080/]"), "{help}");
}

/// An issue of 160 entries.
fn long_issue(number: usize) -> String {
    let mails: Vec<String> = (0..160).map(|n| format!("{number}.{n}")).collect();
    issue(&mails.iter().map(|mail| ("BPF", mail.as_str())).collect::<Vec<_>>())
}

#[test]
fn an_issue_that_comes_too_late_for_the_feeds_is_named() {
    let folder = Folder::new("late");
    for (day, number) in [(1, 83), (8, 84), (15, 85)] {
        folder.write(&format!("issues/2024-01-{day:02}-10-00-00-rvlwn-{number}.md"), long_issue(number));
    }
    assert!(!build(&folder, &[]).contains("are older"), "a first build isn't late");
    assert!(!build(&folder, &[]).contains("are older"));
    folder.write("issues/2023-12-25-10-00-00-rvlwn-82.md", long_issue(82));
    let said = build(&folder, &[]);
    assert!(said.contains("第 82 期: 160 items of it are older than all that the feeds hold"), "{said}");
    assert!(folder.path("site/archive/all/82.json").exists());
    assert!(!build(&folder, &[]).contains("are older"), "it is said once");
    folder.write("issues/2024-01-22-10-00-00-rvlwn-86.md", long_issue(86));
    assert!(!build(&folder, &[]).contains("are older"), "a new issue isn't late");
}

#[test]
fn a_wrong_configuration_names_the_file_the_place_and_what_to_do() {
    let folder = two_issues("wrong-configuration");
    for (toml, words) in [
        ("formats = []", "name at least one of atom, rss, json"),
        ("formats = [\"html\"]", "the formats are atom, rss, json"),
        ("base-url = \"feeds.example.org\"", "write https://feeds.example.org/"),
        ("[site]\nlanguage = \"x y\"", "isn't a language tag"),
        ("[site]\nutc-offset = \"+8\"", "isn't a UTC offset"),
        ("[site]\nutc-offset = \"Europe/Harbour\"", "write one such as \"+08:00\" or \"Europe/Berlin\""),
        ("[site]\ntitle = \"\"", "write the newsletter's name"),
        ("[[section]]\nslug = \"A B\"", "\"a-b\" would do"),
        ("[[feed]]\nslug = \"x\"\ntitle = \" \"\nmatch = {}", "the title is empty"),
    ] {
        folder.write("patchfeed.toml", toml);
        for args in [&["build", "issues", "--out", "site"][..], &["build"]] {
            let output = patchfeed(&folder.0, args);
            assert_eq!(output.status.code(), Some(1), "{toml}");
            let said = stderr(&output);
            assert!(said.starts_with("error: patchfeed.toml: ") && said.contains(words), "{toml}: {said}");
        }
    }
    assert!(!folder.path("site").exists() && !folder.path("feeds").exists());
}
