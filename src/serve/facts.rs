//! What is said of a site that is served, besides its files.

use url::Url;

/// What is said of a site that is served, besides its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFacts {
    /// The address that it is served under; ends with `/`.
    pub base_url: Url,
    /// The `WebSub` hubs that its feeds name.
    pub hubs: Vec<Url>,
    /// The feeds that were given up, by their slugs.
    pub gone: Vec<String>,
    /// Whether its editor looks at it: pages load themselves again, and nothing is kept by caches.
    pub is_preview: bool,
}
