//! The feed: its names, and which items belong to it.

use std::sync::Arc;

use serde::Deserialize;

use super::condition::Conditions;
use crate::facts::section::Section;
use crate::item::Item;

/// A feed. It comes in every format, with archives, a digest and a page.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Names its files.
    pub slug: String,
    /// Its name on the site.
    pub title: String,
    /// What its documents say of it.
    pub about: About,
    /// Names its digest's files.
    pub digest_slug: String,
    /// What its digest's documents say of it.
    pub digest: About,
    /// How many items its documents hold at most, unless the issues that they hold at least have more.
    pub limit: usize,
    /// Which items it holds.
    pub matches: Match,
}

/// What a document says of itself.
#[derive(Debug, Clone)]
pub struct About {
    /// An id that stays when the site moves. A feed's archives share it. Atom `id`.
    pub id: String,
    /// The feed's name with the newsletter's. Atom `title`, RSS `title`, JSON `title`.
    pub title: String,
    /// One sentence. Atom `subtitle`, RSS `description`, JSON `description`.
    pub description: String,
}

/// Which items a feed holds.
#[derive(Debug, Clone)]
pub enum Match {
    /// All of them.
    Everything,
    /// Those of a section.
    Section(Arc<Section>),
    /// Those that meet conditions of the configuration.
    Conditions(Box<Conditions>),
}

/// A row `[[feed]]` of the configuration: a custom feed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnFeed {
    /// Names its files: lower-case ASCII letters, digits and hyphens. No other feed may have it.
    pub slug: String,
    /// Its name.
    pub title: String,
    /// The items that it holds.
    #[serde(rename = "match")]
    pub conditions: Conditions,
}

impl Feed {
    /// Whether an item belongs to the feed.
    pub(crate) fn holds(&self, item: &Item) -> bool {
        match &self.matches {
            Match::Everything => true,
            Match::Section(section) => item.sections.iter().any(|of| of.slug == section.slug),
            Match::Conditions(conditions) => conditions.hold(item),
        }
    }
}
