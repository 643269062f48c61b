//! The targets: rows of the configuration, or the one that the command line describes.

use std::collections::BTreeMap;

use patchfeed::config::Config;
use patchfeed::error::Error;
use patchfeed::post::target::{Group, Setting, Unknown};
use patchfeed::post::{Service, Target};

use super::options::{GroupName, Post, UnknownName};
use crate::command::value::meant;

/// The targets that are asked for.
pub(super) fn targets(options: &Post, config: &Config) -> Result<Vec<Target>, Error> {
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
