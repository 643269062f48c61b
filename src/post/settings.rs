//! The settings of a target, read: from the configuration, the environment and files.

use std::collections::BTreeMap;

use super::account::Account;
use super::http::Http;
use super::target::{Elsewhere, Setting, Target};
use super::unsent::Unsent;
use crate::files;
use crate::net::Access;

/// Reads what is set for a target. `access` says how servers are reached.
///
/// # Errors
/// A setting that is missing, or can't be read.
pub(super) fn account(target: &Target, access: &Access) -> Result<Account, Unsent> {
    let mut settings = BTreeMap::new();
    let mut secrets = Vec::new();
    for key in target.service.keys {
        let value = match target.settings.get(key.name) {
            Some(setting) => Some(value(key.name, setting)?),
            None => {
                let variable = std::env::var(target.variable(key.name)).ok().filter(|_| key.is_secret);
                variable.filter(|value| !value.trim().is_empty()).or_else(|| key.default.map(str::to_owned))
            }
        };
        let Some(value) = value else { continue };
        let value = value.trim().to_owned();
        if key.is_secret || matches!(target.settings.get(key.name), Some(Setting::Elsewhere(_))) {
            secrets.push(value.clone());
            secrets.extend(parts(&value).map(str::to_owned));
        }
        settings.insert(key.name, value);
    }
    check(target, &settings)?;
    Ok(Account { settings, http: Http::new(access, secrets), timeout: access.timeout })
}

/// The long parts of a secret; of an address, those below its server. A server's words may repeat them without the rest, or with other
/// signs between them: `123%3AABC` for `123:ABC`.
fn parts(secret: &str) -> impl Iterator<Item = &str> {
    let below = match secret.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => secret,
    };
    let is_plain = |c: char| c.is_alphanumeric() || "-_.~".contains(c); // which nobody writes in another way (RFC 3986 §2.3)
    below.split(move |c| !is_plain(c)).filter(|part| part.len() >= 16)
}

/// The value that a setting stands for.
fn value(key: &str, setting: &Setting) -> Result<String, Unsent> {
    let value = match setting {
        Setting::Value(value) => Ok(value.clone()),
        Setting::Wrong => Err(format!("`{key}` can't be read")), // which is checked before
        Setting::Elsewhere(Elsewhere::Env(name)) => {
            std::env::var(name).map_err(|_| format!("`{key}`: the environment has no variable {name}"))
        }
        Setting::Elsewhere(Elsewhere::File(path)) => match files::read_text(path) {
            Ok(Some(text)) => Ok(text.lines().next().unwrap_or_default().to_owned()),
            Ok(None) => Err(format!("`{key}`: there is no file {}", path.display())),
            Err(err) => Err(format!("`{key}`: {}: {err}", path.display())),
        },
    };
    match value {
        Ok(value) if value.trim().is_empty() => Err(Unsent::Setup(format!("`{key}` is empty"))),
        value => value.map_err(Unsent::Setup),
    }
}

/// Fails unless everything is set that one way of posting needs.
fn check(target: &Target, settings: &BTreeMap<&'static str, String>) -> Result<(), Unsent> {
    let missing = |needs: &&[&'static str]| -> Vec<&'static str> {
        needs.iter().copied().filter(|key| !settings.contains_key(key)).collect()
    };
    let ways: Vec<Vec<&str>> = target.service.needs.iter().map(missing).collect();
    if ways.iter().any(Vec::is_empty) {
        return Ok(());
    }
    // Of a way that was begun, the rest is missing; else any way will do.
    let begun = ways.iter().zip(target.service.needs).filter(|(missing, needs)| missing.len() < needs.len());
    let begun: Vec<&Vec<&str>> = begun.map(|(missing, _)| missing).collect();
    let ways = if begun.is_empty() { ways.iter().collect() } else { begun };
    let ways: Vec<String> = ways.into_iter().map(|missing| words(target, missing)).collect();
    Err(Unsent::Setup(format!("{} must be set for {}", ways.join(", or "), target.service.title)))
}

/// The keys of a target in words.
fn words(target: &Target, keys: &[&str]) -> String {
    let keys = target.service.keys.iter().filter(|key| keys.contains(&key.name));
    let words = keys.map(|key| {
        let about = key.about;
        if key.is_secret {
            format!("the variable {} of the environment ({about})", target.variable(key.name))
        } else {
            format!("`{}` ({about})", key.name)
        }
    });
    words.collect::<Vec<String>>().join(" and ")
}

/// Fails if something is missing that a target needs, or can't be read.
///
/// # Errors
/// What that is, in words.
pub fn check_settings(target: &Target, access: &Access) -> Result<(), String> {
    match account(target, access) {
        Err(Unsent::Setup(words)) => Err(words),
        _ => Ok(()),
    }
}
