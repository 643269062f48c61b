//! One run that publishes a site: begin, stage every file, finish.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::manifest::{Manifest, Owner};
use super::paths::{below, linked_folder, remove, remove_if_exists};
use super::replaced::{Change, change};
use super::shrinking::check_shrinking;
use super::unannounced::{is_topic, note};
use super::waiting::{clear, mark, waiting_path};
use crate::error::Error;
use crate::files;
use crate::interrupt::{self, Careful};
use crate::text::hex;

/// What a publication may do.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Whether it may replace files that patchfeed didn't make, and remove any number of archives.
    pub force: bool,
    /// Whether it waits until what it writes has reached the disk.
    pub sync: bool,
}

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
    rules: Rules,
    /// The mark of an incomplete run.
    unfinished: PathBuf,
    manifest: Manifest,
    staging: Mutex<Staging>,
    is_finished: bool,
    /// Whether some source may be damaged.
    is_doubtful: bool,
    /// Whether the folder was no site before.
    is_new: bool,
    /// The hubs that are to be told what changes.
    hubs: Vec<Url>,
    _lock: File,
    _careful: Careful,
}

#[derive(Debug, Default)]
struct Staging {
    /// All files of the site. A file's index is its number while it waits.
    files: Vec<StagedFile>,
    /// The folders in which files wait.
    folders: HashSet<PathBuf>,
}

#[derive(Debug)]
struct StagedFile {
    path: String,
    state: State,
    /// Of a document that hubs are told of, the digest of its bytes.
    digest: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unchanged,
    New,
    Replaced,
}

impl Publication {
    /// Locks the folder `out`, which is created if needed, and removes what an interrupted run left there.
    ///
    /// # Errors
    /// Any failure of the file system, or another run publishing to the same folder.
    pub fn begin(out: &Path, rules: Rules) -> Result<Self, Error> {
        let careful = Careful::begin();
        let own = out.join(".patchfeed");
        if own.is_symlink() {
            return Err(links_away(&own));
        }
        if out.symlink_metadata().is_ok() && !out.is_dir() {
            return Err(Error::at(out, &"this is no folder; choose a folder for --out"));
        }
        let is_new = !own.exists();
        fs::create_dir_all(&own).map_err(|err| Error::at(&own, &err))?;
        let lock = lock(out, &own.join("lock"))?;
        let unfinished = own.join("unfinished");
        clear(out, &unfinished)?;
        let manifest = Manifest::read(out, &own.join("manifest"))?;
        Ok(Self {
            out: out.to_owned(),
            rules,
            unfinished,
            manifest,
            staging: Mutex::default(),
            is_finished: false,
            is_doubtful: false,
            is_new,
            hubs: Vec::new(),
            _lock: lock,
            _careful: careful,
        })
    }

    /// The paths of the files that earlier runs made here, sorted.
    pub fn earlier_paths(&self) -> &[String] {
        &self.manifest.paths
    }

    /// Whose site this is; none if it is nobody's yet, or if nothing tells.
    pub fn owner(&self) -> Option<&Owner> {
        self.manifest.owner.as_ref()
    }

    /// Whether a file stands at a path that patchfeed didn't make, and that this publication must not replace.
    pub fn is_others(&self, path: &str) -> bool {
        !self.rules.force && !self.manifest.has(path) && self.out.join(path).symlink_metadata().is_ok()
    }

    /// From now on, this publication may replace and remove anything.
    pub fn force(&mut self) {
        self.rules.force = true;
    }

    /// From now on, this publication removes no archive: some source may be damaged.
    pub fn doubt(&mut self) {
        self.is_doubtful = true;
    }

    /// From now on, this publication lists what changes, for these hubs.
    pub fn tell(&mut self, hubs: &[Url]) {
        self.hubs = hubs.to_vec();
    }

    /// What was wrong with the folder, in words for the user, and what was done about it.
    pub fn notice(&self) -> Option<&str> {
        self.manifest.notice.as_deref()
    }

    /// Writes a file beside its target, unless the target already holds the same bytes. `path` is relative to the site's
    /// folder, with `/` between its parts.
    ///
    /// # Errors
    /// Any failure of the file system, a folder in the file's place, somebody else's file there, a path that leads out of the
    /// site's folder, or a signal to stop.
    pub fn stage(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        interrupt::check()?;
        let Some(target) = below(&self.out, path) else {
            return Err(Error::new(path, "not a path inside the site's folder"));
        };
        let change = change(&target, bytes)?;
        let (state, replaced) = match &change {
            Change::Unchanged => (State::Unchanged, None),
            Change::New => (State::New, None),
            Change::Replaced(old) => (State::Replaced, Some(old)),
        };
        if replaced.is_some() && !self.rules.force && !self.manifest.has(path) {
            let cause = "patchfeed didn't make this file, so it doesn't replace it; move it away, choose another folder with --out, \
                         or say --force";
            return Err(Error::at(&target, &cause));
        }
        let is_told = !self.hubs.is_empty() && is_topic(path);
        let digest = is_told.then(|| hex(&Sha256::digest(bytes)));
        let number = self.add(path, &target, state, digest)?;
        if state != State::Unchanged {
            let waiting = waiting_path(&target, number);
            let written = write_new(&waiting, bytes, replaced.filter(|old| old.is_file()));
            let file = written.map_err(|err| Error::at(&waiting, &err))?;
            if self.rules.sync {
                files::start_writing(&file);
            }
        }
        Ok(())
    }

    /// Records a file, and creates the folder in which it waits. Returns the file's number.
    fn add(&self, path: &str, target: &Path, state: State, digest: Option<String>) -> Result<usize, Error> {
        let mut staging = self.staging();
        let folder = target.parent().unwrap_or(&self.out);
        if state != State::Unchanged && !staging.folders.contains(folder) {
            if let Some(link) = linked_folder(&self.out, target) {
                return Err(links_away(&link));
            }
            if staging.folders.is_empty() {
                mark(&self.unfinished).map_err(|err| Error::at(&self.unfinished, &err))?;
            }
            fs::create_dir_all(folder).map_err(|err| Error::at(folder, &err))?;
            staging.folders.insert(folder.to_owned());
        }
        staging.files.push(StagedFile { path: path.to_owned(), state, digest });
        Ok(staging.files.len() - 1)
    }

    /// Puts the staged files into place, and removes the files that earlier runs made and this one didn't. New files
    /// come first, then changed files, each in the order in which they were staged. `owner` is whose site it is from now on.
    ///
    /// # Errors
    /// Any failure of the file system, and a site that would lose many archives.
    pub fn finish(mut self, owner: &Owner) -> Result<Published, Error> {
        interrupt::check()?;
        let Staging { files, folders } = std::mem::take(&mut *self.staging());
        let mut made: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        made.sort_unstable();
        let gone: Vec<String> =
            self.manifest.paths.iter().filter(|path| made.binary_search(&path.as_str()).is_err()).cloned().collect();
        if !self.rules.force {
            let before: Vec<&str> = self.manifest.paths.iter().map(String::as_str).collect();
            check_shrinking(&self.out.display().to_string(), &before, &made, self.is_doubtful)?;
        }
        let mut both: Vec<&str> = made.iter().copied().chain(gone.iter().map(String::as_str)).collect();
        both.sort_unstable();
        self.manifest.replace(owner, &both, false)?; // an interrupted run may leave any of these
        self.sync(&folders)?;

        self.note_changes(&files)?;
        self.put_into_place(&files, &folders)?;
        let mut removed = 0;
        for path in &gone {
            removed += usize::from(remove(&self.out, path)?);
        }
        if !gone.is_empty() {
            self.manifest.replace(owner, &made, self.rules.sync)?;
        }
        self.is_finished = true;
        remove_if_exists(&self.unfinished)?;
        let unchanged = files.iter().filter(|file| file.state == State::Unchanged).count();
        Ok(Published { written: files.len() - unchanged, unchanged, removed })
    }

    /// Lists what hubs have to be told, before it changes.
    fn note_changes(&self, files: &[StagedFile]) -> Result<(), Error> {
        if self.hubs.is_empty() {
            return Ok(());
        }
        let topics = files
            .iter()
            .filter_map(|file| Some((file.path.as_str(), (file.digest.clone()?, file.state != State::Unchanged))));
        note(&self.out, &self.hubs, &topics.collect())
    }

    /// Renames the waiting files. New files come first, and reach the disk first, since changed files may link to them.
    fn put_into_place(&self, files: &[StagedFile], folders: &HashSet<PathBuf>) -> Result<(), Error> {
        let of_state = |state| files.iter().enumerate().filter(move |(_, file)| file.state == state);
        let new: Vec<_> = of_state(State::New).collect();
        let has_both = !new.is_empty() && of_state(State::Replaced).next().is_some();
        new.into_par_iter().try_for_each(|(number, file)| self.rename(number, file))?;
        if has_both {
            self.sync(folders)?;
        }
        of_state(State::Replaced).try_for_each(|(number, file)| self.rename(number, file))
    }

    fn rename(&self, number: usize, file: &StagedFile) -> Result<(), Error> {
        let target = self.out.join(&file.path);
        fs::rename(waiting_path(&target, number), &target).map_err(|err| Error::at(&target, &err))
    }

    /// Waits until everything in these folders has reached the disk.
    fn sync(&self, folders: &HashSet<PathBuf>) -> Result<(), Error> {
        if !self.rules.sync || folders.is_empty() {
            return Ok(());
        }
        files::sync(folders.iter().chain([&self.out]).map(PathBuf::as_path)).map_err(|err| Error::at(&self.out, &err))
    }

    fn staging(&self) -> MutexGuard<'_, Staging> {
        self.staging.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Publication {
    fn drop(&mut self) {
        if self.is_finished {
            return;
        }
        let _ = clear(&self.out, &self.unfinished); // if this fails, the next run clears
        let own = self.out.join(".patchfeed");
        if self.is_new && !own.join("manifest").exists() {
            let _ = remove_if_exists(&own.join("lock"));
            let _ = fs::remove_dir(&own);
        }
    }
}

/// Takes the lock of the site `out`, or fails at once if another run holds it.
fn lock(out: &Path, path: &Path) -> Result<File, Error> {
    let lock = files::lock(path, false).map_err(|err| Error::at(path, &err))?;
    lock.ok_or_else(|| Error::at(out, &"another patchfeed is publishing here, so nothing was changed; wait for it"))
}

fn links_away(folder: &Path) -> Error {
    Error::at(
        folder,
        &"this folder is a link, which nothing is written through; make it a folder, or give --out the real one",
    )
}

fn write_new(path: &Path, bytes: &[u8], replaced: Option<&fs::Metadata>) -> io::Result<File> {
    let mut file = files::create(path)?;
    if let Some(old) = replaced {
        files::take_permissions(&file, old)?;
    }
    file.write_all(bytes)?;
    Ok(file)
}
