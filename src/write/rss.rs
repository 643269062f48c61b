//! RSS 2.0, with the modules that readers know: `content`, `dc`, `creativeCommons`, and `atom:link` for the feed itself.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};

use super::{GENERATOR, Head, assemble, cut_item, with_plain};
use crate::item::Item;
use crate::text;

const NAMESPACES: [(&str, &str); 4] = [
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("creativeCommons", "http://backend.userland.com/creativeCommonsRssModule"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
];

/// One `item`.
pub fn item(item: &Item) -> String {
    let mut description = String::new();
    text::escape(&mut description, &item.summary); // HTML by specification: plain text would lose its `<pid>`
    let license = item.issue.license.as_ref().and_then(|license| license.url.as_deref());
    let item = rss::Item {
        title: Some(item.title.clone()),
        link: Some(item.url.clone()),
        description: Some(description),
        author: None, // an address of mail by specification; names go to dc:creator
        categories: item
            .categories
            .iter()
            .map(|category| rss::Category { name: category.term.clone(), domain: None })
            .collect(),
        comments: None,
        enclosure: None,
        guid: Some(rss::Guid { value: item.id.clone(), permalink: false }),
        pub_date: Some(date(item.published)),
        source: None,
        content: Some(item.html.clone()),
        extensions: license.map(license_extension).unwrap_or_default(),
        itunes_ext: None,
        dublin_core_ext: Some(rss::extension::dublincore::DublinCoreExtension {
            creators: vec![item.author.clone()],
            ..Default::default()
        }),
    };
    let channel = rss::Channel { items: vec![item], ..empty() };
    with_plain(cut_item(&channel.to_string(), "item"), "title", "<title>")
}

/// An `rss` document of items.
pub fn document(head: &Head, items: &[&str]) -> String {
    let link = rss::extension::Extension {
        name: "atom:link".to_owned(),
        attrs: BTreeMap::from(
            [("href", head.self_url.as_str()), ("rel", "self"), ("type", "application/rss+xml")]
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        ),
        ..Default::default()
    };
    let license = head.license.as_ref().and_then(|license| license.url.as_deref());
    let mut extensions = license.map(license_extension).unwrap_or_default();
    extensions.insert("atom".to_owned(), BTreeMap::from([("link".to_owned(), vec![link])]));
    let channel = rss::Channel {
        title: head.title.clone(),
        link: head.page_url.clone(),
        description: head.description.clone(),
        language: Some(head.language.clone()),
        copyright: head.license.as_ref().map(|license| license.name.clone()),
        pub_date: Some(date(head.updated)),
        last_build_date: Some(date(head.updated)),
        generator: Some(GENERATOR.to_owned()),
        extensions,
        namespaces: NAMESPACES.map(|(prefix, uri)| (prefix.to_owned(), uri.to_owned())).into(),
        ..empty()
    };
    assemble(&with_plain(&channel.to_string(), "title", "<title>"), "</channel>", items)
}

/// RFC 822 with a year of four digits and a day of two, as RSS wants it.
fn date(at: DateTime<FixedOffset>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S %z").to_string()
}

fn license_extension(url: &str) -> rss::extension::ExtensionMap {
    let license = rss::extension::Extension {
        name: "creativeCommons:license".to_owned(),
        value: Some(url.to_owned()),
        ..Default::default()
    };
    BTreeMap::from([("creativeCommons".to_owned(), BTreeMap::from([("license".to_owned(), vec![license])]))])
}

fn empty() -> rss::Channel {
    rss::Channel::default()
}
