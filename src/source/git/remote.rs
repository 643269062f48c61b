//! How the user names a repository and a part of it.

use std::path::Path;

use url::Url;

use crate::error::Error;
use crate::net::redacted;

/// The hosts where `https://HOST/OWNER/NAME` is a repository.
const FORGES: [&str; 5] = ["github.com", "gitlab.com", "codeberg.org", "gitee.com", "bitbucket.org"];

/// A part of a repository.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remote {
    /// The source as the user wrote it, without secrets.
    pub(super) shown: String,
    /// The address for git.
    pub(super) address: String,
    /// A branch or a tag. `None` means the repository's default branch.
    pub(super) reference: Option<String>,
    /// The folder to read, without `/` at either end; empty for the whole repository.
    pub(super) folder: String,
}

impl Remote {
    /// The repository that a source names, or `None` if the source isn't a repository.
    ///
    /// ```text
    /// git+https://example.org/news#main:content/posts
    /// ~~~~                         ~~~~ ~~~~~~~~~~~~~
    /// needed if the rest could     branch or tag, and folder: both are optional
    /// be a web page
    /// ```
    ///
    /// # Errors
    /// A name that no branch, tag or folder can have.
    pub(crate) fn parse(source: &str) -> Result<Option<Self>, Error> {
        let (address, part) = source.split_once('#').unwrap_or((source, ""));
        let address = match address.strip_prefix("git+") {
            Some(inner) if inner.contains("://") && scheme(inner) != Scheme::Unknown => inner,
            None if is_repository(address) => address,
            _ => return Ok(None),
        };
        let (reference, folder) = part.split_once(':').unwrap_or((part, ""));
        if !may_be_reference(reference) {
            return Err(Error::new(redacted(source), format!("{reference:?} is not a valid branch or tag name")));
        }
        let parts: Vec<&str> = folder.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
        if parts.contains(&"..") || folder.chars().any(char::is_control) {
            return Err(Error::new(redacted(source), format!("{folder:?} is not a valid folder in a repository")));
        }
        Ok(Some(Self {
            shown: redacted(source),
            address: address.to_owned(),
            reference: (!reference.is_empty()).then(|| reference.to_owned()),
            folder: parts.join("/"),
        }))
    }

    /// The name that people use for the repository: `news` for `https://example.org/me/news.git`.
    pub(super) fn name(&self) -> &str {
        let path = self.address.trim_end_matches('/');
        let path = path.strip_suffix("/.git").or_else(|| path.strip_suffix(".git")).unwrap_or(path);
        path.rsplit(['/', ':']).next().unwrap_or(path)
    }
}

/// Whether git could take the text for a branch or a tag, and for nothing else (git-check-ref-format(1)).
fn may_be_reference(text: &str) -> bool {
    !text.starts_with(['-', '/'])
        && !text.contains("..")
        && !text.contains(|c: char| c.is_control() || " ~^?*[\\".contains(c))
}

/// How an address says to reach a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    /// `https://` or `http://`: may be something other than a repository.
    Web,
    /// `ssh://`, `git://` or `file://`.
    Git,
    /// `git@HOST:PATH`.
    Ssh,
    Unknown,
}

fn scheme(address: &str) -> Scheme {
    match address.split_once("://") {
        Some(("http" | "https", _)) => Scheme::Web,
        Some(("ssh" | "git" | "file", rest)) if !rest.starts_with('-') => Scheme::Git,
        Some(_) => Scheme::Unknown,
        None => match address.split_once('@').and_then(|(user, rest)| Some((user, rest.split_once(':')?))) {
            Some((user, (host, path))) if is_plain(user) && is_plain(host) && !path.is_empty() => Scheme::Ssh,
            _ => Scheme::Unknown,
        },
    }
}

/// Whether a user or host name is safe to pass to ssh, which would take `-…` for an option.
fn is_plain(word: &str) -> bool {
    !word.is_empty()
        && !word.starts_with('-')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

fn is_repository(address: &str) -> bool {
    match scheme(address) {
        Scheme::Git | Scheme::Ssh => true,
        Scheme::Unknown => false,
        Scheme::Web => Url::parse(address).is_ok_and(|address| {
            let path = address.path().trim_matches('/');
            let is_named = Path::new(path).extension().is_some_and(|extension| extension == "git");
            let is_forge = address.host_str().is_some_and(|host| FORGES.contains(&host));
            address.query().is_none() && (is_named || is_forge && path.split('/').count() == 2)
        }),
    }
}
