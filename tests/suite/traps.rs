//! What readers and bots stumble over, each with the client's name; `tests/clients/run` shows the programs themselves.

use std::collections::BTreeSet;

use patchfeed::source::sample;

use crate::{File, fields, files, json_items, text};

fn traps() -> Vec<File> {
    let entries: String = (0..130)
        .map(|n| format!("**[v2: net-next: a <pid> & `b`, 中文 🦀 {n}](http://lore.kernel.org/netdev/{n}@x.com/)**\n\n> Words {n}.\n\n"))
        .collect();
    files(&crate::texts(&[(
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
fn feed2toot_never_recovers_at_100_items_so_sections_leave_it_slack() {
    let texts: Vec<(String, String)> = (1..=9)
        .map(|n| {
            let entries: String =
                (0..20).map(|m| format!("**[v1: {n}.{m}](http://lore.kernel.org/bpf/{n}.{m}@x/)**\n\n")).collect();
            (format!("2024-01-{n:02}-00-00-00-rvlwn-{n}.md"), format!("### BPF\n\n{entries}"))
        })
        .collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_eq!(json_items(text(&files(&crate::texts(&texts)), "bpf.json")).len(), 60, "three issues, and no fourth");
}

#[test]
fn fast_xml_parser_refuses_1000_references_so_texts_stand_in_cdata() {
    let site = traps();
    for path in ["all.atom", "digest.atom", "all.rss", "digest.rss"] {
        let feed = text(&site, path);
        let in_text: String =
            feed.split("<![CDATA[").map(|part| part.split_once("]]>").map_or(part, |(_, rest)| rest)).collect();
        let in_titles = json_items(text(&site, "all.json")).len() * 4; // two of `<>`, `&`, and the section's name
        assert!(in_text.matches('&').count() <= in_titles, "{path}: {}", in_text.matches('&').count());
    }
    assert!(text(&site, "all.atom").contains("<content type=\"html\"><![CDATA[<p>"));
    assert!(text(&site, "all.atom").contains("<summary type=\"text\"><![CDATA["));
}

#[test]
fn elfeed_and_libmrss_ignore_offsets_so_atoms_dates_are_in_utc() {
    let site = traps();
    let document = roxmltree::Document::parse(text(&site, "all.atom")).expect("XML");
    let dates = document.descendants().filter(|node| matches!(node.tag_name().name(), "updated" | "published"));
    let dates: Vec<&str> = dates.filter_map(|node| node.text()).collect();
    assert_eq!((dates.len(), dates[0]), (261, "2024-01-01T02:00:00Z"));
    assert!(dates.iter().all(|date| date.ends_with('Z')));
}

/// The attributes of extensions are escaped here because the crate doesn't: once it does, they would be escaped twice.
#[test]
fn atom_syndication_still_writes_the_attributes_of_extensions_unescaped() {
    use atom_syndication::extension::Extension;
    let reply = Extension {
        name: "thr:x".to_owned(),
        attrs: [("href".to_owned(), "a&b".to_owned())].into(),
        ..Extension::default()
    };
    let extensions = [("thr".to_owned(), [("x".to_owned(), vec![reply])].into())].into();
    let entry = atom_syndication::Entry { extensions, ..atom_syndication::Entry::default() };
    assert!(entry.to_string().contains("href=\"a&b\""), "drop the escaping in src/write/atom.rs");
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
    let site = files(&sample::texts());
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
    let site = files(&sample::texts());
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
        let site = files(&crate::texts(texts));
        let document = roxmltree::Document::parse(text(&site, "bpf.rss")).expect("XML");
        let date = document.descendants().find(|node| node.has_tag_name("pubDate")).and_then(|node| node.text());
        date.expect("the channel has a date").to_owned()
    };
    let dates: BTreeSet<String> = [date(&[one]), date(&[one, two])].into();
    assert_eq!(dates.len(), 2);
}
