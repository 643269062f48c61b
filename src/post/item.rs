//! What messages take of an item.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::text::one_line;

/// An item of a JSON Feed (1.1, "Items"), as far as messages need it.
#[derive(Debug)]
pub struct PostItem {
    /// Its id.
    pub id: String,
    /// Its title, on one line.
    pub title: String,
    /// The address that it leads to.
    pub url: String,
    /// Its first words; may be empty.
    pub summary: String,
    /// Its text in HTML; may be empty.
    pub html: String,
    /// When it was published (RFC 3339); may be empty.
    pub date: String,
    /// The slugs of the sections that list it.
    pub sections: Vec<String>,
    /// The title of the issue that lists it.
    pub issue_title: Option<String>,
    /// The address of that issue.
    pub issue_url: Option<String>,
    /// The `Message-ID` of the mail that it stands for, without angle brackets.
    pub message_id: Option<String>,
    /// The ids of the patch's earlier versions, the newest first.
    pub earlier: Vec<String>,
    /// The item as it stands in the feed.
    pub json: Box<RawValue>,
}

#[derive(Deserialize)]
struct ItemDocument {
    id: String,
    #[serde(default, deserialize_with = "or_nothing")]
    title: String,
    #[serde(default, deserialize_with = "or_nothing")]
    url: String,
    #[serde(default, deserialize_with = "or_nothing")]
    summary: String,
    #[serde(default, deserialize_with = "or_nothing")]
    content_html: String,
    #[serde(default, deserialize_with = "or_nothing")]
    date_published: String,
    #[serde(default, rename = "_patchfeed", deserialize_with = "or_nothing")]
    more: Extension,
}

/// A value; or nothing, where a publisher writes `null`, or what isn't meant there: that is no reason to keep back a feed.
fn or_nothing<'de, D: Deserializer<'de>, T: Default + DeserializeOwned>(deserializer: D) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Extension {
    sections: Vec<String>,
    issue_title: Option<String>,
    issue_url: Option<String>,
    message_id: Option<String>,
    series: Option<ExtensionSeries>,
}

#[derive(Deserialize)]
struct ExtensionSeries {
    #[serde(default)]
    earlier: Vec<ExtensionVersion>,
}

#[derive(Deserialize)]
struct ExtensionVersion {
    id: String,
}

/// Reads an item.
///
/// # Errors
/// JSON that isn't an item with an id.
pub fn read(json: Box<RawValue>) -> Result<PostItem, Error> {
    let item: ItemDocument =
        serde_json::from_str(json.get()).map_err(|err| Error::new("item", format!("not a JSON Feed item: {err}")))?;
    let title = one_line(&item.title);
    let summary = one_line(&item.summary);
    let title = match title.is_empty() {
        true if summary.is_empty() => item.url.clone(),
        true => crate::text::first_words(&summary, 100),
        false => title,
    };
    Ok(PostItem {
        id: item.id,
        title,
        url: item.url,
        summary,
        html: item.content_html,
        date: item.date_published,
        sections: item.more.sections,
        issue_title: item.more.issue_title.map(|title| one_line(&title)),
        issue_url: item.more.issue_url,
        message_id: item.more.message_id,
        earlier: item.more.series.into_iter().flat_map(|series| series.earlier).map(|version| version.id).collect(),
        json,
    })
}
