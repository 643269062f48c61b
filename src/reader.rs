//! Published feeds, as a bot reads them: the items of a feed as JSON Feed items, newest first, whatever format it has, and from wherever it
//! is read.

mod address;
mod chain;
mod document;
mod item;
mod json;
mod model;
mod page;
mod site;
mod words;

pub use address::{Answered, name, of_address};
pub use model::PublishedFeed;
pub use site::of_site;
