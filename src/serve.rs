//! A published site over HTTP, for whoever has no other web server, and for the editor who looks at an issue before it is published.
//!
//! ```text
//! publish::read ──▶ ServedSite ──▶ answer ──▶ routes ──▶ connection
//! the folder's      every form     of a site  a function  bytes, limits,
//! files             of each file,  and a      a route     the log
//!                   in memory      request
//! ```
//!
//! The site that is served is one value, made after a build and replaced as a whole: no request sees two builds. What a request gets
//! ([`answer()`]) is a function of that value and the request, without disk or network, and of time only in that a feed by address which takes too long
//! is given up. A file is answered before any route is looked for; only [`Server`] and what it starts wait for anything.
//!
//! A new kind of address is a function in `serve/routes.rs` and its line in the router there.

mod answer;
mod clients;
mod coding;
mod condition;
mod connection;
mod facts;
mod file;
mod items;
mod limits;
mod listen;
mod log;
mod metrics;
mod page;
mod preview;
mod range;
mod routes;
mod server;
mod site;
mod subscribers;

pub use answer::answer;
pub use facts::SiteFacts;
pub use items::ServedItems;
pub use limits::Limits;
pub use listen::{Listening, listen};
pub use metrics::BuildOutcome;
pub use routes::Banner;
pub use server::Server;
pub use site::ServedSite;
