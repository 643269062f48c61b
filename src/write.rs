//! Writers: the formats of feeds, one file each, with a table on top; the list of feeds; the pages.

mod atom;
mod card;
mod chart;
mod format;
mod head;
mod hosts;
mod insert;
mod json;
pub(crate) mod opml;
pub(crate) mod page;
mod rss;
pub(crate) mod search;
mod web_reader;

pub(crate) use card::{Card, FeedLink, Latest};
pub(crate) use chart::{BARS, chart};
pub use format::{FORMATS, Format};
pub(crate) use head::{Chain, GENERATOR, Head};
pub use hosts::YIELDING;
pub(crate) use hosts::{FRESH, FileKind, ROBOTS, UNSERVED, header_policy, headers};
pub use json::item as json_item;
pub use web_reader::WebReader;
