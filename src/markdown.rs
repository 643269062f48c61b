//! The only module that uses pulldown-cmark, and ammonia for the HTML within Markdown. It finds the blocks of an issue and the link that
//! a block begins with, and renders Markdown as HTML or as plain words.

mod blocks;
mod columns;
mod definitions;
mod depth;
mod dialect;
mod first_link;
mod headings;
mod html;
mod lead;
mod leftovers;
mod notes;
mod passage;
mod picture;
mod plain;
mod quoted;
mod raw;
mod references;
mod remainder;
mod tags;

pub(crate) use blocks::{Block, BlockKind, END, ENTRY, Reading, blocks};
pub(crate) use columns::{column, dedent};
pub(crate) use definitions::Definitions;
pub(crate) use first_link::{first_link, first_link_that};
pub(crate) use headings::first_heading;
pub(crate) use html::{UNSAFE, push_html, safe};
pub(crate) use lead::{Before, Lead, lead};
pub(crate) use leftovers::without_tags;
pub(crate) use notes::{is_note, labels, without_marks, without_notes};
pub(crate) use passage::Passage;
pub(crate) use plain::{plain, plain_of};
pub(crate) use quoted::without_mark;
pub(crate) use references::decode;
pub(crate) use tags::is_frame;
