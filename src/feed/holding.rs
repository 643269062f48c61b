//! What a feed holds: its items, issue by issue.

use std::collections::{HashMap, HashSet};

use super::model::{Feed, Match};
use super::window::{Window, shown};
use crate::item::{Item, Listing};

/// What a feed holds.
#[derive(Debug)]
pub(crate) struct Holding<'a> {
    pub(crate) feed: &'a Feed,
    /// The issues that give it items, the oldest first.
    pub(crate) shares: Vec<Share<'a>>,
    /// How many of the shares, from the newest, its documents hold. The others are in the archives only.
    pub(crate) shown: usize,
}

/// What an issue gives to a feed.
#[derive(Debug)]
pub(crate) struct Share<'a> {
    /// The issue's place among all listings.
    pub(crate) at: usize,
    pub(crate) listing: &'a Listing,
    /// The places of the items in the listing, in the issue's order.
    places: Vec<usize>,
}

/// The items of all listings, as feeds choose among them.
#[derive(Debug)]
pub(crate) struct Supply<'a> {
    listings: &'a [Listing],
    /// The places of the items of each section, by its slug: their listings', and their own in these.
    by_section: HashMap<&'a str, Vec<(usize, usize)>>,
}

impl<'a> Supply<'a> {
    pub(crate) fn new(listings: &'a [Listing]) -> Self {
        let mut by_section: HashMap<&str, Vec<(usize, usize)>> = HashMap::new();
        for (at, listing) in listings.iter().enumerate() {
            for (place, item) in listing.items.iter().enumerate() {
                for section in &item.sections {
                    by_section.entry(&section.slug).or_default().push((at, place));
                }
            }
        }
        Self { listings, by_section }
    }

    /// The places of the items that a feed may hold: those of its section, or all.
    fn places(&self, feed: &Feed) -> Box<dyn Iterator<Item = (usize, usize)> + '_> {
        match &feed.matches {
            Match::Section(section) => {
                Box::new(self.by_section.get(section.slug.as_str()).into_iter().flatten().copied())
            }
            Match::Everything | Match::Conditions(_) => Box::new(
                self.listings
                    .iter()
                    .enumerate()
                    .flat_map(|(at, listing)| (0..listing.items.len()).map(move |place| (at, place))),
            ),
        }
    }
}

impl<'a> Holding<'a> {
    /// What a feed holds of all listings: every item that belongs to it, each once, where it first does.
    pub(crate) fn of(feed: &'a Feed, supply: &Supply<'a>, window: &Window) -> Self {
        Self::of_while(feed, supply, window, &|| true).expect("nothing says to stop")
    }

    /// The same, if it is still wanted when every item has been looked at: an expression may take long with many items.
    pub(crate) fn of_while(
        feed: &'a Feed,
        supply: &Supply<'a>,
        window: &Window,
        is_wanted: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let mut held = HashSet::new();
        let mut shares: Vec<Share<'a>> = Vec::new();
        for (at, place) in supply.places(feed) {
            if !is_wanted() {
                return None;
            }
            let listing = &supply.listings[at];
            let item = &listing.items[place];
            if !feed.holds(item) || !held.insert(item.id) {
                continue;
            }
            match shares.last_mut().filter(|share| share.at == at) {
                Some(share) => share.places.push(place),
                None => shares.push(Share { at, listing, places: vec![place] }),
            }
        }
        let counts = shares.iter().rev().map(|share| share.places.len());
        let shown = shown(counts, feed.limit, window.issues);
        Some(Self { feed, shares, shown })
    }

    /// The shares that the feed's documents hold, the newest first.
    pub(crate) fn window(&self) -> impl Iterator<Item = &Share<'a>> + Clone {
        self.shares.iter().rev().take(self.shown)
    }

    /// Whether the feed's documents hold the share at a place.
    pub(crate) fn shows(&self, at: usize) -> bool {
        at + self.shown >= self.shares.len()
    }

    /// The newest issue that the feed's documents don't hold.
    pub(crate) fn beyond_window(&self) -> Option<&Share<'a>> {
        self.shares.iter().rev().nth(self.shown)
    }

    /// The newest issues, as many as a digest lists, the newest first.
    pub(crate) fn digest(&self, window: &Window) -> impl Iterator<Item = &Share<'a>> {
        self.shares.iter().rev().take(window.digest)
    }

    /// How many items the feed holds, archives included.
    pub(crate) fn total(&self) -> usize {
        self.shares.iter().map(Share::count).sum()
    }

    pub(crate) fn newest_item(&self) -> Option<&'a Item> {
        self.shares.last().and_then(|share| share.items().next())
    }
}

/// All items of a feed, archives included, the newest first.
pub fn items<'a>(feed: &'a Feed, listings: &'a [Listing]) -> Vec<&'a Item> {
    let holding = Holding::of(feed, &Supply::new(listings), &Window::default());
    holding.shares.iter().rev().flat_map(Share::items).collect()
}

impl<'a> Share<'a> {
    pub(crate) fn count(&self) -> usize {
        self.places.len()
    }

    /// The places of the items in the listing.
    pub(crate) fn places(&self) -> &[usize] {
        &self.places
    }

    /// The items, in the issue's order.
    pub(crate) fn items(&self) -> impl Iterator<Item = &'a Item> {
        let items = &self.listing.items;
        self.places.iter().map(|place| &items[*place])
    }
}
