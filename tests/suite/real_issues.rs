//! The real issues, where they are at hand: `../shared/issues` beside the project, or `PATCHFEED_ISSUES`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::{files, find, patchfeed, read, stdout};

/// The folder of the real issues; says so where there is none.
pub(crate) fn folder() -> Option<PathBuf> {
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
    let read = read(&find(&folder.join("2023-05-07-19-28-47-rvlwn-45.md")));
    assert_eq!(read.diagnostics, []);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for item in read.items() {
        *counts.entry(&item.sections[0].slug).or_default() += 1;
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
    let listing = &read.listings[0];
    assert_eq!((listing.entries, listing.issue.number, listing.issue.editor.as_str()), (101, Some(45), "晓依"));
    assert_eq!(listing.posted.to_rfc3339(), "2023-05-07T19:28:47+08:00");
}

#[test]
fn pages_are_light_even_if_the_newest_issue_is_a_long_one() {
    let Some(folder) = folder() else { return };
    let mut texts = find(&folder);
    texts.retain(|text| PathBuf::from(&text.name).file_name() <= Some("2024-08-23-01-48-03-rvlwn-105.md".as_ref()));
    for file in files(&texts).iter().filter(|file| file.path.ends_with(".html") && file.path != "all.html") {
        let most = match file.path.as_str() {
            "index.html" => 40_000,
            path if path.starts_with("issue/") => 250_000,
            _ => 120_000,
        };
        assert!(file.text.len() <= most, "{} has {} bytes", file.path, file.text.len());
    }
}

#[test]
fn every_line_that_begins_as_an_entry_is_one() {
    let Some(folder) = folder() else { return };
    for text in find(&folder) {
        let (document, _) = text.read().expect("the issue can be read");
        let document = document.expect("the issue is in UTF-8");
        let lines = document.text.lines().filter(|line| line.starts_with("**[")).count();
        let entries: usize = read(&[text]).listings.iter().map(|listing| listing.entries).sum();
        assert!(entries >= lines, "{}: {entries} entries on {lines} lines", document.path);
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
