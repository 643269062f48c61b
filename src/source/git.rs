//! Git repositories, read with the `git` program.
//!
//! ```text
//! CACHE/github-com-owner-name-…/
//!     git/          a bare repository with the newest commit, and only the blobs that are issues
//!     0123abcd…/    the issues of a commit as files: complete, and never written to again
//!     current       the id of the commit that is the last good copy
//! ```
//!
//! Each new commit gets a folder of its own before `current` is replaced, so an interrupted update leaves the last good
//! copy intact. The copy before it is kept too, because another run may still be reading it.

mod command;
mod failure;
mod remote;
mod repository;
mod run;
mod trouble;

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use super::access::Access;
use super::cache::{self, Cache};
use super::folder;
use super::text::{At, Text};
use crate::error::Error;
pub(crate) use remote::Remote;
use repository::{Repository, remove};
use trouble::Trouble;

/// The issues of a repository. If the network fails, gives the last good copy and a notice that says so.
///
/// # Errors
/// A repository that can't be reached and has no copy here; a branch, tag or folder that doesn't exist; a folder without
/// issues; a machine without git; a cache that can't be written.
pub(super) fn texts(remote: &Remote, access: &Access) -> Result<(Vec<Text>, Option<String>), Error> {
    let key = [&remote.address, remote.reference.as_deref().unwrap_or(""), &remote.folder].join("#");
    let cache = cache::open(&key, &remote.shown, access)?;
    let copy = repository::current(&cache);
    let fetched = fetch(&cache, remote, access).map_err(|trouble| failure::failure(trouble, remote));
    let (commit, notice) = cache::or_copy(&remote.shown, fetched, copy, &repository::stamp(&cache))?;

    let root = cache.folder.join(commit);
    let mut texts = folder::texts(&root).map_err(|err| Error::new(&remote.shown, err.cause))?;
    for text in &mut texts {
        if let At::File(path) = &text.at {
            text.name = name(remote, path.strip_prefix(&root).unwrap_or(path));
        }
    }
    Ok((texts, notice))
}

/// `REPOSITORY/FOLDER/FILE`: the name of a file that stands at `below` in the remote's folder.
fn name(remote: &Remote, below: &Path) -> String {
    let mut parts: Vec<Cow<'_, str>> = vec![remote.name().into(), remote.folder.as_str().into()];
    parts.extend(below.iter().map(OsStr::to_string_lossy));
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

/// Fetches the newest commit into the cache and gives its id.
///
/// Two failures call for a new repository: the kept one may be broken, and some servers accept a request to leave out
/// blobs but then refuse to send those that turn out to be needed.
fn fetch(cache: &Cache, remote: &Remote, access: &Access) -> Result<String, Trouble> {
    let kept = Repository { folder: cache.folder.join("git"), cache, remote, access };
    let may_be_broken = kept.folder.exists();
    let result = match kept.refresh(false) {
        Err(Trouble::Failed(said)) if may_be_broken && !refuses_blobs(&said) => replace(&kept, false),
        result => result,
    };
    match result {
        Err(Trouble::Failed(said)) if refuses_blobs(&said) => replace(&kept, true),
        result => result,
    }
}

/// Fetches into a new repository, with all blobs if it is to be `whole`, and puts it in the place of the kept one.
fn replace(kept: &Repository<'_>, whole: bool) -> Result<String, Trouble> {
    let new = Repository { folder: kept.cache.folder.join("git.new"), ..*kept };
    remove(&new.folder)?;
    let commit = new.refresh(whole)?;
    remove(&kept.folder)?;
    fs::rename(&new.folder, &kept.folder).map_err(|err| Trouble::local(&kept.folder, &err))?;
    Ok(commit)
}

fn refuses_blobs(said: &str) -> bool {
    said.contains("promisor remote")
}
