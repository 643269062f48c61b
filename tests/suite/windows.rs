//! How many of a feed's issues its document holds.

use std::path::Path;

use patchfeed::config::Config;

use crate::{files, json_items, text, texts};

/// How many items the document of a section holds whose issues have so many, the newest issue first.
fn shown(counts: &[usize]) -> usize {
    let issues: Vec<(String, String)> = counts
        .iter()
        .enumerate()
        .map(|(at, count)| {
            let number = counts.len() - at;
            let entries: String =
                (0..*count).map(|n| format!("**[v1: {n}](http://lore.kernel.org/bpf/{number}.{n}@x/)**\n\n")).collect();
            (format!("2024-01-{number:02}-10-00-00-rvlwn-{number}.md"), format!("### BPF\n\n{entries}"))
        })
        .collect();
    let issues: Vec<(&str, &str)> = issues.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    json_items(text(&files(&texts(&issues)), "bpf.json")).len()
}

#[test]
fn a_window_is_cut_between_issues_and_never_opens_again() {
    for (counts, expected, why) in [
        (&[80, 1][..], 81, "the newest two are whole, whatever they hold"),
        (&[50, 50, 1], 100, "and no third beyond 75 items"),
        (&[25, 25, 25], 75, "up to 75 items older ones stay"),
        (&[25, 25, 26], 50, "none in part"),
        (&[30, 30, 30, 1], 60, "a small one behind a large one would come back when the large one goes"),
        (&[10, 10, 10, 10, 10, 10, 10, 10], 70, "however many"),
    ] {
        assert_eq!(shown(counts), expected, "{why}");
    }
}

#[test]
fn a_window_has_the_size_that_is_set_and_never_none() {
    let parse = |settings: &str| Config::parse(&format!("[window]\n{settings}\n"), Path::new("patchfeed.toml"));
    let window = parse("issues = 3\nitems = 40\nall = 500\ndigest = 6").expect("the settings make sense").window;
    assert_eq!((window.issues, window.items, window.all, window.digest), (3, 40, 500, 6));
    for name in ["issues", "items", "all", "digest"] {
        assert!(parse(&format!("{name} = 1")).is_ok(), "{name}");
        assert!(parse(&format!("{name} = 0")).is_err(), "{name}");
    }
}
