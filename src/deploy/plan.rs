//! What a deploy has to do.

use std::collections::BTreeMap;

use super::manifest::ObjectManifest;
use super::object::SiteObject;
use super::settled::Settled;
use super::step::Step;

/// One thing that a deploy does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlannedChange {
    /// An object is put where none is.
    Create(String),
    /// An object is replaced.
    Replace(String),
    /// An object that the site has no more is deleted.
    Delete(String),
}

/// What a deploy has to do.
#[derive(Debug, Default)]
pub(super) struct DeployPlan<'a> {
    /// The objects that are put where none are, by step.
    pub(super) new: BTreeMap<Step, Vec<&'a SiteObject>>,
    /// The objects that are replaced, by step.
    pub(super) changed: BTreeMap<Step, Vec<&'a SiteObject>>,
    /// The paths of the objects that are deleted.
    pub(super) deleted: Vec<String>,
    /// How many objects stay as they are.
    pub(super) unchanged: usize,
}

impl<'a> DeployPlan<'a> {
    /// What makes the objects that `manifest` lists those of the site, if `settled` is what a look into the storage has told besides.
    pub(super) fn new(objects: &'a [SiteObject], manifest: &ObjectManifest, settled: &Settled) -> Self {
        let mut plan = Self::default();
        for object in objects {
            let is_certain = !manifest.doubtful.contains_key(&object.path);
            let known = manifest.objects.get(&object.path);
            let is_there = settled.is_there(&object.path, manifest);
            if is_there && is_certain && known == Some(&object.digest) || settled.has(&object.path) {
                plan.unchanged += 1;
            } else {
                // What a run that was cut off has begun may not be there, whatever the manifest lists.
                let changes = if is_there { &mut plan.changed } else { &mut plan.new };
                changes.entry(object.step()).or_default().push(object);
            }
        }
        let has = |path: &str| objects.binary_search_by(|object| object.path.as_str().cmp(path)).is_ok();
        plan.deleted = manifest.paths().into_iter().filter(|path| !has(path)).map(str::to_owned).collect();
        plan
    }

    pub(super) fn is_empty(&self) -> bool {
        self.uploads().next().is_none() && self.deleted.is_empty()
    }

    /// The objects that go up, in their order.
    pub(super) fn uploads(&self) -> impl Iterator<Item = &'a SiteObject> {
        self.new.values().chain(self.changed.values()).flatten().copied()
    }

    /// What is done, in its order.
    pub(super) fn changes(&self) -> Vec<PlannedChange> {
        let of_new = self.new.values().flatten().map(|object| PlannedChange::Create(object.path.clone()));
        let of_changed = self.changed.values().flatten().map(|object| PlannedChange::Replace(object.path.clone()));
        of_new.chain(of_changed).chain(self.deleted.iter().cloned().map(PlannedChange::Delete)).collect()
    }
}
