//! The list of the files that patchfeed made.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::error::Error;

/// The manifest as the last run left it: paths below the site's folder, one per line, sorted.
#[derive(Debug)]
pub(super) struct Manifest {
    file: PathBuf,
    text: String,
}

impl Manifest {
    /// Reads a manifest. A file that doesn't exist is an empty manifest.
    pub(super) fn read(file: &Path) -> Result<Self, Error> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(err) if err.kind() == io::ErrorKind::NotFound => String::new(),
            Err(err) => return Err(Error::at(file, &err)),
        };
        Ok(Self { file: file.to_owned(), text })
    }

    /// The paths that the last run listed.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// Lists `paths` in the file instead, unless they are what the last run listed.
    pub(super) fn replace(&self, paths: &[&str]) -> Result<(), Error> {
        if self.paths().eq(paths.iter().copied()) {
            return Ok(());
        }
        let text: String = paths.iter().flat_map(|path| [*path, "\n"]).collect();
        let new = self.file.with_extension("new");
        fs::write(&new, text).map_err(|err| Error::at(&new, &err))?;
        fs::rename(&new, &self.file).map_err(|err| Error::at(&self.file, &err))
    }
}
