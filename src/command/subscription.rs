//! A feed that a bot follows: of a built site, of issues, or at an address.

use std::path::{Path, PathBuf};

use patchfeed::bot::Memory;
use patchfeed::config::Config;
use patchfeed::error::Error;
use patchfeed::item::Item;
use patchfeed::net::redacted;
use patchfeed::reader::{self, Answered, PublishedFeed};
use patchfeed::source::{self, FoundTexts, Text};
use patchfeed::{feed, files, write};
use serde_json::value::RawValue;

use super::console::say;
use super::input::{self, Contents, Input, no_issue};
use super::value::meant;

/// What to follow.
pub(crate) struct Followed<'a> {
    /// The folder of a built site, the address of a feed, or issues.
    pub(crate) source: &'a str,
    /// The feed's slug, or the name by which a memory knows the feed of an address; where none is given, the feed of everything, or the
    /// address.
    pub(crate) feed: Option<&'a str>,
    /// The folder for copies of what comes over the network.
    pub(crate) cache: Option<&'a PathBuf>,
}

/// A feed that a bot follows.
pub(crate) struct Subscription {
    /// The name by which a memory knows it.
    pub(crate) feed: String,
    /// Its title; empty if there is no such feed.
    pub(crate) title: String,
    /// Its language tag, if it says one.
    #[allow(dead_code, reason = "what is posted to people is in it")]
    pub(crate) language: Option<String>,
    /// Its items as JSON Feed items, newest first; none if there is no such feed.
    pub(crate) items: Option<Vec<Box<RawValue>>>,
    /// The feeds that there are instead.
    pub(crate) feeds: Vec<String>,
}

/// Reads a feed. `is_known` tells by the name of a feed and the id of an item whether a memory knows the item: of a feed at an address,
/// older documents are read up to the first with such an item. Says what the user should know, unless `quiet` is set.
///
/// # Errors
/// A source that can't be read; a site without any JSON Feed; sources without an issue.
pub(crate) fn read(
    followed: &Followed<'_>,
    mut config: Config,
    quiet: bool,
    is_known: &mut dyn FnMut(&str, &str) -> bool,
) -> Result<Subscription, Error> {
    let folder = Path::new(followed.source);
    if folder.join(".patchfeed").is_dir() || folder.join("feeds.opml").is_file() {
        return of_site(folder, followed.feed.unwrap_or(feed::ALL));
    }
    let Some(address) = source::web_address(followed.source)? else {
        let input = input(followed);
        let sources = input::sources(&input, &mut config, quiet)?;
        return of_issues(followed, &sources, config, quiet);
    };
    let name = followed.feed.map_or_else(|| reader::name(&address), str::to_owned);
    let access = input::access(&input(followed), &config);
    match reader::of_address(&address, &access, &mut |id| is_known(&name, id))? {
        Answered::Feed(published) => {
            say_notices(&published.notices, quiet);
            Ok(subscription(name, published))
        }
        Answered::Text(bytes, notice) => {
            say_notices(notice.as_slice(), quiet);
            config.issues = vec![followed.source.to_owned()];
            let texts = vec![Text::new(&redacted(followed.source), bytes)];
            of_issues(followed, &FoundTexts { texts, ..FoundTexts::default() }, config, quiet)
        }
    }
}

fn say_notices(notices: &[String], quiet: bool) {
    for notice in notices.iter().filter(|_| !quiet) {
        say(&format!("warning: {notice}\n"));
    }
}

impl Subscription {
    /// The items, for a bot with this memory: none if there is no such feed yet, which is said.
    ///
    /// # Errors
    /// A feed that is gone and was there before.
    pub(crate) fn items(self, source: &str, memory: &Memory, quiet: bool) -> Result<Vec<Box<RawValue>>, Error> {
        let Self { feed, items, feeds, .. } = self;
        if let Some(items) = items {
            return Ok(items);
        }
        let source = redacted(source);
        if memory.has_passed(&feed) {
            let cause = format!("the feed {feed:?} is gone, which this bot has read before; build the site again");
            return Err(Error::new(source, cause));
        }
        if !quiet && !memory.has_begun(&feed) {
            let feeds: Vec<&str> = feeds.iter().map(String::as_str).collect();
            let meant = meant(&feed, "feeds", &feeds);
            say(&format!("warning: {source}: there is no feed {feed:?} yet, so its items will all be new{meant}\n"));
        }
        Ok(Vec::new())
    }
}

fn subscription(feed: String, published: PublishedFeed) -> Subscription {
    let PublishedFeed { title, language, items, .. } = published;
    Subscription { feed, title, language, items: Some(items), feeds: Vec::new() }
}

fn input(followed: &Followed<'_>) -> Input {
    Input { issues: vec![followed.source.to_owned()], cache: followed.cache.cloned() }
}

/// A feed of a built site.
fn of_site(folder: &Path, feed: &str) -> Result<Subscription, Error> {
    let published = reader::of_site(feed, &|path| {
        files::read_text(&folder.join(path)).map_err(|err| Error::at(&folder.join(path), &err))
    })?;
    if let Some(published) = published {
        return Ok(subscription(feed.to_owned(), published));
    }
    if folder.join(".patchfeed/unfinished").exists() {
        let cause =
            "this site is being built, or its build was cut off, so nothing was posted; build it, then try again";
        return Err(Error::at(folder, &cause));
    }
    Ok(missing(feed, feeds_of_site(folder)?))
}

/// A feed that isn't there.
fn missing(feed: &str, feeds: Vec<String>) -> Subscription {
    Subscription { feed: feed.to_owned(), title: String::new(), language: None, items: None, feeds }
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

/// A feed that the issues would make.
fn of_issues(
    followed: &Followed<'_>,
    sources: &FoundTexts,
    mut config: Config,
    quiet: bool,
) -> Result<Subscription, Error> {
    let wanted = followed.feed.unwrap_or(feed::ALL);
    let texts = input::texts_for(config.feeds.iter().map(|feed| &feed.conditions));
    let Contents { newsletter, listings, .. } = input::read_sources(sources, &mut config, texts, quiet)?;
    if listings.is_empty() {
        return Err(no_issue(&config));
    }
    let feeds = feed::list(&newsletter, &config.feeds, &config.window, &listings).map_err(|err| config.error(&err))?;
    if feeds.iter().any(|feed| feed.digest_slug == wanted) {
        let cause = format!("a digest is read from a built site, not from issues: patchfeed new SITE --feed {wanted}");
        return Err(Error::new("--feed", cause));
    }
    let Some(feed) = feeds.iter().find(|feed| feed.slug == wanted) else {
        return Ok(missing(wanted, feeds.into_iter().map(|feed| feed.slug).collect()));
    };
    let items = feed::items(feed, &listings).into_iter().map(raw_item).collect::<Result<_, _>>()?;
    Ok(Subscription {
        feed: wanted.to_owned(),
        title: feed.about.title.clone(),
        language: Some(newsletter.language.clone()),
        items: Some(items),
        feeds: Vec::new(),
    })
}

fn raw_item(item: &Item) -> Result<Box<RawValue>, Error> {
    serde_json::from_slice(&write::json_item(item))
        .map_err(|err| Error { subject: item.title.clone(), cause: err.to_string() })
}
