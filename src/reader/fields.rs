//! What an entry of Atom or an item of RSS says, and the JSON Feed item that it becomes.

use chrono::{DateTime, FixedOffset, SecondsFormat};
use serde::Serialize;
use url::Url;

use super::item::{self, Essentials, ReadItem, Said};
use crate::facts::subject::{self, Kind};
use crate::facts::{lore, organisation};

/// What an entry of Atom or an item of RSS says.
pub(super) struct Fields<'a> {
    /// Atom `id`, RSS `guid`.
    pub(super) id: Option<&'a str>,
    /// Atom `link rel="alternate"`, RSS `link`.
    pub(super) url: Option<&'a str>,
    /// The title as plain text.
    pub(super) title: Option<String>,
    /// Atom `summary`, RSS `description`, as plain text.
    pub(super) summary: Option<String>,
    /// Atom `content`, RSS `content:encoded` or `description`, as HTML.
    pub(super) html: Option<String>,
    /// Atom `published` or `updated`, RSS `pubDate`.
    pub(super) date: Option<DateTime<FixedOffset>>,
    /// The names of the authors.
    pub(super) authors: Vec<&'a str>,
    /// Atom `category/@term`, RSS `category`.
    pub(super) tags: Vec<&'a str>,
    /// Atom `link rel="via"`: of patchfeed, the page of the issue.
    pub(super) issue_url: Option<&'a str>,
    /// Atom `link rel="replies"`.
    pub(super) replies_url: Option<&'a str>,
}

#[derive(Serialize)]
struct ReadJson<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<ReadAuthor<'a>>,
    tags: &'a [&'a str],
    #[serde(skip_serializing_if = "ReadExtension::is_empty")]
    _patchfeed: ReadExtension<'a>,
}

#[derive(Serialize)]
struct ReadAuthor<'a> {
    name: &'a str,
}

/// What can be had of what patchfeed's own JSON Feeds say in their extension.
#[derive(Default, PartialEq, Eq, Serialize)]
struct ReadExtension<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replies_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue_url: Option<String>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    sections: &'a [&'a str],
}

impl ReadExtension<'_> {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The JSON Feed item of an entry, with addresses resolved against `base`. Without an address of its own, it leads to the feed's `page`.
/// None if nothing is said of it. `is_own` says that patchfeed wrote the feed.
pub(super) fn item(fields: &Fields<'_>, base: &Url, page: &Url, is_own: bool) -> Option<ReadItem> {
    let written = fields.date.map(|date| date.to_rfc3339_opts(SecondsFormat::Secs, true));
    let said = Said {
        id: fields.id,
        title: fields.title.clone(),
        url: fields.url,
        text: fields.summary.as_deref().or(fields.html.as_deref()),
        date: written.as_deref(),
    };
    let Essentials { id, title, url, .. } = item::complete(said, base, page)?;
    let mail = lore::read(&url);
    let list = mail.as_ref().and_then(lore::Archived::list);
    let message_id = mail.map(|mail| mail.message_id.into_owned());
    let sections = if is_own { sections(&fields.tags, &title, list.as_deref(), message_id.as_deref()) } else { &[] };
    let json = item::raw(&ReadJson {
        id: &id,
        url: &url,
        title: &title,
        summary: fields.summary.as_deref(),
        content_html: fields.html.as_deref(),
        date_published: written.as_deref(),
        authors: fields.authors.iter().map(|name| ReadAuthor { name }).collect(),
        tags: &fields.tags,
        _patchfeed: ReadExtension {
            message_id,
            list,
            replies_url: fields.replies_url.and_then(|url| item::address(url, base)),
            issue_url: fields.issue_url.and_then(|url| item::address(url, base)),
            sections,
        },
    });
    Some(ReadItem { id, date: fields.date, json })
}

/// The sections among the categories of an item of patchfeed's: the first ones, before kind, version, trees, list and organisation. A
/// section may have the name of a list, and is then the only category of that name.
fn sections<'a>(tags: &'a [&'a str], title: &str, list: Option<&str>, message_id: Option<&str>) -> &'a [&'a str] {
    let trees = subject::parse(title).trees;
    let organisation = message_id.and_then(organisation::from_message_id);
    let others = [Some("v2+"), list, organisation.as_deref()];
    let first = tags.iter().enumerate().position(|(at, tag)| {
        Kind::ALL.iter().any(|kind| kind.term() == *tag)
            || at > 0 && (others.contains(&Some(*tag)) || trees.iter().any(|tree| tree == tag))
    });
    &tags[..first.unwrap_or(tags.len())]
}
