//! Items: what feeds are made of.

mod content;
mod draft;
mod identity;
mod listing;
mod model;
mod repeats;
mod series;

pub(crate) use content::{SUMMARY, push_place};
pub(crate) use identity::mail_id;
pub use listing::{LinkPlace, Listing, Options, Texts, list};
pub(crate) use model::urn;
pub use model::{Category, IssueFacts, Item, Mail, Rank, Series, Version};
