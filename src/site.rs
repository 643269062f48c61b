//! The site: every file that items make.

mod addressed;
mod digest;
mod document;
mod issues;
mod kept;
mod pages;
mod search;
mod settings;
mod texts;
mod versions;

use std::collections::HashSet;

use rayon::prelude::*;

use crate::error::Error;
use crate::feed::{Feed, Holding, Match, Supply};
use crate::item::Listing;
use crate::write::Card;
pub use addressed::addressed_document;
pub(crate) use addressed::{FEED, path as addressed_path, search_path};
pub use kept::kept;
pub use settings::{Sink, Site};
use texts::ListingTexts;
use versions::SeriesVersions;

/// Items of an issue that only the archives hold.
#[derive(Debug)]
pub struct Unseen {
    /// The issue's name in addresses.
    pub issue: String,
    /// The path of one of its archives in the feed of everything.
    pub archive: String,
    /// How many of its items no feed's documents hold.
    pub items: usize,
}

/// Makes the files of a site and gives them to the sink. `step` is called for each issue whose archives are made.
///
/// Files are written before the files that link to them: archives and pages before feeds, and these before what lists them.
/// Returns the issues with items that only the archives hold.
///
/// # Errors
/// Those of the sink.
pub fn make(
    site: &Site<'_>,
    feeds: &[Feed],
    listings: &[Listing],
    step: &(dyn Fn() + Sync),
    sink: &Sink<'_>,
) -> Result<Vec<Unseen>, Error> {
    let supply = Supply::new(listings);
    let holdings: Vec<Holding<'_>> = feeds.par_iter().map(|feed| Holding::of(feed, &supply, &site.window)).collect();
    // Much of the index is one thread's work: it goes beside what takes longest.
    let (index, texts) =
        rayon::join(|| search::write(listings, sink), || write_archives(site, &holdings, listings, step, sink));
    let texts = index.and(texts)?;
    let pages = pages::pages(site, listings);
    let versions = SeriesVersions::new(listings);
    pages::write_parts(site, sink)?;
    issues::write(&pages, listings, &versions, sink)?;
    let cards: Vec<Card> = holdings
        .par_iter()
        .map(|holding| pages::write_feed(site, &pages, holding, listings, &versions, sink))
        .collect::<Result<_, Error>>()?;
    let newest = listings.last();
    holdings.par_iter().try_for_each(|holding| {
        document::write_subscriptions(site, holding, &texts, newest, sink)?;
        digest::write(site, holding, newest, sink)
    })?;
    pages::write_lists(site, &pages, feeds, &cards, listings, sink)?;
    Ok(unseen(site, feeds, listings, &texts))
}

/// A share of a holding, by their places.
type SharePlace = (usize, usize);

/// Writes all archives, and gives the texts of the items that feeds' documents hold, by listing.
fn write_archives<'a>(
    site: &Site<'_>,
    holdings: &[Holding<'_>],
    listings: &'a [Listing],
    step: &(dyn Fn() + Sync),
    sink: &Sink<'_>,
) -> Result<Vec<ListingTexts<'a>>, Error> {
    let mut shares: Vec<Vec<SharePlace>> = vec![Vec::new(); listings.len()];
    for (holding_at, holding) in holdings.iter().enumerate() {
        for (share_at, share) in holding.shares.iter().enumerate() {
            shares[share.at].push((holding_at, share_at));
        }
    }
    listings
        .par_iter()
        .zip(shares)
        .map(|(listing, shares)| {
            let mut texts = ListingTexts::new(listing);
            let mut in_windows: HashSet<usize> = HashSet::new();
            for (holding, share_at) in shares.into_iter().map(|(at, share_at)| (&holdings[at], share_at)) {
                document::write_archive(site, holding, share_at, &texts, sink)?;
                if holding.shows(share_at) {
                    in_windows.extend(holding.shares[share_at].places());
                }
            }
            texts.retain(|place| in_windows.contains(&place));
            step();
            Ok(texts)
        })
        .collect()
}

/// The issues with items that no feed's documents hold.
fn unseen(site: &Site<'_>, feeds: &[Feed], listings: &[Listing], texts: &[ListingTexts<'_>]) -> Vec<Unseen> {
    let all = feeds.iter().find(|feed| matches!(feed.matches, Match::Everything));
    let Some((all, format)) = all.zip(site.formats.iter().find(|format| format.has_archives)) else {
        return Vec::new();
    };
    let unseen = listings.iter().zip(texts).map(|(listing, texts)| Unseen {
        issue: site.issue_name(listing),
        archive: document::archive_path(all, format, &listing.slug),
        items: listing.items.len() - texts.len(),
    });
    unseen.filter(|unseen| unseen.items > 0).collect()
}
