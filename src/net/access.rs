//! The limits that apply to what is asked for.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How to reach servers, and how much to take of what they send.
#[derive(Debug, Clone)]
pub struct Access {
    /// The folder for the last good copies. `None` means the user's own cache folder, `~/.cache/patchfeed` on Linux.
    pub cache: Option<PathBuf>,
    /// How long a server may stay silent. A transfer that keeps going may take ten times as long.
    pub timeout: Duration,
    /// The largest issue or feed to accept, in bytes, wherever it comes from.
    pub size: u64,
    /// How many documents of a feed to read.
    pub documents: usize,
}

impl Default for Access {
    fn default() -> Self {
        Self { cache: None, timeout: Duration::from_mins(1), size: 16_000_000, documents: 1000 }
    }
}

impl Access {
    /// How long a whole transfer may take.
    pub(crate) fn deadline(&self) -> Duration {
        self.timeout * 10
    }

    /// How many bytes to take of one repository, all its issues together.
    pub(crate) fn total(&self) -> u64 {
        self.size.saturating_mul(1000)
    }
}

/// Says that an issue or a feed is larger than a limit in bytes, and who set the limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooLarge(pub(crate) u64);

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = self.0 / 1_000_000;
        write!(f, "larger than {megabytes} MB; size in the [network] table of patchfeed.toml sets the limit")
    }
}

/// Says that a repository is larger than a total in bytes, and who set it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooMuch(pub(crate) u64);

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = self.0 / 1_000_000;
        write!(
            f,
            "more than {megabytes} MB; a thousand times size in the [network] table of patchfeed.toml is the limit"
        )
    }
}
