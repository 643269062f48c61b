//! Puts a site into its folder: files are replaced one by one, by rename, and only if their bytes changed.
//!
//! The folder `.patchfeed` below the site's holds the manifest, the list of the files that patchfeed made, and, while it
//! publishes, what it is about to rename. The manifest names a file before the file is written, so that whatever
//! interrupts a run, nothing that patchfeed made is ever taken for somebody else's.

use std::collections::HashSet;
use std::fs;
use std::io::Write as _;
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

/// How many folders the files wait in: a folder is locked for each that is made in it.
const FOLDERS: usize = 16;

/// A site that is being published: files are staged, from several threads, and then all put into place.
#[derive(Debug)]
pub struct Publication {
    out: PathBuf,
    own: PathBuf,
    /// The paths of the last manifest.
    old: Manifest,
    state: Mutex<State>,
    _lock: fs::File,
}

#[derive(Debug, Default)]
struct State {
    /// The paths of all files, in the order in which they were staged.
    paths: Vec<Box<str>>,
    /// The files that wait to be renamed.
    changed: Vec<Staged>,
}

/// A file that waits to be renamed.
#[derive(Debug, Clone, Copy)]
struct Staged {
    /// The place of its path among all, which also names it while it waits.
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
        for folder in 0..FOLDERS {
            let folder = staging.join(folder.to_string());
            fs::create_dir_all(&folder).map_err(|err| Error::at(&folder, &err))?;
        }
        Ok(Self { out: out.to_owned(), own, old, state: Mutex::default(), _lock: lock })
    }

    /// Makes a file ready to be put into place, unless the same bytes stand there.
    ///
    /// # Errors
    /// Whatever the file system fails with: the site stays as it was.
    pub fn stage(&self, file: &File) -> Result<(), Error> {
        let no_path = || Error { subject: file.path.clone(), cause: "no path below the site's folder".into() };
        let target = below(&self.out, &file.path).ok_or_else(no_path)?;
        let at = {
            let mut state = self.state();
            state.paths.push(file.path.as_str().into());
            state.paths.len() - 1
        };
        let now = fs::metadata(&target).ok();
        if now.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(Error::at(&target, &"a folder stands where a file belongs"));
        }
        let same_length = now.as_ref().is_some_and(|now| now.len() == file.text.len() as u64);
        if same_length && fs::read(&target).is_ok_and(|now| now == file.text.as_bytes()) {
            return Ok(());
        }
        write(&self.waiting(at), file.text.as_bytes())?;
        self.state().changed.push(Staged { at, is_new: now.is_none() });
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
            Published { written: changed.len(), unchanged: paths.len() - changed.len(), ..Published::default() };
        let mut new: Vec<&str> = paths.iter().map(|path| &**path).collect();
        new.par_sort_unstable();
        let manifest = self.own.join("manifest");
        let old: Vec<&str> = self.old.paths().collect();
        let gone: Vec<&str> = old.iter().copied().filter(|path| new.binary_search(path).is_err()).collect();
        let mut all: Vec<&str> = new.iter().chain(&gone).copied().collect();
        all.sort_unstable();
        self.old.replace(&manifest, &all)?;

        let target = |file: &Staged| self.out.join(&*paths[file.at]);
        let folders: HashSet<&str> =
            changed.iter().filter_map(|file| Some(paths[file.at].rsplit_once('/')?.0)).collect();
        for folder in folders {
            let folder = self.out.join(folder);
            fs::create_dir_all(&folder).map_err(|err| Error::at(&folder, &err))?;
        }
        // New files first, in any order: nothing leads to them until the others are replaced, which keep their order.
        let rename = |file: &Staged| {
            let target = target(file);
            fs::rename(self.waiting(file.at), &target).map_err(|err| Error::at(&target, &err))
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
    fn waiting(&self, at: usize) -> PathBuf {
        self.own.join(format!("staging/{}/{at}", at % FOLDERS))
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

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    fs::File::create(path).and_then(|mut file| file.write_all(bytes)).map_err(|err| Error::at(path, &err))
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
        let mut text = String::with_capacity(paths.iter().map(|path| path.len() + 1).sum());
        for line in paths {
            text.push_str(line);
            text.push('\n');
        }
        let staged = path.with_extension("new");
        write(&staged, text.as_bytes())?;
        fs::rename(&staged, path).map_err(|err| Error::at(path, &err))
    }
}
