//! Listings: the items of each issue.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Duration, FixedOffset};
use rayon::prelude::*;
use url::Url;

use super::content::{Content, SUMMARY, push_earlier, push_place, summary};
use super::draft::{Draft, IssueDrafts, diagnostic, draft};
use super::model::{IssueFacts, Item};
use super::repeats::Listed;
use crate::diagnostic::{Diagnostic, Place, Problem};
use crate::entry::Entry;
use crate::facts::language::Language;
use crate::facts::newsletter::Newsletter;
use crate::facts::section::Section;
use crate::issues::PlacedIssue;
use crate::rescue::rescue;

/// The items of an issue, in its order.
#[derive(Debug)]
pub struct Listing {
    /// The issue's name in addresses.
    pub slug: String,
    /// When the issue was posted; its place in the order, if nothing says that.
    pub posted: DateTime<FixedOffset>,
    /// The issue.
    pub issue: Arc<IssueFacts>,
    /// The path of the document that the issue stands in.
    pub path: String,
    /// How many entries the issue has.
    pub entries: usize,
    /// The sections that they stand under, and how many under each, in the issue's order.
    pub sections: Vec<(Arc<Section>, usize)>,
    /// The entries that are new in this issue, or new in one of its sections.
    pub items: Vec<Item>,
    /// Where the items' links stand, by the items' places; with [`Texts::Dropped`] only.
    pub links: Vec<LinkPlace>,
    /// What is wrong with entries that no item could be made of.
    pub diagnostics: Vec<Diagnostic>,
}

impl Listing {
    /// The path of its page below the site's folder.
    pub(crate) fn page_path(&self) -> String {
        ["issue/", &self.slug, ".html"].concat()
    }
}

/// A link of an issue, and its place.
#[derive(Debug, Clone)]
pub struct LinkPlace {
    /// The address.
    pub url: String,
    /// The entry.
    pub place: Place,
}

/// What items say besides what their entries say.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The address of the site, whose pages the items link to.
    pub base_url: &'a Url,
    /// What is kept of their texts.
    pub texts: Texts,
}

/// What items keep of their texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Texts {
    /// Nothing: it is enough to have made them once.
    Dropped,
    /// [`Item::summary`] and [`Item::html`].
    Shown,
    /// These, and [`Item::text`].
    Searched,
}

/// The listings of a newsletter's issues, which come in their order, the oldest first, and how many entries listed
/// something again.
pub fn list(issues: Vec<PlacedIssue<'_>>, newsletter: &Newsletter, options: Options<'_>) -> (Vec<Listing>, usize) {
    let (drafts, repeats) = drafts(&issues, newsletter);
    let all = issues.into_par_iter().zip(drafts);
    (all.map(|(issue, drafts)| listing(&issue, drafts, newsletter, options)).collect(), repeats)
}

/// The drafts of each issue, and how many entries listed something again.
fn drafts(issues: &[PlacedIssue<'_>], newsletter: &Newsletter) -> (Vec<IssueDrafts>, usize) {
    let mut drafts: Vec<IssueDrafts> = issues.par_iter().map(|issue| draft(issue, newsletter)).collect();
    report_unplaced(issues, &mut drafts);
    let mut listed = Listed::with_capacity_for(&drafts);
    for (issue, drafts) in issues.iter().zip(&mut drafts) {
        listed.take(drafts, issue, newsletter);
    }
    (drafts, listed.repeats)
}

/// Reports, once, the links of all issues that are relative to nothing.
fn report_unplaced(issues: &[PlacedIssue<'_>], drafts: &mut [IssueDrafts]) {
    let count = drafts.iter().map(|drafts| drafts.unplaced.len()).sum();
    let first = issues.iter().zip(drafts).find(|(_, drafts)| !drafts.unplaced.is_empty());
    if let Some((issue, drafts)) = first {
        let entry = &issue.issue.entries[drafts.unplaced[0]];
        drafts.diagnostics.push(diagnostic(issue, entry, Problem::RelativeLinks(count)));
    }
}

fn listing(placed: &PlacedIssue<'_>, mut issue: IssueDrafts, newsletter: &Newsletter, options: Options<'_>) -> Listing {
    let mut diagnostics = std::mem::take(&mut issue.diagnostics);
    let mut items = Vec::with_capacity(issue.drafts.len());
    let mut links = Vec::new();
    for draft in std::mem::take(&mut issue.drafts) {
        let entry = &placed.issue.entries[draft.position];
        match rescue(|| item(draft, placed, &issue, newsletter.language(), options)) {
            Ok(item) if options.texts == Texts::Dropped => {
                links.extend(link_place(placed, entry, &item));
                items.push(Item { summary: String::new(), html: String::new(), own: 0, ..item });
            }
            Ok(item) => items.push(item),
            Err(words) => diagnostics.push(diagnostic(placed, entry, Problem::Defect(words))),
        }
    }
    Listing {
        slug: placed.slug.clone(),
        posted: placed.posted,
        path: placed.issue.document.path.clone(),
        entries: placed.issue.entries.len(),
        sections: sections(&placed.issue.entries, newsletter),
        items,
        links,
        issue: issue.facts,
        diagnostics: diagnostics.reported(),
    }
}

impl Listing {
    /// The day on which the issue was posted, `2024-10-21`; empty if nothing says that.
    pub fn day(&self) -> String {
        if self.issue.is_dated { self.posted.format("%Y-%m-%d").to_string() } else { String::new() }
    }
}

/// The link of an item, if its entry has one.
fn link_place(placed: &PlacedIssue<'_>, entry: &Entry<'_>, item: &Item) -> Option<LinkPlace> {
    entry.link.as_ref()?;
    let document = placed.issue.document;
    Some(LinkPlace { url: item.url.clone(), place: document.place(document.range_of(entry.piece()?)?) })
}

/// How many entries stand under each section, in the order of the sections' first entries.
fn sections(entries: &[Entry<'_>], newsletter: &Newsletter) -> Vec<(Arc<Section>, usize)> {
    let mut counts: Vec<(Arc<Section>, usize)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new(); // in `counts`, by slug
    for section in entries.iter().filter_map(|entry| entry.section.as_ref()) {
        let at = *places.entry(&section.slug).or_insert(counts.len());
        match counts.get_mut(at) {
            Some((_, count)) => *count += 1,
            None => counts.push((newsletter.sections.own(section), 1)),
        }
    }
    counts
}

/// The item of a draft. Items are a second apart, the issue's first entry on top.
fn item(draft: Draft, placed: &PlacedIssue<'_>, issue: &IssueDrafts, language: Language, options: Options<'_>) -> Item {
    let Draft { id, position, sections, url, mail, .. } = draft;
    let entry = &placed.issue.entries[position];
    let content = Content::of(entry, &placed.issue, &issue.page);
    let words = content.words(if options.texts == Texts::Searched { usize::MAX } else { SUMMARY });
    let mut html = String::with_capacity(content.len() * 5 / 4 + 512); // markup included, and the last line
    content.push_html(&mut html);
    let own = html.len();
    let series = mail.as_ref().and_then(|mail| mail.series.as_ref());
    if let Some(series) = series.filter(|series| !series.earlier.is_empty()) {
        push_earlier(&mut html, &series.earlier, language);
    }
    let feeds = sections.iter().map(|section| (section.slug.as_str(), section.title.as_str()));
    push_place(&mut html, options.base_url, feeds, &issue.facts);
    html.shrink_to_fit(); // all items are in memory at once
    Item {
        id,
        title: entry.title.clone().into_owned(),
        url,
        published: placed.posted - Duration::seconds(i64::try_from(position).unwrap_or(0)),
        summary: summary(&words, &sections, &issue.facts),
        text: if options.texts == Texts::Searched { words } else { String::new() },
        html,
        own,
        sections,
        issue: Arc::clone(&issue.facts),
        mail,
    }
}
