//! The copy of a bot's memory, in a file beside it. If the memory is damaged, what it has lost is taken from there.
//!
//! The file `SEEN.copy` is replaced as a whole after each run that printed something. It has the lines of a memory, and a last one,
//! `end CHECKSUM`, about all before it.

use std::io;
use std::path::{Path, PathBuf};

use super::record::{HEADER, Known, read};
use crate::files;

/// The copy of a memory.
#[derive(Debug)]
pub(super) struct Copy {
    path: PathBuf,
    /// Whether there is a file, of whatever worth.
    pub(super) is_there: bool,
    /// What it knows; none if it isn't whole.
    pub(super) known: Option<Known>,
}

impl Copy {
    /// The copy of the memory at a path, if there is none.
    pub(super) fn absent(memory: &Path) -> Self {
        Self { path: files::with_ending(memory, ".copy"), is_there: false, known: None }
    }

    /// Reads the copy of the memory at a path.
    ///
    /// # Errors
    /// A file that can't be read, and one that patchfeed didn't write.
    pub(super) fn read(memory: &Path) -> io::Result<Self> {
        let path = files::with_ending(memory, ".copy");
        let named = |err: io::Error| io::Error::new(err.kind(), format!("{}: {err}", path.display()));
        let bytes = match files::read(&path, files::LARGEST) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => {
                return Ok(Self::absent(memory));
            }
            result => result.map_err(named)?,
        };
        let known = whole(&bytes).map(|lines| read(lines).known);
        let may_be_ours =
            known.is_some() || bytes.starts_with(HEADER.as_bytes()) || bytes.iter().all(|byte| *byte == 0);
        if !may_be_ours {
            return Err(named(io::Error::other(
                "patchfeed didn't write this file, which has the name of a memory's copy; move it away",
            )));
        }
        Ok(Self { path, is_there: true, known })
    }

    /// Replaces the copy.
    ///
    /// # Errors
    /// Any failure of the file system, with the file's name.
    pub(super) fn write(&self, known: &Known, sync: bool) -> io::Result<()> {
        let lines = format!("{HEADER}\n{}", known.lines());
        let text = format!("{lines}end {:08x}\n", crc32fast::hash(lines.as_bytes()));
        let written = files::replace(&self.path, text.as_bytes(), sync);
        written.map_err(|err| io::Error::new(err.kind(), format!("{}: {err}", self.path.display())))
    }
}

/// The lines of a copy, if it is whole.
fn whole(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.len().checked_sub("end 01234567\n".len())?;
    let (lines, last) = bytes.split_at(end);
    (last == format!("end {:08x}\n", crc32fast::hash(lines)).as_bytes()).then_some(lines)
}
