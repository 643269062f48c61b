//! A web page where a feed is expected.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::xml;
use crate::markdown::decode;
use crate::net::{Download, Failure, redacted};

/// How many feeds of a page are named.
const NAMED: usize = 5;

/// The media types by which pages announce feeds.
const FEEDS: [&str; 4] = ["application/atom+xml", "application/rss+xml", "application/feed+json", JSON];

const JSON: &str = "application/json";

static LINK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?is)<link\b[^>]*>").expect("the expression is right"));

static BASE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?is)<base\b[^>]*>").expect("the expression is right"));

static ANCHOR: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?is)<a\b[^>]*>").expect("the expression is right"));

static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?is)\b(rel|type|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"#).expect("the expression is right")
});

/// Fails if an answer is a web page; names the feeds that it announces.
pub(super) fn check(kind: &str, download: &Download) -> Result<(), Failure> {
    let text = String::from_utf8_lossy(&download.bytes);
    if !is_page(kind, &text) {
        return Ok(());
    }
    let feeds = announced(&text, &download.address).into_iter().take(NAMED);
    let feeds: Vec<String> = feeds.map(|feed| redacted(feed.address.as_str())).collect();
    Err(Failure::Permanent(match &feeds[..] {
        [] => "this is a web page, not a feed; give the address of a feed, or of an issue's Markdown text (forges link it \
               as \"Raw\")"
            .to_owned(),
        feeds => format!("this is a web page, not a feed; its feeds are {}", feeds.join(" ")),
    }))
}

/// Whether a text that the server says is of a kind is a web page. Some servers say so of feeds.
pub(crate) fn is_page(kind: &str, text: &str) -> bool {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    match xml::root(text.as_bytes()) {
        Some(root) if root.eq_ignore_ascii_case(b"html") => true,
        Some(root) if [&b"feed"[..], b"rss", b"RDF"].contains(&&*root) => false,
        _ => (kind.starts_with("text/html") || kind.starts_with("application/xhtml")) && !text.starts_with('{'),
    }
}

/// A feed that a page announces.
#[derive(Debug)]
pub(crate) struct AnnouncedFeed {
    pub(crate) address: Url,
    /// Whether its media type says no more than that it is JSON, which pages give to much else.
    pub(crate) is_any_json: bool,
}

/// The feeds that a page at an address announces by `<link rel="alternate">`.
pub(crate) fn announced(html: &str, from: &Url) -> Vec<AnnouncedFeed> {
    let base = base(html, from);
    LINK.find_iter(html).filter_map(|link| feed(link.as_str(), &base)).collect()
}

/// The lists of feeds that a page at an address leads to.
pub(crate) fn lists(html: &str, from: &Url) -> Vec<Url> {
    let base = base(html, from);
    let links = LINK.find_iter(html).chain(ANCHOR.find_iter(html)).map(|link| link.as_str());
    links.filter_map(|link| base.join(attribute(link, "href")?.trim()).ok()).filter(is_list).collect()
}

/// What a page's relative links stand on.
fn base(html: &str, from: &Url) -> Url {
    let stated = BASE.find(html).and_then(|base| from.join(attribute(base.as_str(), "href")?.trim()).ok());
    stated.unwrap_or_else(|| from.clone())
}

fn is_list(address: &Url) -> bool {
    address.path().to_ascii_lowercase().ends_with(".opml")
}

/// The feed that a link of a page announces.
fn feed(link: &str, from: &Url) -> Option<AnnouncedFeed> {
    let (rel, kind) = (attribute(link, "rel")?.to_ascii_lowercase(), attribute(link, "type")?.to_ascii_lowercase());
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_feed = rel.split_whitespace().any(|rel| rel == "alternate") && FEEDS.contains(&kind);
    let address = from.join(attribute(link, "href")?.trim()).ok()?;
    is_feed.then_some(AnnouncedFeed { address, is_any_json: kind == JSON })
}

/// The value of a tag's attribute.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let found = ATTRIBUTE.captures_iter(tag).find(|found| found[1].eq_ignore_ascii_case(name))?;
    Some(decode((2..=4).find_map(|group| found.get(group))?.as_str(), false))
}
