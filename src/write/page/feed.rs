//! `SLUG.html`: what a feed's documents hold, by issue, and where older issues are.

use askama::Template;

use super::entry::PageEntry;
use super::{IssueLink, PageHead, Pages, render};
use crate::write::card::Card;

#[derive(Template)]
#[template(path = "feed.html", config = "src/write/askama.toml")]
struct FeedPage<'a> {
    site: &'a Pages<'a>,
    head: PageHead,
    card: &'a Card,
    chart: Option<String>,
    issues: Vec<FeedIssue<'a>>,
    older: Vec<IssueLink>,
    is_whole: bool,
}

/// What an issue gives to a feed.
#[derive(Debug)]
pub(crate) struct FeedIssue<'a> {
    pub(crate) issue: IssueLink,
    pub(crate) entries: Vec<PageEntry<'a>>,
}

/// The page. `chart` is its entries by issue as SVG, and `older` are issues that give it entries and aren't shown.
pub(crate) fn page(
    site: &Pages<'_>,
    card: &Card,
    chart: Option<String>,
    issues: Vec<FeedIssue<'_>>,
    older: Vec<IssueLink>,
) -> String {
    let head = PageHead {
        path: format!("{}.html", card.slug),
        title: card.full_title.clone(),
        description: card.description.clone(),
    };
    render(&FeedPage { site, head, card, chart, issues, older, is_whole: true })
}
