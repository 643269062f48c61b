//! Puts a site into its folder: files are replaced one by one, by rename, and only if their bytes changed.
//!
//! The folder `.patchfeed` below the site's holds the manifest, the list of the files that patchfeed made, and, while it
//! publishes, what it is about to rename. The manifest names a file before the file is written, so that whatever
//! interrupts a run, nothing that patchfeed made is ever taken for somebody else's.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

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

/// Publishes the files in the folder `out`, in their order, and calls `step` after each.
///
/// # Errors
/// Whatever the file system fails with. What fails before the last changed file is ready to be renamed leaves the old
/// site as it was.
pub fn publish(out: &Path, files: &[File], step: &(dyn Fn() + Sync)) -> Result<Published, Error> {
    let own = out.join(".patchfeed");
    let staging = own.join("staging");
    let manifest_path = own.join("manifest");
    fs::create_dir_all(&own).map_err(|err| Error::at(&own, &err))?;
    let lock_path = own.join("lock");
    let lock =
        fs::File::options().create(true).append(true).open(&lock_path).map_err(|err| Error::at(&lock_path, &err))?;
    lock.try_lock().map_err(|err| match err {
        fs::TryLockError::WouldBlock => Error::at(out, &"another patchfeed is publishing here; wait for it"),
        fs::TryLockError::Error(err) => Error::at(&lock_path, &err),
    })?;
    let result = replace(out, &staging, &manifest_path, files, step);
    let _ = fs::remove_dir_all(&staging); // what remains of it is removed by the next run
    result
}

/// A file that waits to be renamed.
struct Staged {
    waiting: PathBuf,
    target: PathBuf,
    /// Whether nothing stands at the target yet.
    is_new: bool,
}

fn replace(
    out: &Path,
    staging: &Path,
    manifest_path: &Path,
    files: &[File],
    step: &(dyn Fn() + Sync),
) -> Result<Published, Error> {
    let old = read_manifest(manifest_path)?;
    let new: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut published = Published::default();

    if staging.exists() {
        fs::remove_dir_all(staging).map_err(|err| Error::at(staging, &err))?;
    }
    for folder in 0..FOLDERS {
        let folder = staging.join(folder.to_string());
        fs::create_dir_all(&folder).map_err(|err| Error::at(&folder, &err))?;
    }
    let stage = |(at, file): (usize, &File)| -> Result<Option<Staged>, Error> {
        let no_path = || Error { subject: file.path.clone(), cause: "no path below the site's folder".into() };
        let target = below(out, &file.path).ok_or_else(no_path)?;
        step();
        let now = fs::metadata(&target).ok();
        if now.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(Error::at(&target, &"a folder stands where a file belongs"));
        }
        let same_length = now.as_ref().is_some_and(|now| now.len() == file.text.len() as u64);
        if same_length && fs::read(&target).is_ok_and(|now| now == file.text.as_bytes()) {
            return Ok(None);
        }
        let waiting = staging.join((at % FOLDERS).to_string()).join(at.to_string());
        write(&waiting, file.text.as_bytes())?;
        Ok(Some(Staged { waiting, target, is_new: now.is_none() }))
    };
    let staged: Vec<Option<Staged>> = files.par_iter().enumerate().map(stage).collect::<Result<_, _>>()?;
    let changed: Vec<Staged> = staged.into_iter().flatten().collect();
    published.unchanged = files.len() - changed.len();
    published.written = changed.len();

    let all: BTreeSet<&str> = old.iter().map(String::as_str).chain(new.iter().copied()).collect();
    write_manifest(manifest_path, &old, &all)?;
    let folders: BTreeSet<&Path> = changed.iter().filter_map(|file| file.target.parent()).collect();
    for folder in folders {
        fs::create_dir_all(folder).map_err(|err| Error::at(folder, &err))?;
    }
    // New files first, in any order: nothing leads to them until the others are replaced, which keep their order.
    let rename = |file: &Staged| fs::rename(&file.waiting, &file.target).map_err(|err| Error::at(&file.target, &err));
    let (new_files, others): (Vec<&Staged>, Vec<&Staged>) = changed.iter().partition(|file| file.is_new);
    new_files.into_par_iter().try_for_each(rename)?;
    others.into_iter().try_for_each(rename)?;
    for path in old.iter().filter(|path| !new.contains(path.as_str())) {
        let Some(target) = below(out, path) else { continue };
        match fs::remove_file(&target) {
            Ok(()) => published.removed += 1,
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => {}
            Err(err) => return Err(Error::at(&target, &err)),
        }
        for folder in target.ancestors().skip(1).take_while(|folder| *folder != out) {
            if fs::remove_dir(folder).is_err() {
                break; // not empty
            }
        }
    }
    let all: BTreeSet<String> = all.into_iter().map(str::to_owned).collect();
    write_manifest(manifest_path, &all, &new)?;
    Ok(published)
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

fn read_manifest(path: &Path) -> Result<BTreeSet<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(err) => Err(Error::at(path, &err)),
    }
}

/// Writes the manifest if it differs from what it was.
fn write_manifest<T: AsRef<str> + Ord>(path: &Path, was: &BTreeSet<String>, is: &BTreeSet<T>) -> Result<(), Error> {
    if was.len() == is.len() && was.iter().zip(is).all(|(was, is)| was == is.as_ref()) {
        return Ok(());
    }
    let mut text = String::new();
    for line in is {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    let staged = path.with_extension("new");
    write(&staged, text.as_bytes())?;
    fs::rename(&staged, path).map_err(|err| Error::at(path, &err))
}
