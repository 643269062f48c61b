//! JSON Feed 1.0 and 1.1.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use url::Url;

use super::facts::{DocumentFacts, FeedFormat, ItemFacts, SaidDate, checksum, said};
use super::item::{json_item, rfc3339_date, web_page};
use super::model::ReadDocument;

/// What is read of a JSON Feed document (JSON Feed 1.1, "Top-level").
#[derive(Deserialize)]
pub(super) struct JsonDocument {
    pub(super) title: Option<String>,
    pub(super) language: Option<String>,
    pub(super) home_page_url: Option<String>,
    /// The document's own address.
    pub(super) feed_url: Option<String>,
    /// The address of the next older document.
    pub(super) next_url: Option<String>,
    pub(super) items: Vec<Box<RawValue>>,
}

/// Whether a document is one, wherever its version stands.
pub(super) fn is_feed(json: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct ReadVersion {
        version: String,
    }
    serde_json::from_slice(json).is_ok_and(|ReadVersion { version }| version.contains("jsonfeed.org"))
}

/// Parses a document. The error is a sentence.
pub(super) fn parse(json: &[u8]) -> Result<JsonDocument, String> {
    serde_json::from_slice(json).map_err(|err| format!("this isn't a JSON Feed ({err})"))
}

/// Reads a document that came from an address.
pub(super) fn read(json: &[u8], from: &Url) -> Result<ReadDocument, String> {
    let JsonDocument { title, language, home_page_url, feed_url, next_url, items } = parse(json)?;
    let page = web_page(home_page_url.as_deref(), from);
    let items = items.into_iter().map(|item| json_item(item, from, &page)).collect::<Result<Vec<_>, _>>()?;
    let items = items.into_iter().flatten().collect();
    Ok(ReadDocument { title: title.unwrap_or_default(), language, own: feed_url, older: next_url, items })
}

/// What a document says.
///
/// # Errors
/// JSON that isn't a feed; in a sentence.
pub(super) fn facts(json: &[u8]) -> Result<DocumentFacts, String> {
    let JsonDocument { feed_url, next_url, items, .. } = parse(json)?;
    Ok(DocumentFacts {
        format: FeedFormat::Json,
        own: feed_url,
        older: next_url.as_deref().and_then(said),
        current: None,
        has_base: false,
        items: items.iter().map(|item| item_facts(item)).collect::<Result<_, _>>()?,
    })
}

fn item_facts(item: &RawValue) -> Result<ItemFacts, String> {
    let item: Value = serde_json::from_str(item.get()).map_err(|err| err.to_string())?;
    if !item.is_object() {
        return Err("this JSON Feed has an item that is none".to_owned());
    }
    let text = |name| item.get(name).and_then(Value::as_str);
    let dates = ["date_published", "date_modified"].into_iter().filter_map(text);
    let number = item.get("id").filter(|id| id.is_number()).map(Value::to_string); // readers must take it for a text
    Ok(ItemFacts {
        id: number.or_else(|| text("id").and_then(said)),
        link: text("url").and_then(said).or_else(|| text("external_url").and_then(said)),
        has_file: item.get("attachments").and_then(Value::as_array).is_some_and(|files| !files.is_empty()),
        dates: dates.map(|text| SaidDate { text: text.trim().to_owned(), date: rfc3339_date(text) }).collect(),
        has_text: text("content_html").or(text("content_text")).is_some(),
        changed: text("date_modified").and_then(rfc3339_date).map(|date| date.timestamp()),
        checksum: checksum(&[text("title"), text("content_html"), text("content_text")]),
    })
}
