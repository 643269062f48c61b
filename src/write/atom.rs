//! Atom 1.0 (RFC 4287), with archives (RFC 5005).

use std::collections::BTreeMap;

use ::atom_syndication as atom;

use super::{GENERATOR, Head, assemble, cut_item, with_plain};
use crate::item::Item;

/// The crate leaves the type out where it is the default; not every reader knows that default.
const TITLE: &str = "<title type=\"text\">";

const THREADING: &str = "http://purl.org/syndication/thread/1.0";

const HISTORY: &str = "http://purl.org/syndication/history/1.0";

/// One `entry`.
pub fn item(item: &Item) -> String {
    let link = |rel: &str, href: &str, mime: Option<&str>| atom::Link {
        href: href.to_owned(),
        rel: rel.to_owned(),
        hreflang: None,
        mime_type: mime.map(str::to_owned),
        title: None,
        length: None,
    };
    // The first link is the mail: Hookshot takes the first of text/html.
    let mut links = vec![link("alternate", &item.url, Some("text/html"))];
    links.extend(item.issue.url.iter().map(|url| link("via", url, Some("text/html"))));
    let replies = item.mail.as_ref().and_then(|mail| mail.replies_url.as_deref());
    links.extend(replies.map(|url| link("replies", url, Some("application/atom+xml"))));
    let entry = atom::Entry {
        title: atom::Text::plain(item.title.clone()),
        id: item.id.clone(),
        updated: item.published,
        authors: vec![person(&item.author)],
        categories: item
            .categories
            .iter()
            .map(|category| atom::Category {
                term: category.term.clone(),
                scheme: None,
                label: Some(category.label.clone()),
            })
            .collect(),
        contributors: Vec::new(),
        links,
        published: Some(item.published),
        rights: item.issue.license.as_ref().map(|license| atom::Text::plain(license.name.clone())),
        source: None,
        summary: Some(atom::Text::plain(item.summary.clone())),
        content: Some(atom::Content {
            base: None,
            lang: None,
            value: Some(item.html.clone()),
            src: None,
            content_type: Some("html".to_owned()),
        }),
        extensions: in_reply_to(item),
        namespaces: BTreeMap::new(),
    };
    let xml = to_xml(&atom::Feed { entries: vec![entry], ..empty(item.published) });
    with_plain(&with_plain(cut_item(&xml, "entry"), "title", TITLE), "summary", "<summary type=\"text\">")
}

/// A `feed` of entries.
pub fn document(head: &Head, items: &[&str]) -> String {
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
    if items.is_empty() {
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
    assemble(&with_plain(&xml, "title", TITLE), "</feed>", items)
}

/// `thr:in-reply-to` (RFC 4685 §3): the version right before, so that clients thread a series.
fn in_reply_to(item: &Item) -> atom::extension::ExtensionMap {
    let series = item.mail.as_ref().and_then(|mail| mail.series.as_ref());
    let Some(before) = series.and_then(|series| series.earlier.first()) else { return BTreeMap::new() };
    // The crate writes the attributes of extensions as they are.
    let escaped = |value: &str| value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let attrs = [("ref", before.id.as_str()), ("href", before.url.as_str()), ("type", "text/html")];
    let reply = atom::extension::Extension {
        name: "thr:in-reply-to".to_owned(),
        attrs: attrs.map(|(name, value)| (name.to_owned(), escaped(value))).into(),
        ..Default::default()
    };
    BTreeMap::from([("thr".to_owned(), BTreeMap::from([("in-reply-to".to_owned(), vec![reply])]))])
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
