//! Publishes a newsletter as feeds: one item a patch or a link, one feed a section, in Atom, RSS and JSON Feed.
//!
//! # The way of a text
//!
//! ```text
//! source ──▶ issue ──▶ split ──▶ item ──▶ feed ──▶ write ──▶ site ──▶ publish
//! texts      number,   one       identity, which    one item   every    files,
//!            date,     Entry     repeats,  items,   a format,  file     replaced
//!            editor    a patch   dates     windows  one head            if changed
//!                      or a link
//! ```
//!
//! One direction, no cycles. Only [`source`], [`config`], [`publish`] and [`seen`] touch the world; what lies between are
//! functions without clock, randomness or hidden state, so the same issues give the same bytes everywhere and always.
//!
//! A [`newsletter::Newsletter`] goes this way twice. The first time, up to the entries, it learns what an issue must know of
//! all others: order and dates ([`issue::order()`]), what comes more than once ([`item::fingerprints`]), what the newsletter is
//! called ([`survey`]). The second time each thread takes the next issue and makes items and files of it ([`site::make`]), so memory
//! is bounded by the feeds' windows and by what later issues list again, not by the archive. Two steps are taken in the order
//! of the issues (`turns.rs`): what is new in one, and what feeds hold then. An archive's document waits for the next issue of
//! its feed, which it links to.
//!
//! # Where to go for what
//!
//! | to add | go to |
//! |---|---|
//! | a kind of source | a module below [`source`] and a row of its `kind` |
//! | a section | a row of the table in [`section`] |
//! | a format of feeds | a module in [`mod@write`] and a row of [`write::FORMATS`] |
//! | a shape of entry | an arm of the `match` in `split/patches.rs` or `split/links.rs` |
//! | a form of front matter | `matter.rs`; of dates, `when.rs` |
//! | an archive of mail | a row of the table in [`lore`] |
//! | a form of subject line | a row of the tables in [`subject`] |
//! | what makes entries the same | `item/known.rs` |
//! | what joins the versions of a patch | [`series`] |
//! | a condition of feeds of one's own | a field of [`condition::Conditions`] |
//! | a field of items | [`item::Item`], whose field docs are the mapping to the formats |
//! | something that can be wrong with a text | [`diagnostic::Problem`] |
//!
//! # Invariants
//!
//! - A [`source::Document`]'s text holds only characters that XML allows, so every writer may take it as it is. What is
//!   decoded later (character references, YAML escapes) goes through [`text::legal`] again.
//! - A message, or a link with its title, is one item with one id, and no document holds an id twice ([`item::Known`]).
//! - Items' dates fall strictly from item to item and from issue to issue ([`issue::order()`]).
//! - Every block of an issue's body is part of an entry, a heading, a comment, a diagnostic, or counted as passed by
//!   ([`split::entries`]). What stands before the first section is the issue's own ([`issue::parse`]).
//! - What [`mod@write`] pushes by hand has the bytes that the crates of the formats write (`tests/suite/writers.rs`).
//! - Errors of the world ([`diagnostic::Error`]) end a run; defects of a text ([`diagnostic::Diagnostic`]) never do.

pub mod condition;
pub mod config;
pub mod diagnostic;
pub mod feed;
pub mod issue;
pub mod item;
pub mod language;
pub mod lore;
pub mod mail;
mod markdown;
mod matter;
pub mod newsletter;
pub mod publish;
pub mod sample;
pub mod section;
pub mod seen;
pub mod series;
pub mod site;
pub mod source;
pub mod split;
pub mod subject;
pub mod survey;
pub mod text;
mod turns;
mod when;
pub mod write;
