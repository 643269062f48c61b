//! Git repositories, read with the `git` program.
//!
//! ```text
//! CACHE/github-com-owner-name-…/
//!     git/          a bare repository with the newest commit, and only the blobs that are issues
//!     0123abcd…/    the issues of a commit as files, and a list of them: complete, and never written to again
//!     current       the id of the commit that is the last good copy
//! ```
//!
//! Each new commit gets a folder of its own, which is on the disk before `current` is replaced, so an update that is cut off
//! leaves the last good copy intact. The copy before it is kept too, because another run may still be reading it.

mod changed;
mod command;
mod copy;
mod failure;
mod history;
mod remote;
mod repository;
mod run;
mod tree;
mod trouble;
mod work_tree;

use std::fs;
use std::path::Path;

use chrono::DateTime;

use super::drafts::draft_folder;
use super::text::{At, FoundTexts, Text};
use crate::error::Error;
use crate::facts::forge;
use crate::interrupt::{self, Careful};
use crate::net::{self, Access, Cache};
pub(crate) use changed::changed;
use copy::CopiedIssue;
pub(crate) use remote::Remote;
use repository::{Form, Repository, remove};
use trouble::Trouble;
pub use work_tree::Added;
pub(crate) use work_tree::added;

/// The issues of a repository. If the network fails, gives the last good copy and a notice that says so.
///
/// # Errors
/// A repository that can't be reached and has no copy here; a branch, tag or folder that doesn't exist; a folder without
/// issues, or with too large ones; a machine without git; a cache that can't be written.
pub(super) fn texts(remote: &Remote, access: &Access) -> Result<FoundTexts, Error> {
    let key = [&remote.address, remote.reference.as_deref().unwrap_or(""), &remote.folder].join("#");
    let cache = net::open(&key, &remote.shown, access)?;
    let _careful = Careful::begin();
    let fetched = fetch(&cache, remote, access).map_err(|trouble| failure::failure(trouble, remote));
    interrupt::check()?;
    let issues = |commit: &String| copy::issues(&cache.folder.join(commit), access.size);
    let copy =
        if fetched.is_ok() { None } else { repository::current(&cache).filter(|commit| issues(commit).is_some()) };
    let (commit, notice) = net::or_copy(&remote.shown, fetched, copy, &repository::stamp(&cache))?;
    let issues =
        issues(&commit).ok_or_else(|| Error::new(&remote.shown, "its copy in the cache has just been changed"))?;
    let committed = copy::committed(&cache.folder.join(&commit));
    let mut found = FoundTexts { notices: notice.into_iter().collect(), ..FoundTexts::default() };
    for (CopiedIssue { path, added, .. }, file) in issues {
        let added = added.and_then(|added| DateTime::from_timestamp(added, 0));
        let texts = if draft_folder(Path::new(&path)).is_some() { &mut found.drafts } else { &mut found.texts };
        let below = [&remote.folder, "/", &path].concat();
        let page = forge::page(&remote.address, remote.reference.as_deref(), below.trim_start_matches('/'));
        let at = At::File { path: file, limit: access.size };
        texts.push(Text { name: name(remote, path), committed, added, page, at });
    }
    Ok(found)
}

/// `REPOSITORY/FOLDER/FILE`: the name of a file that stands at `below` in the remote's folder.
fn name(remote: &Remote, below: String) -> String {
    let mut parts = vec![remote.name().to_owned(), remote.folder.clone(), below];
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

/// Fetches the newest commit into the cache and gives its id.
///
/// Three failures call for a new repository: the kept one may be broken; the server may make other ids; and some servers accept
/// a request to leave out blobs but then refuse to send those that turn out to be needed.
fn fetch(cache: &Cache, remote: &Remote, access: &Access) -> Result<String, Trouble> {
    let kept = Repository { folder: cache.folder.join("git"), cache, remote, access };
    let mut form = Form { whole: false, format: "sha1" };
    for left in ["new", "git.new"] {
        remove(&cache.folder.join(left))?; // an interrupted run's
    }
    let mut may_be_broken = kept.folder.exists();
    let mut result = kept.refresh(form);
    for _ in 0..3 {
        match &result {
            Err(Trouble::Failed(said)) if other_format(said).is_some_and(|format| format != form.format) => {
                form.format = other_format(said).unwrap_or(form.format);
            }
            Err(Trouble::NoBlobs(_)) if !form.whole => form.whole = true,
            Err(Trouble::Failed(_)) if may_be_broken => {}
            _ => break,
        }
        may_be_broken = false;
        result = replace(&kept, form);
    }
    result
}

/// Fetches into a new repository of a form, and puts it in the place of the kept one.
fn replace(kept: &Repository<'_>, form: Form) -> Result<String, Trouble> {
    let new = Repository { folder: kept.cache.folder.join("git.new"), ..*kept };
    let commit = new.refresh(form).inspect_err(|_| {
        let _ = remove(&new.folder);
    })?;
    remove(&kept.folder)?;
    fs::rename(&new.folder, &kept.folder).map_err(|err| Trouble::local(&kept.folder, &err))?;
    Ok(commit)
}

/// How the server makes ids, if git failed since it does so differently from the repository here.
fn other_format(said: &str) -> Option<&'static str> {
    let (_, server) = said.split_once("mismatched algorithms: ")?.1.split_once("server ")?;
    ["sha256", "sha1"].into_iter().find(|format| server.starts_with(format))
}
