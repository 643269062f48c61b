//! Atom 1.0 (RFC 4287), with archives (RFC 5005) and threads (RFC 4685), written by `atom_syndication`.

use std::collections::BTreeMap;

use atom_syndication as atom;
use atom_syndication::extension::{Extension, ExtensionMap};
use chrono::{DateTime, FixedOffset, Utc};

use super::head::{GENERATOR, Head};
use super::insert::{Insert, MARK, OTHER_FIELDS, inserted, split_before};
use crate::item::{Category, Item, urn};
use crate::text;

const ATOM: &str = "application/atom+xml";
const HTML: &str = "text/html";

/// The namespaces that documents declare.
const THREADING: (&str, &str) = ("thr", "http://purl.org/syndication/thread/1.0");
const HISTORY: (&str, &str) = ("fh", "http://purl.org/syndication/history/1.0");

/// An item as an `entry`.
pub(super) fn item(item: &Item) -> Vec<u8> {
    // The first link is the mail: Hookshot takes the first one of text/html.
    let mut links = vec![link("alternate", &item.url, HTML)];
    links.extend(item.issue.url.iter().map(|url| link("via", url, HTML)));
    links.extend(item.replies_url().map(|url| link("replies", &url, ATOM)));
    let date = utc(item.published);
    let entry = atom::Entry {
        title: marked(),
        id: item.urn(),
        updated: date,
        authors: vec![person(&item.issue.editor)],
        categories: item.categories().into_iter().map(category).collect(),
        contributors: Vec::new(),
        links,
        published: item.date().map(utc),
        rights: item.issue.license.as_ref().map(|license| atom::Text::plain(license.name.clone())),
        source: None,
        summary: Some(marked()),
        content: Some(atom::Content {
            value: Some(MARK.to_owned()),
            content_type: Some("html".to_owned()),
            ..atom::Content::default()
        }),
        extensions: in_reply_to(item),
        namespaces: BTreeMap::new(),
    };
    let texts = [Insert::PlainTyped(&item.title), Insert::CdataTyped(&item.summary), Insert::Cdata(&item.html)];
    let mut xml = entry.write_to(Vec::with_capacity(OTHER_FIELDS)).expect("writing to a vector can't fail");
    // An entry that is a document of its own has a declaration and a namespace.
    let start = memchr::memchr_iter(b'>', &xml).nth(1).unwrap_or_default();
    xml.splice(..start, *b"<entry");
    write_z(&mut xml);
    inserted(&xml, &texts)
}

/// What comes before and after the entries of a `feed`.
pub(super) fn frame(head: &Head) -> (Vec<u8>, Vec<u8>) {
    let is_archive = head.chain.current.is_some();
    let namespaces = if is_archive { vec![THREADING, HISTORY] } else { vec![THREADING] };
    let feed = atom::Feed {
        title: marked(),
        id: head.id.clone(),
        updated: utc(head.updated),
        // Without an entry, which has its own, a feed needs an author (RFC 4287 §4.1.1).
        authors: if head.is_empty { vec![person(&head.title)] } else { Vec::new() },
        categories: Vec::new(),
        contributors: Vec::new(),
        generator: Some(atom::Generator { value: GENERATOR.to_owned(), ..atom::Generator::default() }),
        icon: None,
        links: links(head),
        logo: None,
        rights: head.license.as_ref().map(|license| atom::Text::plain(license.name.clone())),
        subtitle: Some(atom::Text::plain(head.description.clone())),
        entries: Vec::new(),
        extensions: if is_archive { extension(HISTORY.0, "archive", []) } else { ExtensionMap::new() },
        namespaces: namespaces.iter().map(|(prefix, uri)| ((*prefix).to_owned(), (*uri).to_owned())).collect(),
        base: None,
        lang: Some(head.language.clone()),
    };
    let mut xml = feed.write_to(Vec::with_capacity(OTHER_FIELDS)).expect("writing to a vector can't fail");
    // feedparser takes some fields for Latin-1 if neither the document nor the server names the encoding.
    let declaration = memchr::memchr(b'>', &xml).map_or(0, |end| end + 1);
    xml.splice(..declaration, *b"<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    write_z(&mut xml);
    split_before(inserted(&xml, &[Insert::PlainTyped(&head.title)]), "</feed>")
}

/// The links of a feed: itself first, its page last, since Liferea takes the last link of a relation that it doesn't know for the
/// feed's page.
fn links(head: &Head) -> Vec<atom::Link> {
    let chain = &head.chain;
    let license = head.license.as_ref().and_then(|license| license.url.as_ref());
    let mut links = vec![link("self", &head.self_url, ATOM)];
    links.extend(head.hubs.iter().map(|hub| plain_link("hub", hub)));
    links.extend(license.map(|url| link("license", url, HTML)));
    links.extend(chain.older.iter().map(|url| link("prev-archive", url, ATOM)));
    links.extend(chain.newer.iter().map(|url| link("next-archive", url, ATOM)));
    links.extend(chain.current.iter().map(|url| link("current", url, ATOM)));
    links.push(link("alternate", &head.page_url, HTML));
    links
}

/// The version right before, so that readers thread a series (RFC 4685 §3).
fn in_reply_to(item: &Item) -> ExtensionMap {
    let series = item.mail.as_ref().and_then(|mail| mail.series.as_ref());
    let Some(before) = series.and_then(|series| series.earlier.first()) else { return ExtensionMap::new() };
    let attributes = [("ref", urn(before.id)), ("href", before.url.clone()), ("type", HTML.to_owned())];
    extension(THREADING.0, "in-reply-to", attributes)
}

/// An empty element of an extension. The crate doesn't escape the attributes of extensions.
fn extension<const N: usize>(prefix: &str, name: &str, attributes: [(&str, String); N]) -> ExtensionMap {
    let attrs = attributes.map(|(name, value)| {
        let mut escaped = String::with_capacity(value.len());
        text::escape(&mut escaped, &value);
        (name.to_owned(), escaped.replace('"', "&quot;"))
    });
    let element = Extension { name: format!("{prefix}:{name}"), attrs: attrs.into(), ..Extension::default() };
    BTreeMap::from([(prefix.to_owned(), BTreeMap::from([(name.to_owned(), vec![element])]))])
}

fn marked() -> atom::Text {
    atom::Text::plain(MARK.to_owned())
}

fn link(rel: &str, href: &str, media_type: &str) -> atom::Link {
    atom::Link {
        href: href.to_owned(),
        rel: rel.to_owned(),
        hreflang: None,
        mime_type: Some(media_type.to_owned()),
        title: None,
        length: None,
    }
}

/// A link to what has no media type.
fn plain_link(rel: &str, href: &str) -> atom::Link {
    atom::Link { mime_type: None, ..link(rel, href, "") }
}

fn person(name: &str) -> atom::Person {
    atom::Person { name: name.to_owned(), email: None, uri: None, extensions: ExtensionMap::new() }
}

fn category(category: Category<'_>) -> atom::Category {
    atom::Category { term: category.term.to_owned(), scheme: None, label: Some(category.label.to_owned()) }
}

/// elfeed and libmrss ignore offsets, so dates are in UTC.
fn utc(date: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    date.with_timezone(&Utc).fixed_offset()
}

/// Writes UTC as `Z`, which the crate writes as `+00:00`.
fn write_z(xml: &mut Vec<u8>) {
    const OFFSET: &[u8] = b"+00:00";
    let ends: [&[u8]; 2] = [b"</updated>", b"</published>"];
    let dates: Vec<usize> = memchr::memchr_iter(b'+', xml)
        .filter(|at| xml[*at..].strip_prefix(OFFSET).is_some_and(|rest| ends.iter().any(|end| rest.starts_with(end))))
        .collect();
    for at in dates.into_iter().rev() {
        xml.splice(at..at + OFFSET.len(), *b"Z");
    }
}
