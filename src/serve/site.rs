//! A site as it is served: one value, which a build replaces as a whole.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use axum::http::Uri;
use percent_encoding::percent_decode_str;
use rayon::prelude::*;

use super::facts::SiteFacts;
use super::file::{FileDate, ServedFile, digest};
use super::items::{FeedCache, ServedItems};
use crate::feed::{BadParameter, FeedAddress};
use crate::publish::{SiteFile, slug_in};
use crate::site::{FEED, addressed_path};
use crate::text::hex;
use crate::write::{FORMATS, Format, UNSERVED};

/// A site as it is served.
#[derive(Debug)]
pub struct ServedSite {
    facts: SiteFacts,
    files: HashMap<String, Arc<ServedFile>>,
    /// What feeds by address are made of; none where the folder's site is served without its issues.
    items: Option<Arc<ServedItems>>,
    feeds: FeedCache,
    /// When a feed by address has changed at the latest.
    date: FileDate,
    /// What tells it apart from any other.
    version: String,
}

/// What a site has at a path.
#[derive(Debug)]
pub(super) enum Found<'a> {
    File(Arc<ServedFile>),
    /// A feed by address that says what can't be understood.
    Bad(BadParameter),
    /// A feed by address, while the issues haven't been read.
    Later,
    /// A feed that was given up, by its slug.
    Gone(&'a str),
    /// What isn't below the site's path, which this is.
    Elsewhere(&'a str),
    Nothing,
}

impl ServedSite {
    /// Makes a site of its files. What `before`, the site until now, has the same bytes of is taken from there: only what changed is compressed, and
    /// only that has another date.
    pub fn new(files: Vec<SiteFile>, facts: SiteFacts, items: Option<Arc<ServedItems>>, before: Option<&Self>) -> Self {
        let offers_feeds = items.is_some();
        let is_same = before.is_some_and(|before| before.facts == facts && before.items.is_some() == offers_feeds);
        let served = files.into_par_iter().filter(|file| file.path != UNSERVED).map(|file| {
            let source = digest(&file.bytes);
            let before = before.and_then(|before| before.files.get(&file.path));
            let path = file.path.clone();
            let served = match before {
                Some(before) if is_same && before.source == source => Arc::clone(before),
                _ => Arc::new(ServedFile::new(file, source, &facts, offers_feeds, before.map(|before| &**before))),
            };
            (path, served)
        });
        let files: HashMap<String, Arc<ServedFile>> = served.collect();
        let version = version(&files);
        let modified = files.values().map(|file| file.date.modified).max().unwrap_or_default();
        let date = match before {
            Some(before) if before.version == version && is_alike(before.items.as_deref(), items.as_deref()) => {
                before.date
            }
            before => FileDate { modified, is_exact: before.is_none_or(|before| before.date.modified != modified) },
        };
        Self { facts, files, items, feeds: FeedCache::default(), date, version }
    }

    /// The name of the host in the site's address.
    pub(super) fn host(&self) -> Option<&str> {
        self.facts.base_url.host_str()
    }

    /// Whether there is a file for a request.
    pub(super) fn has_file(&self, uri: &Uri) -> bool {
        self.below(uri.path())
            .is_some_and(|path| self.files.contains_key(&*path) && self.asked_feed(&path, uri.query()).is_none())
    }

    /// Whether the answer to a request takes work: a feed by address that isn't kept.
    pub(super) fn takes_work(&self, uri: &Uri) -> bool {
        let Some((format, address)) = self.below(uri.path()).and_then(|path| self.asked_feed(&path, uri.query()))
        else {
            return false;
        };
        address.is_ok_and(|address| self.feeds.get(&addressed_path(&address, format)).is_none())
    }

    /// What tells this site apart from any other.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What the site has at the address of a request. Only files of the site are ever looked for, and feeds by address made of its items.
    pub(super) fn find(&self, uri: &Uri) -> Found<'_> {
        let root = self.facts.base_url.path();
        if !uri.path().starts_with(root) && uri.path().starts_with('/') {
            return Found::Elsewhere(root);
        }
        let Some(below) = self.below(uri.path()) else { return Found::Nothing };
        if let Some((format, address)) = self.asked_feed(&below, uri.query()) {
            return address.map_or_else(Found::Bad, |address| self.feed(&address, format));
        }
        if self.items.is_none() && uri.query().is_some() && is_feed_by_address(&below) {
            return Found::Later;
        }
        if let Some(file) = self.files.get(&*below) {
            return Found::File(Arc::clone(file));
        }
        let gone = slug_in(&below).and_then(|slug| self.facts.gone.iter().find(|gone| *gone == slug));
        gone.map_or(Found::Nothing, |slug| Found::Gone(slug))
    }

    /// The path of a file, for the path of a request, which isn't decoded yet.
    fn below<'p>(&self, path: &'p str) -> Option<Cow<'p, str>> {
        let below = path.strip_prefix(self.facts.base_url.path()).and_then(decoded)?;
        let is_folder = below.is_empty() || below.ends_with('/');
        Some(if is_folder { (below + "index.html").into_owned().into() } else { below })
    }

    /// The feed by address that is asked for: its format, and what it asks for, or what can't be understood of that. A file of the site
    /// with the same name goes before a query that says nothing.
    fn asked_feed(
        &self,
        below: &str,
        query: Option<&str>,
    ) -> Option<(&'static Format, Result<FeedAddress, BadParameter>)> {
        let formats = &self.items.as_ref()?.formats;
        let format = formats.iter().copied().find(|format| is_feed_in(format, below))?;
        let query = query.unwrap_or_default();
        if query.is_empty() && self.files.contains_key(below) {
            return None;
        }
        Some((format, FeedAddress::read(query)))
    }

    fn feed(&self, address: &FeedAddress, format: &'static Format) -> Found<'_> {
        let path = addressed_path(address, format);
        if let Some(file) = self.feeds.get(&path) {
            return Found::File(file);
        }
        let Some(items) = &self.items else { return Found::Nothing };
        match items.make(address, format, &self.facts, self.date) {
            Ok(file) => {
                let file = Arc::new(file);
                self.feeds.put(path, &file);
                Found::File(file)
            }
            Err(bad) => Found::Bad(bad),
        }
    }
}

fn is_feed_by_address(path: &str) -> bool {
    FORMATS.iter().any(|format| is_feed_in(format, path))
}

/// Whether a path is that of feeds by address in a format.
fn is_feed_in(format: &Format, path: &str) -> bool {
    let ending = path.strip_prefix(FEED).and_then(|rest| rest.strip_prefix('.'));
    ending == Some(format.extension)
}

/// Whether feeds by address are made alike of the same files' items.
fn is_alike(before: Option<&ServedItems>, now: Option<&ServedItems>) -> bool {
    before.zip(now).is_some_and(|(before, now)| before.window == now.window)
}

/// A path as files have it; none if it isn't one. A slash that is written otherwise is none.
fn decoded(path: &str) -> Option<Cow<'_, str>> {
    if !path.contains('%') {
        return Some(path.into());
    }
    let is_plain = !path.to_ascii_lowercase().contains("%2f");
    percent_decode_str(path).decode_utf8().ok().filter(|_| is_plain)
}

/// What tells a site's files apart from any others.
fn version(files: &HashMap<String, Arc<ServedFile>>) -> String {
    let mut sources: Vec<(&String, [u8; 32])> = files.iter().map(|(path, file)| (path, file.source)).collect();
    sources.sort_unstable();
    let all: Vec<u8> = sources.into_iter().flat_map(|(path, source)| [path.as_bytes(), &source].concat()).collect();
    hex(&digest(&all)[..8])
}
