//! What a bot has posted: the file, open and locked.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::mark::{Bookmark, Bookmarks};
use super::record::{HEADER, Known, feed_line, item_line, key, passed_line, read};
use crate::error::{Error, without_number};
use crate::files;

/// What a bot has posted. The file is open and locked until this is dropped, so no two runs print the same item.
#[derive(Debug)]
pub struct Memory {
    path: PathBuf,
    file: File,
    /// Whether to wait until what is remembered has reached the disk.
    sync: bool,
    known: Known,
    loss: Loss,
    has_header: bool,
    marks: Bookmarks,
    /// What was wrong with the file, in words for the user, and what was done.
    notice: Option<String>,
}

/// What a memory has lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    Nothing,
    /// Some of its lines, or all.
    Lines,
    /// The whole file, though there is a mark.
    File,
}

/// How a memory stands to a feed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The feed has never been asked for.
    First,
    /// What was printed of it is known.
    Known,
    /// Lines are lost; the mark tells how far the feed was printed.
    Lost(Bookmark),
    /// Lines are lost, and so is the mark.
    Unknown,
}

impl Memory {
    /// Opens the file, which is created if needed. Waits while another run has it open. With `sync`, what is remembered has
    /// reached the disk before it counts.
    ///
    /// # Errors
    /// A file that can't be read, written or locked, and one that isn't a bot's memory.
    pub fn open(path: &Path, sync: bool) -> Result<Self, Error> {
        Self::open_locked(path, sync).map_err(|err| Error::at(path, &err))
    }

    fn open_locked(path: &Path, sync: bool) -> io::Result<Self> {
        let is_new = !path.exists();
        let mut file = files::lock(path, true)?.ok_or(io::ErrorKind::WouldBlock)?;
        let mut bytes = Vec::new();
        (&mut file).take(files::LARGEST).read_to_end(&mut bytes)?;
        let marks = if is_new { Bookmarks::none(path) } else { Bookmarks::read(path)? };
        let record = read(&bytes, |feed| marks.get(feed).is_some());
        if !record.is_ours && !marks.is_there() {
            return Err(io::Error::other(
                "patchfeed didn't write this file, so it adds nothing to it; choose another file for --seen",
            ));
        }
        let is_damaged = record.is_damaged || !record.is_ours || bytes.is_empty() && !marks.is_empty();
        let loss = match is_damaged {
            true => Loss::Lines,
            false if is_new && marks.is_there() => Loss::File,
            false => Loss::Nothing,
        };
        let mut memory = Self {
            path: path.to_owned(),
            file,
            sync,
            known: record.known,
            loss,
            has_header: record.has_header,
            marks,
            notice: None,
        };
        if !is_damaged && record.whole < bytes.len() {
            memory.file.set_len(record.whole as u64)?;
            memory.notice = Some("its end was cut short: what was printed last may be printed again".to_owned());
        }
        Ok(memory)
    }

    /// What was wrong with the file, in words for the user, and what was done about it.
    pub(super) fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// Whether a feed was asked for before, and held something.
    pub fn has_seen(&self, feed: &str) -> bool {
        self.known.feeds.contains(feed) && self.marks.get(feed).is_some_and(|mark| mark.last.is_some())
    }

    /// Whether a feed was asked for before.
    pub fn has_begun(&self, feed: &str) -> bool {
        self.known.feeds.contains(feed)
    }

    /// What it has lost.
    pub(super) fn loss(&self) -> Loss {
        self.loss
    }

    /// The file's path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How the memory stands to a feed.
    pub(super) fn standing(&self, feed: &str) -> Standing {
        let is_begun = self.known.feeds.contains(feed);
        let is_damaged = self.loss == Loss::Lines;
        match self.marks.get(feed) {
            // A memory that doesn't know what its mark says was printed has lost lines, perhaps with no trace of them.
            Some(mark) if is_damaged || !is_begun || !self.knows_mark(feed, mark) => Standing::Lost(mark.clone()),
            None if is_damaged && self.marks.is_empty() => Standing::Unknown,
            None if !is_begun => Standing::First,
            _ => Standing::Known,
        }
    }

    fn knows_mark(&self, feed: &str, mark: &Bookmark) -> bool {
        mark.last.as_ref().is_none_or(|last| self.known.has(feed, last))
    }

    /// Whether an item was printed, or was already in the feed when that was first asked for.
    pub(super) fn knows(&self, feed: &str, id: &str) -> bool {
        self.known.has(feed, &key(id))
    }

    /// How often the command of an item has failed.
    pub(super) fn failures(&self, id: &str) -> u8 {
        self.known.tries.get(&*key(id)).map_or(0, |tries| tries.failures)
    }

    /// Remembers that a feed was asked for, and the ids of the items that it held then.
    pub(super) fn begin<'a>(&mut self, feed: &str, passed: impl Iterator<Item = &'a str>) -> Result<(), Error> {
        let passed: Vec<String> =
            passed.map(|id| key(id).into_owned()).filter(|id| !self.known.has(feed, id)).collect();
        let mut text = feed_line(feed, passed.len());
        text.extend(passed.iter().map(|id| passed_line(feed, id)));
        self.append(&text)?;
        self.known.begin(feed, passed);
        Ok(())
    }

    /// Starts the file anew after lines were lost: with those that are left, and with the ids of the items up to the mark.
    pub(super) fn recover<'a>(&mut self, feed: &str, passed: impl Iterator<Item = &'a str>) -> Result<(), Error> {
        self.known.feeds.clear(); // other feeds have marks of their own
        let text = self.known.write();
        let result = self.file.set_len(0).and_then(|()| self.file.rewind());
        result.map_err(|err| Error::at(&self.path, &err))?;
        (self.has_header, self.loss) = (false, Loss::Nothing);
        self.append(&text)?;
        self.begin(feed, passed)
    }

    /// Writes the lines of items that are to be printed. If there is no room for them, none must be.
    pub(super) fn make_room<'a>(&mut self, ids: impl Iterator<Item = &'a str>) -> Result<(), Error> {
        let new: Vec<String> =
            ids.map(|id| key(id).into_owned()).filter(|id| !self.known.tries.contains_key(id)).collect();
        let end = self.append(&new.iter().map(|id| item_line('0', id)).collect::<String>())?;
        self.known.add_room(end, new);
        Ok(())
    }

    /// Remembers that an item was printed. There is room for it.
    pub(super) fn confirm(&mut self, id: &str) -> Result<(), Error> {
        let key = key(id).into_owned();
        self.mark_line(&key, b'+')?;
        self.known.tries.remove(&key);
        self.known.items.insert(key);
        Ok(())
    }

    /// Remembers that an item's command has failed, and returns how often it has by now.
    pub(super) fn fail(&mut self, id: &str) -> Result<u8, Error> {
        let key = key(id).into_owned();
        let failures = (self.failures(id) + 1).min(9);
        self.mark_line(&key, b'0' + failures)?;
        if let Some(tries) = self.known.tries.get_mut(&key) {
            tries.failures = failures;
        }
        Ok(failures)
    }

    /// Changes the first byte of an item's line.
    fn mark_line(&mut self, key: &str, byte: u8) -> Result<(), Error> {
        let Some(tries) = self.known.tries.get(key) else { return Ok(()) };
        let at = SeekFrom::Start(tries.at);
        let written = self.file.seek(at).and_then(|_| self.file.write_all(&[byte])).and_then(|()| self.sync());
        written.map_err(|err| Error::at(&self.path, &err))
    }

    /// Writes down how far a feed was printed, whose items have these ids, the oldest first.
    pub(super) fn set_mark(&mut self, feed: &str, ids: &[&str]) -> Result<(), Error> {
        let last = ids.iter().rposition(|id| self.knows(feed, id));
        let before = &ids[..last.unwrap_or(0)];
        let pending = before.iter().filter(|id| !self.knows(feed, id)).map(|id| key(id).into_owned()).collect();
        let mark = Bookmark { last: last.map(|at| key(ids[at]).into_owned()), pending };
        let set = self.marks.set(feed, mark, self.sync);
        set.map_err(|err| {
            let cause = without_number(&err.to_string()).to_owned();
            Error::at(self.marks.path(), &format!("{cause}; what was posted is remembered all the same"))
        })
    }

    /// Adds lines at the end of the file, and returns the byte that they begin at. If they can't be written, none is.
    fn append(&mut self, text: &str) -> Result<u64, Error> {
        let header = if self.has_header || text.is_empty() { String::new() } else { format!("{HEADER}\n") };
        let result = self.file.seek(SeekFrom::End(0)).and_then(|end| {
            let written = self.file.write_all([header.as_str(), text].concat().as_bytes()).and_then(|()| self.sync());
            written.inspect_err(|_| {
                let _ = self.file.set_len(end);
            })?;
            Ok(end + header.len() as u64)
        });
        let start = result.map_err(|err| Error::at(&self.path, &err))?;
        self.has_header |= !header.is_empty();
        Ok(start)
    }

    fn sync(&self) -> io::Result<()> {
        if self.sync { self.file.sync_data() } else { Ok(()) }
    }
}
