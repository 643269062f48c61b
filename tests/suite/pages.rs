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
fn the_first_page_announces_each_feed_in_each_format_and_first_that_of_its_button() {
    let link = r#"<link rel="alternate" type="([^"]*)" title="[^"]*" href="([^"]*)">"#;
    let link = Regex::new(link).expect("it compiles");
    for site in sites() {
        let index = &site.iter().find(|file| file.path == "index.html").expect("there is a first page").text;
        let buttons = captured(r#"<input readonly [^>]*value="https://feeds\.example\.org/([^"]*)\.atom""#, index);
        assert!(!buttons.is_empty(), "no button gives an address");
        let expected: Vec<_> = buttons
            .iter()
            .flat_map(|feed| {
                [("atom+xml", "atom"), ("rss+xml", "rss"), ("feed+json", "json")]
                    .map(|(kind, end)| format!("application/{kind} {feed}.{end}"))
            })
            .collect();
        let announced: Vec<_> = link.captures_iter(index).map(|link| format!("{} {}", &link[1], &link[2])).collect();
        assert_eq!(announced, expected);
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

/// An issue with one entry.
fn issue(title: &str) -> String {
    format!(
        "### RISC-V 架构支持\n\n**[{title}: riscv: Count the harts](http://lore.kernel.org/linux-riscv/{title}@x.com/)**\n"
    )
}

#[test]
fn an_entry_leads_to_its_discussion_and_to_earlier_and_later_versions() {
    let texts: Vec<(String, String)> =
        (1..=3).map(|n| (format!("2024-01-0{n}-00-00-00-rvlwn-{n}.md"), issue(&format!("v{n}")))).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let site = files(&crate::texts(&texts));
    let page = |path: &str| &site.iter().find(|file| file.path == path).expect("it is there").text;
    let versions =
        |path: &str| captured(r#"<a href="\.\./issue/(\d)\.html#_[0-9a-f]{10}">v\d</a>"#, page(path)).join(" ");
    assert_eq!(["issue/1.html", "issue/2.html", "issue/3.html"].map(versions), ["2 3", "1 3", "2 1"]);
    assert!(page("issue/2.html").contains("href=\"https://lore.kernel.org/linux-riscv/v2@x.com/t/#u\""));
    assert!(
        page("issue/2.html").contains("rel=\"prev\" href=\"1.html\"")
            && page("issue/2.html").contains("rel=\"next\" href=\"3.html\"")
    );
    assert!(!page("issue/2.html").contains("<details"), "an entry without text has no fold");
}

#[test]
fn a_section_is_not_named_again_at_each_entry_of_its_own_page() {
    let issue =
        format!("{}\n### BPF\n\n**[v1: riscv: Count the harts](http://lore.kernel.org/bpf/v1@x.com/)**\n", issue("v1"));
    let site = files(&crate::texts(&[("2024-01-01-00-00-00-rvlwn-1.md", &issue)]));
    for (path, expected) in [("riscv.html", "BPF"), ("bpf.html", "RISC-V 架构支持")] {
        let page = &site.iter().find(|file| file.path == path).expect("it is there").text;
        let labels = captured("(?s)<p class=\"soft about\">(.*?)</p>", page).concat();
        let sections = ["BPF", "RISC-V 架构支持"].into_iter().filter(|section| labels.contains(section));
        assert_eq!(sections.collect::<Vec<_>>(), [expected], "{path}");
    }
}

#[test]
fn a_newsletter_in_a_third_language_keeps_its_direction_and_marks_the_pages_own_words() {
    let folder = crate::Folder::new("third-language");
    folder.write("patchfeed.toml", "[site]\nlanguage = \"ar\"\n");
    folder.write("issues/2024-01-01-00-00-00-rvlwn-1.md", issue("v1"));
    assert!(crate::patchfeed(&folder.0, &["build", "issues", "--out", "site", "--base-url", BASE]).status.success());
    let page = std::fs::read_to_string(folder.path("site/index.html")).expect("it is there");
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\" data-words=\"en\">"), "{page}");
    assert!(page.contains("<span lang=\"en\" data-other=\"订阅\">Subscribe</span>"), "{page}");
}

#[test]
fn pages_lead_to_the_readers_that_the_configuration_names() {
    let folder = crate::Folder::new("web-readers");
    folder.write("issues/2024-01-01-00-00-00-rvlwn-1.md", issue("v1"));
    let page = |config: &str| {
        folder.write("patchfeed.toml", config);
        let output = crate::patchfeed(&folder.0, &["build", "issues", "--out", "site", "--base-url", BASE]);
        (crate::stderr(&output), std::fs::read_to_string(folder.path("site/riscv.html")).unwrap_or_default())
    };
    assert!(
        page("").1.contains("https://www.inoreader.com/?add_feed=https%3A%2F%2Ffeeds%2Eexample%2Eorg%2Friscv%2Eatom")
    );
    let own = page("[[reader]]\nname = \"Mine\"\naddress = \"https://reader.example.org/?add={feed}&x\"\n").1;
    assert!(
        own.contains(
            "href=\"https://reader.example.org/?add=https%3A%2F%2Ffeeds%2Eexample%2Eorg%2Friscv%2Eatom&#38;x\">Mine<"
        ),
        "{own}"
    );
    assert!(!own.contains("Inoreader") && own.contains("href=\"feed:https://feeds.example.org/riscv.atom\""));
    assert!(!page("reader = []\n").1.contains("Inoreader"));
    for (row, words) in [
        ("name = \"Mine\"\naddress = \"https://reader.example.org/\"", "doesn't say where the feed's address goes"),
        ("name = \"Mine\"\naddress = \"javascript:{feed}\"", "isn't a web address"),
        ("name = \" \"\naddress = \"https://reader.example.org/{feed}\"", "the name is empty"),
    ] {
        let (said, _) = page(&format!("[[reader]]\n{row}\n"));
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn files_for_hosts_and_robots_yield_to_those_that_somebody_put_there() {
    let folder = crate::Folder::new("yielding");
    folder.write("issues/2024-01-01-00-00-00-rvlwn-1.md", issue("v1"));
    folder.write("site/robots.txt", "User-agent: *\nDisallow: /\n");
    let build = || {
        crate::patchfeed(&folder.0, &["build", "issues", "--out", "site", "--base-url", "https://example.org/feeds/"])
    };
    assert!(build().status.success() && build().status.success());
    let read = |path: &str| std::fs::read_to_string(folder.path("site").join(path)).expect("it is there");
    assert!(read("robots.txt").ends_with("Disallow: /\n"));
    assert!(read("_headers").contains("\n/feeds/*.atom\n  Content-Type: application/atom+xml; charset=utf-8\n"));
    std::fs::remove_file(folder.path("site/.patchfeed/manifest")).expect("it is there");
    assert!(build().status.success());
    assert!(read(".patchfeed/manifest").contains("_headers\n") && !read(".patchfeed/manifest").contains("robots.txt"));
}
