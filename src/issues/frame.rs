//! The frame of a newsletter: links that stand in most of its issues, such as those to its archive.

use std::collections::{HashMap, HashSet};

use crate::entry::{Entry, Link};
use crate::issue::Issue;
use crate::split::IssueKind;

/// In how many issues an entry must stand at least, to be part of the frame.
const SEVERAL: usize = 4;

/// Removes the entries that stand in most issues with the same title and link. Says how many.
pub(super) fn remove(issues: &mut [Issue<'_>]) -> usize {
    let of_links = issues.iter().filter(|issue| issue.kind != IssueKind::Patches);
    let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
    for issue in of_links.clone() {
        for entry in issue.entries.iter().filter_map(key).collect::<HashSet<_>>() {
            *counts.entry(entry).or_default() += 1;
        }
    }
    let all = of_links.count();
    counts.retain(|_, count| *count >= SEVERAL && *count * 2 > all);
    let frame: HashSet<(String, String)> =
        counts.into_keys().map(|(title, address)| (title.to_owned(), address.to_owned())).collect();
    if frame.is_empty() {
        return 0;
    }
    let is_frame = |entry: &Entry<'_>| {
        key(entry).is_some_and(|(title, address)| frame.contains(&(title.to_owned(), address.to_owned())))
    };
    issues
        .iter_mut()
        .map(|issue| {
            let before = issue.entries.len();
            issue.entries.retain(|entry| !is_frame(entry));
            before - issue.entries.len()
        })
        .sum()
}

/// The title and the address of an entry.
fn key<'e>(entry: &'e Entry<'_>) -> Option<(&'e str, &'e str)> {
    match &entry.link {
        Some(Link::Other(address)) => Some((&entry.title, address)),
        _ => None,
    }
}
