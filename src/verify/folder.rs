//! What is served, and what the folder holds that was to be served.

use std::collections::HashMap;
use std::path::Path;

use url::Url;

use super::finding::{Finding, FolderFault};
use super::wanted::{Aim, Fetched, Wanted};
use crate::error::Error;
use crate::publish::{self, SiteFile};

/// The file that hosts read, and needn't serve.
const FOR_HOSTS: &str = "_headers";

/// The files of a folder, by the addresses that they have.
pub(super) struct Folder {
    files: Vec<(Url, SiteFile)>,
}

/// Reads the site in a folder, which an address below it shows where it is.
///
/// # Errors
/// Any failure of the file system, or a folder without a site.
pub(super) fn read(folder: &Path, base: &Url) -> Result<Folder, Error> {
    if !folder.is_dir() {
        return Err(Error::at(folder, &"this isn't a folder"));
    }
    let copy = publish::read(folder)?;
    if copy.files.is_empty() {
        return Err(Error::at(folder, &"there is no site here; build one with `patchfeed build --out`"));
    }
    let files = copy.files.into_iter().filter(|file| file.path != FOR_HOSTS);
    let files = files.filter_map(|file| Some((base.join(&file.path).ok()?, file))).collect();
    Ok(Folder { files })
}

impl Folder {
    /// What is still to be asked for.
    pub(super) fn wanted(&self, documents: &[Fetched]) -> Vec<Wanted> {
        let known: HashMap<&Url, &Fetched> =
            documents.iter().map(|fetched| (&fetched.wanted.address, fetched)).collect();
        let missing = self.files.iter().filter(|(address, _)| !known.contains_key(address));
        missing.map(|(address, _)| Wanted::new(address.clone(), Aim::File, None)).collect()
    }

    /// Adds what differs to what is wrong. Hosts put things of their own into pages, so these have only to be there.
    pub(super) fn compare(&self, documents: &mut [Fetched]) {
        let files: HashMap<&Url, &SiteFile> = self.files.iter().map(|(address, file)| (address, file)).collect();
        for fetched in documents {
            let Some(file) = files.get(&fetched.wanted.address).filter(|file| !is_page(&file.path)) else {
                continue;
            };
            let held = (file.bytes.len(), crc32fast::hash(&file.bytes));
            if fetched.sum.is_some_and(|sent| sent != held) {
                fetched.findings.push(Finding::Folder(FolderFault::Differs));
            }
        }
    }
}

fn is_page(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending == "html")
}
