//! Feeds: which items each holds, in which order, and how many of them.

mod address;
mod condition;
mod holding;
mod list;
mod model;
mod window;

pub use address::{BadParameter, FeedAddress};
pub use condition::{Conditions, Names};
pub use holding::items;
pub(crate) use holding::{Holding, Share, Supply};
pub(crate) use list::addressed;
pub use list::{ALL, Kept, keep, list};
pub use model::{About, Feed, Match, OwnFeed};
pub use window::Window;
