//! An item that a condition names, and the versions of its patch.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use uuid::Uuid;

use crate::facts::lore;
use crate::item::{Item, Listing, mail_id};

/// An item that a condition names.
#[derive(Debug, Clone)]
pub(super) struct NamedItem {
    /// As it was written.
    pub(super) name: String,
    /// The item's id, or that of its series.
    id: Uuid,
    /// Its series, once it was looked for and found.
    series: Option<Uuid>,
    /// Whether it was looked for and no item has that name.
    pub(super) is_missing: bool,
}

impl NamedItem {
    /// Whether an item is this one, or another version of the same patch.
    pub(super) fn is_version(&self, item: &Item) -> bool {
        let series = series_of(item);
        item.id == self.id || series == Some(self.id) || series.is_some() && series == self.series
    }

    /// Looks for the item.
    pub(super) fn find(&mut self, listings: &[Listing]) {
        let mut items = listings.iter().flat_map(|listing| &listing.items);
        let found = items.find(|item| item.id == self.id || series_of(item) == Some(self.id));
        self.series = found.and_then(series_of);
        self.is_missing = found.is_none();
    }
}

fn series_of(item: &Item) -> Option<Uuid> {
    Some(item.mail.as_ref()?.series.as_ref()?.id)
}

/// The id that a name stands for: `urn:uuid:…` as feeds have it, a Message-ID as mails have it, the address of a mail in an archive.
fn id(name: &str) -> Option<Uuid> {
    if let Ok(id) = Uuid::try_parse(name) {
        return Some(id);
    }
    if let Some(mail) = lore::read(name) {
        return Some(mail_id(&mail.message_id));
    }
    let message_id = name.strip_prefix("mid:").unwrap_or(name).trim_start_matches('<').trim_end_matches('>');
    let is_one = message_id.split_once('@').is_some_and(|(left, right)| !left.is_empty() && !right.is_empty());
    (is_one && !message_id.contains(char::is_whitespace)).then(|| mail_id(message_id))
}

impl<'de> Deserialize<'de> for NamedItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?.trim().to_owned();
        match id(&name) {
            Some(id) => Ok(Self { name, id, series: None, is_missing: false }),
            None => Err(D::Error::custom(format!(
                "{name:?} names no item; write its id (urn:uuid:…), its Message-ID, or the address of the mail in an archive"
            ))),
        }
    }
}
