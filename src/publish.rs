//! Puts a site into its folder: files are replaced one by one, by rename, and only if their bytes changed.
//!
//! A file waits beside the one that it is to replace, as `.patchfeed-NUMBER`, until all are written: a rename within a
//! folder works wherever the folder is, and needs no lock but the folder's own.
//!
//! The folder `.patchfeed` below the site's holds the manifest, the list of the files that patchfeed made, and, while files
//! wait, the list of the folders in which they do. Both name a thing before it is there, so that whatever interrupts a run,
//! nothing that patchfeed made is ever taken for somebody else's, and the next run removes what waits.

use std::collections::HashSet;
use std::fs;
use std::io::{BufWriter, IoSlice, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::diagnostic::Error;
use crate::site::File;

/// What publishing did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Files that are new or changed.
    pub written: usize,
    /// Files that were the same already.
    pub unchanged: usize,
    /// Files that patchfeed had made and no longer makes.
    pub removed: usize,
}

/// What the names of waiting files begin with.
const WAITING: &str = ".patchfeed-";

/// A site that is being published: files are staged, from several threads, and then all put into place.
#[derive(Debug)]
pub struct Publication {
    out: PathBuf,
    own: PathBuf,
    /// The paths of the last manifest.
    old: Manifest,
    /// Whether the folder was empty.
    is_new: bool,
    /// Whether all files are in place.
    is_done: bool,
    state: Mutex<State>,
    _lock: fs::File,
}

#[derive(Debug, Default)]
struct State {
    /// The paths of all files, in the order in which they were staged.
    paths: Paths,
    /// The files that wait to be renamed.
    changed: Vec<Staged>,
    /// The folders in which files wait.
    folders: HashSet<String>,
    /// The list of the folders, if there are any.
    log: Option<fs::File>,
}

/// Many paths, one behind the other.
#[derive(Debug, Default)]
struct Paths {
    text: String,
    ends: Vec<usize>,
}

impl Paths {
    /// Adds a path and says its place.
    fn push(&mut self, path: &str) -> usize {
        self.text.push_str(path);
        self.ends.push(self.text.len());
        self.ends.len() - 1
    }

    fn get(&self, at: usize) -> &str {
        &self.text[at.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[at]]
    }
}

/// A file that waits to be renamed.
#[derive(Debug, Clone, Copy)]
struct Staged {
    /// The place of its path among all, which also is its number while it waits.
    at: usize,
    /// Whether nothing stands at its path yet.
    is_new: bool,
}

impl Publication {
    /// Begins to publish in the folder `out`; nobody else can until this is dropped.
    ///
    /// # Errors
    /// Whatever the file system fails with, and another run that publishes here.
    pub fn begin(out: &Path) -> Result<Self, Error> {
        let own = out.join(".patchfeed");
        let is_new = fs::read_dir(out).map_or(true, |mut entries| entries.next().is_none());
        fs::create_dir_all(&own).map_err(|err| Error::at(&own, &err))?;
        let lock_path = own.join("lock");
        let lock = fs::File::options()
            .create(true)
            .append(true)
            .open(&lock_path)
            .map_err(|err| Error::at(&lock_path, &err))?;
        lock.try_lock().map_err(|err| match err {
            fs::TryLockError::WouldBlock => Error::at(out, &"another patchfeed is publishing here; wait for it"),
            fs::TryLockError::Error(err) => Error::at(&lock_path, &err),
        })?;
        let old = Manifest::read(&own.join("manifest"))?;
        let publication =
            Self { out: out.to_owned(), own, old, is_new, is_done: false, state: Mutex::default(), _lock: lock };
        publication.clear()?;
        Ok(publication)
    }

    /// Makes a file ready to be put into place, unless the same bytes stand there.
    ///
    /// # Errors
    /// Whatever the file system fails with: the site stays as it was.
    pub fn stage(&self, file: &File<'_>) -> Result<(), Error> {
        let no_path = || Error { subject: file.path.to_owned(), cause: "no path below the site's folder".into() };
        let target = below(&self.out, file.path).ok_or_else(no_path)?;
        let at = self.state().paths.push(file.path);
        let now = if self.is_new { None } else { fs::metadata(&target).ok() };
        if now.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(Error::at(&target, &"a folder stands where a file belongs"));
        }
        let length: usize = file.pieces.iter().map(|piece| piece.len()).sum();
        let same_length = now.as_ref().is_some_and(|now| now.len() == length as u64);
        if same_length && fs::File::open(&target).and_then(|now| is_of(now, file.pieces)).unwrap_or(false) {
            return Ok(());
        }
        let waiting = waiting(&target, at);
        self.announce(file.path.rsplit_once('/').map_or("", |(folder, _)| folder))?;
        write(&waiting, file.pieces).map_err(|err| Error::at(&waiting, &err))?;
        self.state().changed.push(Staged { at, is_new: now.is_none() });
        Ok(())
    }

    /// Makes a folder for files to wait in, after noting down that some do.
    fn announce(&self, folder: &str) -> Result<(), Error> {
        let mut state = self.state();
        if state.folders.contains(folder) {
            return Ok(());
        }
        let note = |log: &mut fs::File| log.write_all(format!("{folder}\n").as_bytes());
        let unfinished = self.unfinished();
        let noted = match &mut state.log {
            Some(log) => note(log),
            log => fs::File::create(&unfinished).and_then(|new| note(log.insert(new))),
        };
        noted.map_err(|err| Error::at(&unfinished, &err))?;
        let path = self.out.join(folder);
        fs::create_dir_all(&path).map_err(|err| Error::at(&path, &err))?;
        state.folders.insert(folder.to_owned());
        Ok(())
    }

    /// Puts the staged files into place, in the order in which they were staged, and removes those that patchfeed had made
    /// and no longer makes.
    ///
    /// # Errors
    /// Whatever the file system fails with.
    pub fn finish(mut self) -> Result<Published, Error> {
        let State { paths, changed, .. } = std::mem::take(&mut *self.state());
        let mut published =
            Published { written: changed.len(), unchanged: paths.ends.len() - changed.len(), ..Published::default() };
        let mut new: Vec<&str> = (0..paths.ends.len()).map(|at| paths.get(at)).collect();
        new.par_sort_unstable();
        let manifest = self.own.join("manifest");
        let gone: Vec<&str> = self.old.paths().filter(|path| new.binary_search(path).is_err()).collect();
        // While files are put into place, what the last run made and what this one makes are both patchfeed's.
        if gone.is_empty() {
            self.old.replace(&manifest, &new)?;
        } else {
            let mut all: Vec<&str> = new.iter().chain(&gone).copied().collect();
            all.sort_unstable();
            self.old.replace(&manifest, &all)?;
        }

        // New files first, in any order: nothing leads to them until the others are replaced, which keep their order.
        let rename = |file: &Staged| {
            let target = self.out.join(paths.get(file.at));
            fs::rename(waiting(&target, file.at), &target).map_err(|err| Error::at(&target, &err))
        };
        let (new_files, others): (Vec<&Staged>, Vec<&Staged>) = changed.iter().partition(|file| file.is_new);
        new_files.into_par_iter().try_for_each(rename)?;
        others.into_iter().try_for_each(rename)?;
        for path in &gone {
            published.removed += usize::from(self.remove(path)?);
        }
        if !gone.is_empty() {
            Manifest::default().replace(&manifest, &new)?;
        }
        self.is_done = true;
        remove_if_there(&self.unfinished())?;
        Ok(published)
    }

    /// Removes the files that wait, and the folders that were made for them.
    fn clear(&self) -> Result<(), Error> {
        let waits = |entry: &fs::DirEntry| {
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix(WAITING)).unwrap_or_default();
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        };
        let unfinished = self.unfinished();
        let folders = fs::read_to_string(&unfinished).unwrap_or_default(); // there is none where no run was interrupted
        for folder in folders.lines() {
            let Some(any) = below(&self.out, format!("{folder}/{WAITING}").trim_start_matches('/')) else { continue };
            let entries = any.parent().map(fs::read_dir).into_iter().flatten().flatten().flatten();
            entries.filter(waits).try_for_each(|entry| remove_if_there(&entry.path()).map(drop))?;
            self.remove_empty(&any);
        }
        remove_if_there(&unfinished)?;
        Ok(())
    }

    /// Removes the folders that a file which is gone leaves empty.
    fn remove_empty(&self, file: &Path) {
        for folder in file.ancestors().skip(1).take_while(|folder| *folder != self.out) {
            if fs::remove_dir(folder).is_err() {
                break; // not empty
            }
        }
    }

    /// Lists the folders in which files wait, while some do.
    fn unfinished(&self) -> PathBuf {
        self.own.join("unfinished")
    }

    /// Removes a file of the site, and the folders that it leaves empty.
    fn remove(&self, path: &str) -> Result<bool, Error> {
        let Some(target) = below(&self.out, path) else { return Ok(false) };
        let removed = remove_if_there(&target)?;
        self.remove_empty(&target);
        Ok(removed)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Publication {
    fn drop(&mut self) {
        if !self.is_done {
            let _ = self.clear(); // else the next run does
        }
    }
}

/// Removes a file, and says whether it was there.
fn remove_if_there(path: &Path) -> Result<bool, Error> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(err) => Err(Error::at(path, &err)),
    }
}

/// Where a file waits.
fn waiting(target: &Path, at: usize) -> PathBuf {
    target.with_file_name(format!("{WAITING}{at}"))
}

/// The path below the folder; none for one that leads elsewhere.
fn below(out: &Path, path: &str) -> Option<PathBuf> {
    let relative = Path::new(path);
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    (plain && !path.is_empty()).then(|| out.join(relative))
}

/// Whether a file, as long as the pieces, holds their bytes. It is read a part at a time, as much as fits into a cache.
fn is_of(mut file: fs::File, pieces: &[&str]) -> std::io::Result<bool> {
    let mut part = [0; 16 * 1024];
    let mut read: &[u8] = &[];
    for piece in pieces {
        let mut rest = piece.as_bytes();
        while !rest.is_empty() {
            if read.is_empty() {
                let length = file.read(&mut part)?;
                read = &part[..length];
            }
            let length = rest.len().min(read.len());
            if length == 0 || rest[..length] != read[..length] {
                return Ok(false);
            }
            (rest, read) = (&rest[length..], &read[length..]);
        }
    }
    Ok(true)
}

fn write(path: &Path, pieces: &[&str]) -> std::io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    let mut slices: Vec<IoSlice<'_>> = pieces.iter().map(|piece| IoSlice::new(piece.as_bytes())).collect();
    let mut left = slices.as_mut_slice();
    IoSlice::advance_slices(&mut left, 0); // passes by pieces that are empty
    while !left.is_empty() {
        match file.write_vectored(left) {
            Ok(0) => return Err(std::io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut left, written),
            Err(err) if err.kind() == std::io::ErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
    Ok(())
}

/// The list of the files that patchfeed made, a line each, sorted.
#[derive(Debug, Default)]
struct Manifest(String);

impl Manifest {
    fn read(path: &Path) -> Result<Self, Error> {
        match fs::read_to_string(path) {
            Ok(text) => Ok(Self(text)),
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(err) => Err(Error::at(path, &err)),
        }
    }

    fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.lines()
    }

    /// Writes another manifest over it, if it differs.
    fn replace(&self, path: &Path, paths: &[&str]) -> Result<(), Error> {
        if self.paths().eq(paths.iter().copied()) {
            return Ok(());
        }
        let staged = path.with_extension("new");
        let write = |file| {
            let mut file = BufWriter::new(file);
            paths.iter().try_for_each(|path| writeln!(file, "{path}"))?;
            file.flush()
        };
        fs::File::create(&staged).and_then(write).map_err(|err| Error::at(&staged, &err))?;
        fs::rename(&staged, path).map_err(|err| Error::at(path, &err))
    }
}
