//! An item of a published feed as a JSON Feed 1.1 item: with an id, a title and an address, whatever its publisher left out.

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use url::Url;

use super::words::plain;
use crate::text;

/// How many characters of an item's text stand for its title.
const TITLE: usize = 100;

/// An item of a published feed.
#[derive(Debug)]
pub(super) struct ReadItem {
    /// JSON `id`, Atom `id`, RSS `guid`; else the address; else title and date.
    pub(super) id: String,
    /// JSON `date_published`, Atom `published`, RSS `pubDate`.
    pub(super) date: Option<DateTime<FixedOffset>>,
    /// The item, on one line.
    pub(super) json: Box<RawValue>,
}

/// What every item has.
#[derive(Deserialize)]
pub(super) struct Essentials {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) url: String,
    #[serde(default)]
    date_published: Option<String>,
}

/// What a publisher says of an item, of which anything may be missing.
#[derive(Default)]
pub(super) struct Said<'a> {
    pub(super) id: Option<&'a str>,
    /// The title as plain text.
    pub(super) title: Option<String>,
    /// Its address, which may be relative.
    pub(super) url: Option<&'a str>,
    /// Its text, or a part of it, as HTML.
    pub(super) text: Option<&'a str>,
    pub(super) date: Option<&'a str>,
}

/// An item of a JSON Feed that came from an address. Without an address of its own, it leads to the feed's `page`. None if it says
/// nothing at all.
///
/// # Errors
/// JSON that is no item; in a sentence.
pub(super) fn json_item(json: Box<RawValue>, from: &Url, page: &Url) -> Result<Option<ReadItem>, String> {
    let is_line = !json.get().contains(['\n', '\r']);
    if let Ok(item) = serde_json::from_str::<Essentials>(json.get())
        && is_line
        && is_id(&item.id)
        && is_title(&item.title)
        && is_address(&item.url)
    {
        return Ok(Some(ReadItem { id: item.id, date: item.date_published.as_deref().and_then(date), json }));
    }
    let mut item: Map<String, Value> =
        serde_json::from_str(json.get()).map_err(|err| format!("this JSON Feed has an item that is none ({err})"))?;
    let number = item.get("id").filter(|id| id.is_number()).map(Value::to_string);
    let said = Said {
        id: number.as_deref().or_else(|| string(&item, &["id"])),
        title: string(&item, &["title"]).map(text::one_line),
        url: string(&item, &["url", "external_url"]),
        text: string(&item, &["summary", "content_text", "content_html"]),
        date: string(&item, &["date_published", "date_modified"]),
    };
    let Some(Essentials { id, title, url, date_published }) = complete(said, from, page) else { return Ok(None) };
    let date = date_published.as_deref().and_then(date);
    for (name, value) in [("id", &id), ("title", &title), ("url", &url)] {
        item.insert(name.to_owned(), Value::String(value.clone()));
    }
    Ok(Some(ReadItem { id, date, json: raw(&item) }))
}

/// The first of some fields that holds a text.
fn string<'a>(item: &'a Map<String, Value>, names: &[&str]) -> Option<&'a str> {
    names.iter().filter_map(|name| item.get(*name)?.as_str()).find(|text| !text.trim().is_empty())
}

/// A value as JSON on one line.
pub(super) fn raw(value: &impl serde::Serialize) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).expect("texts and lists of them are JSON")
}

/// What an item has at least. None if nothing is said of it.
pub(super) fn complete(said: Said<'_>, from: &Url, page: &Url) -> Option<Essentials> {
    let url = said.url.and_then(|url| address(url, from));
    let title = said.title.filter(|title| !title.is_empty());
    let title = title
        .or_else(|| said.text.map(|text| text::first_words(&plain(text), TITLE)))
        .filter(|title| !title.is_empty());
    let date = said.date.map(str::trim);
    let id = said.id.map(str::trim).filter(|id| is_id(id)).map(str::to_owned);
    let id = id.or_else(|| url.clone()).or_else(|| {
        Some([title.as_deref(), date].into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|id| is_id(id))
    })?;
    let url = url.unwrap_or_else(|| page.to_string());
    Some(Essentials { title: title.unwrap_or_else(|| url.clone()), id, url, date_published: date.map(str::to_owned) })
}

/// The items, newest first. They stay in the order of their documents unless all have dates.
pub(super) fn in_order(mut items: Vec<ReadItem>) -> Vec<Box<RawValue>> {
    if items.iter().all(|item| item.date.is_some()) {
        items.sort_by_key(|item| std::cmp::Reverse(item.date));
    }
    items.into_iter().map(|item| item.json).collect()
}

/// An address that a feed gives for its page or as a base, made absolute; else where the feed is.
pub(super) fn web_page(link: Option<&str>, from: &Url) -> Url {
    link.and_then(|link| Url::parse(&address(link, from)?).ok()).unwrap_or_else(|| from.clone())
}

fn is_id(id: &str) -> bool {
    !id.trim().is_empty()
}

/// Whether a title is on one line, without what would change how the lines around it are shown.
fn is_title(title: &str) -> bool {
    !title.is_empty() && text::in_one_line(title) == title
}

/// Whether an address leads to the web as it stands.
fn is_address(url: &str) -> bool {
    text::is_web(url) && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// An address on the web, made absolute.
pub(super) fn address(url: &str, from: &Url) -> Option<String> {
    let url = url.trim();
    if url.is_empty() {
        return None;
    }
    if is_address(url) {
        return Some(url.to_owned());
    }
    from.join(url).ok().map(String::from).filter(|url| text::is_web(url))
}

/// A date as Atom and JSON Feed write it (RFC 3339), or as RSS does (RFC 2822).
pub(super) fn date(text: &str) -> Option<DateTime<FixedOffset>> {
    let text = text.trim();
    DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)).ok()
}

/// A date as Atom and JSON Feed have to write it.
pub(super) fn rfc3339_date(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text.trim()).ok()
}

/// A date as RSS has to write it (RFC 822, with years of four digits). The day of the week isn't looked at: no reader does.
pub(super) fn rfc822_date(text: &str) -> Option<DateTime<FixedOffset>> {
    let text = text.trim();
    let rest = text.split_once(',').map_or(text, |(_, rest)| rest).trim();
    DateTime::parse_from_rfc2822(rest).ok()
}

/// A date as Dublin Core has to write it (W3C-DTF): from the year to the second.
pub(super) fn w3c_date(text: &str) -> Option<DateTime<FixedOffset>> {
    let text = text.trim();
    let with_time = [
        text.to_owned(),
        format!("{text}T00:00:00Z"),
        format!("{text}-01T00:00:00Z"),
        format!("{text}-01-01T00:00:00Z"),
    ];
    let exact = with_time.iter().find_map(|text| rfc3339_date(text));
    exact.or_else(|| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z").ok()).or_else(|| {
        let utc = text.strip_suffix('Z')?;
        rfc3339_date(&format!("{utc}:00Z"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_their_formats_allow() {
        let shown = |date: Option<DateTime<FixedOffset>>| date.map(|date| date.to_rfc3339()).unwrap_or_default();
        for (text, date) in [
            ("Sun, 07 May 2023 19:28:47 +0800", "2023-05-07T19:28:47+08:00"),
            ("Mon, 7 May 2023 19:28 GMT", "2023-05-07T19:28:00+00:00"),
            ("07 May 23 19:28:47 EST", "2023-05-07T19:28:47-05:00"),
            ("2023-05-07T19:28:47Z", ""),
            ("yesterday", ""),
        ] {
            assert_eq!(shown(rfc822_date(text)), date, "{text}");
        }
        for (text, date) in [
            ("2023", "2023-01-01T00:00:00+00:00"),
            ("2023-05", "2023-05-01T00:00:00+00:00"),
            ("2023-05-07", "2023-05-07T00:00:00+00:00"),
            ("2023-05-07T19:28Z", "2023-05-07T19:28:00+00:00"),
            ("2023-05-07T19:28+08:00", "2023-05-07T19:28:00+08:00"),
            ("2023-05-07T19:28:47.5+08:00", "2023-05-07T19:28:47.500+08:00"),
            ("Sun, 07 May 2023", ""),
        ] {
            assert_eq!(shown(w3c_date(text)), date, "{text}");
        }
    }
}
