//! A feed as pages show it.

use chrono::{DateTime, FixedOffset};

use crate::item::Item;

/// A feed as pages show it.
#[derive(Debug)]
pub(crate) struct Card {
    /// Names its files.
    pub(crate) slug: String,
    /// Its name.
    pub(crate) title: String,
    /// Its name with the newsletter's, as readers show it.
    pub(crate) full_title: String,
    /// Its digest's name, as readers show it.
    pub(crate) digest_title: String,
    /// Its files, one for each format.
    pub(crate) links: Vec<FeedLink>,
    /// Its digest's files.
    pub(crate) digest: Vec<FeedLink>,
    /// How many items it holds, archives included.
    pub(crate) total: usize,
    /// Its newest item.
    pub(crate) latest: Option<Latest>,
    /// Its entries by issue, as SVG.
    pub(crate) chart: String,
}

/// A file of a feed.
#[derive(Debug)]
pub(crate) struct FeedLink {
    /// Its name in the site's folder.
    pub(crate) file: String,
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// Its format's name.
    pub(crate) name: &'static str,
}

/// The newest item of a feed.
#[derive(Debug)]
pub(crate) struct Latest {
    pub(crate) title: String,
    pub(crate) url: String,
    pub(crate) day: String,
    pub(crate) datetime: String,
}

impl Latest {
    pub(crate) fn of(item: &Item) -> Self {
        Self {
            title: item.title.clone(),
            url: item.url.clone(),
            day: day(item.published),
            datetime: item.published.to_rfc3339(),
        }
    }
}

/// A date as pages show it.
pub(super) fn day(at: DateTime<FixedOffset>) -> String {
    at.format("%Y-%m-%d").to_string()
}
