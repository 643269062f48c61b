//! What `patchfeed new` does for a bot: it prints the items of a feed that the bot hasn't posted yet, oldest first.
//!
//! Beside the memory `SEEN` lies `SEEN.mark`, which says how far each feed was printed, in case the memory is damaged.

mod feed;
mod line;
mod mark;
mod memory;
mod output;
mod record;

use serde_json::value::RawValue;

use crate::error::Error;
use crate::interrupt;
pub use feed::items;
use line::ItemLine;
pub use line::LineForm;
pub use memory::Memory;
use memory::Standing;
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
}

/// Prints the items of a feed that `memory` doesn't know, oldest first, and remembers each as soon as it is printed.
///
/// `items` come newest first, as [`items()`] returns them. The first time that `memory` is used for the feed, all items count
/// as posted and nothing is printed, unless `history` is set. Returns the number of items printed. `say` takes what the user should know.
///
/// An item whose command has failed as often as it may is set aside: it is tried again after all others, in this run and the next ones. If
/// two items in a row fail, it isn't the items, and printing stops.
///
/// # Errors
/// An item that can't be read or printed, a memory that can't be written to, and one that is damaged beyond what its mark tells. If
/// it was the memory that failed, nothing more is printed.
pub fn print_new(
    printing: &Printing<'_>,
    items: &[Box<RawValue>],
    memory: &mut Memory,
    mut out: Output<'_>,
    say: &mut dyn FnMut(&str),
) -> Result<usize, Error> {
    let feed = printing.feed;
    let lines = items.iter().rev().map(|item| line::line(item, printing.form)).collect::<Result<Vec<_>, _>>()?;
    begin(printing, &lines, memory, say)?;
    let new: Vec<&ItemLine> = lines.iter().filter(|line| !memory.knows(feed, &line.id)).collect();
    memory.make_room(new.iter().map(|line| line.id.as_str()))?;
    let printed = print(printing, &new, memory, &mut out, say);
    let ids: Vec<&str> = lines.iter().map(|line| line.id.as_str()).collect();
    memory.set_mark(feed, &ids)?;
    printed
}

/// Makes sure that the memory knows what was printed of the feed, or that nothing was.
fn begin(
    printing: &Printing<'_>,
    lines: &[ItemLine],
    memory: &mut Memory,
    say: &mut dyn FnMut(&str),
) -> Result<(), Error> {
    let feed = printing.feed;
    let path = memory.path().display().to_string();
    if let Some(notice) = memory.notice() {
        say(&format!("{path}: {notice}"));
    }
    match memory.standing(feed) {
        Standing::Known => Ok(()),
        Standing::First => {
            let passed = if printing.history { &[] } else { lines };
            memory.begin(feed, passed.iter().map(|line| line.id.as_str()))?;
            if !passed.is_empty() {
                let count = passed.len();
                say(&format!(
                    "{path}: the first time for the feed {feed:?}: {count} items that it holds already were passed by"
                ));
            }
            Ok(())
        }
        Standing::Lost(mark) => {
            let last = mark.last.as_ref().map(|last| lines.iter().position(|line| *record::key(&line.id) == **last));
            let count = match last {
                None => 0,
                Some(Some(at)) => at + 1,
                Some(None) => return Err(Error::new(path, LOST)),
            };
            let passed = lines[..count].iter().map(|line| line.id.as_str());
            memory
                .recover(feed, passed.filter(|id| !mark.pending.iter().any(|pending| *record::key(id) == **pending)))?;
            let passed = match count.checked_sub(1) {
                Some(last) => format!("what the feed {feed:?} holds up to {:?}", lines[last].title),
                None => format!("nothing of the feed {feed:?}"),
            };
            say(&format!("{path}: this memory is damaged; by the mark beside it, {passed} counts as printed"));
            Ok(())
        }
        Standing::Unknown => Err(Error::new(path, LOST)),
    }
}

/// What to do where nothing tells what was printed.
const LOST: &str = "this memory is damaged, and nothing tells what was printed, so nothing was; put a copy of it back, or remove it \
                    to begin anew: with --history, everything that the feed holds is then printed, else what is new from then on";

/// Prints items. Returns how many were.
fn print(
    printing: &Printing<'_>,
    new: &[&ItemLine],
    memory: &mut Memory,
    out: &mut Output<'_>,
    say: &mut dyn FnMut(&str),
) -> Result<usize, Error> {
    let tries = printing.tries;
    let mut printed = 0;
    let mut before: Option<Error> = None; // why the item before wasn't printed
    let (mut aside, first): (Vec<&ItemLine>, Vec<&ItemLine>) =
        new.iter().partition(|line| memory.failures(&line.id) >= tries);
    for line in first {
        let Err(err) = print_one(line, memory, out)? else {
            (printed, before) = (printed + 1, None);
            continue;
        };
        let failures = memory.failures(&line.id);
        if failures < tries || before.is_some() || matches!(out, Output::Stream(_)) {
            let next = format!("{}; the next run tries this item again", err.cause);
            return Err(Error { cause: next, ..err });
        }
        say(&format!(
            "{err}; after {failures} failures, this item is set aside and tried again at the end of each run"
        ));
        before = Some(err);
        aside.push(line);
    }
    let mut failed: Option<Error> = None;
    before = None;
    for line in aside {
        match print_one(line, memory, out)? {
            Ok(()) => (printed, before) = (printed + 1, None),
            Err(err) if before.is_some() => return Err(err),
            Err(err) => {
                before = Some(Error::new(err.subject.clone(), err.cause.clone()));
                failed = Some(err);
            }
        }
    }
    match failed {
        Some(err) => Err(Error { cause: format!("{}; this item stays set aside", err.cause), ..err }),
        None => Ok(printed),
    }
}

/// Prints an item and remembers it. The inner error is a refusal of the output, which is remembered too if it is about this item.
fn print_one(line: &ItemLine, memory: &mut Memory, out: &mut Output<'_>) -> Result<Result<(), Error>, Error> {
    interrupt::check()?;
    match out.print(&line.text) {
        Ok(()) => memory.confirm(&line.id).map(Ok),
        Err(Refusal::Stream(cause)) => Ok(Err(Error::new("standard output", cause))),
        Err(Refusal::Command(cause)) => {
            memory.fail(&line.id)?;
            Ok(Err(Error::new(format!("--exec, with {:?}", line.title), cause)))
        }
    }
}
