//! A configuration that states what was learnt from issues, so that it holds whatever later issues look like.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use super::{Config, TEMPLATE};
use crate::document::Document;
use crate::entry::{Entry, Link, Part};
use crate::error::Error;
use crate::facts::language::Language;
use crate::facts::newsletter::{FrameLink, Newsletter};
use crate::issues::{self, Issues, LearntSection};

/// The shapes of entries, as a configuration names them. Where several fit, the first is taken.
const SHAPES: [&str; 5] = ["list", "heading", "paragraph", "bold", "prose"];

/// What was learnt from issues.
#[derive(Debug)]
pub struct LearntConfig {
    /// The text of a configuration that states it.
    pub text: String,
    /// The newsletter.
    pub newsletter: Newsletter,
    /// How many issues there are.
    pub issues: usize,
    /// How many entries they have.
    pub entries: usize,
    /// How many sections these stand in.
    pub sections: usize,
    /// How many entries would be others with this configuration.
    pub differing: usize,
}

/// What is stated: sections, and the shapes of their entries by slug.
struct StatedSections<'s> {
    sections: &'s [LearntSection],
    shapes: BTreeMap<&'s str, &'static str>,
}

/// What tells an entry: its title, its link and its text.
type EntryParts<'e> = (&'e str, Option<&'e Link<'e>>, &'e [Part<'e>]);

/// Learns the newsletter from documents, which `sources` name. A section's shape is shown where it makes the
/// same entries of all issues; it is a comment, since an editor who writes otherwise once would lose what he wrote.
///
/// # Errors
/// A text of this program that it can't read: a defect.
pub fn learn(documents: &[Document], sources: &[String]) -> Result<LearntConfig, Error> {
    let learnt = read(documents, &Config::default());
    let sections = learnt.sections();
    let entries = by_section(&learnt);
    let mut stated = StatedSections { sections: &sections, shapes: BTreeMap::new() };
    for shape in SHAPES {
        let open = sections.iter().map(|section| section.slug.as_str());
        let open: Vec<&str> =
            open.filter(|slug| entries.contains_key(slug) && !stated.shapes.contains_key(slug)).collect();
        let shapes = open.iter().map(|slug| (*slug, shape)).collect();
        let tried = text(&learnt, &StatedSections { sections: &sections, shapes }, sources);
        let tried = read(documents, &parse(&tried.replace(&commented(shape), &commented(shape)[2..]))?);
        let found = by_section(&tried);
        stated
            .shapes
            .extend(open.into_iter().filter(|slug| entries.get(slug) == found.get(slug)).map(|slug| (slug, shape)));
    }
    let all = text(&learnt, &stated, sources);
    let differing = differing(&learnt, &read(documents, &parse(&all)?));
    Ok(LearntConfig {
        text: all,
        issues: learnt.all.len(),
        entries: entries.values().map(Vec::len).sum(),
        sections: entries.keys().filter(|slug| !slug.is_empty()).count(),
        differing,
        newsletter: learnt.newsletter.clone(),
    })
}

fn parse(text: &str) -> Result<Config, Error> {
    Config::parse(text, Path::new("patchfeed.toml"))
}

fn read<'d>(documents: &'d [Document], config: &Config) -> Issues<'d> {
    issues::read(documents, Vec::new(), &config.newsletter, &config.base_url)
}

/// The entries of all issues, by the slugs of their sections.
fn by_section<'i>(issues: &'i Issues<'_>) -> BTreeMap<&'i str, Vec<EntryParts<'i>>> {
    let mut entries: BTreeMap<&str, Vec<EntryParts<'_>>> = BTreeMap::new();
    for entry in issues.all.iter().flat_map(|placed| &placed.issue.entries) {
        let Entry { section, title, link, body } = entry;
        let slug = section.as_ref().map_or("", |section| &section.slug);
        entries.entry(slug).or_default().push((title, link.as_ref(), body));
    }
    entries
}

/// How many entries only one of the two has.
fn differing(some: &Issues<'_>, others: &Issues<'_>) -> usize {
    let (some, others) = (by_section(some), by_section(others));
    let [some, others]: [HashSet<&EntryParts<'_>>; 2] = [&some, &others].map(|all| all.values().flatten().collect());
    some.symmetric_difference(&others).count()
}

/// The template, with what was learnt in the place of examples.
fn text(learnt: &Issues<'_>, stated: &StatedSections<'_>, sources: &[String]) -> String {
    let newsletter = &learnt.newsletter;
    let mut text = TEMPLATE.to_owned();
    if !sources.is_empty() {
        set(&mut text, "issues", &list(sources));
    }
    set(&mut text, "title", &quoted(&newsletter.title));
    set(&mut text, "language", &quoted(&newsletter.language));
    set(&mut text, "utc-offset", &quoted(&newsletter.zone.to_string()));
    if newsletter.lists_links {
        set(&mut text, "lists", "\"links\"");
        set(&mut text, "headings", "\"stated\"");
        set(&mut text, "frame", &frame(&learnt.frame));
        set_example(&mut text, "address", "\"https://example.org/\"  # the issues don't tell it");
    } else {
        set(&mut text, "lists", "\"patches\"");
        set(&mut text, "address", &quoted(newsletter.address.as_str()));
    }
    let rows: String = stated.sections.iter().map(|section| row(section, stated, newsletter.language())).collect();
    let feeds = text.find("# Feeds of your own.").unwrap_or(text.len());
    text.insert_str(feeds, &rows);
    text
}

/// Gives a setting of the template a value.
fn set(text: &mut String, key: &str, value: &str) {
    replace(text, key, &format!("{key} = {value}"));
}

/// Gives a setting of the template another example.
fn set_example(text: &mut String, key: &str, value: &str) {
    replace(text, key, &format!("# {key} = {value}"));
}

fn replace(text: &mut String, key: &str, line: &str) {
    let start = text.find(&format!("\n# {key} = ")).expect("the template has every setting") + 1;
    let end = start + text[start..].find('\n').unwrap_or(text.len() - start);
    text.replace_range(start..end, line);
}

/// A row of the table of sections.
fn row(section: &LearntSection, stated: &StatedSections<'_>, language: Language) -> String {
    let LearntSection { slug, title, headings, .. } = section;
    let title = match title.as_str() {
        "" => "# It parts others: no entry stands right below it.".to_owned(),
        title => format!("{} = {}", language.pick("zh", "en"), quoted(title)),
    };
    let shape = stated.shapes.get(slug.as_str()).map(|shape| commented(shape));
    let (slug, headings, shape) = (quoted(slug), list(headings), shape.unwrap_or_default());
    format!("[[section]]\nslug = {slug}\nheadings = {headings}\n{title}\n{shape}\n")
}

/// The line that shows the shape of a section's entries.
fn commented(shape: &str) -> String {
    format!("# shape = \"{shape}\"  # what its entries are; without the #, nothing else is one\n")
}

fn frame(links: &[FrameLink]) -> String {
    let links = links.iter().map(|FrameLink { title, address }| {
        format!("    {{ title = {}, address = {} }},\n", quoted(title), quoted(address))
    });
    let links: String = links.collect();
    if links.is_empty() { "[]".to_owned() } else { format!("[\n{links}]") }
}

fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
