//! When the files of a work tree were added.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::command::{Git, in_work_tree};
use super::history;
use crate::net::Access;

/// When files were added to the repositories whose work trees they are in.
#[derive(Debug, Default)]
pub struct Added {
    /// When the commit was made that first added each, by the paths that were asked for. What git doesn't know isn't there.
    pub dates: HashMap<String, DateTime<Utc>>,
    /// What users should know: a history that isn't here as a whole.
    pub notices: Vec<String>,
}

/// When the files with these paths were added, as far as they are in git work trees whose whole history is here.
pub(crate) fn added(paths: &[&str], access: &Access) -> Added {
    let real: Vec<(&str, PathBuf)> =
        paths.iter().filter_map(|path| Some((*path, Path::new(path).canonicalize().ok()?))).collect();
    let folders: HashSet<&Path> = real.iter().filter_map(|(_, path)| path.parent()).collect();
    let mut folders: Vec<&Path> = folders.into_iter().collect();
    folders.sort_unstable();
    let mut trees: Vec<PathBuf> = Vec::new();
    let mut found = Added::default();
    for folder in folders {
        if trees.iter().any(|tree| folder.starts_with(tree)) {
            continue;
        }
        let Some(tree) = tree_of(folder, access) else { continue };
        let git = || -> Git { in_work_tree(&tree, access) };
        if history::is_whole(&git) {
            let added = history::added(&git, "HEAD");
            let dates = real.iter().filter_map(|(path, real)| {
                let seconds = added.get(real.strip_prefix(&tree).ok()?.to_str()?)?;
                Some(((*path).to_owned(), DateTime::from_timestamp(*seconds, 0)?))
            });
            found.dates.extend(dates);
        } else {
            let tree = tree.display();
            found.notices.push(format!(
                "{tree}: only a part of its history is here, which doesn't tell when issues were added; run git fetch --unshallow"
            ));
        }
        trees.push(tree);
    }
    found
}

/// The work tree that a folder is in.
fn tree_of(folder: &Path, access: &Access) -> Option<PathBuf> {
    let said = in_work_tree(folder, access).args(["rev-parse", "--show-toplevel"]).run().ok()?;
    let tree = PathBuf::from(String::from_utf8_lossy(&said).trim_end_matches('\n'));
    // Older versions of git take files that anybody added for a repository; none of them can be named `.git`.
    tree.join(".git").exists().then_some(tree)
}
