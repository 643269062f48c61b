//! JSON Feed 1.1, written by `serde_json`. What bots want and the format has no field for stands in `_patchfeed`.

use chrono::SecondsFormat;
use serde::Serialize;

use super::head::Head;
use super::insert::{OTHER_FIELDS, split_before};
use crate::facts::license::License;
use crate::facts::subject::{Kind, Subject};
use crate::item::{Item, Series, urn};

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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<JsonHub<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    _patchfeed: Option<FeedExtension<'a>>,
    items: [(); 0],
}

#[derive(Serialize)]
struct JsonHub<'a> {
    r#type: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct FeedExtension<'a> {
    license: &'a str,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: String,
    url: &'a str,
    external_url: &'a str,
    title: &'a str,
    summary: &'a str,
    content_html: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    authors: [Author<'a>; 1],
    tags: Vec<&'a str>,
    _patchfeed: ItemExtension<'a>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

/// What bots want of an item. What isn't known isn't written.
#[derive(Serialize)]
struct ItemExtension<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replies_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<u32>,
    issue_title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue_url: Option<&'a str>,
    sections: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
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
    id: String,
    earlier: Vec<JsonVersion<'a>>,
}

#[derive(Serialize)]
struct JsonVersion<'a> {
    version: String,
    id: String,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<u32>,
}

/// An item on one line.
pub fn item(item: &Item) -> Vec<u8> {
    let room = item.html.len() * 9 / 8 + item.summary.len() + OTHER_FIELDS;
    let json = JsonItem {
        id: item.urn(),
        url: &item.url,
        external_url: &item.url,
        title: &item.title,
        summary: &item.summary,
        content_html: &item.html,
        date_published: item.date().map(|date| date.to_rfc3339_opts(SecondsFormat::Secs, false)),
        authors: [Author { name: &item.issue.editor }],
        tags: item.categories().iter().map(|category| category.term).collect(),
        _patchfeed: extension(item),
    };
    written(&json, room)
}

fn extension(item: &Item) -> ItemExtension<'_> {
    let mail = item.mail.as_ref();
    let subject = mail.map(|mail| &mail.subject);
    ItemExtension {
        message_id: mail.and_then(|mail| mail.message_id.as_deref()),
        list: mail.and_then(|mail| mail.list.as_deref()),
        replies_url: item.replies_url(),
        issue: item.issue.number,
        issue_title: &item.issue.title,
        issue_url: item.issue.url.as_deref(),
        sections: item.sections.iter().map(|section| section.slug.as_str()).collect(),
        version: subject.and_then(|subject| subject.version),
        kind: subject.and_then(|subject| subject.kind).map(Kind::term),
        trees: subject.map_or(&[], |subject| &subject.trees),
        position: subject.and_then(|subject| subject.position),
        prefixes: subject.into_iter().flat_map(Subject::prefixes).collect(),
        subject: subject.map(|subject| subject.rest.as_str()),
        organisation: mail.and_then(|mail| mail.organisation.as_deref()),
        series: mail.and_then(|mail| mail.series.as_ref()).map(series),
        license: item.issue.license.as_ref().map(license),
    }
}

fn series(series: &Series) -> JsonSeries<'_> {
    let earlier = series.earlier.iter().map(|version| JsonVersion {
        version: version.name(),
        id: urn(version.id),
        url: &version.url,
        issue: version.issue.number,
    });
    JsonSeries { id: urn(series.id), earlier: earlier.collect() }
}

/// What comes before and after the items of a feed.
pub(super) fn frame(head: &Head) -> (Vec<u8>, Vec<u8>) {
    let feed = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: &head.title,
        home_page_url: &head.page_url,
        feed_url: &head.self_url,
        description: &head.description,
        next_url: head.chain.older.as_deref(),
        language: &head.language,
        hubs: head.hubs.iter().map(|url| JsonHub { r#type: "WebSub", url }).collect(),
        _patchfeed: head.license.as_ref().map(|of_feed| FeedExtension { license: license(of_feed) }),
        items: [],
    };
    split_before(written(&feed, OTHER_FIELDS), "]}")
}

fn license(license: &License) -> &str {
    license.url.as_ref().unwrap_or(&license.name)
}

/// A value as JSON, which takes about so many bytes.
fn written(value: &impl Serialize, room: usize) -> Vec<u8> {
    let mut json = Vec::with_capacity(room);
    serde_json::to_writer(&mut json, value).expect("only maps without string keys fail, and there are none");
    json
}
