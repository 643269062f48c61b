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
    let parts = gone.iter().filter_map(|path| path.strip_prefix("archive/")?.split_once('/'));
    let issues: BTreeSet<&str> = parts.clone().filter(|(feed, _)| *feed == "all").map(|(_, issue)| issue).collect();
    let those = if issues.is_empty() {
        let feeds = parts.map(|(feed, _)| feed).collect();
        format!("those of the feed {}: its section or its rule has another name, or lists nothing", some(&feeds))
    } else {
        format!("those of issue {}: a file is missing, or an issue has another number or date", some(&issues))
    };
    let cause = format!(
        "{} of {} archives would be removed, {those}; nothing was changed; if that is meant, say --force",
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
    let cause = format!(
        "{} of the feeds there would be removed ({}), so nothing was changed; build into the folder of the last build, where feeds stay, \
         name them in `gone`, or say --force",
        lost.len(),
        some(&lost)
    );
    Err(Error::new(subject, cause))
}

/// Some of several names.
fn some(names: &BTreeSet<&str>) -> String {
    let named: Vec<&str> = names.iter().copied().take(NAMED).collect();
    named.join(", ") + if names.len() > NAMED { " …" } else { "" }
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
