//! The site: every file that a newsletter's items make.

use chrono::DateTime;
use uuid::Uuid;

use crate::config::Site;
use crate::feed::{self, DIGEST, Feed};
use crate::item::{Category, Item, Listing};
use crate::language::Language;
use crate::text;
use crate::write::html::{self, Card, Latest, Link};
use crate::write::opml::{self, Outline};
use crate::write::{Chain, FORMATS, Format, Head};

/// A file of the site.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// Its path below the site's folder, parts separated by `/`.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// The items of one issue that a feed holds, each with its text in every format, in the order of [`FORMATS`].
struct Part<'a> {
    listing: &'a Listing,
    items: Vec<(&'a Item, &'a [String; FORMATS.len()])>,
}

/// All files of the site, in the order in which they are to appear: what a feed leads to stands before the feed.
/// `listings` are all issues, oldest first.
pub fn files(listings: &[Listing], site: &Site) -> (Vec<File>, Vec<Feed>) {
    let feeds = feed::feeds(listings, site);
    let written: Vec<Vec<[String; FORMATS.len()]>> = listings
        .iter()
        .map(|listing| listing.items.iter().map(|item| FORMATS.each_ref().map(|format| (format.item)(item))).collect())
        .collect();
    let mut archives = Vec::new();
    let mut pages = Vec::new();
    let mut documents = Vec::new();
    let mut cards = Vec::new();
    for feed in &feeds {
        let parts: Vec<Part<'_>> = listings
            .iter()
            .zip(&written)
            .rev()
            .map(|(listing, written)| Part {
                listing,
                items: listing.items.iter().zip(written).filter(|(item, _)| feed.holds(item)).collect(),
            })
            .collect();
        let chart = chart(feed, &parts, site);
        let parts: Vec<Part<'_>> = parts.into_iter().filter(|part| !part.items.is_empty()).collect();
        let counts: Vec<usize> = parts.iter().map(|part| part.items.len()).collect();
        let shown = feed::window(&counts, feed.limit());
        for (at, format) in FORMATS.iter().enumerate() {
            if format.archives {
                archives.extend((0..parts.len()).map(|of| archive(site, feed, format, at, &parts, of)));
            }
            documents.push(subscription(site, feed, format, at, &parts, shown, listings));
        }
        documents.extend(digest(site, feed, &parts, listings));
        let card = card(site, feed, &parts, chart);
        let issues: Vec<_> = parts[..shown]
            .iter()
            .map(|part| (&part.listing.issue, part.listing.posted, part.items.iter().map(|(item, _)| *item).collect()))
            .collect();
        let license = listings.last().and_then(|listing| listing.issue.license.as_ref());
        pages.push(File { path: format!("{}.html", feed.slug), text: html::feed(site, &card, &issues, license) });
        cards.push(card);
    }
    let mut files = archives;
    files.append(&mut pages);
    files.append(&mut documents);
    files.push(File { path: "feeds.opml".to_owned(), text: outline(site, &feeds) });
    let license = listings.last().and_then(|listing| listing.issue.license.as_ref());
    files.push(File { path: "index.html".to_owned(), text: html::index(site, &cards, license) });
    (files, feeds)
}

/// The head that all documents of a feed share: only where they stand differs.
fn head(site: &Site, feed: &Feed, path: &str, listings: &[&Listing], updated: Option<&Item>) -> Head {
    let newest = listings.first();
    Head {
        id: feed_id(site, &feed.slug),
        title: feed.full_title(site),
        description: description(site, feed),
        language: site.language.clone(),
        updated: updated
            .map(|item| item.published)
            .or(newest.map(|listing| listing.posted))
            .unwrap_or_else(|| DateTime::UNIX_EPOCH.with_timezone(&site.utc_offset)),
        license: newest.and_then(|listing| listing.issue.license.clone()),
        self_url: site.url(path),
        page_url: site.url(&format!("{}.html", feed.slug)),
        chain: Chain::default(),
    }
}

/// `SLUG.EXTENSION`: what people subscribe to.
fn subscription(
    site: &Site,
    feed: &Feed,
    format: &Format,
    at: usize,
    parts: &[Part<'_>],
    shown: usize,
    listings: &[Listing],
) -> File {
    let path = format!("{}.{}", feed.slug, format.extension);
    let items = parts[..shown].iter().flat_map(|part| &part.items);
    let newest: Vec<&Listing> = parts.iter().map(|part| part.listing).chain(listings.last()).take(1).collect();
    let mut head = head(site, feed, &path, &newest, items.clone().next().map(|(item, _)| *item));
    head.chain.older = parts.get(shown).map(|part| archive_url(site, feed, format, part.listing));
    let items: Vec<&str> = items.map(|(_, written)| written[at].as_str()).collect();
    File { text: (format.document)(&head, &items), path }
}

/// `archive/SLUG/ISSUE.EXTENSION`: the items of one issue, for good.
fn archive(site: &Site, feed: &Feed, format: &Format, at: usize, parts: &[Part<'_>], of: usize) -> File {
    let part = &parts[of];
    let path = archive_path(feed, format, part.listing);
    let mut head = head(site, feed, &path, &[part.listing], part.items.first().map(|(item, _)| *item));
    let url = |part: &Part<'_>| archive_url(site, feed, format, part.listing);
    head.chain = Chain {
        older: parts.get(of + 1).map(url),
        newer: of.checked_sub(1).map(|newer| url(&parts[newer])),
        current: Some(site.url(&format!("{}.{}", feed.slug, format.extension))),
    };
    let items: Vec<&str> = part.items.iter().map(|(_, written)| written[at].as_str()).collect();
    File { text: (format.document)(&head, &items), path }
}

fn archive_path(feed: &Feed, format: &Format, listing: &Listing) -> String {
    format!("archive/{}/{}.{}", feed.slug, listing.slug, format.extension)
}

fn archive_url(site: &Site, feed: &Feed, format: &Format, listing: &Listing) -> String {
    site.url(&archive_path(feed, format, listing))
}

/// The id of a feed's documents: it stays when the site moves.
fn feed_id(site: &Site, slug: &str) -> String {
    crate::item::urn(Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{}#patchfeed/{slug}", site.address).as_bytes()))
}

fn description(site: &Site, feed: &Feed) -> String {
    match (&feed.section, site.language()) {
        (None, Language::Chinese) => format!("《{}》的全部补丁，每个补丁一条", site.title),
        (None, Language::English) => format!("Every patch of {}, one item a patch", site.title),
        (Some(_), Language::Chinese) => format!("《{}》“{}”栏目的补丁，每个补丁一条", site.title, feed.title),
        (Some(_), Language::English) => format!("The patches of {}: {}, one item a patch", site.title, feed.title),
    }
}

fn digest_description(site: &Site, feed: &Feed) -> String {
    match (&feed.section, site.language()) {
        (None, Language::Chinese) => format!("《{}》的目录，每期一条", site.title),
        (None, Language::English) => format!("The contents of {}, one item an issue", site.title),
        (Some(_), Language::Chinese) => format!("《{}》“{}”栏目的目录，每期一条", site.title, feed.title),
        (Some(_), Language::English) => format!("The contents of {}: {}, one item an issue", site.title, feed.title),
    }
}

/// The slug of a feed's digest.
fn digest_slug(feed: &Feed) -> String {
    if feed.section.is_some() { format!("{}-digest", feed.slug) } else { "digest".to_owned() }
}

fn digest_title(site: &Site, feed: &Feed) -> String {
    format!("{} · {}", feed.full_title(site), site.language().pick("每期一条", "weekly digest"))
}

/// The digest in every format: one item an issue, the newest ten.
fn digest(site: &Site, feed: &Feed, parts: &[Part<'_>], listings: &[Listing]) -> Vec<File> {
    let slug = digest_slug(feed);
    let items: Vec<Item> = parts.iter().take(DIGEST).map(|part| digest_item(site, feed, part)).collect();
    FORMATS
        .iter()
        .map(|format| {
            let path = format!("{slug}.{}", format.extension);
            let newest: Vec<&Listing> = parts.iter().map(|part| part.listing).chain(listings.last()).take(1).collect();
            let head = Head {
                id: feed_id(site, &slug),
                title: digest_title(site, feed),
                description: digest_description(site, feed),
                ..head(site, feed, &path, &newest, items.first())
            };
            let written: Vec<String> = items.iter().map(|item| (format.item)(item)).collect();
            let text = (format.document)(&head, &written.iter().map(String::as_str).collect::<Vec<_>>());
            File { path, text }
        })
        .collect()
}

/// One issue as one item: its entries' titles, linked, under their sections.
fn digest_item(site: &Site, feed: &Feed, part: &Part<'_>) -> Item {
    let listing = part.listing;
    let items: Vec<&Item> = part.items.iter().map(|(item, _)| *item).collect();
    let count = site.language().entries(items.len());
    let name = format!("patchfeed:{}\n{}\n{}", site.address, digest_slug(feed), listing.slug);
    let mut html = String::new();
    let list = |html: &mut String, items: &mut dyn Iterator<Item = &&Item>| {
        html.push_str("<ul>\n");
        for item in items {
            html.push_str("<li>");
            text::link(html, &item.url, &item.title);
            html.push_str("</li>\n");
        }
        html.push_str("</ul>\n");
    };
    if feed.section.is_some() {
        list(&mut html, &mut items.iter());
    } else {
        for section in feed::feeds(std::slice::from_ref(listing), site).iter().skip(1) {
            html.push_str("<h3>");
            text::escape(&mut html, &section.title);
            html.push_str("</h3>\n");
            list(&mut html, &mut items.iter().filter(|item| section.holds(item)));
        }
        if items.iter().any(|item| item.sections.is_empty()) {
            list(&mut html, &mut items.iter().filter(|item| item.sections.is_empty()));
        }
    }
    html.push_str("<p>");
    text::link(&mut html, &site.url(&format!("{}.html", feed.slug)), &feed.title);
    html.push_str(" · ");
    match &listing.issue.url {
        Some(url) => text::link(&mut html, url, &listing.issue.title),
        None => text::escape(&mut html, &listing.issue.title),
    }
    html.push_str("</p>\n");
    let titles: Vec<&str> = items.iter().map(|item| item.title.as_str()).collect();
    let category =
        feed.section.iter().map(|section| Category { term: section.slug.clone(), label: section.title.clone() });
    Item {
        id: crate::item::urn(Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())),
        title: match &feed.section {
            Some(section) => format!("{} · {} ({count})", section.title, issue_name(site, listing)),
            None => format!("{} ({count})", listing.issue.title),
        },
        url: listing.issue.url.clone().unwrap_or_else(|| site.url(&format!("{}.html", feed.slug))),
        published: listing.posted,
        summary: text::first_words(&format!("{count}: {}", titles.join("; ")), 500),
        html,
        author: listing.editor.clone(),
        categories: category.collect(),
        sections: feed.section.iter().cloned().collect(),
        issue: listing.issue.clone(),
        mail: None,
    }
}

fn issue_name(site: &Site, listing: &Listing) -> String {
    listing.issue.number.map_or_else(|| listing.issue.title.clone(), |number| site.language().issue(number))
}

fn chart(feed: &Feed, parts: &[Part<'_>], site: &Site) -> String {
    let counts: Vec<(String, usize)> =
        parts.iter().rev().map(|part| (issue_name(site, part.listing), part.items.len())).collect();
    let label = format!("{}: {}", feed.title, site.language().pick("各期条数", "entries per issue"));
    html::chart(&counts, &label)
}

fn links(slug: &str) -> Vec<Link> {
    FORMATS
        .iter()
        .map(|format| Link {
            file: format!("{slug}.{}", format.extension),
            media_type: format.media_type,
            name: format.name,
        })
        .collect()
}

fn card(site: &Site, feed: &Feed, parts: &[Part<'_>], chart: String) -> Card {
    Card {
        slug: feed.slug.clone(),
        title: feed.title.clone(),
        full_title: feed.full_title(site),
        digest_title: digest_title(site, feed),
        links: links(&feed.slug),
        digest: links(&digest_slug(feed)),
        total: parts.iter().map(|part| part.items.len()).sum(),
        latest: parts.first().and_then(|part| part.items.first()).map(|(item, _)| Latest::of(item)),
        chart,
    }
}

/// `feeds.opml`: one outline a feed, in the format that most readers know.
fn outline(site: &Site, feeds: &[Feed]) -> String {
    let format = &FORMATS[0];
    let outlines: Vec<Outline> = feeds
        .iter()
        .map(|feed| Outline {
            title: feed.full_title(site),
            description: description(site, feed),
            feed_url: site.url(&format!("{}.{}", feed.slug, format.extension)),
            page_url: site.url(&format!("{}.html", feed.slug)),
            language: site.language.clone(),
        })
        .collect();
    opml::document(&site.title, &outlines)
}
