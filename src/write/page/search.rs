//! `search.html`: finds entries, in the browser.

use askama::Template;

use super::{IssueLink, PageHead, Pages, render};
use crate::facts::language::Language;
use crate::facts::section::Section;
use crate::facts::subject::Kind;
use crate::write::card::Card;

/// The versions to choose from, as conditions of feeds have them, and their names.
const VERSIONS: [(&str, &str); 5] = [("1", "v1"), (">=2", "v2+"), (">=3", "v3+"), (">=5", "v5+"), (">=10", "v10+")];

#[derive(Template)]
#[template(path = "search.html", config = "src/write/askama.toml")]
struct SearchPage<'a> {
    site: &'a Pages<'a>,
    head: PageHead,
    indices: String,
    cards: &'a [Card],
    sections: Vec<Choice<'a>>,
    kinds: [Kind; 6],
    issues: Vec<IssueLink>,
}

/// A section to choose.
struct Choice<'a> {
    slug: &'a str,
    /// Its feed.
    address: &'a str,
    chinese: &'a str,
    english: &'a str,
}

/// The page. `indices` are the paths of what it reads, that of the newest issues first; `cards` begin with the feed of everything, and
/// `sections` are those of feeds, with their cards.
pub(crate) fn page<'a>(
    site: &'a Pages<'_>,
    indices: &[String],
    cards: &'a [Card],
    sections: impl Iterator<Item = (&'a Section, &'a Card)>,
    issues: Vec<IssueLink>,
) -> String {
    let name = &site.newsletter.title;
    let (title, description) = match site.words() {
        Language::Chinese => ("检索", format!("检索《{name}》的全部条目")),
        Language::English => ("Search", format!("Find entries of {name}")),
    };
    let head = PageHead { path: "search.html".to_owned(), title: format!("{title} · {name}"), description };
    let language = site.words();
    let sections = sections.map(|(section, card)| {
        let (own, other) = (section.title.as_str(), site.newsletter.sections.other_title(section));
        let (chinese, english) = (language.pick(own, other), language.pick(other, own));
        Choice { slug: &section.slug, address: &card.address, chinese, english }
    });
    render(&SearchPage {
        site,
        head,
        indices: indices.join(" "),
        cards,
        sections: sections.collect(),
        kinds: Kind::ALL,
        issues,
    })
}
