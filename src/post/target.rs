//! A target: a service, a place there, and what is posted to it, as a row `[[post]]` of the configuration or the command line says it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use uuid::Uuid;

use super::service::Service;
use super::services::service;
use crate::text::did_you_mean;

/// A target.
#[derive(Debug, Clone, Deserialize)]
pub struct Target {
    /// Its name, which names its memory, too.
    pub name: String,
    /// The feed that is posted: its slug, or its address.
    pub feed: Option<String>,
    /// The service.
    #[serde(rename = "to", deserialize_with = "service_of")]
    pub service: &'static Service,
    /// What one message holds; what suits the feed if nothing is said.
    pub group: Option<Group>,
    /// Whether a later version of a patch answers the message of the earlier one.
    #[serde(default)]
    pub thread: bool,
    /// What is done about messages of which nobody knows whether they arrived.
    #[serde(default)]
    pub unknown: Unknown,
    /// What is set for the service.
    #[serde(flatten)]
    pub settings: BTreeMap<String, Setting>,
}

/// The keys that every target may have.
const COMMON: [&str; 6] = ["name", "feed", "to", "group", "thread", "unknown"];

/// What one message holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// The new items of an issue.
    Issue,
    /// One item.
    Item,
}

/// What is done about messages of which nobody knows whether they arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unknown {
    /// They are sent again.
    #[default]
    Repeat,
    /// They count as sent.
    Skip,
}

/// A setting of a service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "WrittenSetting")]
pub enum Setting {
    /// The value itself.
    Value(String),
    /// Where the value is.
    Elsewhere(Elsewhere),
    /// Neither.
    Wrong,
}

/// A setting as it is written.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenSetting {
    Text(String),
    Number(i64),
    Elsewhere(Elsewhere),
    Other(serde::de::IgnoredAny),
}

impl From<WrittenSetting> for Setting {
    fn from(written: WrittenSetting) -> Self {
        match written {
            WrittenSetting::Text(text) => Self::Value(text),
            WrittenSetting::Number(number) => Self::Value(number.to_string()),
            WrittenSetting::Elsewhere(elsewhere) => Self::Elsewhere(elsewhere),
            WrittenSetting::Other(_) => Self::Wrong,
        }
    }
}

/// Where the value of a setting is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Elsewhere {
    /// In this variable of the environment.
    Env(String),
    /// In this file: its first line.
    File(PathBuf),
}

fn service_of<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Service, D::Error> {
    service(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

impl Target {
    /// Checks what can be checked before anything is sent: names, keys, secrets in the clear.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(&self) -> Result<(), String> {
        let is_file_name = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        if self.name.is_empty() || !self.name.chars().all(is_file_name) || self.name.starts_with('.') {
            return Err(format!(
                "the name {:?} must have letters, digits, hyphens and dots alone: it names a file",
                self.name
            ));
        }
        for (name, setting) in &self.settings {
            let keys = self.service.keys.iter();
            let Some(key) = keys.clone().find(|key| key.name == name) else {
                let names: Vec<&str> = keys.map(|key| key.name).collect();
                let near = did_you_mean(name, names.iter().copied().chain(COMMON));
                let names = if near.is_empty() { format!("; its settings are {}", names.join(", ")) } else { near };
                return Err(format!("there is no setting `{name}` for {}{names}", self.service.name));
            };
            match setting {
                Setting::Value(_) if key.is_secret => {
                    return Err(format!(
                        "`{name}` is a secret, which must not stand here: put it into the variable {} of the environment, or write {name} \
                         = {{ file = \"…\" }} in the configuration",
                        self.variable(name)
                    ));
                }
                Setting::Value(value) if value.trim().is_empty() => return Err(format!("`{name}` is empty")),
                Setting::Wrong => {
                    return Err(format!(
                        "`{name}` can't be this; write text in quotation marks, or for a secret {{ env = \"NAME\" }} or {{ file = \"PATH\" }}"
                    ));
                }
                _ => {}
            }
        }
        if self.thread && !self.service.has_threads {
            return Err(format!("there are no threads with {}; leave `thread` out", self.service.title));
        }
        if self.thread && self.group == Some(Group::Issue) {
            return Err("`thread` needs `group = \"item\"`: only single patches have versions".to_owned());
        }
        Ok(())
    }

    /// A name for a target that has none: the service's, and what tells places apart there. What is renewed, as tokens are, doesn't.
    pub fn usual_name(&self) -> String {
        let keys = self.service.keys.iter().filter(|key| !matches!(key.name, "token" | "secret"));
        let values = keys.filter_map(|key| match self.settings.get(key.name) {
            Some(Setting::Value(value)) => Some(value.clone()),
            Some(Setting::Elsewhere(_) | Setting::Wrong) => None,
            None => std::env::var(self.variable(key.name)).ok().filter(|_| key.is_secret),
        });
        let values: Vec<String> = values.collect();
        let hash = Uuid::new_v5(&Uuid::NAMESPACE_URL, values.join("\n").as_bytes()).simple().to_string();
        format!("{}-{}", self.service.name, &hash[..8])
    }

    /// The variable of the environment that holds a setting where nothing else is said: `MATRIX_TOKEN`.
    pub fn variable(&self, key: &str) -> String {
        format!("{}_{}", self.service.name, key).to_ascii_uppercase()
    }
}
