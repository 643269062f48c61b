//! Sites that would lose many of their archives.

use std::collections::BTreeSet;

use super::manifest::slug_in;
use super::unannounced::is_topic;
use crate::error::Error;

/// A build that would remove more than one in so many of a site's archives has probably lost some of its sources.
const SHRINKING: usize = 10;

/// How many of them are named.
const NAMED: usize = 5;

/// Fails if a build would remove many of a site's archives, in all the formats that it has them in; or any at all, if `is_doubtful`: a source
/// couldn't be read as a text, or an issue has no entries.
pub(super) fn check_shrinking(subject: &str, before: &[&str], made: &[&str], is_doubtful: bool) -> Result<(), Error> {
    let before = archives(before.iter().copied());
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
    Err(Error::new(subject, cause))
}

/// Fails if what is put in the place of a published site lacks many of its archives, or all documents of a feed that isn't given up (`gone`):
/// people subscribe to its address.
pub(crate) fn check_removals(subject: &str, before: &[&str], made: &[&str], gone: &[String]) -> Result<(), Error> {
    check_shrinking(subject, before, made, false)?;
    let made = feeds(made);
    let mut lost = feeds(before);
    lost.retain(|slug| !made.contains(slug) && !gone.iter().any(|gone| gone == slug));
    if lost.is_empty() {
        return Ok(());
    }
    let named: Vec<&str> = lost.iter().copied().take(NAMED).collect();
    let more = if lost.len() > NAMED { " …" } else { "" };
    let cause = format!(
        "{} of the feeds there would be removed ({}{more}), so nothing was changed; build into the folder of the last build, where feeds stay, \
         name them in `gone`, or say --force",
        lost.len(),
        named.join(", ")
    );
    Err(Error::new(subject, cause))
}

/// The slugs of the feeds among some files.
fn feeds<'a>(paths: &[&'a str]) -> BTreeSet<&'a str> {
    paths.iter().filter(|path| is_topic(path)).filter_map(|path| slug_in(path)).collect()
}

/// The archives among some files, by their paths without endings.
fn archives<'a>(paths: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let archives = paths.filter(|path| path.starts_with("archive/"));
    archives.map(|path| path.rsplit_once('.').map_or(path, |(stem, _)| stem)).collect()
}
