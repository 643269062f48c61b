//! Paths below the site's folder, and the removal of what they name.

use std::path::{Component, Path, PathBuf};
use std::{fs, io};

use crate::error::Error;

/// Joins a path to the site's folder. Returns `None` if the path is empty or could lead out of the folder.
pub(super) fn below(out: &Path, path: &str) -> Option<PathBuf> {
    let is_inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    (is_inside && !path.is_empty()).then(|| out.join(path))
}

/// The first folder below the site's, on the way to one of its files, that is a link and so leads elsewhere.
pub(super) fn linked_folder(out: &Path, file: &Path) -> Option<PathBuf> {
    let folders = file.ancestors().skip(1).take_while(|folder| *folder != out);
    folders.filter(|folder| folder.is_symlink()).last().map(Path::to_owned)
}

/// Removes a file of the site, and the folders that become empty. Returns whether the file existed.
pub(super) fn remove(out: &Path, path: &str) -> Result<bool, Error> {
    let Some(file) = below(out, path).filter(|file| linked_folder(out, file).is_none()) else { return Ok(false) };
    let existed = remove_if_exists(&file)?;
    remove_empty_folders(out, &file);
    Ok(existed)
}

/// Removes a file. Returns whether it existed.
pub(super) fn remove_if_exists(file: &Path) -> Result<bool, Error> {
    match fs::remove_file(file) {
        Ok(()) => Ok(true),
        Err(err) if matches!(err.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(false),
        Err(_) if file.is_dir() => Ok(false), // somebody has put a folder there
        Err(err) => Err(Error::at(file, &err)),
    }
}

/// Removes the empty folders above `file`, from the innermost up to, but not including, the site's folder.
pub(super) fn remove_empty_folders(out: &Path, file: &Path) {
    for folder in file.ancestors().skip(1).take_while(|folder| *folder != out) {
        if fs::remove_dir(folder).is_err() {
            break; // not empty, or not ours to remove
        }
    }
}
