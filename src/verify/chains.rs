//! The documents that a feed is spread over: whether they end, lead back, and agree with each other.

use std::collections::{BTreeMap, HashMap, HashSet};

use url::Url;

use super::contents::{is_same, own_address, words};
use super::finding::ChainFault;
use super::wanted::{Aim, Fetched};
use crate::net::redacted;

/// Adds what is wrong between documents to what is wrong with them.
pub(super) fn check(documents: &mut [Fetched]) {
    let by_address: HashMap<Url, usize> =
        documents.iter().enumerate().map(|(at, fetched)| (fetched.wanted.address.clone(), at)).collect();
    let mut looked_at = HashSet::new();
    let feeds: Vec<usize> = (0..documents.len()).filter(|&at| documents[at].wanted.aim != Aim::Older).collect();
    for feed in feeds {
        let (chain, again) = chain(documents, &by_address, feed);
        if let Some(again) = again {
            documents[feed].chain(ChainFault::Circle(redacted(again.as_str())));
        }
        let faults = faults(documents, &chain);
        for (at, fault) in faults.into_iter().filter(|(at, _)| looked_at.insert(*at)) {
            documents[at].chain(fault);
        }
    }
}

/// The documents of a feed, the newest first, and the address that comes twice, if one does.
fn chain(documents: &[Fetched], by_address: &HashMap<Url, usize>, feed: usize) -> (Vec<usize>, Option<Url>) {
    let mut chain = vec![feed];
    loop {
        let last = &documents[chain[chain.len() - 1]];
        let Some(older) = last.leads_to.iter().find(|wanted| wanted.aim == Aim::Older) else { return (chain, None) };
        let Some(&at) = by_address.get(&older.address) else { return (chain, None) };
        if chain.contains(&at) {
            return (chain, Some(older.address.clone()));
        }
        chain.push(at);
    }
}

/// What is wrong with the documents of a chain, each with its place among all documents.
fn faults(documents: &[Fetched], chain: &[usize]) -> Vec<(usize, ChainFault)> {
    let mut faults = Vec::new();
    let mut known: BTreeMap<&str, (Option<i64>, u32, usize)> = BTreeMap::new();
    for &at in chain {
        let document = &documents[at];
        let Some(facts) = &document.facts else { continue };
        let back =
            facts.current.as_ref().filter(|_| at != chain[0]).and_then(|back| document.from.join(back.trim()).ok());
        if let Some(back) = back.filter(|back| !is_of(&documents[chain[0]], back)) {
            let feed = redacted(documents[chain[0]].wanted.address.as_str());
            faults.push((at, ChainFault::OtherCurrent(redacted(back.as_str()), feed)));
        }
        // What changed later may stand in the newer document alone (RFC 5005 §4.1).
        let mut others: Vec<(&str, usize)> = Vec::new();
        for item in &facts.items {
            let Some(id) = item.id.as_deref() else { continue };
            let (changed, checksum, first) = *known.entry(id).or_insert((item.changed, item.checksum, at));
            if checksum != item.checksum && changed == item.changed && first != at {
                others.push((id, first));
            }
        }
        if let Some((id, first)) = others.first() {
            let other = redacted(documents[*first].wanted.address.as_str());
            faults.push((at, ChainFault::OtherContent(others.len(), words(id), other)));
        }
    }
    faults
}

/// Whether an address is one of a feed's.
fn is_of(feed: &Fetched, address: &Url) -> bool {
    let own = feed.facts.as_ref().and_then(|facts| own_address(facts, &feed.from));
    [Some(&feed.wanted.address), Some(&feed.from), own.as_ref()]
        .into_iter()
        .flatten()
        .any(|known| is_same(known, address))
}
