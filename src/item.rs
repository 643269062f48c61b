//! Items: what feeds are made of.

mod known;

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Duration, FixedOffset};
use url::Url;
use uuid::Uuid;

use crate::config::Site;
use crate::issue::{Issue, License};
use crate::markdown::{Definitions, Source};
use crate::section::Section;
use crate::series::{Series, Version};
use crate::split::{Entry, Part};
use crate::subject::Subject;
use crate::{mail, markdown, text};
use known::Found;
pub use known::{Draft, Known, fingerprints};

/// One item of a feed. What each field is called in the formats stands beside it, `—` where a format has none.
#[derive(Debug, Clone)]
pub struct Item {
    /// See [`Item::urn`].
    pub id: Uuid,
    /// Plain text, one line. Atom `title`, RSS `title`, JSON `title`.
    pub title: String,
    /// The mail, or what the item is about. Atom `link rel="alternate"`, RSS `link`, JSON `url` and `external_url`.
    pub url: String,
    /// Atom `published` and `updated`, RSS `pubDate`, JSON `date_published`.
    pub published: DateTime<FixedOffset>,
    /// At most 500 characters of plain text, never none. Atom `summary`, RSS `description`, JSON `summary`.
    pub summary: String,
    /// The words of the whole text, plain, one line; none where no condition looks at them. Nothing in the formats.
    pub text: String,
    /// The whole text. Atom `content`, RSS `content:encoded`, JSON `content_html`.
    pub html: String,
    /// The sections. JSON `_patchfeed.sections`; the first of [`Item::categories`].
    pub sections: Vec<Arc<Section>>,
    /// The issue that the item comes from.
    pub issue: Arc<IssueRef>,
    /// What is known of the mail; none where the item is no mail.
    pub mail: Option<Mail>,
}

/// A category of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category<'a> {
    /// For programs: ASCII, without white space, comma or `#`. Atom `term`, RSS text, JSON tag.
    pub term: &'a str,
    /// For people. Atom `label`.
    pub label: &'a str,
}

impl Item {
    /// `urn:uuid:…`. Atom `id`, RSS `guid`, JSON `id`.
    pub fn urn<'a>(&self, buffer: &'a mut [u8]) -> &'a str {
        self.id.urn().encode_lower(buffer)
    }

    /// Sections, kind, trees, list, organisation, each once. Atom `category`, RSS `category`, JSON `tags`.
    pub fn categories(&self) -> Vec<Category<'_>> {
        let mut categories: Vec<Category<'_>> = Vec::with_capacity(8);
        let mut push = |term, label| {
            if !categories.iter().any(|category: &Category<'_>| category.term == term) {
                categories.push(Category { term, label });
            }
        };
        self.sections.iter().for_each(|section| push(&section.slug, &section.title));
        if let Some(mail) = &self.mail {
            let subject = &mail.subject;
            subject.kind.iter().for_each(|kind| push(kind.term(), kind.label()));
            subject.version.iter().filter(|version| **version >= 2).for_each(|_| push("v2+", "v2+"));
            subject.trees.iter().chain(&mail.list).chain(&mail.organisation).for_each(|name| push(name, name));
        }
        categories
    }
}

/// What an item says of its issue.
#[derive(Debug, Clone)]
pub struct IssueRef {
    /// JSON `_patchfeed.issue`.
    pub number: Option<u32>,
    /// JSON `_patchfeed.issue_title`.
    pub title: String,
    /// Atom `link rel="via"`, RSS —, JSON `_patchfeed.issue_url`.
    pub url: Option<String>,
    /// Atom `rights`, RSS `creativeCommons:license`, JSON `_patchfeed.license`.
    pub license: Option<License>,
    /// The editor's name. Atom `author`, RSS `dc:creator`, JSON `authors`.
    pub editor: String,
}

/// What an item says of its mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The Message-ID without its angle brackets. JSON `_patchfeed.message_id`.
    pub message_id: Option<String>,
    /// The list that the link leads to. A category, and JSON `_patchfeed.list`.
    pub list: Option<String>,
    /// Whose mail it is, as far as the Message-ID shows it: `rivosinc.com`. A category, and JSON
    /// `_patchfeed.organisation`.
    pub organisation: Option<String>,
    /// The versions that came before. Atom `thr:in-reply-to` (RFC 4685), RSS —, JSON `_patchfeed.series`; the content
    /// links them.
    pub series: Option<Series>,
    /// The discussion as an Atom feed. Atom `link rel="replies"`, RSS —, JSON `_patchfeed.replies_url`.
    pub replies_url: Option<String>,
    /// The parts of the subject line. JSON `_patchfeed.version`, `kind`, `trees`, `position`.
    pub subject: Subject,
}

/// The longest summary, in characters.
pub const SUMMARY: usize = 500;

/// The items of one issue, in its order, and what is needed to publish them.
#[derive(Debug)]
pub struct Listing {
    /// See [`Issue::slug`].
    pub slug: String,
    /// When the issue was posted.
    pub posted: DateTime<FixedOffset>,
    /// The issue.
    pub issue: Arc<IssueRef>,
    /// The entries that are new in this issue.
    pub items: Vec<Item>,
}

/// Writes the items of an issue.
pub fn listing(draft: Draft<'_>, site: &Site) -> Listing {
    let issue_ref = Arc::new(draft.issue_ref());
    let Draft { issue, found, .. } = draft;
    let page = page(&issue, site);
    let mut last_line = LastLine::default();
    Listing {
        items: found.into_iter().map(|found| item(site, &issue, &page, &issue_ref, found, &mut last_line)).collect(),
        slug: issue.slug,
        posted: issue.posted,
        issue: issue_ref,
    }
}

/// An id as feeds write it (RFC 9562 §4: a URN, lower case).
pub fn urn(id: Uuid) -> String {
    id.urn().encode_lower(&mut Uuid::encode_buffer()).to_owned()
}

/// The page that an issue's relative links are relative to.
fn page(issue: &Issue<'_>, site: &Site) -> Url {
    issue.url.as_deref().and_then(|url| Url::parse(url).ok()).unwrap_or_else(|| site.address.clone())
}

/// The last line of the contents of items that stand in the same sections of an issue.
#[derive(Default)]
struct LastLine {
    sections: Vec<Arc<Section>>,
    html: String,
}

impl LastLine {
    /// The line of an item of these sections; mostly that of the item before.
    fn of(&mut self, sections: &[Arc<Section>], site: &Site, issue: &IssueRef) -> &str {
        let same = self.sections.iter().map(Arc::as_ptr).eq(sections.iter().map(Arc::as_ptr));
        if self.html.is_empty() || !same {
            sections.clone_into(&mut self.sections);
            self.html.clear();
            let feeds = sections.iter().map(|section| (section.slug.as_str(), section.title.as_str()));
            push_place(&mut self.html, site, feeds, issue);
        }
        &self.html
    }
}

fn item(
    site: &Site,
    issue: &Issue<'_>,
    page: &Url,
    issue_ref: &Arc<IssueRef>,
    found: Found,
    last_line: &mut LastLine,
) -> Item {
    let Found { id, position, sections, url, mut mail, series, .. } = found;
    if let (Some(mail @ Mail { series: None, .. }), Some((series, _))) = (&mut mail, series) {
        mail.series = Some(Series { id: series, earlier: Vec::new() });
    }
    let entry = &issue.entries[position];
    let published = issue.posted - Duration::seconds(i64::try_from(position).unwrap_or(0));
    let texts: Vec<Cow<'_, str>> = entry.body.iter().map(text_of).collect();
    let enough = if site.texts { usize::MAX } else { SUMMARY };
    let words = words(entry, &texts, &issue.definitions, enough);
    let mut item = Item {
        id,
        title: entry.title.clone().into_owned(),
        url,
        published,
        summary: summary(&words, &sections, issue),
        text: if site.texts { words } else { String::new() },
        html: String::new(),
        sections,
        issue: Arc::clone(issue_ref),
        mail,
    };
    for (part, text) in entry.body.iter().zip(&texts) {
        match part {
            Part::Mail(_) => mail::push_html(&mut item.html, text),
            part => item.html.push_str(&markdown::html(source(part, text, &issue.definitions), page)),
        }
    }
    if let Some(series) = item.mail.as_ref().and_then(|mail| mail.series.as_ref())
        && !series.earlier.is_empty()
    {
        push_earlier(&mut item.html, site, &series.earlier);
    }
    item.html.push_str(last_line.of(&item.sections, site, issue_ref));
    item
}

/// A part of an entry's text, as it is read: without the marks of a quote, and as if it began a line.
fn text_of<'a>(part: &Part<'a>) -> Cow<'a, str> {
    match *part {
        Part::Mail(quote) => mail::unquote(quote).into(),
        Part::Markdown(source) => source.into(),
        Part::Rest { block, column, .. } => markdown::dedent(block, column),
    }
}

/// The editors' words of a part, to be read as Markdown.
fn source<'a>(part: &Part<'_>, text: &'a str, definitions: &'a Definitions) -> Source<'a> {
    let from = if let Part::Rest { from, .. } = part { *from } else { 0 };
    Source { text, from, definitions }
}

/// The words of the text; no more need be read than so many characters.
fn words(entry: &Entry<'_>, texts: &[Cow<'_, str>], definitions: &Definitions, enough: usize) -> String {
    let mut all = String::new();
    for (part, text) in entry.body.iter().zip(texts) {
        if all.len() > enough && all.chars().nth(enough).is_some() {
            break;
        }
        if let Part::Mail(_) = part {
            all.reserve(text.len().min(enough.saturating_add(128)));
            mail::push_words(&mut all, text, enough);
            continue;
        }
        let words = markdown::plain_of(source(part, text, definitions));
        if !all.is_empty() && !words.is_empty() {
            all.push(' ');
        }
        all.push_str(&words);
    }
    all
}

/// The first words of the text; without any, where the entry stands.
fn summary(words: &str, sections: &[Arc<Section>], issue: &Issue<'_>) -> String {
    if !words.is_empty() {
        return text::first_words(words, SUMMARY);
    }
    let place: Vec<&str> =
        sections.iter().map(|section| section.title.as_str()).chain([issue.title.as_str()]).collect();
    text::first_words(&place.join(" · "), SUMMARY)
}

/// Appends the earlier versions and where they were listed, all linked.
fn push_earlier(html: &mut String, site: &Site, earlier: &[Version]) {
    html.push_str(site.language().pick("<p>更早的版本：", "<p>Earlier: "));
    for (at, version) in earlier.iter().enumerate() {
        html.push_str(if at == 0 { "" } else { site.language().pick("、", ", ") });
        text::link(html, &version.url, &version.name);
        html.push_str(site.language().pick("（", " in "));
        let issue = &version.issue;
        let name = issue.number.map_or_else(|| issue.title.clone(), |number| site.language().issue(number));
        match &issue.url {
            Some(url) => text::link(html, url, &name),
            None => text::escape(html, &name),
        }
        html.push_str(site.language().pick("）", ""));
    }
    html.push_str("</p>\n");
}

/// Appends a content's last line: feeds, each by slug and title, and the issue, all linked.
pub fn push_place<'a>(
    html: &mut String,
    site: &Site,
    feeds: impl Iterator<Item = (&'a str, &'a str)>,
    issue: &IssueRef,
) {
    html.push_str("<p>");
    for (slug, title) in feeds {
        text::link(html, &[site.base_url.as_str(), slug, ".html"].concat(), title);
        html.push_str(" · ");
    }
    match &issue.url {
        Some(url) => text::link(html, url, &issue.title),
        None => text::escape(html, &issue.title),
    }
    html.push_str("</p>\n");
}
