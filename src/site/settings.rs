//! What all files of a site have in common.

use url::Url;

use crate::error::Error;
use crate::facts::newsletter::Newsletter;
use crate::feed::Window;
use crate::item::Listing;
use crate::write::{Format, WebReader};

/// A site.
#[derive(Debug)]
pub struct Site<'a> {
    /// The newsletter that it publishes.
    pub newsletter: &'a Newsletter,
    /// The address that it is served under; ends with `/`.
    pub base_url: &'a Url,
    /// The formats that its feeds come in.
    pub formats: &'a [&'static Format],
    /// The readers on the web that its pages lead to.
    pub readers: &'a [WebReader],
    /// The hubs that tell subscribers of what is new.
    pub hubs: &'a [Url],
    /// How much its documents hold.
    pub window: Window,
}

impl Site<'_> {
    /// The address of a file.
    pub(super) fn url(&self, path: &str) -> String {
        [self.base_url.as_str(), path].concat()
    }

    /// The hubs, as documents name them.
    pub(super) fn hub_addresses(&self) -> Vec<String> {
        self.hubs.iter().map(Url::to_string).collect()
    }

    /// What an issue is called where its newsletter is known: `第 45 期`.
    pub(super) fn issue_name(&self, listing: &Listing) -> String {
        listing.issue.name(self.newsletter.language())
    }
}

/// Where files go as they are made, by path and bytes, from several threads. Paths are relative to the site's folder, with `/`.
pub type Sink<'a> = dyn Fn(&str, &[u8]) -> Result<(), Error> + Sync + 'a;
