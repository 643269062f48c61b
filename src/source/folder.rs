//! Issues in files.

use std::ffi::OsStr;
use std::path::Path;

use glob::MatchOptions;
use walkdir::WalkDir;

use super::{At, Text};
use crate::diagnostic::Error;

/// The issues of a file, or of a folder with all below it (`.md` and `.markdown`, hidden ones passed by), in the order
/// of their paths, whatever the file system's.
///
/// # Errors
/// A path that can't be read, and a folder that holds no such file.
pub fn texts(source: &Path) -> Result<Vec<Text>, Error> {
    let mut texts = Vec::new();
    for entry in WalkDir::new(source)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.'))
    {
        let entry = match entry {
            Ok(entry) => entry,
            Err(err) if err.loop_ancestor().is_some() => continue, // what it leads to is found already
            Err(err) => {
                let path = err.path().unwrap_or(source).to_owned();
                let cause = err.into_io_error().map_or_else(|| "can't be read".to_owned(), |err| err.to_string());
                return Err(Error::at(&path, &cause));
            }
        };
        if !entry.file_type().is_dir() && (entry.depth() == 0 || is_markdown(entry.path())) {
            texts.push(text(entry.path()));
        }
    }
    if texts.is_empty() {
        return Err(Error::at(source, &"no issue here: no file of the folder ends in .md or .markdown"));
    }
    Ok(texts)
}

/// The issues whose paths match a pattern, in the order of their paths: `*` and `?` stand for what is between two `/`,
/// `**` for any folders. What is hidden matches only a pattern that says so.
///
/// # Errors
/// A pattern that means nothing, a folder that can't be read, and a pattern that no issue matches.
pub fn matches(pattern: &str) -> Result<Vec<Text>, Error> {
    let options = MatchOptions { require_literal_leading_dot: true, ..MatchOptions::new() };
    let paths = glob::glob_with(pattern, options).map_err(|err| Error::at(Path::new(pattern), &err))?;
    let mut found = Vec::new();
    for path in paths {
        let path = path.map_err(|err| Error::at(err.path(), err.error()))?;
        if path.is_file() && is_markdown(&path) {
            found.push(path);
        }
    }
    found.sort();
    found.dedup();
    if found.is_empty() {
        return Err(Error::at(Path::new(pattern), &"no .md or .markdown file matches"));
    }
    Ok(found.iter().map(|path| text(path)).collect())
}

fn text(path: &Path) -> Text {
    Text { name: path.to_string_lossy().into_owned(), at: At::File(path.to_owned()) }
}

fn is_markdown(path: &Path) -> bool {
    let ending = path.extension().map(OsStr::to_ascii_lowercase);
    ending.is_some_and(|ending| ending == "md" || ending == "markdown")
}
