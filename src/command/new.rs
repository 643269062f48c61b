//! `patchfeed new`: prints what a bot hasn't posted yet.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use patchfeed::bot::{self, LineForm, Memory, Output};
use patchfeed::config::Config;
use patchfeed::error::Error;
use patchfeed::item::Item;
use patchfeed::{feed, write};
use serde_json::value::RawValue;

use super::input::{self, Contents, Input, no_issue};

#[derive(Args)]
pub(crate) struct New {
    /// The folder of a built site; or issues, as for build
    source: String,
    /// The folder for copies of what comes over the network [default: the system's own for caches]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// The file that remembers what was printed
    #[arg(long, value_name = "FILE")]
    seen: PathBuf,
    /// The feed, by the name of its files
    #[arg(long, value_name = "SLUG", default_value = feed::ALL, value_parser = slug)]
    feed: String,
    /// Run a command for each item, with its line on standard input; if it fails, the next run tries the item again
    #[arg(long, value_name = "COMMAND")]
    exec: Option<String>,
    /// One JSON Feed item a line, or a line that is ready to be posted
    #[arg(long, value_enum, default_value_t = NewFormat::Json)]
    format: NewFormat,
    /// The first time, print what the feed holds already
    #[arg(long)]
    history: bool,
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
    let is_slug = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if is_slug { Ok(text.to_owned()) } else { Err("a feed's name has lower-case letters, digits and hyphens") }
}

/// Prints the items that the memory doesn't know, the oldest first.
///
/// # Errors
/// A source, an output, a command or a memory that fails; a feed that isn't there.
pub(crate) fn run(options: &New, config: Config, quiet: bool) -> Result<ExitCode, Error> {
    let folder = Path::new(&options.source);
    let is_site = folder.join(".patchfeed").is_dir() || folder.join("feeds.opml").is_file();
    let items = if is_site { of_site(folder, &options.feed)? } else { of_issues(options, config, quiet)? };
    let items = items.ok_or_else(|| {
        let cause = format!("there is no JSON Feed {:?} here", options.feed);
        Error { subject: options.source.clone(), cause }
    })?;
    let mut memory = Memory::open(&options.seen)?;
    let mut stdout = std::io::stdout();
    let out = match &options.exec {
        Some(command) => Output::Command(command),
        None => Output::Stream(&mut stdout),
    };
    bot::print_new(&options.feed, &items, &mut memory, options.format.into(), options.history, out)?;
    Ok(ExitCode::SUCCESS)
}

/// The items of a feed of a built site, the newest first.
fn of_site(folder: &Path, feed: &str) -> Result<Option<Vec<Box<RawValue>>>, Error> {
    bot::items(feed, &|path| match std::fs::read_to_string(folder.join(path)) {
        Ok(text) => Ok(Some(text)),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(err) => Err(Error::at(&folder.join(path), &err)),
    })
}

/// The items of a feed that the issues would make, the newest first.
fn of_issues(options: &New, mut config: Config, quiet: bool) -> Result<Option<Vec<Box<RawValue>>>, Error> {
    let input = Input { issues: vec![options.source.clone()], cache: options.cache.clone() };
    let texts = config.feeds.iter().any(|feed| feed.conditions.look_at_text());
    let Contents { newsletter, listings, .. } = input::read(&input, &mut config, texts, quiet)?;
    if listings.is_empty() {
        return Err(no_issue(&config));
    }
    let feeds = feed::list(&newsletter, &config.feeds, &config.window, &listings).map_err(|err| config.error(&err))?;
    let Some(feed) = feeds.iter().find(|feed| feed.slug == options.feed) else { return Ok(None) };
    feed::items(feed, &listings).into_iter().map(raw_item).collect::<Result<_, _>>().map(Some)
}

fn raw_item(item: &Item) -> Result<Box<RawValue>, Error> {
    serde_json::from_slice(&write::json_item(item))
        .map_err(|err| Error { subject: item.title.clone(), cause: err.to_string() })
}
