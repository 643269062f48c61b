//! The sections of a newsletter, as a configuration can state them.

use std::collections::{BTreeMap, BTreeSet};

use super::Issues;
use crate::facts::heading;

/// A section that issues have and the table of sections doesn't.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LearntSection {
    /// The name of its feed.
    pub slug: String,
    /// Its title; empty if no entry stands right below its headings.
    pub title: String,
    /// The headings that begin it, the usual one first.
    pub headings: Vec<String>,
    /// How many issues have entries in it.
    pub issues: usize,
}

impl Issues<'_> {
    /// The sections that the issues have and the table doesn't, in the order of their slugs; and headings that part others, which hold no
    /// entry themselves.
    pub fn sections(&self) -> Vec<LearntSection> {
        let mut sections: BTreeMap<&str, LearntSection> = BTreeMap::new();
        for placed in &self.all {
            let mut seen: BTreeSet<&str> = BTreeSet::new();
            let of_entries = placed.issue.entries.iter().filter_map(|entry| entry.section.as_ref());
            for section in of_entries.filter(|section| !section.known) {
                let learnt = sections.entry(&section.slug).or_default();
                if learnt.title.is_empty() {
                    learnt.title.clone_from(&section.title);
                }
                learnt.issues += usize::from(seen.insert(&section.slug));
                push_new(&mut learnt.headings, &section.title);
            }
        }
        for (heading, slug) in &self.spellings {
            sections.entry(slug).and_modify(|learnt| push_new(&mut learnt.headings, heading));
        }
        let mut sections: BTreeMap<String, LearntSection> =
            sections.into_iter().map(|(slug, learnt)| (slug.to_owned(), learnt)).collect();
        for (heading, slug) in self.parting(&sections) {
            push_new(&mut sections.entry(slug).or_default().headings, heading);
        }
        let named = sections.into_iter().map(|(slug, learnt)| LearntSection { slug, ..learnt });
        named.collect()
    }

    /// The headings that come back and begin none of these sections, and their slugs.
    fn parting(&self, sections: &BTreeMap<String, LearntSection>) -> Vec<(&str, String)> {
        if !self.newsletter.lists_links {
            return Vec::new();
        }
        let headings = sections.values().flat_map(|section| &section.headings);
        let beginning: BTreeSet<String> = headings.map(|heading| heading::key(heading)).collect();
        let others = self.habits.common().into_iter().filter(|words| !beginning.contains(&heading::key(words)));
        let found = others.map(|words| (words, self.newsletter.sections.find(words, false)));
        found.filter(|(_, section)| !section.known).map(|(words, section)| (words, section.slug.clone())).collect()
    }
}

fn push_new(headings: &mut Vec<String>, heading: &str) {
    if !headings.iter().any(|known| known == heading) {
        headings.push(heading.to_owned());
    }
}
