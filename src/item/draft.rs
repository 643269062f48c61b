//! Drafts: what an issue's entries become, as far as the issue alone tells.

use std::collections::HashMap;
use std::sync::Arc;

use url::{ParseError, Url};
use uuid::Uuid;

use super::identity::Identity;
use super::model::{IssueFacts, Mail};
use super::series::series_key;
use crate::diagnostic::{Diagnostic, Diagnostics, Problem};
use crate::entry::{Entry, Link};
use crate::facts::lore::Archived;
use crate::facts::newsletter::Newsletter;
use crate::facts::section::Section;
use crate::facts::{organisation, subject};
use crate::issue::stem;
use crate::issues::PlacedIssue;
use crate::markdown;
use crate::rescue::rescue;
use crate::split::IssueKind;
use crate::text;

/// The drafts of an issue's items.
#[derive(Debug)]
pub(super) struct IssueDrafts {
    pub(super) facts: Arc<IssueFacts>,
    /// What the issue's relative links are relative to.
    pub(super) page: Url,
    pub(super) drafts: Vec<Draft>,
    /// The places of the entries whose links are relative to nothing.
    pub(super) unplaced: Vec<usize>,
    /// How many entries list what an entry above them lists.
    pub(super) repeats: usize,
    /// The entries that no item can be made of.
    pub(super) diagnostics: Diagnostics,
}

/// An item to be: the first entry of its issue that lists it.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) id: Uuid,
    /// Tells it from what earlier issues list with the same id.
    pub(super) words: u64,
    /// The entry's place in the issue.
    pub(super) position: usize,
    /// The sections that the issue lists it under.
    pub(super) sections: Vec<Arc<Section>>,
    pub(super) url: String,
    pub(super) mail: Option<Box<Mail>>,
    /// The [`series_key`] of the mail.
    pub(super) series_key: Option<Uuid>,
}

/// Drafts the items of an issue. An entry that stands in several sections becomes one item with all of them.
pub(super) fn draft(placed: &PlacedIssue<'_>, newsletter: &Newsletter) -> IssueDrafts {
    let facts = Arc::new(issue_facts(placed, newsletter));
    let home = facts.url.as_deref().and_then(|url| Url::parse(url).ok()).unwrap_or_else(|| newsletter.address.clone());
    let page = base(placed, &facts, &home, newsletter);
    let entries = &placed.issue.entries;
    let mut drafts: Vec<Draft> = Vec::with_capacity(entries.len());
    let mut places: HashMap<Uuid, usize> = HashMap::with_capacity(entries.len()); // of the drafts, by their ids
    let (mut diagnostics, mut defects) = (Diagnostics::default(), 0);
    for (position, entry) in entries.iter().enumerate() {
        let known = |id: &Uuid| places.get(id).map(|&at: &usize| &entries[drafts[at].position]);
        match rescue(|| draft_of(position, entry, placed, [&page, &home], &known, newsletter)) {
            Err(words) => {
                defects += 1;
                diagnostics.push(diagnostic(placed, entry, Problem::Defect(words)));
            }
            Ok(draft) => match places.get(&draft.id) {
                Some(&at) => {
                    let first = &entries[drafts[at].position];
                    let is_meant = first.title == entry.title && first.section != entry.section;
                    if !is_meant {
                        let line = line_of(placed, first);
                        diagnostics.push(diagnostic(placed, entry, Problem::ListedTwice { line }));
                    }
                    for section in &draft.sections {
                        add_section(&mut drafts[at].sections, section);
                    }
                }
                None => {
                    places.insert(draft.id, drafts.len());
                    drafts.push(draft);
                }
            },
        }
    }
    let repeats = entries.len() - drafts.len() - defects;
    let unplaced = (0..entries.len()).filter(|&at| is_unplaced(&entries[at], &page)).collect();
    IssueDrafts { facts, page, drafts, unplaced, repeats, diagnostics }
}

/// What the relative links of an issue are relative to: its page, that of its file at a forge, or the newsletter's address. Without any,
/// nothing can be relative to it.
fn base(placed: &PlacedIssue<'_>, facts: &IssueFacts, home: &Url, newsletter: &Newsletter) -> Url {
    let file = placed.issue.document.page.as_ref().filter(|_| facts.url.is_none());
    match file {
        Some(file) => file.clone(),
        None if facts.url.is_some() || newsletter.has_address => home.clone(),
        None => Url::parse("about:blank").expect("it is an address"),
    }
}

/// Whether the link of an entry is relative, and there is nothing that it could be relative to.
fn is_unplaced(entry: &Entry<'_>, page: &Url) -> bool {
    let Some(Link::Other(address)) = &entry.link else { return false };
    page.cannot_be_a_base() && Url::parse(address) == Err(ParseError::RelativeUrlWithoutBase)
}

/// Drafts the item of an entry. `known` gives the first entry of the issue that has an id.
fn draft_of<'a>(
    position: usize,
    entry: &Entry<'_>,
    placed: &PlacedIssue<'_>,
    [page, home]: [&Url; 2],
    known: &dyn Fn(&Uuid) -> Option<&'a Entry<'a>>,
    newsletter: &Newsletter,
) -> Draft {
    let identity = Identity::of(entry, placed, page);
    let mut id = identity.id();
    if known(&id).is_some_and(|first| identity.differs(first, entry)) {
        id = identity.id_with_words(entry, &placed.slug);
    }
    let section = entry.section.as_ref().map(|section| newsletter.sections.own(section));
    let (url, mail) = mail(entry, placed.issue.kind, page, home);
    let listed = mail.as_ref().filter(|mail| mail.message_id.is_some());
    let series_key = listed.and_then(|mail| series_key(&mail.subject));
    Draft { id, words: identity.words(entry), position, sections: section.into_iter().collect(), url, mail, series_key }
}

/// The line that an entry begins at.
fn line_of(placed: &PlacedIssue<'_>, entry: &Entry<'_>) -> usize {
    let document = placed.issue.document;
    entry.piece().and_then(|piece| document.range_of(piece)).map_or(1, |range| document.line(range.start))
}

/// Reports a problem with an entry.
pub(super) fn diagnostic(placed: &PlacedIssue<'_>, entry: &Entry<'_>, problem: Problem) -> Diagnostic {
    let document = placed.issue.document;
    let place = entry.piece().and_then(|piece| document.range_of(piece));
    document.diagnostic(place, problem)
}

/// The most sections that an item stands in. Each gives its feed the whole item, and the item names them all.
const SECTIONS: usize = 16;

/// Adds a section to those that list an item, unless it is one of them.
pub(super) fn add_section(sections: &mut Vec<Arc<Section>>, new: &Arc<Section>) {
    if sections.len() < SECTIONS && !sections.iter().any(|section| section.slug == new.slug) {
        sections.push(Arc::clone(new));
    }
}

/// What the items of an issue say of it. What the issue leaves open is the newsletter's.
fn issue_facts(placed: &PlacedIssue<'_>, newsletter: &Newsletter) -> IssueFacts {
    let issue = &placed.issue;
    let title = issue.title.clone().unwrap_or_else(|| match issue.number {
        Some(number) => format!("{} {}", newsletter.title, newsletter.language().issue(number)),
        None => Some(text::one_line(&text::legal(stem(&issue.document.path))))
            .filter(|name| !issue.is_part && text::is_visible(name))
            .unwrap_or_else(|| newsletter.title.clone()),
    });
    let url = issue.permalink.as_ref().and_then(|link| {
        if newsletter.has_address { newsletter.address.join(link).ok() } else { Url::parse(link).ok() }
    });
    IssueFacts {
        is_dated: placed.date().is_some(),
        number: issue.number,
        title,
        url: url.filter(|url| matches!(url.scheme(), "http" | "https")).map(Into::into),
        license: issue.license.clone().or_else(|| newsletter.license.clone()),
        editor: issue.editor.clone().unwrap_or_else(|| newsletter.author.clone()),
    }
}

/// The address of an entry's item, and what is known of the mail, if it is one.
fn mail(entry: &Entry<'_>, kind: IssueKind, page: &Url, home: &Url) -> (String, Option<Box<Mail>>) {
    let (url, archived) = match &entry.link {
        Some(Link::Mail(mail)) => (mail.url(), Some(mail)),
        Some(Link::Other(address)) => (markdown::safe(address, page).unwrap_or_else(|| home.to_string()), None),
        None => (home.to_string(), None),
    };
    if archived.is_none() && kind != IssueKind::Patches {
        return (url, None);
    }
    let mail = Mail {
        list: archived.and_then(Archived::list),
        organisation: archived.and_then(|mail| organisation::from_message_id(&mail.message_id)),
        message_id: archived.map(|mail| mail.message_id.to_string()),
        subject: subject::parse(&entry.title),
        series: None, // depends on earlier issues
    };
    (url, Some(Box::new(mail)))
}
