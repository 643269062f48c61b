//! Where issues come from: files, git repositories, the web and standard input.
//!
//! Each kind of source has a module with a function that returns [`Text`]s; files, folders and patterns share one. What comes over the network is kept in
//! [`net`](crate::net)'s cache, so a run without the network can use the last good copy.

mod drafts;
mod folder;
mod git;
mod kind;
mod links;
pub mod sample;
mod text;
mod web;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use url::Url;

use crate::error::Error;
use crate::net::{Access, redacted};
pub use git::Added;
use kind::SourceKind;
pub use links::ask_links;
pub use text::{FoundTexts, Text};
pub use web::Answer;

/// Of files in git work trees, those that differ from a revision, or that git doesn't know yet; by their real paths.
///
/// # Errors
/// Files none of which is in a work tree, a revision that doesn't exist there, a machine without git.
pub fn changed_since(revision: &str, files: &[&Path], access: &Access) -> Result<HashSet<PathBuf>, Error> {
    if revision.is_empty() || revision.starts_with('-') {
        return Err(Error::new(revision, "this is no revision of git; give a commit, a branch or a tag"));
    }
    git::changed(files, revision, access)
}

/// When files were added to the git repositories whose work trees they are in.
pub fn added(paths: &[&str], access: &Access) -> Added {
    git::added(paths, access)
}

/// The address that a source is, if it is one on the web and no repository.
///
/// # Errors
/// A source that isn't valid.
pub fn web_address(source: &str) -> Result<Option<Url>, Error> {
    Ok(match SourceKind::parse(source)? {
        SourceKind::Web(address) => Some(address),
        _ => None,
    })
}

/// The file or folder on this machine that a source is in, and may come into: of a pattern, the folder before its first `*`. None of what comes over
/// the network or the standard input.
///
/// # Errors
/// A source that isn't valid.
pub fn place(source: &str) -> Result<Option<PathBuf>, Error> {
    Ok(match SourceKind::parse(source)? {
        SourceKind::Path => Some(PathBuf::from(source)),
        SourceKind::Pattern => {
            let plain = Path::new(source)
                .components()
                .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']));
            let folder: PathBuf = plain.collect();
            Some(if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder })
        }
        SourceKind::Stdin | SourceKind::Git(_) | SourceKind::Web(_) => None,
    })
}

/// Whether a file is one that a folder of issues is read for.
pub fn is_issue(path: &Path) -> bool {
    folder::is_markdown(path)
}

/// Finds the texts of sources, downloading what isn't on this machine. A file that several sources lead to counts once.
/// Files are found here but read later, by [`Text::read`].
///
/// # Errors
/// A source that isn't valid, a path that can't be read, a server that fails when there is no copy of its texts, and a
/// source without any text.
pub fn find(sources: &[String], access: &Access) -> Result<FoundTexts, Error> {
    let mut found = FoundTexts::default();
    let mut seen = HashSet::new();
    for source in sources {
        let FoundTexts { texts, drafts, notices } = match SourceKind::parse(source)? {
            SourceKind::Stdin if seen.contains(Path::new(text::STDIN)) => FoundTexts::default(),
            SourceKind::Stdin => FoundTexts { texts: vec![text::stdin(access.size)?], ..FoundTexts::default() },
            SourceKind::Path => folder::texts(Path::new(source), access.size)?,
            SourceKind::Pattern => folder::matches(source, access.size)?,
            SourceKind::Git(remote) => git::texts(&remote, access)?,
            SourceKind::Web(address) => web::text(&redacted(source), &address, access)?,
        };
        found.notices.extend(notices);
        found.texts.extend(texts.into_iter().filter(|text| seen.insert(text.identity())));
        found.drafts.extend(drafts);
    }
    // A source may lead to a draft by name.
    found.drafts.retain(|draft| seen.insert(draft.identity()));
    Ok(found)
}
