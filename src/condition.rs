//! Conditions: what an item must be to belong to a feed of one's own. They are written in `patchfeed.toml` and in
//! `patchfeed list --match`.

use regex::Regex;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use crate::item::Item;
use crate::subject::Kind;

/// Conditions on an item. All that are given must hold; of a list, one value must.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Conditions {
    /// Slugs of sections.
    pub section: Vec<String>,
    /// A regular expression that the title matches somewhere.
    pub title: Pattern,
    /// Kinds of mail: `patch`, `resend`, `rfc`, `pull`, `announcement`, `reply`.
    pub kind: Vec<Kind>,
    /// A version such as `3`, `>=2` or `<4`. A title that gives none holds none of them.
    pub version: Option<Versions>,
    /// Organisations, as `rivosinc.com`.
    pub organisation: Vec<String>,
    /// Trees, as `bpf-next`.
    pub tree: Vec<String>,
    /// Mailing lists, as `linux-riscv`.
    pub list: Vec<String>,
    /// A regular expression that the text matches somewhere.
    pub text: Pattern,
    /// Conditions that must not all hold.
    pub not: Option<Box<Conditions>>,
}

impl Conditions {
    /// Whether the item meets the conditions.
    pub fn hold(&self, item: &Item) -> bool {
        let any =
            |wanted: &[String], is: &dyn Fn(&str) -> bool| wanted.is_empty() || wanted.iter().any(|wanted| is(wanted));
        let mail = item.mail.as_ref();
        let subject = mail.map(|mail| &mail.subject);
        let is = |found: Option<&String>, wanted: &str| found.is_some_and(|found| found.eq_ignore_ascii_case(wanted));
        any(&self.section, &|slug| item.sections.iter().any(|section| section.slug.eq_ignore_ascii_case(slug)))
            && any(&self.organisation, &|name| is(mail.and_then(|mail| mail.organisation.as_ref()), name))
            && any(&self.list, &|name| is(mail.and_then(|mail| mail.list.as_ref()), name))
            && any(&self.tree, &|name| {
                subject.is_some_and(|subject| subject.trees.iter().any(|tree| is(Some(tree), name)))
            })
            && (self.kind.is_empty()
                || subject.and_then(|subject| subject.kind).is_some_and(|kind| self.kind.contains(&kind)))
            && self
                .version
                .as_ref()
                .is_none_or(|wanted| subject.and_then(|subject| subject.version).is_some_and(|v| wanted.hold(v)))
            && self.title.matches(&item.title)
            && self.text.matches(&item.text)
            && self.not.as_ref().is_none_or(|not| !not.hold(item))
    }

    /// Whether the conditions look at the whole text of an item.
    pub fn look_at_text(&self) -> bool {
        self.text.0.is_some() || self.not.as_ref().is_some_and(|not| not.look_at_text())
    }

    /// Reads conditions as a value of TOML: `{ section = ["riscv"], title = "kvm" }`.
    ///
    /// # Errors
    /// What isn't understood, in words, with the place.
    pub fn parse(value: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Line {
            r#match: Conditions,
        }
        toml::from_str::<Line>(&format!("match = {value}")).map(|line| line.r#match).map_err(|err| err.to_string())
    }
}

/// A regular expression; the empty one is none, and matches everything.
#[derive(Debug, Clone, Default)]
pub struct Pattern(Option<Regex>);

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
        Regex::new(&pattern).map(|pattern| Self(Some(pattern))).map_err(D::Error::custom)
    }
}

/// A comparison with a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
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
        let wrong = || D::Error::custom(format!("{text:?} is no version such as \"3\", \">=2\" or \"<4\""));
        version.map(|version| Self { comparison, version }).map_err(|_| wrong())
    }
}
