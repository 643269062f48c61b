//! Feeds by address: made of all items, when they are asked for, and kept until the next build or until others are asked for more.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::facts::SiteFacts;
use super::file::{FileDate, ServedFile};
use crate::facts::newsletter::Newsletter;
use crate::feed::{BadParameter, FeedAddress, Window};
use crate::item::Listing;
use crate::site::{Site, addressed_document, addressed_path, search_path};
use crate::write::Format;

/// What feeds by address are made of.
#[derive(Debug)]
pub struct ServedItems {
    /// The newsletter.
    pub newsletter: Newsletter,
    /// Its items, the oldest issue first.
    pub listings: Vec<Listing>,
    /// The formats that they come in.
    pub formats: Vec<&'static Format>,
    /// How much a document holds.
    pub window: Window,
}

impl ServedItems {
    /// Makes a feed.
    pub(super) fn make(
        &self,
        address: &FeedAddress,
        format: &Format,
        facts: &SiteFacts,
        date: FileDate,
    ) -> Result<ServedFile, BadParameter> {
        let site = Site {
            newsletter: &self.newsletter,
            base_url: &facts.base_url,
            formats: &self.formats,
            readers: &[],
            hubs: &[], // they are told of the site's own feeds
            window: self.window,
        };
        let start = Instant::now();
        let bytes = addressed_document(&site, address, format, &self.listings, &|| start.elapsed() < LONGEST)?;
        let (own, page) = (addressed_path(address, format), search_path(address));
        Ok(ServedFile::addressed(bytes, format, date, facts, [&own, &page]))
    }
}

/// How long looking at all items may take: most expressions take a hundredth of that, but some are made to take long.
const LONGEST: Duration = Duration::from_millis(300);

/// How many bytes are kept at most, in all forms.
const KEPT: usize = 64 << 20;

/// Feeds that were asked for, by their paths with their queries. Those that were asked for last stay longest.
#[derive(Debug, Default)]
pub(super) struct FeedCache(Mutex<Generations>);

/// What was asked for lately, and what was before that: when the first is half of what may be kept, it becomes the second.
#[derive(Debug, Default)]
struct Generations {
    recent: HashMap<String, Arc<ServedFile>>,
    size: usize,
    older: HashMap<String, Arc<ServedFile>>,
}

impl FeedCache {
    pub(super) fn get(&self, path: &str) -> Option<Arc<ServedFile>> {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = generations.recent.get(path) {
            return Some(Arc::clone(file));
        }
        let file = generations.older.remove(path)?;
        generations.put(path.to_owned(), Arc::clone(&file));
        Some(file)
    }

    pub(super) fn put(&self, path: String, file: &Arc<ServedFile>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(path, Arc::clone(file));
    }
}

impl Generations {
    fn put(&mut self, path: String, file: Arc<ServedFile>) {
        let size = path.len() + file.size();
        if self.size + size > KEPT / 2 {
            self.older = mem::take(&mut self.recent);
            self.size = 0;
        }
        self.size += size;
        self.recent.insert(path, file);
    }
}
