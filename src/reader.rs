//! Published feeds, as a bot reads them: the items of a feed as JSON Feed items, newest first, whatever format it has, and from wherever it
//! is read.

mod address;
mod atom;
mod chain;
mod document;
mod fields;
mod item;
mod json;
mod model;
mod page;
mod rss;
mod site;
mod words;
mod xml;

pub use address::{Answered, name, of_address};
pub use document::of_text;
pub use model::PublishedFeed;
pub use site::of_site;
