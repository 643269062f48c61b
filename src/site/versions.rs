//! The versions of patches as pages lead to them: an item knows earlier ones, a page later ones, too.

use std::collections::HashMap;

use uuid::Uuid;

use crate::item::{Item, Listing, Rank};
use crate::write::page::entry::VersionLink;

/// The most versions that a page names before and after an entry, the nearest.
const SHOWN: usize = 10;

/// The versions of every series, in their order; of several of a rank, the one listed last.
#[derive(Debug)]
pub(super) struct SeriesVersions<'a>(HashMap<Uuid, Vec<(Rank, (&'a Listing, &'a Item))>>);

impl<'a> SeriesVersions<'a> {
    pub(super) fn new(listings: &'a [Listing]) -> Self {
        let mut all: HashMap<Uuid, Vec<(Rank, (&'a Listing, &'a Item))>> = HashMap::new();
        for listing in listings {
            for item in &listing.items {
                if let Some((series, rank)) = series_and_rank(item) {
                    all.entry(series).or_default().push((rank, (listing, item)));
                }
            }
        }
        all.retain(|_, versions| versions.len() > 1);
        for versions in all.values_mut() {
            versions.sort_by_key(|(rank, _)| *rank);
            versions.dedup_by(|next, kept| {
                let is_same = next.0 == kept.0;
                if is_same {
                    *kept = *next;
                }
                is_same
            });
        }
        Self(all)
    }

    /// The earlier versions of an item, the highest first, and the later ones, the lowest first.
    pub(super) fn of(&self, item: &Item) -> (Vec<VersionLink>, Vec<VersionLink>) {
        let found = series_and_rank(item).and_then(|(series, rank)| Some((self.0.get(&series)?, rank)));
        let Some((versions, rank)) = found else { return (Vec::new(), Vec::new()) };
        let earlier = versions[..versions.partition_point(|version| version.0 < rank)].iter().rev();
        let later = versions[versions.partition_point(|version| version.0 <= rank)..].iter();
        (links(earlier, item), links(later, item))
    }
}

fn series_and_rank(item: &Item) -> Option<(Uuid, Rank)> {
    let mail = item.mail.as_ref()?;
    Some((mail.series.as_ref()?.id, mail.rank()))
}

/// Links to versions, but for the item itself, which may be listed again as another one.
fn links<'a>(versions: impl Iterator<Item = &'a (Rank, (&'a Listing, &'a Item))>, item: &Item) -> Vec<VersionLink> {
    let others = versions.filter(|(_, (_, version))| version.id != item.id).take(SHOWN);
    others
        .map(|(rank, (listing, version))| VersionLink {
            name: rank.name(),
            path: format!("{}#{}", listing.page_path(), version.anchor()),
        })
        .collect()
}
