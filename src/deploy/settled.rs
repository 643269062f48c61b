//! What a look into the storage tells beyond the manifest.

use std::collections::{BTreeSet, HashMap};

use super::manifest::ObjectManifest;
use super::object::SiteObject;

/// What a look into the storage tells beyond the manifest.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// The paths of the objects that a run which was cut off has left as they are to be.
    pub(super) are_there: BTreeSet<String>,
    /// The paths of the site at which there are objects that patchfeed didn't put there.
    pub(super) others: BTreeSet<String>,
}

impl Settled {
    /// Compares the objects of a site with what is listed: paths, with their `ETag`s.
    pub(super) fn new(objects: &[SiteObject], manifest: &ObjectManifest, listed: &HashMap<String, String>) -> Self {
        let mut settled = Self::default();
        for object in objects {
            let (path, Some(etag)) = (&object.path, listed.get(&object.path)) else { continue };
            match manifest.doubtful.get(path) {
                // Its headers are part of the digest, its bytes of the ETag.
                Some(Some(digest)) if *digest == object.digest && *etag == object.etag() => {
                    settled.are_there.insert(path.clone());
                }
                None if !manifest.has(path) => {
                    settled.others.insert(path.clone());
                }
                _ => {}
            }
        }
        settled
    }

    /// Whether nothing has to be done for a path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.are_there.contains(path) || self.others.contains(path)
    }
}
