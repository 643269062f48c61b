//! What can go wrong in a run of git.

use std::fmt;
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
    /// The server didn't send blobs that were asked for by their ids, and git printed this to standard error.
    NoBlobs(String),
    /// What the repository holds can't be taken, in words for the user.
    Unfit(String),
    /// This machine failed, in words for the user.
    Local(String),
}

impl Trouble {
    /// A failure of the file system, or the like, at a path.
    pub(super) fn local(path: &Path, err: &dyn fmt::Display) -> Self {
        Self::Local(crate::error::Error::at(path, err).to_string())
    }
}
