//! Sections: a table of headings, slugs and titles, and a slug for every heading that the table doesn't have.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Deserialize;

use super::heading;
use super::language::Language;
use super::near::{is_near, letters};
use super::rvlwn::{self, BuiltInSection};
use super::slug::{self, heading_key, slug_of, with_hash};
use crate::text;

/// A section of the newsletter; each has a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Names the feed's files and the items' category: ASCII, lower case, never changed once published.
    pub slug: String,
    /// The name shown to people.
    pub title: String,
    /// Whether the table has the section.
    pub known: bool,
    /// The shape of its entries, if the configuration gives it.
    pub shape: Option<Shape>,
}

/// The shape of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// `**[title](address)**`, and what follows it.
    Bold,
    /// `* [title](address)`, `1. [tag] [title](address)`, `- a few words [title](address)`.
    List,
    /// `### [title](address)`, and what follows it.
    Heading,
    /// Words `[with a link](address)` in a paragraph: its first sentence is the title. Beside these, all other shapes are entries.
    Prose,
    /// `[title](address)` or `1、[title](address)`, alone on a paragraph's first line, and what follows it.
    Paragraph,
}

/// A row of the table. `[[section]]` in the configuration adds rows, which come before the built-in ones.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Names the feed's files: lower-case ASCII letters, digits and hyphens.
    pub slug: String,
    /// The headings that begin the section, compared without case and white space. The slug always does, too.
    #[serde(default)]
    pub headings: Vec<String>,
    /// The Chinese title.
    #[serde(default)]
    pub zh: Option<String>,
    /// The English title.
    #[serde(default)]
    pub en: Option<String>,
    /// The shape of its entries; without it, the entries show their shape.
    #[serde(default)]
    pub shape: Option<Shape>,
    /// Whether it has nothing to do with the built-in row of its slug, since the newsletter lists links.
    #[serde(skip)]
    pub is_apart: bool,
}

/// The longest title of a section, in characters.
const LONGEST_TITLE: usize = 200;

/// The table in force. Its order is the order in which feeds are listed.
#[derive(Debug, Clone)]
pub struct Table {
    rows: Vec<KnownSection>,
    /// Whether a heading in which a few letters differ from a configured one is taken for that, in a newsletter of links.
    takes_near: bool,
}

#[derive(Debug, Clone)]
struct KnownSection {
    /// Its headings; the usual one first.
    headings: Vec<KnownHeading>,
    section: Arc<Section>,
    /// Its title in the language that the table's titles aren't in.
    other_title: String,
    /// Whether the configuration names it. The others are those of the RISC-V newsletter.
    configured: bool,
}

#[derive(Debug, Clone)]
struct KnownHeading {
    /// As it is usually written.
    words: String,
    /// As it is compared.
    key: String,
    /// As it is compared with headings that are written otherwise.
    letters: String,
}

impl KnownHeading {
    fn new(words: &str) -> Self {
        Self { words: text::one_line(words), key: heading_key(words), letters: letters(words) }
    }
}

impl KnownSection {
    fn has(&self, key: &str) -> bool {
        self.headings.iter().any(|heading| heading.key == key)
    }
}

impl Table {
    /// The table of these rows and the built-in ones, with titles in a language.
    pub fn new(rows: &[Row], language: Language) -> Self {
        let mut all: Vec<KnownSection> = rows.iter().map(|row| configured(row, language)).collect();
        let others = rvlwn::SECTIONS.iter().filter(|built_in| !rows.iter().any(|row| row.slug == built_in.slug));
        all.extend(others.map(|BuiltInSection { slug, heading, zh, en }| {
            let (title, other_title) = (language.pick(zh, en).to_owned(), language.pick(en, zh).to_owned());
            let section = Section { slug: (*slug).to_owned(), title, known: true, shape: None };
            let headings = [heading, zh, en, slug].map(|heading| KnownHeading::new(heading)).into();
            KnownSection { headings, section: section.into(), other_title, configured: false }
        }));
        Self { rows: all, takes_near: false }
    }

    /// The same table, in which a heading with a few other letters is taken for a configured one: no other heading begins a section.
    pub(crate) fn taking_near(self) -> Self {
        Self { takes_near: true, ..self }
    }

    /// How a configured heading is written that this one, with a few other letters, was taken for.
    pub(crate) fn meant(&self, heading: &str) -> Option<&str> {
        let row = if self.same_row(heading, false).is_none() { self.near_row(heading) } else { None };
        row?.headings.first().map(|heading| heading.words.as_str())
    }

    fn near_row(&self, heading: &str) -> Option<&KnownSection> {
        let wanted = letters(heading::name(heading));
        let mut rows = self.rows.iter().filter(|row| row.configured && self.takes_near);
        rows.find(|row| row.headings.iter().any(|heading| is_near(&heading.letters, &wanted)))
    }

    /// Whether the configuration has a heading.
    pub(crate) fn configures(&self, heading: &str) -> bool {
        self.row(heading, false).is_some()
    }

    /// The section of a heading. A heading that the table doesn't have is a section too: its slug is made of the heading
    /// only, so it is the same in every issue and every build. The built-in rows apply only to issues of `patches`:
    /// elsewhere "Rust" means something else. There, white space, width and punctuation don't matter either.
    pub(crate) fn find(&self, heading: &str, patches: bool) -> Arc<Section> {
        if let Some(row) = self.row(heading, patches) {
            return Arc::clone(&row.section);
        }
        let heading = if patches { heading } else { heading::name(heading) };
        let wanted = heading_key(heading);
        let mut rows = self.rows.iter().filter(|row| row.configured || patches);
        let mut slug = slug_of(heading);
        if rows.any(|row| row.section.slug == slug) {
            slug = with_hash(&slug, &wanted);
        }
        let title = text::first_words(heading, LONGEST_TITLE);
        Arc::new(Section { slug, title, known: false, shape: None })
    }

    /// The row of a heading.
    fn row(&self, heading: &str, patches: bool) -> Option<&KnownSection> {
        self.same_row(heading, patches).or_else(|| self.near_row(heading).filter(|_| !patches))
    }

    /// The row that has a heading, however it is decorated.
    fn same_row(&self, heading: &str, patches: bool) -> Option<&KnownSection> {
        let wanted = heading_key(heading);
        let mut rows = self.rows.iter().filter(|row| row.configured || patches);
        let mut row = rows.clone().find(|row| row.has(&wanted));
        if row.is_none() && !patches {
            let name = heading_key(heading::name(heading));
            row = rows.clone().find(|row| row.has(&name));
        }
        row.or_else(|| {
            let heading = if patches { heading } else { heading::name(heading) };
            let wanted = Some(letters(heading)).filter(|letters| !letters.is_empty())?;
            rows.find(|row| row.headings.iter().any(|heading| heading.letters == wanted))
        })
    }

    /// Whether the table has a heading of an issue of patches.
    pub(crate) fn knows(&self, heading: &str) -> bool {
        self.row(heading, true).is_some()
    }

    /// How a heading that the table knows is usually written, if not like this.
    pub(crate) fn usual(&self, heading: &str) -> Option<&str> {
        let headings = &self.row(heading, true)?.headings;
        let is_usual = headings.iter().any(|known| known.words == heading);
        headings.first().filter(|_| !is_usual).map(|known| known.words.as_str())
    }

    /// A heading that the table has and that is nearly this one.
    pub(crate) fn nearest(&self, heading: &str) -> Option<&str> {
        let wanted = letters(heading);
        let mut headings = self.rows.iter().flat_map(|row| &row.headings);
        headings.find(|known| is_near(&known.letters, &wanted)).map(|known| known.words.as_str())
    }

    /// The shape that the configuration gives to the entries under a heading of an issue of links.
    pub(crate) fn shape(&self, heading: &str) -> Option<Shape> {
        if self.rows.iter().all(|row| row.section.shape.is_none()) {
            return None;
        }
        self.row(heading, false)?.section.shape
    }

    /// A section of another table over the same rows, as this one has it: the titles may be in another language.
    pub(crate) fn own(&self, section: &Arc<Section>) -> Arc<Section> {
        let known = self.rows.iter().find(|row| section.known && row.section.slug == section.slug);
        Arc::clone(known.map_or(section, |row| &row.section))
    }

    /// The title of a section in the language that the table's titles aren't in; its own if the table doesn't have it.
    pub(crate) fn other_title<'a>(&'a self, section: &'a Section) -> &'a str {
        let known = self.rows.iter().find(|row| section.known && row.section.slug == section.slug);
        known.map_or(&section.title, |row| &row.other_title)
    }

    /// Whether the table has the slug.
    pub(crate) fn has(&self, slug: &str) -> bool {
        self.rows.iter().any(|row| row.section.slug == slug)
    }

    /// A section's place among the feeds: sections that the table doesn't have come last, by their slugs.
    pub(crate) fn rank(&self, section: &Section) -> (usize, String) {
        let row = self.rows.iter().position(|row| row.section.slug == section.slug);
        (row.unwrap_or(self.rows.len()), section.slug.clone())
    }
}

fn configured(row: &Row, language: Language) -> KnownSection {
    let built_in = rvlwn::SECTIONS.iter().find(|built_in| built_in.slug == row.slug && !row.is_apart);
    let built_in_headings = built_in.iter().flat_map(|built_in| [built_in.heading, built_in.zh, built_in.en]);
    let headings = row.headings.iter().map(String::as_str).chain([row.slug.as_str()]).chain(built_in_headings);
    KnownSection {
        headings: headings.map(KnownHeading::new).collect(),
        section: Section {
            slug: row.slug.clone(),
            title: title(row, built_in, language),
            known: true,
            shape: row.shape,
        }
        .into(),
        other_title: title(row, built_in, language.other()),
        configured: true,
    }
}

/// The title of a row in a language, or in the other one if it has none.
fn title(row: &Row, built_in: Option<&BuiltInSection>, language: Language) -> String {
    let [chinese, english] = [&row.zh, &row.en].map(Option::as_deref);
    let title = match language {
        Language::Chinese => chinese.or(english),
        Language::English => english.or(chinese),
    };
    let title = title
        .or_else(|| built_in.map(|built_in| language.pick(built_in.zh, built_in.en)))
        .unwrap_or_else(|| row.headings.first().unwrap_or(&row.slug));
    text::one_line(&text::legal(title))
}

/// What is wrong with configured rows.
///
/// # Errors
/// A slug that can't name files, a title or a heading that shows nothing, and what two rows have; in words.
pub(crate) fn check(rows: &[Row]) -> Result<(), String> {
    let mut slugs: HashSet<&str> = HashSet::new();
    let mut headings: HashMap<String, &str> = HashMap::new(); // the slugs of their rows
    for row in rows {
        let slug = row.slug.as_str();
        slug::check(slug).map_err(|err| format!("[[section]] {slug:?}: {err}"))?;
        if !slugs.insert(slug) {
            return Err(format!("[[section]] {slug:?} is there twice; merge the two"));
        }
        let texts = row.headings.iter().chain(&row.zh).chain(&row.en);
        if texts.into_iter().any(|text| !text::is_visible(text)) {
            return Err(format!(
                "[[section]] {slug:?}: a title or a heading is empty; write it, or delete the setting"
            ));
        }
        for KnownHeading { key: heading, .. } in configured(row, Language::English).headings {
            if let Some(other) = headings.insert(heading.clone(), slug).filter(|other| *other != slug) {
                return Err(format!(
                    "[[section]] {slug:?} and [[section]] {other:?} have the same heading, {heading:?}; delete it in one of them"
                ));
            }
        }
    }
    Ok(())
}
