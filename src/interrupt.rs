//! SIGINT and SIGTERM: what is under way is finished or taken back, then the program ends as the signal says.

use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

use crate::child;
use crate::error::Error;

/// The signal that was caught; 0 if none was.
static CAUGHT: AtomicI32 = AtomicI32::new(0);

/// How many pieces of work are under way that must not be cut off.
static CAREFUL: AtomicUsize = AtomicUsize::new(0);

/// Work that must not be cut off, until this is dropped. It asks [`check`] whether to stop.
#[derive(Debug)]
pub(crate) struct Careful(());

impl Careful {
    pub(crate) fn begin() -> Self {
        CAREFUL.fetch_add(1, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Careful {
    fn drop(&mut self) {
        CAREFUL.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Whether a signal says to stop.
pub fn is_caught() -> bool {
    CAUGHT.load(Ordering::SeqCst) != 0
}

/// Fails if a signal says to stop.
///
/// # Errors
/// Such a signal.
pub(crate) fn check() -> Result<(), Error> {
    if is_caught() { Err(Error::new("patchfeed", "interrupted")) } else { Ok(()) }
}

/// Ends the program as the signal that was caught would have; returns if none was.
pub fn end_if_caught() {
    let signal = CAUGHT.load(Ordering::SeqCst);
    if signal != 0 {
        end(signal);
    }
}

/// Watches for signals. Careful work is given time to stop; a second signal ends it too, with everything that it has started.
#[cfg(unix)]
pub fn watch() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else { return };
    // Without a thread, signals would be caught and never seen.
    let handle = signals.handle();
    let watching = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            let first = CAUGHT.swap(signal, Ordering::SeqCst) == 0;
            if !first || CAREFUL.load(Ordering::SeqCst) == 0 {
                child::kill_all();
                end(signal);
            }
        }
    });
    if watching.is_err() {
        handle.close();
        for signal in [SIGINT, SIGTERM] {
            let _ = signal_hook::flag::register_conditional_default(signal, std::sync::Arc::new(true.into()));
        }
    }
}

/// Signals are left to the operating system.
#[cfg(not(unix))]
pub fn watch() {}

#[cfg(unix)]
fn end(signal: i32) {
    // The first process of a container isn't ended by a signal of its own, but by what would be tried next: a crash.
    if std::process::id() != 1 {
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
    std::process::exit(128 + signal);
}

#[cfg(not(unix))]
fn end(signal: i32) {
    std::process::exit(128 + signal);
}
