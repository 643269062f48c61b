//! The pages of feeds, what lists the feeds, and what serves all pages.

use std::collections::HashMap;

use super::issues::{self, entry, link};
use super::settings::{Sink, Site};
use super::versions::SeriesVersions;
use crate::error::Error;
use crate::facts::language::Language;
use crate::feed::{ALL, About, Feed, Holding, Match, Share};
use crate::item::Listing;
use crate::write::opml::{self, Outline};
use crate::write::page::feed::FeedIssue;
use crate::write::page::{EntryWords, ICON, IssueLink, Pages, SCRIPT, STYLE, feed, index, search};
use crate::write::{BARS, Card, FeedLink, Latest, ROBOTS, chart, headers};

/// The most items that a feed's page shows, unless its newest issue has more.
const SHOWN: usize = 75;

/// What all pages of a site have in common.
pub(super) fn pages<'a>(site: &'a Site<'_>, listings: &'a [Listing]) -> Pages<'a> {
    Pages {
        newsletter: site.newsletter,
        base_url: site.base_url,
        license: listings.last().and_then(|listing| listing.issue.license.as_ref()),
        everything: links(site, ALL),
        readers: site.readers,
        entry_words: EntryWords::of(site.newsletter),
    }
}

/// Writes what all pages load, and what hosts and robots read.
pub(super) fn write_parts(site: &Site<'_>, sink: &Sink<'_>) -> Result<(), Error> {
    sink("pages.css", STYLE.as_bytes())?;
    sink("pages.js", SCRIPT.as_bytes())?;
    sink("favicon.svg", ICON.as_bytes())?;
    sink("robots.txt", ROBOTS.as_bytes())?;
    sink("_headers", headers(site.formats, site.base_url.path()).as_bytes())
}

/// Writes `SLUG.html`, what the feed's documents hold, and gives the feed's card for the page of all feeds.
pub(super) fn write_feed(
    site: &Site<'_>,
    pages: &Pages<'_>,
    holding: &Holding<'_>,
    listings: &[Listing],
    versions: &SeriesVersions<'_>,
    sink: &Sink<'_>,
) -> Result<Card, Error> {
    let card = card(site, pages, holding, listings.len());
    let (shown, older) = shown(holding);
    let issues = shown.iter().map(|share| FeedIssue {
        issue: place(pages, holding.feed, share),
        entries: share.items().map(|item| entry(pages, item, &card.slug, versions)).collect(),
    });
    let older = older.iter().map(|share| place(pages, holding.feed, share));
    let chart = (listings.len() > 1).then(|| entries_by_issue(site, holding, listings));
    let page = feed::page(pages, &card, chart, issues.collect(), older.collect());
    sink(&format!("{}.html", card.slug), page.as_bytes())?;
    Ok(card)
}

/// Where an issue's page has what it gives to a feed.
fn place(pages: &Pages<'_>, feed: &Feed, share: &Share<'_>) -> IssueLink {
    let mut link = link(pages, share.listing, share.count());
    if let Match::Section(section) = &feed.matches {
        link.path = [&link.path, "#", &section.slug].concat();
    }
    link
}

/// The shares that a feed's page shows, the newest first, and the next older ones, which it leads to.
fn shown<'a, 'b>(holding: &'b Holding<'a>) -> (Vec<&'b Share<'a>>, Vec<&'b Share<'a>>) {
    let newest_first: Vec<&Share<'_>> = holding.shares.iter().rev().take(BARS).collect();
    let mut items = 0;
    let fits = |share: &&&Share<'_>| {
        items += share.count();
        items <= SHOWN
    };
    let count = newest_first.iter().take_while(fits).count().max(1).min(newest_first.len());
    let (shown, older) = newest_first.split_at(count);
    (shown.to_vec(), older.to_vec())
}

/// Writes what lists the feeds: `feeds.opml`, `digests.opml`, `search.html` and `index.html`.
pub(super) fn write_lists(
    site: &Site<'_>,
    pages: &Pages<'_>,
    feeds: &[Feed],
    cards: &[Card],
    listings: &[Listing],
    sink: &Sink<'_>,
) -> Result<(), Error> {
    sink("feeds.opml", subscriptions(site, feeds, |feed| (&feed.slug, &feed.about)).as_bytes())?;
    sink("digests.opml", subscriptions(site, feeds, |feed| (&feed.digest_slug, &feed.digest)).as_bytes())?;
    let sections = feeds.iter().zip(cards).filter_map(|(feed, card)| match &feed.matches {
        Match::Section(section) => Some((&**section, card)),
        Match::Everything | Match::Conditions(_) => None,
    });
    let issues = listings.iter().rev().map(|listing| link(pages, listing, listing.items.len())).collect();
    let indices = super::search::paths(listings);
    sink("search.html", search::page(pages, &indices, cards, sections, issues).as_bytes())?;
    let newest =
        listings.last().map(|listing| (link(pages, listing, listing.items.len()), issues::items(pages, listing)));
    sink("index.html", index::page(pages, cards, newest).as_bytes())
}

/// The card of a feed. `listings` is how many issues there are.
fn card(site: &Site<'_>, pages: &Pages<'_>, holding: &Holding<'_>, listings: usize) -> Card {
    let feed = holding.feed;
    let title = match &feed.matches {
        Match::Everything => pages.both("全部", "Everything"),
        Match::Section(section) => pages.section(section),
        Match::Conditions(_) => pages.both(&feed.title, &feed.title),
    };
    let links = links(site, &feed.slug);
    Card {
        slug: feed.slug.clone(),
        name: feed.title.clone(),
        title,
        full_title: feed.about.title.clone(),
        description: feed.about.description.clone(),
        digest_title: feed.digest.title.clone(),
        address: site.url(&links[0].file),
        links,
        digest: self::links(site, &feed.digest_slug),
        total: holding.total(),
        latest: holding.shares.last().map(|share| latest(pages, feed, share, share.at + 1 == listings)),
    }
}

/// `is_newest`: whether the share is of the newest issue of all.
fn latest(pages: &Pages<'_>, feed: &Feed, share: &Share<'_>, is_newest: bool) -> Latest {
    let line = |language| format!("{} · {}", share.listing.issue.name(language), language.entries(share.count()));
    let IssueLink { path, day, .. } = place(pages, feed, share);
    let line = pages.both(&line(Language::Chinese), &line(Language::English));
    Latest { path, line, day: Some(day).filter(|day| !is_newest && !day.is_empty()) }
}

/// A feed's entries by issue, as SVG.
fn entries_by_issue(site: &Site<'_>, holding: &Holding<'_>, listings: &[Listing]) -> String {
    let counts: HashMap<usize, usize> = holding.shares.iter().map(|share| (share.at, share.count())).collect();
    let first = listings.len().saturating_sub(BARS);
    let names: Vec<String> = listings[first..].iter().map(|listing| site.issue_name(listing)).collect();
    let bars: Vec<(&str, usize)> = names
        .iter()
        .enumerate()
        .map(|(at, name)| (name.as_str(), counts.get(&(first + at)).copied().unwrap_or(0)))
        .collect();
    let words = site.newsletter.language().pick("各期条数", "entries per issue");
    chart(&bars, &format!("{}: {words}", holding.feed.title))
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

/// One outline a section, in the first of the site's formats: whoever imports them all gets no item twice. A newsletter without sections
/// has the feed of everything. `of` gives the slug of what is listed, and what it says of itself.
fn subscriptions(site: &Site<'_>, feeds: &[Feed], of: impl Fn(&Feed) -> (&String, &About)) -> String {
    let extension = site.formats[0].extension;
    let has_sections = feeds.iter().any(|feed| matches!(feed.matches, Match::Section(_)));
    let listed = feeds.iter().filter(|feed| match feed.matches {
        Match::Section(_) => true,
        Match::Everything => !has_sections,
        Match::Conditions(_) => false,
    });
    let outlines = listed.map(|feed| {
        let (slug, about) = of(feed);
        Outline {
            title: about.title.clone(),
            description: about.description.clone(),
            feed_url: site.url(&format!("{slug}.{extension}")),
            page_url: site.url(&format!("{}.html", feed.slug)),
            language: site.newsletter.language.clone(),
        }
    });
    opml::document(&site.newsletter.title, &outlines.collect::<Vec<_>>())
}
