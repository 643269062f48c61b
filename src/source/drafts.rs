//! Folders for drafts: `drafts`, and `_drafts` as Jekyll has it.

use std::path::{Component, Path};

/// The first folder on a way that is for drafts, by its name; what stands at the end of the way is no folder.
pub(super) fn draft_folder(path: &Path) -> Option<&str> {
    let folders = path.parent()?.components().filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    folders.into_iter().find(|name| ["drafts", "_drafts"].iter().any(|known| name.eq_ignore_ascii_case(known)))
}
