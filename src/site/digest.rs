//! Digests: one item for each issue, which lists its entries.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::document::head;
use super::settings::{Sink, Site};
use crate::error::Error;
use crate::facts::section::Section;
use crate::feed::{Feed, Holding, Match, Share};
use crate::item::{Item, Listing, SUMMARY, push_place};
use crate::text;

/// Writes `SLUG-digest.EXTENSION` in every format. `newest` is the newest issue of all.
pub(super) fn write(
    site: &Site<'_>,
    holding: &Holding<'_>,
    newest: Option<&Listing>,
    sink: &Sink<'_>,
) -> Result<(), Error> {
    let feed = holding.feed;
    let items: Vec<Item> = holding.digest(&site.window).map(|share| item(site, feed, share)).collect();
    let newest = holding.shares.last().map(|share| share.listing).or(newest).map(|listing| (listing, listing.posted));
    for format in site.formats {
        let path = format!("{}.{}", feed.digest_slug, format.extension);
        let mut head = head(site, feed, &feed.digest, &path, newest);
        head.hubs = site.hub_addresses();
        head.is_empty = items.is_empty();
        let texts: Vec<Vec<u8>> = items.iter().map(format.item).collect();
        sink(&path, &format.document(&head, texts.iter().map(Vec::as_slice)))?;
    }
    Ok(())
}

/// What an issue gives to a feed, as one item.
fn item(site: &Site<'_>, feed: &Feed, share: &Share<'_>) -> Item {
    let listing = share.listing;
    let count = site.newsletter.language().entries(share.count());
    let title = match feed.matches {
        Match::Everything => format!("{} ({count})", listing.issue.title),
        Match::Section(_) | Match::Conditions(_) => {
            format!("{} · {} ({count})", feed.title, site.issue_name(listing))
        }
    };
    let sections = match &feed.matches {
        Match::Section(section) => vec![Arc::clone(section)],
        Match::Everything | Match::Conditions(_) => Vec::new(),
    };
    let titles: Vec<&str> = share.items().map(|item| item.title.as_str()).collect();
    let name = format!("patchfeed:{}\n{}\n{}", site.newsletter.address, feed.digest_slug, listing.slug);
    let mut html = contents(feed, share);
    let own = html.len();
    push_place(&mut html, site.base_url, [(feed.slug.as_str(), feed.title.as_str())], &listing.issue);
    Item {
        id: Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()),
        title,
        url: listing.issue.url.clone().unwrap_or_else(|| site.url(&format!("{}.html", feed.slug))),
        published: listing.posted,
        summary: text::first_words(&format!("{count}: {}", titles.join("; ")), SUMMARY),
        text: String::new(),
        html,
        own,
        sections,
        issue: Arc::clone(&listing.issue),
        mail: None,
    }
}

/// The titles of an issue's items, linked; in the feed of everything, under their sections.
fn contents(feed: &Feed, share: &Share<'_>) -> String {
    let mut html = String::new();
    if !matches!(feed.matches, Match::Everything) {
        push_list(&mut html, share.items());
        return html;
    }
    for (section, items) in by_section(share.items()) {
        html.push_str("<h3>");
        text::escape(&mut html, &section.title);
        html.push_str("</h3>\n");
        push_list(&mut html, items.into_iter());
    }
    push_list(&mut html, share.items().filter(|item| item.sections.is_empty()));
    html
}

/// The sections that items stand in, each once, in their order, with their items.
pub(super) fn by_section<'a>(items: impl Iterator<Item = &'a Item>) -> Vec<(&'a Section, Vec<&'a Item>)> {
    let mut sections: Vec<(&Section, Vec<&Item>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for item in items {
        for section in &item.sections {
            let at = *places.entry(&section.slug).or_insert(sections.len());
            if at == sections.len() {
                sections.push((section, Vec::new()));
            }
            sections[at].1.push(item);
        }
    }
    sections
}

/// Appends a list of items' titles, linked; nothing if there are no items.
fn push_list<'a>(html: &mut String, items: impl Iterator<Item = &'a Item>) {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return;
    }
    html.push_str("<ul>\n");
    for item in items {
        html.push_str("<li>");
        text::link(html, &item.url, &item.title);
        html.push_str("</li>\n");
    }
    html.push_str("</ul>\n");
}
