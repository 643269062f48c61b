//! The forms of dates, and what is near one and none.

use patchfeed::diagnostic::Problem;

use crate::{Read, read, texts};

fn issue(name: &str, matter: &str) -> Read {
    let text = format!("---\n{matter}\n---\n### BPF\n\n**[v1: a](http://lore.kernel.org/bpf/a@x/)**\n");
    read(&texts(&[(&format!("{name}.md"), &text)]))
}

/// When an issue was posted whose front matter has this date. Empty if that is none; `!` says that its time isn't.
fn posted(date: &str) -> String {
    let read = issue("rvlwn", &format!("date: \"{date}\""));
    let has = |is: fn(&Problem) -> bool| read.diagnostics.iter().any(|diagnostic| is(&diagnostic.problem));
    if has(|problem| matches!(problem, Problem::BadDate { .. } | Problem::NoDate { .. })) {
        return String::new();
    }
    let bad_time = if has(|problem| matches!(problem, Problem::BadTime { .. })) { "!" } else { "" };
    read.listings[0].posted.to_rfc3339() + bad_time
}

/// When an issue was posted that nothing but its file's name dates. Behind `!`, what was meant as a date or a time there.
fn named(stem: &str) -> String {
    let read = issue(stem, "title: x");
    let posted = read.listings[0].posted.format("%F %T");
    for diagnostic in &read.diagnostics {
        match &diagnostic.problem {
            Problem::BadDate { words, .. } => return format!("!{words}"),
            Problem::BadTime { words, .. } => return format!("{posted}!{words}"),
            Problem::NoDate { .. } => return String::new(),
            _ => {}
        }
    }
    posted.to_string()
}

#[test]
fn a_date_has_the_forms_that_people_and_programs_write() {
    for date in [
        "20230507",
        "2023-05-07",
        "2023/5/7",
        "2023.5.7",
        "2023年5月7日",
        " 2023-05-07 ",
        "May 7, 2023",
        "7 May 2023",
        "7th of May 2023",
        "may 7 2023",
        "Sunday, May 7, 2023",
    ] {
        assert_eq!(posted(date), "2023-05-07T00:00:00+08:00", "{date}");
    }
    for (date, expected) in [
        ("20230507 19:28", "2023-05-07T19:28:00+08:00"),
        ("2023-05-07 19:28:47", "2023-05-07T19:28:47+08:00"),
        ("2023-05-07T19:28:47", "2023-05-07T19:28:47+08:00"),
        ("2023-05-07 09:28:47.123 Z", "2023-05-07T17:28:47+08:00"),
        ("2023-05-07 09:28 UTC", "2023-05-07T17:28:00+08:00"),
        ("2023-05-07 09:28:47 +0100", "2023-05-07T16:28:47+08:00"),
        ("2023-05-07T19:28:47Z", "2023-05-08T03:28:47+08:00"), // where the newsletter is, it is tomorrow
        ("2023-05-07T19:28:47.9+08:00", "2023-05-07T19:28:47+08:00"),
        ("Sun, 7 May 2023 19:28:47 +0800", "2023-05-07T19:28:47+08:00"),
        ("1990-01-02", "1990-01-02T00:00:00+08:00"),
        ("2099-12-31", "2099-12-31T00:00:00+08:00"),
        ("2023-05-07 +0100", "2023-05-07T00:00:00+08:00"), // a zone without a time says nothing
        ("May 7, 2023 7:28 PM", "2023-05-07T19:28:00+08:00"),
        ("7 May 2023, 19:28", "2023-05-07T19:28:00+08:00"),
        ("Sunday, May 7, 2023 at 7:28 p.m. UTC+8", "2023-05-07T19:28:00+08:00"),
        ("May 7, 2023 12:10 am", "2023-05-07T00:10:00+08:00"),
        ("May 7, 2023 12:10 pm", "2023-05-07T12:10:00+08:00"),
        ("2023-05-07 7:28 PM", "2023-05-07T19:28:00+08:00"),
        ("2023-05-07 7pm", "2023-05-07T19:00:00+08:00"),
        ("2023年5月7日 下午7:28", "2023-05-07T19:28:00+08:00"),
        ("2023 年 5 月 7 日 晚上 7 点 28 分", "2023-05-07T19:28:00+08:00"),
        ("2023年5月7日 上午9点", "2023-05-07T09:00:00+08:00"),
        ("2023-05-07 19:28 GMT+0900", "2023-05-07T18:28:00+08:00"),
        ("2023-05-07 13:28 CEST", "2023-05-07T19:28:00+08:00"),
        ("2023-05-07 13:28 (Europe/Berlin)", "2023-05-07T19:28:00+08:00"),
        ("2023-01-07 12:28 Europe/Berlin", "2023-01-07T19:28:00+08:00"), // no summer time
        ("7 May 2023 04:28 PDT", "2023-05-07T19:28:00+08:00"),
        ("2023-05-07 19:28 CST", "2023-05-07T19:28:00+08:00"), // means several zones, so it is the newsletter's
        ("2023-05-07 16:58 UTC+5:30", "2023-05-07T19:28:00+08:00"),
    ] {
        assert_eq!(posted(date), expected, "{date}");
    }
}

#[test]
fn front_matter_gives_the_date_under_any_usual_key_in_any_spelling() {
    let posted = |matter: &str| {
        let read = issue("rvlwn", matter);
        let undated = read.diagnostics.iter().any(|said| matches!(said.problem, Problem::NoDate { .. }));
        if undated { "none".to_owned() } else { read.listings[0].posted.format("%F").to_string() }
    };
    for key in [
        "publishedAt",
        "published_at",
        "Published-On",
        "pubDatetime",
        "pubDate",
        "publishDate",
        "postedOn",
        "created",
        "createdAt",
        "created_on",
        "DATE",
    ] {
        assert_eq!(posted(&format!("{key}: 2023-05-07")), "2023-05-07", "{key}");
    }
    for key in ["updated", "updatedAt", "lastmod", "modified_on", "edition"] {
        assert_eq!(posted(&format!("{key}: 2023-05-07")), "none", "{key} is no date of posting");
    }
    for (matter, expected) in [
        ("created: 2023-05-01\ndate: 2023-05-02\npublishedAt: 2023-05-03", "2023-05-03"),
        ("created: 2023-05-01\ndate: 2023-05-02", "2023-05-02"),
        ("created: 2023-05-01\ndate: soon", "2023-05-01"), // the first that is a date
        ("published: true\ndate: 2023-05-02", "2023-05-02"),
    ] {
        assert_eq!(posted(matter), expected, "{matter}");
    }
}

#[test]
fn front_matter_may_name_the_zone_apart() {
    let posted = |matter: &str| issue("rvlwn", matter).listings[0].posted.format("%F %R").to_string();
    assert_eq!(posted("date: 2023-05-07 13:28\ntimezone: Europe/Berlin"), "2023-05-07 19:28");
    assert_eq!(
        posted("date: 2023-05-07 13:28+0000\ntz: Europe/Berlin"),
        "2023-05-07 21:28",
        "the date's own zone wins"
    );
    assert_eq!(posted("date: 2023-05-07\ntime_zone: Europe/Berlin"), "2023-05-07 00:00", "a day keeps its day");
}

#[test]
fn folders_and_names_give_a_day_together() {
    let posted = |path: &str| {
        let read = read(&texts(&[(path, "## News\n\n- [a](https://example.org/a)\n")]));
        match read.listings.first() {
            Some(listing) if read.diagnostics.is_empty() => {
                format!("{} {:?}", listing.posted.format("%F"), listing.issue.number)
            }
            _ => String::new(),
        }
    };
    for (path, expected) in [
        ("posts/2023/Feb/20.md", "2023-02-20 None"),
        ("posts/2023/february/20-harbour.md", "2023-02-20 None"),
        ("posts/2023/02/20/index.md", "2023-02-20 None"),
        ("posts/2023/2月/20.md", "2023-02-20 None"),
        ("posts/2019/0518.md", "2019-05-18 None"),
        ("posts/2019/05-18-harbour.md", "2019-05-18 None"),
        ("posts/2023/05/harbour.md", "2023-05-01 None"),
        ("posts/2023/05/harbour-45.md", "2023-05-01 Some(45)"),
        ("posts/2023/13/05.md", ""),
        ("posts/2019/0231.md", ""),
        ("posts/1234/0518.md", ""),
    ] {
        assert_eq!(posted(path), expected, "{path}");
    }
}

#[test]
fn the_day_of_a_path_is_no_number_of_the_issue() {
    let number = |path: &str, title: &str| {
        let text = format!("{title}\n=====\n\n## News\n\n- [a](https://example.org/a)\n");
        let listing = &read(&texts(&[(path, &text)])).listings[0];
        format!("{} {:?}", listing.posted.format("%F"), listing.issue.number)
    };
    assert_eq!(number("posts/2017/0529.md", "2017.05.22"), "2017-05-29 None", "the title's day is a slip");
    assert_eq!(number("posts/2018/1029.md", "2018.10.29 - Harbour 1.0"), "2018-10-29 None", "a version");
    assert_eq!(number("posts/2019/0225.md", "2019.02.25 - Lint in 2019"), "2019-02-25 None", "its year");
    assert_eq!(number("posts/2019/0225.md", "Issue 45"), "2019-02-25 Some(45)");
}

#[test]
fn a_file_s_name_gives_a_month_or_a_number_of_a_year() {
    let dated = |names: &[&str]| {
        let body = |name: &&str| format!("## News\n\n- [{name}](https://example.org/{name})\n");
        let texts: Vec<_> =
            names.iter().map(|name| patchfeed::source::Text::new(name, body(name).into_bytes())).collect();
        let mut read = read(&texts);
        read.listings.sort_by_key(|listing| listing.posted);
        let dates = read.listings.iter().map(|listing| {
            let date = listing.issue.is_dated.then(|| listing.posted.format(" %F").to_string());
            format!("{}{}", listing.slug, date.unwrap_or_default())
        });
        dates.collect::<Vec<_>>()
    };
    assert_eq!(dated(&["2023-05.md", "2023-06.md"]), ["2023-5 2023-05-01", "2023-6 2023-06-01"]);
    assert_eq!(dated(&["2023-12.md", "2023-13.md"]), ["2023-12", "2023-13"], "they count issues");
    assert_eq!(dated(&["monthly-0079-Feb-2026.md", "monthly-0080-Mar-2026.md"]), ["79 2026-02-01", "80 2026-03-01"]);
    assert_eq!(dated(&["20-May-2023.md"]), ["2023-05-20 2023-05-20"]);
    assert_eq!(dated(&["may-2022.md"]), ["2022-05-01 2022-05-01"]);
    assert_eq!(dated(&["news-2-2018.md", "news-14-2017.md"]), ["2017-14", "2018-2"], "years come before numbers");
    assert_eq!(dated(&["news-2017.md"]), ["2017"]);
}

#[test]
fn a_month_alone_is_its_first_day() {
    let posted = |text: &str| {
        let read =
            read(&texts(&[("posts/harbour.md", &format!("{text}\n\n## News\n\n- [a](https://example.org/a)\n"))]));
        read.listings[0].posted.format("%F").to_string()
    };
    for text in ["# Harbour\n\nMay 2023", "# Harbour\n\n2023 年 5 月", "---\ndate: 2023-05\n---", "# Harbour, May 2023"]
    {
        assert_eq!(posted(text), "2023-05-01", "{text}");
    }
    let months =
        "# Harbour\n\n## May 2023\n\n- [a](https://example.org/a)\n\n## April 2023\n\n- [b](https://example.org/b)\n";
    let read = read(&texts(&[("posts/harbour.md", months)]));
    let posted: Vec<String> = read.listings.iter().map(|listing| listing.posted.format("%F").to_string()).collect();
    assert_eq!(posted, ["2023-04-01", "2023-05-01"], "each heading begins an issue");
}

#[test]
fn what_is_near_a_date_is_none() {
    for (date, why) in [
        ("1989-12-31", "there was no newsletter"),
        ("2100-01-01", "nor is there one yet"),
        ("2099-12-31T23:59:59-08:00", "that is next year in UTC, which feeds write"),
        ("2023-02-29", "there was no such day"),
        ("20231301", "nor month"),
        ("on May 7, 2023", "words come first"),
        ("May 7, 2023, late", "words follow"),
        ("May 32, 2023", "May has no such day"),
        ("May 7", "a year is missing"),
        ("1234567", "a number of seven digits"),
    ] {
        assert_eq!(posted(date), "", "{date}: {why}");
    }
}

#[test]
fn a_time_that_is_none_leaves_the_day_and_is_said() {
    for (date, says) in [
        ("2023-05-07 25:00", true),
        ("2023-05-07T7:60", true),
        ("2023-05-07 123:00", false), // a number of something
        ("2023-05-07 :00", false),
        ("2023-05-07 7 o'clock", false),
    ] {
        assert_eq!(posted(date), format!("2023-05-07T00:00:00+08:00{}", if says { "!" } else { "" }), "{date}");
    }
}

#[test]
fn a_name_begins_with_a_date_and_a_time_or_has_a_date_in_it() {
    for (name, expected) in [
        ("2023-05-07-19-28-47-rvlwn-45", "2023-05-07 19:28:47"),
        ("2023-05-07T19-28-rvlwn-45", "2023-05-07 19:28:00"),
        ("2023_05_07_19_28_47", "2023-05-07 19:28:47"),
        ("2023-05-07-19-rvlwn", "2023-05-07 00:00:00"), // 19 may be its number
        ("2023-05-07-45", "2023-05-07 00:00:00"),
        ("2023-05-07-19-28x-rvlwn", "2023-05-07 00:00:00"),
        ("2023-05-07-1928-rvlwn", "2023-05-07 00:00:00"),
        ("rvlwn-2023-05-07", "2023-05-07 00:00:00"),
        ("rvlwn-20230507", "2023-05-07 00:00:00"),
        ("rvlwn-7 May 2023", "2023-05-07 00:00:00"),
        ("rvlwn-2023-02-30-2023-05-07", "2023-05-07 00:00:00"), // the first that there is
        ("2023-05-07-25-00-rvlwn", "2023-05-07 00:00:00!2023-05-07-25-00"),
        ("2023-05-07-19-60-00", "2023-05-07 00:00:00!2023-05-07-19-60-00"),
    ] {
        assert_eq!(named(name), expected, "{name}");
    }
}

#[test]
fn what_was_meant_as_a_day_in_a_name_is_told_from_other_numbers() {
    for (name, bad) in [
        ("rvlwn-2024-02-30", "!2024-02-30"),
        ("rvlwn-2024_13_50-x", "!2024_13_50"),
        ("rvlwn-20241350", "!20241350"),
        ("rvlwn-202-05-07", "!202-05-07"),     // a digit is missing
        ("rvlwn-20244-05-07", "!20244-05-07"), // or is there twice
        ("rvlwn-2024-2-30", "!2024-2-30"),
        ("rvlwn-45-2024-02-30", "!2024-02-30"), // it isn't the first number
        ("rvlwn-2024-2-50", ""),                // no month seems to have 50 days
        ("rvlwn-2024-123-30", ""),
        ("rvlwn-1824-2-30", ""),
        ("rvlwn-12-05-07", ""),
        ("rvlwn-202455-05-07", ""),
        ("rvlwn-2024-02", ""),
        ("rvlwn-2024+02+30", ""),
        ("rvlwn-31241350", ""), // no year begins so
        ("rvlwn-202413501", ""),
        ("rvlwn-2024-02-", ""),
    ] {
        assert_eq!(named(name), bad, "{name}");
    }
}
