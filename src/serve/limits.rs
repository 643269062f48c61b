//! What clients may take of the machine.

use std::time::Duration;

/// What clients may take of the machine.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many connections there are at once; further ones wait. The system's limit on open files may allow fewer.
    pub connections: usize,
    /// How many of them a client on another machine may have; it is hung up on beyond that.
    pub connections_of_client: u32,
    /// The largest head of a request, in bytes.
    pub head: usize,
    /// How long a request's head may take, and how long a connection may stay idle before it.
    pub head_time: Duration,
    /// How long a client may take none of the bytes of an answer.
    pub stall: Duration,
    /// How many requests a client on another machine may send in ten seconds.
    pub requests: u32,
    /// How long answers under way may take when the server stops.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 16_384,
            connections_of_client: 256,
            head: 16 * 1024,
            head_time: Duration::from_secs(15),
            stall: Duration::from_secs(30),
            requests: 1000,
            stop: Duration::from_secs(10),
        }
    }
}

/// The most connections that the system has room for, up to a wish: its limit on open files is raised as far as it may be.
#[cfg(unix)]
pub(super) fn connections(wish: usize) -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};
    const OTHERS: u64 = 128; // what is open besides: a build's files, above all
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit); // what it is now is what counts
    let room = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX).saturating_sub(OTHERS);
    usize::try_from(room).unwrap_or(usize::MAX).clamp(1, wish.max(1))
}

/// The most connections that the system has room for, up to a wish.
#[cfg(not(unix))]
pub(super) fn connections(wish: usize) -> usize {
    wish.max(1)
}
