//! The versions of patches as pages lead to them: an item knows earlier ones, a page later ones, too.

use std::collections::HashMap;

use uuid::Uuid;

use crate::item::{Item, Listing, Rank};
use crate::write::page::entry::VersionLink;

/// The most versions that a page names before and after an entry, the nearest.
const SHOWN: usize = 10;

/// The versions of every series that has several, in their order; of several of a rank, the one listed last.
#[derive(Debug)]
pub(super) struct SeriesVersions<'a>(HashMap<Uuid, Vec<ListedVersion<'a>>>);

/// A version and the issue that lists it.
#[derive(Debug, Clone, Copy)]
struct ListedVersion<'a> {
    rank: Rank,
    listing: &'a Listing,
    item: &'a Item,
}

impl<'a> SeriesVersions<'a> {
    pub(super) fn new(listings: &'a [Listing]) -> Self {
        let mut all: HashMap<Uuid, Vec<ListedVersion<'a>>> = HashMap::new();
        for listing in listings {
            for item in &listing.items {
                if let Some((series, rank)) = series_and_rank(item) {
                    all.entry(series).or_default().push(ListedVersion { rank, listing, item });
                }
            }
        }
        all.retain(|_, versions| versions.len() > 1);
        for versions in all.values_mut() {
            versions.reverse(); // of equal ones, the first is kept
            versions.sort_by_key(|version| version.rank);
            versions.dedup_by_key(|version| version.rank);
        }
        Self(all)
    }

    /// The earlier versions of an item, the highest first, and the later ones, the lowest first.
    pub(super) fn of(&self, item: &Item) -> (Vec<VersionLink>, Vec<VersionLink>) {
        let found = series_and_rank(item).and_then(|(series, rank)| Some((self.0.get(&series)?, rank)));
        let Some((versions, rank)) = found else { return (Vec::new(), Vec::new()) };
        let (before, after) = (
            versions.partition_point(|version| version.rank < rank),
            versions.partition_point(|version| version.rank <= rank),
        );
        (links(versions[..before].iter().rev(), item), links(versions[after..].iter(), item))
    }
}

fn series_and_rank(item: &Item) -> Option<(Uuid, Rank)> {
    let mail = item.mail.as_ref()?;
    Some((mail.series.as_ref()?.id, mail.rank()))
}

/// Links to versions, but for the item itself, which may be listed again as another one.
fn links<'a>(versions: impl Iterator<Item = &'a ListedVersion<'a>>, item: &Item) -> Vec<VersionLink> {
    let others = versions.filter(|version| version.item.id != item.id).take(SHOWN);
    let links = others.map(|version| VersionLink {
        name: version.rank.name(),
        path: [&version.listing.page_path(), "#", &version.item.anchor()].concat(),
    });
    links.collect()
}
