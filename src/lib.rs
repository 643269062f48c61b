//! Publishes a newsletter as feeds: one item per patch or link, one feed per section, in Atom, RSS and JSON Feed.
//!
//! # The pipeline
//!
//! ```text
//! source ──▶ issues ──▶ item ──▶ feed ──▶ site ──▶ publish
//! texts      each read  identity, which    every     a folder
//!            and split  repeats,  items,   file, by
//!            into       series,   windows  the formats
//!            entries    content            of write
//! ```
//!
//! Texts go this way once. [`source`] finds and reads them, and each becomes a [`document::Document`]. [`issues::read`] has `issue` read each
//! document, which has `split` make entries of its blocks, and then learns from all of them what the newsletter is. [`item::list`] makes
//! the items. [`feed::list`] says which feeds there are, before anything is written. [`site::make`] writes every file and gives it to a
//! sink: [`publish`] puts it into a folder, which [`serve`] and [`deploy`] read. `source`, `config`, `publish`, `deploy`, `watch`, `serve`, `verify` and `bot` touch the world. What lies between are functions without
//! clock, randomness or hidden state: the same issues give the same bytes, on every machine, forever.
//!
//! # The rooms
//!
//! From the ground up; each imports only rooms named before it, and no two files import each other (`tests/suite/house.rs` checks
//! both).
//!
//! | room | holds |
//! |---|---|
//! | `text`, `error`, `rescue` | characters and escapes; what stops a run; what must not |
//! | `files`, `child`, `interrupt` | regular files, locks and what reaches the disk; programs that are run; signals |
//! | `net` | asking servers: how long, how much, what failures mean; the cache of what they sent |
//! | `facts` | what the field knows: newsletters, sections, slugs, subject lines, archives of mail, licences, languages |
//! | `diagnostic`, `document`, `entry` | problems and their sentences; a text as all later stages take it; an entry |
//! | `markdown`, `mail` | the only user of the Markdown parser and of what cleans HTML; mail shown as mail |
//! | `source` | files, git repositories, the web, standard input, the sample |
//! | `split` | the grammars that make entries of an issue's blocks |
//! | `issue` | an issue, and how it is read: front matter, names, numbers, dates |
//! | `issues` | all issues together: their order, what they say of their newsletter |
//! | `item` | the item; identity, repeats, series, content |
//! | `feed` | which items a feed holds, in which order, how many |
//! | `write` | the formats, one file each, with a table on top; pages, OPML, the index of the search |
//! | `memory` | what was posted: which items, in which messages |
//! | `post` | messages, and the services that they are posted to |
//! | `purge` | telling a CDN which addresses have changed |
//! | `config` | `patchfeed.toml` |
//! | `site` | every file that items make |
//! | `publish`, `deploy` | files into a folder; a published site into object storage |
//! | `watch`, `serve` | sources that change; a published site over HTTP |
//! | `hub` | telling hubs which feeds have changed |
//! | `reader`, `verify` | published feeds, read; what is wrong with them for readers |
//! | `bot` | lines for a bot of one's own |
//! | `command`, `threads` (of the program) | the command line, a file a command; threads, or none |
//!
//! # Where to go for what
//!
//! | to add | go to |
//! |---|---|
//! | a section | a row of the table in `facts/rvlwn.rs`; for one site, a `[[section]]` in its configuration |
//! | a format of feeds | a file in `write`, with an `item` and a `frame`, and a row of [`write::FORMATS`] |
//! | something that can be wrong with a published site | a variant in `verify/finding.rs`, with its sentence, and where it is looked for |
//! | a format of feeds that are read | a file in `reader`, and an arm in `reader/document.rs` |
//! | a kind of page | a file in `write/page` and a template beside it; where it is written, `site/pages.rs` or `site/issues.rs` |
//! | a reader on the web that pages lead to | a row of the table in `write/web_reader.rs`; for one site, a `[[reader]]` in its configuration |
//! | a command | a file in `command`; a variant and an arm in `command.rs` |
//! | a forge that gets a workflow | a template in `command/init`, and a row of the table in `command/init/workflow.rs` |
//! | a kind of source | a file in `source`; a variant in `source/kind.rs`, and its arm in [`source::find`] |
//! | an address that the server answers at | a function in `serve/routes.rs`, and its line in the router there |
//! | a header of what is served | `serve/file.rs`, where all headers of a file are made, once a build |
//! | a kind of object storage | a variant of [`deploy::Storage`] and its arm in `deploy/store.rs` |
//! | a CDN that is told what has changed | a file in `purge`, and a key of [`purge::Purge`] |
//! | how long copies of a deployed file are fresh, and its other headers | `deploy/object.rs`; when its turn is, `deploy/step.rs` |
//! | something that a server counts | `serve/metrics.rs`; who reads a feed, `serve/subscribers.rs` |
//! | a parameter of feeds by address | a row of the table in `feed/address.rs`, and the field of [`feed::Conditions`] that it states |
//! | a service to post to, such as a chat | a file in `post/services`, and a row of [`post::SERVICES`] |
//! | a field of items | [`item::Item`], whose field docs are the mapping to the formats; filled in `item/listing.rs` (digests: `site/digest.rs`), written in `write/{atom,rss,json}.rs` |
//! | a shape of entry | an arm of the `match` in `split/patches.rs` or `split/links.rs` |
//! | a line that begins a block of its own, whatever precedes it | `markdown/blocks/marks.rs` |
//! | a form of headings that aren't written as such | `split/meant.rs`, and what is looked for in a text in `markdown/blocks/heading.rs` |
//! | a way in which editors break the first line of an entry of patches | `entry/loose.rs`; a row of `tests/suite/breaks.rs` |
//! | a way in which editors break an item of a list of links | `entry/item.rs` |
//! | an element of HTML that texts may hold | a list in `markdown/raw.rs` |
//! | a forge where files of repositories have pages | a row of the table in `facts/forge.rs` |
//! | a form of front matter, of dates, of times and zones | `issue/front_matter.rs`, `issue/when.rs`, `issue/time.rs` |
//! | something learnt from all issues | before they are split: `split/habits.rs`; after: `issues/learn.rs`, `issues/frame.rs`; how a configuration states it: `config/learnt.rs` |
//! | what is said of what is no entry | `entry/passed_by.rs`, `command/passed_by.rs` |
//! | an archive of mail | a row of the table in `facts/lore.rs` |
//! | a form of subject line | `facts/subject/word.rs` |
//! | what makes entries the same | `item/identity.rs` |
//! | what joins the versions of a patch | `item/series.rs` |
//! | a condition of custom feeds | a field of [`feed::Conditions`] |
//! | something that can be wrong with a text | [`diagnostic::Problem`]; its kind and meaning in `diagnostic/kind.rs`, its sentences in `english.rs` and `chinese.rs` |
//! | a way to show problems | a file in `diagnostic` and a row of [`diagnostic::REPORTS`] |
//! | a filter of the search page | a column in `write/search.rs`; a field in `write/search.html` and a value of rows in `write/search.js` |
//! | a setting | [`config::Config`], and its line in `patchfeed.toml` beside it |
//! | what is said of settings that can't be read, or do nothing | `config/words.rs`, `config/unused.rs` |
//!
//! # Invariants
//!
//! - A document's text holds only characters that XML allows, so every writer may take it as it is. What is decoded later
//!   (character references, YAML escapes) goes through `text::legal` again.
//! - A message, or a link with its title, is one item with one id. No document holds an id twice.
//! - Items' dates fall strictly from item to item and from issue to issue.
//! - Every block of an issue's body becomes part of an entry, or is a heading, a comment, a diagnostic, or named as passed
//!   by. What comes before the first section is the issue's own.
//! - One function decides whether an item belongs to a feed, for every feed.
//! - An item's text in a format is made once and serves in every document.
//! - Work and memory grow as the texts do, whatever is in them (`tests/suite/growth.rs`): what many issues, items or diagnostics
//!   repeat has a bound, and nothing is searched or parsed again for each of them.
//! - Errors of the world ([`error::Error`]) end a run; defects of a text ([`diagnostic::Diagnostic`]) never do.

pub mod bot;
mod child;
pub mod config;
pub mod deploy;
pub mod diagnostic;
pub mod document;
mod entry;
pub mod error;
pub mod facts;
pub mod feed;
pub mod files;
pub mod hub;
pub mod interrupt;
mod issue;
pub mod issues;
pub mod item;
pub mod mail;
mod markdown;
pub mod memory;
pub mod net;
pub mod post;
pub mod publish;
pub mod purge;
pub mod reader;
pub mod rescue;
pub mod serve;
pub mod site;
pub mod source;
mod split;
pub mod text;
pub mod verify;
pub mod watch;
pub mod write;
