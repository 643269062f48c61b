//! Whether a run still has its lock, for those who write.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::net::now;

/// The name of the lock's object below the target's prefix.
pub(super) const LOCK: &str = ".patchfeed/deploying.json";

/// For how long a run goes on without having renewed its lock: well before another one may take it over.
const UNRENEWED: Duration = Duration::from_secs(45);

/// Nobody can take the lock over, or there is none.
const UNBOUND: u64 = u64::MAX;

/// When a run's lock was renewed.
#[derive(Debug, Clone)]
pub(super) struct Lease {
    /// In seconds since 1970.
    renewed: Arc<AtomicU64>,
}

impl Default for Lease {
    /// A lease that doesn't end.
    fn default() -> Self {
        Self { renewed: Arc::new(AtomicU64::new(UNBOUND)) }
    }
}

impl Lease {
    /// The lock has been taken, or renewed, just now.
    pub(super) fn renew(&self) {
        self.renewed.store(now().as_secs(), Ordering::Relaxed);
    }

    /// The lock is another's, or can't be renewed.
    pub(super) fn lose(&self) {
        self.renewed.store(0, Ordering::Relaxed);
    }

    /// The lock is given back.
    pub(super) fn end(&self) {
        self.renewed.store(UNBOUND, Ordering::Relaxed);
    }

    /// Fails if the lock may be another's by now: a machine that has slept, say, must not go on with what it had begun.
    ///
    /// # Errors
    /// Such a lock, in words.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let renewed = self.renewed.load(Ordering::Relaxed);
        if renewed == UNBOUND || now().as_secs().abs_diff(renewed) < UNRENEWED.as_secs() {
            return Ok(());
        }
        Err("this deploy stood still for too long, and another may have begun; run it again")
    }
}
