//! A text that a source has found.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use url::Url;

use crate::diagnostic::Diagnostic;
use crate::document::{Document, decode};
use crate::error::Error;
use crate::files;
use crate::net::TooLarge;

/// The name of the text from standard input.
pub(super) const STDIN: &str = "<stdin>";

/// A text that a source has found. A file isn't read until [`Text::read`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The name shown to the user: the path as given, `REPOSITORY/FOLDER/FILE` for a git repository, the address for the
    /// web, or `<stdin>`.
    pub name: String,
    /// The date of the newest commit, if it comes from a git repository.
    pub(super) committed: Option<DateTime<Utc>>,
    /// The page of its file, if it comes from a repository at a forge.
    pub(super) page: Option<Url>,
    /// The date of the commit that first added it, if its history is known.
    pub(super) added: Option<DateTime<Utc>>,
    /// Where the bytes are.
    pub(super) at: At,
}

/// The texts of some sources.
#[derive(Debug, Default)]
pub struct FoundTexts {
    /// The texts, in the order of the sources, and by path within each source.
    pub texts: Vec<Text>,
    /// The texts in folders for drafts, which are left out.
    pub drafts: Vec<Text>,
    /// One line for each source that failed and was replaced by its last good copy, and for each pipe, socket or device that
    /// was passed by: `https://…: no answer in 60 s; using the copy from 2024-01-01 10:00 UTC`.
    pub notices: Vec<String>,
}

/// Where the bytes of a text are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum At {
    /// A file, which is read later, and must not be larger than the limit then.
    File {
        path: PathBuf,
        limit: u64,
    },
    Memory(Vec<u8>),
}

impl Text {
    /// A text that is already in memory.
    pub fn new(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), committed: None, added: None, page: None, at: At::Memory(bytes) }
    }

    /// Reads and decodes the text; none if it is in an encoding that isn't read. The diagnostics say what [`decode`] had to repair.
    ///
    /// # Errors
    /// A file that can't be read, that isn't a regular file any more, or that is too large.
    pub fn read(&self) -> Result<(Option<Document>, Vec<Diagnostic>), Error> {
        let bytes = match &self.at {
            At::Memory(bytes) => bytes.clone(),
            At::File { path, limit } => files::read(path, *limit).map_err(|err| self.unreadable(&err, *limit))?,
        };
        let (mut document, diagnostics) = decode(&self.name, bytes);
        if let Some(document) = &mut document {
            document.committed = self.committed;
            document.page.clone_from(&self.page);
            document.added = self.added;
        }
        Ok((document, diagnostics))
    }

    fn unreadable(&self, err: &io::Error, limit: u64) -> Error {
        let name = Path::new(&self.name);
        if err.kind() == io::ErrorKind::FileTooLarge { Error::at(name, &TooLarge(limit)) } else { Error::at(name, err) }
    }

    /// What two texts have in common if they are the same one, whatever their names: the real path of the file.
    pub(super) fn identity(&self) -> PathBuf {
        match &self.at {
            At::File { path, .. } => path.canonicalize().unwrap_or_else(|_| path.clone()),
            At::Memory(_) => PathBuf::from(&self.name),
        }
    }
}

/// Reads standard input to its end.
///
/// # Errors
/// Standard input can't be read, or holds more bytes than the limit.
pub(super) fn stdin(limit: u64) -> Result<Text, Error> {
    let mut bytes = Vec::new();
    let read = io::stdin().take(limit.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|err| Error::at(Path::new(STDIN), &err))?;
    if bytes.len() as u64 > limit {
        Err(Error::new(STDIN, TooLarge(limit).to_string()))
    } else {
        Ok(Text::new(STDIN, bytes))
    }
}
