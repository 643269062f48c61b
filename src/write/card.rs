//! A feed as pages show it.

/// A feed as pages show it.
#[derive(Debug)]
pub(crate) struct Card {
    /// Names its files.
    pub(crate) slug: String,
    /// Its name.
    pub(crate) name: String,
    /// Its name, as HTML.
    pub(crate) title: String,
    /// Its name with the newsletter's, as readers show it.
    pub(crate) full_title: String,
    /// A sentence on it.
    pub(crate) description: String,
    /// Its digest's name, as readers show it.
    pub(crate) digest_title: String,
    /// The address to subscribe to.
    pub(crate) address: String,
    /// Its files, one for each format.
    pub(crate) links: Vec<FeedLink>,
    /// Its digest's files.
    pub(crate) digest: Vec<FeedLink>,
    /// How many items it holds, archives included.
    pub(crate) total: usize,
    /// The newest issue that gives it items.
    pub(crate) latest: Option<Latest>,
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

/// The newest issue that gives a feed items.
#[derive(Debug)]
pub(crate) struct Latest {
    /// Its entries on the page, below the site's folder.
    pub(crate) path: String,
    /// `第 114 期 · 16 条`, as HTML.
    pub(crate) line: String,
    /// `2024-10-21`; none if it is the newest issue of all, or has no date.
    pub(crate) day: Option<String>,
}
