//! Files that wait beside their targets.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use walkdir::WalkDir;

use super::manifest::is_other_site;
use super::paths::{remove_empty_folders, remove_if_exists};
use crate::error::Error;

/// The start of every waiting file's name; a number follows.
const PREFIX: &str = ".patchfeed-";

/// Where the file with this number waits until it replaces `target`.
pub(super) fn waiting_path(target: &Path, number: usize) -> PathBuf {
    target.with_file_name(format!("{PREFIX}{number}"))
}

fn is_waiting(name: &OsStr) -> bool {
    let number = name.to_str().and_then(|name| name.strip_prefix(PREFIX)).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Marks the site as one in which files wait, before the first does. A file system that loses the mark with its power has lost the
/// files that came later, too.
pub(super) fn mark(marker: &Path) -> io::Result<()> {
    crate::files::create(marker).map(drop)
}

/// Removes the waiting files of an incomplete run, the folders that become empty, and the mark itself.
pub(super) fn clear(out: &Path, marker: &Path) -> Result<(), Error> {
    if fs::symlink_metadata(marker).is_err() {
        return Ok(()); // the last run was complete
    }
    let folders = WalkDir::new(out).into_iter();
    let folders =
        folders.filter_entry(|entry| entry.depth() == 0 || !entry.file_type().is_dir() || !is_other_site(entry.path()));
    for entry in folders.flatten().filter(|entry| entry.file_type().is_file() && is_waiting(entry.file_name())) {
        remove_if_exists(entry.path())?;
        remove_empty_folders(out, entry.path());
    }
    remove_if_exists(marker)?;
    Ok(())
}
