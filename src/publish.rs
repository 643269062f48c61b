//! Puts a site into its folder: files are replaced one by one, by rename, and only if their bytes changed.
//!
//! The folder `.patchfeed` below the site's holds the manifest, the list of the files that patchfeed made, and, while it
//! publishes, what it is about to rename. The manifest names a file before the file is written, so that whatever
//! interrupts a run, nothing that patchfeed made is ever taken for somebody else's.

use std::collections::HashSet;
use std::fs;
use std::io::{BufWriter, IoSlice, Write as _};
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

/// How many folders the files of a thread wait in: a folder is locked while a file is made in it, and slow with many.
const FOLDERS: usize = 16;

/// A site that is being published: files are staged, from several threads, and then all put into place.
#[derive(Debug)]
pub struct Publication {
    out: PathBuf,
    own: PathBuf,
    /// The paths of the last manifest.
    old: Manifest,
    /// Whether the folder was empty.
    is_new: bool,
    state: Mutex<State>,
    _lock: fs::File,
}

#[derive(Debug, Default)]
struct State {
    /// The paths of all files, in the order in which they were staged.
    paths: Paths,
    /// The files that wait to be renamed.
    changed: Vec<Staged>,
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
    /// The place of its path among all, which also names it while it waits.
    at: usize,
    /// The thread that staged it.
    thread: u16,
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
        let staging = own.join("staging");
        if staging.exists() {
            fs::remove_dir_all(&staging).map_err(|err| Error::at(&staging, &err))?;
        }
        for folder in (0..=rayon::current_num_threads()).flat_map(|thread| (0..FOLDERS).map(move |n| (thread, n))) {
            let folder = staging.join(format!("{}-{}", folder.0, folder.1));
            fs::create_dir_all(&folder).map_err(|err| Error::at(&folder, &err))?;
        }
        Ok(Self { out: out.to_owned(), own, old, is_new, state: Mutex::default(), _lock: lock })
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
        if same_length && fs::read(&target).is_ok_and(|now| is_of(&now, file.pieces)) {
            return Ok(());
        }
        let thread = rayon::current_thread_index().map_or(0, |thread| thread + 1);
        let staged = Staged { at, thread: u16::try_from(thread).unwrap_or(0), is_new: now.is_none() };
        write(&self.waiting(staged), file.pieces)?;
        self.state().changed.push(staged);
        Ok(())
    }

    /// Puts the staged files into place, in the order in which they were staged, and removes those that patchfeed had made
    /// and no longer makes.
    ///
    /// # Errors
    /// Whatever the file system fails with.
    pub fn finish(self) -> Result<Published, Error> {
        let State { paths, changed } = std::mem::take(&mut *self.state());
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

        let target = |file: &Staged| self.out.join(paths.get(file.at));
        let folders: HashSet<&str> =
            changed.iter().filter_map(|file| Some(paths.get(file.at).rsplit_once('/')?.0)).collect();
        for folder in folders {
            let folder = self.out.join(folder);
            fs::create_dir_all(&folder).map_err(|err| Error::at(&folder, &err))?;
        }
        // New files first, in any order: nothing leads to them until the others are replaced, which keep their order.
        let rename = |file: &Staged| {
            let target = target(file);
            fs::rename(self.waiting(*file), &target).map_err(|err| Error::at(&target, &err))
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
        Ok(published)
    }

    /// Removes a file of the site, and the folders that it leaves empty.
    fn remove(&self, path: &str) -> Result<bool, Error> {
        let Some(target) = below(&self.out, path) else { return Ok(false) };
        let removed = match fs::remove_file(&target) {
            Ok(()) => true,
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => false,
            Err(err) => return Err(Error::at(&target, &err)),
        };
        for folder in target.ancestors().skip(1).take_while(|folder| *folder != self.out) {
            if fs::remove_dir(folder).is_err() {
                break; // not empty
            }
        }
        Ok(removed)
    }

    /// Where a file waits.
    fn waiting(&self, file: Staged) -> PathBuf {
        self.own.join(format!("staging/{}-{}/{}", file.thread, file.at % FOLDERS, file.at))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Publication {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.own.join("staging")); // what remains of it is removed by the next run
    }
}

/// The path below the folder; none for one that leads elsewhere.
fn below(out: &Path, path: &str) -> Option<PathBuf> {
    let relative = Path::new(path);
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    (plain && !path.is_empty()).then(|| out.join(relative))
}

/// Whether the bytes are those of the pieces.
fn is_of(mut bytes: &[u8], pieces: &[&str]) -> bool {
    let same = pieces.iter().all(|piece| match bytes.strip_prefix(piece.as_bytes()) {
        Some(rest) => {
            bytes = rest;
            true
        }
        None => false,
    });
    same && bytes.is_empty()
}

fn write(path: &Path, pieces: &[&str]) -> Result<(), Error> {
    let write = |mut file: fs::File| {
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
    };
    fs::File::create(path).and_then(write).map_err(|err| Error::at(path, &err))
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
