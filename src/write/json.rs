//! JSON Feed 1.1. What bots want and the format has no field for stands in `_patchfeed`.

use std::fmt::Write as _;

use chrono::SecondsFormat;
use serde::Serialize;

use super::{Head, split};
use uuid::Uuid;

use crate::item::{Item, Mail};
use crate::subject::Kind;
use crate::text::{Replacements, push_replaced, replacements};

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

/// Appends one item, in one line, as `serde_json` would write it (the tests compare the two). What isn't known isn't
/// written.
pub fn item(json: &mut String, item: &Item) {
    object(json, |json| {
        let date = item.published.to_rfc3339_opts(SecondsFormat::Secs, false);
        text(json, "id", item.urn(&mut Uuid::encode_buffer()));
        text(json, "url", &item.url);
        text(json, "external_url", &item.url);
        text(json, "title", &item.title);
        text(json, "summary", &item.summary);
        text(json, "content_html", &item.html);
        text(json, "date_published", &date);
        key(json, "authors");
        list(json, [&item.issue.editor], |json, name| object(json, |json| text(json, "name", name)));
        key(json, "tags");
        list(json, item.categories(), |json, category| push_string(json, category.term));
        key(json, "_patchfeed");
        object(json, |json| extension(json, item));
    });
}

/// Appends what bots want of an item.
fn extension(json: &mut String, item: &Item) {
    let mail = item.mail.as_ref();
    let some =
        |json: &mut String, name, value: Option<&str>| value.into_iter().for_each(|value| text(json, name, value));
    some(json, "message_id", mail.and_then(|mail| mail.message_id.as_deref()));
    some(json, "list", mail.and_then(|mail| mail.list.as_deref()));
    some(json, "replies_url", mail.and_then(|mail| mail.replies_url.as_deref()));
    number(json, "issue", item.issue.number);
    text(json, "issue_title", &item.issue.title);
    some(json, "issue_url", item.issue.url.as_deref());
    key(json, "sections");
    list(json, &item.sections, |json, section| push_string(json, &section.slug));
    if let Some(Mail { subject, organisation, series, .. }) = mail {
        number(json, "version", subject.version);
        some(json, "kind", subject.kind.map(Kind::term));
        if !subject.trees.is_empty() {
            key(json, "trees");
            list(json, &subject.trees, |json, tree| push_string(json, tree));
        }
        if let Some((at, of)) = subject.position {
            key(json, "position");
            list(json, [at, of], push_number);
        }
        let mut prefixes = subject.prefixes().peekable();
        if prefixes.peek().is_some() {
            key(json, "prefixes");
            list(json, prefixes, push_string);
        }
        text(json, "subject", &subject.rest);
        some(json, "organisation", organisation.as_deref());
        if let Some(series) = series {
            key(json, "series");
            object(json, |json| {
                text(json, "id", series.id.urn().encode_lower(&mut Uuid::encode_buffer()));
                key(json, "earlier");
                list(json, &series.earlier, |json, version| {
                    object(json, |json| {
                        text(json, "version", &version.name);
                        text(json, "id", version.id.urn().encode_lower(&mut Uuid::encode_buffer()));
                        text(json, "url", &version.url);
                        number(json, "issue", version.issue.number);
                    });
                });
            });
        }
    }
    let license = item.issue.license.as_ref();
    some(json, "license", license.map(|license| license.url.as_ref().unwrap_or(&license.name).as_str()));
}

/// Appends an object of what `fill` appends.
fn object(json: &mut String, fill: impl FnOnce(&mut String)) {
    json.push('{');
    fill(json);
    json.push('}');
}

/// Appends a list, each value by `push`.
fn list<T>(json: &mut String, values: impl IntoIterator<Item = T>, push: impl Fn(&mut String, T)) {
    json.push('[');
    for (at, value) in values.into_iter().enumerate() {
        json.push_str(if at == 0 { "" } else { "," });
        push(json, value);
    }
    json.push(']');
}

/// Appends the name of an object's next field; names need no escape.
fn key(json: &mut String, name: &str) {
    json.push_str(if json.ends_with('{') { "\"" } else { ",\"" });
    json.push_str(name);
    json.push_str("\":");
}

/// Appends a field that is a text.
fn text(json: &mut String, name: &str, value: &str) {
    key(json, name);
    push_string(json, value);
}

/// Appends a field that is a number, if it is known.
fn number(json: &mut String, name: &str, value: Option<u32>) {
    if let Some(value) = value {
        key(json, name);
        push_number(json, value);
    }
}

fn push_number(json: &mut String, number: u32) {
    let _ = write!(json, "{number}");
}

/// Appends a text as JSON writes it (RFC 8259 §7). It holds no other control characters: XML forbids them.
fn push_string(json: &mut String, value: &str) {
    static ESCAPES: Replacements =
        replacements(&[(b'"', "\\\""), (b'\\', "\\\\"), (b'\n', "\\n"), (b'\t', "\\t"), (b'\r', "\\r")]);
    json.push('"');
    push_replaced(json, value, &ESCAPES);
    json.push('"');
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
    split(serde_json::to_string(&feed).expect("only maps without string keys fail, and there are none"), "]}")
}
