//! `patchfeed new`: prints what a bot hasn't posted yet.

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use patchfeed::bot::{self, LineForm, Memory, Notice, Output, Printing};
use patchfeed::config::Config;
use patchfeed::error::Error;

use super::console::{leads_nowhere, say};
use super::subscription::{self, Followed, Subscription};
use super::value::{number, word};

#[derive(Args)]
#[command(after_help = "\
Examples:
  patchfeed new site --seen bot.seen
  patchfeed new site --seen bot.seen --feed riscv --format text --exec 'toot post'
  patchfeed new https://feeds.example.org/riscv.json --seen bot.seen
  patchfeed new https://github.com/OWNER/NAME --seen bot.seen")]
pub(crate) struct New {
    /// The folder of a built site, or the address of any feed; or issues, as for build
    #[arg(value_parser = word)]
    source: String,
    /// The folder for copies of what comes over the network [default: the system's folder for caches]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// The file that remembers what was printed; beside it, FILE.copy is a copy of it
    #[arg(long, value_name = "FILE")]
    seen: PathBuf,
    /// The feed, by the name of its files; of an address, the name by which FILE knows the feed there [default: all, or the address]
    #[arg(long, value_name = "SLUG", value_parser = slug)]
    feed: Option<String>,
    /// Run a command for each item, with its line on standard input; if it fails, the next run tries the item again
    #[arg(long, value_name = "COMMAND", value_parser = command)]
    exec: Option<String>,
    /// After how long a command is ended, with all that it has started
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = seconds)]
    timeout: u64,
    /// After how many failed runs, from 1 to 9, an item is set aside, so that later ones are posted
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = tries)]
    tries: u8,
    /// One JSON Feed item a line, or a line that is ready to be posted
    #[arg(long, value_enum, default_value_t = NewFormat::Json)]
    format: NewFormat,
    /// Print at most so many items, the oldest; the next run goes on
    #[arg(long, value_name = "N", value_parser = limit)]
    limit: Option<usize>,
    /// The first time, print what the feed holds already
    #[arg(long)]
    history: bool,
    /// Don't wait for the disk: faster, but after a power cut items may come twice
    #[arg(long)]
    no_sync: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum NewFormat {
    Json,
    Text,
    Markdown,
}

impl From<NewFormat> for LineForm {
    fn from(format: NewFormat) -> Self {
        match format {
            NewFormat::Json => Self::Json,
            NewFormat::Text => Self::Text,
            NewFormat::Markdown => Self::Markdown,
        }
    }
}

fn slug(text: &str) -> Result<String, &'static str> {
    let is_slug =
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if is_slug { Ok(text.to_owned()) } else { Err("a feed's name has lower-case letters, digits and hyphens") }
}

fn seconds(text: &str) -> Result<u64, &'static str> {
    number(text).and_then(|seconds| if seconds == 0 { Err("write 1 or more seconds") } else { Ok(seconds) })
}

fn tries(text: &str) -> Result<u8, &'static str> {
    number(text).ok().filter(|tries| matches!(tries, 1..=9)).ok_or("write a number from 1 to 9")
}

fn limit(text: &str) -> Result<usize, &'static str> {
    number(text).and_then(|limit| if limit == 0 { Err("write 1 or more items") } else { Ok(limit) })
}

fn command(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() { Err("write the command that posts an item") } else { Ok(text.to_owned()) }
}

/// Prints the items that the memory doesn't know, the oldest first.
///
/// # Errors
/// A source, an output, a command or a memory that fails; a site without any JSON Feed.
pub(crate) fn run(options: &New, config: Config, quiet: bool) -> Result<ExitCode, Error> {
    if options.exec.is_none() && leads_nowhere(&std::io::stdout()) {
        return Err(Error::new(
            "standard output",
            "it is closed, so nothing was printed; with > /dev/null, everything counts as printed",
        ));
    }
    let (memory, subscription) = subscription(options, config, quiet)?;
    let mut memory = match memory {
        Some(memory) => memory,
        None => Memory::open(&options.seen, !options.no_sync)?,
    };
    let feed = subscription.feed.clone();
    let items = subscription.items(&options.source, &memory, quiet)?;
    let mut stdout = std::io::stdout();
    let out = match &options.exec {
        Some(command) => Output::Command { command, timeout: Duration::from_secs(options.timeout) },
        None => Output::Stream(&mut stdout),
    };
    let printing = Printing {
        feed: &feed,
        form: options.format.into(),
        history: options.history,
        tries: options.tries,
        limit: options.limit.unwrap_or(usize::MAX),
    };
    bot::print_new(&printing, &items, &mut memory, out, &mut |notice| match notice {
        Notice::Passed(_) if quiet => {}
        Notice::Passed(words) | Notice::Damage(words) => say(&format!("warning: {words}\n")),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The feed, and the memory if there is one already: a source that fails leaves none.
fn subscription(options: &New, config: Config, quiet: bool) -> Result<(Option<Memory>, Subscription), Error> {
    let is_there = options.seen.symlink_metadata().is_ok();
    let memory = is_there.then(|| Memory::open(&options.seen, !options.no_sync)).transpose()?;
    let followed = Followed { source: &options.source, feed: options.feed.as_deref(), cache: options.cache.as_ref() };
    let mut waiting: HashSet<String> = memory.iter().flat_map(Memory::waiting).collect();
    let subscription = subscription::read(&followed, config, quiet, &mut |feed, id| {
        waiting.remove(id);
        waiting.is_empty() && memory.as_ref().is_some_and(|memory| bot::is_known(memory, feed, id))
    })?;
    Ok((memory, subscription))
}
