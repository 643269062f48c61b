//! What the address is that is to be looked at, and which feeds a page leads to.

use url::Url;

use super::wanted::{Aim, Wanted};
use crate::reader::{announced, is_feed, is_page, lists, outlines};

/// The list of feeds that patchfeed puts beside its pages.
const BESIDE: &str = "feeds.opml";

/// What an answer of a media type from an address turns out to be. What is nothing else is looked at as a feed.
pub(super) fn aim(content_type: Option<&str>, bytes: &[u8], from: &Url) -> Aim {
    let kind = content_type.unwrap_or_default().to_ascii_lowercase();
    if outlines(bytes, from).is_some() {
        Aim::List
    } else if !is_feed(bytes) && is_page(&kind, &String::from_utf8_lossy(bytes)) {
        Aim::Page
    } else {
        Aim::Feed
    }
}

/// What a page leads to: its feeds, and lists of feeds on its host.
pub(super) fn led_to(page: &[u8], from: &Url) -> Vec<Wanted> {
    let html = String::from_utf8_lossy(page);
    let is_web = |address: &Url| matches!(address.scheme(), "http" | "https");
    let feeds = announced(&html, from).into_iter().filter(|feed| is_web(&feed.address));
    let mut wanted: Vec<Wanted> = feeds
        .map(|feed| {
            let aim = if feed.is_any_json { Aim::FeedOrJson } else { Aim::Feed };
            Wanted::new(feed.address, aim, Some(from))
        })
        .collect();
    let lists = lists(&html, from).into_iter().filter(|list| is_web(list) && list.host() == from.host());
    wanted.extend(lists.map(|list| Wanted::new(list, Aim::List, Some(from))));
    let beside = from.join(BESIDE).ok();
    wanted.extend(beside.map(|list| Wanted::new(list, Aim::ListIfAny, Some(from))));
    wanted
}
