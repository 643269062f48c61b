//! The pages of issues.

use std::collections::HashSet;

use rayon::prelude::*;

use super::digest::by_section;
use super::settings::Sink;
use super::versions::SeriesVersions;
use crate::error::Error;
use crate::facts::language::Language;
use crate::item::{Item, Listing};
use crate::write::page::entry::PageEntry;
use crate::write::page::issue::{self, IssueContents, PageSection};
use crate::write::page::{IssueLink, Pages};

/// Writes `issue/NUMBER.html` for every issue, and `issue/index.html`.
pub(super) fn write(
    pages: &Pages<'_>,
    listings: &[Listing],
    versions: &SeriesVersions<'_>,
    sink: &Sink<'_>,
) -> Result<(), Error> {
    listings.par_iter().enumerate().try_for_each(|(at, listing)| {
        let contents = IssueContents {
            issue: &listing.issue,
            link: link(pages, listing, listing.items.len()),
            sections: sections(pages, listing, versions),
            older: at.checked_sub(1).map(|older| link(pages, &listings[older], listings[older].items.len())),
            newer: listings.get(at + 1).map(|newer| link(pages, newer, newer.items.len())),
        };
        sink(&listing.page_path(), issue::page(pages, contents).as_bytes())
    })?;
    let links = listings.iter().rev().map(|listing| link(pages, listing, listing.items.len()));
    sink("issue/index.html", issue::list(pages, links.collect()).as_bytes())
}

/// A link to an issue, of which `count` entries are meant.
pub(super) fn link(pages: &Pages<'_>, listing: &Listing, count: usize) -> IssueLink {
    let [chinese, english] = [Language::Chinese, Language::English].map(|language| listing.issue.name(language));
    IssueLink {
        path: listing.page_path(),
        file: [&listing.slug, ".html"].concat(),
        name: pages.both(&chinese, &english),
        day: listing.day(),
        count,
    }
}

/// The items of an issue under their sections, those under none last.
pub(super) fn items<'a>(pages: &Pages<'_>, listing: &'a Listing) -> Vec<PageSection<&'a Item>> {
    let sections = by_section(listing.items.iter()).into_iter().map(|(section, entries)| PageSection {
        slug: section.slug.clone(),
        title: pages.section(section),
        entries,
    });
    let others: Vec<&Item> = listing.items.iter().filter(|item| item.sections.is_empty()).collect();
    let others = PageSection { slug: String::new(), title: pages.both("其他", "Others"), entries: others };
    sections.chain([others]).filter(|section| !section.entries.is_empty()).collect()
}

/// The entries of an issue under their sections. One that stands under several has its text under the first.
fn sections<'a>(
    pages: &Pages<'_>,
    listing: &'a Listing,
    versions: &SeriesVersions<'_>,
) -> Vec<PageSection<PageEntry<'a>>> {
    let mut shown = HashSet::new();
    let mut sections = Vec::new();
    for PageSection { slug, title, entries } in items(pages, listing) {
        let mut page_entries = Vec::with_capacity(entries.len());
        for item in entries {
            let entry = if shown.insert(item.id) {
                PageEntry { has_anchor: true, ..entry(pages, item, &slug, versions) }
            } else {
                PageEntry::above(pages, item)
            };
            page_entries.push(entry);
        }
        sections.push(PageSection { slug, title, entries: page_entries });
    }
    sections
}

/// An entry with its versions. `section` is the slug of the section that the page names already.
pub(super) fn entry<'a>(
    pages: &Pages<'_>,
    item: &'a Item,
    section: &str,
    versions: &SeriesVersions<'_>,
) -> PageEntry<'a> {
    let mut entry = PageEntry::new(pages, item, section);
    (entry.earlier, entry.later) = versions.of(item);
    entry
}
