//! Issues in files.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use glob::MatchOptions;
use walkdir::WalkDir;

use super::drafts::draft_folder;
use super::text::{At, FoundTexts, Text};
use crate::error::Error;
use crate::files;

/// The issue in a file, or those in a folder and everything below it: all `.md` and `.markdown` files that aren't hidden,
/// sorted by path; those in folders for drafts apart. Links are followed, but no folder is visited twice, however many links lead to it. `limit` is the
/// largest issue, in bytes.
///
/// # Errors
/// A path that can't be read, a source that is neither a file nor a folder, and a folder without an issue.
pub(super) fn texts(source: &Path, limit: u64) -> Result<FoundTexts, Error> {
    let mut found = FoundTexts::default();
    let mut visited = HashSet::new();
    for entry in WalkDir::new(source).follow_links(true).sort_by_file_name().into_iter().filter_entry(|entry| {
        let is_shown = entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.');
        is_shown
            && (!entry.file_type().is_dir() || files::identity(entry.path()).map_or(true, |one| visited.insert(one)))
    }) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(err) if err.loop_ancestor().is_some() => continue, // its target has been visited already
            Err(err) if is_nobodys_business(&err) => continue,
            Err(err) => return Err(unreadable(source, err)),
        };
        match entry.file_type() {
            kind if kind.is_dir() => {}
            kind if entry.depth() == 0 && !kind.is_file() => {
                let cause = format!("this is {}, not a file; give - to read the standard input", files::what(kind));
                return Err(Error::at(source, &cause));
            }
            kind if entry.depth() == 0 || is_markdown(entry.path()) => {
                let below = entry.path().strip_prefix(source).unwrap_or(entry.path());
                take(entry.path(), kind, limit, draft_folder(below).is_some(), &mut found);
            }
            kind if kind.is_file() && is_nearly_markdown(entry.path()) => {
                let name = entry.path().display();
                found.notices.push(format!("{name}: not read, since its name doesn't end in .md"));
            }
            _ => {}
        }
    }
    if found.texts.is_empty() && found.drafts.is_empty() {
        return Err(Error::at(source, &"no issue here: no file in this folder ends in .md or .markdown"));
    }
    Ok(found)
}

/// Whether a file is named as if it were an issue: `x.md.txt`, `x.mdx`.
fn is_nearly_markdown(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    [".md.txt", ".md.md.txt", ".mdx", ".mdown", ".mkd", ".md.docx"].iter().any(|ending| name.ends_with(ending))
}

/// Takes a file that is named like an issue; passes by what would keep a run waiting.
fn take(path: &Path, kind: fs::FileType, limit: u64, is_draft: bool, found: &mut FoundTexts) {
    let name = path.to_string_lossy().into_owned();
    if kind.is_file() {
        let texts = if is_draft { &mut found.drafts } else { &mut found.texts };
        texts.push(Text {
            name,
            committed: None,
            added: None,
            page: None,
            at: At::File { path: path.to_owned(), limit },
        });
    } else {
        found.notices.push(format!("{name}: this is {}, not a file; it is passed by", files::what(kind)));
    }
}

/// Whether it is a link that leads nowhere, below the source, which nobody would take for an issue.
fn is_nobodys_business(err: &walkdir::Error) -> bool {
    err.depth() > 0 && err.path().is_some_and(|path| is_dangling(path) && !is_markdown(path))
}

/// Whether it is a link to something that doesn't exist, or to itself.
fn is_dangling(path: &Path) -> bool {
    path.is_symlink() && fs::metadata(path).is_err_and(|err| err.kind() != io::ErrorKind::PermissionDenied)
}

fn unreadable(source: &Path, err: walkdir::Error) -> Error {
    let path = err.path().unwrap_or(source).to_owned();
    if is_dangling(&path) {
        return dangling(&path);
    }
    match err.into_io_error() {
        Some(err) if err.kind() == io::ErrorKind::InvalidFilename => {
            Error::at(source, &"some folder below is nested too deeply to be read")
        }
        Some(err) => Error::at(&path, &err),
        None => Error::at(&path, &"can't be read"),
    }
}

fn dangling(path: &Path) -> Error {
    let is_missing = fs::metadata(path).is_err_and(|err| err.kind() == io::ErrorKind::NotFound);
    match fs::read_link(path) {
        Ok(_) if !is_missing => Error::at(path, &"this link leads nowhere: it leads back to itself"),
        Ok(target) => Error::at(path, &format!("this link leads nowhere: there is no {}", target.display())),
        Err(err) => Error::at(path, &err),
    }
}

/// The issues whose paths match a glob pattern, sorted by path. `*` and `?` don't match `/`, `**` matches any number of
/// folders. A hidden file or folder matches only if the pattern spells out its dot, and what is in a folder for drafts is a draft unless the
/// pattern names the folder. `limit` is the largest issue, in bytes.
///
/// # Errors
/// A malformed pattern, a folder that can't be read, and a pattern that matches no issue.
pub(super) fn matches(pattern: &str, limit: u64) -> Result<FoundTexts, Error> {
    let options = MatchOptions { require_literal_leading_dot: true, ..MatchOptions::new() };
    let matches = glob::glob_with(pattern, options).map_err(|err| Error::at(Path::new(pattern), &err))?;
    let mut paths: Vec<PathBuf> = Vec::new();
    for path in matches {
        let path = path.map_err(|err| Error::at(err.path(), err.error()))?;
        if is_markdown(&path) {
            paths.push(path);
        }
    }
    paths.sort();
    paths.dedup();
    let mut found = FoundTexts::default();
    for path in paths {
        match fs::metadata(&path) {
            Ok(now) if now.is_dir() => {}
            Ok(now) => {
                let is_draft = draft_folder(&path).is_some_and(|folder| !spells_out(pattern, folder));
                take(&path, now.file_type(), limit, is_draft, &mut found);
            }
            Err(_) if is_dangling(&path) => return Err(dangling(&path)),
            Err(err) => return Err(Error::at(&path, &err)),
        }
    }
    if found.texts.is_empty() && found.drafts.is_empty() {
        return Err(Error::at(Path::new(pattern), &"no .md or .markdown file matches"));
    }
    Ok(found)
}

/// Whether a pattern names a folder.
fn spells_out(pattern: &str, folder: &str) -> bool {
    Path::new(pattern).iter().any(|part| part == folder)
}

/// Whether a file's name is that of an issue.
pub(super) fn is_markdown(path: &Path) -> bool {
    let extension = path.extension().map(OsStr::to_ascii_lowercase);
    extension.is_some_and(|extension| extension == "md" || extension == "markdown")
}
