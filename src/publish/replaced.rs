//! What writing a file would change.

use std::fs::{self, Metadata};
use std::io::{self, Read as _};
use std::path::Path;

use crate::error::Error;
use crate::files;

/// What writing a file would change.
#[derive(Debug)]
pub(super) enum Change {
    Unchanged,
    New,
    /// Something else stands there.
    Replaced(Metadata),
}

/// What writing `bytes` to `target` would change.
pub(super) fn change(target: &Path, bytes: &[u8]) -> Result<Change, Error> {
    match fs::symlink_metadata(target) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(Change::New),
        Err(err) => Err(Error::at(target, &err)),
        Ok(now) if now.is_dir() => Err(Error::at(target, &"a folder stands where a file belongs; move it away")),
        Ok(now) if now.is_file() && now.len() == bytes.len() as u64 && holds(target, bytes).unwrap_or(false) => {
            Ok(Change::Unchanged)
        }
        Ok(now) => Ok(Change::Replaced(now)),
    }
}

/// Whether a file holds these bytes, of which it has as many. It is read in parts: most files of a site are unchanged, and
/// some are large.
fn holds(file: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut file = files::open(file, fs::OpenOptions::new().read(true))?;
    let mut part = [0; 16 * 1024];
    let mut rest = bytes;
    while !rest.is_empty() {
        let length = file.read(&mut part)?;
        if length == 0 || !rest.starts_with(&part[..length]) {
            return Ok(false);
        }
        rest = &rest[length..];
    }
    Ok(true)
}
