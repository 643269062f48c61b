//! `index.html`: what is new, and every feed.

use askama::Template;

use super::issue::PageSection;
use super::{IssueLink, PageHead, Pages, render};
use crate::facts::language::Language;
use crate::item::Item;
use crate::write::card::Card;

#[derive(Template)]
#[template(path = "index.html", config = "src/write/askama.toml")]
struct IndexPage<'a> {
    site: &'a Pages<'a>,
    head: PageHead,
    lead: String,
    cards: &'a [Card],
    newest: Option<(IssueLink, Vec<NewSection<'a>>)>,
}

/// What is new in a section.
#[derive(Debug)]
struct NewSection<'a> {
    /// As HTML.
    title: String,
    /// The language that all titles are marked with.
    language: Option<&'static str>,
    /// The items, each with the language that its title alone is marked with.
    items: Vec<(&'a Item, Option<&'static str>)>,
}

/// The page. `cards` begin with the feed of everything; `newest` is the newest issue, with its items by section.
pub(crate) fn page(site: &Pages<'_>, cards: &[Card], newest: Option<(IssueLink, Vec<PageSection<&Item>>)>) -> String {
    let [chinese, english] = [Language::Chinese, Language::English].map(|language| lead(site, language));
    let title = format!("{} · {}", site.newsletter.title, site.words().pick("订阅", "Feeds"));
    let lead = site.both(&chinese, &english);
    let description = site.words().pick(&chinese, &english).to_owned();
    let head = PageHead { path: "index.html".to_owned(), title, description };
    let newest = newest
        .map(|(issue, sections)| (issue, sections.into_iter().map(|section| new_section(site, section)).collect()));
    render(&IndexPage { site, head, lead, cards, newest })
}

/// What the site offers, and how to take it.
fn lead(site: &Pages<'_>, language: Language) -> String {
    let (one, _) = site.newsletter.nouns(language);
    match language {
        Language::Chinese => format!("每个{one}一条，每个栏目一个订阅源。点“订阅”，把地址粘贴到阅读器里。"),
        Language::English => {
            format!(
                "One item per {one}, one feed per section. Choose Subscribe, and paste the address into your feed reader."
            )
        }
    }
}

fn new_section<'a>(site: &Pages<'_>, section: PageSection<&'a Item>) -> NewSection<'a> {
    let PageSection { title, entries, .. } = section;
    let mut items: Vec<_> = entries.into_iter().map(|item| (item, site.language_of(&item.title))).collect();
    let language = items.first().and_then(|(_, language)| *language);
    let is_common = items.iter().all(|(_, other)| *other == language);
    if is_common {
        for (_, language) in &mut items {
            *language = None; // the list says it once
        }
    }
    NewSection { title, language: language.filter(|_| is_common), items }
}
