//! The cache of what came over the network, with one folder for each source.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::access::Access;
use crate::error::Error;
use crate::files;

/// Why a source couldn't be fetched, in words for the user.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The next attempt may succeed; until then the last good copy will do.
    Temporary(String),
    /// Trying again is useless until somebody changes something, here or on the server.
    Permanent(String),
}

/// The cache folder of one source, locked against other runs until this is dropped.
#[derive(Debug)]
pub(crate) struct Cache {
    pub(crate) folder: PathBuf,
    _lock: File,
}

/// Opens the folder of a source, waiting for any other run that uses it. `key` identifies the source; `shown` is its name
/// for the user, without secrets.
///
/// # Errors
/// A folder that can't be made or locked, or no cache folder for this user.
pub(crate) fn open(key: &str, shown: &str, access: &Access) -> Result<Cache, Error> {
    let root = root(access, shown)?;
    let folder = root.join(folder_name(key, shown));
    fs::create_dir_all(&folder).map_err(|err| unusable(&root, &folder, &err))?;
    let path = folder.join("lock");
    let lock = files::lock(&path, true).map_err(|err| Error::at(&path, &err))?;
    let lock = lock.ok_or_else(|| Error::at(&path, &"another run uses this source"))?;
    Ok(Cache { folder, _lock: lock })
}

/// The folder of all copies. `subject` is what needs it.
///
/// # Errors
/// A user without one.
pub(crate) fn root(access: &Access, subject: &str) -> Result<PathBuf, Error> {
    let root = access.cache.clone().or_else(user_cache);
    let root = root.ok_or_else(|| Error::new(subject, "this user has no cache folder; choose one with --cache"))?;
    std::path::absolute(&root).map_err(|err| Error::at(&root, &err))
}

/// Why the folder of a source can't be made.
fn unusable(root: &Path, folder: &Path, err: &io::Error) -> Error {
    match root.metadata() {
        Ok(now) if !now.is_dir() => Error::at(
            root,
            &format!("this is {}, not a folder; choose a folder with --cache", files::what(now.file_type())),
        ),
        Err(_) if root.is_symlink() => Error::at(root, &"this link leads nowhere; choose another folder with --cache"),
        _ => Error::at(folder, err),
    }
}

impl Cache {
    /// Writes a file into the folder atomically: an interrupted run, or a power cut, leaves the old file or the new one, never
    /// a part.
    ///
    /// # Errors
    /// The file system fails.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let target = self.folder.join(name);
        files::replace(&target, bytes, true).map_err(|err| Error::at(&target, &err))
    }

    /// Sets the modification time of a file to now: its content has just been confirmed to be current.
    ///
    /// # Errors
    /// The file system fails.
    pub(crate) fn touch(&self, name: &str) -> Result<(), Error> {
        let path = self.folder.join(name);
        let file = files::open(&path, File::options().append(true));
        file.and_then(|file| file.set_modified(SystemTime::now())).map_err(|err| Error::at(&path, &err))
    }
}

/// What was fetched or, after a temporary failure, the last good copy and a notice that says so. The modification time of
/// the file at `stamp` is the copy's age.
///
/// # Errors
/// A permanent failure, or a temporary one when there is no copy.
pub(crate) fn or_copy<T>(
    subject: &str,
    fetched: Result<T, Failure>,
    copy: Option<T>,
    stamp: &Path,
) -> Result<(T, Option<String>), Error> {
    match (fetched, copy) {
        (Ok(fetched), _) => Ok((fetched, None)),
        (Err(Failure::Temporary(cause)), Some(copy)) => {
            let time = fs::metadata(stamp).and_then(|data| data.modified()).map_err(|err| Error::at(stamp, &err))?;
            let time = DateTime::<Utc>::from(time).format("%Y-%m-%d %H:%M UTC");
            Ok((copy, Some(format!("{subject}: {cause}; using the copy from {time}"))))
        }
        (Err(Failure::Temporary(cause) | Failure::Permanent(cause)), _) => Err(Error::new(subject, cause)),
    }
}

/// A name for a source's folder: readable, and unique to the source.
fn folder_name(key: &str, shown: &str) -> String {
    let words: String = slug::slugify(shown).chars().take(60).collect();
    format!("{words}-{}", Uuid::new_v5(&Uuid::NAMESPACE_URL, key.as_bytes()).simple())
}

/// patchfeed's folder in the user's cache folder, as the operating system defines it.
fn user_cache() -> Option<PathBuf> {
    let caches = if cfg!(windows) {
        folder_in_variable("LOCALAPPDATA")
    } else {
        let usual = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        folder_in_variable("XDG_CACHE_HOME").or_else(|| folder_in_home(usual))
    };
    caches.map(|caches| caches.join("patchfeed"))
}

fn folder_in_variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

fn folder_in_home(below: &str) -> Option<PathBuf> {
    std::env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(below))
}
