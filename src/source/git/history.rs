//! When each issue of a repository was added.

use std::collections::HashMap;

use super::command::Git;

/// When the commits were made that first added the Markdown files of a repository, up to a commit, in seconds, by their paths. A file that was only moved
/// was added when the first of its names was; blobs aren't looked at, for most of them aren't here. Empty if the history isn't known.
pub(super) fn added(git: &dyn Fn() -> Git, commit: &str) -> HashMap<String, i64> {
    if !is_whole(git) {
        return HashMap::new();
    }
    let log = ["log", "--reverse", "--topo-order", "--format=format:%ct", "-z", "--name-status", "--diff-filter=AR"];
    let options = ["--find-renames=100%", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-notes"];
    let files = [commit, "--", ":(icase,top)*.md", ":(icase,top)*.markdown"];
    let said = git().args(log).args(options).args(files).run().unwrap_or_default();
    read(&String::from_utf8_lossy(&said))
}

/// Whether the whole history of a repository is here. The oldest commit of a part of it seems to add all files.
pub(super) fn is_whole(git: &dyn Fn() -> Git) -> bool {
    let is_part = git().args(["rev-parse", "--is-shallow-repository"]).run();
    is_part.is_ok_and(|said| said.trim_ascii() == b"false")
}

/// Reads what git says of commits, the oldest first:
///
/// ```text
/// 1714729200␤A␀issue-1.md␀␀1715334000␤R100␀issue-1.md␀issues/1.md␀
/// ~~~~~~~~~~ when the commit was made
/// ```
fn read(log: &str) -> HashMap<String, i64> {
    let mut added: HashMap<String, i64> = HashMap::new();
    let mut now = 0;
    let mut words = log.split('\0');
    while let Some(word) = words.next() {
        let (time, change) = word.split_once('\n').map_or((None, word), |(time, change)| (Some(time), change));
        now = time.and_then(|time| time.parse().ok()).unwrap_or(now);
        match change.bytes().next() {
            Some(b'A') => {
                let path = words.next().unwrap_or_default();
                added.entry(path.to_owned()).or_insert(now);
            }
            Some(b'R') => {
                let [from, to] = [words.next(), words.next()].map(Option::unwrap_or_default);
                let moved = added.get(from).copied().unwrap_or(now);
                added.insert(to.to_owned(), moved);
            }
            _ => {}
        }
    }
    added
}
