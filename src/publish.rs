//! Writes a site's files into a folder, so that a reader never sees half a file and an unchanged file keeps its date, whatever is
//! killed or loses its power.
//!
//! A new or changed file is first written beside its target, under the name `.patchfeed-NUMBER`. Once all files are
//! written and have reached the disk, each is renamed to its target: new files first, since changed files may link to them.
//! Renaming within one folder works on every file system.
//!
//! The folder `.patchfeed` inside the site holds these files:
//!
//! | file | contents |
//! |---|---|
//! | `lock` | nothing; locked while a run publishes |
//! | `manifest` | whose site it is, and the path of every file that patchfeed made, one per line |
//! | `unannounced` | the feeds whose changes hubs haven't been told of; with a lock of its own |
//! | `unfinished` | nothing; there from before the first waiting file until the run is complete |
//!
//! A path is listed before its file exists. So an interrupted run leaves nothing that patchfeed would take for somebody
//! else's file, and the next run can clean up.

mod manifest;
mod paths;
mod publication;
mod reading;
mod replaced;
mod shrinking;
mod unannounced;
mod waiting;

pub use manifest::Owner;
pub(crate) use manifest::slug_in;
pub use publication::{Publication, Published, Rules};
pub use reading::{SiteCopy, SiteFile, read};
pub(crate) use shrinking::check_removals;
pub use unannounced::{Unannounced, announced, unannounced};
