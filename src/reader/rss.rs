//! RSS 0.9x, 1.0 and 2.0, with the modules that publishers use: `content`, `dc`, and `atom:link` for the feed's other documents. Read by the
//! crate `rss`.

use url::Url;

use super::facts::{DocumentFacts, FeedFormat, ItemFacts, SaidDate, checksum, said};
use super::fields::{self, Fields};
use super::item::{date, rfc822_date, w3c_date, web_page};
use super::model::ReadDocument;
use super::words::plain;
use super::xml;
use crate::item::SUMMARY;
use crate::markdown::decode;
use crate::text;
use crate::write::GENERATOR;

/// The namespace of `atom:link`.
const ATOM: &str = "http://www.w3.org/2005/Atom";

/// Reads a document that came from an address.
///
/// # Errors
/// XML that isn't RSS; in a sentence.
pub(super) fn read(xml: &[u8], from: &Url) -> Result<ReadDocument, String> {
    let channel = parse(xml)?;
    let page = web_page(Some(&channel.link), from);
    let is_own = channel.generator.as_deref() == Some(GENERATOR);
    let items = channel.items.iter().filter_map(|item| fields::item(&of_item(item, is_own), &page, &page, is_own));
    Ok(ReadDocument {
        title: words(&channel.title, is_own),
        language: channel.language.clone(),
        own: link(&channel, "self"),
        older: link(&channel, "prev-archive"),
        items: items.collect(),
    })
}

fn parse(xml: &[u8]) -> Result<rss::Channel, String> {
    rss::Channel::read_from(xml).map_err(|err| format!("this RSS feed can't be read ({err})"))
}

/// What a document says.
///
/// # Errors
/// XML that isn't RSS; in a sentence.
pub(super) fn facts(xml: &[u8]) -> Result<DocumentFacts, String> {
    let channel = parse(xml)?;
    // RSS 1.0 knows items by `rdf:about`, which is their link.
    let is_rdf = xml::root(xml).is_some_and(|root| root == b"RDF");
    Ok(DocumentFacts {
        format: FeedFormat::Rss,
        own: link(&channel, "self"),
        older: link(&channel, "prev-archive"),
        current: link(&channel, "current"),
        has_base: memchr::memmem::find(xml, b" xml:base=").is_some(),
        items: channel.items.iter().map(|item| item_facts(item, is_rdf)).collect(),
    })
}

fn item_facts(item: &rss::Item, is_rdf: bool) -> ItemFacts {
    let permalink = item.guid.as_ref().filter(|guid| guid.permalink).map(|guid| guid.value.as_str());
    let dates = item.dublin_core_ext.iter().flat_map(|terms| &terms.dates).map(|date| (date, w3c_date(date)));
    let dates = item.pub_date.iter().map(|date| (date, rfc822_date(date))).chain(dates);
    let text = item.content.as_deref().or(item.description.as_deref());
    let about = item.link.as_ref().filter(|_| is_rdf);
    ItemFacts {
        id: item.guid.as_ref().map(|guid| &guid.value).or(about).and_then(|id| said(id)),
        link: item.link.as_deref().or(permalink).and_then(said),
        has_file: item.enclosure.is_some(),
        has_text: text.is_some(),
        dates: dates.map(|(text, date)| SaidDate { text: text.trim().to_owned(), date }).collect(),
        changed: item.pub_date.as_deref().and_then(rfc822_date).map(|date| date.timestamp()),
        checksum: checksum(&[item.title.as_deref(), text]),
    }
}

fn of_item(item: &rss::Item, is_own: bool) -> Fields<'_> {
    let description = item.description.as_deref();
    let permalink = item.guid.as_ref().filter(|guid| guid.permalink && text::is_web(&guid.value));
    let dublin_core = item.dublin_core_ext.as_ref();
    let creators: Vec<&str> =
        dublin_core.into_iter().flat_map(|terms| &terms.creators).map(|name| name.trim()).collect();
    let mut dates = item.pub_date.iter().chain(dublin_core.into_iter().flat_map(|terms| &terms.dates));
    Fields {
        id: item.guid.as_ref().map(|guid| guid.value.as_str()),
        url: item.link.as_deref().or(permalink.map(|guid| guid.value.as_str())),
        title: item.title.as_deref().map(|title| words(title, is_own)),
        summary: description.map(|html| text::first_words(&plain(html), SUMMARY)),
        html: item.content.as_deref().or(description).map(str::to_owned),
        date: dates.find_map(|text| date(text)),
        authors: if creators.is_empty() { item.author.iter().map(|author| name(author)).collect() } else { creators },
        tags: item.categories.iter().map(|category| category.name.as_str()).collect(),
        issue_url: None,
        replies_url: None,
    }
}

/// A title as plain words in one line. RSS doesn't say what titles are: patchfeed writes plain text, others write references (`&#8217;`) in it.
fn words(title: &str, is_own: bool) -> String {
    if is_own { text::one_line(title) } else { text::one_line(&decode(title, false)) }
}

/// The name of an author who is given as `address (name)`.
fn name(author: &str) -> &str {
    let name = author.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    name.map_or(author, |(name, _)| name).trim()
}

/// The `atom:link` of a relation.
fn link(channel: &rss::Channel, rel: &str) -> Option<String> {
    let prefixes = channel.extensions.iter().filter(|(prefix, _)| {
        prefix.as_str() == "atom" || channel.namespaces.get(*prefix).is_some_and(|namespace| namespace == ATOM)
    });
    let mut links = prefixes.filter_map(|(_, elements)| elements.get("link")).flatten();
    links.find(|link| link.attrs.get("rel").is_some_and(|known| known == rel))?.attrs.get("href").cloned()
}
