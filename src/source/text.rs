//! A text that a source has found.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::document::{Document, decode};
use crate::error::Error;

/// The name of the text from standard input.
pub(super) const STDIN: &str = "<stdin>";

/// A text that a source has found. A file isn't read until [`Text::read`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The name shown to the user: the path as given, `REPOSITORY/FOLDER/FILE` for a git repository, the address for the
    /// web, or `<stdin>`.
    pub name: String,
    /// Where the bytes are.
    pub(super) at: At,
}

/// Where the bytes of a text are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum At {
    File(PathBuf),
    Memory(Vec<u8>),
}

impl Text {
    /// A text that is already in memory.
    pub fn new(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), at: At::Memory(bytes) }
    }

    /// Reads and decodes the text. The diagnostics say what [`decode`] had to repair.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn read(&self) -> Result<(Document, Vec<Diagnostic>), Error> {
        let bytes = match &self.at {
            At::Memory(bytes) => bytes.clone(),
            At::File(path) => std::fs::read(path).map_err(|err| Error::at(Path::new(&self.name), &err))?,
        };
        Ok(decode(&self.name, bytes))
    }

    /// What two texts have in common if they are the same one, whatever their names: the real path of the file.
    pub(super) fn identity(&self) -> PathBuf {
        match &self.at {
            At::File(path) => path.canonicalize().unwrap_or_else(|_| path.clone()),
            At::Memory(_) => PathBuf::from(&self.name),
        }
    }
}

/// Reads standard input to its end.
///
/// # Errors
/// Standard input can't be read.
pub(super) fn stdin() -> Result<Text, Error> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|err| Error::at(Path::new(STDIN), &err))?;
    Ok(Text::new(STDIN, bytes))
}
