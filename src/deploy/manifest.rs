//! The list of the objects that patchfeed has put into a storage, kept there itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::object::SiteObject;
use crate::publish::Owner;

/// The name of the manifest's object below the target's prefix.
pub(super) const NAME: &str = ".patchfeed/deployed.json";

/// The form that is written here. A newer one isn't understood.
const VERSION: u32 = 1;

/// What is in a storage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ObjectManifest {
    /// The form of the manifest.
    version: u32,
    /// The newsletter's title.
    pub(super) title: String,
    /// The newsletter's address.
    pub(super) address: String,
    /// The address that the site is served under.
    pub(super) base_url: String,
    /// The digests of the objects that are there, by their paths.
    pub(super) objects: BTreeMap<String, String>,
    /// The objects that may be as they are to be, or not: those that a run has begun to write, with their new digests, or to delete. The digest is
    /// empty if the bytes alone wouldn't tell which of two it is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) doubtful: BTreeMap<String, Option<String>>,
    /// The paths at which somebody else's objects stay.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) left: BTreeSet<String>,
    /// The paths whose addresses caches haven't been told of yet.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) unpurged: BTreeSet<String>,
}

impl ObjectManifest {
    /// The manifest of a site, without an object.
    pub(super) fn of(owner: &Owner) -> Self {
        let Owner { title, address, base_url } = owner.clone();
        Self { version: VERSION, title, address, base_url, ..Self::default() }
    }

    /// Reads a manifest's bytes.
    ///
    /// # Errors
    /// Bytes that are none, in words.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        const ADVICE: &str = "check the address of the storage, or delete this object, and deploy with --force";
        let value: serde_json::Value =
            serde_json::from_slice(bytes).map_err(|_| format!("this isn't a list of what was deployed; {ADVICE}"))?;
        let version = value.get("version").and_then(serde_json::Value::as_u64);
        if version.is_some_and(|version| version > VERSION.into()) {
            return Err("a newer patchfeed has deployed here; use that one".to_owned());
        }
        let mut manifest: Self = serde_json::from_value(value)
            .map_err(|err| format!("this list of what was deployed is damaged ({err}); {ADVICE}"))?;
        manifest.objects.retain(|path, _| is_of_site(path));
        manifest.doubtful.retain(|path, _| is_of_site(path));
        Ok(manifest)
    }

    /// Makes all objects doubtful: somebody may have changed them.
    pub(super) fn doubt(&mut self) {
        let objects = std::mem::take(&mut self.objects);
        for (path, digest) in objects {
            self.doubtful.entry(path).or_insert(Some(digest));
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("strings are JSON");
        bytes.push(b'\n');
        bytes
    }

    /// Whether patchfeed has put an object there, or has begun to.
    pub(super) fn has(&self, path: &str) -> bool {
        self.objects.contains_key(path) || self.doubtful.contains_key(path)
    }

    /// What `object` is listed with before it is written. `is_told` says whether its bytes tell it from what is there.
    pub(super) fn begin(&mut self, object: &SiteObject, is_told: bool) {
        self.objects.remove(&object.path);
        let digest = if is_told { object.digest.clone() } else { String::new() };
        self.doubtful.insert(object.path.clone(), Some(digest));
    }

    /// What is at a path is somebody else's.
    pub(super) fn forget(&mut self, path: &str) {
        self.doubtful.remove(path);
        self.unpurged.remove(path);
    }

    /// An object is there as it is to be.
    pub(super) fn end(&mut self, object: &SiteObject) {
        self.doubtful.remove(&object.path);
        self.objects.insert(object.path.clone(), object.digest.clone());
    }

    /// The paths of the objects that are to stay, if nothing else is said.
    pub(super) fn staying(&self) -> Vec<&str> {
        let begun = self.doubtful.iter().filter(|(_, digest)| digest.is_some()).map(|(path, _)| path);
        self.objects.keys().chain(begun).map(String::as_str).collect()
    }

    /// The paths of all objects that may be there.
    pub(super) fn paths(&self) -> BTreeSet<&str> {
        self.objects.keys().chain(self.doubtful.keys()).map(String::as_str).collect()
    }
}

/// Whether a path may be one of a site's objects: none of patchfeed's own, and none that leads elsewhere.
fn is_of_site(path: &str) -> bool {
    !path.split('/').any(|part| part.is_empty() || part.starts_with('.'))
}
