//! Forges: where the files of repositories have pages, and where the files themselves are.

use url::Url;

/// How a forge addresses files, with `BRANCH` for the name of a branch.
struct Forge {
    host: &'static str,
    /// What stands between the repository and the path of a file's page.
    page: &'static str,
    /// The same, if the branch isn't known.
    page_of_head: &'static str,
    /// What stands at the beginning of these in addresses of pages, and in those of the files themselves.
    kinds: (&'static str, &'static str),
}

/// The forges.
const FORGES: [Forge; 4] = [
    Forge { host: "github.com", page: "blob/BRANCH", page_of_head: "blob/HEAD", kinds: ("blob", "raw") },
    Forge { host: "gitlab.com", page: "-/blob/BRANCH", page_of_head: "-/blob/HEAD", kinds: ("-/blob", "-/raw") },
    Forge { host: "codeberg.org", page: "src/branch/BRANCH", page_of_head: "src/commit/HEAD", kinds: ("src", "raw") },
    Forge { host: "gitee.com", page: "blob/BRANCH", page_of_head: "blob/HEAD", kinds: ("blob", "raw") },
];

fn forge(url: &Url) -> Option<&'static Forge> {
    FORGES.iter().find(|forge| url.host_str() == Some(forge.host))
}

/// The page of a file of a repository that stands at a known forge: `https://github.com/OWNER/NAME/blob/BRANCH/PATH`.
pub(crate) fn page(repository: &str, branch: Option<&str>, path: &str) -> Option<Url> {
    let web = match repository.strip_prefix("git@").and_then(|rest| rest.split_once(':')) {
        Some((host, path)) => ["https://", host, "/", path].concat(),
        None => repository.replacen("ssh://git@", "https://", 1).replacen("git://", "https://", 1),
    };
    let mut url = Url::parse(web.trim_end_matches('/').trim_end_matches(".git")).ok()?;
    let forge = forge(&url)?;
    let _ = (url.set_scheme("https"), url.set_username(""), url.set_password(None)); // web addresses take all three
    url.set_query(None);
    let place = branch.map_or_else(|| forge.page_of_head.to_owned(), |branch| forge.page.replace("BRANCH", branch));
    url.path_segments_mut().ok()?.extend(place.split('/')).extend(path.split('/'));
    Some(url)
}

/// Where the file itself is, if an address is that of its page at a known forge: a picture isn't its page.
pub(crate) fn file(url: Url) -> Url {
    let Some(forge) = forge(&url) else { return url };
    let (of_page, of_file) = forge.kinds;
    let parts: Vec<&str> = url.path().splitn(4, '/').collect(); // "", owner, name, rest
    let path = match parts[..] {
        [_, owner, name, rest] => rest
            .strip_prefix(of_page)
            .filter(|rest| rest.starts_with('/'))
            .map(|rest| ["/", owner, "/", name, "/", of_file, rest].concat()),
        _ => None,
    };
    let mut file = url;
    if let Some(path) = path {
        file.set_path(&path);
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_pages_and_addresses_of_their_own() {
        for (repository, branch, at, raw) in [
            (
                "https://github.com/o/r",
                None,
                "https://github.com/o/r/blob/HEAD/a/b%20c.md",
                "https://github.com/o/r/raw/HEAD/a/d.png",
            ),
            (
                "git@github.com:o/r.git",
                Some("x/y"),
                "https://github.com/o/r/blob/x/y/a/b%20c.md",
                "https://github.com/o/r/raw/x/y/a/d.png",
            ),
            (
                "https://me:secret@gitlab.com/o/r.git",
                Some("main"),
                "https://gitlab.com/o/r/-/blob/main/a/b%20c.md",
                "https://gitlab.com/o/r/-/raw/main/a/d.png",
            ),
            (
                "https://codeberg.org/o/r/",
                None,
                "https://codeberg.org/o/r/src/commit/HEAD/a/b%20c.md",
                "https://codeberg.org/o/r/raw/commit/HEAD/a/d.png",
            ),
        ] {
            let page = page(repository, branch, "a/b c.md").expect("a known forge");
            assert_eq!(page.as_str(), at);
            assert_eq!(file(page.join("d.png").expect("an address")).as_str(), raw);
        }
        assert_eq!(page("https://example.org/o/r.git", None, "a.md"), None);
    }
}
