//! The frame of a newsletter: links that stand in most of its issues, such as those to its archive.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::entry::passed_by::{PassedBlock, PassedKind};
use crate::entry::{Entry, Link};
use crate::facts::heading;
use crate::facts::newsletter::FrameLink;
use crate::issue::Issue;
use crate::split::IssueKind;

/// In how many issues an entry must stand at least, to be part of the frame.
const SEVERAL: usize = 4;

/// How many entries behind a link of the frame are near it.
const NEAR: usize = 2;

/// The links that stand in most issues with the same title, in order; and without an address, the titles that stand near behind such links in most
/// issues, as the link to an issue's own page in the archive does.
pub(super) fn learn(issues: &[Issue<'_>]) -> Vec<FrameLink> {
    let of_links: Vec<&Issue<'_>> = issues.iter().filter(|issue| issue.kind != IssueKind::Patches).collect();
    let links = usual(of_links.iter().map(|issue| issue.entries.iter().filter_map(key).collect()));
    let titles =
        |issue: &&Issue<'_>| issue.entries.iter().filter_map(key).map(|(title, _)| heading::key(title)).collect();
    let titles: HashSet<String> = usual(of_links.iter().map(titles));
    let following = usual(of_links.iter().map(|issue| following(issue, &links, &titles)));
    let links =
        links.into_iter().map(|(title, address)| FrameLink { title: title.to_owned(), address: address.to_owned() });
    let titles = following.into_iter().map(|title| FrameLink { title, address: String::new() });
    let mut frame: Vec<FrameLink> = links.chain(titles).collect();
    frame.sort();
    frame
}

/// What most issues have.
fn usual<T: Eq + Hash>(issues: impl ExactSizeIterator<Item = HashSet<T>>) -> HashSet<T> {
    let all = issues.len();
    let mut counts: HashMap<T, usize> = HashMap::new();
    for one in issues.flatten() {
        *counts.entry(one).or_default() += 1;
    }
    counts.retain(|_, count| *count >= SEVERAL && *count * 2 > all);
    counts.into_keys().collect()
}

/// Those of some titles that stand near behind a link of the frame in an issue, as titles are compared.
fn following(issue: &Issue<'_>, links: &HashSet<(&str, &str)>, titles: &HashSet<String>) -> HashSet<String> {
    let mut following = HashSet::new();
    let mut left = 0; // entries that are near
    for key in issue.entries.iter().filter_map(key) {
        let title = heading::key(key.0);
        if links.contains(&key) {
            left = NEAR;
        } else if left > 0 {
            left -= 1;
            following.extend(titles.contains(&title).then_some(title));
        }
    }
    following
}

/// Removes the entries that are part of the frame, and returns where they stand.
pub(super) fn remove(issues: &mut [Issue<'_>], frame: &[FrameLink]) -> Vec<PassedBlock> {
    let titles: HashSet<String> =
        frame.iter().filter(|link| link.address.is_empty()).map(|link| heading::key(&link.title)).collect();
    let frame: HashSet<(&str, &str)> = frame.iter().map(|link| (link.title.as_str(), link.address.as_str())).collect();
    if frame.is_empty() {
        return Vec::new();
    }
    let of_links = issues.iter_mut().filter(|issue| issue.kind != IssueKind::Patches);
    let removed = of_links.flat_map(|issue| {
        let document = issue.document;
        let removed = issue.entries.extract_if(.., |entry| {
            key(entry).is_some_and(|key| frame.contains(&key) || titles.contains(&heading::key(key.0)))
        });
        removed.map(move |entry| {
            let at = entry.piece().and_then(|piece| document.range_of(piece)).map_or(0, |piece| piece.start);
            PassedBlock::new(document, at, entry.section, PassedKind::Frame)
        })
    });
    removed.collect()
}

/// The title and the address of an entry.
fn key<'e>(entry: &'e Entry<'_>) -> Option<(&'e str, &'e str)> {
    match &entry.link {
        Some(Link::Other(address)) => Some((&entry.title, address)),
        _ => None,
    }
}
