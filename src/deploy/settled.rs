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
    /// The `ETag`s of what is there, by its paths; none if nobody has looked.
    listed: Option<HashMap<String, String>>,
}

impl Settled {
    /// Compares the objects of a site with what is listed: paths, with their `ETag`s.
    pub(super) fn new(objects: &[SiteObject], manifest: &ObjectManifest, listed: HashMap<String, String>) -> Self {
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
        settled.listed = Some(listed);
        settled
    }

    /// Whether something is at a path; as far as `manifest` knows, if nobody has looked.
    pub(super) fn is_there(&self, path: &str, manifest: &ObjectManifest) -> bool {
        self.listed.as_ref().map_or_else(|| manifest.has(path), |listed| listed.contains_key(path))
    }

    /// Whether the bytes of an object tell it from what is there now, so that a later run sees whether it was written.
    pub(super) fn tells_apart(&self, object: &SiteObject, manifest: &ObjectManifest) -> bool {
        match &self.listed {
            Some(listed) => listed.get(&object.path).is_none_or(|etag| *etag != object.etag()),
            None => manifest.objects.get(&object.path).is_some_and(|before| !object.has_bytes_of(before)),
        }
    }

    /// Whether nothing has to be done for a path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.are_there.contains(path) || self.others.contains(path)
    }
}
