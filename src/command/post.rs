//! `patchfeed post`: posts what a feed has that is new to chat, mail and other services.

mod feed;
mod options;
mod screen;
mod targets;

use std::collections::HashSet;
use std::process::ExitCode;

use patchfeed::config::Config;
use patchfeed::error::Error;
use patchfeed::memory::{self, Memory};
use patchfeed::post::settings::check_settings;
use patchfeed::post::{self, Delivered, Delivery, Event, Message, PostItem, Target, item};
use patchfeed::text::did_you_mean;

use super::console::{count, print};
use super::input::{self, Input};
use super::subscription::{self, Followed};
use feed::{feed_of, source};
pub(crate) use options::Post;
use screen::Screen;
use targets::targets;

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
    let source = source(target, options, config)?;
    let access = input::access(&Input { issues: Vec::new(), cache: options.cache.clone() }, config);
    match check_settings(target, &access) {
        Err(words) if options.dry_run => screen.say(&format!("{}: {words}\n", target.name)),
        result => result.map_err(|words| Error::new(&target.name, words))?,
    }
    let mut memory = memory(target, options)?;
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
        return post::test(target, &title, &access)
            .map(|()| screen.say(&format!("{}: the test was sent\n", target.name)))
            .map(|()| true)
            .map_err(|words| Error::new(&target.name, format!("the test failed: {words}")));
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
    post_items(&delivery, &mut memory, options.dry_run, screen)
}

/// Posts items, or prints what would be posted of them. Returns whether nothing was refused or left.
fn post_items(delivery: &Delivery<'_>, memory: &mut Memory, is_dry: bool, screen: &Screen) -> Result<bool, Error> {
    let name = &delivery.target.name;
    let bar = screen.bar(name);
    let say = |event: Event<'_>| screen.show(&bar, name, event);
    if is_dry {
        let messages = post::plan(delivery, memory, &say)?;
        return print_plan(name, &messages).map(|()| true);
    }
    let delivered = post::deliver(delivery, memory, &say)?;
    bar.finish_and_clear();
    screen.say(&format!("{name}: {}\n", summary(delivered)));
    Ok(delivered.refused == 0 && delivered.left == 0)
}

/// The memory of a target, which isn't written if nothing is posted.
fn memory(target: &Target, options: &Post) -> Result<Memory, Error> {
    let folder =
        options.state.clone().or_else(memory::user_folder).ok_or_else(|| {
            Error::new("--state", "this user has no folder for the state of programs; choose a folder")
        })?;
    let path = folder.join(format!("{}.memory", target.name));
    if options.dry_run && options.history > 0 {
        return Ok(Memory::empty(&path)); // what an issue looks like is asked for again and again
    }
    if options.dry_run || options.test {
        return Memory::look(&path);
    }
    std::fs::create_dir_all(&folder).map_err(|err| Error::at(&folder, &err))?;
    Memory::open(&path, !options.no_sync)
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
fn print_plan(name: &str, messages: &[Message<'_>]) -> Result<(), Error> {
    print(&format!("== {name}: {}\n", count(messages.len(), "message")))?;
    for (at, message) in messages.iter().enumerate() {
        print(&format!("-- {} of {}: {}\n{}\n\n", at + 1, messages.len(), message.subject, message.text))?;
    }
    Ok(())
}
