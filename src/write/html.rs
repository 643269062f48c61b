//! Pages for people: every feed on one, and one a feed. They need no script.

use std::fmt::Write as _;

use askama::Template;
use chrono::{DateTime, FixedOffset};

use crate::config::Site;
use crate::issue::License;
use crate::item::{IssueRef, Item};
use crate::language::Language;
use crate::subject::Kind;

/// A feed as the pages show it.
#[derive(Debug)]
pub struct Card {
    /// Names its files.
    pub slug: String,
    /// Its name.
    pub title: String,
    /// Its name with the newsletter's, as readers show it.
    pub full_title: String,
    /// Its digest's name, as readers show it.
    pub digest_title: String,
    /// Its files, one a format.
    pub links: Vec<Link>,
    /// Its digest's files.
    pub digest: Vec<Link>,
    /// How many items it has had.
    pub total: usize,
    /// Its newest item.
    pub latest: Option<Latest>,
    /// [`chart`] of it.
    pub chart: String,
}

/// A file of a feed.
#[derive(Debug)]
pub struct Link {
    /// Its name in the site's folder.
    pub file: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its format's name.
    pub name: &'static str,
}

/// The newest item of a feed.
#[derive(Debug)]
pub struct Latest {
    title: String,
    url: String,
    day: String,
    datetime: String,
}

impl Latest {
    /// What a page shows of an item.
    pub fn of(item: &Item) -> Self {
        Self {
            title: item.title.clone(),
            url: item.url.clone(),
            day: day(item.published),
            datetime: item.published.to_rfc3339(),
        }
    }
}

#[derive(Template)]
#[template(path = "index.html", config = "src/write/askama.toml")]
struct IndexPage<'a> {
    site: &'a Site,
    words: Language,
    style: &'static str,
    feeds: &'a [Card],
    search: bool,
    license: Option<&'a License>,
}

#[derive(Template)]
#[template(path = "feed.html", config = "src/write/askama.toml")]
struct FeedPage<'a> {
    site: &'a Site,
    words: Language,
    style: &'static str,
    feed: &'a Card,
    issues: Vec<IssueItems<'a>>,
    license: Option<&'a License>,
}

#[derive(Template)]
#[template(path = "search.html", config = "src/write/askama.toml")]
struct SearchPage<'a> {
    site: &'a Site,
    words: Language,
    style: &'static str,
    sections: Vec<(&'a str, &'a str)>,
    kinds: [Kind; 6],
}

struct IssueItems<'a> {
    title: &'a str,
    url: Option<&'a str>,
    day: String,
    datetime: String,
    items: Vec<&'a Item>,
}

const STYLE: &str = include_str!("style.css");

/// `index.html`: every feed, what it holds, its newest item, its files.
pub fn index(site: &Site, feeds: &[Card], search: bool, license: Option<&License>) -> String {
    render(&IndexPage { site, words: site.language(), style: STYLE, feeds, search, license })
}

/// `SECTION.html`: the items of the feed's documents, by issue.
pub fn feed(
    site: &Site,
    feed: &Card,
    issues: &[(&IssueRef, DateTime<FixedOffset>, Vec<&Item>)],
    license: Option<&License>,
) -> String {
    let issues = issues
        .iter()
        .map(|(issue, posted, items)| IssueItems {
            title: &issue.title,
            url: issue.url.as_deref(),
            day: day(*posted),
            datetime: posted.to_rfc3339(),
            items: items.clone(),
        })
        .collect();
    render(&FeedPage { site, words: site.language(), style: STYLE, feed, issues, license })
}

/// `search.html`: finds entries in the archives, in the browser alone. `sections` are slugs and titles.
pub fn search(site: &Site, sections: Vec<(&str, &str)>) -> String {
    let kinds = [Kind::Patch, Kind::Resend, Kind::Rfc, Kind::Pull, Kind::Announcement, Kind::Reply];
    render(&SearchPage { site, words: site.language(), style: STYLE, sections, kinds })
}

fn render(page: &impl Template) -> String {
    page.render().expect("the templates call nothing that fails")
}

fn day(at: DateTime<FixedOffset>) -> String {
    at.format("%Y-%m-%d").to_string()
}

/// How many issues a chart shows.
pub const BARS: usize = 52;

/// A small bar chart: the number of entries in each issue, oldest first, the last 52 of them. `issues` holds each
/// issue's name and count.
pub fn chart(issues: &[(String, usize)], label: &str) -> String {
    let shown = &issues[issues.len().saturating_sub(BARS)..];
    let most = shown.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let mut escaped = String::new();
    crate::text::escape(&mut escaped, &label.replace('"', "”"));
    let width = shown.len().max(16) * 4;
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {width} 32\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{escaped}\">"
    );
    for (at, (name, count)) in shown.iter().enumerate().filter(|(_, (_, count))| *count > 0) {
        let height = (count * 31).div_ceil(most) + 1;
        let x = (at + width / 4 - shown.len()) * 4;
        escaped.clear();
        crate::text::escape(&mut escaped, name);
        let _ = write!(
            svg,
            "<rect x=\"{x}\" y=\"{}\" width=\"3\" height=\"{height}\"><title>{escaped}: {count}</title></rect>",
            32 - height
        );
    }
    svg.push_str("</svg>");
    svg
}
