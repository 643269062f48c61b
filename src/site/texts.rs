//! Items' texts in the formats: each is made once and serves in every document that holds it.

use std::sync::OnceLock;

use crate::feed::Share;
use crate::item::{Item, Listing};
use crate::write::{FORMATS, Format};

/// An item with its texts, each made when it is first asked for.
pub(super) struct ItemTexts<'a> {
    item: &'a Item,
    /// In the order of the site's formats.
    texts: [OnceLock<Vec<u8>>; FORMATS.len()],
}

/// The items of an issue with their texts; not all of them, if only some are still needed.
pub(super) struct ListingTexts<'a> {
    /// By the items' places in the listing.
    items: Vec<(usize, ItemTexts<'a>)>,
}

impl<'a> ListingTexts<'a> {
    pub(super) fn new(listing: &'a Listing) -> Self {
        let items = listing.items.iter().map(|item| ItemTexts { item, texts: Default::default() });
        Self { items: items.enumerate().collect() }
    }

    /// Keeps only the items at these places.
    pub(super) fn retain(&mut self, mut is_needed: impl FnMut(usize) -> bool) {
        self.items.retain(|(place, _)| is_needed(*place));
        self.items.shrink_to_fit();
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The texts of a share's items in the site's format at a place.
    pub(super) fn of<'b>(
        &'b self,
        share: &'b Share<'_>,
        (at, format): (usize, &'b Format),
    ) -> impl Iterator<Item = &'b [u8]> + Clone {
        share.places().iter().filter_map(move |place| {
            let found = self.items.binary_search_by_key(place, |(place, _)| *place).ok()?;
            let ItemTexts { item, texts } = &self.items[found].1;
            Some(texts[at].get_or_init(|| (format.item)(item)).as_slice())
        })
    }
}
