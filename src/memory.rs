//! What was posted, in a file: of each item, for which feed. The file is open and locked while a run works with it.
//!
//! Beside the memory `SEEN` lies `SEEN.copy`, in case the memory is damaged.

mod checked;
mod copy;
mod message;
mod record;

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::error::{Error, without_number};
use crate::files;
use checked::key;
use copy::Copy;
pub use message::{MessageRecord, Outcome};
use message::{message_line, outcome_line, unsent_line};
use record::{HEADER, Known, feed_line, item_line, passed_line, read};

/// What a bot has posted. The file is open and locked until this is dropped, so no two runs print the same item.
#[derive(Debug)]
pub struct Memory {
    path: PathBuf,
    /// None if the memory is only looked at: nothing is written then.
    file: Option<File>,
    /// Whether to wait until what is remembered has reached the disk.
    sync: bool,
    known: Known,
    has_header: bool,
    copy: Copy,
    /// Whether the copy knows less.
    is_copy_behind: bool,
    /// What was wrong with the file, in words for the user, and what was done.
    notice: Option<String>,
}

/// How many bytes are kept free on the disk for what becomes of a message.
const ROOM: u64 = 4096;

/// What to do where nothing tells what was printed.
const LOST: &str = "this memory is damaged, and so is the copy beside it, so nothing was posted; put a copy of it back, or remove both \
                    to begin anew: with --history, everything that the feed holds is then posted, else what is new from then on";

impl Memory {
    /// Opens the file, which is created if needed. Waits while another run has it open. With `sync`, what is remembered has
    /// reached the disk before it counts.
    ///
    /// # Errors
    /// A file that can't be read, written or locked; one that isn't a bot's memory; a memory and a copy that are both damaged.
    pub fn open(path: &Path, sync: bool) -> Result<Self, Error> {
        Self::open_locked(path, sync).map_err(|err| Error::at(path, &err))
    }

    /// Reads the file, if there is one, to look at it: nothing is ever written.
    ///
    /// # Errors
    /// Those of [`Memory::open`].
    pub fn look(path: &Path) -> Result<Self, Error> {
        let bytes = match files::read(path, files::LARGEST) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            result => result,
        };
        bytes.and_then(|bytes| Self::read(path, None, &bytes, false)).map_err(|err| Error::at(path, &err))
    }

    /// A memory that knows nothing, to look at: nothing is ever written.
    pub fn empty(path: &Path) -> Self {
        let (known, copy) = (Known::default(), Copy::absent(path));
        let path = path.to_owned();
        Self { path, file: None, sync: false, known, has_header: false, copy, is_copy_behind: false, notice: None }
    }

    fn open_locked(path: &Path, sync: bool) -> io::Result<Self> {
        let mut file = files::lock(path, true)?.ok_or(io::ErrorKind::WouldBlock)?;
        let mut bytes = Vec::new();
        (&mut file).take(files::LARGEST).read_to_end(&mut bytes)?;
        Self::read(path, Some(file), &bytes, sync)
    }

    /// Reads what the file holds.
    fn read(path: &Path, file: Option<File>, bytes: &[u8], sync: bool) -> io::Result<Self> {
        let mut copy = Copy::read(path)?;
        let record = read(bytes);
        if !record.is_ours && !copy.is_there {
            return Err(io::Error::other(
                "patchfeed didn't write this file, so it adds nothing to it; choose another, or move this one away",
            ));
        }
        let is_whole = record.is_ours && !record.is_damaged && !(bytes.is_empty() && copy.is_there);
        let copied = copy.known.take();
        if !is_whole && copied.is_none() {
            return Err(io::Error::other(LOST));
        }
        let is_copy_behind = copied.as_ref().is_none_or(|copied| !copied.has_all_of(&record.known));
        let lost = copied.filter(|copied| !is_whole || !record.known.has_all_of(copied));
        let whole = record.whole as u64;
        let path = path.to_owned();
        let mut memory = Self {
            path,
            file,
            sync,
            known: record.known,
            has_header: record.has_header,
            copy,
            is_copy_behind,
            notice: None,
        };
        if let Some(copied) = lost {
            memory.known.add(copied);
            memory.write_anew()?;
            memory.notice =
                Some("this memory was damaged; what it had lost was taken from the copy beside it".to_owned());
        } else if whole < bytes.len() as u64 {
            if let Some(file) = &memory.file {
                file.set_len(whole)?;
            }
            memory.notice =
                Some("the end of this memory was cut short: what was posted last may be posted again".to_owned());
        }
        Ok(memory)
    }

    /// Writes all lines again. If that is cut off, the copy still has them.
    fn write_anew(&mut self) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        self.known.tries.clear(); // their lines are written again when there is room to be made
        let text = format!("{HEADER}\n{}", self.known.lines());
        self.copy.write(&self.known, self.sync)?;
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(text.as_bytes())?;
        self.has_header = true;
        self.sync()
    }

    /// What was wrong with the file, in words for the user, and what was done about it.
    pub(crate) fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// The file's path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a feed was asked for before.
    pub fn has_begun(&self, feed: &str) -> bool {
        self.known.feeds.contains(&*key(feed))
    }

    /// The name of a feed that was asked for before, of the same slug at another place, and with one of these items: the same feed, which
    /// has moved, or is read from a site's folder rather than from its address.
    pub(crate) fn same_feed_elsewhere(&self, feed: &str, ids: &[&str]) -> Option<String> {
        let mut others = self.known.feeds.iter().map(|other| checked::id(other));
        others.find(|other| slug(other) == slug(feed) && ids.iter().any(|id| self.knows(other, id)))
    }

    /// Whether a feed held items when it was first asked for.
    pub fn has_passed(&self, feed: &str) -> bool {
        self.known.has_passed(&key(feed))
    }

    /// Whether an item was printed, is in a message, or was already in the feed when that was first asked for.
    pub fn knows(&self, feed: &str, id: &str) -> bool {
        self.known.has(&key(feed), &key(id))
    }

    /// The ids of the items that were to be printed and haven't been: a feed must be read as far back as these, whatever else is known.
    pub fn waiting(&self) -> impl Iterator<Item = String> {
        let unknown = self.messages().filter(|message| message.outcome == Outcome::Unknown);
        let unknown = unknown.flat_map(|message| message.ids.iter().cloned());
        self.known.tries.keys().map(|key| checked::id(key)).chain(unknown)
    }

    /// How often the command of an item has failed.
    pub(crate) fn failures(&self, id: &str) -> u8 {
        self.known.tries.get(&*key(id)).map_or(0, |tries| tries.failures)
    }

    /// Remembers that a feed was asked for, and the ids of the items that it held then.
    pub(crate) fn begin<'a>(&mut self, feed: &str, passed: impl Iterator<Item = &'a str>) -> Result<(), Error> {
        let feed = &*key(feed);
        let passed: Vec<String> =
            passed.map(|id| key(id).into_owned()).filter(|id| !self.known.has(feed, id)).collect();
        let mut text = feed_line(feed, passed.len());
        text.extend(passed.iter().map(|id| passed_line(feed, id)));
        self.append(&text)?;
        self.known.begin(feed, passed);
        self.is_copy_behind = true;
        self.write_copy("nothing was posted")
    }

    /// Writes the lines of items that are to be printed, and the copy. If there is no room for them, none must be.
    pub(crate) fn make_room<'a>(&mut self, ids: impl Iterator<Item = &'a str>) -> Result<(), Error> {
        let new: Vec<String> =
            ids.map(|id| key(id).into_owned()).filter(|id| !self.known.tries.contains_key(id)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let end = self.append(&new.iter().map(|id| item_line('0', id)).collect::<String>())?;
        self.known.add_room(end, new);
        self.is_copy_behind = true;
        self.write_copy("nothing was posted")
    }

    /// Remembers that an item was printed. There is room for it.
    pub(crate) fn confirm(&mut self, id: &str) -> Result<(), Error> {
        let key = key(id).into_owned();
        self.mark_line(&key, b'+')?;
        self.known.tries.remove(&key);
        self.known.items.insert(key);
        self.is_copy_behind = true;
        Ok(())
    }

    /// Remembers that an item's command has failed, and returns how often it has by now.
    pub(crate) fn fail(&mut self, id: &str) -> Result<u8, Error> {
        let key = key(id).into_owned();
        let failures = (self.failures(id) + 1).min(9);
        self.mark_line(&key, b'0' + failures)?;
        if let Some(tries) = self.known.tries.get_mut(&key) {
            tries.failures = failures;
        }
        Ok(failures)
    }

    /// Whether an item is in a message of which nobody knows whether it arrived.
    pub fn is_unknown(&self, id: &str) -> bool {
        self.message_of(id).is_some_and(|message| message.outcome == Outcome::Unknown)
    }

    /// Whether an item is in a message that the service refused.
    pub fn is_refused(&self, id: &str) -> bool {
        self.message_of(id).is_some_and(|message| matches!(message.outcome, Outcome::Refused(_)))
    }

    /// The message that an item is in.
    pub fn message_of(&self, id: &str) -> Option<&MessageRecord> {
        self.known.messages.of(id)
    }

    /// The messages that it knows, in the order of their keys.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &MessageRecord> {
        self.known.messages.iter()
    }

    /// Remembers that a message is about to be sent, and makes room for what will become of it. If that fails, it must not be sent.
    /// One that nobody knows of whether it arrived stays what it was, since it may have arrived with all its items at that time.
    pub(crate) fn begin_message(&mut self, message: MessageRecord) -> Result<(), Error> {
        let known = self.known.messages.get(&message.key).filter(|known| known.outcome == Outcome::Unknown);
        let message = known.cloned().unwrap_or(message);
        let line = message_line(&message);
        let start = self.append(&line)?;
        if let Some(file) = &self.file {
            let room = files::make_room(file, start + line.len() as u64, ROOM);
            // A line that stayed there would say that the message may have been sent.
            let room = room.inspect_err(|_| drop(file.set_len(start)));
            room.map_err(|err| Error::at(&self.path, &err))?;
        }
        self.known.messages.insert(message);
        self.is_copy_behind = true;
        Ok(())
    }

    /// Remembers what became of a message. There is room for it.
    pub(crate) fn conclude_message(&mut self, key: &str, outcome: Outcome) -> Result<(), Error> {
        self.append(&outcome_line(key, &outcome).unwrap_or_default())?;
        self.known.messages.conclude(key, outcome);
        Ok(())
    }

    /// Remembers that a message was not sent, for certain.
    pub(crate) fn forget_message(&mut self, key: &str) -> Result<(), Error> {
        self.append(&unsent_line(key))?;
        self.known.messages.remove(key);
        Ok(())
    }

    /// Changes the first byte of an item's line.
    fn mark_line(&mut self, key: &str, byte: u8) -> Result<(), Error> {
        let Some(tries) = self.known.tries.get(key) else { return Ok(()) };
        let Some(file) = &mut self.file else { return Ok(()) };
        let at = SeekFrom::Start(tries.at);
        let written = file.seek(at).and_then(|_| file.write_all(&[byte])).and_then(|()| self.sync());
        written.map_err(|err| Error::at(&self.path, &err))
    }

    /// Writes the copy if what is remembered has changed. `so_far` says what was posted if that fails.
    pub(crate) fn write_copy(&mut self, so_far: &str) -> Result<(), Error> {
        if !std::mem::take(&mut self.is_copy_behind) || self.file.is_none() {
            return Ok(());
        }
        self.copy.write(&self.known, self.sync).map_err(|err| {
            let cause = without_number(&err.to_string()).to_owned();
            Error::at(&self.path, &format!("its copy can't be written: {cause}; {so_far}"))
        })
    }

    /// Adds lines at the end of the file, and returns the byte that they begin at. If they can't be written, none is.
    fn append(&mut self, text: &str) -> Result<u64, Error> {
        let Some(file) = &mut self.file else { return Ok(0) };
        let header = if self.has_header || text.is_empty() { String::new() } else { format!("{HEADER}\n") };
        let result = file.seek(SeekFrom::End(0)).and_then(|end| {
            let written = file.write_all([header.as_str(), text].concat().as_bytes());
            written.and_then(|()| if self.sync { file.sync_data() } else { Ok(()) }).inspect_err(|_| {
                let _ = file.set_len(end);
            })?;
            Ok(end + header.len() as u64)
        });
        let start = result.map_err(|err| Error::at(&self.path, &err))?;
        self.has_header |= !header.is_empty();
        Ok(start)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.as_ref().filter(|_| self.sync).map_or(Ok(()), File::sync_data)
    }
}

/// The slug in the name of a feed, which may be an address.
fn slug(feed: &str) -> &str {
    feed.rsplit('/').next().unwrap_or_default()
}

/// patchfeed's folder for the memories of targets, as the operating system defines it: `~/.local/state/patchfeed` on Linux. None if
/// the user has no such folder.
pub fn user_folder() -> Option<PathBuf> {
    let absolute = |folder: PathBuf| Some(folder).filter(|folder| folder.is_absolute());
    let home = std::env::home_dir().and_then(absolute);
    let folder = if cfg!(windows) {
        std::env::var_os("LOCALAPPDATA").map(PathBuf::from).and_then(absolute)
    } else if cfg!(target_os = "macos") {
        home.map(|home| home.join("Library/Application Support"))
    } else {
        let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).and_then(absolute);
        state.or_else(|| home.map(|home| home.join(".local/state")))
    };
    folder.map(|folder| folder.join("patchfeed"))
}
