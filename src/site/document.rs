//! The documents of a feed: the ones that people subscribe to, and the archives.

use chrono::{DateTime, FixedOffset};

use super::settings::{Sink, Site};
use super::texts::ListingTexts;
use crate::error::Error;
use crate::feed::{About, Feed, Holding};
use crate::item::Listing;
use crate::write::{Chain, Format, Head};

/// Writes `archive/SLUG/ISSUE.EXTENSION`: what an issue gives to a feed, for good. `at` is the place of its share.
pub(super) fn write_archive(
    site: &Site<'_>,
    holding: &Holding<'_>,
    at: usize,
    texts: &ListingTexts<'_>,
    sink: &Sink<'_>,
) -> Result<(), Error> {
    let feed = holding.feed;
    let share = &holding.shares[at];
    let updated = share.items().next().map_or(share.listing.posted, |item| item.published);
    let older = at.checked_sub(1).map(|older| &holding.shares[older].listing.slug);
    let newer = holding.shares.get(at + 1).map(|newer| &newer.listing.slug);
    for (format_at, format) in site.formats.iter().enumerate().filter(|(_, format)| format.has_archives) {
        let path = archive_path(feed, format, &share.listing.slug);
        let mut head = head(site, feed, &feed.about, &path, Some((share.listing, updated)));
        head.chain = Chain {
            older: older.map(|older| site.url(&archive_path(feed, format, older))),
            newer: newer.map(|newer| site.url(&archive_path(feed, format, newer))),
            current: Some(site.url(&format!("{}.{}", feed.slug, format.extension))),
        };
        sink(&path, &format.document(&head, texts.of(share, (format_at, format))))?;
    }
    Ok(())
}

/// Writes `SLUG.EXTENSION`, what people subscribe to, in every format. `texts` are those of all listings; `newest` is the
/// newest issue of all.
pub(super) fn write_subscriptions(
    site: &Site<'_>,
    holding: &Holding<'_>,
    texts: &[ListingTexts<'_>],
    newest: Option<&Listing>,
    sink: &Sink<'_>,
) -> Result<(), Error> {
    let feed = holding.feed;
    let newest_item = holding.newest_item().zip(holding.shares.last());
    let newest = newest_item
        .map(|(item, share)| (share.listing, item.published))
        .or_else(|| newest.map(|listing| (listing, listing.posted)));
    for (format_at, format) in site.formats.iter().enumerate() {
        let path = format!("{}.{}", feed.slug, format.extension);
        let items = holding.window().flat_map(|share| texts[share.at].of(share, (format_at, format)));
        let mut head = head(site, feed, &feed.about, &path, newest);
        let older = holding.beyond_window().filter(|_| format.has_archives).map(|share| &share.listing.slug);
        head.chain.older = older.map(|older| site.url(&archive_path(feed, format, older)));
        head.hubs = site.hub_addresses();
        head.is_empty = holding.shown == 0;
        sink(&path, &format.document(&head, items))?;
    }
    Ok(())
}

/// The path of an archive.
pub(super) fn archive_path(feed: &Feed, format: &Format, issue: &str) -> String {
    format!("archive/{}/{issue}.{}", feed.slug, format.extension)
}

/// The head of a document. `newest` is the issue that its newest item comes from, and that item's date.
pub(super) fn head(
    site: &Site<'_>,
    feed: &Feed,
    about: &About,
    path: &str,
    newest: Option<(&Listing, DateTime<FixedOffset>)>,
) -> Head {
    let epoch = site.newsletter.zone.show(DateTime::UNIX_EPOCH);
    Head {
        id: about.id.clone(),
        title: about.title.clone(),
        description: about.description.clone(),
        language: site.newsletter.language.clone(),
        updated: newest.map_or(epoch, |(_, updated)| updated),
        is_dated: newest.is_none_or(|(listing, _)| listing.issue.is_dated),
        license: newest.and_then(|(listing, _)| listing.issue.license.clone()),
        self_url: site.url(path),
        page_url: site.url(&format!("{}.html", feed.slug)),
        hubs: Vec::new(),
        chain: Chain::default(),
        is_empty: false,
    }
}
