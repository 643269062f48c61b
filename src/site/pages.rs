//! The pages, and the list of feeds that readers import.

use std::collections::HashMap;

use super::settings::{Sink, Site};
use crate::error::Error;
use crate::facts::license::License;
use crate::feed::{Feed, Holding, Match};
use crate::item::Listing;
use crate::write::opml::{self, Outline};
use crate::write::page::{self, PageIssue};
use crate::write::{BARS, Card, FeedLink, Latest, chart};

/// Writes `SLUG.html`, what the feed's documents hold, and gives the feed's card for the page of all feeds.
pub(super) fn write_feed(
    site: &Site<'_>,
    holding: &Holding<'_>,
    listings: &[Listing],
    sink: &Sink<'_>,
) -> Result<Card, Error> {
    let card = card(site, holding, listings);
    let issues = holding
        .window()
        .map(|share| PageIssue::new(&share.listing.issue, share.listing.posted, share.items().collect()));
    let page = page::feed(site.newsletter, &card, issues.collect(), license(listings));
    sink(&format!("{}.html", holding.feed.slug), page.as_bytes())?;
    Ok(card)
}

/// Writes `feeds.opml`, `search.html` and `index.html`: what lists the feeds.
pub(super) fn write_lists(
    site: &Site<'_>,
    feeds: &[Feed],
    cards: &[Card],
    listings: &[Listing],
    sink: &Sink<'_>,
) -> Result<(), Error> {
    sink("feeds.opml", subscriptions(site, feeds).as_bytes())?;
    let has_search = site.formats.iter().any(|format| format.extension == "json"); // which the search reads
    if has_search {
        let sections = feeds.iter().filter(|feed| matches!(feed.matches, Match::Section(_)));
        let sections = sections.map(|feed| (feed.slug.as_str(), feed.title.as_str())).collect();
        sink("search.html", page::search(site.newsletter, sections).as_bytes())?;
    }
    sink("index.html", page::index(site.newsletter, cards, has_search, license(listings)).as_bytes())
}

/// The licence of the newest issue.
fn license(listings: &[Listing]) -> Option<&License> {
    listings.last().and_then(|listing| listing.issue.license.as_ref())
}

fn card(site: &Site<'_>, holding: &Holding<'_>, listings: &[Listing]) -> Card {
    let feed = holding.feed;
    let language = site.newsletter.language();
    let counts: HashMap<usize, usize> = holding.shares.iter().map(|share| (share.at, share.count())).collect();
    let first = listings.len().saturating_sub(BARS);
    let names: Vec<String> = listings[first..].iter().map(|listing| site.issue_name(listing)).collect();
    let bars: Vec<(&str, usize)> = names
        .iter()
        .enumerate()
        .map(|(at, name)| (name.as_str(), counts.get(&(first + at)).copied().unwrap_or(0)))
        .collect();
    let label = format!("{}: {}", feed.title, language.pick("各期条数", "entries per issue"));
    Card {
        slug: feed.slug.clone(),
        title: feed.title.clone(),
        full_title: feed.about.title.clone(),
        digest_title: feed.digest.title.clone(),
        links: links(site, &feed.slug),
        digest: links(site, &feed.digest_slug),
        total: holding.total(),
        latest: holding.newest_item().map(Latest::of),
        chart: chart(&bars, &label),
    }
}

/// The files of a feed or a digest.
fn links(site: &Site<'_>, slug: &str) -> Vec<FeedLink> {
    let links = site.formats.iter().map(|format| FeedLink {
        file: format!("{slug}.{}", format.extension),
        media_type: format.media_type,
        name: format.name,
    });
    links.collect()
}

/// One outline a feed, in the first of the site's formats.
fn subscriptions(site: &Site<'_>, feeds: &[Feed]) -> String {
    let extension = site.formats[0].extension;
    let outlines = feeds.iter().map(|feed| Outline {
        title: feed.about.title.clone(),
        description: feed.about.description.clone(),
        feed_url: site.url(&format!("{}.{extension}", feed.slug)),
        page_url: site.url(&format!("{}.html", feed.slug)),
        language: site.newsletter.language.clone(),
    });
    opml::document(&site.newsletter.title, &outlines.collect::<Vec<_>>())
}
