//! Issues in files.

use std::ffi::OsStr;
use std::path::Path;

use glob::MatchOptions;
use walkdir::WalkDir;

use super::text::{At, Text};
use crate::error::Error;

/// The issue in a file, or those in a folder and everything below it: all `.md` and `.markdown` files that aren't hidden,
/// sorted by path.
///
/// # Errors
/// A path that can't be read, and a folder without such a file.
pub(super) fn texts(source: &Path) -> Result<Vec<Text>, Error> {
    let mut texts = Vec::new();
    for entry in WalkDir::new(source)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.'))
    {
        let entry = match entry {
            Ok(entry) => entry,
            Err(err) if err.loop_ancestor().is_some() => continue, // its target has been visited already
            Err(err) => return Err(unreadable(source, err)),
        };
        if !entry.file_type().is_dir() && (entry.depth() == 0 || is_markdown(entry.path())) {
            texts.push(text(entry.path()));
        }
    }
    if texts.is_empty() {
        return Err(Error::at(source, &"no issue here: no file in this folder ends in .md or .markdown"));
    }
    Ok(texts)
}

fn unreadable(source: &Path, err: walkdir::Error) -> Error {
    let path = err.path().unwrap_or(source).to_owned();
    match err.into_io_error() {
        Some(err) => Error::at(&path, &err),
        None => Error::at(&path, &"can't be read"),
    }
}

/// The issues whose paths match a glob pattern, sorted by path. `*` and `?` don't match `/`, `**` matches any number of
/// folders. A hidden file or folder matches only if the pattern spells out its dot.
///
/// # Errors
/// A malformed pattern, a folder that can't be read, and a pattern that matches no issue.
pub(super) fn matches(pattern: &str) -> Result<Vec<Text>, Error> {
    let options = MatchOptions { require_literal_leading_dot: true, ..MatchOptions::new() };
    let matches = glob::glob_with(pattern, options).map_err(|err| Error::at(Path::new(pattern), &err))?;
    let mut paths = Vec::new();
    for path in matches {
        let path = path.map_err(|err| Error::at(err.path(), err.error()))?;
        if path.is_file() && is_markdown(&path) {
            paths.push(path);
        }
    }
    paths.sort();
    paths.dedup();
    if paths.is_empty() {
        return Err(Error::at(Path::new(pattern), &"no .md or .markdown file matches"));
    }
    Ok(paths.iter().map(|path| text(path)).collect())
}

fn text(path: &Path) -> Text {
    Text { name: path.to_string_lossy().into_owned(), at: At::File(path.to_owned()) }
}

fn is_markdown(path: &Path) -> bool {
    let extension = path.extension().map(OsStr::to_ascii_lowercase);
    extension.is_some_and(|extension| extension == "md" || extension == "markdown")
}
