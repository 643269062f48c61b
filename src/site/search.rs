//! The index of the search page.

use chrono::Datelike as _;
use rayon::prelude::*;

use super::settings::Sink;
use crate::error::Error;
use crate::item::Listing;
use crate::write::search;

/// About how many bytes one index takes at most, before it is compressed: a browser has read so many in a blink.
const LARGEST: usize = 2_000_000;

/// What an entry takes besides its title and address.
const OF_ENTRY: usize = 64;

/// Writes `search.json`; if that grew too large, `search/YEAR.json` instead.
pub(super) fn write(listings: &[Listing], sink: &Sink<'_>) -> Result<(), Error> {
    parts(listings).into_par_iter().try_for_each(|(path, listings)| {
        let newest_first: Vec<&Listing> = listings.iter().rev().collect();
        sink(&path, &search::index(&newest_first))
    })
}

/// The paths of the indices, that of the newest issues first.
pub(super) fn paths(listings: &[Listing]) -> Vec<String> {
    parts(listings).into_iter().map(|(path, _)| path).collect()
}

/// The indices by their paths, that of the newest issues first, and the issues that each holds, the oldest first.
fn parts(listings: &[Listing]) -> Vec<(String, &[Listing])> {
    let items = listings.iter().flat_map(|listing| &listing.items);
    let size: usize = items.map(|item| item.title.len() + item.url.len() + OF_ENTRY).sum();
    if size <= LARGEST {
        return vec![("search.json".to_owned(), listings)];
    }
    let years = listings.chunk_by(|older, newer| older.posted.year() == newer.posted.year());
    years.rev().map(|year| (format!("search/{}.json", year[0].posted.year()), year)).collect()
}
