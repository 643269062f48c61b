//! Feeds: which items each holds, in which order, and how many of them.

use std::sync::Arc;

use crate::config::Site;
use crate::item::{Item, Listing};
use crate::section::Section;

/// A feed: a name, and which items belong to it. It comes in every format, with archives and a digest.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Names its files.
    pub slug: String,
    /// Its name, without the newsletter's.
    pub title: String,
    /// The section whose items it holds; all items where there is none.
    pub section: Option<Arc<Section>>,
}

/// The slug of the feed of everything.
pub const ALL: &str = "all";

/// How many issues a digest holds.
pub const DIGEST: usize = 10;

/// How many issues a feed holds at least, whatever their length.
const ISSUES: usize = 2;

impl Feed {
    /// Whether an item belongs to the feed.
    pub fn holds(&self, item: &Item) -> bool {
        self.section.as_ref().is_none_or(|section| item.sections.iter().any(|of| of.slug == section.slug))
    }

    /// How many items the feed's documents hold at most, where two issues don't hold more. Readers remember 100
    /// items (Liferea, feed2toot), or read 300 (Feedbin).
    pub fn limit(&self) -> usize {
        if self.section.is_some() { 100 } else { 300 }
    }

    /// The name with the newsletter's.
    pub fn full_title(&self, site: &Site) -> String {
        if self.section.is_some() { format!("{} · {}", self.title, site.title) } else { site.title.clone() }
    }
}

/// The feeds of a newsletter: everything, then each section that has an item, in the table's order.
pub fn feeds(listings: &[Listing], site: &Site) -> Vec<Feed> {
    let mut sections: Vec<&Arc<Section>> = Vec::new();
    for section in listings.iter().flat_map(|listing| &listing.items).flat_map(|item| &item.sections) {
        if !sections.iter().any(|known| known.slug == section.slug) {
            sections.push(section);
        }
    }
    sections.sort_by_key(|section| site.sections.rank(section));
    let all =
        Feed { slug: ALL.to_owned(), title: site.language().pick("全部", "Everything").to_owned(), section: None };
    let of = |section: &Arc<Section>| Feed {
        slug: section.slug.clone(),
        title: section.title.clone(),
        section: Some(Arc::clone(section)),
    };
    std::iter::once(all).chain(sections.into_iter().map(of)).collect()
}

/// How many of a feed's issues, newest first, its documents hold, given how many items each has in it.
///
/// Feeds are cut between issues: the newest two whole, then older ones while the limit isn't passed. A new issue in
/// front never brings back one that had dropped out.
pub fn window(counts: &[usize], limit: usize) -> usize {
    let mut total = 0;
    counts
        .iter()
        .enumerate()
        .take_while(|(at, count)| {
            total += **count;
            *at < ISSUES || total <= limit
        })
        .count()
}
