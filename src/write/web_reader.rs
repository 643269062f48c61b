//! Readers on the web, which pages lead to.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::text;

/// A row `[[reader]]` of the configuration: a reader on the web that can be given a feed by a link.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebReader {
    /// Its name.
    #[serde(deserialize_with = "name")]
    pub name: String,
    /// The address that adds a feed to it; `{feed}` stands for the feed's address.
    #[serde(deserialize_with = "address")]
    pub address: String,
}

/// What stands for a feed's address in a reader's.
const FEED: &str = "{feed}";

/// The readers that pages lead to unless the configuration says otherwise.
const KNOWN: [(&str, &str); 5] = [
    ("Feedly", "https://feedly.com/i/subscription/feed%2F{feed}"),
    ("Inoreader", "https://www.inoreader.com/?add_feed={feed}"),
    ("NewsBlur", "https://www.newsblur.com/?url={feed}"),
    ("The Old Reader", "https://theoldreader.com/feeds/subscribe?url={feed}"),
    ("Feedbin", "https://feedbin.com/?subscribe={feed}"),
];

impl WebReader {
    /// The readers of the built-in table.
    pub fn known() -> Vec<Self> {
        KNOWN.map(|(name, address)| Self { name: name.to_owned(), address: address.to_owned() }).into()
    }

    /// The address that adds a feed.
    pub(crate) fn link(&self, feed: &str) -> String {
        self.address.replace(FEED, &utf8_percent_encode(feed, NON_ALPHANUMERIC).to_string())
    }
}

fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = text::one_line(&text::legal(&String::deserialize(deserializer)?));
    if text::is_visible(&name) { Ok(name) } else { Err(D::Error::custom("the name is empty; write the reader's name")) }
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let address = text::legal(&String::deserialize(deserializer)?).into_owned();
    if !text::is_web(&address) {
        return Err(D::Error::custom(format!("{address:?} isn't a web address; write one such as \"{}\"", KNOWN[1].1)));
    }
    if !address.contains(FEED) {
        return Err(D::Error::custom(format!(
            "{address:?} doesn't say where the feed's address goes; write {FEED} there, as in \"{}\"",
            KNOWN[1].1
        )));
    }
    Ok(address)
}
