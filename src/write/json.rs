//! JSON Feed 1.1. What bots want and the format has no field for stands in `_patchfeed`.

use chrono::{DateTime, FixedOffset, SecondsFormat};
use serde::Serialize;

use super::{Head, split};
use uuid::Uuid;

use crate::item::Item;
use crate::series::{Series, Version};
use crate::subject::{Kind, Subject};

#[derive(Serialize)]
struct JsonItem<'a> {
    id: &'a str,
    url: &'a str,
    external_url: &'a str,
    title: &'a str,
    summary: &'a str,
    content_html: &'a str,
    date_published: String,
    authors: [Author<'a>; 1],
    tags: Vec<&'a str>,
    _patchfeed: ItemExtension<'a>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

/// `_patchfeed` of an item; what isn't known isn't written.
#[derive(Serialize)]
struct ItemExtension<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replies_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<u32>,
    issue_title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue_url: Option<&'a str>,
    sections: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    trees: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<(u32, u32)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    prefixes: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    series: Option<JsonSeries<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonSeries<'a> {
    id: &'a str,
    earlier: Vec<JsonVersion<'a>>,
}

#[derive(Serialize)]
struct JsonVersion<'a> {
    version: &'a str,
    id: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<u32>,
}

impl<'a> JsonSeries<'a> {
    fn of(series: &'a Series) -> Self {
        let version =
            |of: &'a Version| JsonVersion { version: &of.name, id: &of.id, url: &of.url, issue: of.issue.number };
        Self { id: &series.id, earlier: series.earlier.iter().map(version).collect() }
    }
}

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<&'a str>,
    language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    _patchfeed: Option<FeedExtension<'a>>,
    items: [(); 0],
}

#[derive(Serialize)]
struct FeedExtension<'a> {
    license: &'a str,
}

/// Appends one item, in one line.
pub fn item(json: &mut String, item: &Item) {
    let mail = item.mail.as_ref();
    let subject = mail.map(|mail| &mail.subject);
    let mut id = Uuid::encode_buffer();
    let item = JsonItem {
        id: item.urn(&mut id),
        url: &item.url,
        external_url: &item.url,
        title: &item.title,
        summary: &item.summary,
        content_html: &item.html,
        date_published: date(item.published),
        authors: [Author { name: &item.issue.editor }],
        tags: item.categories().iter().map(|category| category.term).collect(),
        _patchfeed: ItemExtension {
            message_id: mail.and_then(|mail| mail.message_id.as_deref()),
            list: mail.and_then(|mail| mail.list.as_deref()),
            replies_url: mail.and_then(|mail| mail.replies_url.as_deref()),
            issue: item.issue.number,
            issue_title: &item.issue.title,
            issue_url: item.issue.url.as_deref(),
            sections: item.sections.iter().map(|section| section.slug.as_str()).collect(),
            version: subject.and_then(|subject| subject.version),
            kind: subject.and_then(|subject| subject.kind),
            trees: subject.map_or(&[], |subject| &subject.trees),
            position: subject.and_then(|subject| subject.position),
            prefixes: subject.map(Subject::prefixes).unwrap_or_default(),
            subject: subject.map(|subject| subject.rest.as_str()),
            organisation: mail.and_then(|mail| mail.organisation.as_deref()),
            series: mail.and_then(|mail| mail.series.as_ref()).map(JsonSeries::of),
            license: item.issue.license.as_ref().map(|license| license.url.as_ref().unwrap_or(&license.name).as_str()),
        },
    };
    push_json(json, &item);
}

/// What stands before and after the items of a feed.
pub fn document(head: &Head) -> (String, String) {
    let feed = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: &head.title,
        home_page_url: &head.page_url,
        feed_url: &head.self_url,
        description: &head.description,
        next_url: head.chain.older.as_deref(),
        language: &head.language,
        _patchfeed: head
            .license
            .as_ref()
            .map(|license| FeedExtension { license: license.url.as_ref().unwrap_or(&license.name) }),
        items: [],
    };
    let mut json = String::new();
    push_json(&mut json, &feed);
    split(json, "]}")
}

fn date(at: DateTime<FixedOffset>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// Appends a value.
fn push_json(json: &mut String, value: &impl Serialize) {
    let mut bytes = std::mem::take(json).into_bytes();
    serde_json::to_writer(&mut bytes, value).expect("only maps without string keys fail, and there are none");
    *json = String::from_utf8(bytes).expect("JSON is UTF-8");
}
