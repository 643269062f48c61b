//! Atom 1.0 (RFC 4287), with the link of archives (RFC 5005), read by `atom_syndication`.

use atom_syndication as atom;
use chrono::DateTime;
use url::Url;

use super::facts::{DocumentFacts, FeedFormat, ItemFacts, SaidDate, checksum, said};
use super::fields::{self, Fields};
use super::item::web_page;
use super::model::ReadDocument;
use super::words::plain;
use crate::item::SUMMARY;
use crate::text;
use crate::write::GENERATOR;

/// Reads a document that came from an address.
///
/// # Errors
/// XML that isn't Atom; in a sentence.
pub(super) fn read(xml: &[u8], from: &Url) -> Result<ReadDocument, String> {
    let feed = parse(xml)?;
    let base = web_page(feed.base.as_deref(), from);
    let page = web_page(link(&feed.links, "alternate"), &base);
    let is_own = feed.generator.as_ref().is_some_and(|generator| generator.value == GENERATOR);
    let items = feed.entries.iter().filter_map(|entry| fields::item(&of_entry(entry, &feed), &base, &page, is_own));
    Ok(ReadDocument {
        title: words(&feed.title),
        language: feed.lang.clone(),
        own: link(&feed.links, "self").map(|own| absolute(own, &base)),
        older: link(&feed.links, "prev-archive").map(|older| absolute(older, &base)),
        items: items.collect(),
    })
}

fn parse(xml: &[u8]) -> Result<atom::Feed, String> {
    atom::Feed::read_from(xml).map_err(|err| format!("this Atom feed can't be read ({err})"))
}

/// What a document says that came from an address.
///
/// # Errors
/// XML that isn't Atom; in a sentence.
pub(super) fn facts(xml: &[u8], from: &Url) -> Result<DocumentFacts, String> {
    let feed = parse(xml)?;
    let base = web_page(feed.base.as_deref(), from);
    let related = |rel| link(&feed.links, rel).map(|link| absolute(link, &base));
    Ok(DocumentFacts {
        format: FeedFormat::Atom,
        own: related("self"),
        older: related("prev-archive"),
        current: related("current"),
        has_base: memchr::memmem::find(xml, b" xml:base=").is_some(),
        items: feed.entries.iter().map(entry_facts).collect(),
    })
}

fn entry_facts(entry: &atom::Entry) -> ItemFacts {
    let updated = Some(entry.updated).filter(|date| *date != DateTime::UNIX_EPOCH); // what the crate makes of none
    let dates = [entry.published, updated];
    let link = link(&entry.links, "alternate").or(entry.links.first().map(|link| &*link.href));
    let content = entry.content.as_ref().and_then(|content| content.value.as_deref());
    ItemFacts {
        id: said(&entry.id),
        link: link.and_then(said),
        has_file: entry.links.iter().any(|link| link.rel == "enclosure"),
        dates: dates.into_iter().flatten().map(|date| SaidDate { text: date.to_rfc3339(), date: Some(date) }).collect(),
        has_text: content.is_some(),
        changed: updated.map(|date| date.timestamp()),
        checksum: checksum(&[Some(&entry.title.value), content]),
    }
}

fn of_entry<'a>(entry: &'a atom::Entry, feed: &'a atom::Feed) -> Fields<'a> {
    let authors = if entry.authors.is_empty() { &feed.authors } else { &entry.authors };
    let updated = Some(entry.updated).filter(|date| *date != DateTime::UNIX_EPOCH); // what the crate makes of none
    Fields {
        id: Some(&entry.id),
        url: link(&entry.links, "alternate"),
        title: Some(words(&entry.title)),
        summary: entry.summary.as_ref().map(words).map(|summary| text::first_words(&summary, SUMMARY)),
        html: entry.content.as_ref().and_then(html),
        date: entry.published.or(updated),
        authors: authors.iter().map(|author| author.name.as_str()).collect(),
        tags: entry.categories.iter().map(|category| category.term.as_str()).collect(),
        issue_url: link(&entry.links, "via"),
        replies_url: link(&entry.links, "replies"),
    }
}

/// A link of the document, made absolute if it can be.
fn absolute(link: &str, base: &Url) -> String {
    base.join(link).map_or(link.to_owned(), String::from)
}

/// The link of a relation: of several, the first one to a page, or else the first.
fn link<'a>(links: &'a [atom::Link], rel: &str) -> Option<&'a str> {
    let mut links = links.iter().filter(|link| link.rel == rel);
    let first = links.clone().next()?;
    let page = links.find(|link| link.mime_type.as_deref() == Some("text/html"));
    Some(&page.unwrap_or(first).href)
}

/// A text as plain words in one line.
fn words(words: &atom::Text) -> String {
    match words.r#type {
        atom::TextType::Text => text::one_line(&words.value),
        atom::TextType::Html | atom::TextType::Xhtml => plain(&words.value),
    }
}

/// The content as HTML, if it is a text.
fn html(content: &atom::Content) -> Option<String> {
    let value = content.value.as_ref()?;
    match content.content_type.as_deref() {
        Some("html" | "xhtml" | "text/html") => Some(value.clone()),
        None | Some("text" | "text/plain") => {
            let mut html = String::with_capacity(value.len());
            text::escape(&mut html, value);
            Some(html)
        }
        Some(_) => None,
    }
}
