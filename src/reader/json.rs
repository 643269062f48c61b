//! JSON Feed 1.0 and 1.1.

use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use super::item::{json_item, web_page};
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
