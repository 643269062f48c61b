//! The names that items have and conditions may ask for.

use std::collections::{BTreeMap, BTreeSet};

use super::Conditions;
use crate::facts::subject::Kind;
use crate::item::Listing;
use crate::text::did_you_mean;

/// The names that some item has, each once.
#[derive(Debug, Default)]
pub struct Names<'a> {
    sections: BTreeSet<&'a str>,
    /// The slugs of the sections, by their titles: people write these, too.
    titles: BTreeMap<&'a str, &'a str>,
    kinds: BTreeSet<&'a str>,
    organisations: BTreeSet<&'a str>,
    trees: BTreeSet<&'a str>,
    lists: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    /// The names that the items of the listings have.
    pub fn of(listings: &'a [Listing]) -> Self {
        let mut names = Self::default();
        for item in listings.iter().flat_map(|listing| &listing.items) {
            for section in &item.sections {
                names.sections.insert(&section.slug);
                names.titles.insert(&section.title, &section.slug);
            }
            let Some(mail) = &item.mail else { continue };
            names.kinds.extend(mail.subject.kind.map(Kind::term));
            names.organisations.extend(mail.organisation.as_deref());
            names.trees.extend(mail.subject.trees.iter().map(String::as_str));
            names.lists.extend(mail.list.as_deref());
        }
        names
    }

    /// The slugs of the sections.
    pub fn sections(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.sections.iter().copied()
    }

    /// The slug of the section that somebody who wrote its title meant.
    pub fn titled(&self, title: &str) -> Option<&'a str> {
        self.titles.get(title.trim()).copied()
    }
}

impl Conditions {
    /// What the conditions ask for and no item has, in words.
    pub fn unmet(&self, names: &Names<'_>) -> Vec<String> {
        let kinds: Vec<String> = self.kind.iter().map(|kind| kind.term().to_owned()).collect();
        let mut unmet = Vec::new();
        for (what, wanted, known) in [
            ("section", &self.section, &names.sections),
            ("kind", &kinds, &names.kinds),
            ("organisation", &self.organisation, &names.organisations),
            ("tree", &self.tree, &names.trees),
            ("list", &self.list, &names.lists),
        ] {
            let missing = wanted.iter().filter(|name| !known.iter().any(|known| known.eq_ignore_ascii_case(name)));
            unmet.extend(
                missing.map(|name| {
                    format!("no entry has the {what} {name:?}{}", did_you_mean(name, known.iter().copied()))
                }),
            );
        }
        let missing = self.series.iter().filter(|named| named.is_missing);
        unmet.extend(missing.map(|named| format!("no item has the name {:?}", named.name)));
        unmet.extend(self.not.iter().flat_map(|not| not.unmet(names)));
        unmet
    }
}
