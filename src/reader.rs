//! Published feeds, as a bot reads them: the items of a feed as JSON Feed items, newest first, whatever format it has, and from wherever it
//! is read.

mod address;
mod atom;
mod chain;
mod document;
mod facts;
mod fields;
mod item;
mod json;
mod model;
mod opml;
mod page;
mod rss;
mod site;
mod tags;
mod words;
mod xml;

pub use address::{Answered, name, of_address};
pub use document::of_text;
pub(crate) use document::{facts, is_feed};
pub(crate) use facts::{DocumentFacts, FeedFormat, ItemFacts, SaidDate};
pub use model::PublishedFeed;
pub(crate) use opml::outlines;
pub(crate) use page::{announced, is_page, lists};
pub use site::of_site;
pub(crate) use xml::is_excessive;
