//! What `patchfeed new` does for a bot: it prints the items of a feed that the bot hasn't posted yet, oldest first.

mod feed;
mod line;
mod memory;
mod output;

use serde_json::value::RawValue;

use crate::error::Error;
pub use feed::items;
pub use line::LineForm;
pub use memory::Memory;
pub use output::Output;

/// Prints the items of a feed that `memory` doesn't know, oldest first, and remembers each as soon as it is printed.
///
/// `items` come newest first, as [`items()`] returns them. The first time that `memory` is used for `feed`, all items count
/// as posted and nothing is printed, unless `history` is set. Returns the number of items printed.
///
/// # Errors
/// An item that can't be read, or an output or memory that can't be written to. Printing stops there. If it was the memory
/// that failed, the last item is printed again next time.
pub fn print_new(
    feed: &str,
    items: &[Box<RawValue>],
    memory: &mut Memory,
    form: LineForm,
    history: bool,
    mut out: Output<'_>,
) -> Result<usize, Error> {
    let lines = items.iter().rev().map(|item| line::line(item, form)).collect::<Result<Vec<_>, _>>()?;
    if memory.is_first(feed) {
        let posted = if history { &[] } else { lines.as_slice() };
        memory.begin(feed, posted.iter().map(|line| line.id.as_str()))?;
    }
    let mut printed = 0;
    for line in lines {
        if !memory.knows(feed, &line.id) {
            out.print(&line.text)?;
            memory.remember(line.id)?;
            printed += 1;
        }
    }
    Ok(printed)
}
