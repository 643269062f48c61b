//! `search.html`: finds entries, in the browser.

use askama::Template;

use super::{PageHead, Pages, render};
use crate::facts::language::Language;
use crate::facts::subject::Kind;

#[derive(Template)]
#[template(path = "search.html", config = "src/write/askama.toml")]
struct SearchPage<'a> {
    site: &'a Pages<'a>,
    head: PageHead,
    sections: Vec<(&'a str, &'a str)>,
    kinds: [Kind; 6],
}

/// The page. `sections` are slugs and titles.
pub(crate) fn page(site: &Pages<'_>, sections: Vec<(&str, &str)>) -> String {
    let name = &site.newsletter.title;
    let (title, description) = match site.words() {
        Language::Chinese => ("检索", format!("检索《{name}》的全部条目")),
        Language::English => ("Search", format!("Find entries of {name}")),
    };
    let head = PageHead { path: "search.html".to_owned(), title: format!("{title} · {name}"), description };
    render(&SearchPage { site, head, sections, kinds: Kind::ALL })
}
