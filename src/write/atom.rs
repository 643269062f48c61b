//! Atom 1.0 (RFC 4287), with archives (RFC 5005).

use std::collections::BTreeMap;

use ::atom_syndication as atom;

use super::xml::{push_element, push_escaped, push_plain};
use super::{GENERATOR, Head, split, with_plain};
use uuid::Uuid;

use crate::item::Item;

/// The crate leaves the type out where it is the default; not every reader knows that default.
const TITLE: &str = "<title type=\"text\">";

const THREADING: &str = "http://purl.org/syndication/thread/1.0";

const HISTORY: &str = "http://purl.org/syndication/history/1.0";

/// Appends one `entry`, as `atom_syndication` would write it (the tests compare the two), in one go: this and the other
/// formats' items are most of what a build does.
pub fn item(xml: &mut String, item: &Item) {
    let date = item.published.to_rfc3339();
    xml.push_str("<entry>");
    xml.push_str(TITLE);
    push_plain(xml, &item.title);
    xml.push_str("</title>");
    push_element(xml, "id", item.urn(&mut Uuid::encode_buffer()));
    push_element(xml, "updated", &date);
    xml.push_str("<author>");
    push_element(xml, "name", &item.issue.editor);
    xml.push_str("</author>");
    for category in item.categories() {
        xml.push_str("<category term=\"");
        push_escaped(xml, category.term);
        xml.push_str("\" label=\"");
        push_escaped(xml, category.label);
        xml.push_str("\"/>");
    }
    let mut link = |href: &str, rest: &str| {
        xml.push_str("<link href=\"");
        push_escaped(xml, href);
        xml.push_str(rest);
    };
    // The first link is the mail: Hookshot takes the first of text/html.
    link(&item.url, "\" rel=\"alternate\" type=\"text/html\"/>");
    if let Some(url) = &item.issue.url {
        link(url, "\" rel=\"via\" type=\"text/html\"/>");
    }
    if let Some(url) = item.mail.as_ref().and_then(|mail| mail.replies_url.as_deref()) {
        link(url, "\" rel=\"replies\" type=\"application/atom+xml\"/>");
    }
    push_element(xml, "published", &date);
    if let Some(license) = &item.issue.license {
        push_element(xml, "rights", &license.name);
    }
    xml.push_str("<summary type=\"text\">");
    push_plain(xml, &item.summary);
    xml.push_str("</summary><content type=\"html\">");
    push_escaped(xml, &item.html);
    xml.push_str("</content>");
    // RFC 4685 §3: the version right before, so that clients thread a series.
    let series = item.mail.as_ref().and_then(|mail| mail.series.as_ref());
    if let Some(before) = series.and_then(|series| series.earlier.first()) {
        xml.push_str("<thr:in-reply-to href=\"");
        push_escaped(xml, &before.url);
        xml.push_str("\" ref=\"");
        push_escaped(xml, &before.id);
        xml.push_str("\" type=\"text/html\"></thr:in-reply-to>");
    }
    xml.push_str("</entry>");
}

/// What stands before and after the entries of a `feed`, which may have none.
pub fn document(head: &Head) -> (String, String) {
    let link = |rel: &str, href: &str, mime: &str| atom::Link {
        href: href.to_owned(),
        rel: rel.to_owned(),
        hreflang: None,
        mime_type: Some(mime.to_owned()),
        title: None,
        length: None,
    };
    let this = "application/atom+xml";
    // The alternate is last: Liferea takes the last link of a relation that it doesn't know for the feed's page.
    let mut links = vec![link("self", &head.self_url, this)];
    links.extend(
        head.license.iter().filter_map(|license| license.url.as_ref()).map(|url| link("license", url, "text/html")),
    );
    links.extend(head.chain.older.iter().map(|url| link("prev-archive", url, this)));
    links.extend(head.chain.newer.iter().map(|url| link("next-archive", url, this)));
    links.extend(head.chain.current.iter().map(|url| link("current", url, this)));
    links.push(link("alternate", &head.page_url, "text/html"));
    let mut feed = atom::Feed {
        title: atom::Text::plain(head.title.clone()),
        id: head.id.clone(),
        generator: Some(atom::Generator { value: GENERATOR.to_owned(), uri: None, version: None }),
        links,
        rights: head.license.as_ref().map(|license| atom::Text::plain(license.name.clone())),
        subtitle: Some(atom::Text::plain(head.description.clone())),
        lang: Some(head.language.clone()),
        ..empty(head.updated)
    };
    if head.empty {
        feed.authors = vec![person(&head.title)]; // an entry would have its own (RFC 4287 §4.1.1)
    }
    feed.namespaces.insert("thr".to_owned(), THREADING.to_owned());
    if head.chain.current.is_some() {
        let archive = atom::extension::Extension { name: "fh:archive".to_owned(), ..Default::default() };
        let children = BTreeMap::from([("archive".to_owned(), vec![archive])]);
        feed.extensions.insert("fh".to_owned(), children);
        feed.namespaces.insert("fh".to_owned(), HISTORY.to_owned());
    }
    // The crate names no encoding; feedparser then takes some fields for Latin-1 where it misses the server's word.
    let xml = to_xml(&feed).replacen("<?xml version=\"1.0\"?>", "<?xml version=\"1.0\" encoding=\"utf-8\"?>", 1);
    split(with_plain(&xml, "title", TITLE), "</feed>")
}

fn person(name: &str) -> atom::Person {
    atom::Person { name: name.to_owned(), email: None, uri: None, extensions: BTreeMap::new() }
}

fn empty(updated: atom::FixedDateTime) -> atom::Feed {
    atom::Feed {
        title: atom::Text::plain(""),
        id: String::new(),
        updated,
        authors: Vec::new(),
        categories: Vec::new(),
        contributors: Vec::new(),
        generator: None,
        icon: None,
        links: Vec::new(),
        logo: None,
        rights: None,
        subtitle: None,
        entries: Vec::new(),
        extensions: BTreeMap::new(),
        namespaces: BTreeMap::new(),
        base: None,
        lang: None,
    }
}

fn to_xml(feed: &atom::Feed) -> String {
    feed.to_string()
}
