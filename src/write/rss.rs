//! RSS 2.0, with the modules that readers know: `content`, `dc`, `creativeCommons`, and `atom:link` for the feed itself. Written by the
//! crate `rss`.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use memchr::memmem;
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};

use super::head::{GENERATOR, Head};
use super::insert::{Insert, MARK, OTHER_FIELDS, inserted, split_before};
use crate::item::Item;
use crate::text;

const NAMESPACES: [(&str, &str); 4] = [
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("creativeCommons", "http://backend.userland.com/creativeCommonsRssModule"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
];

/// An item as an `item`.
pub(super) fn item(item: &Item) -> Vec<u8> {
    let mut description = String::with_capacity(item.summary.len() + 64);
    text::escape(&mut description, &item.summary); // HTML by specification: plain text would lose its `<pid>`
    let license = item.issue.license.as_ref().and_then(|license| license.url.as_deref());
    let rss_item = rss::Item {
        title: Some(MARK.to_owned()),
        link: Some(item.url.clone()),
        description: Some(description),
        author: None, // an e-mail address by specification
        categories: item.categories().iter().map(|category| rss::Category::from(category.term)).collect(),
        comments: None,
        enclosure: None,
        guid: Some(rss::Guid { value: item.urn(), permalink: false }),
        pub_date: item.date().map(date),
        source: None,
        content: Some(item.html.clone()),
        extensions: license.map(license_extension).unwrap_or_default(),
        itunes_ext: None,
        dublin_core_ext: Some(DublinCoreExtension {
            creators: vec![item.issue.editor.clone()],
            ..DublinCoreExtension::default()
        }),
    };
    // The crate writes items only within a channel.
    let channel = rss::Channel { items: vec![rss_item], ..rss::Channel::default() };
    let room = Vec::with_capacity(item.html.len() + item.summary.len() + OTHER_FIELDS);
    let document = channel.write_to(room).expect("writing to a vector can't fail");
    let start = memmem::find(&document, b"<item>").unwrap_or_default();
    let end = memmem::rfind(&document, b"</channel>").unwrap_or(document.len());
    inserted(&document[start..end], &[Insert::Plain(&item.title)])
}

/// What comes before and after the items of an `rss` document.
pub(super) fn frame(head: &Head) -> (Vec<u8>, Vec<u8>) {
    let license = head.license.as_ref();
    let mut extensions = license.and_then(|license| license.url.as_deref()).map(license_extension).unwrap_or_default();
    extensions.insert("atom".to_owned(), BTreeMap::from([("link".to_owned(), atom_links(head))]));
    let updated = head.is_dated.then(|| date(head.updated));
    let channel = rss::Channel {
        title: MARK.to_owned(),
        link: head.page_url.clone(),
        description: head.description.clone(),
        language: Some(head.language.clone()),
        copyright: license.map(|license| license.name.clone()),
        pub_date: updated.clone(),
        last_build_date: updated,
        generator: Some(GENERATOR.to_owned()),
        extensions,
        namespaces: NAMESPACES.map(|(prefix, uri)| (prefix.to_owned(), uri.to_owned())).into(),
        ..rss::Channel::default()
    };
    let document = channel.write_to(Vec::with_capacity(OTHER_FIELDS)).expect("writing to a vector can't fail");
    split_before(inserted(&document, &[Insert::Plain(&head.title)]), "</channel>")
}

/// The document itself, and the hubs. The crate's own type for them draws in the builders of `atom_syndication`.
fn atom_links(head: &Head) -> Vec<Extension> {
    let own = atom_link(&[("href", &head.self_url), ("rel", "self"), ("type", "application/rss+xml")]);
    let hubs = head.hubs.iter().map(|hub| atom_link(&[("href", hub), ("rel", "hub")]));
    std::iter::once(own).chain(hubs).collect()
}

fn atom_link(attributes: &[(&str, &str)]) -> Extension {
    let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Extension { name: "atom:link".to_owned(), attrs: attributes.collect(), ..Extension::default() }
}

fn license_extension(url: &str) -> ExtensionMap {
    let license =
        Extension { name: "creativeCommons:license".to_owned(), value: Some(url.to_owned()), ..Extension::default() };
    BTreeMap::from([("creativeCommons".to_owned(), BTreeMap::from([("license".to_owned(), vec![license])]))])
}

/// A date as RFC 822 has it, with a year of four digits and a day of two.
fn date(at: DateTime<FixedOffset>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S %z").to_string()
}
