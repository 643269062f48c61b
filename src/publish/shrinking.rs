//! Sites that would lose many of their archives.

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::Error;

/// A build that would remove more than one in so many of a site's archives has probably lost some of its sources.
const SHRINKING: usize = 10;

/// How many of them are named.
const NAMED: usize = 5;

/// Fails if a build would remove many of a site's archives, in all the formats that it has them in; or any at all, if `is_doubtful`: a source
/// couldn't be read as a text, or an issue has no entries.
pub(super) fn check_shrinking(out: &Path, before: &[String], made: &[&str], is_doubtful: bool) -> Result<(), Error> {
    let before = archives(before.iter().map(String::as_str));
    let made = archives(made.iter().copied());
    let gone: Vec<&str> = before.difference(&made).copied().collect();
    if gone.is_empty() || !is_doubtful && gone.len() * SHRINKING <= before.len() {
        return Ok(());
    }
    let of_all = gone.iter().filter_map(|path| path.strip_prefix("archive/all/"));
    let issues: Vec<&str> = of_all.clone().take(NAMED).collect();
    let more = if of_all.count() > issues.len() { " …" } else { "" };
    let those = if issues.is_empty() { String::new() } else { format!(", those of issue {}{more}", issues.join(", ")) };
    let cause = format!(
        "{} of {} archives would be removed{those}: a file is missing, or an issue has another number or date; \
         nothing was changed; if that is meant, say --force",
        gone.len(),
        before.len(),
    );
    Err(Error::at(out, &cause))
}

/// The archives among some files, by their paths without endings.
fn archives<'a>(paths: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let archives = paths.filter(|path| path.starts_with("archive/"));
    archives.map(|path| path.rsplit_once('.').map_or(path, |(stem, _)| stem)).collect()
}
