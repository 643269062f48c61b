//! Pages for people: one with every feed, one for each feed, and a search. Only the search needs a script.

use askama::Template;
use chrono::{DateTime, FixedOffset};

use super::card::{Card, day};
use super::policy::policy;
use crate::facts::language::Language;
use crate::facts::license::License;
use crate::facts::newsletter::Newsletter;
use crate::facts::subject::Kind;
use crate::item::{IssueFacts, Item};
use crate::markdown;

/// What every page says, before its title, of the program that made it.
const GENERATOR: &str = "<meta name=\"generator\" content=\"patchfeed\">";

/// The title of a page; none if another program made it.
pub(crate) fn title_of(page: &str) -> Option<String> {
    let (head, rest) = page.split_once("<title>")?;
    let (title, _) = rest.split_once("</title>")?;
    head.contains(GENERATOR).then(|| markdown::decode(title, false))
}

#[derive(Template)]
#[template(path = "index.html", config = "src/write/askama.toml")]
struct IndexPage<'a> {
    newsletter: &'a Newsletter,
    words: Language,
    policy: String,
    style: &'static str,
    feeds: &'a [Card],
    search: bool,
    license: Option<&'a License>,
}

#[derive(Template)]
#[template(path = "feed.html", config = "src/write/askama.toml")]
struct FeedPage<'a> {
    newsletter: &'a Newsletter,
    words: Language,
    policy: String,
    style: &'static str,
    feed: &'a Card,
    issues: Vec<PageIssue<'a>>,
    license: Option<&'a License>,
}

#[derive(Template)]
#[template(path = "search.html", config = "src/write/askama.toml")]
struct SearchPage<'a> {
    newsletter: &'a Newsletter,
    words: Language,
    policy: String,
    style: &'static str,
    script: &'static str,
    sections: Vec<(&'a str, &'a str)>,
    kinds: [Kind; 6],
}

/// The items of an issue on a feed's page.
pub(crate) struct PageIssue<'a> {
    title: &'a str,
    url: Option<&'a str>,
    day: String,
    datetime: String,
    items: Vec<&'a Item>,
}

impl<'a> PageIssue<'a> {
    pub(crate) fn new(issue: &'a IssueFacts, posted: DateTime<FixedOffset>, items: Vec<&'a Item>) -> Self {
        Self { title: &issue.title, url: issue.url.as_deref(), day: day(posted), datetime: posted.to_rfc3339(), items }
    }
}

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("search.js");

/// `index.html`: every feed, what it holds, its newest item, its files.
pub(crate) fn index(newsletter: &Newsletter, feeds: &[Card], search: bool, license: Option<&License>) -> String {
    let policy = policy(STYLE, None);
    render(&IndexPage { newsletter, words: newsletter.language(), policy, style: STYLE, feeds, search, license })
}

/// `SLUG.html`: the items of the feed's documents, by issue.
pub(crate) fn feed(
    newsletter: &Newsletter,
    feed: &Card,
    issues: Vec<PageIssue<'_>>,
    license: Option<&License>,
) -> String {
    let policy = policy(STYLE, None);
    render(&FeedPage { newsletter, words: newsletter.language(), policy, style: STYLE, feed, issues, license })
}

/// `search.html`: finds entries in the archives, in the browser. `sections` are slugs and titles.
pub(crate) fn search(newsletter: &Newsletter, sections: Vec<(&str, &str)>) -> String {
    let kinds = Kind::ALL;
    let policy = policy(STYLE, Some(SCRIPT));
    let words = newsletter.language();
    render(&SearchPage { newsletter, words, policy, style: STYLE, script: SCRIPT, sections, kinds })
}

fn render(page: &impl Template) -> String {
    page.render().expect("the templates call nothing that fails")
}
