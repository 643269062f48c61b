//! Settings that do nothing: nobody notices a feed that stays empty for a slip of the pen.

use std::collections::BTreeSet;

use super::Config;
use crate::facts::newsletter::Headings;
use crate::feed::{Names, OwnFeed};
use crate::item::{Item, Listing};
use crate::text::nearest;

impl Config {
    /// What of the feeds and sections of one's own no item answers to, in words.
    pub fn unused(&self, listings: &[Listing]) -> Vec<String> {
        let rows = &self.newsletter.sections;
        if self.feeds.is_empty() && rows.is_empty() {
            return Vec::new();
        }
        let names = Names::of(listings);
        let mut unused: Vec<String> =
            self.feeds.iter().filter_map(|feed| unused_feed(feed, listings, &names)).collect();
        let (mut used, mut others) = (BTreeSet::new(), BTreeSet::new());
        for section in items(listings).flat_map(|item| &item.sections) {
            used.insert(section.slug.as_str());
            if !section.known {
                others.insert(section.title.as_str());
            }
        }
        // Where all headings are stated, some part others, and hold no entry.
        let is_learnt = self.newsletter.headings == Headings::Learnt;
        for row in rows.iter().filter(|row| is_learnt && !used.contains(row.slug.as_str())) {
            let near = row.headings.iter().find_map(|heading| nearest(heading, others.iter().copied()));
            let near = near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
            unused.push(format!(
                "[[section]] {:?} does nothing: no entry stands under any heading of it{near}",
                row.slug
            ));
        }
        unused
    }
}

fn items(listings: &[Listing]) -> impl Iterator<Item = &Item> {
    listings.iter().flat_map(|listing| &listing.items)
}

fn unused_feed(feed: &OwnFeed, listings: &[Listing], names: &Names<'_>) -> Option<String> {
    let unmet = feed.conditions.unmet(names);
    let is_empty = !items(listings).any(|item| feed.conditions.hold(item));
    let slug = &feed.slug;
    match (is_empty, unmet.is_empty()) {
        (true, true) => Some(format!("[[feed]] {slug:?} holds nothing: no entry meets its conditions")),
        (true, false) => Some(format!("[[feed]] {slug:?} holds nothing: {}", unmet.join(", and "))),
        (false, true) => None,
        (false, false) => Some(format!("[[feed]] {slug:?}: {}", unmet.join(", and "))),
    }
}
