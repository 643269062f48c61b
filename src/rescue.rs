//! Panics: a defect of patchfeed that one entry brings out must not cost the others.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    /// Where this thread's last panic was.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Runs some work that changes nothing if it panics. The error is what the panic says.
///
/// # Errors
/// A panic, in words for a report.
pub fn rescue<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let place = PLACE.take();
        let words = words(&*payload).lines().next().unwrap_or_default();
        if place.is_empty() { words.to_owned() } else { format!("{words} ({place})") }
    })
}

/// Keeps panics from printing anything: whoever rescues from them says what they say.
pub fn hush() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|place| format!("{}:{}", place.file(), place.line()));
        PLACE.set(place.unwrap_or_default());
    }));
}

fn words(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no words")
}
