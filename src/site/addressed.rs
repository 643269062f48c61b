//! The documents of feeds by address.

use super::document::head;
use super::settings::Site;
use crate::feed::{BadParameter, FeedAddress, Holding, Share, Supply, addressed};
use crate::item::Listing;
use crate::write::{Chain, Format};

/// The name of a feed by address, before its ending and its query.
pub(crate) const FEED: &str = "feed";

/// The document of the feed that an address describes: the newest items, as many as a feed of the site would have, or those before an issue. It names its
/// own address in the one form that it has. Work and memory are those of looking at each item once.
///
/// `is_wanted` is asked again and again whether to go on.
///
/// # Errors
/// A parameter that can't be read, and one that names an issue, a section or a patch that isn't there; an expression that takes until the document is
/// no longer wanted.
pub fn addressed_document(
    site: &Site<'_>,
    address: &FeedAddress,
    format: &Format,
    listings: &[Listing],
    is_wanted: &dyn Fn() -> bool,
) -> Result<Vec<u8>, BadParameter> {
    let conditions = address.conditions(listings)?;
    let feed = addressed(address, conditions, site.newsletter, &site.window, listings);
    let supply = Supply::new(address.listings(listings)?);
    let holding = Holding::of_while(&feed, &supply, &site.window, is_wanted).ok_or_else(|| address.too_slow())?;
    let newest = holding.newest_item().zip(holding.shares.last());
    let newest = newest
        .map(|(item, share)| (share.listing, item.published))
        .or_else(|| listings.last().map(|listing| (listing, listing.posted)));
    let mut head = head(site, &feed, &feed.about, &path(address, format), newest);
    head.page_url = site.url(&search_path(address));
    head.is_empty = holding.shown == 0;
    if format.has_archives {
        let beyond = holding.beyond_window().and_then(|_| holding.window().last());
        let older = beyond.map(|oldest| address.page(Some(&oldest.listing.slug)));
        head.chain = Chain {
            older: older.map(|older| site.url(&path(&older, format))),
            newer: None,
            current: address.is_page().then(|| site.url(&path(&address.page(None), format))),
        };
    }
    let texts: Vec<Vec<u8>> = holding.window().flat_map(Share::items).map(format.item).collect();
    Ok(format.document(&head, texts.iter().map(Vec::as_slice)))
}

/// The path of a feed by address.
pub(crate) fn path(address: &FeedAddress, format: &Format) -> String {
    with_query(&format!("{FEED}.{}", format.extension), &address.query())
}

/// The path of the search that shows what a feed by address has, as far as the search can.
pub(crate) fn search_path(address: &FeedAddress) -> String {
    with_query("search.html", &address.search_query())
}

fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
