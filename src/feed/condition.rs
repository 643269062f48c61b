//! Conditions: what an item must be like to belong to a custom feed. They are written in `patchfeed.toml` and after
//! `patchfeed list --match`.

mod names;
mod patch;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::facts::subject::Kind;
use crate::item::{Item, Listing};
pub use names::Names;
use patch::NamedItem;

/// Conditions on an item. All that are given must hold; of a list, one value must.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Conditions {
    /// Slugs of sections.
    section: Vec<String>,
    /// A regular expression that matches somewhere in the title.
    title: Pattern,
    /// Kinds of mail: `patch`, `resend`, `rfc`, `pull`, `announcement`, `reply`.
    kind: Vec<Kind>,
    /// A version such as `3`, `>=2` or `<4`. A title without a version meets none of them.
    version: Option<Versions>,
    /// Organisations: `rivosinc.com`.
    organisation: Vec<String>,
    /// Trees: `bpf-next`.
    tree: Vec<String>,
    /// Mailing lists: `linux-riscv`.
    list: Vec<String>,
    /// A regular expression that matches somewhere in the text.
    text: Pattern,
    /// An item's id, a Message-ID or the address of a mail in an archive: all versions of that patch.
    series: Option<NamedItem>,
    /// Conditions that must not all hold.
    not: Option<Box<Conditions>>,
}

impl Conditions {
    /// Whether the item meets the conditions.
    pub fn hold(&self, item: &Item) -> bool {
        let mail = item.mail.as_ref();
        let subject = mail.map(|mail| &mail.subject);
        let kind = subject.and_then(|subject| subject.kind);
        let version = subject.and_then(|subject| subject.version);
        any(&self.section, item.sections.iter().map(|section| &section.slug))
            && any(&self.organisation, mail.and_then(|mail| mail.organisation.as_ref()))
            && any(&self.list, mail.and_then(|mail| mail.list.as_ref()))
            && any(&self.tree, subject.iter().flat_map(|subject| &subject.trees))
            && (self.kind.is_empty() || kind.is_some_and(|kind| self.kind.contains(&kind)))
            && self.version.as_ref().is_none_or(|wanted| version.is_some_and(|version| wanted.hold(version)))
            && self.title.matches(&item.title)
            && self.text.matches(&item.text)
            && self.series.as_ref().is_none_or(|named| named.is_version(item))
            && self.not.as_ref().is_none_or(|not| !not.hold(item))
    }

    /// Finds the series of the items that the conditions name, among all that there are: an item knows its own series, and a condition
    /// may name any version of it.
    pub fn find_series(&mut self, listings: &[Listing]) {
        if let Some(named) = &mut self.series {
            named.find(listings);
        }
        if let Some(not) = &mut self.not {
            not.find_series(listings);
        }
    }

    /// What they name that a site would have if it were there: sections and items. Whose mails there are, and on which lists, may change with the next
    /// issue.
    pub(super) fn unknown(&self, listings: &[Listing]) -> Option<String> {
        if self.section.iter().all(|slug| has_section(listings, slug))
            && self.series.as_ref().is_none_or(|named| !named.is_missing)
        {
            return None;
        }
        self.unmet(&Names::of(listings)).into_iter().next()
    }

    /// Whether the conditions look at an item's whole text.
    pub fn look_at_text(&self) -> bool {
        self.text.0.is_some() || self.not.as_ref().is_some_and(|not| not.look_at_text())
    }
}

/// Whether some item stands in a section.
fn has_section(listings: &[Listing], slug: &str) -> bool {
    let mut sections = listings.iter().flat_map(|listing| &listing.items).flat_map(|item| &item.sections);
    sections.any(|section| section.slug.eq_ignore_ascii_case(slug))
}

/// Whether one of the wanted values is there, or none is wanted.
fn any<'a>(wanted: &[String], values: impl IntoIterator<Item = &'a String>) -> bool {
    wanted.is_empty() || values.into_iter().any(|value| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(value)))
}

/// The most memory that a compiled expression takes, in bytes.
const LARGEST_PATTERN: usize = 1 << 20;

/// A regular expression. The empty one matches everything.
#[derive(Debug, Clone, Default)]
struct Pattern(Option<Regex>);

impl Pattern {
    fn matches(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|pattern| pattern.is_match(text))
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pattern = String::deserialize(deserializer)?;
        if pattern.is_empty() {
            return Ok(Self(None));
        }
        let compiled = RegexBuilder::new(&pattern).size_limit(LARGEST_PATTERN).build();
        compiled.map(|pattern| Self(Some(pattern))).map_err(|err| match err {
            regex::Error::CompiledTooBig(_) => D::Error::custom(
                "this expression is too large: it repeats too much; write fewer or smaller {repetitions}",
            ),
            err => {
                let words = err.to_string();
                let cause = words.rsplit_once("error: ").map_or(words.as_str(), |(_, cause)| cause);
                D::Error::custom(format!("{pattern:?} isn't a regular expression: {cause}"))
            }
        })
    }
}

/// A comparison with a version.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Versions {
    comparison: &'static str,
    version: u32,
}

impl Versions {
    fn hold(&self, version: u32) -> bool {
        match self.comparison {
            ">=" => version >= self.version,
            "<=" => version <= self.version,
            ">" => version > self.version,
            "<" => version < self.version,
            _ => version == self.version,
        }
    }
}

impl<'de> Deserialize<'de> for Versions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let (comparison, number) = [">=", "<=", ">", "<", "="]
            .into_iter()
            .find_map(|sign| Some((sign, text.trim().strip_prefix(sign)?)))
            .unwrap_or(("=", text.trim()));
        let version = number.trim().trim_start_matches('v').parse();
        version.map(|version| Self { comparison, version }).map_err(|_| {
            D::Error::custom(format!("{text:?} isn't a version; write one such as \"3\", \">=2\" or \"<4\""))
        })
    }
}
