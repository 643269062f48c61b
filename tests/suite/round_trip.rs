//! What the feeds say, as independent parsers read it.

use std::collections::BTreeSet;

use patchfeed::source::sample;

use crate::{BASE, File, fields, files, json_items, text};

fn sample_site() -> Vec<File> {
    files(&sample::texts())
}

fn feed_rs(text: &str) -> feed_rs::model::Feed {
    feed_rs::parser::Builder::new().build().parse(text.as_bytes()).expect("an independent parser reads the feed")
}

#[test]
fn all_three_formats_say_the_same_to_an_independent_parser() {
    let site = sample_site();
    for slug in ["all", "riscv", "bpf", "digest", "riscv-digest"] {
        let feeds: Vec<_> =
            ["atom", "rss", "json"].iter().map(|ext| feed_rs(text(&site, &format!("{slug}.{ext}")))).collect();
        assert!(!feeds[0].entries.is_empty(), "{slug} is empty");
        let titles = |feed: &feed_rs::model::Feed| -> Vec<(String, String, Option<String>, String, String)> {
            feed.entries
                .iter()
                .map(|entry| {
                    (
                        entry.id.clone(),
                        entry.title.as_ref().map(|title| title.content.clone()).unwrap_or_default(),
                        entry.published.map(|date| date.to_rfc3339()),
                        entry.links.first().map(|link| link.href.clone()).unwrap_or_default(),
                        entry
                            .content
                            .as_ref()
                            .and_then(|content| content.body.clone())
                            .unwrap_or_default()
                            .trim()
                            .to_owned(),
                    )
                })
                .collect()
        };
        assert_eq!(titles(&feeds[0]), titles(&feeds[1]), "{slug}: Atom and RSS");
        assert_eq!(titles(&feeds[0]), titles(&feeds[2]), "{slug}: Atom and JSON");
        let authors = |feed: &feed_rs::model::Feed| -> Vec<Vec<String>> {
            feed.entries
                .iter()
                .map(|entry| entry.authors.iter().map(|author| author.name.clone().unwrap_or_default()).collect())
                .collect()
        };
        assert_eq!(authors(&feeds[0]), authors(&feeds[1]));
        assert!(authors(&feeds[0]).iter().all(|names| names.len() == 1), "an item has exactly one author");
        let terms = |feed: &feed_rs::model::Feed| -> Vec<Vec<String>> {
            feed.entries
                .iter()
                .map(|entry| entry.categories.iter().map(|category| category.term.clone()).collect())
                .collect()
        };
        assert_eq!(terms(&feeds[0]), terms(&feeds[1]));
        assert_eq!(feeds[0].language.as_deref().map(str::to_lowercase), Some("zh-cn".to_owned()));
        assert_eq!(feeds[0].title.as_ref().map(|t| &t.content), feeds[1].title.as_ref().map(|t| &t.content));
    }
}

#[test]
fn an_atom_entry_has_every_field_of_the_contract() {
    let site = sample_site();
    let document = roxmltree::Document::parse(text(&site, "riscv.atom")).expect("the feed is XML");
    assert!(text(&site, "riscv.atom").starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>"));
    let root = document.root_element();
    let atom = "http://www.w3.org/2005/Atom";
    let children = |node: roxmltree::Node<'_, '_>, name: &str| -> Vec<String> {
        node.children()
            .filter(|child| child.has_tag_name((atom, name)))
            .map(|child| child.text().unwrap_or("").to_owned())
            .collect()
    };
    let links = |node: roxmltree::Node<'_, '_>| -> Vec<(String, String)> {
        node.children()
            .filter(|child| child.has_tag_name((atom, "link")))
            .map(|link| {
                (link.attribute("rel").unwrap_or("").to_owned(), link.attribute("href").unwrap_or("").to_owned())
            })
            .collect()
    };
    let rels: Vec<String> = links(root).into_iter().map(|(rel, _)| rel).collect();
    assert_eq!(rels, ["self", "license", "alternate"], "self first, the page last");
    assert_eq!(root.attribute(("http://www.w3.org/XML/1998/namespace", "lang")), Some("zh-CN"));
    let entry = root.children().find(|child| child.has_tag_name((atom, "entry"))).expect("the feed has an entry");
    assert_eq!(children(root, "updated"), children(entry, "updated"), "a feed is as new as its newest item");
    assert_eq!(children(entry, "published"), children(entry, "updated"));
    assert_eq!(children(entry, "published"), ["2023-06-05T09:07:35Z"], "elfeed and libmrss ignore offsets");
    assert_eq!(children(entry, "rights"), ["CC0 1.0"]);
    let mail = "https://lore.kernel.org/linux-riscv/20230526102540.105013-1-ajones@ventanamicro.com/";
    let wanted = [
        ("alternate", mail.to_owned()),
        ("via", "https://tinylab.org/rvlwn-47/".to_owned()),
        ("replies", format!("{mail}t.atom")),
    ];
    assert_eq!(links(entry), wanted.map(|(rel, href)| (rel.to_owned(), href)));
    let categories: Vec<_> = entry
        .children()
        .filter(|child| child.has_tag_name((atom, "category")))
        .map(|category| (category.attribute("term").unwrap_or(""), category.attribute("label").unwrap_or("")))
        .collect();
    assert_eq!(
        categories,
        [
            ("riscv", "RISC-V 架构支持"),
            ("patch", "PATCH"),
            ("v2+", "v2+"),
            ("linux-riscv", "linux-riscv"),
            ("ventanamicro.com", "ventanamicro.com")
        ]
    );
    let kind = |name: &str| {
        entry.children().find(|child| child.has_tag_name((atom, name))).and_then(|child| child.attribute("type"))
    };
    assert_eq!((kind("title"), kind("summary"), kind("content")), (Some("text"), Some("text"), Some("html")));
}

#[test]
fn an_rss_item_has_every_field_of_the_contract() {
    let site = sample_site();
    let document = roxmltree::Document::parse(text(&site, "riscv.rss")).expect("the feed is XML");
    let channel = document.root_element().first_element_child().expect("there is a channel");
    let first = channel.children().find(|child| child.tag_name().namespace() == Some("http://www.w3.org/2005/Atom"));
    let own = first.expect("the feed names itself");
    assert_eq!(
        (own.attribute("rel"), own.attribute("href")),
        (Some("self"), Some("https://feeds.example.org/riscv.rss"))
    );
    let item = channel.children().find(|child| child.has_tag_name("item")).expect("there is an item");
    let names: Vec<&str> =
        item.children().filter(roxmltree::Node::is_element).map(|child| child.tag_name().name()).collect();
    assert_eq!(
        names,
        [
            "title",
            "link",
            "description",
            "category",
            "category",
            "category",
            "category",
            "category",
            "guid",
            "pubDate",
            "encoded",
            "license",
            "creator"
        ]
    );
    let child = |name: &str| item.children().find(|child| child.tag_name().name() == name).expect("the field is there");
    assert_eq!(child("guid").attribute("isPermaLink"), Some("false"));
    assert_eq!(child("pubDate").text(), Some("Mon, 05 Jun 2023 17:07:35 +0800"));
    assert!(child("category").attributes().len() == 0, "a domain makes some parsers return objects");
}

#[test]
fn titles_are_written_as_hexadecimal_references() {
    let site = files(&crate::texts(&[(
        "2024-01-01-00-00-00-rvlwn-1.md",
        "## 一\n### BPF\n\n**[v1: a < b && c > d: \"x\" 'y' ]]> &lt;](http://lore.kernel.org/bpf/a@b/)**\n",
    )]));
    let expected = "v1: a &#x3C; b &#x26;&#x26; c &#x3E; d: \"x\" 'y' ]]&#x3E; &#x3C;</title>";
    assert!(text(&site, "all.atom").contains(&format!("<title type=\"text\">{expected}")));
    assert!(text(&site, "all.rss").contains(&format!("<title>{expected}")));
    assert_eq!(fields(&json_items(text(&site, "all.json")), "title"), ["v1: a < b && c > d: \"x\" 'y' ]]> <"]);
}

#[test]
fn opml_lists_every_section_once_and_their_digests_stand_in_another_list() {
    let site = sample_site();
    let is_feed =
        |path: &&str| path.ends_with(".atom") && !path.contains('/') && !["all.atom", "digest.atom"].contains(path);
    let feeds = || site.iter().map(|file| file.path.as_str()).filter(is_feed);
    for (list, is_digest) in [("feeds.opml", false), ("digests.opml", true)] {
        let document = roxmltree::Document::parse(text(&site, list)).expect("the list is XML");
        let urls: Vec<&str> = document.descendants().filter_map(|node| node.attribute("xmlUrl")).collect();
        let expected: BTreeSet<String> =
            feeds().filter(|path| path.contains("digest") == is_digest).map(|path| format!("{BASE}{path}")).collect();
        assert_eq!(urls.iter().map(|url| (*url).to_owned()).collect::<BTreeSet<_>>(), expected, "{list}");
        assert_eq!(urls.len(), expected.len());
        for outline in document.descendants().filter(|node| node.has_tag_name("outline")) {
            assert_eq!(outline.attribute("type"), Some("rss"));
            assert!(outline.attribute("text").is_some_and(|text| !text.is_empty()));
            assert!(outline.attribute("htmlUrl").is_some_and(|url| url.ends_with(".html")));
        }
    }
}

#[test]
fn the_archives_of_a_feed_lead_from_the_newest_issue_to_the_oldest_and_back() {
    let texts: Vec<(String, String)> = (1..=9)
        .map(|n| {
            let entries: String =
                (0..60).map(|m| format!("**[v1: {n}.{m}](http://lore.kernel.org/bpf/{n}.{m}@x/)**\n\n")).collect();
            (format!("2024-01-{n:02}-00-00-00-rvlwn-{n}.md"), format!("## 一\n### BPF\n\n{entries}"))
        })
        .collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let site = files(&crate::texts(&texts));
    for (slug, window) in [("all", 5), ("bpf", 2)] {
        assert_eq!(json_items(text(&site, &format!("{slug}.json"))).len(), window * 60, "{slug} is cut between issues");
        let mut next = Some(format!("{BASE}{slug}.json"));
        let mut ids = Vec::new();
        let mut walked = Vec::new();
        while let Some(url) = next {
            let path = url.strip_prefix(BASE).expect("the chain stays on the site");
            let feed: serde_json::Value = serde_json::from_str(text(&site, path)).expect("JSON");
            assert_eq!(feed["feed_url"], url);
            ids.extend(fields(&json_items(text(&site, path)), "id"));
            walked.push(path.to_owned());
            next = feed["next_url"].as_str().map(str::to_owned);
        }
        assert_eq!(ids.len(), 540, "{slug}: every item once");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 540);
        let numbers: Vec<String> = (1..=9 - window).rev().map(|n| format!("archive/{slug}/{n}.json")).collect();
        assert_eq!(walked[1..], numbers);

        let links = |path: &str, rel: &str| -> Option<String> {
            let document = roxmltree::Document::parse(text(&site, path)).expect("XML");
            let link = document.root_element().children().find(|node| node.attribute("rel") == Some(rel))?;
            Some(link.attribute("href")?.strip_prefix(BASE)?.to_owned())
        };
        for n in 1..=9 {
            let path = format!("archive/{slug}/{n}.atom");
            assert_eq!(links(&path, "prev-archive"), (n > 1).then(|| format!("archive/{slug}/{}.atom", n - 1)));
            assert_eq!(links(&path, "next-archive"), (n < 9).then(|| format!("archive/{slug}/{}.atom", n + 1)));
            assert_eq!(links(&path, "current"), Some(format!("{slug}.atom")));
            assert!(text(&site, &path).contains("<fh:archive"));
        }
    }
}
