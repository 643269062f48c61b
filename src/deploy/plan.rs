//! What a deploy has to do.

use std::collections::BTreeMap;

use super::manifest::ObjectManifest;
use super::object::SiteObject;
use super::settled::Settled;
use crate::write::FORMATS;

/// The steps in which objects go up. What is in one leads to what is in those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// What pages are made of, and the archives.
    Archives,
    /// The pages, and the digests.
    Pages,
    /// The feeds.
    Feeds,
    /// The lists of feeds, the first page, the search.
    Lists,
}

impl Step {
    /// The steps in their order.
    pub(super) const ALL: [Self; 4] = [Self::Archives, Self::Pages, Self::Feeds, Self::Lists];

    /// When the turn of a file of the site is.
    pub(super) fn of(path: &str) -> Self {
        let (stem, ending) = path.rsplit_once('.').unwrap_or((path, ""));
        match ending {
            _ if path.starts_with("archive/") => Self::Archives,
            _ if path.starts_with("search/") || stem == "index" => Self::Lists,
            "css" | "svg" | "txt" => Self::Archives,
            "js" if stem != "search" => Self::Archives,
            "opml" => Self::Lists,
            _ if stem == "search" => Self::Lists,
            _ if FORMATS.iter().any(|format| format.extension == ending) && !is_digest(stem) => Self::Feeds,
            _ => Self::Pages,
        }
    }
}

fn is_digest(stem: &str) -> bool {
    stem == "digest" || stem.ends_with("-digest")
}

/// One thing that a deploy does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An object is put where none is.
    Create(String),
    /// An object is replaced.
    Replace(String),
    /// An object that the site has no more is deleted.
    Delete(String),
}

/// What a deploy has to do.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    /// The objects that are put where none are, by step.
    pub(super) new: BTreeMap<Step, Vec<&'a SiteObject>>,
    /// The objects that are replaced, by step.
    pub(super) changed: BTreeMap<Step, Vec<&'a SiteObject>>,
    /// The paths of the objects that are deleted.
    pub(super) deleted: Vec<String>,
    /// How many objects stay as they are.
    pub(super) unchanged: usize,
}

impl<'a> Plan<'a> {
    /// What makes the objects that `manifest` lists those of the site, if `settled` is what a look into the storage has told besides.
    pub(super) fn new(objects: &'a [SiteObject], manifest: &ObjectManifest, settled: &Settled) -> Self {
        let mut plan = Self::default();
        for object in objects {
            let is_certain = !manifest.doubtful.contains_key(&object.path);
            let known = manifest.objects.get(&object.path);
            if is_certain && known == Some(&object.digest) || settled.has(&object.path) {
                plan.unchanged += 1;
            } else {
                let is_new = !manifest.has(&object.path);
                let changes = if is_new { &mut plan.new } else { &mut plan.changed };
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
        Step::ALL.into_iter().flat_map(|step| self.batches(step)).flatten().copied()
    }

    /// What goes up in a step: all of the first before any of the second.
    pub(super) fn batches(&self, step: Step) -> [&[&'a SiteObject]; 2] {
        [&self.new, &self.changed].map(|by_step| by_step.get(&step).map_or(&[][..], Vec::as_slice))
    }

    /// What is done, in its order.
    pub(super) fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        for step in Step::ALL {
            let [new, changed] = self.batches(step);
            changes.extend(new.iter().map(|object| Change::Create(object.path.clone())));
            changes.extend(changed.iter().map(|object| Change::Replace(object.path.clone())));
        }
        changes.extend(self.deleted.iter().cloned().map(Change::Delete));
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_something_comes_after_it() {
        let order = [
            (
                Step::Archives,
                &["archive/all/1.atom", "archive/riscv/1.json", "pages.css", "pages.js", "favicon.svg", "robots.txt"][..],
            ),
            (
                Step::Pages,
                &["issue/45.html", "all.html", "riscv.html", "digest.atom", "riscv-digest.json", "issues.html"],
            ),
            (Step::Feeds, &["all.atom", "riscv.rss", "u-boot.json", "riscv-kvm.atom"]),
            (
                Step::Lists,
                &[
                    "feeds.opml",
                    "digests.opml",
                    "index.html",
                    "search.html",
                    "search.js",
                    "search.json",
                    "search/2023.json",
                ],
            ),
        ];
        for (step, paths) in order {
            for path in paths {
                assert_eq!(Step::of(path), step, "{path}");
            }
        }
    }
}
