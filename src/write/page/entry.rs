//! An entry as pages show it.

use super::Pages;
use crate::item::Item;
use crate::text;

/// How many characters of a text show before it is unfolded.
const FIRST_WORDS: usize = 200;

/// An entry as a page shows it.
#[derive(Debug)]
pub(crate) struct PageEntry<'a> {
    pub(crate) item: &'a Item,
    /// Whether the page shows it above already, under another section: its title leads there.
    pub(crate) is_above: bool,
    /// Whether this is its issue's page, where links to it lead.
    pub(crate) has_anchor: bool,
    /// Other sections that list it, its list and its organisation, as HTML.
    pub(crate) labels: Vec<String>,
    /// Earlier versions, the highest first.
    pub(crate) earlier: Vec<VersionLink>,
    /// Later versions, the lowest first.
    pub(crate) later: Vec<VersionLink>,
    /// The language that its title is marked with.
    pub(crate) title_language: Option<&'static str>,
    /// The language that its text is marked with.
    pub(crate) text_language: Option<&'static str>,
    /// What shows of its text, as HTML.
    pub(crate) first_words: String,
}

/// Another version of a patch.
#[derive(Debug)]
pub(crate) struct VersionLink {
    /// `v2`, `RFC v1`.
    pub(crate) name: String,
    /// The place of its entry, below the site's folder.
    pub(crate) path: String,
}

impl<'a> PageEntry<'a> {
    /// The entry of an item that the page shows above already.
    pub(crate) fn above(site: &Pages<'_>, item: &'a Item) -> Self {
        Self {
            item,
            is_above: true,
            has_anchor: false,
            labels: Vec::new(),
            earlier: Vec::new(),
            later: Vec::new(),
            title_language: site.language_of(&item.title),
            text_language: None,
            first_words: String::new(),
        }
    }

    /// The entry of an item, without anchor and versions. `section` is the slug of the section that the page names already.
    pub(crate) fn new(site: &Pages<'_>, item: &'a Item, section: &str) -> Self {
        Self {
            is_above: false,
            labels: labels(site, item, section),
            text_language: site.language_of(&item.summary),
            first_words: escaped(&text::first_words(&item.summary, FIRST_WORDS)),
            ..Self::above(site, item)
        }
    }
}

/// Other sections that list an item, its list and its organisation, as HTML.
fn labels(site: &Pages<'_>, item: &Item, section: &str) -> Vec<String> {
    let sections = item.sections.iter().filter(|of| of.slug != section);
    let mut labels: Vec<String> = sections.map(|section| site.section(section)).collect();
    labels
        .extend(item.mail.iter().flat_map(|mail| mail.list.iter().chain(&mail.organisation)).map(|name| escaped(name)));
    labels
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    text::escape(&mut html, text);
    html
}
