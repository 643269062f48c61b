//! What a run is told by `patchfeed.toml`: facts of the newsletter, feeds, formats, windows. The command line wins over it.

mod learnt;
mod unused;
mod words;

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use url::Url;

use crate::diagnostic::Policy;
use crate::error::Error;
use crate::facts::language::Language;
use crate::facts::newsletter::{Lists, Stated, web_folder};
use crate::facts::section::{self, Row, Table};
use crate::facts::slug;
use crate::feed::{Conditions, OwnFeed, Window};
use crate::files;
use crate::post::Target;
use crate::purge::Purge;
use crate::text;
use crate::write::{FORMATS, Format, WebReader};
pub use learnt::{LearntConfig, learn};

/// The file that is read if no other is named.
const PATH: &str = "patchfeed.toml";

/// The address of the site if nothing says another.
pub const BASE_URL: &str = "http://localhost:8080/";

/// `patchfeed.toml` with the defaults, as `patchfeed init` writes it.
pub const TEMPLATE: &str = include_str!("patchfeed.toml");

/// The file `patchfeed.toml`. A key that it doesn't know is an error that names the line.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// The file's path.
    #[serde(skip)]
    pub path: PathBuf,
    /// Where the issues come from, as [`crate::source::find`] reads it: one source or a list of them.
    #[serde(deserialize_with = "one_or_many")]
    pub issues: Vec<String>,
    /// The folder for copies of what comes over the network.
    #[serde(deserialize_with = "cache")]
    pub cache: Option<PathBuf>,
    /// The folder that the site is written to.
    #[serde(deserialize_with = "folder")]
    pub out: PathBuf,
    /// The address that the site is served under; ends with `/`.
    #[serde(deserialize_with = "base_url")]
    pub base_url: Url,
    /// Whether a diagnostic keeps the site from being written.
    pub strict: bool,
    /// The feeds that are given up, by their slugs: they don't stay once nothing makes them any more.
    pub gone: Vec<String>,
    /// The hubs that tell subscribers of what is new (`WebSub`).
    #[serde(deserialize_with = "hubs")]
    pub hubs: Vec<Url>,
    /// The formats that feeds come in, in the order of [`FORMATS`].
    #[serde(deserialize_with = "formats")]
    pub formats: Vec<&'static Format>,
    /// The newsletter.
    #[serde(rename = "site")]
    pub newsletter: Stated,
    /// How much documents hold.
    pub window: Window,
    /// How servers are asked, and how much is taken.
    pub network: Network,
    /// Where the site is put besides its folder.
    pub deploy: DeploySettings,
    /// Which problems are reported, and which keep the site from being written.
    pub check: Policy,
    /// Custom feeds.
    #[serde(rename = "feed")]
    pub feeds: Vec<OwnFeed>,
    /// The readers on the web that pages lead to.
    #[serde(rename = "reader")]
    pub readers: Vec<WebReader>,
    /// What is posted where.
    #[serde(rename = "post")]
    pub targets: Vec<Target>,
    #[serde(rename = "section")]
    sections: Vec<Row>,
}

/// The table `[network]`: how servers are asked, and how much is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Network {
    /// How many seconds a server may stay silent.
    pub timeout: NonZeroU32,
    /// How many megabytes an issue has at most, wherever it comes from.
    pub size: NonZeroU32,
    /// How many milliseconds lie between two questions to a host, where links are asked for.
    pub pause: u32,
}

/// The table `[deploy]`: where the site is put besides its folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct DeploySettings {
    /// The storage: `s3://BUCKET/PREFIX` and the like.
    pub to: Option<String>,
    /// The storage's server, if it isn't the usual one.
    pub endpoint: Option<Url>,
    /// Whether objects are stored in gzip's coding.
    pub gzip: bool,
    /// Which CDN is told what has changed.
    pub purge: Option<Purge>,
}

impl Network {
    /// How long to wait between two questions to a host.
    pub fn pause(&self) -> Duration {
        Duration::from_millis(self.pause.into())
    }
}

impl Default for Network {
    fn default() -> Self {
        const TIMEOUT: NonZeroU32 = NonZeroU32::new(60).expect("it isn't 0");
        const SIZE: NonZeroU32 = NonZeroU32::new(16).expect("it isn't 0");
        Self { timeout: TIMEOUT, size: SIZE, pause: 1000 }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: PathBuf::from(PATH),
            issues: Vec::new(),
            cache: None,
            out: PathBuf::from("feeds"),
            base_url: Url::parse(BASE_URL).expect("the default is an address"),
            strict: false,
            gone: Vec::new(),
            hubs: Vec::new(),
            formats: FORMATS.iter().collect(),
            newsletter: Stated::default(),
            window: Window::default(),
            network: Network::default(),
            deploy: DeploySettings::default(),
            check: Policy::default(),
            feeds: Vec::new(),
            readers: WebReader::known(),
            targets: Vec::new(),
            sections: Vec::new(),
        }
    }
}

impl Config {
    /// Reads the file; `patchfeed.toml`, if it is there, when none is named.
    ///
    /// # Errors
    /// A file that can't be read, and one that can't be understood; with the file's name, and the line if the cause has one.
    pub fn read(path: Option<&Path>) -> Result<Self, Error> {
        let config = Self { path: path.unwrap_or(Path::new(PATH)).to_owned(), ..Self::default() };
        if config.path == Path::new("/dev/null") {
            return Ok(config); // the usual way to say that there is none
        }
        match files::read_text(&config.path) {
            Ok(Some(text)) => Self::parse(&text, &config.path),
            Ok(None) if path.is_none() => Ok(config),
            Ok(None) => Err(Error::at(&config.path, &"there is no such file")),
            Err(err) => Err(Error::at(&config.path, &err)),
        }
    }

    /// Reads the text of the file at a path.
    ///
    /// # Errors
    /// A text that can't be understood.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        let mut config: Self = toml::from_str(text).map_err(|err| Error::at(path, &words::report(&err, text)))?;
        path.clone_into(&mut config.path);
        let lists_links = config.newsletter.lists == Some(Lists::Links);
        config.sections.iter_mut().for_each(|row| row.is_apart = lists_links);
        section::check(&config.sections).map_err(|err| config.error(&err))?;
        config.check_feeds().map_err(|err| config.error(&err))?;
        config.check_targets().map_err(|err| config.error(&err))?;
        config.check_gone().map_err(|err| config.error(&err))?;
        if let Some(purge) = &config.deploy.purge {
            purge.check().map_err(|err| config.error(&err))?;
        }
        config.newsletter.sections = std::mem::take(&mut config.sections);
        Ok(config)
    }

    /// An error in the file.
    pub fn error(&self, cause: &str) -> Error {
        Error::at(&self.path, &cause)
    }

    /// Checks that custom feeds have names that no other feed has. A section that the table doesn't have may still
    /// turn out to have one of them, when the issues are read.
    fn check_feeds(&mut self) -> Result<(), String> {
        let sections = Table::new(&self.sections, Language::English);
        for (at, feed) in self.feeds.iter().enumerate() {
            let slug = &feed.slug;
            slug::check(slug).map_err(|err| format!("[[feed]] {slug:?}: {err}"))?;
            if sections.has(slug) {
                return Err(format!("[[feed]] {slug:?}: a section has this slug; choose another"));
            }
            if self.feeds[..at].iter().any(|other| other.slug == *slug) {
                return Err(format!("[[feed]] {slug:?} is there twice; choose another slug for one of them"));
            }
            if feed.title.trim().is_empty() {
                return Err(format!("[[feed]] {slug:?}: the title is empty; write a name for the feed"));
            }
        }
        for feed in &mut self.feeds {
            feed.title = text::one_line(&text::legal(&feed.title));
        }
        Ok(())
    }

    /// Checks that what is given up may have been a feed, and isn't one.
    fn check_gone(&self) -> Result<(), String> {
        for gone in &self.gone {
            slug::check(gone).map_err(|err| format!("`gone` can't have {gone:?}: {err}"))?;
            if self.feeds.iter().any(|feed| feed.slug == *gone) {
                return Err(format!("{gone:?} stands in `gone` and has a [[feed]]; delete one of the two"));
            }
        }
        Ok(())
    }

    /// Checks that targets have names of their own, and settings that their services know.
    fn check_targets(&self) -> Result<(), String> {
        for (at, target) in self.targets.iter().enumerate() {
            target.check().map_err(|err| format!("[[post]] {:?}: {err}", target.name))?;
            if self.targets[..at].iter().any(|other| other.name.to_lowercase() == target.name.to_lowercase()) {
                // Some systems don't tell the names of files apart by capitals.
                return Err(format!("[[post]] {:?} is there twice; choose another name for one of them", target.name));
            }
        }
        Ok(())
    }
}

/// Reads conditions as a value of TOML: `{ section = ["riscv"], title = "kvm" }`.
///
/// # Errors
/// What isn't understood, in words.
pub fn conditions(value: &str) -> Result<Conditions, String> {
    #[derive(Deserialize)]
    struct Line {
        r#match: Conditions,
    }
    let line = format!("match = {value}");
    toml::from_str::<Line>(&line).map(|line| line.r#match).map_err(|err| words::cause(&err, &line))
}

/// Reads one string or a list of strings.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(
        untagged,
        expecting = "`issues` has to be a source in quotation marks, or a list of them in square brackets"
    )]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    let many = match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    };
    if many.is_empty() {
        return Err(D::Error::custom("`issues` is empty; name at least one file, folder, repository or address"));
    }
    if many.iter().any(|one| one.trim().is_empty()) {
        return Err(D::Error::custom("a source is empty; name a file, a folder, a repository or an address"));
    }
    Ok(many)
}

fn folder<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    let folder = String::deserialize(deserializer)?;
    if folder.trim().is_empty() {
        Err(D::Error::custom("the folder is empty; write its path"))
    } else {
        Ok(folder.into())
    }
}

fn cache<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    folder(deserializer).map(Some)
}

fn base_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    web_folder(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn hubs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Url>, D::Error> {
    let hubs = Vec::<String>::deserialize(deserializer)?.into_iter().map(|address| {
        Url::parse(&address).ok().filter(|url| matches!(url.scheme(), "http" | "https")).ok_or_else(|| {
            D::Error::custom(format!("{address:?} isn't a web address; write \"https://hub.example.org/\""))
        })
    });
    let mut hubs: Vec<Url> = hubs.collect::<Result<_, _>>()?;
    hubs.sort_unstable();
    hubs.dedup();
    Ok(hubs)
}

/// Reads the names of formats.
fn formats<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<&'static Format>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let known = FORMATS.each_ref().map(|format| format.extension);
    if names.is_empty() {
        return Err(D::Error::custom(format!("`formats` is empty; name at least one of {}", known.join(", "))));
    }
    if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(D::Error::custom(format!("{name:?} isn't a format; the formats are {}", known.join(", "))));
    }
    Ok(FORMATS.iter().filter(|format| names.iter().any(|name| name == format.extension)).collect())
}
