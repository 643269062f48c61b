//! The real issues, where they are at hand: `../shared/issues` beside the project, or `PATCHFEED_ISSUES`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use patchfeed::issue::{self, Parsed};

use crate::{find, newsletter, patchfeed, stdout};

/// The folder of the real issues; says so where there is none.
pub fn folder() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/issues");
    let folder = std::env::var_os("PATCHFEED_ISSUES").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: the real issues are not here ({})", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn issue_45_has_101_entries_in_11_sections() {
    let Some(folder) = folder() else { return };
    let path = folder.join("2023-05-07-19-28-47-rvlwn-45.md");
    let (document, wrong) = find(&path)[0].read().expect("the issue can be read");
    assert_eq!(wrong, []);
    let Parsed { issues, diagnostics: wrong, .. } = issue::parse(&document, &newsletter());
    assert_eq!(wrong, []);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &issues[0].entries {
        *counts.entry(&entry.section.as_ref().expect("every entry stands in a section").slug).or_default() += 1;
    }
    let expected = [
        ("bpf", 14),
        ("fs", 17),
        ("io-uring", 6),
        ("mm", 17),
        ("net", 19),
        ("qemu", 4),
        ("riscv", 11),
        ("rust", 4),
        ("sched", 5),
        ("security", 2),
        ("u-boot", 2),
    ];
    assert_eq!(counts, expected.into());
    assert_eq!((issues[0].number, issues[0].editor.as_str()), (Some(45), "晓依"));
    assert_eq!(issues[0].posted.to_rfc3339(), "2023-05-07T19:28:47+08:00");
}

#[test]
fn every_line_that_begins_as_an_entry_is_one() {
    let Some(folder) = folder() else { return };
    for text in find(&folder) {
        let (document, _) = text.read().expect("the issue can be read");
        let Some(issue) = issue::parse(&document, &newsletter()).issues.pop() else { continue };
        let lines: Vec<usize> = issue
            .document
            .text
            .lines()
            .zip(1..)
            .filter(|(line, _)| line.starts_with("**["))
            .map(|(_, number)| number)
            .collect();
        let entries: Vec<usize> = issue.entries.iter().map(|entry| document.line(entry.start)).collect();
        let missing: Vec<&usize> = lines.iter().filter(|line| !entries.contains(line)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", issue.document.path);
    }
}

#[test]
fn the_broken_entries_are_reported_and_nothing_else() {
    let Some(folder) = folder() else { return };
    let output = patchfeed(&folder, &["check", "."]);
    let said = stdout(&output);
    let places: Vec<&str> = said.lines().filter_map(|line| line.trim_start().strip_prefix("--> ./")).collect();
    assert_eq!(places, ["2023-05-22-12-50-26-rvlwn-46.md:642:1", "2024-05-04-01-57-27-rvlwn-89.md:376:1"]);
    assert_eq!(output.status.code(), Some(1));
}
