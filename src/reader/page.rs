//! A web page where a feed is expected.

use url::Url;

use super::tags::{PageTag, tags};
use super::xml;
use crate::net::{Download, Failure, redacted};

/// How many feeds of a page are named.
const NAMED: usize = 5;

/// The media types by which pages announce feeds.
const FEEDS: [&str; 4] = ["application/atom+xml", "application/rss+xml", "application/feed+json", JSON];

const JSON: &str = "application/json";

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
    let tags = tags(html, &["base", "link"]);
    let base = base(&tags, from);
    tags.iter().filter(|tag| tag.name() == "link").filter_map(|link| feed(link, &base)).collect()
}

/// The lists of feeds that a page at an address leads to.
pub(crate) fn lists(html: &str, from: &Url) -> Vec<Url> {
    let tags = tags(html, &["a", "base", "link"]);
    let base = base(&tags, from);
    let (links, anchors): (Vec<&PageTag>, Vec<&PageTag>) =
        tags.iter().filter(|tag| tag.name() != "base").partition(|tag| tag.name() == "link");
    let links = links.into_iter().chain(anchors);
    links.filter_map(|link| base.join(link.attribute("href")?.trim()).ok()).filter(is_list).collect()
}

/// What a page's relative links stand on.
fn base(tags: &[PageTag], from: &Url) -> Url {
    let stated = tags.iter().find(|tag| tag.name() == "base");
    let stated = stated.and_then(|base| from.join(base.attribute("href")?.trim()).ok());
    stated.unwrap_or_else(|| from.clone())
}

fn is_list(address: &Url) -> bool {
    address.path().to_ascii_lowercase().ends_with(".opml")
}

/// The feed that a link of a page announces.
fn feed(link: &PageTag, from: &Url) -> Option<AnnouncedFeed> {
    let (rel, kind) = (link.attribute("rel")?.to_ascii_lowercase(), link.attribute("type")?.to_ascii_lowercase());
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_feed = rel.split_whitespace().any(|rel| rel == "alternate") && FEEDS.contains(&kind);
    let address = from.join(link.attribute("href")?.trim()).ok()?;
    is_feed.then_some(AnnouncedFeed { address, is_any_json: kind == JSON })
}
