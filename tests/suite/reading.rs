//! How issues are read: names, dates, sections, identity.

use chrono::Datelike as _;
use patchfeed::diagnostic::{Diagnostic, Problem, Style};
use patchfeed::facts::language::Language;
use patchfeed::facts::slug::slug_of;
use patchfeed::facts::subject::{self, Kind};
use patchfeed::item::{Listing, Version};

use crate::{Read, read, texts};

fn listings(of: &[(&str, &str)]) -> Vec<Listing> {
    read(&texts(of)).listings
}

fn problems(of: &[(&str, &str)]) -> Vec<Problem> {
    read(&texts(of)).diagnostics.into_iter().map(|diagnostic| diagnostic.problem).collect()
}

fn entry(id: &str) -> String {
    format!("### BPF\n\n**[v1: {id}](http://lore.kernel.org/bpf/{id}/)**\n")
}

fn posted(name: &str, text: &str) -> Option<String> {
    let text = format!("{text}\n{}", entry("a@b"));
    listings(&[(name, &text)]).first().map(|listing| listing.posted.to_rfc3339())
}

#[test]
fn the_time_of_posting_comes_from_name_then_front_matter_then_text() {
    let of = |name, text| posted(name, text).unwrap_or_default();
    assert_eq!(
        of("2023-05-07-19-28-47-rvlwn-45.md", "---\ndate: 2020-01-01 00:00:00\n---\n> 时间：20230506<br/>"),
        "2023-05-07T19:28:47+08:00"
    );
    assert_eq!(
        of("2023-05-07-rvlwn-45.md", "---\ndate: 2023-05-07 19:28:47\n---"),
        "2023-05-07T19:28:47+08:00",
        "the hour is worth more"
    );
    assert_eq!(of("rvlwn-45.md", "---\ndate: 2023-05-07T11:28:47Z\n---"), "2023-05-07T19:28:47+08:00");
    assert_eq!(of("rvlwn-45.md", "---\ndate: 2023-05-07 11:28:47 +0000\n---"), "2023-05-07T19:28:47+08:00");
    assert_eq!(of("rvlwn-45.md", "> 时间：20230507<br/>\n> 编辑：x<br/>"), "2023-05-07T00:00:00+08:00");
    assert_eq!(of("2023-05-07-rvlwn-45.md", ""), "2023-05-07T00:00:00+08:00");
    assert_eq!(
        of("2023-13-07-rvlwn-45.md", "> 时间：2023年5月7日"),
        "2023-05-07T00:00:00+08:00",
        "a month that there isn't is none"
    );
}

#[test]
fn an_issue_without_a_date_takes_its_neighbours() {
    let texts = [
        ("2024-01-01-10-00-00-rvlwn-1.md", entry("a@b")),
        ("rvlwn-2.md", entry("c@d")),
        ("2024-01-15-10-00-00-rvlwn-3.md", entry("e@f")),
    ];
    let texts = texts.each_ref().map(|(name, text)| (*name, text.as_str()));
    let dates: Vec<String> =
        listings(&texts).iter().map(|listing| format!("{} {}", listing.slug, listing.posted.to_rfc3339())).collect();
    assert_eq!(dates, ["1 2024-01-01T10:00:00+08:00", "2 2024-01-01T10:00:01+08:00", "3 2024-01-15T10:00:00+08:00"]);
    assert!(matches!(problems(&texts)[..], [Problem::NoDate { like: Some(1), .. }]));
}

#[test]
fn a_file_with_neither_date_nor_entry_is_no_issue() {
    assert!(problems(&[("README.md", "# About\n\nThese are the issues.\n")]).is_empty());
    assert_eq!(problems(&[("2024-01-01-10-00-00-rvlwn-1.md", "")]), [Problem::NoEntry]);
}

#[test]
fn issues_posted_too_close_together_move_apart_and_the_older_stays() {
    let many: String = (0..700).map(|n| format!("**[v1: {n}](http://lore.kernel.org/bpf/{n}@x/)**\n\n")).collect();
    let listings = listings(&[
        ("2024-04-08-10-00-00-rvlwn-85.md", &entry("a@b")),
        ("2024-04-08-10-10-00-rvlwn-86.md", &format!("### BPF\n\n{many}")),
    ]);
    assert_eq!(listings[0].posted.to_rfc3339(), "2024-04-08T10:00:00+08:00");
    assert_eq!(listings[1].posted.to_rfc3339(), "2024-04-08T10:11:40+08:00");
    assert_eq!(listings[1].items[699].published.to_rfc3339(), "2024-04-08T10:00:01+08:00");
}

#[test]
fn a_message_is_one_item_whatever_its_link_looks_like() {
    let links = [
        "http://lore.kernel.org/bpf/a%2Bb@c/",
        "https://lore.kernel.org/netdev/a+b@c",
        "https://lore.kernel.org/r/a+b@c",
        "https://lore.kernel.org/all/a+b@c/T/#u",
        "https://patch.msgid.link/a+b@c",
        "https://lkml.kernel.org/r/a+b@c",
    ];
    let text: String = links.iter().map(|link| format!("### {link}\n\n**[t](<{link}>)**\n\n")).collect();
    let listings = listings(&[("2024-01-01-10-00-00-rvlwn-1.md", &text)]);
    assert_eq!(listings[0].items.len(), 1);
    assert_eq!(listings[0].items[0].sections.len(), links.len());
    assert_eq!(listings[0].items[0].url, "https://lore.kernel.org/bpf/a%2Bb@c/");
}

#[test]
fn a_message_listed_again_is_not_a_new_item() {
    let listings = listings(&[
        ("2024-01-01-10-00-00-rvlwn-1.md", &entry("a@b")),
        ("2024-01-08-10-00-00-rvlwn-2.md", &(entry("a@b") + &entry("c@d"))),
    ]);
    let titles: Vec<Vec<&str>> =
        listings.iter().map(|listing| listing.items.iter().map(|item| item.title.as_str()).collect()).collect();
    assert_eq!(titles, [["v1: a@b"], ["v1: c@d"]]);
    assert_eq!(
        listings[1].items[0].published.to_rfc3339(),
        "2024-01-08T09:59:59+08:00",
        "a place in the issue is kept"
    );
}

#[test]
fn slugs_are_safe_stable_and_distinct() {
    assert_eq!(slug_of("U-Boot"), "u-boot");
    assert_eq!(slug_of("Device Tree"), "device-tree");
    let odd = [
        "工具链",
        "公具链",
        "../../etc",
        "/",
        "All",
        "all",
        "digest",
        "mm-digest",
        "CON",
        "C",
        "C++",
        "",
        "🦀",
        "a/b",
        "a b",
    ];
    let slugs: Vec<String> = odd.iter().map(|heading| slug_of(heading)).collect();
    for slug in &slugs {
        assert!(
            !slug.is_empty()
                && slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{slug}"
        );
        assert!(!["all", "digest", "index", "con"].contains(&slug.as_str()) && !slug.ends_with("-digest"), "{slug}");
    }
    let distinct: std::collections::BTreeSet<&String> = slugs.iter().collect();
    assert_eq!(distinct.len(), slugs.len() - 1, "All and all are one, the others are not: {slugs:?}");
    assert!(slug_of(&"long ".repeat(100)).len() <= 70);
}

#[test]
fn subject_lines_are_read_and_never_guessed() {
    let read = |title: &str| {
        let subject = subject::parse(title);
        (subject.version, subject.kind, subject.trees.join(" "), subject.position, subject.rest)
    };
    let none = String::new;
    for (title, expected) in [
        ("v3: riscv: a", (Some(3), Some(Kind::Patch), none(), None, "riscv: a".to_owned())),
        (
            "[PATCH net-next RFC v4 0/5] net: a",
            (Some(4), Some(Kind::Rfc), "net-next".into(), Some((0, 5)), "net: a".into()),
        ),
        ("v1: RESEND: a", (Some(1), Some(Kind::Resend), none(), None, "a".into())),
        ("GIT PULL: a", (None, Some(Kind::Pull), none(), None, "a".into())),
        ("回复: 回复: v13: a", (Some(13), Some(Kind::Reply), none(), None, "a".into())),
        ("v2: -next: a", (Some(2), Some(Kind::Patch), "linux-next".into(), None, "a".into())),
        ("v1: net: a", (Some(1), Some(Kind::Patch), none(), None, "net: a".into())),
        ("[net,PATCH v3] net: a", (Some(3), Some(Kind::Patch), "net".into(), None, "net: a".into())),
        ("a: b", (None, None, none(), None, "a: b".into())),
        (
            "[RFC/PATCH bpf-next 0/3] bpf: a (v2)",
            (None, Some(Kind::Rfc), "bpf-next".into(), Some((0, 3)), "bpf: a (v2)".into()),
        ),
        ("[PATCHv3 2/4] mm: a", (Some(3), Some(Kind::Patch), none(), Some((2, 4)), "mm: a".into())),
        ("v1: v4.1: rust: a", (Some(4), Some(Kind::Patch), none(), None, "rust: a".into())),
        ("[PATCH] v6.8: fix a", (None, Some(Kind::Patch), none(), None, "v6.8: fix a".into())),
        ("[PATCH-RT sched v4 0/2] a", (Some(4), Some(Kind::Patch), none(), Some((0, 2)), "[PATCH-RT sched] a".into())),
        (
            "v1: net: pull-request: can 2024",
            (Some(1), Some(Kind::Pull), none(), None, "net: pull-request: can 2024".into()),
        ),
        ("v2: riscv-to-apply queue", (Some(2), Some(Kind::Pull), none(), None, "riscv-to-apply queue".into())),
        ("v1: net: net/sched: a", (Some(1), Some(Kind::Patch), "net".into(), None, "net/sched: a".into())),
        ("[nothing known] a", (None, None, none(), None, "[nothing known] a".into())),
    ] {
        assert_eq!(read(title), expected, "{title}");
    }
}

#[test]
fn a_later_version_leads_to_the_earlier_ones_and_they_stay_as_they_are() {
    let mail = |title: &str, id: &str| format!("### BPF\n\n**[{title}](http://lore.kernel.org/bpf/{id}/)**\n\n");
    let first = mail("v1: RFC: bpf: add a thing", "1@a.com") + &mail("GIT PULL: Networking for v6.4", "p@a.com");
    let second = mail("v1: bpf: add a thing", "2@a.com") + &mail("回复: v1: bpf: add a thing", "r@a.com");
    let third = mail("v2: bpf: Add a thing", "3@a.com") + &mail("GIT PULL: Networking for v6.4", "q@a.com");
    let other = mail("v1: bpf: add a thing", "4@other.com") + &mail("v2: 5.15: bpf: add a thing", "5@a.com");
    let names = ["1", "2", "3", "4"].map(|n| format!("2024-01-0{n}-10-00-00-rvlwn-{n}.md"));
    let texts = [first, second, third, other];
    let texts: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    let all = listings(&texts);
    let earlier = |issue: usize, item: usize| -> Option<Vec<String>> {
        let series = all[issue].items[item].mail.as_ref()?.series.as_ref()?;
        Some(series.earlier.iter().map(|version| format!("{} {}", version.name(), version.url)).collect())
    };
    let rfc = "RFC v1 https://lore.kernel.org/bpf/1@a.com/".to_owned();
    let v1 = "v1 https://lore.kernel.org/bpf/2@a.com/".to_owned();
    assert_eq!(earlier(0, 0), Some(vec![]));
    assert_eq!(earlier(1, 0), Some(vec![rfc.clone()]));
    assert_eq!(earlier(2, 0), Some(vec![v1, rfc]));
    assert_eq!(earlier(0, 1), None, "a pull request is no version of another");
    assert_eq!(earlier(1, 1), None, "an answer is no version");
    assert_eq!(earlier(3, 0), Some(vec![]), "another organisation's first version is another series");
    assert_eq!(earlier(3, 1), Some(vec![]), "a backport is a series of its own");
    let alone = listings(&texts[..1]);
    assert_eq!(alone[0].items[0].html, all[0].items[0].html, "what came later changes nothing");
    assert!(all[2].items[0].html.contains("更早的版本："), "{}", all[2].items[0].html);
}

#[test]
fn versions_of_one_issue_follow_each_other_though_the_newest_stands_on_top() {
    let mail = |title: &str, id: &str| format!("### BPF\n\n**[{title}](http://lore.kernel.org/bpf/{id}/)**\n\n");
    let both = mail("v3: bpf: add a thing", "3@a.com") + &mail("v2: bpf: add a thing", "2@a.com");
    let other = mail("v1: bpf: add a thing", "1@b.com") + &mail("v4: bpf: add a thing", "4@a.com");
    let all = listings(&[("2024-01-01-10-00-00-rvlwn-1.md", &both), ("2024-01-02-10-00-00-rvlwn-2.md", &other)]);
    let earlier = |issue: usize, item: usize| -> Vec<String> {
        let series = all[issue].items[item].mail.as_ref().and_then(|mail| mail.series.as_ref()).expect("a series");
        series.earlier.iter().map(Version::name).collect()
    };
    assert_eq!(earlier(0, 0), ["v2"]);
    assert_eq!(earlier(1, 0), [""; 0], "another organisation's");
    assert_eq!(earlier(1, 1), ["v3", "v2"], "its own organisation's, not the other's");
}

#[test]
fn a_mail_listed_again_as_a_later_version_is_no_earlier_version_of_itself() {
    let mail =
        |title: &str, section: &str| format!("### {section}\n\n**[{title}](http://lore.kernel.org/r/1@a.com/)**\n");
    let all = listings(&[
        ("2024-01-01-10-00-00-rvlwn-1.md", &mail("v1: rust: add a thing", "BPF")),
        ("2024-01-08-10-00-00-rvlwn-2.md", &mail("v2: rust: add a thing", "Rust For Linux")),
    ]);
    let again = &all[1].items[0];
    assert_eq!(again.id, all[0].items[0].id);
    let series = again.mail.as_ref().and_then(|mail| mail.series.as_ref()).expect("a series");
    assert!(series.earlier.is_empty(), "{series:?}");
}

#[test]
fn what_is_no_date_that_an_issue_can_have_is_said_and_passed_over() {
    for date in [
        "31 Dec 262142 23:59:59 +0000",
        "0000-01-01T00:00:00Z",
        "2203-10-28T12:00:00Z",
        "9999-12-31T23:59:59Z",
        "Fri, 28 Oct 2203 12:00:00 +0000",
        "1989-12-31 10:00",
        "20241350",
        "2024-13-45",
        "soon",
    ] {
        let issue = format!("---\ntitle: x\ndate: {date}\n---\n{}", entry("a@b"));
        let read = read(&texts(&[("a.md", &issue)]));
        let [diagnostic] = &read.diagnostics[..] else { panic!("{date}: {:?}", read.diagnostics) };
        assert!(matches!(&diagnostic.problem, Problem::BadDate { words, .. } if words == date), "{diagnostic:?}");
        assert_eq!((diagnostic.place.line, diagnostic.place.column), (3, 1), "{date}");
    }
    let issue = format!("> 时间：20241350<br/>\n\n{}", entry("a@b"));
    let read = read(&texts(&[("2024-12-13-10-00-00-rvlwn-1.md", &issue)]));
    let [diagnostic] = &read.diagnostics[..] else { panic!("{:?}", read.diagnostics) };
    let problem =
        Problem::BadDate { words: "20241350".to_owned(), in_name: false, used: Some("2024-12-13".to_owned()) };
    assert_eq!((&diagnostic.problem, diagnostic.place.line), (&problem, 1));
}

/// Issues of these numbers and dates; the name of the file gives the number alone.
fn dated(dates: &[(u32, &str)]) -> Read {
    let issues: Vec<(String, String)> = dates
        .iter()
        .map(|(number, date)| {
            (format!("rvlwn-{number}.md"), format!("---\ndate: {date}\n---\n{}", entry(&format!("{number}@b"))))
        })
        .collect();
    let issues: Vec<(&str, &str)> = issues.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    read(&texts(&issues))
}

#[test]
fn a_year_that_is_years_from_its_neighbours_is_a_slip() {
    for (wrong, dates) in [
        (3, [(1, "2026-04-10"), (2, "2026-04-17"), (3, "2062-04-24")]),
        (3, [(1, "2026-04-10"), (2, "2026-04-17"), (3, "2016-04-24")]),
        (2, [(1, "2026-04-10"), (2, "2042-04-17"), (3, "2026-04-24")]),
        (2, [(1, "2026-04-10"), (2, "2023-04-17"), (3, "2026-04-24")]),
        (1, [(1, "2062-04-10"), (2, "2026-04-17"), (3, "2026-04-24")]),
    ] {
        let read = dated(&dates);
        let [diagnostic] = &read.diagnostics[..] else { panic!("{dates:?}: {:?}", read.diagnostics) };
        assert!(matches!(diagnostic.problem, Problem::FarDate { .. }), "{diagnostic:?}");
        assert_eq!(diagnostic.path, format!("rvlwn-{wrong}.md"));
        let order: Vec<Option<u32>> = read.listings.iter().map(|listing| listing.issue.number).collect();
        assert_eq!(order, [Some(1), Some(2), Some(3)], "{dates:?}");
        assert!(read.items().all(|item| item.published.year() == 2026), "{dates:?}");
    }
}

#[test]
fn a_newsletter_may_pause_for_years() {
    for dates in [
        [(1, "2019-04-10"), (2, "2019-04-17"), (3, "2023-04-24"), (4, "2023-05-24")],
        [(1, "2015-04-10"), (2, "2015-04-17"), (3, "2023-04-24"), (4, "2023-05-24")],
    ] {
        assert!(dated(&dates).diagnostics.is_empty());
    }
    let of_two = dated(&[(1, "2015-04-10"), (2, "2023-04-24")]);
    assert!(
        matches!(of_two.diagnostics[..], [Diagnostic { problem: Problem::FarDate { .. }, .. }]),
        "of two, it is said"
    );
    let years: Vec<i32> = of_two.items().map(|item| item.published.year()).collect();
    assert_eq!(years, [2015, 2023], "and left as it is");
}

#[test]
fn another_date_of_the_issue_is_used_where_one_is_a_slip() {
    let slip = format!("---\ndate: 2042-01-03 10:00\n---\n{}", entry("3@b"));
    let issues =
        [("2024-01-01-x-1.md", entry("1@b")), ("2024-01-02-x-2.md", entry("2@b")), ("2024-01-03-x-3.md", slip)];
    let issues: Vec<(&str, &str)> = issues.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let read = read(&texts(&issues));
    let last = read.items().last().expect("there are items");
    assert_eq!(last.published.date_naive().to_string(), "2024-01-03");
}

#[test]
fn the_newsletter_is_told_by_its_first_heading_in_any_form() {
    let entries = "\n\n### BPF\n\n* [v1: net: foo bar baz](http://lore.kernel.org/bpf/1@b/)\n";
    for head in [
        "# RISC-V Linux 内核及周边技术动态第 1 期",
        "RISC-V Linux 内核及周边技术动态第 1 期\n===",
        "  # RISC-V Linux 内核及周边技术动态第 1 期",
        "---\n# a comment\ndate: 2024-01-01\n---\n# RISC-V Linux 内核及周边技术动态第 1 期",
    ] {
        let newsletter = read(&texts(&[("1.md", &format!("{head}{entries}"))])).newsletter;
        assert_eq!(newsletter.title, "RISC-V Linux 内核及周边技术动态", "{head}");
    }
}

#[test]
fn an_organisation_is_what_the_message_id_shows_and_no_public_host() {
    let of = |id: &str| patchfeed::facts::organisation::from_message_id(id).unwrap_or_default();
    assert_eq!(of("20230506-1-a@rivosinc.com"), "rivosinc.com");
    assert_eq!(of("a@mail.b.iscas.ac.cn"), "iscas.ac.cn");
    for none in
        ["a@gmail.com", "a@x.namprd20.prod.outlook.com", "a@work", "a@fat_crate.local", "a@slm.duckdns.org", "a"]
    {
        assert_eq!(of(none), "", "{none}");
    }
}

#[test]
fn a_series_goes_on_after_a_mail_that_is_listed_twice_under_two_titles() {
    let entry = |title: &str, id: &str| format!("**[{title}](http://lore.kernel.org/linux-riscv/{id}@x/)**\n\n");
    let first = format!("### RISC-V\n\n{}{}", entry("v1: riscv: mm: fix it", "a"), entry("v1: net: other words", "a"));
    let second = format!("### RISC-V\n\n{}", entry("v2: riscv: mm: fix it", "b"));
    let third = format!("### RISC-V\n\n{}", entry("v3: riscv: mm: fix it", "c"));
    let listings = listings(&[
        ("2024-01-01-10-00-00-rvlwn-1.md", &first),
        ("2024-01-08-10-00-00-rvlwn-2.md", &second),
        ("2024-01-15-10-00-00-rvlwn-3.md", &third),
    ]);
    let mail = listings[2].items[0].mail.as_ref().expect("it is a mail");
    let earlier: Vec<String> = mail.series.iter().flat_map(|series| &series.earlier).map(Version::name).collect();
    assert_eq!(earlier, ["v2", "v1"]);
}

#[test]
fn a_day_ends_where_its_digits_end_of_whatever_width() {
    let issue = |day: &str| {
        format!("---\ntitle: Weekly {day}\n---\n## x\n### BPF\n\n**[v1: a](http://lore.kernel.org/bpf/1@b/)**\n")
    };
    let posted = |day: &str| listings(&[("weekly.md", &issue(day))])[0].posted.date_naive().to_string();
    assert_eq!(posted("2023年5月17日"), "2023-05-17");
    assert_ne!(posted("2023年5月1７日"), "2023-05-01");
}

#[test]
fn a_label_is_followed_by_a_space_or_by_nothing() {
    let html = |line: &str| {
        let full = "a line that is long enough to be full, as those of mails are which were wrapped";
        let mut html = String::new();
        patchfeed::mail::push_html(&mut html, &format!("{full}\n{line}\nsomeone\n"));
        html
    };
    assert!(html("Cc:").contains("wrapped<br>\nCc:"));
    assert!(!html("Cc:\u{A0}").contains("<br>\nCc:"));
}

#[test]
fn a_loose_entry_may_name_any_scheme() {
    let text = "## x\n### BPF\n\n> * v3: [bpf: a title](ftp://lore.kernel.org/bpf/1@b/)\n";
    let items = &listings(&[("2024-01-01-00-00-00-rvlwn-1.md", text)])[0].items;
    assert_eq!(items[0].url, "https://lore.kernel.org/bpf/1@b/");
}

#[test]
fn what_init_writes_are_the_defaults() {
    use patchfeed::config::{Config, TEMPLATE};
    let template = Config::parse(TEMPLATE, std::path::Path::new("patchfeed.toml")).expect("the template makes sense");
    assert_eq!(format!("{template:?}"), format!("{:?}", Config::default()));
}

/// ESC, a control of the second kind, a turn of the direction of writing.
const CONTROLS: &str = "\u{1b}[31m\u{9b}2J\u{202e}";

#[test]
fn titles_never_move_a_cursor_or_turn_the_direction_of_writing() {
    let path = format!("2024-01-01-x{CONTROLS}y.md");
    let text = format!(
        "---\neditor: e{CONTROLS}f\n---\n\n### BPF{CONTROLS}G\n\n**[v1: a{CONTROLS}b &#x9b; c](https://lore.kernel.org/x/1@x/)**\n"
    );
    let read = read(&texts(&[(&path, &text)]));
    let item = read.items().next().expect("there is an item");
    let section = &item.sections[0];
    for words in [&item.title, &section.title, &item.issue.title, &item.issue.editor, &item.summary] {
        assert!(!words.contains(|c: char| c.is_control() || c == '\u{202e}'), "{words:?}");
    }
    assert_eq!(item.title, "v1: a[31m2Jb c");
    for diagnostic in &read.diagnostics {
        let shown = diagnostic.render(Style { color: false, width: 140, language: Language::English });
        assert!(!shown.replace('\n', "").contains(|c: char| c.is_control() || c == '\u{202e}'), "{shown:?}");
    }
    let shown: String = read
        .diagnostics
        .iter()
        .map(|one| one.render(Style { color: false, width: 140, language: Language::English }))
        .collect();
    assert!(shown.contains("x\\u{1b}[31m\\u{9b}2J\\u{202e}y.md"), "{shown}");
}

/// A slip in an address changes where the entry leads, and which item it is: it is said, and the address stays in the text.
#[test]
fn an_address_with_a_slip_in_its_scheme_or_host_is_told() {
    for (address, is_told) in [
        ("http://lore.kernel.org/x/1@a.org/", false),
        ("//example.org/x", false),
        ("posts/a//b.html", false),
        ("../a.html", false),
        ("(http://lore.kernel.org/x/1@a.org/", true),
        ("htt[p://lore.kernel.org/x/1@a.org/", true),
        ("http:|//lore.kernel.org/x/1@a.org/", true),
        ("$http://lore.kernel.org/x/1@a.org/", true),
        ("http://lo\"re.kernel.org/x/1@a.org/", true),
        ("http://lore,kernel.org/x/1@a.org/", true),
        ("http://http://lore.kernel.org/x/1@a.org/", true),
        ("TODO", true),
        ("#", true),
    ] {
        let text = format!("### BPF\n\n**[v1: a: b]({address})**\n\n> Text.\n");
        let read = read(&texts(&[("2024-01-01-10-00-00-rvlwn-1.md", &text)]));
        let said = read.diagnostics.iter().any(|said| matches!(said.problem, Problem::BrokenEntry(_)));
        assert_eq!(said, is_told, "{address}: {:?}", read.diagnostics);
        let item = read.items().next().expect("there is an item");
        let shown = [&*item.title, &*item.html].concat();
        assert!(!is_told || !item.url.contains("lore"), "{address}: {}", item.url);
        assert!(!address.contains("1@a") || shown.contains("1@a") || item.url.contains("1@a"), "{address}: {shown}");
    }
}
