//! A feed at an address on the web, with the documents of older items that it leads to.

use std::collections::HashSet;

use ureq::Agent;
use url::Url;

use super::chain::{Older, Sites};
use super::document;
use super::item::in_order;
use super::model::{PublishedFeed, ReadDocument};
use super::page;
use crate::error::Error;
use crate::files;
use crate::interrupt;
use crate::net::{self, Access, Download, Request, redacted};

/// What feeds and issues come as.
const ACCEPT: &str = "application/feed+json, application/atom+xml, application/rss+xml, application/xml;q=0.9, \
                      text/markdown;q=0.9, text/plain;q=0.8, */*;q=0.5";

/// What an address answers with.
pub enum Answered {
    /// A feed.
    Feed(PublishedFeed),
    /// A text that isn't a feed; and one line if it is a copy that stands in for what the server didn't send.
    Text(Vec<u8>, Option<String>),
}

/// Reads the feed at an address, together with the documents of older items that it leads to, up to the first that holds an item whose
/// id `is_known`, or to the last.
///
/// If the network fails, the last good copies stand in.
///
/// # Errors
/// A server that fails when there is no copy; a web page; a feed, or a document of older items, that can't be read or is too large.
pub fn of_address(address: &Url, access: &Access, is_known: &mut dyn FnMut(&str) -> bool) -> Result<Answered, Error> {
    let agent = net::agent(address.scheme() == "https", access);
    let (download, notice) = ask(&agent, address, access)?;
    let Some(first) = read(&download, address)? else { return Ok(Answered::Text(download.bytes, notice)) };
    let mut published = PublishedFeed {
        title: first.title.clone(),
        language: first.language.clone(),
        items: Vec::new(),
        notices: notice.into_iter().collect(),
    };
    let mut way = Way {
        agent: &agent,
        access,
        address,
        sites: Sites::new(address, &download.address, &first),
        visited: HashSet::from([address.clone(), download.address.clone()]),
        documents: 1,
        size: download.bytes.len() as u64,
        notices: &mut published.notices,
    };
    let mut items = Vec::new();
    let mut ids = HashSet::new();
    let mut next = Some((first, download.address));
    while let Some((document, from)) = next {
        let knows = document.items.iter().any(|item| is_known(&item.id));
        next = if knows { None } else { older(&mut way, &document, &from)? };
        items.extend(document.items.into_iter().filter(|item| ids.insert(item.id.clone())));
    }
    published.items = in_order(items);
    Ok(Answered::Feed(published))
}

/// The way from a feed's newest document to older ones.
struct Way<'a> {
    agent: &'a Agent,
    access: &'a Access,
    /// The address of the feed.
    address: &'a Url,
    sites: Sites,
    /// Where it has led so far: documents may lead to each other in a circle.
    visited: HashSet<Url>,
    /// How many documents were read.
    documents: usize,
    /// How many bytes they have.
    size: u64,
    notices: &'a mut Vec<String>,
}

/// The document of older items that a document leads to, and where it came from.
///
/// # Errors
/// A document that can't be had or read: its items would be lost.
fn older(way: &mut Way<'_>, document: &ReadDocument, from: &Url) -> Result<Option<(ReadDocument, Url)>, Error> {
    let shown = redacted(way.address.as_str());
    let older = match way.sites.older(document, from) {
        None => return Ok(None),
        Some(Older::At(older)) => older,
        Some(Older::Elsewhere(older)) => {
            let at = redacted(&older);
            way.notices.push(format!("{shown}: its older items aren't read: they are on another host, at {at}"));
            return Ok(None);
        }
    };
    if !way.visited.insert(older.clone()) {
        return Ok(None);
    }
    if way.documents >= way.access.documents {
        let count = way.access.documents;
        way.notices.push(format!("{shown}: of its older items, only those of {count} documents are read"));
        return Ok(None);
    }
    interrupt::check()?;
    let (download, notice) = ask(way.agent, &older, way.access).map_err(incomplete)?;
    way.notices.extend(notice);
    way.size += download.bytes.len() as u64;
    if way.size > files::LARGEST {
        return Err(Error::new(shown, "with its older items, this feed is larger than 1 GB"));
    }
    let document = read(&download, &older).map_err(incomplete)?;
    let document = document.ok_or_else(|| incomplete(Error::new(redacted(older.as_str()), "this isn't a feed")))?;
    way.documents += 1;
    Ok(Some((document, download.address)))
}

/// The name by which a memory knows the feed at an address, if it is given none: the address without its secrets and without the format,
/// so that it is the same feed in another one.
pub fn name(address: &Url) -> String {
    let mut address = net::without_user(address.clone());
    address.set_fragment(None);
    let path = address.path().to_owned();
    let stem = [".json", ".atom", ".rss"].iter().find_map(|ending| path.strip_suffix(ending));
    address.set_path(stem.unwrap_or(&path));
    let query = address.query().map(|query| format!("?{:08x}", crc32fast::hash(query.as_bytes())));
    address.set_query(None);
    address.to_string() + &query.unwrap_or_default()
}

fn ask(agent: &Agent, address: &Url, access: &Access) -> Result<(Download, Option<String>), Error> {
    let shown = redacted(address.as_str());
    net::fetch(agent, &Request { address, shown: &shown, accept: ACCEPT, check: page::check }, access)
}

fn read(download: &Download, address: &Url) -> Result<Option<ReadDocument>, Error> {
    document::read(download).map_err(|cause| Error::new(redacted(address.as_str()), cause))
}

/// The error of older items that can't be had.
fn incomplete(err: Error) -> Error {
    let cause = format!("{}; older items of the feed are there, so nothing was posted", err.cause);
    Error { cause, ..err }
}
