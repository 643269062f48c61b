//! The errors that end a run: something outside the issues' texts failed.
//!
//! A defect in a text never ends a run; it is a [`crate::diagnostic::Diagnostic`].

use std::fmt;
use std::path::Path;

use crate::text;

/// A failure of a file, a folder, the disk, the network or the configuration. Displayed as `SUBJECT: CAUSE`.
#[derive(Debug)]
pub struct Error {
    /// What failed, in the user's terms: a path, a source or an option.
    pub subject: String,
    /// Why it failed and, where it isn't obvious, what to do about it.
    pub cause: String,
}

impl Error {
    /// An error about anything that has a name.
    pub fn new(subject: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { subject: subject.into(), cause: cause.into() }
    }

    /// An error about a path.
    pub fn at(path: &Path, cause: &dyn fmt::Display) -> Self {
        Self::new(path.display().to_string(), without_number(&cause.to_string()))
    }
}

/// What the operating system says, without its number (`(os error 2)`).
pub(crate) fn without_number(cause: &str) -> &str {
    cause.rsplit_once(" (os error ").map_or(cause, |(words, _)| words)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", text::shown(&self.subject).replace('\n', "\\n"), text::shown(&self.cause))
    }
}

impl std::error::Error for Error {}
