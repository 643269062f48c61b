//! `patchfeed new`: prints what a bot hasn't posted yet.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use patchfeed::bot::{self, LineForm, Memory, Notice, Output, Printing};
use patchfeed::config::Config;
use patchfeed::error::Error;
use patchfeed::item::Item;
use patchfeed::net::redacted;
use patchfeed::{feed, files, write};
use serde_json::value::RawValue;

use super::console::{leads_nowhere, say};
use super::input::{self, Contents, Input, no_issue};
use super::value::{meant, number, word};

#[derive(Args)]
#[command(after_help = "\
Examples:
  patchfeed new site --seen bot.seen
  patchfeed new site --seen bot.seen --feed riscv --format text --exec 'toot post'
  patchfeed new https://github.com/OWNER/NAME --seen bot.seen")]
pub(crate) struct New {
    /// The folder of a built site; or issues, as for build
    #[arg(value_parser = word)]
    source: String,
    /// The folder for copies of what comes over the network [default: the system's folder for caches]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// The file that remembers what was printed; beside it, FILE.copy is a copy of it
    #[arg(long, value_name = "FILE")]
    seen: PathBuf,
    /// The feed, by the name of its files
    #[arg(long, value_name = "SLUG", default_value = feed::ALL, value_parser = slug)]
    feed: String,
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
    let folder = Path::new(&options.source);
    let is_site = folder.join(".patchfeed").is_dir() || folder.join("feeds.opml").is_file();
    let Found { items, feeds } =
        if is_site { of_site(folder, &options.feed)? } else { of_issues(options, config, quiet)? };
    let mut memory = Memory::open(&options.seen, !options.no_sync)?;
    let items = match items {
        Some(items) => items,
        None if memory.has_passed(&options.feed) => {
            let cause =
                format!("the feed {:?} is gone, which this bot has read before; build the site again", options.feed);
            return Err(Error::new(redacted(&options.source), cause));
        }
        None => {
            if !quiet && !memory.has_begun(&options.feed) {
                let feeds: Vec<&str> = feeds.iter().map(String::as_str).collect();
                let (source, feed) = (redacted(&options.source), &options.feed);
                let meant = meant(feed, "feeds", &feeds);
                say(&format!(
                    "warning: {source}: there is no feed {feed:?} yet, so its items will all be new{meant}\n"
                ));
            }
            Vec::new()
        }
    };
    let mut stdout = std::io::stdout();
    let out = match &options.exec {
        Some(command) => Output::Command { command, timeout: Duration::from_secs(options.timeout) },
        None => Output::Stream(&mut stdout),
    };
    let printing =
        Printing { feed: &options.feed, form: options.format.into(), history: options.history, tries: options.tries };
    bot::print_new(&printing, &items, &mut memory, out, &mut |notice| match notice {
        Notice::Passed(_) if quiet => {}
        Notice::Passed(words) | Notice::Damage(words) => say(&format!("warning: {words}\n")),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What a source has of a feed.
struct Found {
    /// The items, the newest first; none if there is no such feed.
    items: Option<Vec<Box<RawValue>>>,
    /// The feeds that there are instead.
    feeds: Vec<String>,
}

/// The items of a feed of a built site.
fn of_site(folder: &Path, feed: &str) -> Result<Found, Error> {
    let items = bot::items(feed, &|path| {
        files::read_text(&folder.join(path)).map_err(|err| Error::at(&folder.join(path), &err))
    })?;
    if items.is_none() && folder.join(".patchfeed/unfinished").exists() {
        let cause =
            "this site is being built, or its build was cut off, so nothing was posted; build it, then try again";
        return Err(Error::at(folder, &cause));
    }
    let feeds = if items.is_none() { feeds_of_site(folder)? } else { Vec::new() };
    Ok(Found { items, feeds })
}

/// The feeds that a built site has as JSON Feeds.
fn feeds_of_site(folder: &Path) -> Result<Vec<String>, Error> {
    let entries = std::fs::read_dir(folder).map_err(|err| Error::at(folder, &err))?;
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut feeds: Vec<String> = names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned)).collect();
    feeds.sort_unstable();
    if feeds.is_empty() {
        let cause = "this site has no JSON Feed, which a bot reads; add \"json\" to its formats";
        return Err(Error::at(folder, &cause));
    }
    Ok(feeds)
}

/// The items of a feed that the issues would make.
fn of_issues(options: &New, mut config: Config, quiet: bool) -> Result<Found, Error> {
    let input = Input { issues: vec![options.source.clone()], cache: options.cache.clone() };
    let texts = input::texts_for(config.feeds.iter().map(|feed| &feed.conditions));
    let Contents { newsletter, listings, .. } = input::read(&input, &mut config, texts, quiet)?;
    if listings.is_empty() {
        return Err(no_issue(&config));
    }
    let feeds = feed::list(&newsletter, &config.feeds, &config.window, &listings).map_err(|err| config.error(&err))?;
    if feeds.iter().any(|feed| feed.digest_slug == options.feed) {
        let cause =
            format!("a digest is read from a built site, not from issues: patchfeed new SITE --feed {}", options.feed);
        return Err(Error::new("--feed", cause));
    }
    let feed = feeds.iter().find(|feed| feed.slug == options.feed);
    let items = feed.map(|feed| feed::items(feed, &listings).into_iter().map(raw_item).collect()).transpose()?;
    Ok(Found { items, feeds: feeds.into_iter().map(|feed| feed.slug).collect() })
}

fn raw_item(item: &Item) -> Result<Box<RawValue>, Error> {
    serde_json::from_slice(&write::json_item(item))
        .map_err(|err| Error { subject: item.title.clone(), cause: err.to_string() })
}
