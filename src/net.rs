//! What asking servers is: how long to wait, how much to take, what a failure means in words, and the last good copies of what they
//! sent, as files in a cache.

mod access;
mod cache;
mod coding;
mod copy;
mod exchange;
mod fetch;
mod here;
mod redact;
mod retry;
mod words;

pub use access::Access;
pub(crate) use access::{TooLarge, TooMuch};
pub(crate) use cache::{Cache, Failure, open, or_copy, root};
pub(crate) use coding::{GZIP, is_gzip};
pub(crate) use exchange::{Exchange, exchange};
pub(crate) use fetch::{Download, Request, agent, fetch};
pub use here::is_here;
pub use redact::redacted;
pub(crate) use redact::{take_user, without_user};
pub(crate) use retry::{now, retry_after};
pub(crate) use words::failure;
