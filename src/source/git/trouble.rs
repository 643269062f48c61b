//! What can go wrong in a run of git.

use std::path::Path;

/// Why git gave no result.
#[derive(Debug)]
pub(super) enum Trouble {
    /// git isn't installed.
    NoGit,
    /// The repository has no such folder.
    NoFolder,
    /// The run took too long, in words for the user.
    TimedOut(String),
    /// git failed and printed this to standard error.
    Failed(String),
    /// This machine failed, in words for the user.
    Local(String),
}

impl Trouble {
    /// A failure of the file system at a path.
    pub(super) fn local(path: &Path, err: &std::io::Error) -> Self {
        Self::Local(format!("{}: {err}", path.display()))
    }
}
