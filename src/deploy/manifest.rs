//! The list of the objects that patchfeed has put into a storage, kept there itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

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
    /// The objects that may be as they are to be, or not: those that a run has begun to write, with their new digests, or to delete.
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
        let manifest: Self = serde_json::from_slice(bytes).map_err(|err| {
            format!("this list of what was deployed is damaged ({err}); delete it, and deploy with --force")
        })?;
        if manifest.version > VERSION {
            return Err("a newer patchfeed has deployed here; use that one".to_owned());
        }
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

    /// The paths of all objects that may be there.
    pub(super) fn paths(&self) -> BTreeSet<&str> {
        self.objects.keys().chain(self.doubtful.keys()).map(String::as_str).collect()
    }
}
