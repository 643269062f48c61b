//! Git repositories, by the program `git`.
//!
//! ```text
//! CACHE/github-com-owner-name-…/
//!     git/          a bare repository with the newest commit alone, without the blobs that hold no issue
//!     0123abcd…/    the issues of a commit, as files: complete, and never written to again
//!     current       that commit
//! ```
//!
//! A new commit gets a folder of its own and `current` is replaced, so whatever interrupts an update, the last good copy
//! stays whole; the one before it stays too, for another run that reads it still.

mod remote;
mod repository;
mod run;

use std::fs;

use super::cache::{self, Cache, Failure};
use super::{At, Options, Text, folder, shown};
use crate::diagnostic::Error;
pub use remote::{Remote, remote};
use repository::{Repository, remove};
use run::Trouble;

/// The issues of a repository, and a line if they are the last good copy because the network failed.
///
/// # Errors
/// A repository that can't be reached and of which there is no copy; no such branch, tag or folder; a folder without an
/// issue; no git; a cache that can't be written.
pub fn texts(remote: &Remote, options: &Options) -> Result<(Vec<Text>, Option<String>), Error> {
    let key = [&remote.address, remote.reference.as_deref().unwrap_or(""), &remote.folder].join("#");
    let cache = cache::open(&key, &remote.shown, options)?;
    let copy = repository::current(&cache);
    let brought = bring(&cache, remote, options).map_err(|trouble| failure(trouble, remote));
    let (commit, notice) = cache::or_copy(&remote.shown, brought, copy, &repository::stamp(&cache))?;

    let root = cache.folder.join(commit);
    let mut texts = folder::texts(&root).map_err(|err| Error { subject: remote.shown.clone(), ..err })?;
    for text in &mut texts {
        let At::File(path) = &text.at else { continue };
        let below = path.strip_prefix(&root).unwrap_or(path);
        let parts = [remote.name(), &remote.folder].map(str::to_owned).into_iter().filter(|part| !part.is_empty());
        let below = below.iter().map(|part| part.to_string_lossy().into_owned());
        text.name = parts.chain(below).collect::<Vec<_>>().join("/");
    }
    Ok((texts, notice))
}

/// Brings the newest commit, by what the kept repository lacks of it. Where that fails, another repository made from
/// nothing tells whether the kept one is broken, and then takes its place. It is made whole where the server leaves blobs
/// out when asked to, and then refuses to send them alone.
fn bring(cache: &Cache, remote: &Remote, options: &Options) -> Result<String, Trouble> {
    let at = |name: &str| Repository { folder: cache.folder.join(name), cache, remote, options };
    let (kept, fresh) = (at("git"), at("git.new"));
    let mut may_be_broken = kept.folder.exists();
    let mut whole = false;
    let mut result = kept.make(whole).and_then(|()| kept.update());
    while let Err(Trouble::Said(words)) = &result {
        let refuses = words.contains("promisor remote") && !whole;
        if !may_be_broken && !refuses {
            break;
        }
        may_be_broken = false;
        whole = refuses;
        remove(&fresh.folder)?;
        result = fresh.make(whole).and_then(|()| fresh.update());
        if result.is_ok() {
            remove(&kept.folder)?;
            fs::rename(&fresh.folder, &kept.folder).map_err(|err| Trouble::world(&kept.folder, &err))?;
        }
    }
    result
}

/// What a trouble means, in words that say what to do.
fn failure(trouble: Trouble, remote: &Remote) -> Failure {
    let said = match trouble {
        Trouble::NoGit => return Failure::Lasting("git is not installed".to_owned()),
        Trouble::NoFolder => return Failure::Lasting(format!("the folder {:?} is not there", remote.folder)),
        Trouble::World(cause) => return Failure::Lasting(cause),
        Trouble::Silent(cause) => return Failure::Passing(cause),
        Trouble::Said(said) => said.replace(&remote.address, &shown(&remote.address)),
    };
    let says = |words: &[&str]| words.iter().any(|words| said.contains(words));
    if says(&["couldn't find remote ref"]) {
        return Failure::Lasting(match &remote.reference {
            Some(reference) => format!("no branch or tag {reference:?}"),
            None => "the repository is empty".to_owned(),
        });
    }
    if says(&["could not read Username", "could not read Password", "Authentication failed", "Permission denied ("]) {
        return Failure::Lasting("no such repository, or one that asks who you are".to_owned());
    }
    let cause = run::cause(&said);
    if says(&["not found", "does not exist", "does not appear to be a git repository", "strange hostname"]) {
        return Failure::Lasting(cause);
    }
    Failure::Passing(cause)
}
