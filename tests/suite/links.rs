//! Newsletters of links: which link is which item, what is no entry, what the configuration changes.

use patchfeed::diagnostic::{Broken, Problem};
use patchfeed::item::Item;

use crate::{BASE, Read, read_with, texts};

fn read(issues: &[(&str, &str)], toml: &str) -> Read {
    read_with(&texts(issues), toml)
}

/// The items of the issues, oldest issue first, and how many entries were repeats.
fn items(issues: &[(&str, &str)], toml: &str) -> (Vec<Item>, usize) {
    let read = read(issues, toml);
    (read.items().cloned().collect(), read.repeats)
}

fn titles(text: &str) -> Vec<String> {
    titles_with(text, "")
}

fn titles_with(text: &str, toml: &str) -> Vec<String> {
    let items = items(&[("2024-02-02-harbour-12.md", text)], toml).0;
    items.into_iter().map(|item| item.title).collect()
}

/// How many items two issues make that list a link each.
fn distinct(first: &str, second: &str, toml: &str) -> (usize, usize) {
    let issue = |item: &str| format!("# News\n\n- {item}\n- [Other](https://example.org/other-{})\n", item.len());
    let (items, repeats) = items(&[("2024-02-02-a-1.md", &issue(first)), ("2024-02-09-a-2.md", &issue(second))], toml);
    (items.iter().filter(|item| !item.title.starts_with("Other")).count(), repeats.min(1))
}

#[test]
fn a_link_is_the_same_as_far_as_browsers_and_readers_can_tell() {
    let link = |address: &str| format!("[Lamps]({address})");
    let same = |address: &str| distinct(&link("https://example.org/a?id=1"), &link(address), "").0 == 1;
    for again in [
        "https://example.org/a?id=1",
        "HTTPS://Example.ORG/a?id=1",
        "http://example.org/a?id=1",
        "https://example.org:443/a?id=1",
        "https://example.org/b/../a?id=1",
        "https://example.org/a?id=1&utm_source=news&utm_medium=mail",
        "https://example.org/a?utm_campaign=x&id=1&fbclid=2",
    ] {
        assert!(same(again), "{again}");
    }
    for other in [
        "https://www.example.org/a?id=1",
        "https://example.org/A?id=1",
        "https://example.org/a?id=2",
        "https://example.org/a?id=1&page=2",
        "https://example.org/a?id=1#part",
        "https://example.org:8443/a?id=1",
    ] {
        assert!(!same(other), "{other}");
    }
}

#[test]
fn what_tracks_a_reader_is_dropped_from_the_identity_alone() {
    let (items, _) =
        items(&[("2024-02-02-a-1.md", "# News\n\n- [Lamps](https://example.org/a?utm_source=news&id=1)\n")], "");
    assert_eq!(items[0].url, "https://example.org/a?utm_source=news&id=1");
}

#[test]
fn a_link_with_other_words_is_a_new_item_and_with_the_same_a_repeat() {
    let lamps = "[Lamps](https://example.org/lamps)";
    assert_eq!(distinct(lamps, "[Lamps](http://example.org/lamps)", ""), (1, 1));
    assert_eq!(distinct(lamps, "[Lamps](https://example.org/lamps), again", ""), (2, 0));
    assert_eq!(distinct(lamps, "[Lamps, revised](https://example.org/lamps)", ""), (2, 0));
    let keep = "[site]\nrepeats = \"keep\"\n";
    assert_eq!(distinct(lamps, lamps, keep), (2, 0));
}

#[test]
fn a_title_that_is_mended_is_the_same_item() {
    let id = |title: &str| {
        items(&[("2024-02-02-a-1.md", &format!("# News\n\n- [{title}](https://example.org/lamps)\n"))], "").0[0].id
    };
    assert_eq!(id("Lmaps"), id("Lamps"));
}

#[test]
fn two_entries_of_one_link_in_an_issue_are_two_if_their_words_differ() {
    let issue = |second: &str| format!("# News\n\n- [Lamps](https://example.org/lamps) shine\n- {second}\n");
    let count = |second: &str| items(&[("2024-02-02-a-1.md", &issue(second))], "").0.len();
    assert_eq!(count("[Lamps](https://example.org/lamps) shine"), 1);
    assert_eq!(count("[Lamps](https://example.org/lamps) dim"), 2);
    assert_eq!(count("[Old lamps](https://example.org/lamps) shine"), 2);
}

#[test]
fn what_is_kept_has_an_id_of_its_own_that_no_other_issue_changes() {
    let issue = "# News\n\n- [Lamps](https://example.org/lamps)\n";
    let names = ["2024-02-02-a-1.md", "2024-02-09-a-2.md", "2024-02-16-a-3.md"];
    let texts = names.map(|name| (name, issue));
    let ids = |texts: &[(&str, &str)]| -> Vec<String> {
        items(texts, "[site]\nrepeats = \"keep\"\n").0.into_iter().map(|item| item.id.to_string()).collect()
    };
    let all = ids(&texts);
    assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
    assert_eq!(ids(&texts[..2]), all[..2]);
}

#[test]
fn what_is_no_entry_is_counted_and_nothing_is_broken() {
    let text = "Hello.\n\n## News\n\nWords with [a link](https://example.org/x).\n\n| a |\n|---|\n| b |\n\n- [Entry](https://example.org/e)\n- none\n- [Entry 2](https://example.org/e2)\n\n## Thanks\n\n- Ada\n- Ben\n";
    let read = read(&[("2024-02-02-harbour-12.md", text)], "");
    assert_eq!((read.listings[0].entries, read.passed_by.len()), (2, 5));
    assert_eq!(read.diagnostics, []);
}

#[test]
fn a_reference_that_nothing_defines_leads_nowhere_and_says_so() {
    let text = "## News\n\n- [Lamps][nowhere]\n- [Ropes][here]\n- [Empty]()\n\n[here]: https://example.org/ropes\n";
    let read = read(&[("2024-02-02-harbour-12.md", text)], "");
    let found: Vec<(usize, &Problem)> =
        read.diagnostics.iter().map(|diagnostic| (diagnostic.place.line, &diagnostic.problem)).collect();
    let nowhere = Problem::BrokenEntry(Broken::NoTarget);
    assert_eq!(found, [(3, &nowhere), (5, &nowhere)]);
    let links: Vec<(&str, &str)> = read.items().map(|item| (item.title.as_str(), item.url.as_str())).collect();
    assert_eq!(links, [("Lamps", BASE), ("Ropes", "https://example.org/ropes"), ("Empty", BASE)]);
}

#[test]
fn a_title_is_the_words_of_the_link_and_those_before_it() {
    let of = |item: &str| titles(&format!("## News\n\n- {item}\n- [Other](https://example.org/other)\n"))[0].clone();
    for (item, title) in [
        ("[Lamps](https://example.org/) by [Ada](https://example.org/ada)", "Lamps"),
        ("**[Lamps](https://example.org/)** - words", "Lamps"),
        ("[video] [Lamps](https://example.org/)", "[video] Lamps"),
        ("[ ] [Lamps](https://example.org/)", "Lamps"),
        ("\"[Lamps](https://example.org/)\" by Ada", "\"Lamps\""),
        ("《[灯](https://example.org/)》，作者", "《灯》"),
        ("《**[灯](https://example.org/)**》", "《灯》"),
        ("灯 (https://example.org/) 很亮", "灯"),
        ("[灯]（https://example.org/）很亮", "灯"),
        ("[公告] [灯]（https://example.org/）", "[公告] 灯"),
        ("灯：https://example.org/a，很亮。", "灯"),
        ("https://example.org/a", "https://example.org/a"),
        ("[#4567](https://example.org/4567)", "#4567 https://example.org/4567"),
        ("[4567](https://example.org/4567) keeps lamps lit", "4567 keeps lamps lit"),
        (":tada: [Lamps](https://example.org/)", ":tada: Lamps"),
        ("[Vec<T> & `Box<dyn U>`](https://example.org/)", "Vec<T> & Box<dyn U>"),
        ("[<b>Lamps</b>](https://example.org/)", "Lamps"),
        ("<a href='https://example.org/'>Lamps</a>: words", "Lamps"),
        ("[![badge](https://example.org/b.svg)](https://example.org/) words", "badge"),
        ("[Two\n  lines](https://example.org/)", "Two lines"),
        ("2024-02-03 | Berlin | [Meeting](https://example.org/)", "2024-02-03 | Berlin | Meeting"),
    ] {
        assert_eq!(of(item), title, "{item}");
    }
}

#[test]
fn an_address_that_is_no_link_stands_in_the_text() {
    let (items, _) = items(&[("2024-02-02-a-1.md", "## News\n\n- [Chat](irc://irc.example.org/lamps)\n")], "");
    assert!(items[0].html.contains("irc://irc.example.org/lamps"), "{}", items[0].html);
    assert!(!items[0].html.contains("href=\"irc"), "{}", items[0].html);
}

#[test]
fn comments_are_the_editors_own() {
    let text = "## News\n\n- [Lamps](https://example.org/) <!-- check this --> burn\n  <!-- and\n  this -->\n- [Ropes](https://example.org/ropes)\n";
    let (items, _) = items(&[("2024-02-02-a-1.md", text)], "");
    assert!(!format!("{} {}", items[0].html, items[0].summary).contains("this"), "{}", items[0].html);
    assert!(items[0].html.contains("burn"));
}

#[test]
fn a_list_that_a_comment_breaks_is_one_list() {
    let text = "## News\n\n- [A](https://example.org/a)\n- [B](https://example.org/b)\n<!-- a comment -->\n- [C](https://example.org/c)\n\nThat was all.\n";
    let (items, _) = items(&[("2024-02-02-a-1.md", text)], "");
    assert!(items.iter().all(|item| !item.html.contains("all")), "{}", items[2].html);
}

#[test]
fn a_sole_heading_is_the_title_on_the_first_level_alone() {
    let sections = |text: &str| -> Vec<String> {
        let (items, _) = items(&[("2024-02-02-a-1.md", text)], "");
        items.iter().flat_map(|item| &item.sections).map(|section| section.slug.clone()).collect()
    };
    assert_eq!(sections("## News\n\n- [Lamps](https://example.org/)\n"), ["news"]);
    assert_eq!(sections("# Harbour\n\n- [Lamps](https://example.org/)\n"), [""; 0]);
    assert_eq!(sections("# Harbour\n\n## News\n\n- [Lamps](https://example.org/)\n"), ["news"]);
    assert_eq!(sections("## Issue 1\n\n### News\n\n- [Lamps](https://example.org/)\n"), ["news"]);
}

#[test]
fn a_shape_is_forced_for_all_sections_or_for_one() {
    let text = "## Articles\n\n### [Lamps](https://example.org/lamps)\n\n- [One](https://example.org/1)\n- [Two](https://example.org/2)\n\n### Ropes\n\n[Hemp](https://example.org/hemp)\n";
    assert_eq!(titles(text), ["One", "Two", "Hemp"]);
    assert_eq!(titles_with(text, "[site]\nshape = \"heading\"\n"), ["Lamps"]);
    assert_eq!(titles_with(text, "[site]\nshape = \"list\"\n"), ["One", "Two"]);
    assert_eq!(titles_with(text, "[site]\nshape = \"paragraph\"\n"), ["Hemp"]);
    assert_eq!(titles_with(text, "[[section]]\nslug = \"articles\"\nshape = \"heading\"\n"), ["Lamps", "Hemp"]);
}

#[test]
fn a_date_within_a_section_begins_no_issue() {
    let text = "# Harbour 12\n\n## Events 2024-03-05\n\n- [A](https://example.org/a)\n\n## Events 2024-03-06\n\n- [B](https://example.org/b)\n";
    assert_eq!(read(&[("2024-02-02-harbour-12.md", text)], "").listings.len(), 1);
}

#[test]
fn a_date_is_found_wherever_an_issue_gives_it() {
    let posted = |name: &str, text: &str| {
        let text = format!("{text}\n\n## News\n\n- [Lamps](https://example.org/)\n");
        let read = read(&[(name, &text)], "");
        let listing = &read.listings[0];
        (listing.issue.number, listing.posted.format("%F %R").to_string())
    };
    let day = "2024-02-08 00:00".to_owned();
    for (name, text, number) in [
        ("a.md", "# Harbour 12 (2024-02-08)", Some(12)),
        ("a.md", "# Harbour, 8 February 2024", None),
        ("a.md", "# Harbour #12: February 8th, 2024", Some(12)),
        ("a.md", "# Harbour 12\n\n*Published on Feb 8, 2024*", Some(12)),
        ("a.md", "# Harbour 12\n\nDate: Thursday, February 8, 2024", Some(12)),
        ("a.md", "# 港口周刊：第 12 期\n\n2024 年 2 月 8 日", Some(12)),
        ("a.md", "---\ntitle: Harbour 12\npubDate: 2024-02-08T00:00:00Z\n---", Some(12)),
        ("2024/#12-2024.02.08.md", "", Some(12)),
        ("第12期-20240208.md", "", Some(12)),
    ] {
        assert_eq!(posted(name, text), (number, day.clone()), "{name} {text}");
    }
}

#[test]
fn the_heading_over_several_issues_names_the_newsletter() {
    let text = "# Harbour Notes\n\n## February 8, 2024\n\n- [A](https://example.org/a)\n\n## February 1, 2024\n\n- [B](https://example.org/b)\n";
    let read = read(&[("harbour.md", text)], "");
    assert_eq!(read.newsletter.title, "Harbour Notes");
    let issues: Vec<(&str, &str)> =
        read.listings.iter().map(|listing| (listing.slug.as_str(), listing.issue.title.as_str())).collect();
    assert_eq!(issues, [("2024-02-01", "Harbour Notes"), ("2024-02-08", "Harbour Notes")]);
}

#[test]
fn title_language_and_zone_are_those_of_the_issues() {
    let site = |name: &str, text: &str, toml: &str| {
        let site = read(&[(name, text)], toml).newsletter;
        (site.title.clone(), site.language.clone(), site.zone.to_string())
    };
    let english = "# Harbour Weekly 12\n\n## News\n\n- [Lamps](https://example.org/)\n";
    let chinese = "# 港口周刊（第 12 期）：灯\n\n## 新闻\n\n- [数船的灯](https://example.org/)\n";
    let of = |title: &str, language: &str, zone: &str| (title.to_owned(), language.to_owned(), zone.to_owned());
    assert_eq!(site("2024-02-02.md", english, ""), of("Harbour Weekly", "en", "+00:00"));
    assert_eq!(site("2024-02-02.md", chinese, ""), of("港口周刊", "zh-CN", "+08:00"));
    let own = "[site]\ntitle = \"Port\"\nlanguage = \"de\"\nutc-offset = \"+01:00\"\n";
    assert_eq!(site("2024-02-02.md", english, own), of("Port", "de", "+01:00"));
}
