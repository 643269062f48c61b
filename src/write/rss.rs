//! RSS 2.0, with the modules that readers know: `content`, `dc`, `creativeCommons`, and `atom:link` for the feed itself.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset, format};

use super::xml::{push_cdata, push_element, push_escaped, push_plain};
use super::{GENERATOR, Head, split};
use uuid::Uuid;

use crate::item::Item;
use crate::text;

const NAMESPACES: [(&str, &str); 4] = [
    ("atom", "http://www.w3.org/2005/Atom"),
    ("content", "http://purl.org/rss/1.0/modules/content/"),
    ("creativeCommons", "http://backend.userland.com/creativeCommonsRssModule"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
];

/// Appends one `item`, as the `rss` crate would write it (the tests compare the two), in one go.
pub fn item(xml: &mut String, item: &Item) {
    xml.push_str("<item><title>");
    push_plain(xml, &item.title);
    xml.push_str("</title>");
    push_element(xml, "link", &item.url);
    let mut description = String::with_capacity(item.summary.len() + 64);
    text::escape(&mut description, &item.summary); // HTML by specification: plain text would lose its `<pid>`
    push_cdata(xml, "description", &description);
    for category in item.categories() {
        push_element(xml, "category", category.term);
    }
    xml.push_str("<guid isPermaLink=\"false\">");
    push_escaped(xml, item.urn(&mut Uuid::encode_buffer()));
    xml.push_str("</guid>");
    push_element(xml, "pubDate", &date(item.published));
    push_cdata(xml, "content:encoded", &item.html);
    if let Some(license) = item.issue.license.as_ref().and_then(|license| license.url.as_deref()) {
        push_element(xml, "creativeCommons:license", license);
    }
    push_element(xml, "dc:creator", &item.issue.editor);
    xml.push_str("</item>");
}

/// What stands before and after the items of an `rss` document.
pub fn document(head: &Head) -> (String, String) {
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
    split(with_plain_title(&channel.to_string(), &head.title), "</channel>")
}

/// A document of the crate's with the channel's title, which is the first, written as those of the items are.
fn with_plain_title(xml: &str, title: &str) -> String {
    let (start, end) = (xml.find("<title>"), xml.find("</title>"));
    let (Some(start), Some(end)) = (start, end) else { return xml.to_owned() };
    let mut out = xml[..start + "<title>".len()].to_owned();
    push_plain(&mut out, title);
    out + &xml[end..]
}

/// RFC 822 with a year of four digits and a day of two, as RSS wants it.
fn date(at: DateTime<FixedOffset>) -> String {
    static FORM: LazyLock<Vec<format::Item<'static>>> =
        LazyLock::new(|| format::StrftimeItems::new("%a, %d %b %Y %H:%M:%S %z").collect());
    at.format_with_items(FORM.iter()).to_string()
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
