//! How people name a repository, and a part of it.

use std::path::Path;

use url::Url;

use crate::diagnostic::Error;
use crate::source::shown;

/// The hosts whose `https://HOST/OWNER/NAME` is a repository.
const FORGES: [&str; 5] = ["github.com", "gitlab.com", "codeberg.org", "gitee.com", "bitbucket.org"];

/// A part of a repository.
#[derive(Debug, PartialEq, Eq)]
pub struct Remote {
    /// As it was given, without a password.
    pub shown: String,
    /// What git is given.
    pub address: String,
    /// A branch or a tag; the repository's own choice where none is given.
    pub reference: Option<String>,
    /// The folder in it, without `/` at its ends; empty for the whole.
    pub folder: String,
}

/// The repository that a source's words mean; none if they mean something else.
///
/// ```text
/// git+https://example.org/news#main:content/posts
/// ~~~~                         ~~~~ ~~~~~~~~~~~~~
/// if nothing else tells        branch or tag, folder: both may be missing
/// ```
///
/// # Errors
/// A branch, a tag or a folder of a name that there can't be.
pub fn remote(source: &str) -> Result<Option<Remote>, Error> {
    let (address, part) = source.split_once('#').unwrap_or((source, ""));
    let address = match address.strip_prefix("git+") {
        Some(inner) if inner.contains("://") && scheme(inner) != Scheme::Unknown => inner,
        None if is_repository(address) => address,
        _ => return Ok(None),
    };
    let wrong = |cause: String| Error { subject: shown(source), cause };
    let (reference, folder) = part.split_once(':').unwrap_or((part, ""));
    let legal = |c: char| !c.is_control() && !" ~^?*[\\".contains(c);
    if reference.starts_with(['-', '/']) || reference.contains("..") || !reference.chars().all(legal) {
        return Err(wrong(format!("{reference:?} is no name of a branch or tag")));
    }
    let parts: Vec<&str> = folder.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.contains(&"..") || folder.chars().any(char::is_control) {
        return Err(wrong(format!("{folder:?} is no folder of a repository")));
    }
    Ok(Some(Remote {
        shown: shown(source),
        address: address.to_owned(),
        reference: (!reference.is_empty()).then(|| reference.to_owned()),
        folder: parts.join("/"),
    }))
}

/// How an address says to reach a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    /// `https://`, `http://`: a repository, or anything else.
    Web,
    /// `ssh://`, `git://`, `file://`.
    Git,
    /// `git@HOST:PATH`.
    Ssh,
    Unknown,
}

fn scheme(address: &str) -> Scheme {
    let plain = |word: &str| {
        !word.is_empty()
            && !word.starts_with('-')
            && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    match address.split_once("://") {
        Some(("http" | "https", _)) => Scheme::Web,
        Some(("ssh" | "git" | "file", rest)) if !rest.starts_with('-') => Scheme::Git,
        Some(_) => Scheme::Unknown,
        None => match address.split_once('@').and_then(|(user, rest)| Some((user, rest.split_once(':')?))) {
            Some((user, (host, path))) if plain(user) && plain(host) && !path.is_empty() => Scheme::Ssh,
            _ => Scheme::Unknown,
        },
    }
}

fn is_repository(address: &str) -> bool {
    match scheme(address) {
        Scheme::Git | Scheme::Ssh => true,
        Scheme::Unknown => false,
        Scheme::Web => Url::parse(address).is_ok_and(|address| {
            let path = address.path().trim_matches('/');
            let is_named = Path::new(path).extension().is_some_and(|ending| ending == "git");
            let is_forge = address.host_str().is_some_and(|host| FORGES.contains(&host));
            address.query().is_none() && (is_named || is_forge && path.split('/').count() == 2)
        }),
    }
}

impl Remote {
    /// What people call the repository: `news` for `https://example.org/me/news.git`.
    pub fn name(&self) -> &str {
        let path = self.address.trim_end_matches('/');
        let path = path.strip_suffix("/.git").or_else(|| path.strip_suffix(".git")).unwrap_or(path);
        path.rsplit(['/', ':']).next().unwrap_or(path)
    }
}
