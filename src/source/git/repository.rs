//! A repository in the cache, and the copies made of its commits.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::command::{Git, git};
use super::copy::{self, UnfinishedCopy};
use super::history;
use super::remote::Remote;
use super::run::size_of;
use super::tree::{self, Blob};
use super::trouble::Trouble;
use crate::files;
use crate::net::{Access, Cache, TooLarge, TooMuch};

/// The file that names the commit of the last good copy.
const CURRENT: &str = "current";
/// The reference, in the cached repository, to the commit that was fetched last.
const HEAD: &str = "refs/patchfeed/head";
/// The file that marks a repository as one that fetches all blobs.
const WHOLE: &str = "whole";
/// How much history to fetch: all of it, or the newest commit alone.
const DEPTHS: [&str; 2] = ["--depth=2147483647", "--depth=1"];
/// Each update adds packs. A repository with more than this, or with too large ones, is made anew.
const PACKS: usize = 50;
/// What git says of a folder that the commit doesn't have.
const NO_TREE: [&str; 2] = ["Not a valid object name", "not a tree object"];

/// What a repository is made to be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// Whether it fetches all blobs.
    pub(super) whole: bool,
    /// How it makes ids of objects: `sha1` or `sha256`, as the server does.
    pub(super) format: &'static str,
}

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

/// The commit that the last good copy is of, if there ever was one.
pub(super) fn current(cache: &Cache) -> Option<String> {
    let commit = files::read_text(&stamp(cache)).ok()??.trim().to_owned();
    is_commit(&commit).then_some(commit)
}

/// Whether a name has the form of a commit id, SHA-1 or SHA-256.
fn is_commit(name: &str) -> bool {
    matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Repository<'_> {
    fn git(&self) -> Git {
        git(&self.folder, self.remote, self.access)
    }

    /// Fetches the newest commit, makes a copy of its issues the last good one, and gives the commit's id. A repository
    /// that has to be made for this has a `form`.
    ///
    /// # Errors
    /// Any [`Trouble`].
    pub(super) fn refresh(&self, form: Form) -> Result<String, Trouble> {
        self.remove_parts();
        let folder = self.folder.join("objects/pack");
        let packs = fs::read_dir(&folder).map_or(0, |files| files.count() / 2);
        if !self.folder.join("HEAD").is_file() || packs > PACKS || size_of(&folder) > self.access.total() {
            self.make(form)?;
        }
        let commit = self.fetch().inspect_err(|_| self.remove_parts())?;
        let target = self.cache.folder.join(&commit);
        if copy::issues(&target, self.access.size).is_none() {
            let new = self.cache.folder.join("new");
            remove(&new)?;
            let copied = self.copy(&commit, &new).and_then(|()| {
                remove(&target)?;
                fs::rename(&new, &target).map_err(|err| Trouble::local(&target, &err))
            });
            copied.inspect_err(|_| {
                let _ = remove(&new);
            })?;
        }
        let before = current(self.cache);
        if before.as_ref() == Some(&commit) {
            self.cache.touch(CURRENT).map_err(|err| Trouble::Local(err.to_string()))?;
        } else {
            self.cache.write(CURRENT, commit.as_bytes()).map_err(|err| Trouble::Local(err.to_string()))?;
        }
        if let Some(before) = before.filter(|before| *before != commit) {
            self.remove_copies_except(&[&commit, &before])?;
        }
        Ok(commit)
    }

    /// Makes an empty repository.
    fn make(&self, form: Form) -> Result<(), Trouble> {
        remove(&self.folder)?;
        let default = format!("init.defaultObjectFormat={}", form.format); // the user's may be another
        let format = (form.format != "sha1").then(|| format!("--object-format={}", form.format)); // git before 2.29 has no choice
        let init = self.git().args(["-c", &default, "init", "--quiet", "--bare", "--template="]);
        init.args(format).run()?;
        if !form.whole {
            return Ok(());
        }
        let path = self.folder.join(WHOLE);
        fs::write(&path, "").map_err(|err| Trouble::local(&path, &err))
    }

    /// Removes the parts of packs that interrupted runs left.
    fn remove_parts(&self) {
        for file in fs::read_dir(self.folder.join("objects/pack")).into_iter().flatten().flatten() {
            if file.file_name().to_string_lossy().starts_with("tmp_") {
                let _ = fs::remove_file(file.path());
            }
        }
    }

    /// Fetches what the repository lacks of the newest commit, and gives the commit's id.
    fn fetch(&self) -> Result<String, Trouble> {
        let refspec = format!("+{}:{HEAD}", self.remote.reference.as_deref().unwrap_or("HEAD"));
        let options = ["--progress", "--force", "--no-tags", "--no-recurse-submodules"];
        let filter = (!self.folder.join(WHOLE).exists()).then_some("--filter=blob:none");
        // The history says when issues were added. They can be read without it, if it is too large.
        for depth in DEPTHS {
            let fetch = self.git().arg("fetch").args(options).arg(depth).args(filter).args(["--", "origin", &refspec]);
            match fetch.asks_server(self.access).run() {
                Err(Trouble::Unfit(_)) if depth == DEPTHS[0] => self.remove_parts(),
                Err(trouble) => return Err(trouble),
                Ok(_) => break,
            }
        }
        let commit = self.git().args(["rev-parse", "--verify", &format!("{HEAD}^{{commit}}")]).run()?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        if is_commit(&commit) {
            Ok(commit)
        } else {
            Err(Trouble::Failed(format!("fatal: {commit:?} is not a commit id")))
        }
    }

    /// Writes the issues of a commit into a new folder, fetching the blobs that are missing.
    fn copy(&self, commit: &str, folder: &Path) -> Result<(), Trouble> {
        let tree = format!("{commit}:{}", self.remote.folder);
        let issues = tree::issues(self.git(), &tree).map_err(|trouble| match trouble {
            Trouble::Failed(said) if NO_TREE.iter().any(|words| said.contains(words)) => Trouble::NoFolder,
            trouble => trouble,
        })?;
        let mut sizes = self.sizes(&issues)?;
        let missing: BTreeSet<&str> =
            issues.iter().map(|issue| &*issue.id).filter(|id| !sizes.contains_key(*id)).collect();
        if !missing.is_empty() {
            self.fetch_blobs(&missing)?;
            sizes = self.sizes(&issues)?;
        }
        self.check(&issues, &sizes)?;
        fs::create_dir_all(folder).map_err(|err| Trouble::local(folder, &err))?;
        copy::write_committed(folder, &self.git().args(["rev-list", "--timestamp", "--max-count=1", commit]).run()?)?;
        self.write(&issues, &history::added(&|| self.git(), commit), folder)
    }

    /// The sizes of those issues that are here, by their ids.
    fn sizes(&self, issues: &[Blob]) -> Result<HashMap<String, u64>, Trouble> {
        let wanted: HashSet<&str> = issues.iter().map(|issue| &*issue.id).collect();
        let mut sizes = HashMap::new();
        let mut rest = Vec::new();
        // Asked for objects by their ids, git would fetch each one that is missing by itself.
        let format = "--batch-check=%(objectname) %(objectsize)";
        self.git().args(["cat-file", format, "--batch-all-objects", "--unordered"]).each_piece(&mut |piece| {
            rest.extend_from_slice(piece);
            let whole = memchr::memrchr(b'\n', &rest).map_or(0, |end| end + 1);
            for line in String::from_utf8_lossy(&rest[..whole]).lines() {
                if let Some((id, size)) = line.split_once(' ').filter(|(id, _)| wanted.contains(id)) {
                    sizes.insert(id.to_owned(), size.parse().unwrap_or(u64::MAX));
                }
            }
            rest.drain(..whole);
            Ok(())
        })?;
        Ok(sizes)
    }

    /// Fetches blobs, all at once, as git itself does for what a repository without blobs lacks.
    fn fetch_blobs(&self, ids: &BTreeSet<&str>) -> Result<(), Trouble> {
        let options = ["--progress", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
        let fetch = self.git().args(["-c", "fetch.negotiationAlgorithm=noop", "fetch"]).args(options);
        let fetch = fetch.args(["--filter=blob:none", "--stdin", "origin"]);
        let fetched = fetch.input(self.input(ids.iter().copied())?).asks_server(self.access).run();
        fetched.map(|_| ()).inspect_err(|_| self.remove_parts()).map_err(|trouble| match trouble {
            Trouble::Failed(said) => Trouble::NoBlobs(said),
            trouble => trouble,
        })
    }

    /// Fails if an issue is missing or too large, or all of them together are.
    fn check(&self, issues: &[Blob], sizes: &HashMap<String, u64>) -> Result<(), Trouble> {
        let mut total: u64 = 0;
        for issue in issues {
            let size = *sizes
                .get(&issue.id)
                .ok_or_else(|| Trouble::NoBlobs(format!("fatal: the server didn't send {}", issue.path)))?;
            if size > self.access.size {
                return Err(Trouble::Unfit(format!("{} is {}", issue.path, TooLarge(self.access.size))));
            }
            total = total.saturating_add(size);
        }
        if total > self.access.total() {
            return Err(Trouble::Unfit(format!("its issues have {}", TooMuch(self.access.total()))));
        }
        Ok(())
    }

    /// Writes issues that are here, and not too large, into a folder.
    fn write(&self, issues: &[Blob], added: &HashMap<String, i64>, folder: &Path) -> Result<(), Trouble> {
        let mut copy = UnfinishedCopy::new(folder);
        let mut rest = Vec::new();
        let ids = self.input(issues.iter().map(|issue| &*issue.id))?;
        // `ID blob SIZE`, a line end, as many bytes, a line end
        self.git().args(["cat-file", "--batch"]).input(ids).each_piece(&mut |piece| {
            rest.extend_from_slice(piece);
            while let Some(end) = memchr::memchr(b'\n', &rest) {
                let head = String::from_utf8_lossy(&rest[..end]).into_owned();
                let size = head.rsplit_once(" blob ").and_then(|(_, size)| size.parse::<usize>().ok());
                let (Some(size), Some(issue)) = (size, issues.get(copy.len())) else {
                    return Err(Trouble::Failed(format!("fatal: {head}")));
                };
                let start = end + 1;
                if rest.len() <= start + size {
                    return Ok(());
                }
                let path = [self.remote.folder.trim_matches('/'), &issue.path].join("/");
                let added = added.get(path.trim_start_matches('/')).copied();
                copy.add(&issue.path, added, &rest[start..start + size])?;
                rest.drain(..=start + size);
            }
            Ok(())
        })?;
        if copy.len() < issues.len() {
            return Err(Trouble::Failed("fatal: git didn't show all issues".to_owned()));
        }
        copy.finish()
    }

    /// A file with a line for each id, for git to read.
    fn input<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Result<File, Trouble> {
        let path = self.folder.join("wanted");
        let lines: String = ids.flat_map(|id| [id, "\n"]).collect();
        let written = files::replace(&path, lines.as_bytes(), false).and_then(|()| File::open(&path));
        let _ = fs::remove_file(&path);
        written.map_err(|err| Trouble::local(&path, &err))
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

/// Removes whatever stands at a path.
///
/// # Errors
/// The file system fails.
pub(super) fn remove(path: &Path) -> Result<(), Trouble> {
    let removed = match path.symlink_metadata() {
        Ok(now) if now.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(err) => Err(err),
    };
    match removed {
        Err(err) if err.kind() != io::ErrorKind::NotFound => Err(Trouble::local(path, &err)),
        _ => Ok(()),
    }
}
