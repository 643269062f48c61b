//! The file that remembers which items a bot has posted.
//!
//! The file is text, and lines are only ever appended:
//!
//! | line | meaning |
//! |---|---|
//! | `ID` | this item was printed, for whichever feed |
//! | `ID SLUG` | this item was in the feed already when the feed was first asked for |
//! | `feed SLUG` | the feed has been asked for |

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// What a bot has posted. The file is open and locked until this is dropped, so no two runs print the same item.
#[derive(Debug)]
pub struct Memory {
    path: PathBuf,
    lines: HashSet<String>,
    file: File,
    _lock: File,
}

impl Memory {
    /// Opens the file, which is created if needed. Waits while another run has it open.
    ///
    /// # Errors
    /// A file that can't be read, written or locked.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::open_locked(path).map_err(|err| Error::at(path, &err))
    }

    fn open_locked(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let path = path.canonicalize()?; // a link to the file must lead to the same lock
        let mut lock_path = path.clone().into_os_string();
        lock_path.push(".lock");
        let lock = OpenOptions::new().create(true).append(true).open(lock_path)?;
        lock.lock()?;
        let lines = read_lines(&mut file)?;
        Ok(Self { path, lines, file, _lock: lock })
    }

    /// Whether the feed `feed` has never been asked for with this memory.
    pub(super) fn is_first(&self, feed: &str) -> bool {
        !self.lines.contains(&format!("feed {feed}"))
    }

    /// Whether an item was printed, or was already in the feed when that was first asked for.
    pub(super) fn knows(&self, feed: &str, id: &str) -> bool {
        self.lines.contains(id) || self.lines.contains(&format!("{id} {feed}"))
    }

    /// Remembers an item that was printed.
    pub(super) fn remember(&mut self, id: String) -> Result<(), Error> {
        self.append(vec![id])
    }

    /// Remembers that a feed was asked for, and the ids of the items that it held then. The feed's own line comes last: if a
    /// crash cuts the text short, the next run starts the feed over.
    pub(super) fn begin<'a>(&mut self, feed: &str, posted: impl Iterator<Item = &'a str>) -> Result<(), Error> {
        let mut lines: Vec<String> =
            posted.filter(|id| !self.knows(feed, id)).map(|id| format!("{id} {feed}")).collect();
        lines.push(format!("feed {feed}"));
        self.append(lines)
    }

    fn append(&mut self, lines: Vec<String>) -> Result<(), Error> {
        let text = lines.join("\n") + "\n";
        self.file.write_all(text.as_bytes()).map_err(|err| Error::at(&self.path, &err))?;
        self.lines.extend(lines);
        Ok(())
    }
}

/// Reads the lines, and removes a last line that a crash cut short.
fn read_lines(file: &mut File) -> io::Result<HashSet<String>> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    if whole < text.len() {
        file.set_len(whole as u64)?;
    }
    Ok(text[..whole].lines().map(str::to_owned).collect())
}
