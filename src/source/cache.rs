//! The folder of what was brought here over the network, a folder of its own for each source.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Options;
use crate::diagnostic::Error;

/// Why a source gave nothing.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// It may be over the next time: the last good copy stands in.
    Passing(String),
    /// The server has answered, and the answer will stay the same until somebody does something.
    Lasting(String),
}

/// A source's folder, which no other run uses until this is dropped.
#[derive(Debug)]
pub struct Cache {
    /// The folder.
    pub folder: PathBuf,
    _lock: File,
}

/// Opens the folder of a source, which is known by its `key` and shown to people as `shown`, and waits until no other run
/// uses it.
///
/// # Errors
/// A folder that can't be made or locked; no place for it.
pub fn open(key: &str, shown: &str, options: &Options) -> Result<Cache, Error> {
    let no_home = || Error { subject: shown.to_owned(), cause: "no folder for its copy: give one with --cache".into() };
    let root = options.cache.clone().or_else(users).ok_or_else(no_home)?;
    let root = std::path::absolute(&root).map_err(|err| Error::at(&root, &err))?;
    let folder = root.join(name(key, shown));
    fs::create_dir_all(&folder).map_err(|err| Error::at(&folder, &err))?;
    let path = folder.join("lock");
    let lock = File::options().create(true).append(true).open(&path).map_err(|err| Error::at(&path, &err))?;
    lock.lock().map_err(|err| Error::at(&path, &err))?;
    Ok(Cache { folder, _lock: lock })
}

impl Cache {
    /// Puts a file into the folder in one step: whatever interrupts it, the file is the old one or the new one.
    ///
    /// # Errors
    /// Whatever the file system fails with.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let waiting = self.folder.join(format!("{name}.new"));
        let target = self.folder.join(name);
        fs::write(&waiting, bytes).map_err(|err| Error::at(&waiting, &err))?;
        fs::rename(&waiting, &target).map_err(|err| Error::at(&target, &err))
    }

    /// Says that what a file holds was found to be right just now.
    ///
    /// # Errors
    /// Whatever the file system fails with.
    pub fn touch(&self, name: &str) -> Result<(), Error> {
        let path = self.folder.join(name);
        let file = File::options().append(true).open(&path);
        file.and_then(|file| file.set_modified(SystemTime::now())).map_err(|err| Error::at(&path, &err))
    }
}

/// Whatever was brought; else, if the failure is a passing one, the last good copy with a line that says so. The
/// copy is as old as the file at `stamp`.
///
/// # Errors
/// A failure that lasts, and one where there is no copy.
pub fn or_copy<T>(
    subject: &str,
    brought: Result<T, Failure>,
    copy: Option<T>,
    stamp: &Path,
) -> Result<(T, Option<String>), Error> {
    let failed = |cause| Error { subject: subject.to_owned(), cause };
    match (brought, copy) {
        (Ok(brought), _) => Ok((brought, None)),
        (Err(Failure::Passing(cause)), Some(copy)) => {
            let time = fs::metadata(stamp).and_then(|data| data.modified()).map_err(|err| Error::at(stamp, &err))?;
            let time = DateTime::<Utc>::from(time).format("%Y-%m-%d %H:%M UTC");
            Ok((copy, Some(format!("{subject}: {cause}; using the copy of {time}"))))
        }
        (Err(Failure::Passing(cause) | Failure::Lasting(cause)), _) => Err(failed(cause)),
    }
}

/// A name for a source's folder that people can read, and that no other source has.
fn name(key: &str, shown: &str) -> String {
    let words: String = slug::slugify(shown).chars().take(60).collect();
    format!("{words}-{}", Uuid::new_v5(&Uuid::NAMESPACE_URL, key.as_bytes()).simple())
}

/// The folder for caches that the user's system knows, and in it ours.
fn users() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let below_home = |path| std::env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(path));
    let caches = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else {
        let usual = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        variable("XDG_CACHE_HOME").or_else(|| below_home(usual))
    };
    caches.map(|caches| caches.join("patchfeed"))
}
