//! Writes a site's files into a folder, so that a reader never sees half a file and an unchanged file keeps its date.
//!
//! A new or changed file is first written beside its target, under the name `.patchfeed-NUMBER`. Once all files are
//! written, each is renamed to its target. Renaming within one folder works on every file system.
//!
//! The folder `.patchfeed` inside the site holds three files:
//!
//! | file | contents |
//! |---|---|
//! | `lock` | nothing; locked while a run publishes |
//! | `manifest` | the path of every file that patchfeed made, one per line |
//! | `unfinished` | every folder that holds waiting files, one per line; gone once a run is complete |
//!
//! A path is listed before its file exists. So an interrupted run leaves nothing that patchfeed would take for somebody
//! else's file, and the next run can clean up.

mod manifest;
mod paths;
mod publication;
mod waiting;

pub use publication::{Publication, Published};
