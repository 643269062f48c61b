//! A newsletter: its name, its home, its language, and its habits.

use std::fmt;

use chrono::FixedOffset;
use serde::de::{Deserialize, Deserializer, Error as _};
use url::Url;

use super::language::Language;
use super::language_tag;
use super::license::License;
use super::rvlwn;
use super::section::{Row, Shape, Table};
use super::zone::Zone;
use crate::text;

/// What the configuration says of the newsletter, in `[site]` and `[[section]]`. What it leaves open is learnt from the issues.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Stated {
    /// The newsletter's name.
    #[serde(deserialize_with = "title")]
    pub title: Option<String>,
    /// The newsletter's web site, which `permalink`s are relative to. It also names the feeds: their ids are made of it.
    #[serde(deserialize_with = "address")]
    pub address: Option<Url>,
    /// The newsletter's language (BCP 47): `zh-CN`.
    #[serde(deserialize_with = "language")]
    pub language: Option<String>,
    /// The time zone of dates that name none: `+08:00`, `Europe/Berlin`. A Chinese `language` tells it.
    #[serde(deserialize_with = "utc_offset")]
    pub utc_offset: Option<Zone>,
    /// The editor of issues that name none.
    #[serde(deserialize_with = "words")]
    pub author: Option<String>,
    /// The licence of issues that name none: `cc-by-4.0`, or an address.
    #[serde(deserialize_with = "license")]
    pub license: Option<String>,
    /// The shape of entries; without it, each section's entries show theirs.
    pub shape: Option<Shape>,
    /// What happens to an entry that an earlier issue listed.
    pub repeats: Repeats,
    /// What it lists; without it, most of its issues tell.
    pub lists: Option<Lists>,
    /// Which headings begin sections.
    pub headings: Headings,
    /// The links that each issue has around its entries; without it, those that stand in most issues.
    pub frame: Option<Vec<FrameLink>>,
    /// Rows of the table of sections, before the built-in ones.
    #[serde(skip)]
    pub sections: Vec<Row>,
}

/// What happens to an entry that an earlier issue listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeats {
    /// It adds nothing, except to the feed of a section that didn't list it before.
    #[default]
    Drop,
    /// It becomes an item of its own.
    Keep,
}

/// What a newsletter lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lists {
    /// Patches, as the RISC-V newsletter does.
    Patches,
    /// Links of all kinds.
    Links,
}

/// Which headings begin the sections of a newsletter of links.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Headings {
    /// Those that stand in several issues, and those of the table of sections.
    #[default]
    Learnt,
    /// Those of the table of sections alone, so that what a heading is never depends on other issues.
    Stated,
}

/// A link of the frame that issues have around their entries: to the archive, the editors, the page where one subscribes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameLink {
    /// Its title.
    pub title: String,
    /// Where it leads; empty if each issue has an address of its own.
    pub address: String,
}

/// A newsletter, as its configuration and its issues tell.
#[derive(Debug, Clone)]
pub struct Newsletter {
    /// The newsletter's name.
    pub title: String,
    /// The newsletter's web site. It also names the feeds: their ids are made of it and their slug.
    pub address: Url,
    /// Whether that is its own. Otherwise it is where the feeds are, and says nothing about the issues' links.
    pub(crate) has_address: bool,
    /// The newsletter's language (BCP 47). RSS `language`, Atom `xml:lang`, JSON `language`.
    pub language: String,
    /// The time zone of dates that name none.
    pub zone: Zone,
    /// The editor of issues that name none.
    pub author: String,
    /// The licence of issues that name none.
    pub license: Option<License>,
    /// What happens to an entry that an earlier issue listed.
    pub repeats: Repeats,
    /// Whether it lists links of all kinds rather than patches.
    pub lists_links: bool,
    /// The sections.
    pub sections: Table,
}

/// What issues tell of a newsletter that isn't the RISC-V one.
#[derive(Debug)]
pub(crate) struct Learnt {
    pub(crate) title: String,
    pub(crate) address: Url,
    /// What its entries are written in.
    pub(crate) language: Language,
}

impl Stated {
    /// The table of sections, with titles in a language.
    pub(crate) fn table(&self, language: Language) -> Table {
        let table = Table::new(&self.sections, language);
        if self.headings == Headings::Stated { table.taking_near() } else { table }
    }
}

impl Newsletter {
    /// The newsletter. What is stated wins, then what was learnt from the issues; if nothing was learnt, they are those of the
    /// RISC-V newsletter, whose defaults fill the gaps.
    pub(crate) fn new(stated: &Stated, learnt: Option<Learnt>) -> Self {
        let lists_links = learnt.is_some();
        let (title, address, language, offset) = match learnt {
            Some(Learnt { title, address, language: Language::Chinese }) => (title, address, "zh-CN", 8 * 3600),
            Some(Learnt { title, address, language: Language::English }) => (title, address, "en", 0),
            None => {
                let address = Url::parse(rvlwn::ADDRESS).expect("the built-in address is one");
                (rvlwn::TITLE.to_owned(), address, rvlwn::LANGUAGE, rvlwn::UTC_OFFSET)
            }
        };
        let title = stated.title.clone().unwrap_or(title);
        let offset =
            stated.language.as_deref().and_then(language_tag::hours_ahead).map_or(offset, |hours| hours * 3600);
        let language = stated.language.clone().unwrap_or_else(|| language.to_owned());
        let offset = FixedOffset::east_opt(offset).expect("the built-in offsets are below a day");
        Self {
            author: stated.author.clone().unwrap_or_else(|| title.clone()),
            title,
            has_address: stated.address.is_some() || !lists_links,
            address: stated.address.clone().unwrap_or(address),
            sections: stated.table(Language::from_tag(&language)),
            language,
            zone: stated.utc_offset.unwrap_or(Zone::Fixed(offset)),
            license: stated.license.as_deref().and_then(License::parse),
            repeats: stated.repeats,
            lists_links,
        }
    }

    /// The language that the site's own words are in.
    pub fn language(&self) -> Language {
        Language::from_tag(&self.language)
    }

    /// Whether the newsletter's language is written from right to left.
    pub(crate) fn is_right_to_left(&self) -> bool {
        language_tag::is_right_to_left(&self.language)
    }

    /// What the newsletter lists, in a language: one of them, and several.
    pub(crate) fn nouns(&self, language: Language) -> (&'static str, &'static str) {
        match (language, self.lists_links) {
            (Language::Chinese, false) => ("补丁", "补丁"),
            (Language::Chinese, true) => ("链接", "链接"),
            (Language::English, false) => ("patch", "patches"),
            (Language::English, true) => ("link", "links"),
        }
    }
}

/// An `http` or `https` address that ends in `/`, so that file names can follow it.
///
/// # Errors
/// Any other text, and an address that file names can't follow, in words that say what would do.
pub fn web_folder(address: &str) -> Result<Url, String> {
    let address = address.trim();
    let mut url =
        web_address(address).ok_or_else(|| format!("{address:?} isn't a web address; write {}", example(address)))?;
    let mut plain = url.clone();
    plain.set_query(None);
    plain.set_fragment(None);
    let _ = (plain.set_username(""), plain.set_password(None)); // web addresses take both
    if plain != url {
        return Err(format!("an address that files are put under has no `?`, `#`, name or password; write {plain}"));
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

fn web_address(address: &str) -> Option<Url> {
    Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// The web address that somebody may have meant.
fn example(address: &str) -> String {
    let host = address.split_once("//").map_or(address, |(_, host)| host).trim_matches('/');
    let is_local = ["localhost", "127."].iter().any(|local| host.starts_with(local));
    let meant = format!("{}://{host}/", if is_local { "http" } else { "https" });
    let has_host = web_address(&meant).is_some() && !meant.contains(char::is_whitespace);
    if has_host { meant } else { "https://feeds.example.org/".to_owned() }
}

/// Reads a value of the configuration; what is wrong with it is said with its place in the file.
fn value<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    read: impl FnOnce(String) -> Result<T, E>,
) -> Result<T, D::Error> {
    read(String::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let words = value(deserializer, |words| Ok::<_, &str>(text::one_line(&text::legal(&words))))?;
    Ok(Some(words).filter(|words| !words.is_empty()))
}

fn title<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    words(deserializer)?.map(Some).ok_or_else(|| D::Error::custom("the title is empty; write the newsletter's name"))
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    value(deserializer, |address| web_folder(&address).map(Some))
}

fn language<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    value(deserializer, |tag| language_tag::check(&tag).map(|()| Some(tag)))
}

fn license<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    value(deserializer, |license| match License::parse(&license) {
        Some(License { url: Some(_), .. }) => Ok(Some(license)),
        _ => Err(format!(
            "{license:?} isn't a licence that feeds can link to; write one such as \"cc-by-4.0\", or the licence's address"
        )),
    })
}

fn utc_offset<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Zone>, D::Error> {
    value(deserializer, |zone| Zone::of_setting(&zone).map(Some))
}
