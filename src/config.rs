//! What a run is told: the newsletter's own facts as defaults, `patchfeed.toml` over them, the command line over both.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use chrono::FixedOffset;
use serde::Deserialize;
use url::Url;

use crate::condition::Conditions;
use crate::diagnostic::Error;
use crate::language::Language;
use crate::section::{Row, Table, slug_of};
use crate::split::Shape;
use crate::text;
use crate::write::FORMATS;

/// The file `patchfeed.toml`. A field that it doesn't know is an error, with the line.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct File {
    /// Where the issues come from, as [`crate::source::find`] reads it: one source or a list of them.
    #[serde(deserialize_with = "one_or_many")]
    pub issues: Vec<String>,
    /// The folder that holds copies of what came over the network.
    pub cache: Option<PathBuf>,
    /// The folder that the site is written to.
    pub out: Option<PathBuf>,
    /// The address that the site is served under.
    pub base_url: Option<String>,
    /// Whether a diagnostic keeps the site from being written.
    pub strict: Option<bool>,
    /// The formats that feeds come in, by the endings of their files.
    pub formats: Option<Vec<String>>,
    /// The newsletter.
    pub site: FileSite,
    /// How much documents hold.
    pub window: Window,
    /// How servers are asked.
    pub network: Network,
    /// Feeds of one's own.
    #[serde(rename = "feed")]
    pub feeds: Vec<OwnFeed>,
    /// Rows of the table of sections, before the built-in ones.
    #[serde(rename = "section")]
    pub sections: Vec<Row>,
}

/// The table `[site]` of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct FileSite {
    /// The newsletter's name.
    pub title: Option<String>,
    /// The newsletter's web site, which `permalink`s are relative to.
    pub address: Option<String>,
    /// The language of the newsletter, as BCP 47 writes it: `zh-CN`.
    pub language: Option<String>,
    /// The time zone of dates that name none: `+08:00`.
    pub utc_offset: Option<String>,
    /// The editor of issues that name none.
    pub author: Option<String>,
    /// The licence of issues that name none: `cc-by-4.0`, or an address.
    pub license: Option<String>,
    /// The shape of entries; else each section's is found from them.
    pub shape: Option<Shape>,
    /// Whether what a later issue lists again is an item again.
    pub repeats: Repeats,
    /// Whether the newsletter lists links of all kinds, not patches; found from its issues.
    #[serde(skip)]
    pub links: bool,
}

/// What becomes of an entry that an earlier issue listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeats {
    /// It adds nothing.
    #[default]
    Drop,
    /// It is an item of its own.
    Keep,
}

/// The table `[window]`: how much documents hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Window {
    /// How many issues a feed holds at least.
    pub issues: usize,
    /// How many items a feed holds at most, where its issues don't hold more. Liferea and feed2toot remember 100.
    pub items: usize,
    /// The same for the feed of everything. Feedbin reads the first 300 items of a document.
    pub all: usize,
    /// How many issues a digest holds.
    pub digest: usize,
}

impl Default for Window {
    fn default() -> Self {
        Self { issues: 2, items: 100, all: 300, digest: 10 }
    }
}

/// The table `[network]`: how servers are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Network {
    /// How many seconds a server may stay silent.
    pub timeout: NonZeroU32,
    /// How many megabytes an issue on the web has at most.
    pub size: NonZeroU32,
}

impl Default for Network {
    fn default() -> Self {
        let number = |number| NonZeroU32::new(number).expect("the defaults are not 0");
        Self { timeout: number(60), size: number(16) }
    }
}

/// One string or a list of strings.
fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a source or a list of sources")]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    match OneOrMany::deserialize(deserializer)? {
        OneOrMany::One(one) => Ok(vec![one]),
        OneOrMany::Many(many) if many.is_empty() => Err(serde::de::Error::custom("a list without a source")),
        OneOrMany::Many(many) => Ok(many),
    }
}

/// A row `[[feed]]`: a feed of one's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnFeed {
    /// Names its files: lower-case ASCII letters, digits and hyphens, no name of another feed.
    pub slug: String,
    /// Its name.
    pub title: String,
    /// The items that it holds.
    #[serde(rename = "match")]
    pub conditions: Conditions,
}

impl File {
    /// Reads the file; where none is named, `patchfeed.toml` if it is there.
    ///
    /// # Errors
    /// A file that can't be read, or that says what patchfeed doesn't understand; with the line.
    pub fn read(path: Option<&Path>) -> Result<Self, Error> {
        let (path, named) = path.map_or((Path::new("patchfeed.toml"), false), |path| (path, true));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(err) if !named && err.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(err) => return Err(Error::at(path, &err)),
        };
        toml::from_str(&text).map_err(|err| Error::at(path, &err.to_string().trim_end()))
    }
}

/// The newsletter and the site that is made of it.
#[derive(Debug)]
pub struct Site {
    /// The newsletter's name.
    pub title: String,
    /// The newsletter's web site. It also names the feeds for good: their ids come from it and their slug.
    pub address: Url,
    /// The newsletter's language, as BCP 47 writes it. RSS `language`, Atom `xml:lang`, JSON `language`.
    pub language: String,
    /// The time zone of dates that name none.
    pub utc_offset: FixedOffset,
    /// The editor of issues that name none; the newsletter itself where nobody is named.
    pub author: Option<String>,
    /// The licence of issues that name none.
    pub license: Option<String>,
    /// The shape of entries, if the configuration says it.
    pub shape: Option<Shape>,
    /// What becomes of an entry that an earlier issue listed.
    pub repeats: Repeats,
    /// Whether the newsletter lists links of all kinds, not patches.
    pub links: bool,
    /// The address that the site is served under; ends in `/`.
    pub base_url: Url,
    /// The sections.
    pub sections: Table,
    /// How much documents hold.
    pub window: Window,
    /// The formats that feeds come in, as places in [`FORMATS`].
    pub formats: Vec<usize>,
    /// Feeds of one's own.
    pub feeds: Vec<OwnFeed>,
    /// Whether conditions look at items' whole texts.
    pub texts: bool,
}

impl Site {
    /// The site that a file describes, or the newsletter's own defaults, served under an address.
    ///
    /// # Errors
    /// A value that doesn't mean anything: an address, a time zone, a slug.
    pub fn new(config: &File, base_url: &str) -> Result<Self, Error> {
        let file = &config.site;
        let wrong = |option: &str, cause: &dyn std::fmt::Display| Error {
            subject: option.to_owned(),
            cause: cause.to_string(),
        };
        let one_line = |value: &Option<String>| value.as_deref().map(|value| text::one_line(&text::legal(value)));
        let is_tag = |tag: &str| {
            let part =
                |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
            tag.split('-').all(part) && tag.starts_with(|c: char| c.is_ascii_alphabetic())
        };
        if let Some(tag) = file.language.as_deref().filter(|tag| !is_tag(tag)) {
            return Err(wrong("site.language", &format!("{tag:?} is no language tag such as zh-CN or en")));
        }
        if file.title.as_deref().is_some_and(|title| title.trim().is_empty()) {
            return Err(wrong("site.title", &"a newsletter has a name"));
        }
        let language = one_line(&file.language).unwrap_or_else(|| "zh-CN".to_owned());
        let utc_offset = file.utc_offset.as_deref().unwrap_or("+08:00");
        let chinese = Language::of(&language) == Language::Chinese;
        let table = Table::new(&config.sections, chinese).map_err(|err| wrong("section", &err))?;
        Ok(Self {
            title: one_line(&file.title).unwrap_or_else(|| "RISC-V Linux 内核及周边技术动态".to_owned()),
            address: web_folder(file.address.as_deref().unwrap_or("https://tinylab.org/"))
                .map_err(|err| wrong("site.address", &err))?,
            utc_offset: utc_offset
                .parse()
                .map_err(|_| wrong("site.utc-offset", &format!("{utc_offset:?} is no offset such as +08:00")))?,
            author: one_line(&file.author).filter(|name| !name.is_empty()),
            license: one_line(&file.license),
            shape: file.shape,
            repeats: file.repeats,
            links: file.links,
            texts: config.feeds.iter().any(|feed| feed.conditions.look_at_text()),
            base_url: web_folder(base_url).map_err(|err| wrong("base-url", &err))?,
            window: config.window,
            formats: formats(config.formats.as_deref()).map_err(|err| wrong("formats", &err))?,
            feeds: own_feeds(&config.feeds, &table).map_err(|err| wrong("feed", &err))?,
            sections: table,
            language,
        })
    }

    /// The words that the site speaks.
    pub fn language(&self) -> Language {
        Language::of(&self.language)
    }

    /// What the newsletter lists: one, and many.
    pub fn nouns(&self) -> (&'static str, &'static str) {
        match (self.language(), self.links) {
            (Language::Chinese, false) => ("补丁", "补丁"),
            (Language::Chinese, true) => ("链接", "链接"),
            (Language::English, false) => ("patch", "patches"),
            (Language::English, true) => ("link", "links"),
        }
    }

    /// The name that stands for an editor where nobody is named.
    pub fn author(&self) -> &str {
        self.author.as_deref().unwrap_or(&self.title)
    }

    /// The address of a file of the site.
    pub fn url(&self, path: &str) -> String {
        [self.base_url.as_str(), path].concat()
    }
}

/// The formats of the names, in the order of [`FORMATS`]; all where none is named.
fn formats(names: Option<&[String]>) -> Result<Vec<usize>, String> {
    let Some(names) = names else { return Ok((0..FORMATS.len()).collect()) };
    let known = || FORMATS.iter().map(|format| format.extension).collect::<Vec<_>>();
    if let Some(name) = names.iter().find(|name| !known().contains(&name.as_str())) {
        return Err(format!("{name:?} is none of {}", known().join(", ")));
    }
    if names.is_empty() {
        return Err("a site without feeds is none".to_owned());
    }
    Ok((0..FORMATS.len()).filter(|at| names.iter().any(|name| name == FORMATS[*at].extension)).collect())
}

/// The feeds, if their slugs can name files and no two are the same. Whether a section
/// that the table doesn't know has the name is seen when the issues are read.
fn own_feeds(feeds: &[OwnFeed], sections: &Table) -> Result<Vec<OwnFeed>, String> {
    for (at, feed) in feeds.iter().enumerate() {
        if feed.slug.is_empty() || slug_of(&feed.slug) != feed.slug {
            return Err(format!(
                "slug {:?}: use lower-case ASCII letters, digits and single hyphens, and no name that the site uses itself",
                feed.slug
            ));
        }
        if sections.knows(&feed.slug) {
            return Err(format!("slug {:?} is that of a section; choose one of its own", feed.slug));
        }
        if feeds[..at].iter().any(|other| other.slug == feed.slug) {
            return Err(format!("slug {:?} stands twice", feed.slug));
        }
        if feed.title.trim().is_empty() {
            return Err(format!("{:?} has no title", feed.slug));
        }
    }
    let legal = |feed: &OwnFeed| OwnFeed { title: text::one_line(&text::legal(&feed.title)), ..feed.clone() };
    Ok(feeds.iter().map(legal).collect())
}

/// An `http` or `https` address that ends in `/`, so that names can be put behind it.
///
/// # Errors
/// Anything else, in words.
pub fn web_folder(address: &str) -> Result<Url, String> {
    let mut url = Url::parse(address).map_err(|err| format!("{address:?} is no address: {err}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("{address:?} is no address of the web"));
    }
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

/// `patchfeed.toml` with the defaults, as `patchfeed init` writes it.
pub const TEMPLATE: &str = include_str!("patchfeed.toml");
