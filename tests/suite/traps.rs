//! What readers and bots stumble over, each with the client's name; `tests/clients/run` shows the programs themselves.

use std::collections::BTreeSet;

use patchfeed::sample;
use patchfeed::site::File;

use crate::{fields, files, json_items, text};

fn traps() -> Vec<File> {
    let entries: String = (0..130)
        .map(|n| format!("**[v2: net-next: a <pid> & `b`, 中文 🦀 {n}](http://lore.kernel.org/netdev/{n}@x.com/)**\n\n> Words {n}.\n\n"))
        .collect();
    files(crate::texts(&[(
        "2024-01-01-10-00-00-rvlwn-1.md",
        &format!("> 编辑：晓依 <a@b.org><br/>\n\n## 一\n\n### C, C++ # D\n\n{entries}"),
    )]))
}

fn slug(site: &[File]) -> String {
    let page = site.iter().find(|file| file.path.starts_with("c-") && file.path.ends_with(".html"));
    page.and_then(|page| page.path.strip_suffix(".html")).expect("the section has a page").to_owned()
}

#[test]
fn netnewswire_orders_equal_dates_at_random_so_dates_fall_strictly() {
    let dates = fields(&json_items(text(&traps(), "all.json")), "date_published");
    assert_eq!(dates.len(), 130);
    assert!(dates.windows(2).all(|pair| pair[0] > pair[1]));
}

#[test]
fn liferea_and_feed2toot_remember_100_items_so_older_issues_go_first_and_a_long_one_stays_whole() {
    let site = traps();
    assert_eq!(json_items(text(&site, &format!("{}.json", slug(&site)))).len(), 130);
}

#[test]
fn freshrss_and_tt_rss_split_categories_at_commas_so_terms_hold_none() {
    for item in json_items(text(&traps(), "all.json")) {
        for tag in item["tags"].as_array().expect("tags") {
            let tag = tag.as_str().expect("a tag is text");
            assert!(tag.is_ascii() && !tag.contains([',', '#', ' ', ';']), "{tag}");
        }
    }
}

#[test]
fn netnewswire_takes_an_author_with_an_address_for_an_address() {
    let item = &json_items(text(&traps(), "all.json"))[0];
    assert_eq!(item["authors"][0]["name"], "晓依");
}

#[test]
fn thunderbird_tt_rss_and_feed2toot_store_ids_that_are_short_and_plain() {
    for id in fields(&json_items(text(&traps(), "all.json")), "id") {
        assert!(id.starts_with("urn:uuid:") && id.len() == 45 && !id.contains(['<', '>', '@', ' ']), "{id}");
    }
}

#[test]
fn newsboat_thunderbird_and_tt_rss_show_an_item_of_two_feeds_once() {
    let site = traps();
    let ids = |path: &str| fields(&json_items(text(&site, path)), "id");
    assert_eq!(ids("all.json"), ids(&format!("{}.json", slug(&site))));
}

#[test]
fn hookshot_takes_the_first_html_link_and_the_first_512_characters_of_the_summary() {
    let site = files(sample::texts());
    let document = roxmltree::Document::parse(text(&site, "all.atom")).expect("XML");
    for entry in document.descendants().filter(|node| node.tag_name().name() == "entry") {
        let link = entry.children().find(|node| node.attribute("type") == Some("text/html")).expect("a link");
        assert!(link.attribute("href").is_some_and(|href| href.starts_with("https://lore.kernel.org/")));
        let summary = entry.children().find(|node| node.tag_name().name() == "summary").and_then(|node| node.text());
        assert!(summary.is_some_and(|summary| !summary.is_empty() && summary.chars().count() <= 500));
    }
}

#[test]
fn liferea_takes_the_last_unknown_link_of_a_feed_for_its_page_so_the_page_comes_last() {
    let site = files(sample::texts());
    for file in site.iter().filter(|file| file.path.ends_with(".atom")) {
        let document = roxmltree::Document::parse(&file.text).expect("XML");
        let links = document.root_element().children().filter(|node| node.tag_name().name() == "link");
        let rels: Vec<&str> = links.filter_map(|link| link.attribute("rel")).collect();
        assert_eq!((rels.first(), rels.last()), (Some(&"self"), Some(&"alternate")), "{}", file.path);
    }
}

#[test]
fn rss_parser_makes_objects_of_categories_with_a_domain_and_takes_the_first_atom_link_for_the_feeds() {
    let site = traps();
    let document = roxmltree::Document::parse(text(&site, "all.rss")).expect("XML");
    assert!(
        document.descendants().filter(|node| node.has_tag_name("category")).all(|node| node.attributes().len() == 0)
    );
    let first =
        document.descendants().find(|node| node.tag_name().name() == "link" && node.tag_name().namespace().is_some());
    assert_eq!(first.and_then(|link| link.attribute("rel")), Some("self"));
}

#[test]
fn commafeed_skips_a_feed_whose_date_stands_still_so_every_new_issue_moves_it() {
    let one = ("2024-01-01-10-00-00-rvlwn-1.md", "### BPF\n\n**[v1: a](http://lore.kernel.org/bpf/a@x.com/)**\n");
    let two = ("2024-01-08-10-00-00-rvlwn-2.md", "### BPF\n\n**[v1: b](http://lore.kernel.org/bpf/b@x.com/)**\n");
    let date = |texts: &[(&str, &str)]| {
        let site = files(crate::texts(texts));
        let document = roxmltree::Document::parse(text(&site, "bpf.rss")).expect("XML");
        let date = document.descendants().find(|node| node.has_tag_name("pubDate")).and_then(|node| node.text());
        date.expect("the channel has a date").to_owned()
    };
    let dates: BTreeSet<String> = [date(&[one]), date(&[one, two])].into();
    assert_eq!(dates.len(), 2);
}
