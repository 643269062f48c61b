//! Reads a feed's document with one of the Rust parsers and prints its items as JSON.
//!
//! Usage: `parsers PARSER DOCUMENT`, where `PARSER` is `feed-rs`, `rss` or `atom_syndication`; the last two are read as
//! matrix-hookshot reads them (its `src/feeds/parser.rs`).

use std::error::Error;

use atom_syndication::Person;
use serde_json::{Value, json};

/// The items as `feed-rs` gives them.
fn feed_rs(document: &[u8]) -> Result<Vec<Value>, Box<dyn Error>> {
    let feed = feed_rs::parser::parse(document)?;
    let item = |entry: &feed_rs::model::Entry| {
        let authors: Vec<&str> = entry.authors.iter().filter_map(|author| author.name.as_deref()).collect();
        json!({
            "title": entry.title.as_ref().map(|title| &title.content),
            "link": entry.links.first().map(|link| &link.href),
            "date": entry.published.map(|date| date.to_rfc3339()),
            "author": (!authors.is_empty()).then(|| authors.join(", ")),
            "text": entry.content.as_ref().and_then(|content| content.body.as_ref()),
            "categories": entry.categories.iter().map(|category| &category.term).collect::<Vec<_>>(),
            "id": entry.id,
        })
    };
    Ok(feed.entries.iter().map(item).collect())
}

/// The items as `matrix-hookshot` takes them from `rss`.
fn rss(document: &[u8]) -> Result<Vec<Value>, Box<dyn Error>> {
    let item = |item: &rss::Item| {
        let permalink = item.guid().filter(|guid| guid.permalink).map(rss::Guid::value);
        json!({
            "title": item.title(),
            "link": item.link().or(permalink),
            "date": item.pub_date(),
            "author": item.author(),
            "text": item.description(),
            "id": item.guid().map(rss::Guid::value),
        })
    };
    Ok(rss::Channel::read_from(document)?.items().iter().map(item).collect())
}

/// The items as `matrix-hookshot` takes them from `atom_syndication`.
fn atom(document: &[u8]) -> Result<Vec<Value>, Box<dyn Error>> {
    let person = |person: &Person| {
        let part = |part: Option<&str>| part.map_or_else(String::new, |part| format!("<{part}>"));
        format!("{}{}{}", person.name, part(person.email()), part(person.uri()))
    };
    let item = |entry: &atom_syndication::Entry| {
        let html = entry.links().iter().find(|link| link.mime_type() == Some("text/html"));
        let authors: Vec<String> = entry.authors().iter().map(person).collect();
        json!({
            "title": entry.title().value,
            "link": html.or_else(|| entry.links().first()).map(|link| &link.href),
            "date": entry.published().unwrap_or(entry.updated()).to_rfc2822(),
            "author": (!authors.is_empty()).then(|| authors.join(", ")),
            "text": entry.summary().map(|summary| &summary.value),
            "id": entry.id(),
        })
    };
    Ok(atom_syndication::Feed::read_from(document)?.entries().iter().map(item).collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [parser, path] = arguments.as_slice() else { return Err("usage: parsers PARSER DOCUMENT".into()) };
    let document = std::fs::read(path)?;
    let items = match parser.as_str() {
        "feed-rs" => feed_rs(&document)?,
        "rss" => rss(&document)?,
        "atom_syndication" => atom(&document)?,
        _ => return Err(format!("{parser}: no such parser").into()),
    };
    println!("{}", Value::from(items));
    Ok(())
}
