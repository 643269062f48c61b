//! `patchfeed post`: posts what a feed has that is new to chat, mail and other services.

use std::collections::{BTreeMap, HashSet};
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::{Args, ValueEnum};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use patchfeed::config::Config;
use patchfeed::error::Error;
use patchfeed::memory::{self, Memory};
use patchfeed::net::redacted;
use patchfeed::post::settings::check_settings;
use patchfeed::post::target::{Group, Setting, Unknown};
use patchfeed::post::{self, Delivered, Delivery, Event, Message, PostItem, Service, Target, item};
use patchfeed::text::did_you_mean;

use super::console::{count, print, say};
use super::input::{self, Input};
use super::subscription::{self, Followed};
use super::value::{meant, number, word};

#[derive(Args)]
#[allow(clippy::struct_excessive_bools, reason = "they are flags of the command line")]
#[command(after_help = "\
Examples:
  MATRIX_TOKEN=… patchfeed post https://feeds.example.org/riscv.json --to matrix \\
      --server https://matrix.example.org --room '#riscv:example.org'
  patchfeed post site                      every [[post]] of patchfeed.toml
  patchfeed post site --dry-run --history 1   what the newest issue would look like")]
pub(crate) struct Post {
    /// The address of a published feed; the folder of a built site; or issues, as for build [default: those of the configuration]
    #[arg(value_parser = word)]
    source: Option<String>,
    /// The folder for copies of what comes over the network [default: the system's folder for caches]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// Post to this service alone, rather than to the targets of the configuration
    #[arg(long, value_name = "SERVICE", value_parser = post::service)]
    to: Option<&'static Service>,
    /// The service's server
    #[arg(long, value_name = "URL", requires = "to", value_parser = word)]
    server: Option<String>,
    /// The room, channel, chat, topic or recipient there
    #[arg(long, value_name = "ROOM", visible_aliases = ["channel", "chat"], requires = "to", allow_hyphen_values = true, value_parser = word)]
    room: Option<String>,
    /// Another setting of the service; secrets come from the environment, such as `MATRIX_TOKEN`
    #[arg(long = "set", value_name = "KEY=VALUE", requires = "to", value_parser = assignment)]
    settings: Vec<(String, String)>,
    /// What one message holds [default: what suits the feed and the service]
    #[arg(long, value_enum, requires = "to")]
    group: Option<GroupName>,
    /// Later versions of a patch answer the earlier one, where messages are items
    #[arg(long, requires = "to")]
    thread: bool,
    /// What is done about a message of which nobody knows whether it arrived
    #[arg(long, value_enum, requires = "to")]
    unknown: Option<UnknownName>,
    /// Only the target of this name; with --to, the name of the target's memory
    #[arg(long, value_name = "NAME", value_parser = word)]
    name: Option<String>,
    /// The feed, by the name of its files [default: the target's, else all]
    #[arg(long, value_name = "SLUG", value_parser = word)]
    feed: Option<String>,
    /// The folder of the targets' memories [default: the system's folder for the state of programs]
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// The first time, post the newest N issues, rather than nothing of what is there
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = number::<usize>)]
    history: usize,
    /// Try a refused item again, by its id; may be given several times
    #[arg(long, value_name = "ID", value_parser = word)]
    again: Vec<String>,
    /// Print what would be sent, whole, and change nothing
    #[arg(long, conflicts_with = "test")]
    dry_run: bool,
    /// Send one message to each target that says that it is a test
    #[arg(long)]
    test: bool,
    /// Don't wait for the disk: faster, but after a power cut messages may come twice
    #[arg(long)]
    no_sync: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum GroupName {
    Issue,
    Item,
}

#[derive(Clone, Copy, ValueEnum)]
enum UnknownName {
    Repeat,
    Skip,
}

fn assignment(text: &str) -> Result<(String, String), &'static str> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

/// Posts what is new to each target, side by side.
///
/// # Errors
/// A configuration that can't be used, or signals. What fails for one target is said, and the others go on.
pub(crate) fn run(options: &Post, config: &Config, quiet: bool) -> Result<ExitCode, Error> {
    let targets = targets(options, config)?;
    let screen = Screen::new(quiet);
    let ended = match &targets[..] {
        [target] => vec![post_to(target, options, config, &screen)],
        targets => side_by_side(targets, &|target| post_to(target, options, config, &screen)),
    };
    screen.clear();
    let mut all_well = true;
    for (target, ended) in targets.iter().zip(ended) {
        match ended {
            Ok(is_well) => all_well &= is_well,
            Err(err) if targets.len() == 1 => return Err(err),
            Err(err) => {
                screen.say(&format!("error: {}: {err}\n", target.name));
                all_well = false;
            }
        }
    }
    for id in options.again.iter().filter(|id| !screen.knows(id)) {
        screen.say(&format!("error: --again {id}: no message with this item was refused\n"));
        all_well = false;
    }
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Does something for each target, in a thread of its own, and returns what came of it, in the targets' order.
fn side_by_side(
    targets: &[Target],
    post: &(dyn Fn(&Target) -> Result<bool, Error> + Sync),
) -> Vec<Result<bool, Error>> {
    std::thread::scope(|scope| {
        let start = |target| std::thread::Builder::new().spawn_scoped(scope, move || post(target)).map_err(|_| target);
        let started: Vec<_> = targets.iter().map(start).collect();
        let end = |thread: Result<std::thread::ScopedJoinHandle<'_, _>, _>| match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(target) => post(target), // the system gives no more threads
        };
        started.into_iter().map(end).collect()
    })
}

/// Posts to a target, or does what else is asked for. Returns whether nothing was refused or left.
fn post_to(target: &Target, options: &Post, config: &Config, screen: &Screen) -> Result<bool, Error> {
    let folder =
        options.state.clone().or_else(memory::user_folder).ok_or_else(|| {
            Error::new("--state", "this user has no folder for the state of programs; choose a folder")
        })?;
    let path = folder.join(format!("{}.memory", target.name));
    let source = source(target, options, config)?;
    let access = input::access(&Input { issues: Vec::new(), cache: options.cache.clone() }, config);
    match check_settings(target, &access) {
        Err(words) if options.dry_run => screen.say(&format!("{}: {words}\n", target.name)),
        result => result.map_err(|words| Error::new(&target.name, words))?,
    }
    let touches_nothing = options.dry_run || options.test;
    let mut memory = if touches_nothing {
        // What an issue looks like is asked for again and again.
        let shown = if options.history > 0 { folder.join("no memory") } else { path };
        Memory::look(&shown)?
    } else {
        std::fs::create_dir_all(&folder).map_err(|err| Error::at(&folder, &err))?;
        Memory::open(&path, !options.no_sync)?
    };
    let followed = Followed { source: &source, feed: feed_of(target, options), cache: options.cache.as_ref() };
    let again: Vec<String> = options.again.iter().filter(|id| memory.is_refused(id)).cloned().collect();
    screen.note(&again);
    let mut waiting: HashSet<String> = memory.waiting().chain(again.iter().cloned()).collect();
    let subscription = subscription::read(&followed, config.clone(), screen.quiet, &mut |feed, id| {
        waiting.remove(id);
        waiting.is_empty() && memory.knows(feed, id)
    })?;
    let (feed, title) = (subscription.feed.clone(), subscription.title.clone());
    if options.test {
        let sent = post::test(target, &title, &access);
        let words =
            sent.as_ref().map_or_else(|err| format!("the test failed: {err}"), |()| "the test was sent".to_owned());
        screen.say(&format!("{}: {words}\n", target.name));
        return Ok(sent.is_ok());
    }
    let near = did_you_mean(&feed, subscription.feeds.iter().map(String::as_str));
    if subscription.items.is_none() && !near.is_empty() {
        return Err(Error::new(&target.name, format!("there is no feed {feed:?}{near}")));
    }
    let items = subscription.items(&source, &memory, screen.quiet)?;
    let mut items = items.into_iter().rev().map(item::read).collect::<Result<Vec<PostItem>, Error>>()?;
    let mut ids = HashSet::new(); // a document may have changed between two that were read
    items.retain(|item| ids.insert(item.id.clone()));
    let delivery = Delivery {
        target,
        feed: &feed,
        title: &title,
        items: &items,
        history: options.history,
        again: &again,
        access: &access,
    };
    let bar = screen.bar(&target.name);
    let say = |event: Event<'_>| screen.show(&bar, &target.name, event);
    if options.dry_run {
        let messages = post::plan(&delivery, &mut memory, &say)?;
        return print_plan(target, &messages).map(|()| true);
    }
    let delivered = post::deliver(&delivery, &mut memory, &say)?;
    bar.finish_and_clear();
    screen.say(&format!("{}: {}\n", target.name, summary(delivered)));
    Ok(delivered.refused == 0 && delivered.left == 0)
}

/// Where the feed of a target comes from.
fn source(target: &Target, options: &Post, config: &Config) -> Result<String, Error> {
    if let Some(address) = target.feed.as_ref().filter(|feed| feed.contains("://")) {
        return Ok(address.clone());
    }
    let slug = target.feed.as_deref();
    match (options.source.as_ref(), &config.issues[..]) {
        (Some(source), _) => match slug.filter(|slug| is_another_feed(source, slug)) {
            None => Ok(source.clone()),
            Some(slug) => Err(Error::new(
                &target.name,
                format!(
                    "{} is one feed, but {slug:?} is wanted; give the site's folder, or write the feed's address",
                    redacted(source)
                ),
            )),
        },
        (None, [source]) => Ok(source.clone()),
        (None, [_, _, ..]) => {
            let cause = "the configuration has several sources; build a site of them, and give its folder";
            Err(Error::new(&target.name, cause))
        }
        (None, []) => Err(Error::new(
            &target.name,
            match slug {
                Some(slug) => format!(
                    "{slug:?} is a feed of which site? Give the folder of the site, or write the feed's address"
                ),
                None => "which feed is it? Give the address of one, or the folder of a site".to_owned(),
            },
        )),
    }
}

/// Whether a source is the address of a feed with another name.
fn is_another_feed(source: &str, slug: &str) -> bool {
    let path = source.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = ["json", "atom", "rss"].iter().find_map(|ending| name.strip_suffix(ending)?.strip_suffix('.'));
    source.contains("://") && stem.is_some_and(|stem| stem != slug)
}

/// The slug of the feed of a target, unless the feed is named by its address.
fn feed_of<'a>(target: &'a Target, options: &'a Post) -> Option<&'a str> {
    let of_target = target.feed.as_deref().filter(|feed| !feed.contains("://"));
    options.feed.as_deref().or(of_target)
}

/// What was delivered: `2 messages with 16 entries sent, 1 refused, 3 left`.
fn summary(delivered: Delivered) -> String {
    let Delivered { messages, items, refused, left } = delivered;
    let mut words = match messages {
        0 if refused + left == 0 => return "nothing new".to_owned(),
        0 => "nothing sent".to_owned(),
        _ if messages == items => format!("{} sent", count(messages, "message")),
        _ => format!("{} with {} sent", count(messages, "message"), count(items, "item")),
    };
    if refused > 0 {
        words = format!("{words}, {} refused", count(refused, "item"));
    }
    if left > 0 {
        words = format!("{words}, {} left for the next run", count(left, "item"));
    }
    words
}

/// Prints messages as they would be sent.
fn print_plan(target: &Target, messages: &[Message<'_>]) -> Result<(), Error> {
    print(&format!("== {}: {}\n", target.name, count(messages.len(), "message")))?;
    for (at, message) in messages.iter().enumerate() {
        print(&format!("-- {} of {}: {}\n{}\n\n", at + 1, messages.len(), message.subject, message.text))?;
    }
    Ok(())
}

/// The targets that are asked for.
fn targets(options: &Post, config: &Config) -> Result<Vec<Target>, Error> {
    if let Some(service) = options.to {
        return Ok(vec![target_of_options(service, options)?]);
    }
    let mut targets = config.targets.clone();
    if let Some(name) = &options.name {
        let names: Vec<&str> = config.targets.iter().map(|target| target.name.as_str()).collect();
        let near = meant(name, "targets", &names);
        targets.retain(|target| target.name == *name);
        if targets.is_empty() && !names.is_empty() {
            return Err(Error::new("--name", format!("there is no target {name:?}{near}")));
        }
    }
    if targets.is_empty() {
        let cause = if config.path.exists() { "there is no [[post]] in it" } else { "there is no such file" };
        let todo = "so nothing is posted; write a [[post]] (patchfeed init shows how), or say --to";
        return Err(config.error(&format!("{cause}, {todo}")));
    }
    Ok(targets)
}

/// The names of the keys that `--room` sets, whatever a service calls it.
const ROOM_KEYS: [&str; 5] = ["room", "channel", "chat", "topic", "recipient"];

/// The target that the command line alone describes.
fn target_of_options(service: &'static Service, options: &Post) -> Result<Target, Error> {
    let room_key = || ROOM_KEYS.into_iter().find(|name| service.keys.iter().any(|key| key.name == *name));
    let mut settings: BTreeMap<String, Setting> = BTreeMap::new();
    if let Some(server) = &options.server {
        settings.insert("server".to_owned(), Setting::Value(server.clone()));
    }
    if let Some(room) = &options.room {
        let key = room_key().ok_or_else(|| Error::new("--room", format!("{} has no rooms", service.title)))?;
        settings.insert(key.to_owned(), Setting::Value(room.clone()));
    }
    for (key, value) in &options.settings {
        settings.insert(key.clone(), Setting::Value(value.clone()));
    }
    let mut target = Target {
        name: String::new(),
        feed: options.feed.clone(),
        service,
        group: options.group.map(|group| match group {
            GroupName::Issue => Group::Issue,
            GroupName::Item => Group::Item,
        }),
        thread: options.thread,
        unknown: options.unknown.map_or(Unknown::Repeat, |unknown| match unknown {
            UnknownName::Repeat => Unknown::Repeat,
            UnknownName::Skip => Unknown::Skip,
        }),
        settings,
    };
    target.name = options.name.clone().unwrap_or_else(|| target.usual_name());
    target.check().map_err(|err| Error::new("--to", err))?;
    Ok(target)
}

/// What is seen while targets are posted to: lines, and bars on a terminal.
struct Screen {
    bars: MultiProgress,
    quiet: bool,
    /// The refused items that are tried again, of all targets.
    again: Mutex<HashSet<String>>,
}

impl Screen {
    fn new(quiet: bool) -> Self {
        let is_shown = !quiet && std::io::stderr().is_terminal();
        let target = if is_shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { bars: MultiProgress::with_draw_target(target), quiet, again: Mutex::default() }
    }

    /// Some target tries these items again.
    fn note(&self, again: &[String]) {
        self.again.lock().unwrap_or_else(PoisonError::into_inner).extend(again.iter().cloned());
    }

    fn knows(&self, id: &str) -> bool {
        self.again.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }

    fn bar(&self, name: &str) -> ProgressBar {
        let style = ProgressStyle::with_template("{prefix}: {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        self.bars.add(ProgressBar::new_spinner().with_style(style).with_prefix(name.to_owned()))
    }

    fn show(&self, bar: &ProgressBar, name: &str, event: Event<'_>) {
        match event {
            Event::Said(words) => self.bars.suspend(|| say(&format!("{name}: {words}\n"))),
            Event::Noted(words) => self.say(&format!("{name}: {words}\n")),
            Event::Sent(left) => bar.set_message(format!("{} to go", count(left, "message"))),
            Event::Waiting(time) => bar.set_message(format!("waiting {} s, as the service wants it", time.as_secs())),
        }
        bar.tick();
    }

    fn say(&self, words: &str) {
        if !self.quiet || words.starts_with("error: ") {
            self.bars.suspend(|| say(words));
        }
    }

    fn clear(&self) {
        let _ = self.bars.clear();
    }
}
