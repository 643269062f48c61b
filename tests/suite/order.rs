//! The order of issues: when each was posted, what it is called, and which are none of their own.

use chrono::{DateTime, TimeDelta, Utc};
use patchfeed::config::Config;
use patchfeed::document::Document;
use patchfeed::facts::newsletter::web_folder;
use patchfeed::issues;

use crate::{BASE, files, json_items, read, text, texts};

/// What issues are called and when they were posted, in their order, and what is said of them, a line each.
fn placed(issues: &[(&str, &str)]) -> Vec<String> {
    let read = read(&texts(issues));
    let listings = read.listings.iter().map(|listing| format!("{} {}", listing.slug, listing.posted.format("%F %T")));
    let said = read.diagnostics.iter().map(|said| format!("{}: {}", said.path, said.problem.kind().name()));
    listings.chain(said).collect()
}

/// The text of an issue of patches: the date in its front matter, and how many entries it has.
fn issue(date: &str, entries: usize) -> String {
    let day = date.get(..10).unwrap_or_default();
    let entries = (0..entries).map(|n| format!("**[v1: {day} {n}](http://lore.kernel.org/bpf/{n}.{day}@x/)**\n\n"));
    let date = if date.starts_with('2') { format!("date: {date}\n") } else { String::new() };
    format!("---\ntitle: x\n{date}---\n### BPF\n\n{}", entries.collect::<String>())
}

#[test]
fn an_issue_is_called_by_its_number_or_its_day_or_its_files_name() {
    for (name, text, expected) in [
        ("2024-01-01-10-00-00-rvlwn-7.md", issue("", 1), "7 2024-01-01 10:00:00"),
        ("2024-01-01-10-00-00-rvlwn.md", issue("", 1), "2024-01-01 2024-01-01 10:00:00"),
        ("rvlwn-Extra.md", issue("", 1), "rvlwn-extra 1970-01-01 08:00:00"),
    ] {
        assert_eq!(placed(&[(name, &text)])[0], expected, "{name}");
    }
}

#[test]
fn an_items_second_is_never_another_issues() {
    for (second, expected) in [
        ("2024-01-01 10:00:04", "2 2024-01-01 10:00:04"),
        ("2024-01-01 10:00:03", "2 2024-01-01 10:00:03"),
        ("2024-01-01 10:00:02", "2 2024-01-01 10:00:03"),
        ("2024-01-01 10:00:00", "2 2024-01-01 10:00:03"),
    ] {
        let issues = [("rvlwn-1.md", &*issue("2024-01-01 10:00:00", 9)), ("rvlwn-2.md", &*issue(second, 3))];
        assert_eq!(placed(&issues), ["1 2024-01-01 10:00:00", expected], "{second}");
    }
    let empty = [("rvlwn-1.md", &*issue("2024-01-01", 0)), ("rvlwn-2.md", &*issue("2024-01-01", 0))];
    assert_eq!(placed(&empty)[..2], ["1 2024-01-01 00:00:00", "2 2024-01-01 00:00:01"], "one without items takes one");
}

#[test]
fn all_items_of_an_issue_keep_the_day_that_is_its_only_date() {
    for (entries, first) in [(1, "2024-01-01 00:00:00"), (3, "2024-01-01 00:00:02"), (3000, "2024-01-01 00:49:59")] {
        let read = read(&texts(&[("rvlwn-1.md", &*issue("2024-01-01", entries))]));
        let dates: Vec<String> =
            read.listings[0].items.iter().map(|item| item.published.format("%F %T").to_string()).collect();
        assert_eq!(dates.first().map(String::as_str), Some(first));
        assert_eq!(dates.last().map(String::as_str), Some("2024-01-01 00:00:00"));
    }
    let at_midnight = issue("2024-01-01 00:00:00", 3);
    let read = read(&texts(&[("rvlwn-1.md", &*at_midnight)]));
    let last = read.listings[0].items.last().map(|item| item.published.format("%F %T").to_string());
    assert_eq!(last.as_deref(), Some("2023-12-31 23:59:58"), "an hour that is said is the first item's");
}

#[test]
fn two_issues_of_one_day_share_no_second_and_the_older_one_stays() {
    let older = issue("2024-01-01", 3);
    let newer = issue("2024-01-01", 2).replace("2024-01-01 ", "other ");
    let dates = ["1 2024-01-01 00:00:02", "2 2024-01-01 00:00:04"];
    assert_eq!(placed(&[("rvlwn-1.md", &older), ("rvlwn-2.md", &newer)])[..2], dates);
    assert_eq!(placed(&[("rvlwn-1.md", &older)]), dates[..1]);
}

#[test]
fn issues_of_one_time_stand_in_the_order_of_their_numbers_and_then_of_their_paths() {
    let day = "2024-01-01";
    let issues = [
        ("b/rvlwn.md", issue(day, 1)),
        ("a/rvlwn.md", issue(day, 2)),
        ("rvlwn-10.md", issue(day, 3)),
        ("rvlwn-9.md", issue(day, 4)),
    ];
    let issues = issues.each_ref().map(|(name, text)| (*name, text.as_str()));
    let slugs: Vec<String> =
        placed(&issues).iter().filter_map(|line| Some(line.split_once(' ')?.0.to_owned())).collect();
    assert_eq!(slugs, ["2024-01-01", "2024-01-01-2", "9", "10"]);
    let paths: Vec<String> = read(&texts(&issues)).listings.into_iter().map(|listing| listing.path).collect();
    assert_eq!(paths, ["a/rvlwn.md", "b/rvlwn.md", "rvlwn-9.md", "rvlwn-10.md"]);
}

#[test]
fn an_issue_without_a_date_stands_beside_the_one_numbered_next() {
    let (first, third) = (issue("2024-01-01 10:00:00", 2), issue("2024-01-15 10:00:00", 2));
    for (name, date, expected) in [
        (
            "rvlwn-2.md",
            "",
            &["1 2024-01-01 10:00:00", "2 2024-01-01 10:00:01", "3 2024-01-15 10:00:00", "rvlwn-2.md: no-date"][..],
        ),
        (
            "rvlwn-4.md",
            "",
            &["1 2024-01-01 10:00:00", "3 2024-01-15 10:00:00", "4 2024-01-15 10:00:01", "rvlwn-4.md: no-date"],
        ),
        (
            "rvlwn-0.md",
            "",
            &["0 2024-01-01 09:59:58", "1 2024-01-01 10:00:00", "3 2024-01-15 10:00:00", "rvlwn-0.md: no-date"],
        ),
        (
            "b/rvlwn-1.md",
            "",
            &[
                "1 2024-01-01 10:00:00",
                "1-2 2024-01-01 10:00:01",
                "3 2024-01-15 10:00:00",
                "b/rvlwn-1.md: no-date",
                "b/rvlwn-1.md: number-twice",
            ],
        ),
        (
            "rvlwn.md",
            "",
            &["rvlwn 1970-01-01 08:00:00", "1 2024-01-01 10:00:00", "3 2024-01-15 10:00:00", "rvlwn.md: no-date"],
        ),
        (
            "rvlwn-2.md",
            "2024-13-01",
            &["1 2024-01-01 10:00:00", "2 2024-01-01 10:00:01", "3 2024-01-15 10:00:00", "rvlwn-2.md: bad-date"],
        ),
    ] {
        let issues = [("a/rvlwn-1.md", &*first), (name, &*issue(date, 1)), ("rvlwn-3.md", &*third)];
        assert_eq!(placed(&issues), expected, "{name}");
    }
}

#[test]
fn issues_without_a_date_are_named_each_or_once_if_most_have_none() {
    let links = "# Harbour 1\n\n## News\n\n- [a](https://example.org/a)\n";
    let said = |issues: &[(&str, &str)]| placed(issues).iter().filter(|line| line.ends_with("no-date")).count();
    assert_eq!(said(&[("harbour-1.md", links), ("harbour-2.md", links), ("harbour-3.md", links)]), 1);
    let patches = [issue("", 1), issue("", 2)];
    assert_eq!(said(&[("rvlwn-1.md", &patches[0]), ("rvlwn-2.md", &patches[1])]), 2);
    let dated = [issue("2024-01-01", 1), issue("2024-01-02", 2), issue("2024-01-03", 3)];
    let dated: Vec<(&str, &str)> =
        ["rvlwn-3.md", "rvlwn-4.md", "rvlwn-5.md"].into_iter().zip(dated.iter().map(String::as_str)).collect();
    assert_eq!(said(&[&[("rvlwn-1.md", patches[0].as_str()), ("rvlwn-2.md", &patches[1])], &dated[..]].concat()), 2);
}

#[test]
fn items_of_an_issue_without_a_date_have_none_and_keep_their_place() {
    let (before, after) = (issue("2024-01-01", 1), issue("2024-01-15", 3));
    let undated = "### BPF\n\n**[v1: b](http://lore.kernel.org/bpf/b2@x/)**\n";
    let files = files(&texts(&[("rvlwn-1.md", &before), ("rvlwn-2.md", undated), ("rvlwn-3.md", &after)]));
    let items = json_items(text(&files, "all.json"));
    let numbers: Vec<u64> = items.iter().filter_map(|item| item["_patchfeed"]["issue"].as_u64()).collect();
    assert!(numbers.is_sorted_by(|newer, older| newer >= older) && numbers.contains(&2), "{numbers:?}");
    for item in &items {
        assert_eq!(item["date_published"].is_string(), item["_patchfeed"]["issue"] != 2, "{item}");
    }
    let without = |path: &str, element: &str| text(&files, path).matches(element).count();
    let dated = items.len() - 1;
    assert_eq!(without("all.rss", "<pubDate>"), dated + 1, "that of the channel is there");
    assert_eq!((without("all.atom", "<published>"), without("all.atom", "<updated>")), (dated, dated + 2));
    assert!(!text(&files, "issue/2.html").contains("<time"), "{}", text(&files, "issue/2.html"));
}

#[test]
fn issues_of_one_name_are_told_apart_and_copies_are_left_out() {
    let issues = |texts: &[(&str, &str)]| placed(texts);
    let (one, other) = (issue("2024-01-01", 1), issue("2024-01-01", 2));
    let third = issue("2024-01-02", 1);
    let none = issue("2024-01-01", 0);
    assert_eq!(
        issues(&[("a/rvlwn-1.md", &one), ("b/rvlwn-1.md", &one)]),
        ["1 2024-01-01 00:00:00", "b/rvlwn-1.md: copy"]
    );
    assert_eq!(
        issues(&[("a/rvlwn-1.md", &one), ("b/rvlwn-1.md", &other)]),
        ["1 2024-01-01 00:00:00", "1-2 2024-01-01 00:00:02", "b/rvlwn-1.md: number-twice"]
    );
    assert_eq!(
        issues(&[("a/rvlwn-1.md", &one), ("b/rvlwn-1.md", &other), ("c/rvlwn-1.md", &third)]),
        [
            "1 2024-01-01 00:00:00",
            "1-2 2024-01-01 00:00:02",
            "1-3 2024-01-02 00:00:00",
            "b/rvlwn-1.md: number-twice",
            "c/rvlwn-1.md: number-twice"
        ]
    );
    assert_eq!(
        issues(&[("a/rvlwn.md", &one), ("b/rvlwn.md", &other)]),
        ["2024-01-01 2024-01-01 00:00:00", "2024-01-01-2 2024-01-01 00:00:02"]
    );
    assert_eq!(
        issues(&[("a/rvlwn-1.md", &one), ("b/rvlwn-2.md", &one)]),
        ["1 2024-01-01 00:00:00", "2 2024-01-01 00:00:01"]
    );
    assert_eq!(
        issues(&[("a/rvlwn-1.md", &none), ("b/rvlwn-1.md", &none)]),
        [
            "1 2024-01-01 00:00:00",
            "1-2 2024-01-01 00:00:01",
            "a/rvlwn-1.md: no-entry",
            "b/rvlwn-1.md: number-twice",
            "b/rvlwn-1.md: no-entry"
        ]
    );
    assert_eq!(
        issues(&[("rvlwn-1 copy.md", &one), ("rvlwn-1.md", &one)]),
        ["1 2024-01-01 00:00:00", "rvlwn-1 copy.md: copy"],
        "by its name"
    );
}

#[test]
fn an_issue_of_a_repository_is_a_draft_from_a_day_after_the_newest_commit_on() {
    let committed: DateTime<Utc> = "2024-01-01T10:00:00Z".parse().expect("it is a time");
    let draft = |date: &str, after: TimeDelta| -> Vec<String> {
        let mut document = Document::new("rvlwn-1.md", issue(date, 1));
        document.committed = Some(committed - after);
        let base_url = web_folder(BASE).expect("the address is one");
        let documents = [document];
        let read = issues::read(&documents, Vec::new(), &Config::default().newsletter, &base_url);
        read.drafts.into_iter().map(|draft| draft.reason).collect()
    };
    let date = "2024-01-02 10:00:00 +0000";
    assert_eq!(draft(date, TimeDelta::zero()), [""; 0], "clocks and zones differ");
    assert_eq!(draft(date, TimeDelta::seconds(1)), ["dated 2024-01-02, after the newest commit, 2024-01-01"]);
    assert_eq!(draft(date, TimeDelta::seconds(-1)), [""; 0]);
    assert_eq!(draft("", TimeDelta::days(365 * 60)), [""; 0], "one without a date is none");
}

#[test]
fn a_date_that_is_not_used_is_not_called_the_one_that_is() {
    let texts = |slip: &str, text: &str| {
        let issue = |date: &str, n: u32| {
            format!(
                "---\ntitle: x\n---\n> 时间：{date}<br/>\n\n### BPF\n\n**[v1: {n}](http://lore.kernel.org/bpf/{n}@x/)**\n"
            )
        };
        let issues = [
            ("2024-01-01-rvlwn-1.md".to_owned(), issue("20240101", 1)),
            ("2024-01-08-rvlwn-2.md".to_owned(), issue("20240109", 2)),
            (format!("{slip}-rvlwn-3.md"), issue(text, 3)),
        ];
        placed(&issues.each_ref().map(|(name, text)| (name.as_str(), text.as_str())))
    };
    assert_eq!(
        texts("2042-01-15", "20240115"),
        [
            "1 2024-01-01 00:00:00",
            "2 2024-01-08 00:00:00",
            "3 2024-01-15 00:00:00",
            "2024-01-08-rvlwn-2.md: dates-differ",
            "2042-01-15-rvlwn-3.md: far-date"
        ]
    );
    assert_eq!(
        texts("2025-01-15", "20240115"),
        [
            "1 2024-01-01 00:00:00",
            "2 2024-01-08 00:00:00",
            "3 2025-01-15 00:00:00",
            "2024-01-08-rvlwn-2.md: dates-differ",
            "2025-01-15-rvlwn-3.md: far-date",
            "2025-01-15-rvlwn-3.md: dates-differ"
        ],
        "one that is only doubted is used"
    );
}

#[test]
fn a_month_without_a_day_is_a_date_that_no_issue_shares_with_the_one_before() {
    let text = |when: &str| {
        let page = when.replace(' ', "");
        format!("# Harbour, issue of {when}\n\n## News\n\n- [{when}](https://example.org/{page})\n")
    };
    for (when, expected) in [("2025 年 5 月", "2025-05-01"), ("May 2025", "2025-05-01"), ("Sept. 2025", "2025-09-01")]
    {
        let lines = placed(&[("harbour-7.md", &text(when))]);
        assert_eq!((lines.len(), lines[0].contains(expected)), (1, true), "{when}: {lines:?}");
    }
    let (first, second, third) = (text("1 May 2025"), text("May 2025"), text("June 2025"));
    let issues = [("harbour-69.md", &*first), ("harbour-70.md", &second), ("harbour-71.md", &third)];
    let days: Vec<String> =
        read(&texts(&issues)).listings.iter().map(|it| it.posted.format("%F").to_string()).collect();
    assert_eq!(days, ["2025-05-01", "2025-05-31", "2025-06-01"]);
}

#[test]
fn the_end_of_a_span_of_days_in_a_name_is_no_number() {
    for name in ["20220502-20220508.md", "2022-05-02-2022-05-08.md", "harbour-20220502-20220508.md"] {
        assert_eq!(placed(&[(name, &issue("", 1))]), ["2022-05-02 2022-05-02 00:00:00"], "{name}");
    }
    assert_eq!(placed(&[("20220502-20220508-7.md", &issue("", 1))]), ["7 2022-05-02 00:00:00"]);
}
