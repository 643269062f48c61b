//! Tells hubs which feeds have changed (`WebSub`, W3C Recommendation of 23 January 2018: patchfeed is a publisher), so that they fetch them at
//! once and give them to their subscribers.
//!
//! A build lists what changes ([`crate::publish::unannounced`]). What is listed is announced once it can be fetched, and leaves the list once a
//! hub has taken it. A publisher's way to tell a hub is left to the two of them (§6); what all hubs understand is the form of `PubSubHubbub` 0.4.

mod announce;

pub use announce::{Announced, Untold, announce};
