//! The item: what feeds are made of. The name of each field in the formats stands beside it; `—` means that a format has none.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use uuid::Uuid;

use crate::facts::language::Language;
use crate::facts::license::License;
use crate::facts::section::Section;
use crate::facts::subject::{Kind, Subject};

/// An item of a feed.
#[derive(Debug, Clone)]
pub struct Item {
    /// See [`Item::urn`].
    pub id: Uuid,
    /// Plain text on one line. Atom `title`, RSS `title`, JSON `title`.
    pub title: String,
    /// The mail, or what the item is about. Atom `link rel="alternate"`, RSS `link`, JSON `url` and `external_url`.
    pub url: String,
    /// Atom `published` and `updated`, RSS `pubDate`, JSON `date_published`; of an issue without a date, Atom `updated` alone.
    pub published: DateTime<FixedOffset>,
    /// Plain text of 1 to 500 characters. Atom `summary`, RSS `description`, JSON `summary`.
    pub summary: String,
    /// The words of the whole text on one line; empty if no condition looks at them. In no format.
    pub text: String,
    /// The whole text. Atom `content`, RSS `content:encoded`, JSON `content_html`.
    pub html: String,
    /// How many bytes of the whole text are the entry's own: what follows names earlier versions, sections and issue. In no format.
    pub own: usize,
    /// The sections that the issue lists it under. JSON `_patchfeed.sections`; the first of [`Item::categories`].
    pub sections: Vec<Arc<Section>>,
    /// The issue that lists it.
    pub issue: Arc<IssueFacts>,
    /// What is known of the mail; `None` if the item isn't a mail.
    pub mail: Option<Box<Mail>>,
}

/// How many hexadecimal digits of an item's id tell it from all others of its issue.
const ANCHOR: usize = 10;

/// A category of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category<'a> {
    /// For programs: ASCII without white space, comma or `#`. Atom `term`, RSS text, JSON tag.
    pub term: &'a str,
    /// For people. Atom `label`.
    pub label: &'a str,
}

impl Item {
    /// When it was published, if anything says so.
    pub fn date(&self) -> Option<DateTime<FixedOffset>> {
        self.issue.is_dated.then_some(self.published)
    }

    /// `urn:uuid:…`. Atom `id`, RSS `guid`, JSON `id`.
    pub fn urn(&self) -> String {
        urn(self.id)
    }

    /// The discussion of a mail in an archive, which is an Atom feed. Atom `link rel="replies"`, RSS —, JSON
    /// `_patchfeed.replies_url`.
    pub fn replies_url(&self) -> Option<String> {
        self.mail.as_ref()?.message_id.as_ref()?;
        Some([&self.url, "t.atom"].concat())
    }

    /// The discussion of a mail in an archive, for people. In no format.
    pub(crate) fn discussion_url(&self) -> Option<String> {
        self.mail.as_ref()?.message_id.as_ref()?;
        Some([&self.url, "t/#u"].concat())
    }

    /// The entry's own text; empty if it has none. In no format.
    pub(crate) fn own_html(&self) -> &str {
        &self.html[..self.own]
    }

    /// What names the item on its issue's page: `#_77b034c0dd`. In no format.
    pub(crate) fn anchor(&self) -> String {
        // No section's slug begins with a low line.
        ["_", &self.id.simple().encode_lower(&mut Uuid::encode_buffer())[..ANCHOR]].concat()
    }

    /// Sections, kind, trees, list, organisation, each once. Atom `category`, RSS `category`, JSON `tags`.
    pub fn categories(&self) -> Vec<Category<'_>> {
        let mut categories = Vec::with_capacity(8);
        for section in &self.sections {
            push_category(&mut categories, &section.slug, &section.title);
        }
        let Some(mail) = &self.mail else { return categories };
        if let Some(kind) = mail.subject.kind {
            push_category(&mut categories, kind.term(), kind.label());
        }
        if mail.subject.version.is_some_and(|version| version >= 2) {
            push_category(&mut categories, "v2+", "v2+");
        }
        for name in mail.subject.trees.iter().chain(&mail.list).chain(&mail.organisation) {
            push_category(&mut categories, name, name);
        }
        categories
    }
}

fn push_category<'a>(categories: &mut Vec<Category<'a>>, term: &'a str, label: &'a str) {
    if !categories.iter().any(|category| category.term == term) {
        categories.push(Category { term, label });
    }
}

/// An id as feeds write it (RFC 9562 §4: a URN in lower case).
pub(crate) fn urn(id: Uuid) -> String {
    id.urn().encode_lower(&mut Uuid::encode_buffer()).to_owned()
}

/// What an item says of its issue.
#[derive(Debug, Clone)]
pub struct IssueFacts {
    /// JSON `_patchfeed.issue`.
    pub number: Option<u32>,
    /// JSON `_patchfeed.issue_title`.
    pub title: String,
    /// The issue's page. Atom `link rel="via"`, RSS —, JSON `_patchfeed.issue_url`.
    pub url: Option<String>,
    /// Atom `rights`, RSS `creativeCommons:license`, JSON `_patchfeed.license`.
    pub license: Option<License>,
    /// Whether anything says when it was posted. If not, its items' dates are their order alone: Atom has to write them, as `updated`.
    pub is_dated: bool,
    /// The editor's name. Atom `author`, RSS `dc:creator`, JSON `authors`.
    pub editor: String,
}

impl IssueFacts {
    /// What the issue is called where its newsletter is known: `第 45 期`.
    pub fn name(&self, language: Language) -> String {
        self.number.map_or_else(|| self.title.clone(), |number| language.issue(number))
    }
}

/// What an item says of its mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The Message-ID without angle brackets. JSON `_patchfeed.message_id`.
    pub message_id: Option<String>,
    /// The list that the link leads to. A category, and JSON `_patchfeed.list`.
    pub list: Option<String>,
    /// Whose mail it is, as the Message-ID shows it: `rivosinc.com`. A category, and JSON `_patchfeed.organisation`.
    pub organisation: Option<String>,
    /// The series that it is a version of. Atom `thr:in-reply-to` (RFC 4685), RSS —, JSON `_patchfeed.series`; the content
    /// links the earlier versions.
    pub series: Option<Series>,
    /// The parts of the subject line. JSON `_patchfeed.version`, `kind`, `trees`, `position`, `prefixes`, `subject`.
    pub subject: Subject,
}

/// The series that a mail is a version of.
#[derive(Debug, Clone)]
pub struct Series {
    /// The same for all versions. JSON `_patchfeed.series.id`.
    pub id: Uuid,
    /// The lower versions that were listed before, the highest first; of more than twenty, the highest. An item knows nothing of later ones, so it never changes.
    pub earlier: Vec<Version>,
}

/// A version of a series.
#[derive(Debug, Clone)]
pub struct Version {
    /// The item's id. Atom `thr:in-reply-to ref`, JSON `_patchfeed.series.earlier[].id`.
    pub id: Uuid,
    /// The mail. Atom `thr:in-reply-to href`, JSON `_patchfeed.series.earlier[].url`.
    pub url: String,
    /// What orders versions.
    pub rank: Rank,
    /// The issue that listed it. JSON `_patchfeed.series.earlier[].issue`.
    pub issue: Arc<IssueFacts>,
}

/// What orders the versions of a series: requests for comments come before patches, lower versions before higher ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Whether it is more than a request for comments.
    pub is_patch: bool,
    /// `3` for `v3`.
    pub version: u32,
}

impl Version {
    /// `v2`, `RFC v1`. JSON `_patchfeed.series.earlier[].version`.
    pub fn name(&self) -> String {
        self.rank.name()
    }
}

impl Mail {
    /// What orders it among the versions of its series: a mail without a version is the first.
    pub fn rank(&self) -> Rank {
        Rank { is_patch: self.subject.kind != Some(Kind::Rfc), version: self.subject.version.unwrap_or(1) }
    }
}

impl Rank {
    /// `v2`, `RFC v1`.
    pub(crate) fn name(self) -> String {
        let Self { is_patch, version } = self;
        if is_patch { format!("v{version}") } else { format!("RFC v{version}") }
    }
}
