//! Every page says what it may load and run, leads where something is, and says in which language its words are.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use crate::{BASE, File, fields, files, find, json_items};

/// The files of the sample, and of a newsletter of links in English.
fn sites() -> [Vec<File>; 2] {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    ["src/source/sample", "tests/cases/a-newsletter-that-links-to-another/issues"]
        .map(|source| files(&find(&root.join(source))))
}

fn pages() -> Vec<File> {
    sites().into_iter().flatten().filter(|file| file.path.ends_with(".html")).collect()
}

/// What a regular expression's first group finds.
fn captured<'a>(expression: &str, text: &'a str) -> Vec<&'a str> {
    let expression = Regex::new(expression).expect("the expression is right");
    expression.captures_iter(text).map(|found| found.get(1).expect("there is a group").as_str()).collect()
}

#[test]
fn every_page_allows_the_sites_own_files_and_nothing_else() {
    let pages = pages();
    assert!(pages.len() > 15, "the pages are gone");
    for page in &pages {
        let policies = captured(r#"<meta http-equiv="Content-Security-Policy" content="([^"]*)">"#, &page.text);
        let search = if page.path == "search.html" { "; connect-src 'self'" } else { "" };
        let expected = format!(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'{search}"
        );
        assert_eq!(policies, [expected], "{}", page.path);
    }
}

#[test]
fn the_policy_comes_before_all_that_it_rules() {
    for page in pages() {
        let at = |mark| page.text.find(mark).unwrap_or(page.text.len());
        assert!(at("Content-Security-Policy") < at("<style").min(at("<link")).min(at("<script")), "{}", page.path);
    }
}

#[test]
fn no_page_holds_what_its_policy_refuses() {
    let attributes = r"<[a-zA-Z][^<>]*?\s((?:on\w+|style|srcset|background|ping)\s*=[^<>]*)>";
    let elements =
        "<((?:img|picture|audio|video|iframe|object|embed|base|style|script(?: src=\"(?:\\w+:|//)|>))\\b[^>]*)>";
    for page in pages() {
        for expression in [attributes, elements] {
            assert_eq!(captured(expression, &page.text), [""; 0], "{}", page.path);
        }
    }
    for bad in ["<h2 style=\"margin:0\">", "<p onclick=\"x()\">"] {
        assert_eq!(captured(attributes, bad).len(), 1, "the expression finds what it looks for");
    }
}

#[test]
fn every_link_within_the_site_leads_to_a_file_and_a_place_in_it() {
    for site in sites() {
        let files: BTreeMap<&str, &str> = site.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
        let mut seen = 0;
        for page in site.iter().filter(|file| file.path.ends_with(".html")) {
            for link in captured(r#"(?:href|src|action)="([^"]*)""#, &page.text) {
                let address = url::Url::parse(&format!("{BASE}{}", page.path)).and_then(|base| base.join(link));
                let address = address.unwrap_or_else(|err| panic!("{link} in {}: {err}", page.path));
                let Some(path) = address.as_str().strip_prefix(BASE) else { continue };
                let (path, place) = path.split_once('#').unwrap_or((path, ""));
                let path = if path.is_empty() { "index.html" } else { path };
                let text = files.get(path).unwrap_or_else(|| panic!("{} links {link}, which isn't there", page.path));
                let is_there = place.is_empty() || text.contains(&format!("id=\"{place}\""));
                assert!(is_there, "{} links {link}, a place that isn't there", page.path);
                seen += 1;
            }
        }
        assert!(seen > 100, "the links are gone");
    }
}

#[test]
fn no_name_of_a_place_is_there_twice() {
    for page in pages() {
        let mut seen = BTreeSet::new();
        for id in captured(r#"\sid="([^"]*)""#, &page.text) {
            assert!(seen.insert(id), "{} has {id} twice", page.path);
        }
    }
}

#[test]
fn every_entry_is_on_its_issues_page() {
    for site in sites() {
        for file in site.iter().filter(|file| file.path.starts_with("archive/all/") && file.path.ends_with(".json")) {
            let name = file.path.trim_start_matches("archive/all/").trim_end_matches(".json");
            let page = site.iter().find(|page| page.path == format!("issue/{name}.html"));
            let page = &page.unwrap_or_else(|| panic!("issue {name} has no page")).text;
            for id in fields(&json_items(&file.text), "id") {
                let anchor = id.trim_start_matches("urn:uuid:").replace('-', "")[..10].to_owned();
                assert!(
                    page.contains(&format!("<article id=\"_{anchor}\">")),
                    "{id} isn't on the page of issue {name}"
                );
            }
        }
    }
}

#[test]
fn the_main_button_of_a_feed_gives_an_address_and_leads_nobody_to_xml() {
    for page in pages().iter().filter(|page| !page.path.contains('/') && page.path != "search.html") {
        let buttons = captured("(?s)<details class=\"copy\"[^>]*>(.*?)</details>", &page.text);
        assert!(!buttons.is_empty(), "{}", page.path);
        for button in buttons {
            assert_eq!(captured(r#"<input readonly [^>]*value="(https://[^"]*\.atom)">"#, button).len(), 1, "{button}");
            assert!(captured(r#"href="([^":]*\.(?:atom|rss|json))""#, button).is_empty(), "{button}");
        }
    }
}

#[test]
fn titles_say_in_which_language_they_are_unless_it_is_the_pages() {
    let patches =
        "### BPF\n\n**[v1: a](http://lore.kernel.org/bpf/a@x/)**\n\n**[v1: 一](http://lore.kernel.org/bpf/b@x/)**\n";
    let links = "# Lamps 5\n\n## Tools\n\n* [A tool](https://example.org/1)\n* [Another tool](https://example.org/3)\n* [A third tool](https://example.org/4)\n* [一个工具](https://example.org/2)\n";
    for (path, text, expected) in [
        ("2024-01-05-00-00-00-rvlwn-5.md", patches, [(">v1: a<", "lang=\"en\""), (">v1: 一<", "")]),
        ("2024-01-05-lamps-5.md", links, [(">A tool<", ""), (">一个工具<", "lang=\"zh\"")]),
    ] {
        let site = files(&crate::texts(&[(path, text)]));
        for path in ["all.html", "issue/5.html", "index.html"] {
            let page = &site.iter().find(|file| file.path == path).expect("it is there").text;
            for (title, mark) in expected {
                let found = page.lines().find(|line| line.contains(title));
                let line = found.unwrap_or_else(|| panic!("{title} isn't on {path}:\n{page}"));
                assert!(line.contains(mark) && line.contains(" lang=") != mark.is_empty(), "{path}: {line}");
            }
        }
    }
}
