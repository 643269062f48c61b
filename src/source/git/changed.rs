//! Which files of a work tree a change touches.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::command::in_work_tree;
use super::trouble::Trouble;
use crate::error::Error;
use crate::net::Access;

/// Of files in git work trees, those that differ from a revision, or that git doesn't know yet; by their real paths.
///
/// # Errors
/// Files none of which is in a work tree; a revision that doesn't exist there; a machine without git.
pub(crate) fn changed(files: &[&Path], revision: &str, access: &Access) -> Result<HashSet<PathBuf>, Error> {
    let folders: HashSet<PathBuf> =
        files.iter().filter_map(|file| Some(file.canonicalize().ok()?.parent()?.into())).collect();
    let mut trees: HashSet<PathBuf> = HashSet::new();
    for folder in folders {
        if !trees.iter().any(|tree| folder.starts_with(tree)) {
            let tree = git(&folder, &["rev-parse", "--show-toplevel"], access);
            let tree = tree.ok().map(|tree| PathBuf::from(tree.trim_end_matches('\n')));
            // Older versions of git take files that anybody added for a repository; none of them can be named `.git`.
            let tree = tree.filter(|tree| tree.join(".git").exists());
            trees.insert(
                tree.ok_or_else(|| {
                    Error::at(&folder, &"--since needs issues in a git repository, and this is in none")
                })?,
            );
        }
    }
    if trees.is_empty() {
        return Err(Error::new("--since", "this needs issues in files in a git repository"));
    }
    let mut changed = HashSet::new();
    for tree in trees {
        let diff = ["diff", "--name-only", "--no-renames", "-z", revision, "--"];
        let tracked = git(&tree, &diff, access).map_err(|trouble| unknown(&tree, revision, trouble))?;
        let untracked = git(&tree, &["ls-files", "--others", "--exclude-standard", "-z"], access)
            .map_err(|trouble| unknown(&tree, revision, trouble))?;
        let paths = [&tracked, &untracked].into_iter().flat_map(|paths| paths.split('\0'));
        changed.extend(paths.filter(|path| !path.is_empty()).filter_map(|path| tree.join(path).canonicalize().ok()));
    }
    Ok(changed)
}

fn git(folder: &Path, arguments: &[&str], access: &Access) -> Result<String, Trouble> {
    let printed = in_work_tree(folder, access).args(arguments).run()?;
    Ok(String::from_utf8_lossy(&printed).into_owned())
}

fn unknown(tree: &Path, revision: &str, trouble: Trouble) -> Error {
    match trouble {
        Trouble::NoGit => Error::at(tree, &"git is not installed"),
        Trouble::Failed(said) if said.contains("bad revision") || said.contains("unknown revision") => Error::at(
            tree,
            &format!(
                "git knows no revision {revision:?}; name a commit, a branch or a tag that is here, or fetch it first (`git fetch`)"
            ),
        ),
        Trouble::Failed(said) => Error::at(tree, &format!("git failed: {}", said.trim())),
        Trouble::NoFolder => Error::at(tree, &"there is no such folder"),
        Trouble::TimedOut(cause) | Trouble::NoBlobs(cause) | Trouble::Unfit(cause) | Trouble::Local(cause) => {
            Error::at(tree, &cause)
        }
    }
}
