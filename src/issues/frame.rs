//! The frame of a newsletter: links that stand in most of its issues, such as those to its archive.

use std::collections::{HashMap, HashSet};

use crate::entry::passed_by::{PassedBlock, PassedKind};
use crate::entry::{Entry, Link};
use crate::facts::newsletter::FrameLink;
use crate::issue::Issue;
use crate::split::IssueKind;

/// In how many issues an entry must stand at least, to be part of the frame.
const SEVERAL: usize = 4;

/// The links that stand in most issues with the same title, in order.
pub(super) fn learn(issues: &[Issue<'_>]) -> Vec<FrameLink> {
    let of_links = issues.iter().filter(|issue| issue.kind != IssueKind::Patches);
    let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
    for issue in of_links.clone() {
        for entry in issue.entries.iter().filter_map(key).collect::<HashSet<_>>() {
            *counts.entry(entry).or_default() += 1;
        }
    }
    let all = of_links.count();
    counts.retain(|_, count| *count >= SEVERAL && *count * 2 > all);
    let links =
        counts.into_keys().map(|(title, address)| FrameLink { title: title.to_owned(), address: address.to_owned() });
    let mut frame: Vec<FrameLink> = links.collect();
    frame.sort();
    frame
}

/// Removes the entries that are part of the frame, and returns where they stand.
pub(super) fn remove(issues: &mut [Issue<'_>], frame: &[FrameLink]) -> Vec<PassedBlock> {
    let frame: HashSet<(&str, &str)> = frame.iter().map(|link| (link.title.as_str(), link.address.as_str())).collect();
    if frame.is_empty() {
        return Vec::new();
    }
    let of_links = issues.iter_mut().filter(|issue| issue.kind != IssueKind::Patches);
    let removed = of_links.flat_map(|issue| {
        let document = issue.document;
        let removed = issue.entries.extract_if(.., |entry| key(entry).is_some_and(|key| frame.contains(&key)));
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
