//! The last good copy of an issue on the web, and what its server said about it.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::source::cache::Cache;

/// The file that holds the copy.
const ISSUE: &str = "issue.md";
/// The file that holds the [`CopyInfo`].
const INFO: &str = "about.json";

/// What is known about the copy. Written after the copy, so it never describes one that isn't there.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct CopyInfo {
    /// The address without secrets, for people who look into the cache.
    pub(super) address: String,
    /// `ETag`, sent back in `If-None-Match` (RFC 9110 §13.1.2).
    pub(super) etag: Option<String>,
    /// `Last-Modified`, sent back in `If-Modified-Since` (RFC 9110 §13.1.3).
    pub(super) last_modified: Option<String>,
    /// The copy's size in bytes. A file of another size has been changed by somebody else, and is no longer used.
    pub(super) length: u64,
}

/// The file that holds the copy, whether or not it exists.
pub(super) fn path(cache: &Cache) -> PathBuf {
    cache.folder.join(ISSUE)
}

/// The file whose modification time is the copy's age.
pub(super) fn stamp(cache: &Cache) -> PathBuf {
    cache.folder.join(INFO)
}

/// What is known about the copy, if there is an intact one.
pub(super) fn info(cache: &Cache) -> Option<CopyInfo> {
    let length = fs::metadata(path(cache)).ok()?.len();
    let info: CopyInfo = serde_json::from_slice(&fs::read(stamp(cache)).ok()?).ok()?;
    (info.length == length).then_some(info)
}

/// Replaces the copy, and gives its path.
///
/// # Errors
/// The file system fails.
pub(super) fn replace(cache: &Cache, info: &CopyInfo, body: &[u8]) -> Result<PathBuf, Error> {
    cache.write(ISSUE, body)?;
    cache.write(INFO, &serde_json::to_vec_pretty(info).expect("strings and numbers are JSON"))?;
    Ok(path(cache))
}

/// Records that the copy is still what the server has, and gives its path.
///
/// # Errors
/// The file system fails.
pub(super) fn confirm(cache: &Cache) -> Result<PathBuf, Error> {
    cache.touch(INFO)?;
    Ok(path(cache))
}
