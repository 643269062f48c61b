//! The copy of a commit's issues: files that have numbers for names, since a name from a repository could be any, and a list of them.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::trouble::Trouble;
use crate::files;

/// The list of the files, written last.
const LIST: &str = "issues.json";

/// The file with the date of the commit, in seconds, and its id. Copies made before there was one have none.
const COMMITTED: &str = "committed";

/// What the list says of a file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CopiedIssue {
    /// Its path in the repository, below the folder that is read.
    pub(super) path: String,
    /// When the commit was made that first added it, in seconds, if the history is known.
    pub(super) added: Option<i64>,
    /// Its size in bytes, and its checksum, CRC-32. A file that differs has been changed, by somebody or by a disk.
    length: u64,
    checksum: u32,
}

/// A copy that is being written.
pub(super) struct UnfinishedCopy<'a> {
    folder: &'a Path,
    list: Vec<CopiedIssue>,
}

impl<'a> UnfinishedCopy<'a> {
    /// Begins a copy in a folder, which must be empty.
    pub(super) fn new(folder: &'a Path) -> Self {
        Self { folder, list: Vec::new() }
    }

    /// How many files there are so far.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Adds a file.
    ///
    /// # Errors
    /// The file system fails.
    pub(super) fn add(&mut self, path: &str, added: Option<i64>, bytes: &[u8]) -> Result<(), Trouble> {
        let place = place(self.folder, self.list.len());
        let written = File::create_new(&place).and_then(|mut file| file.write_all(bytes));
        written.map_err(|err| Trouble::local(&place, &err))?;
        self.list.push(CopiedIssue {
            path: path.to_owned(),
            added,
            length: bytes.len() as u64,
            checksum: crc32fast::hash(bytes),
        });
        Ok(())
    }

    /// Writes the list, and everything to the disk.
    ///
    /// # Errors
    /// The file system fails.
    pub(super) fn finish(self) -> Result<(), Trouble> {
        let list = serde_json::to_vec_pretty(&self.list).expect("strings and numbers are JSON");
        fs::write(self.folder.join(LIST), list)
            .and_then(|()| files::sync(std::iter::once(self.folder)))
            .map_err(|err| Trouble::local(self.folder, &err))
    }
}

/// The issues of a copy, each with what the list says of it and the file that holds it. None if anything of the copy is not as
/// it was written, or larger than `limit` bytes.
pub(super) fn issues(folder: &Path, limit: u64) -> Option<Vec<(CopiedIssue, PathBuf)>> {
    let list = files::read(&folder.join(LIST), files::LARGEST).ok()?;
    let list: Vec<CopiedIssue> = serde_json::from_slice(&list).ok()?;
    let checked = |(at, issue): (usize, CopiedIssue)| {
        let file = place(folder, at);
        let bytes = files::read(&file, limit).ok()?;
        let is_intact = bytes.len() as u64 == issue.length && crc32fast::hash(&bytes) == issue.checksum;
        is_intact.then_some((issue, file))
    };
    list.into_iter().enumerate().map(checked).collect()
}

/// Writes down when the commit was made, as git says it: `1704103200 0123abcd…`.
///
/// # Errors
/// The file system fails.
pub(super) fn write_committed(folder: &Path, said: &[u8]) -> Result<(), Trouble> {
    let path = folder.join(COMMITTED);
    fs::write(&path, said).map_err(|err| Trouble::local(&path, &err))
}

/// When the commit was made that a copy is of.
pub(super) fn committed(folder: &Path) -> Option<DateTime<Utc>> {
    let said = files::read_text(&folder.join(COMMITTED)).ok()??;
    DateTime::from_timestamp(said.split_whitespace().next()?.parse().ok()?, 0)
}

fn place(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("{number:05}.md"))
}
