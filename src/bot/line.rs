//! An item as one line of text.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::Error;

/// How an item is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineForm {
    /// The item as it stands in the JSON Feed.
    Json,
    /// `[riscv] title https://…`
    Text,
    /// `**[title](<https://…>)** · riscv`
    Markdown,
}

/// What a line needs of a JSON Feed item (JSON Feed 1.1, "Items").
#[derive(Deserialize)]
struct FeedItem {
    id: String,
    title: String,
    url: String,
    /// Missing in feeds that another program made.
    #[serde(default, rename = "_patchfeed")]
    place: ItemPlace,
}

/// The extension `_patchfeed` of an item.
#[derive(Default, Deserialize)]
struct ItemPlace {
    /// Slugs of the sections that list the item.
    #[serde(default)]
    sections: Vec<String>,
}

/// An item, ready to be printed.
pub(super) struct ItemLine {
    /// The item's id.
    pub(super) id: String,
    /// Its title.
    pub(super) title: String,
    /// The line, without a line break.
    pub(super) text: String,
}

/// Turns an item into a line. `item` is JSON without line breaks.
///
/// # Errors
/// JSON that isn't an item with an id, a title and an address.
pub(super) fn line(item: &RawValue, form: LineForm) -> Result<ItemLine, Error> {
    let FeedItem { id, title, url, place } = serde_json::from_str(item.get())
        .map_err(|err| Error { subject: "item".to_owned(), cause: format!("not a JSON Feed item: {err}") })?;
    let sections = place.sections.join(", ");
    let text = match form {
        LineForm::Json => item.get().to_owned(),
        LineForm::Text if sections.is_empty() => format!("{title} {url}"),
        LineForm::Text => format!("[{sections}] {title} {url}"),
        LineForm::Markdown if sections.is_empty() => format!("**[{}](<{url}>)**", escape(&title)),
        LineForm::Markdown => format!("**[{}](<{url}>)** · {sections}", escape(&title)),
    };
    Ok(ItemLine { id, title, text })
}

/// Escapes what Markdown, in any dialect that chats use, would take for markup.
fn escape(title: &str) -> String {
    let mut escaped = String::with_capacity(title.len());
    for c in title.chars() {
        if "\\`*_[]<>~|&#".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
