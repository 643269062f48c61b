//! A repository in the cache, and the copies made of its commits.

use std::fs;
use std::path::{Path, PathBuf};

use super::command::{Git, git};
use super::remote::Remote;
use super::trouble::Trouble;
use crate::source::access::Access;
use crate::source::cache::Cache;

/// The file that names the commit of the last good copy.
const CURRENT: &str = "current";
/// The reference, in the cached repository, to the commit that was fetched last.
const HEAD: &str = "refs/patchfeed/head";
/// The file that marks a repository as one that fetches all blobs.
const WHOLE: &str = "whole";
/// Each update adds packs. A repository with more than this is made anew.
const PACKS: usize = 50;

/// A repository in the cache.
pub(super) struct Repository<'a> {
    pub(super) folder: PathBuf,
    /// The cache that holds the repository and the copies.
    pub(super) cache: &'a Cache,
    /// Where to fetch from.
    pub(super) remote: &'a Remote,
    pub(super) access: &'a Access,
}

/// The file whose modification time is the age of the last good copy.
pub(super) fn stamp(cache: &Cache) -> PathBuf {
    cache.folder.join(CURRENT)
}

/// The commit of the last good copy, if there is one.
pub(super) fn current(cache: &Cache) -> Option<String> {
    let commit = fs::read_to_string(stamp(cache)).ok()?.trim().to_owned();
    (is_commit(&commit) && cache.folder.join(&commit).is_dir()).then_some(commit)
}

/// Whether a name has the form of a commit id, SHA-1 or SHA-256.
fn is_commit(name: &str) -> bool {
    matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Repository<'_> {
    fn git(&self) -> Git<'_> {
        git(&self.folder, self.remote, self.access)
    }

    /// Fetches the newest commit, makes a copy of its issues the last good one, and gives the commit's id. A repository
    /// that has to be made for this fetches all blobs if it is to be `whole`.
    ///
    /// # Errors
    /// Any [`Trouble`].
    pub(super) fn refresh(&self, whole: bool) -> Result<String, Trouble> {
        let packs = fs::read_dir(self.folder.join("objects/pack")).map_or(0, |files| files.count() / 2);
        if !self.folder.join("HEAD").is_file() || packs > PACKS {
            self.make(whole)?;
        }
        let commit = self.fetch()?;
        if !self.cache.folder.join(&commit).is_dir() {
            self.copy(&commit)?;
        }
        let before = current(self.cache);
        self.cache.write(CURRENT, commit.as_bytes()).map_err(|err| Trouble::Local(err.to_string()))?;
        if let Some(before) = before.filter(|before| *before != commit) {
            self.remove_copies_except(&[&commit, &before])?;
        }
        Ok(commit)
    }

    /// Makes an empty repository that checks out nothing but issues, byte for byte.
    fn make(&self, whole: bool) -> Result<(), Trouble> {
        remove(&self.folder)?;
        self.git().args(["init", "--quiet", "--bare", "--template="]).run()?;
        let info = self.folder.join("info");
        fs::create_dir_all(&info).map_err(|err| Trouble::local(&info, &err))?;
        self.write("info/sparse-checkout", "*.[mM][dD]\n*.[mM][aA][rR][kK][dD][oO][wW][nN]\n")?;
        self.write("info/attributes", "* -text -eol -ident -filter -working-tree-encoding\n")?;
        if whole { self.write(WHOLE, "") } else { Ok(()) }
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Trouble> {
        let path = self.folder.join(name);
        fs::write(&path, text).map_err(|err| Trouble::local(&path, &err))
    }

    /// Fetches what the repository lacks of the newest commit, and gives the commit's id.
    fn fetch(&self) -> Result<String, Trouble> {
        let refspec = format!("+{}:{HEAD}", self.remote.reference.as_deref().unwrap_or("HEAD"));
        let options = ["--progress", "--force", "--no-tags", "--no-recurse-submodules", "--depth=1"];
        let filter = (!self.folder.join(WHOLE).exists()).then_some("--filter=blob:none");
        self.git().arg("fetch").args(options).args(filter).args(["--", "origin", &refspec]).run()?;
        let commit = self.git().args(["rev-parse", "--verify", &format!("{HEAD}^{{commit}}")]).run()?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        if is_commit(&commit) {
            Ok(commit)
        } else {
            Err(Trouble::Failed(format!("fatal: {commit:?} is not a commit id")))
        }
    }

    /// Writes the issues of a commit into a folder of their own, fetching the blobs that are missing. Leaves out symbolic
    /// links, which could lead anywhere on this machine.
    fn copy(&self, commit: &str) -> Result<(), Trouble> {
        let tree = format!("{commit}:{}", self.remote.folder);
        let listed = self.git().args(["ls-tree", "-r", "-z", &tree]).run().map_err(|trouble| match trouble {
            Trouble::Failed(_) if !self.remote.folder.is_empty() => Trouble::NoFolder,
            trouble => trouble,
        })?;
        let new = self.cache.folder.join("new");
        let index = self.cache.folder.join("index");
        remove(&new)?;
        fs::create_dir_all(&new).map_err(|err| Trouble::local(&new, &err))?;
        let _ = fs::remove_file(&index);
        self.git().work_tree(&new, &index).args(["read-tree", "-m", "-u", &tree]).patient().run()?;
        let _ = fs::remove_file(&index);
        for entry in String::from_utf8_lossy(&listed).split('\0') {
            if let Some((_, link)) = entry.split_once('\t').filter(|_| entry.starts_with("120000 ")) {
                let _ = fs::remove_file(new.join(link)); // git has written the link's target as text
            }
        }
        let target = self.cache.folder.join(commit);
        fs::rename(&new, &target).map_err(|err| Trouble::local(&target, &err))
    }

    fn remove_copies_except(&self, kept: &[&str]) -> Result<(), Trouble> {
        for entry in fs::read_dir(&self.cache.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_commit(&name) && !kept.contains(&name.as_str()) {
                remove(&entry.path())?;
            }
        }
        Ok(())
    }
}

/// Removes a folder if it exists.
///
/// # Errors
/// The file system fails.
pub(super) fn remove(folder: &Path) -> Result<(), Trouble> {
    match fs::remove_dir_all(folder) {
        Err(err) if err.kind() != std::io::ErrorKind::NotFound => Err(Trouble::local(folder, &err)),
        _ => Ok(()),
    }
}
