//! The documents against their specifications, field by field, by checkers of our own.

use std::collections::BTreeSet;

use chrono::DateTime;
use patchfeed::source::sample;
use serde_json::{Map, Value};
use url::Url;

use crate::real_issues;
use crate::{files, find};

/// JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>): what is wrong with a document.
fn json_feed(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let feed: Map<String, Value> = match serde_json::from_str(text) {
        Ok(feed) => feed,
        Err(err) => return vec![err.to_string()],
    };
    if feed.get("version") != Some(&"https://jsonfeed.org/version/1.1".into()) {
        wrong.push("version".into());
    }
    if feed.get("title").and_then(Value::as_str).is_none_or(str::is_empty) {
        wrong.push("title (required)".into());
    }
    let strings = ["title", "description", "user_comment", "language"];
    let urls = ["home_page_url", "feed_url", "next_url", "icon", "favicon"];
    check_fields(&mut wrong, "feed", &feed, &strings, &urls, &["version", "authors", "expired", "hubs", "items"]);
    if feed.get("next_url").is_some_and(|next| Some(next) == feed.get("feed_url")) {
        wrong.push("next_url is the feed itself".into());
    }
    let Some(items) = feed.get("items").and_then(Value::as_array) else {
        wrong.push("items (required)".into());
        return wrong;
    };
    let mut ids = BTreeSet::new();
    for item in items {
        let Some(item) = item.as_object() else {
            wrong.push("an item is no object".into());
            continue;
        };
        match item.get("id").and_then(Value::as_str) {
            Some(id) if !id.is_empty() && ids.insert(id) => {}
            id => wrong.push(format!("item id {id:?} (required, unique)")),
        }
        let strings = ["id", "title", "content_html", "content_text", "summary", "language"];
        let urls = ["url", "external_url", "image", "banner_image"];
        let others = ["date_published", "date_modified", "authors", "tags", "attachments"];
        check_fields(&mut wrong, "item", item, &strings, &urls, &others);
        if !item.contains_key("content_html") && !item.contains_key("content_text") {
            wrong.push("an item has neither content_html nor content_text".into());
        }
        for date in ["date_published", "date_modified"].iter().filter_map(|name| item.get(*name)) {
            if date.as_str().is_none_or(|date| DateTime::parse_from_rfc3339(date).is_err()) {
                wrong.push(format!("date {date} is not RFC 3339"));
            }
        }
        let named = |author: &Value| {
            ["name", "url", "avatar"].iter().any(|field| author.get(field).is_some_and(Value::is_string))
        };
        if item.get("authors").is_some_and(|authors| authors.as_array().is_none_or(|all| !all.iter().all(named))) {
            wrong.push("authors".into());
        }
        if item.get("tags").is_some_and(|tags| tags.as_array().is_none_or(|all| !all.iter().all(Value::is_string))) {
            wrong.push("tags".into());
        }
    }
    wrong
}

fn check_fields(
    wrong: &mut Vec<String>,
    of: &str,
    object: &Map<String, Value>,
    strings: &[&str],
    urls: &[&str],
    others: &[&str],
) {
    for (name, value) in object {
        let right = match name.as_str() {
            name if strings.contains(&name) => value.is_string(),
            name if urls.contains(&name) => value.as_str().is_some_and(|url| Url::parse(url).is_ok()),
            name if others.contains(&name) => true,
            // Extensions begin with an underscore and a letter, hold no dot, and are objects.
            name => {
                name.starts_with('_')
                    && name[1..].starts_with(|c: char| c.is_ascii_alphabetic())
                    && !name.contains('.')
                    && value.is_object()
            }
        };
        if !right {
            wrong.push(format!("{of} field {name}: {value}"));
        }
    }
}

/// OPML 2.0 (<https://opml.org/spec2.opml>), as a list of subscriptions: what is wrong with a document.
fn opml(text: &str) -> Vec<String> {
    let document = match roxmltree::Document::parse(text) {
        Ok(document) => document,
        Err(err) => return vec![err.to_string()],
    };
    let mut wrong = Vec::new();
    let root = document.root_element();
    if !root.has_tag_name("opml") || root.attribute("version") != Some("2.0") {
        wrong.push("the root is no opml of version 2.0".to_owned());
    }
    let parts: Vec<&str> =
        root.children().filter(roxmltree::Node::is_element).map(|node| node.tag_name().name()).collect();
    if parts != ["head", "body"] {
        wrong.push(format!("{parts:?} instead of one head and one body"));
    }
    let outlines: Vec<_> = document.descendants().filter(|node| node.has_tag_name("outline")).collect();
    if outlines.is_empty() {
        wrong.push("body has no outline".to_owned());
    }
    for outline in outlines {
        let known =
            ["text", "type", "xmlUrl", "description", "htmlUrl", "language", "title", "version", "category", "created"];
        wrong.extend(
            outline.attributes().filter(|a| !known.contains(&a.name())).map(|a| format!("attribute {}", a.name())),
        );
        let filled = |name: &str| outline.attribute(name).is_some_and(|value| !value.trim().is_empty());
        if !filled("text") || outline.attribute("type") != Some("rss") {
            wrong.push("an outline has no text, or is no feed".to_owned());
        }
        for name in ["xmlUrl", "htmlUrl"] {
            if outline.attribute(name).is_none_or(|url| Url::parse(url).is_err()) {
                wrong.push(format!("{name} is no address"));
            }
        }
    }
    wrong
}

#[test]
fn every_json_feed_and_opml_document_keeps_to_its_specification() {
    let mut sites = vec![files(&sample::texts()), files(&crate::texts(&[("2024-01-01-10-00-00-rvlwn-1.md", "")]))];
    if let Some(folder) = real_issues::folder() {
        sites.push(files(&find(&folder)));
    }
    for site in sites {
        for file in &site {
            let wrong = match file.path.rsplit('.').next() {
                Some("json") if file.path != "search.json" => json_feed(&file.text),
                Some("opml") => opml(&file.text),
                _ => continue,
            };
            assert!(wrong.is_empty(), "{}: {wrong:?}", file.path);
        }
    }
}

#[test]
fn the_checkers_find_what_is_wrong() {
    for text in [
        "[]",
        "{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"x\",\"items\":[]}",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[]}",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"x\"}",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"x\",\"items\":[{\"id\":1,\"content_text\":\"\"}]}",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"x\",\"items\":[{\"id\":\"1\"}]}",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"x\",\"items\":[{\"id\":\"1\",\"content_text\":\"\"},{\"id\":\"1\",\"content_text\":\"\"}]}",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"x\",\"feed_url\":\"all.json\",\"items\":[]}",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"x\",\"items\":[],\"unknown\":{}}",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"x\",\"items\":[{\"id\":\"1\",\"content_text\":\"\",\"date_published\":\"2024-01-01\"}]}",
    ] {
        assert!(!json_feed(text).is_empty(), "{text}");
    }
    for text in [
        "<opml version=\"1.0\"><head/><body><outline text=\"x\" type=\"rss\" xmlUrl=\"https://x/\" htmlUrl=\"https://x/\"/></body></opml>",
        "<opml version=\"2.0\"><body><outline text=\"x\" type=\"rss\" xmlUrl=\"https://x/\" htmlUrl=\"https://x/\"/></body></opml>",
        "<opml version=\"2.0\"><head/><body/></opml>",
        "<opml version=\"2.0\"><head/><body><outline type=\"rss\" xmlUrl=\"https://x/\" htmlUrl=\"https://x/\"/></body></opml>",
        "<opml version=\"2.0\"><head/><body><outline text=\"x\" type=\"rss\" xmlUrl=\"x\" htmlUrl=\"https://x/\"/></body></opml>",
    ] {
        assert!(!opml(text).is_empty(), "{text}");
    }
}
