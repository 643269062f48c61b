//! Which files of a commit are issues. A tree may name other trees as often as it likes: a few kilobytes can list more files than
//! any memory holds.

use std::path::Path;

use super::command::Git;
use super::trouble::Trouble;
use crate::source::folder::is_markdown;

/// How many files and folders of a repository to look at.
const PATHS: usize = 100_000;
/// How long the list of them may be, in bytes.
const LENGTH: usize = 64 << 20;

/// A file of a commit.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Blob {
    /// Where it stands below the folder that is read, with `/`. Never used as a path of this machine.
    pub(super) path: String,
    pub(super) id: String,
}

/// The issues in a tree: all `.md` and `.markdown` files that aren't hidden, sorted by path. Links aren't files.
///
/// # Errors
/// Any [`Trouble`]; a tree that lists too much, and one without an issue.
pub(super) fn issues(git: Git, tree: &str) -> Result<Vec<Blob>, Trouble> {
    let mut issues = Vec::new();
    let (mut paths, mut length) = (0, 0);
    let mut rest = Vec::new();
    // With `-t`, a tree of trees without any file is listed too, and comes to an end here.
    git.args(["ls-tree", "-r", "-t", "-z", tree]).each_piece(&mut |piece| {
        rest.extend_from_slice(piece);
        length += piece.len();
        let whole = memchr::memrchr(0, &rest).map_or(0, |end| end + 1);
        for entry in rest[..whole].split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
            issues.extend(issue(&String::from_utf8_lossy(entry)));
            paths += 1;
        }
        rest.drain(..whole);
        if paths > PATHS || length > LENGTH {
            return Err(Trouble::Unfit(format!(
                "it has more than {PATHS} files and folders; add #:FOLDER to the address for one of its folders"
            )));
        }
        Ok(())
    })?;
    if issues.is_empty() {
        return Err(Trouble::Unfit("no issue here: no file in this folder ends in .md or .markdown".to_owned()));
    }
    issues.sort_by(|a, b| Path::new(&a.path).cmp(Path::new(&b.path)));
    Ok(issues)
}

/// The issue that an entry of a tree is, if it is one.
///
/// ```text
/// 100644 blob 0123abcd…⇥posts/2024-01-01.md
/// ~~~ a file, not a link or a submodule
/// ```
fn issue(entry: &str) -> Option<Blob> {
    let (head, path) = entry.split_once('\t')?;
    let id = head.strip_prefix("100")?.split(' ').nth(2)?;
    let is_shown = path.split('/').all(|name| !name.starts_with('.'));
    (is_shown && is_markdown(Path::new(path))).then(|| Blob { path: path.to_owned(), id: id.to_owned() })
}
