//! The settings of a target, read: from the configuration, the environment and files.

use super::account::Account;
use super::http::Http;
use super::target::{Elsewhere, Setting, Target};
use super::unsent::Unsent;
use crate::files;
use crate::net::Access;
use std::collections::BTreeMap;

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

/// The long parts of an address, below its server: a server's words may repeat them without the rest.
fn parts(address: &str) -> impl Iterator<Item = &str> {
    let path = address.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    path.split(['/', '?', '&', '=']).filter(|part| part.len() >= 16)
}

/// The value that a setting stands for.
fn value(key: &str, setting: &Setting) -> Result<String, Unsent> {
    let value = match setting {
        Setting::Value(value) => Ok(value.clone()),
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
    let missing = target
        .service
        .needs
        .iter()
        .map(|needs| needs.iter().copied().filter(|key| !settings.contains_key(key)).collect::<Vec<&str>>());
    let fewest = missing.min_by_key(Vec::len).unwrap_or_default();
    if fewest.is_empty() {
        return Ok(());
    }
    let keys = target.service.keys.iter().filter(|key| fewest.contains(&key.name));
    let missing: Vec<String> = keys
        .map(|key| {
            let about = key.about;
            if key.is_secret {
                format!("the variable {} in the environment ({about})", target.variable(key.name))
            } else {
                format!("`{}` ({about})", key.name)
            }
        })
        .collect();
    Err(Unsent::Setup(format!("{} needs {}", target.service.title, missing.join(", and "))))
}
