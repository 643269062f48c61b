//! A repository in the cache, and the copies made of its commits.

use std::fs;
use std::path::{Path, PathBuf};

use super::remote::Remote;
use super::run::{Git, Trouble, git};
use crate::source::Options;
use crate::source::cache::Cache;

/// The file that names the commit of the last good copy.
const CURRENT: &str = "current";
/// The name, in the repository, of what the branch or tag was when it was last asked for.
const HEAD: &str = "refs/patchfeed/head";
/// The file in a repository that gets every blob.
const WHOLE: &str = "whole";
/// Each update leaves packs behind; a repository with more of them than this is better made anew.
const PACKS: usize = 50;

/// A repository in the cache.
pub struct Repository<'a> {
    /// Its folder.
    pub folder: PathBuf,
    /// The cache that it is in, and the copies are.
    pub cache: &'a Cache,
    /// Where it comes from.
    pub remote: &'a Remote,
    /// How that is asked.
    pub options: &'a Options,
}

/// The file whose time is that of the last good copy.
pub fn stamp(cache: &Cache) -> PathBuf {
    cache.folder.join(CURRENT)
}

/// The commit of the last good copy, if there is one.
pub fn current(cache: &Cache) -> Option<String> {
    let commit = fs::read_to_string(stamp(cache)).ok()?.trim().to_owned();
    (is_commit(&commit) && cache.folder.join(&commit).is_dir()).then_some(commit)
}

fn is_commit(name: &str) -> bool {
    matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Repository<'_> {
    fn git(&self) -> Git {
        git(&self.folder, self.remote, self.options)
    }

    /// Makes the repository, empty, if it isn't there or has grown too much: one that checks out issues alone, as they
    /// are, and that is sent every blob only if it is to be `whole`.
    ///
    /// # Errors
    /// No git, a folder that can't be written.
    pub fn make(&self, whole: bool) -> Result<(), Trouble> {
        let packs = fs::read_dir(self.folder.join("objects/pack")).map_or(0, |files| files.count() / 2);
        if self.folder.join("HEAD").is_file() && packs <= PACKS {
            return Ok(());
        }
        remove(&self.folder)?;
        self.git().args(["init", "--quiet", "--bare", "--template="]).run()?;
        let write = |name: &str, text: &str| {
            let path = self.folder.join(name);
            fs::write(&path, text).map_err(|err| Trouble::world(&path, &err))
        };
        let info = self.folder.join("info");
        fs::create_dir_all(&info).map_err(|err| Trouble::world(&info, &err))?;
        write("info/sparse-checkout", "*.[mM][dD]\n*.[mM][aA][rR][kK][dD][oO][wW][nN]\n")?;
        write("info/attributes", "* -text -eol -ident -filter -working-tree-encoding\n")?;
        if whole { write(WHOLE, "") } else { Ok(()) }
    }

    /// Fetches the newest commit, without what is here already, and makes a copy of its issues, which becomes the current
    /// one. Gives the commit.
    ///
    /// # Errors
    /// Everything that can go wrong.
    pub fn update(&self) -> Result<String, Trouble> {
        let what = format!("+{}:{HEAD}", self.remote.reference.as_deref().unwrap_or("HEAD"));
        let how = ["--progress", "--force", "--no-tags", "--no-recurse-submodules", "--depth=1"];
        let filter = (!self.folder.join(WHOLE).exists()).then_some("--filter=blob:none");
        self.git().arg("fetch").args(how).args(filter).args(["--", "origin", &what]).run()?;
        let commit = self.git().args(["rev-parse", "--verify", &format!("{HEAD}^{{commit}}")]).run()?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        if !is_commit(&commit) {
            return Err(Trouble::Said(format!("fatal: {commit:?} is no commit")));
        }
        if !self.cache.folder.join(&commit).is_dir() {
            self.copy(&commit)?;
        }
        let before = current(self.cache);
        self.cache.write(CURRENT, commit.as_bytes()).map_err(|err| Trouble::World(err.to_string()))?;
        if let Some(before) = before.filter(|before| *before != commit) {
            for entry in fs::read_dir(&self.cache.folder).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                if is_commit(&name) && name != commit && name != before {
                    remove(&entry.path())?;
                }
            }
        }
        Ok(commit)
    }

    /// Writes the issues of a commit into a folder of their own. Blobs that are missing are fetched. Where the repository
    /// has a symbolic link, nothing is written: it may lead anywhere.
    fn copy(&self, commit: &str) -> Result<(), Trouble> {
        let tree = format!("{commit}:{}", self.remote.folder);
        let listed = self.git().args(["ls-tree", "-r", "-z", &tree]).run().map_err(|trouble| match trouble {
            Trouble::Said(_) if !self.remote.folder.is_empty() => Trouble::NoFolder,
            trouble => trouble,
        })?;
        let waiting = self.cache.folder.join("new");
        let index = self.cache.folder.join("index");
        remove(&waiting)?;
        fs::create_dir_all(&waiting).map_err(|err| Trouble::world(&waiting, &err))?;
        let _ = fs::remove_file(&index);
        self.git().work_tree(&waiting, &index).args(["read-tree", "-m", "-u", &tree]).patient().run()?;
        let _ = fs::remove_file(&index);
        for entry in String::from_utf8_lossy(&listed).split('\0') {
            if let Some((_, path)) = entry.split_once('\t').filter(|_| entry.starts_with("120000 ")) {
                let _ = fs::remove_file(waiting.join(path)); // git wrote the words of the link, if it is named as an issue
            }
        }
        let target = self.cache.folder.join(commit);
        fs::rename(&waiting, &target).map_err(|err| Trouble::world(&target, &err))
    }
}

/// Removes a folder, if it is there.
///
/// # Errors
/// Whatever the file system fails with.
pub fn remove(folder: &Path) -> Result<(), Trouble> {
    match fs::remove_dir_all(folder) {
        Err(err) if err.kind() != std::io::ErrorKind::NotFound => Err(Trouble::world(folder, &err)),
        _ => Ok(()),
    }
}
