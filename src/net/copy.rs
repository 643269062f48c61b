//! The last good copy of a text on the web, and what its server said about it.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use super::cache::Cache;
use super::redact::without_user;
use crate::error::Error;
use crate::files;

/// The file that holds the [`CopyInfo`].
const INFO: &str = "about.json";

/// What the name of a copy begins with.
const COPY: &str = "copy-";

/// What is known about the copy. Written after the copy, which has a file of its own each time: whatever cuts a run off, this
/// and the copy that it describes are there, or those before them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct CopyInfo {
    /// The address without secrets, for people who look into the cache.
    pub(super) address: String,
    /// The address that the server redirected to, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) redirected: Option<String>,
    /// `ETag`, sent back in `If-None-Match` (RFC 9110 §13.1.2).
    pub(super) etag: Option<String>,
    /// `Last-Modified`, sent back in `If-Modified-Since` (RFC 9110 §13.1.3).
    pub(super) last_modified: Option<String>,
    /// The copy's size in bytes, and its checksum, CRC-32. A file that differs has been changed, by somebody or by a disk, and
    /// is no longer used.
    pub(super) length: u64,
    pub(super) checksum: u32,
}

impl CopyInfo {
    /// Where the copy came from, if `asked` was asked for it.
    pub(super) fn came_from(&self, asked: &Url) -> Url {
        let redirected = self.redirected.as_deref().and_then(|to| Url::parse(to).ok());
        redirected.unwrap_or_else(|| without_user(asked.clone()))
    }
}

/// The name of the file that holds the copy.
fn name(info: &CopyInfo) -> String {
    format!("{COPY}{:08x}-{}", info.checksum, info.length)
}

/// The file whose modification time is the copy's age.
pub(super) fn stamp(cache: &Cache) -> PathBuf {
    cache.folder.join(INFO)
}

/// The copy, and what is known about it, if there is an intact one of at most `limit` bytes.
pub(super) fn read(cache: &Cache, limit: u64) -> Option<(CopyInfo, Vec<u8>)> {
    let info: CopyInfo = serde_json::from_slice(&files::read(&stamp(cache), limit.max(1 << 20)).ok()?).ok()?;
    let body = files::read(&cache.folder.join(name(&info)), limit).ok()?;
    (info.length == body.len() as u64 && info.checksum == crc32fast::hash(&body)).then_some((info, body))
}

/// Replaces the copy.
///
/// # Errors
/// The file system fails.
pub(super) fn replace(cache: &Cache, info: &CopyInfo, body: &[u8]) -> Result<(), Error> {
    let name = name(info);
    cache.write(&name, body)?;
    cache.write(INFO, &serde_json::to_vec_pretty(info).expect("strings and numbers are JSON"))?;
    for entry in fs::read_dir(&cache.folder).into_iter().flatten().flatten() {
        let other = entry.file_name();
        if other != *name && other.to_string_lossy().starts_with(COPY) {
            let _ = fs::remove_file(entry.path()); // an older copy, or what an interrupted run left
        }
    }
    Ok(())
}

/// Records that the copy is still what the server has.
///
/// # Errors
/// The file system fails.
pub(super) fn confirm(cache: &Cache) -> Result<(), Error> {
    cache.touch(INFO)
}
