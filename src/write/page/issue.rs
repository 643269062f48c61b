//! `issue/NUMBER.html`: all entries of an issue, by section, and `issue/index.html`, which lists the issues.

use askama::Template;

use super::entry::PageEntry;
use super::{IssueLink, PageHead, Pages, render};
use crate::facts::language::Language;
use crate::item::IssueFacts;

#[derive(Template)]
#[template(path = "issue.html", config = "src/write/askama.toml")]
struct IssuePage<'a> {
    site: &'a Pages<'a>,
    head: PageHead,
    issue: &'a IssueFacts,
    day: String,
    total: usize,
    sections: Vec<PageSection<PageEntry<'a>>>,
    older: Option<IssueLink>,
    newer: Option<IssueLink>,
}

#[derive(Template)]
#[template(path = "issues.html", config = "src/write/askama.toml")]
struct IssuesPage<'a> {
    site: &'a Pages<'a>,
    head: PageHead,
    issues: Vec<IssueLink>,
}

/// What an issue has under a section, or under none: then slug and title are empty.
#[derive(Debug)]
pub(crate) struct PageSection<T> {
    pub(crate) slug: String,
    /// As HTML.
    pub(crate) title: String,
    pub(crate) entries: Vec<T>,
}

/// The entries of an issue.
#[derive(Debug)]
pub(crate) struct IssueContents<'a> {
    pub(crate) issue: &'a IssueFacts,
    pub(crate) link: IssueLink,
    pub(crate) sections: Vec<PageSection<PageEntry<'a>>>,
    pub(crate) older: Option<IssueLink>,
    pub(crate) newer: Option<IssueLink>,
}

/// The page of an issue.
pub(crate) fn page(site: &Pages<'_>, contents: IssueContents<'_>) -> String {
    let IssueContents { issue, link, sections, older, newer } = contents;
    let titles = sections.iter().flat_map(|section| &section.entries).map(|entry| entry.item.title.as_str());
    let description = titles.take(3).collect::<Vec<_>>().join("; ");
    let description = match site.words() {
        Language::Chinese => format!("{} 条：{description}", link.count),
        Language::English => format!("{}: {description}", site.words().entries(link.count)),
    };
    let head = PageHead { path: link.path, title: issue.title.clone(), description };
    render(&IssuePage { site, head, issue, day: link.day, total: link.count, sections, older, newer })
}

/// The page of all issues, which come the newest first.
pub(crate) fn list(site: &Pages<'_>, issues: Vec<IssueLink>) -> String {
    let name = &site.newsletter.title;
    let (title, description) = match site.words() {
        Language::Chinese => ("各期", format!("《{name}》的全部各期")),
        Language::English => ("Issues", format!("All issues of {name}")),
    };
    let head = PageHead { path: "issue/index.html".to_owned(), title: format!("{title} · {name}"), description };
    render(&IssuesPage { site, head, issues })
}
