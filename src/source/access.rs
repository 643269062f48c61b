//! The limits that apply to sources on the network.

use std::path::PathBuf;
use std::time::Duration;

/// How to reach sources on the network.
#[derive(Debug, Clone)]
pub struct Access {
    /// The folder for the last good copies. `None` means the user's own cache folder, `~/.cache/patchfeed` on Linux.
    pub cache: Option<PathBuf>,
    /// How long a server may stay silent. A transfer that keeps going may take ten times as long.
    pub timeout: Duration,
    /// The largest issue to accept from the web, in bytes.
    pub size: u64,
}

impl Default for Access {
    fn default() -> Self {
        Self { cache: None, timeout: Duration::from_mins(1), size: 16_000_000 }
    }
}

impl Access {
    /// How long a whole transfer may take.
    pub(super) fn deadline(&self) -> Duration {
        self.timeout * 10
    }
}
