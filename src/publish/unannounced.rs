//! What hubs haven't been told of yet: a list that a build writes before it changes the files, so that whatever is killed forgets nothing.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};

use url::Url;

use crate::error::Error;
use crate::files;
use crate::write::FORMATS;

/// A feed's document that has changed, and a hub that doesn't know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unannounced {
    /// The path of the document below the site's folder.
    pub path: String,
    /// The hub.
    pub hub: Url,
    /// The SHA-256 of the document's new bytes, as hexadecimal digits.
    pub digest: String,
}

/// Whether hubs are told of a file: a document that people subscribe to.
pub(super) fn is_topic(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    !path.contains('/') && path != "search.json" && FORMATS.iter().any(|format| format.extension == ending)
}

/// What the hubs of a site haven't been told of yet. What stands in the list and can't be understood says nothing.
///
/// # Errors
/// A list that can't be read.
pub fn unannounced(out: &Path) -> Result<Vec<Unannounced>, Error> {
    let (path, _lock) = lock(out)?;
    read(&path)
}

/// Takes what hubs have been told of from the list. What has changed again meanwhile stays.
///
/// # Errors
/// A list that can't be read or written.
pub fn announced(out: &Path, told: &[Unannounced]) -> Result<(), Error> {
    let (path, _lock) = lock(out)?;
    let mut all = read(&path)?;
    all.retain(|one| !told.contains(one));
    write(&path, &all)
}

/// Adds the documents that a build is about to change. `topics` are the digests of all of the site's, and whether each changes, by their paths.
pub(super) fn note(out: &Path, hubs: &[Url], topics: &HashMap<&str, (String, bool)>) -> Result<(), Error> {
    let (path, _lock) = lock(out)?;
    let before = read(&path)?;
    let is_so = |one: &Unannounced| topics.get(&*one.path).is_some_and(|(digest, _)| *digest == one.digest);
    let mut all: Vec<Unannounced> =
        before.iter().filter(|one| hubs.contains(&one.hub) && is_so(one)).cloned().collect();
    for (path, (digest, _)) in topics.iter().filter(|(_, (_, changes))| *changes) {
        all.extend(hubs.iter().map(|hub| Unannounced {
            path: (*path).to_owned(),
            hub: hub.clone(),
            digest: digest.clone(),
        }));
    }
    all.sort_unstable();
    all.dedup();
    if all == before { Ok(()) } else { write(&path, &all) }
}

/// The list, and the lock that keeps others from it.
fn lock(out: &Path) -> Result<(PathBuf, Option<File>), Error> {
    let path = out.join(".patchfeed").join("unannounced");
    let lock = files::with_ending(&path, ".lock");
    let held = files::lock(&lock, true).map_err(|err| Error::at(&lock, &err))?;
    Ok((path, held))
}

fn read(path: &Path) -> Result<Vec<Unannounced>, Error> {
    let text = files::read_text(path).map_err(|err| Error::at(path, &err))?.unwrap_or_default();
    let lines = text.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ' ');
        let (digest, hub, path) = (parts.next()?, Url::parse(parts.next()?).ok()?, parts.next()?);
        Some(Unannounced { path: path.to_owned(), hub, digest: digest.to_owned() })
    });
    Ok(lines.filter(|one| is_topic(&one.path)).collect())
}

fn write(path: &Path, all: &[Unannounced]) -> Result<(), Error> {
    let mut lines = String::new();
    for Unannounced { path, hub, digest } in all {
        let _ = writeln!(lines, "{digest} {hub} {path}");
    }
    files::replace(path, lines.as_bytes(), true).map_err(|err| Error::at(path, &err))
}
