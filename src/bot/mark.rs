//! How far each feed was printed, in a small file beside the memory. If the memory is damaged, it tells what to go on with.
//!
//! The file `SEEN.mark` holds a line `FEED ID … CHECKSUM` for each feed: everything up to the item of the first id was printed or passed by,
//! but for the items of the other ids. The first id is `-` if there was nothing.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::record::{checked, unchecked};
use crate::files;

/// How far a feed was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bookmark {
    /// The key of the last item that was printed or passed by; none if there was nothing.
    pub(super) last: Option<String>,
    /// The keys of the items before it that weren't.
    pub(super) pending: Vec<String>,
}

/// The marks of a memory's feeds.
#[derive(Debug)]
pub(super) struct Bookmarks {
    path: PathBuf,
    /// Whether there is a file, of whatever worth.
    is_there: bool,
    by_feed: BTreeMap<String, Bookmark>,
}

impl Bookmarks {
    /// No marks yet, for the memory at a path.
    pub(super) fn none(memory: &Path) -> Self {
        let path = files::with_ending(memory, ".mark");
        Self { is_there: path.exists(), path, by_feed: BTreeMap::new() }
    }

    /// Reads the marks of the memory at a path. A line that is damaged is no mark.
    pub(super) fn read(memory: &Path) -> io::Result<Self> {
        let mut marks = Self::none(memory);
        let bytes = match files::read(&marks.path, files::LARGEST) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(marks),
            result => result.map_err(|err| io::Error::new(err.kind(), format!("{}: {err}", marks.path.display())))?,
        };
        let text = String::from_utf8_lossy(&bytes);
        for words in text.lines().filter_map(unchecked) {
            if let [feed, last, ref pending @ ..] = words.split(' ').collect::<Vec<_>>()[..] {
                let last = (last != "-").then(|| last.to_owned());
                let pending = pending.iter().map(|&key| key.to_owned()).collect();
                marks.by_feed.insert(feed.to_owned(), Bookmark { last, pending });
            }
        }
        Ok(marks)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn is_there(&self) -> bool {
        self.is_there
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_feed.is_empty()
    }

    pub(super) fn get(&self, feed: &str) -> Option<&Bookmark> {
        self.by_feed.get(feed)
    }

    /// Sets a feed's mark, and writes the file if that changes anything.
    pub(super) fn set(&mut self, feed: &str, mark: Bookmark, sync: bool) -> io::Result<()> {
        if self.get(feed) == Some(&mark) {
            return Ok(());
        }
        self.by_feed.insert(feed.to_owned(), mark);
        let lines = self.by_feed.iter().map(|(feed, Bookmark { last, pending })| {
            let mut words = vec![feed.as_str(), last.as_deref().unwrap_or("-")];
            words.extend(pending.iter().map(String::as_str));
            checked(&words.join(" "))
        });
        files::replace(&self.path, lines.collect::<String>().as_bytes(), sync)
    }
}
