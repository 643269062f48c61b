//! Values of the command line, and what is said of those that don't do.

use std::str::FromStr;

use patchfeed::text::did_you_mean;

/// How many names a message lists.
const MOST: usize = 20;

/// Reads any words, but not none: `"$ISSUES"` is empty where the variable isn't set.
pub(super) fn word(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() { Err("it is empty; was a variable not set?") } else { Ok(text.to_owned()) }
}

/// Reads a whole number.
pub(super) fn number<T: FromStr>(text: &str) -> Result<T, &'static str> {
    text.parse().map_err(|_| "write a whole number")
}

/// What stands for a name that isn't there: the nearest one, or all of them.
pub(super) fn meant(name: &str, what: &str, names: &[&str]) -> String {
    let near = did_you_mean(name, names.iter().copied());
    if !near.is_empty() {
        return near;
    }
    let shown = names[..names.len().min(MOST)].join(", ");
    match names.len().saturating_sub(MOST) {
        0 => format!("; the {what} are {shown}"),
        more => format!("; the {what} are {shown} and {more} others"),
    }
}
