//! `patchfeed init ISSUES`: what was learnt is stated, and holds whatever later issues look like.

use crate::{Folder, patchfeed, stderr, stdout, tree};

const BASE: [&str; 2] = ["--base-url", "https://feeds.example.org/"];

/// A folder with issues of these bodies, a week apart.
fn folder(name: &str, bodies: &[String]) -> Folder {
    let folder = Folder::new(name);
    bodies.iter().enumerate().for_each(|(at, body)| post(&folder, at + 1, body));
    folder
}

fn post(folder: &Folder, number: usize, body: &str) {
    let head = format!("---\ntitle: Harbour Weekly #{number}\ndate: 2024-01-{:02}\n---\n\n", 2 * number);
    folder.write(&format!("posts/harbour-{number}.md"), &(head + body));
}

/// An issue with a section of stories, one with a list, and a link that all issues have.
fn usual(at: usize) -> String {
    format!(
        "## Stories\n\n### The quay number {at}\n\nIt [opened](https://example.org/quay/{at}).\n\n## \"Ropes\" & \\ lamps\n\n\
         - [Rope {at}](https://example.org/rope/{at})\n- [Archive](https://example.org/archive)\n"
    )
}

fn usual_issues(name: &str, count: usize) -> Folder {
    folder(name, &(1..=count).map(usual).collect::<Vec<_>>())
}

/// What `list` shows, a line an entry.
fn listed(folder: &Folder) -> Vec<String> {
    let output = patchfeed(&folder.0, &["list"]);
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output).lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn the_site_is_the_same_with_what_was_learnt() {
    let folder = usual_issues("stated-site", 9);
    let learnt = patchfeed(&folder.0, &[&["build", "posts", "--out", "learnt"], &BASE[..]].concat());
    assert!(
        stderr(&learnt).contains("`patchfeed init ISSUES` writes what was learnt to patchfeed.toml"),
        "a build says that the file exists: {}",
        stderr(&learnt)
    );
    let init = patchfeed(&folder.0, &["init", "posts"]);
    assert_eq!(
        stderr(&init).lines().next(),
        Some("patchfeed.toml: written, as learnt from 9 issues: Harbour Weekly, in en, 18 entries in 2 sections")
    );
    let stated = patchfeed(&folder.0, &[&["build", "--out", "stated"], &BASE[..]].concat());
    assert!(stated.status.success() && !stderr(&stated).contains("init"), "{}", stderr(&stated));
    let (learnt, stated) = (tree(&folder.path("learnt")), tree(&folder.path("stated")));
    assert!(
        learnt == stated,
        "{:?}",
        stated.iter().find(|(path, bytes)| learnt.get(*path) != Some(bytes)).map(|(path, _)| path)
    );
}

#[test]
fn what_was_learnt_is_written_with_comments() {
    let folder = usual_issues("stated-file", 9);
    patchfeed(&folder.0, &["init", "posts"]);
    let text = std::fs::read_to_string(folder.path("patchfeed.toml")).expect("the file was written");
    for line in [
        "issues = [\"posts\"]",
        "title = \"Harbour Weekly\"",
        "language = \"en\"",
        "utc-offset = \"+00:00\"",
        "lists = \"links\"",
        "headings = \"stated\"",
        "    { title = \"Archive\", address = \"https://example.org/archive\" },",
        "slug = \"stories\"",
        "headings = [\"Stories\"]",
        "en = \"Stories\"",
        "# shape = \"list\"  # what its entries are; without the #, nothing else is one",
        "# The time zone of dates that name none: an offset, or a name where summer time changes it (\"Europe/Berlin\"). Where `language` is Chinese (\"zh\", \"zh-CN\", \"zh-TW\", \"zh-HK\", \"zh-SG\"), it is +08:00 anyway.",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    let again = patchfeed(&folder.0, &["init", "posts"]);
    assert_eq!(stderr(&again), "error: patchfeed.toml: this file is there already; name another one with --config\n");
}

#[test]
fn what_is_stated_holds_whatever_later_issues_look_like() {
    let folder = usual_issues("stated-later", 3);
    patchfeed(&folder.0, &["init", "posts"]);
    let before = listed(&folder);
    for at in 4..9 {
        // The heading of a story comes back, and becomes usual; the archive's link is gone; another one is in each issue.
        post(
            &folder,
            at,
            "## Stories\n\n### The quay number 1\n\n- [more](https://example.org/more)\n\n## Ropes\n\n- [Shop](https://example.org/shop)\n",
        );
    }
    let after = listed(&folder);
    let kept: Vec<&String> = after.iter().filter(|line| before.contains(line)).collect();
    assert_eq!(kept, before.iter().collect::<Vec<_>>(), "{after:#?}");
}

#[test]
fn a_section_that_issues_begin_is_named() {
    let folder = usual_issues("stated-new-section", 3);
    patchfeed(&folder.0, &["init", "posts"]);
    for at in 4..6 {
        post(&folder, at, &(usual(at) + &format!("\n## Tides\n\n- [Tide](https://example.org/tide/{at})\n")));
    }
    let said = stdout(&patchfeed(&folder.0, &["check"]));
    assert!(said.contains("no [[section]] has this heading"), "{said}");
    assert!(said.contains("add a [[section]] with the slug \"tides\""), "{said}");
    assert_eq!(said.matches("no [[section]] has").count(), 1, "a heading is named once");
    let config = std::fs::read_to_string(folder.path("patchfeed.toml")).expect("the file was written");
    folder.write("patchfeed.toml", &(config + "\n[[section]]\nslug = \"tides\"\nheadings = [\"Tides\"]\n"));
    let said = stdout(&patchfeed(&folder.0, &["check"]));
    assert!(!said.contains("[[section]]"), "{said}");
    assert!(listed(&folder).iter().any(|line| line.contains(" tides ")), "{:?}", listed(&folder));
}

#[test]
fn headings_that_differ_in_marks_alone_are_one_section() {
    let bodies = ["Bugfixes", "Bug fixes", "Bug fixes", "Bug fixes:", "🐞 Bug fixes"]
        .iter()
        .enumerate()
        .map(|(at, heading)| format!("## {heading}\n\n- [{at}](https://example.org/{at})\n"));
    let folder = folder("stated-marks", &bodies.collect::<Vec<_>>());
    let init = stderr(&patchfeed(&folder.0, &["init", "posts"]));
    assert!(init.contains("5 entries in 1 section\n"), "{init}");
    let listed = listed(&folder);
    assert!(listed.iter().all(|line| line.contains(" bug-fixes ") || line.starts_with("issue")), "{listed:#?}");
}

#[test]
fn issues_of_patches_are_stated_as_such() {
    let folder = Folder::new("stated-patches");
    folder.write(
        "posts/2024-01-01-10-00-00-rvlwn-41.md",
        "### RISC-V\n\n**[v2: riscv: one](http://lore.kernel.org/linux-riscv/1@rivosinc.com/)**\n\n### Tool chains\n\n\
         **[v1: two](http://lore.kernel.org/bpf/3@meta.com/)**\n",
    );
    patchfeed(&folder.0, &["init", "posts"]);
    let text = std::fs::read_to_string(folder.path("patchfeed.toml")).expect("the file was written");
    for line in ["lists = \"patches\"", "slug = \"tool-chains\"", "address = \"https://tinylab.org/\""] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
    assert!(!text.contains("slug = \"riscv\"\nheadings"), "the built-in sections are known: {text}");
}

#[test]
fn issues_that_are_none_are_no_ground_for_a_configuration() {
    let folder = Folder::new("stated-nothing");
    folder.write("posts/README.md", "# Notes\n");
    let output = patchfeed(&folder.0, &["init", "posts"]);
    assert_eq!(
        stderr(&output),
        "error: posts: there is no issue here: no file that isn't a draft has a date or an entry\n"
    );
    assert!(!folder.path("patchfeed.toml").exists());
}
