//! A published site, read back.

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::SystemTime;

use rayon::prelude::*;

use super::manifest::{Manifest, Owner};
use super::paths::{below, linked_folder};
use crate::error::Error;
use crate::files;
use crate::write::YIELDING;

/// A file of a published site.
#[derive(Debug, Clone)]
pub struct SiteFile {
    /// Its path below the site's folder, with `/`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// When its bytes last changed.
    pub modified: SystemTime,
}

/// The site that a folder holds.
#[derive(Debug)]
pub struct SiteCopy {
    /// Whose it is, unless nothing tells.
    pub owner: Option<Owner>,
    /// Its files.
    pub files: Vec<SiteFile>,
    /// The paths of files that belong to it and aren't there.
    pub missing: Vec<String>,
    /// Whether a run was interrupted, so that some files may be of another build than others.
    pub is_unfinished: bool,
}

/// Reads the site in a folder: what patchfeed made, and files of somebody's own in the place of those that yield. Waits while another run publishes,
/// so that the files belong together. Links aren't followed.
///
/// # Errors
/// Any failure of the file system.
pub fn read(out: &Path) -> Result<SiteCopy, Error> {
    let own = out.join(".patchfeed");
    let path = own.join("lock");
    let _lock = match files::lock(&path, true) {
        // Where this run may not write, it can't publish either, and whoever does replaces files one by one.
        Err(err) if matches!(err.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => None,
        Err(err) if err.kind() == ErrorKind::NotFound && out.is_dir() => None, // a copy of a site, which no run publishes into
        lock => lock.map_err(|err| Error::at(&path, &err))?,
    };
    let is_unfinished = own.join("unfinished").symlink_metadata().is_ok();
    let manifest = Manifest::read(out, &own.join("manifest"))?;
    let own = YIELDING.into_iter().filter(|path| !manifest.has(path));
    let paths: Vec<&str> = manifest.paths.iter().map(String::as_str).chain(own).collect();
    let files: Result<Vec<Option<SiteFile>>, Error> = paths.par_iter().map(|path| read_file(out, path)).collect();
    let files: Vec<SiteFile> = files?.into_iter().flatten().collect();
    let there: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let missing = manifest.paths.iter().filter(|path| !there.contains(path.as_str())).cloned().collect();
    Ok(SiteCopy { owner: manifest.owner, files, missing, is_unfinished })
}

/// A file of the site; none if it is gone, or leads elsewhere.
fn read_file(out: &Path, path: &str) -> Result<Option<SiteFile>, Error> {
    let Some(file) = below(out, path).filter(|file| linked_folder(out, file).is_none()) else { return Ok(None) };
    let Some(now) = fs::symlink_metadata(&file).ok().filter(fs::Metadata::is_file) else { return Ok(None) };
    let bytes = files::read(&file, files::LARGEST).map_err(|err| Error::at(&file, &err))?;
    let modified = now.modified().map_err(|err| Error::at(&file, &err))?;
    Ok(Some(SiteFile { path: path.to_owned(), bytes, modified }))
}
