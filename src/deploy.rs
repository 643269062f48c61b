//! Puts a published site into object storage: S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage, or a folder.
//!
//! Readers come while it goes on, and whatever is killed leaves each of them an old document or a new one, and no link that leads nowhere. So
//! objects go up in this order: first those that are new, since any of the others may link to them, then those that are replaced; and of each
//!
//! 1. what pages are made of, and the archives;
//! 2. the pages, and the digests, which link to them;
//! 3. the feeds, which link to all of these;
//! 4. the lists of feeds, the first page, the search.
//!
//! Then comes the manifest. At last, what the site has no more is deleted, if the manifest has it: what somebody else has put there stays.
//!
//! Two objects below `.patchfeed` are patchfeed's own:
//!
//! | object | holds |
//! |---|---|
//! | `deployed.json` | the manifest: the name and the digest of each object; those that may be half done; the addresses that caches may still have |
//! | `deploying.json` | the lock, while a deploy runs: written on the condition that none is there, renewed, and taken over if nobody renews it |
//!
//! An object is in the manifest before it exists. So a run that was cut off leaves nothing that a later one would take for somebody else's.

mod address;
mod connector;
mod lease;
mod lock;
mod manifest;
mod object;
mod plan;
mod run;
mod settled;
mod step;
mod store;
mod words;

pub use address::{Destination, Storage};
pub use lock::STALE;
pub use plan::PlannedChange;
pub use run::{DeployRules, Deployed, deploy, plan};
