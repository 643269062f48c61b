//! One run that publishes a site: begin, stage every file, finish.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::manifest::Manifest;
use super::paths::{below, remove, remove_if_exists};
use super::waiting::{WaitingFolders, clear, waiting_path};
use crate::error::Error;

/// How many files a run wrote, left as they were, and removed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Files that are new or have changed.
    pub written: usize,
    /// Files that already had the right bytes.
    pub unchanged: usize,
    /// Files that an earlier run made and this one didn't.
    pub removed: usize,
}

/// A site being published. Several threads may stage files at once; [`Publication::finish`] puts them all into place.
///
/// Dropping it instead, after an error say, removes the staged files and leaves the site as it was.
#[derive(Debug)]
pub struct Publication {
    out: PathBuf,
    /// The list of the folders that hold waiting files.
    unfinished: PathBuf,
    manifest: Manifest,
    staging: Mutex<Staging>,
    is_finished: bool,
    _lock: File,
}

#[derive(Debug, Default)]
struct Staging {
    /// All files of the site. A file's index is its number while it waits.
    files: Vec<StagedFile>,
    folders: WaitingFolders,
}

#[derive(Debug)]
struct StagedFile {
    path: String,
    change: Change,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Unchanged,
    New,
    Replaced,
}

impl Publication {
    /// Locks the folder `out`, which is created if needed, and removes what an interrupted run left there.
    ///
    /// # Errors
    /// Any failure of the file system, or another run publishing to the same folder.
    pub fn begin(out: &Path) -> Result<Self, Error> {
        let own = out.join(".patchfeed");
        fs::create_dir_all(&own).map_err(|err| Error::at(&own, &err))?;
        let lock = lock(out, &own.join("lock"))?;
        let manifest = Manifest::read(&own.join("manifest"))?;
        let unfinished = own.join("unfinished");
        clear(out, &unfinished)?;
        let out = out.to_owned();
        Ok(Self { out, unfinished, manifest, staging: Mutex::default(), is_finished: false, _lock: lock })
    }

    /// The paths of the files that earlier runs made here.
    pub fn earlier_paths(&self) -> impl Iterator<Item = &str> {
        self.manifest.paths()
    }

    /// Writes a file beside its target, unless the target already holds the same bytes. `path` is relative to the site's
    /// folder, with `/` between its parts.
    ///
    /// # Errors
    /// Any failure of the file system, a folder in the file's place, or a path that leads out of the site's folder.
    pub fn stage(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let Some(target) = below(&self.out, path) else {
            return Err(Error { subject: path.to_owned(), cause: "not a path inside the site's folder".to_owned() });
        };
        let change = change(&target, bytes)?;
        let number = self.add(path, change)?;
        if change != Change::Unchanged {
            let waiting = waiting_path(&target, number);
            write_new(&waiting, bytes).map_err(|err| Error::at(&waiting, &err))?;
        }
        Ok(())
    }

    /// Records a file, and creates the folder in which it waits. Returns the file's number.
    fn add(&self, path: &str, change: Change) -> Result<usize, Error> {
        let mut staging = self.staging();
        if change != Change::Unchanged {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            staging.folders.add(&self.out, &self.unfinished, folder)?;
        }
        staging.files.push(StagedFile { path: path.to_owned(), change });
        Ok(staging.files.len() - 1)
    }

    /// Puts the staged files into place, and removes the files that earlier runs made and this one didn't. New files
    /// come first, then changed files, each in the order in which they were staged.
    ///
    /// # Errors
    /// Any failure of the file system.
    pub fn finish(mut self) -> Result<Published, Error> {
        let Staging { files, .. } = std::mem::take(&mut *self.staging());
        let mut made: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        made.sort_unstable();
        let gone: Vec<&str> = self.manifest.paths().filter(|path| made.binary_search(path).is_err()).collect();
        let mut both = [made.as_slice(), &gone].concat();
        both.sort_unstable();
        self.manifest.replace(&both)?; // an interrupted run may leave any of these

        self.put_into_place(&files)?;
        let mut removed = 0;
        for path in &gone {
            removed += usize::from(remove(&self.out, path)?);
        }
        if !gone.is_empty() {
            self.manifest.replace(&made)?;
        }
        self.is_finished = true;
        remove_if_exists(&self.unfinished)?;
        let unchanged = files.iter().filter(|file| file.change == Change::Unchanged).count();
        Ok(Published { written: files.len() - unchanged, unchanged, removed })
    }

    /// Renames the waiting files. New files come first, since changed files may link to them.
    fn put_into_place(&self, files: &[StagedFile]) -> Result<(), Error> {
        let new = files.par_iter().enumerate().filter(|(_, file)| file.change == Change::New);
        new.try_for_each(|(number, file)| self.rename(number, file))?;
        let mut replaced = files.iter().enumerate().filter(|(_, file)| file.change == Change::Replaced);
        replaced.try_for_each(|(number, file)| self.rename(number, file))
    }

    fn rename(&self, number: usize, file: &StagedFile) -> Result<(), Error> {
        let target = self.out.join(&file.path);
        fs::rename(waiting_path(&target, number), &target).map_err(|err| Error::at(&target, &err))
    }

    fn staging(&self) -> MutexGuard<'_, Staging> {
        self.staging.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Publication {
    fn drop(&mut self) {
        if !self.is_finished {
            let _ = clear(&self.out, &self.unfinished); // if this fails, the next run clears
        }
    }
}

/// Takes the lock of the site `out`, or fails at once if another run holds it.
fn lock(out: &Path, path: &Path) -> Result<File, Error> {
    let file = File::options().create(true).append(true).open(path).map_err(|err| Error::at(path, &err))?;
    file.try_lock().map_err(|err| match err {
        fs::TryLockError::WouldBlock => Error::at(out, &"another patchfeed is publishing here; wait for it"),
        fs::TryLockError::Error(err) => Error::at(path, &err),
    })?;
    Ok(file)
}

/// What writing `bytes` to `target` would change.
fn change(target: &Path, bytes: &[u8]) -> Result<Change, Error> {
    match fs::metadata(target) {
        Err(_) => Ok(Change::New),
        Ok(now) if now.is_dir() => Err(Error::at(target, &"a folder stands where a file belongs; move it away")),
        Ok(now) if now.len() == bytes.len() as u64 && holds(target, bytes).unwrap_or(false) => Ok(Change::Unchanged),
        Ok(_) => Ok(Change::Replaced),
    }
}

/// Whether a file holds these bytes, of which it has as many. It is read in parts: most files of a site are unchanged, and
/// some are large.
fn holds(file: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut file = File::open(file)?;
    let mut part = [0; 16 * 1024];
    let mut rest = bytes;
    while !rest.is_empty() {
        let length = file.read(&mut part)?;
        if length == 0 || !rest.starts_with(&part[..length]) {
            return Ok(false);
        }
        rest = &rest[length..];
    }
    Ok(true)
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    File::create_new(path)?.write_all(bytes)
}
