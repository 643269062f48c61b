//! `index.html`: what is new, and every feed.

use askama::Template;

use super::issue::SectionItems;
use super::{IssueLink, PageHead, Pages, render};
use crate::facts::language::Language;
use crate::write::card::Card;

#[derive(Template)]
#[template(path = "index.html", config = "src/write/askama.toml")]
struct IndexPage<'a> {
    site: &'a Pages<'a>,
    head: PageHead,
    lead: String,
    cards: &'a [Card],
    newest: Option<(IssueLink, Vec<SectionItems<'a>>)>,
}

/// The page. `cards` begin with the feed of everything; `newest` is the newest issue, with its items by section.
pub(crate) fn page(site: &Pages<'_>, cards: &[Card], newest: Option<(IssueLink, Vec<SectionItems<'_>>)>) -> String {
    let (one, _) = site.newsletter.nouns(Language::Chinese);
    let chinese = format!("每个{one}一条，每个栏目一个订阅源。点“订阅”，把地址粘贴到阅读器里。");
    let (one, _) = site.newsletter.nouns(Language::English);
    let english = format!(
        "One item per {one}, one feed per section. Choose Subscribe, and paste the address into your feed reader."
    );
    let title = format!("{} · {}", site.newsletter.title, site.words().pick("订阅", "Feeds"));
    let lead = site.both(&chinese, &english);
    let description = site.words().pick(&chinese, &english).to_owned();
    let head = PageHead { path: "index.html".to_owned(), title, description };
    render(&IndexPage { site, head, lead, cards, newest })
}
