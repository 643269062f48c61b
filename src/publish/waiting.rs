//! Files that wait beside their targets, and the list of the folders that hold them.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::paths::{below, remove_empty_folders, remove_if_exists};
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

/// The folders that hold waiting files, each listed in `unfinished` before the first file is written to it.
#[derive(Debug, Default)]
pub(super) struct WaitingFolders {
    /// Paths below the site's folder.
    folders: HashSet<String>,
    /// The open list. It is created with the first folder.
    list: Option<File>,
}

impl WaitingFolders {
    /// Lists a folder, then creates it. `folder` is a path below `out`, empty for `out` itself.
    pub(super) fn add(&mut self, out: &Path, list: &Path, folder: &str) -> Result<(), Error> {
        if self.folders.contains(folder) {
            return Ok(());
        }
        self.write_line(list, folder).map_err(|err| Error::at(list, &err))?;
        let path = out.join(folder);
        fs::create_dir_all(&path).map_err(|err| Error::at(&path, &err))?;
        self.folders.insert(folder.to_owned());
        Ok(())
    }

    fn write_line(&mut self, list: &Path, folder: &str) -> io::Result<()> {
        let file = match &mut self.list {
            Some(file) => file,
            none => none.insert(File::create(list)?),
        };
        file.write_all(format!("{folder}\n").as_bytes())
    }
}

/// Removes the waiting files of an incomplete run, the folders that become empty, and the list itself.
pub(super) fn clear(out: &Path, list: &Path) -> Result<(), Error> {
    let folders = fs::read_to_string(list).unwrap_or_default(); // no list unless a run was interrupted
    for folder in folders.lines() {
        let Some(any_file) = below(out, format!("{folder}/{PREFIX}").trim_start_matches('/')) else { continue };
        for entry in any_file.parent().map(fs::read_dir).into_iter().flatten().flatten().flatten() {
            if is_waiting(&entry.file_name()) {
                remove_if_exists(&entry.path())?;
            }
        }
        remove_empty_folders(out, &any_file);
    }
    remove_if_exists(list)?;
    Ok(())
}
