//! Cases as folders: `tests/cases/NAME/issues` is built, and what is in `feeds` and `stderr` must come out. A file that
//! is expected and not made is a failure, as is one that differs. `UPDATE=1 cargo test` writes them anew.

use std::path::{Path, PathBuf};

use crate::{BASE, Folder, patchfeed, stderr, tree};

/// What a new case's `feeds` gets; more may be copied there by hand, and is kept up to date then.
const WANTED: [&str; 3] = ["all.atom", "all.json", "all.rss"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

#[test]
fn every_case_gives_what_stands_in_its_folder() {
    let mut cases: Vec<PathBuf> = std::fs::read_dir(root().join("tests/cases"))
        .expect("there are cases")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    cases.sort();
    assert!(cases.len() > 10, "the cases are gone");
    let wrong: Vec<String> = cases.iter().flat_map(|case| run(case)).collect();
    assert!(wrong.is_empty(), "{}\n(UPDATE=1 cargo test writes the cases anew)", wrong.join("\n"));
}

/// Runs one case and says what differs.
fn run(case: &Path) -> Vec<String> {
    let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let out = Folder::new(&format!("golden-{name}"));
    // A copy, which no repository knows: the commits of this one would date what has no date.
    let copy = Folder::new(&format!("golden-{name}-case"));
    for (path, bytes) in tree(case).iter().filter(|(path, _)| !path.starts_with("feeds/")) {
        copy.write(path, bytes);
    }
    let output = patchfeed(&copy.0, &["build", "issues", "--out", &out.0.to_string_lossy(), "--base-url", BASE]);
    let said = stderr(&output).replace(&*out.0.to_string_lossy(), "OUT");
    let made = tree(&out.0);
    let expected = tree(&case.join("feeds"));
    if std::env::var_os("UPDATE").is_some() {
        for path in expected.keys().map(String::as_str).chain(WANTED) {
            let target = case.join("feeds").join(path);
            std::fs::create_dir_all(target.parent().expect("a file stands in a folder")).expect("a folder can be made");
            match made.get(path) {
                Some(bytes) => std::fs::write(target, bytes).expect("a case can be written"),
                None => drop(std::fs::remove_file(target)),
            }
        }
        std::fs::write(case.join("stderr"), said).expect("a case can be written");
        return Vec::new();
    }
    let mut wrong = Vec::new();
    if expected.is_empty() {
        wrong.push(format!("{name}: expects nothing"));
    }
    if std::fs::read_to_string(case.join("stderr")).unwrap_or_default() != said {
        wrong.push(format!("{name}: stderr differs:\n{said}"));
    }
    for (path, bytes) in &expected {
        match made.get(path) {
            None => wrong.push(format!("{name}: {path} was not made")),
            Some(other) if other != bytes => {
                wrong.push(format!("{name}: {path} differs{}", first_difference(bytes, other)));
            }
            Some(_) => {}
        }
    }
    wrong
}

fn first_difference(expected: &[u8], made: &[u8]) -> String {
    let (expected, made) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(made));
    let lines = expected.lines().zip(made.lines()).enumerate().find(|(_, (a, b))| a != b);
    lines.map_or_else(String::new, |(at, (a, b))| format!(" in line {}:\n  - {a}\n  + {b}", at + 1))
}

#[test]
fn the_committed_feeds_are_those_of_the_sample() {
    let out = Folder::new("sample");
    let output = patchfeed(&out.0, &["build", "--out", "feeds"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let (made, committed) = (tree(&out.path("feeds")), tree(&root().join("feeds")));
    assert_eq!(
        made.keys().collect::<Vec<_>>(),
        committed.keys().collect::<Vec<_>>(),
        "run `cargo run --release -- build`"
    );
    for (path, bytes) in &made {
        assert!(committed[path] == *bytes, "feeds/{path} is out of date: run `cargo run --release -- build`");
    }
    let manifest = "feeds/.patchfeed/manifest";
    assert_eq!(std::fs::read(out.path(manifest)).ok(), std::fs::read(root().join(manifest)).ok());
}

/// The README, and its blocks of a language.
fn readme() -> (String, impl Fn(&str) -> Vec<String>) {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("there is a README");
    let text = readme.clone();
    let blocks = move |language: &str| -> Vec<String> {
        let blocks = text.split(&format!("```{language}\n")).skip(1).map(str::to_owned).collect::<Vec<_>>();
        blocks.iter().filter_map(|rest| Some(rest.split_once("```")?.0.to_owned())).collect()
    };
    (readme, blocks)
}

#[test]
fn the_readmes_other_newsletter_is_one() {
    let (_, blocks) = readme();
    let issue =
        blocks("markdown").into_iter().find(|issue| issue.contains("Lamps")).expect("the README shows an issue");
    let folder = Folder::new("readme-links");
    folder.write("issues/2024-02-02-harbour-12.md", &issue);
    let titles = |folder: &Folder| {
        let output = patchfeed(&folder.0, &["list", "issues", "--format", "json"]);
        assert!(output.status.success(), "{}", stderr(&output));
        let lines = String::from_utf8(output.stdout).expect("items are text");
        let item = |line| serde_json::from_str::<serde_json::Value>(line).expect("a line is an item");
        lines.lines().map(|line| item(line)["title"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let all = [
        "Lamps that count ships",
        "[video] How ropes are made",
        "Reading the tide",
        "Compass",
        "Rudder 2.0",
        "Why lamps blink",
        "The pilots have a new boat, and a new dog",
    ];
    assert_eq!(titles(&folder), all);
    let configs = blocks("toml").into_iter().filter(|toml| !toml.contains("[[feed]]")).collect::<String>();
    folder.write("patchfeed.toml", &configs);
    assert_eq!(titles(&folder), all);
    assert!(patchfeed(&folder.0, &["build", "issues"]).status.success());
    let feed = std::fs::read_to_string(folder.path("feeds/all.json")).expect("the site has a feed");
    assert!(feed.contains("\"title\":\"Harbour Weekly\"") && feed.contains("\"language\":\"en\""), "{feed}");
}

#[test]
fn the_readme_shows_what_the_program_makes() {
    let (readme, blocks) = readme();
    let fragment = blocks("markdown").into_iter().next().expect("the README shows a fragment of an issue");
    let item = blocks("json").into_iter().next().expect("the README shows an item");
    let folder = Folder::new("readme");
    let name = "2023-05-07-19-28-47-rvlwn-45.md";
    assert!(readme.contains(name));
    folder.write(name, fragment);
    let output = patchfeed(&folder.0, &["list", "--format", "json", name]);
    let made: serde_json::Value = serde_json::from_slice(&output.stdout).expect("list prints an item");
    let shown: serde_json::Value = serde_json::from_str(&item).expect("the README's item is JSON");
    assert_eq!(made, shown);

    let shown = blocks("text").into_iter().next().expect("the README shows a diagnostic");
    let said = std::fs::read_to_string(root().join("tests/cases/broken-entries/stderr")).expect("the case is there");
    assert!(said.contains(shown.trim_end()), "{said}");

    let own = blocks("toml")
        .into_iter()
        .find(|toml| toml.contains("[[feed]]"))
        .expect("the README shows a feed of one's own");
    folder.write("patchfeed.toml", own);
    let output = patchfeed(&folder.0, &["build", name, "--out", "own"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(folder.path("own/riscv-kvm.atom").exists());

    std::fs::remove_file(folder.path("patchfeed.toml")).expect("the file can be removed");
    assert!(patchfeed(&folder.0, &["init"]).status.success());
    assert_eq!(patchfeed(&folder.0, &["init"]).status.code(), Some(1), "nothing is overwritten");
    let output = patchfeed(&folder.0, &["build", name]);
    assert!(output.status.success(), "{}", stderr(&output));
    let without = patchfeed(&folder.0, &["build", name, "--out", "other", "--config", "/dev/null"]);
    assert!(without.status.success(), "{}", stderr(&without));
    let (shown, built_in) = (tree(&folder.path("feeds")), tree(&folder.path("other")));
    let differing: Vec<&String> =
        shown.iter().filter(|(path, text)| built_in.get(*path) != Some(text)).map(|(path, _)| path).collect();
    assert!(differing.is_empty(), "what init writes are not the defaults: {differing:?}");
}

#[test]
fn the_readmes_bot_runs_as_printed() {
    use std::os::unix::fs::PermissionsExt as _;
    let has = |program: &str| std::process::Command::new(program).arg("--version").output().is_ok();
    if !has("bash") || !has("jq") {
        eprintln!("skipped: bash or jq is not here");
        return;
    }
    let (_, blocks) = readme();
    let scripts = blocks("bash");
    let [script] = scripts.as_slice() else { panic!("the README shows one script") };
    let folder = Folder::new("readme-bot");
    folder.write(
        "2024-01-01-10-00-00-rvlwn-1.md",
        "### RISC-V\n\n**[v1: a \"b\" & <c>](http://lore.kernel.org/x/1@x/)**\n",
    );
    let run = |curl: &str, seen: &str| {
        folder.write("bin/curl", format!("#!/bin/sh\nprintf '%s ' \"$@\" >>sent\ncat >>sent\n{curl}\n"));
        folder.write("post.sh", script);
        for path in ["bin/curl", "post.sh"] {
            std::fs::set_permissions(folder.path(path), std::fs::Permissions::from_mode(0o755)).expect("it can be run");
        }
        let path = format!("{}:{}", folder.path("bin").display(), std::env::var("PATH").unwrap_or_default());
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_patchfeed"))
            .args([
                "new",
                "2024-01-01-10-00-00-rvlwn-1.md",
                "--history",
                "--feed",
                "riscv",
                "--exec",
                "./post.sh",
                "--seen",
                seen,
            ])
            .current_dir(&folder.0)
            .env("PATH", path)
            .output()
            .expect("the program starts");
        output.status.success()
    };
    assert!(run("exit 0", "posted"));
    let sent = std::fs::read_to_string(folder.path("sent")).expect("something was sent");
    let title = "v1: a \\\"b\\\" & <c>\\nhttps://lore.kernel.org/x/1@x/";
    assert!(sent.contains(title) && sent.contains("https://chat.example.org/hooks/"), "{sent}");
    assert!(!run("exit 22", "failing"), "a failing server isn't a success");
}
