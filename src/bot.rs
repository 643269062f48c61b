//! What `patchfeed new` does for a bot: it prints the items of a feed that the bot hasn't posted yet, oldest first.

mod line;
mod output;

use std::collections::HashSet;

use serde_json::value::RawValue;

use crate::error::Error;
use crate::interrupt;
pub use crate::memory::Memory;
use line::ItemLine;
pub use line::LineForm;
pub use output::Output;
use output::Refusal;

/// How items are printed.
#[derive(Debug, Clone, Copy)]
pub struct Printing<'a> {
    /// The feed's slug, by which the memory knows it.
    pub feed: &'a str,
    /// How an item is printed.
    pub form: LineForm,
    /// Whether, the first time, what the feed holds already is printed too.
    pub history: bool,
    /// How often an item's command may fail before later items are printed all the same; at most 9.
    pub tries: u8,
    /// How many items are printed at most; the rest are left to the next run.
    pub limit: usize,
}

/// What the user should know, in words.
#[derive(Debug, Clone, Copy)]
pub enum Notice<'a> {
    /// Items were passed by, since it is the first time.
    Passed(&'a str),
    /// The memory is damaged.
    Damage(&'a str),
}

/// Prints the items of a feed that `memory` doesn't know, oldest first, and remembers each as soon as it is printed.
///
/// `items` come newest first, as [`reader`](crate::reader) gives them. The first time that `memory` is used for the feed, all items count
/// as posted and nothing is printed, unless `history` is set. `say` takes what the user should know.
///
/// An item whose command has failed in as many runs as it may is set aside: it is tried again after all others, at the end of each run. If
/// two items in a row fail, it isn't the items, and printing stops.
///
/// # Errors
/// An item that can't be read or printed, and a memory that can't be written. If it was the memory that failed, nothing more is printed.
pub fn print_new(
    printing: &Printing<'_>,
    items: &[Box<RawValue>],
    memory: &mut Memory,
    mut out: Output<'_>,
    say: &mut dyn FnMut(Notice<'_>),
) -> Result<(), Error> {
    let feed = printing.feed;
    let mut lines = items.iter().rev().map(|item| line::line(item, printing.form)).collect::<Result<Vec<_>, _>>()?;
    let mut ids = HashSet::new(); // a document may have changed between two that were read
    lines.retain(|line| ids.insert(line.id.clone()));
    begin(printing, &lines, memory, say)?;
    let new: Vec<&ItemLine> = lines.iter().filter(|line| !memory.knows(feed, &line.id)).collect();
    memory.make_room(new.iter().map(|line| line.id.as_str()))?;
    let printed = print(printing, &new, memory, &mut out);
    memory.write_copy("what was posted is remembered all the same")?;
    printed
}

/// Whether a memory knows an item of a feed: it was printed, or passed by the first time.
pub fn is_known(memory: &Memory, feed: &str, id: &str) -> bool {
    memory.has_begun(feed) && memory.knows(feed, id)
}

/// Makes sure that the memory knows what was printed of the feed, or that nothing was.
fn begin(
    printing: &Printing<'_>,
    lines: &[ItemLine],
    memory: &mut Memory,
    say: &mut dyn FnMut(Notice<'_>),
) -> Result<(), Error> {
    let feed = printing.feed;
    let path = memory.path().display().to_string();
    if let Some(notice) = memory.notice() {
        say(Notice::Damage(&format!("{path}: {notice}")));
    }
    if memory.has_begun(feed) {
        let is_gap = !lines.is_empty() && !lines.iter().any(|line| memory.knows(feed, &line.id));
        if is_gap && memory.has_passed(feed) {
            say(Notice::Damage(&format!(
                "{path}: all that the feed {feed:?} holds is new, so there may be older items that it no longer holds"
            )));
        }
        return Ok(());
    }
    let passed = if printing.history { &[] } else { lines };
    memory.begin(feed, passed.iter().map(|line| line.id.as_str()))?;
    match passed.len() {
        0 => {}
        1 => say(Notice::Passed(&format!(
            "{path}: the first time for the feed {feed:?}: its only item so far was passed by"
        ))),
        count => say(Notice::Passed(&format!(
            "{path}: the first time for the feed {feed:?}: the {count} items that it holds already were passed by"
        ))),
    }
    Ok(())
}

/// Prints items.
///
/// An item whose command has failed often enough is set aside as soon as a later one is printed: it is the item, then.
fn print(printing: &Printing<'_>, new: &[&ItemLine], memory: &mut Memory, out: &mut Output<'_>) -> Result<(), Error> {
    let mut failed: Option<(&ItemLine, Error)> = None; // the item before, which may have to be set aside
    let (mut aside, first): (Vec<&ItemLine>, Vec<&ItemLine>) =
        new.iter().partition(|line| memory.failures(&line.id) >= printing.tries);
    let mut printed = 0; // what has failed doesn't count, or nothing would come after it
    for line in first {
        if printed == printing.limit {
            break;
        }
        match print_one(line, memory, out)? {
            Ok(()) => {
                printed += 1;
                if let Some((line, _)) = failed.take() {
                    memory.fail(&line.id)?;
                    aside.push(line);
                }
            }
            Err(refusal) if failed.is_some() || !refusal.may_be_the_item => {
                let (_, err) = failed.unwrap_or((line, refusal.error));
                return Err(again(err, "the next run tries it again, before all later ones"));
            }
            Err(refusal) if memory.failures(&line.id) + 1 < printing.tries => {
                let failures = memory.fail(&line.id)?;
                let next = format!("the next run tries it again ({failures} of {} tries)", printing.tries);
                return Err(again(refusal.error, &next));
            }
            Err(refusal) => failed = Some((line, refusal.error)),
        }
    }
    let mut left: Vec<Error> = Vec::new();
    for line in aside {
        if printed == printing.limit {
            break;
        }
        match print_one(line, memory, out)? {
            Ok(()) => printed += 1,
            Err(refusal) if refusal.may_be_the_item => left.push(refusal.error),
            Err(refusal) => return Err(again(refusal.error, "the next run tries again what is set aside")),
        }
    }
    if let Some((_, err)) = failed {
        return Err(again(err, "the next run tries it again"));
    }
    let Some(err) = left.pop() else { return Ok(()) };
    let others = match left.len() {
        0 => String::new(),
        1 => ", as is another".to_owned(),
        count => format!(", as are {count} others"),
    };
    Err(again(err, &format!("it is set aside{others}: later items go first, and the end of each run tries it again")))
}

fn again(err: Error, next: &str) -> Error {
    Error { cause: format!("{}; {next}", err.cause), ..err }
}

/// Why an item wasn't printed.
struct Unprinted {
    error: Error,
    /// Whether it may have to do with the item, rather than with the output.
    may_be_the_item: bool,
}

/// Prints an item and remembers it. The inner error is a refusal of the output.
fn print_one(line: &ItemLine, memory: &mut Memory, out: &mut Output<'_>) -> Result<Result<(), Unprinted>, Error> {
    interrupt::check()?;
    let (subject, cause, may_be_the_item) = match out.print(&line.text) {
        Ok(()) => return memory.confirm(&line.id).map(Ok),
        Err(Refusal::Stream(cause)) => ("standard output".to_owned(), cause, false),
        Err(Refusal::NoCommand(cause)) => ("--exec".to_owned(), cause, false),
        Err(Refusal::Command(cause)) => (format!("--exec, with {:?}", line.title), cause, true),
    };
    Ok(Err(Unprinted { error: Error::new(subject, cause), may_be_the_item }))
}
