//! What kind of source the user means.

use std::path::Path;

use url::Url;

use super::git::Remote;
use crate::error::Error;

/// The kinds of sources.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SourceKind {
    Stdin,
    /// A file or a folder.
    Path,
    /// A glob pattern.
    Pattern,
    Git(Remote),
    Web(Url),
}

impl SourceKind {
    /// The kind of a source as the user writes it. The first row that matches wins.
    ///
    /// | source | kind |
    /// |---|---|
    /// | `-` | standard input |
    /// | any path that exists: `posts`, `posts/a.md` | a file, or a folder with everything below it |
    /// | `ssh://…`, `git://…`, `file://…`, `git+https://…`, `git@HOST:PATH` | a git repository |
    /// | `https://…/NAME.git`, `https://github.com/OWNER/NAME` and other well-known forges | a git repository |
    /// | `https://…`, `http://…` | one issue on the web |
    /// | `posts/*.md`, `content/**/2023-*.md` | the issues whose paths match |
    /// | anything else | a path that doesn't exist |
    ///
    /// `#BRANCH`, `#TAG`, `#BRANCH:FOLDER` or `#:FOLDER` after a repository selects a part of it.
    ///
    /// # Errors
    /// An address that isn't valid or whose scheme isn't supported, and an argument that looks like an option.
    pub(super) fn parse(source: &str) -> Result<Self, Error> {
        if source == "-" {
            return Ok(Self::Stdin);
        }
        if Path::new(source).symlink_metadata().is_ok() {
            return Ok(Self::Path);
        }
        if source.starts_with('-') {
            return Err(Error::new(
                source,
                "this looks like an option; put ./ in front of a file name that starts with -",
            ));
        }
        if let Some(remote) = Remote::parse(source)? {
            return Ok(Self::Git(remote));
        }
        if let Some((scheme, _)) = source.split_once("://") {
            let address =
                Url::parse(source).map_err(|err| Error::new(source, format!("not a valid address: {err}")))?;
            return match address.scheme() {
                "http" | "https" => Ok(Self::Web(address)),
                "s3" | "gs" | "az" => Err(Error::new(
                    source,
                    format!("issues aren't read from a storage; to put the site there, write --deploy={source}"),
                )),
                _ => Err(Error::new(
                    source,
                    format!("{scheme}: is not supported; use https:, http:, ssh:, git: or file:"),
                )),
            };
        }
        if source.contains(['*', '?', '[']) { Ok(Self::Pattern) } else { Ok(Self::Path) }
    }
}
