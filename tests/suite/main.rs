//! The tests of the whole program, from issues' texts to files.

#![allow(clippy::format_collect, reason = "tests make small texts, and are read more often than run")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the site's names are lower case")]

mod addressed;
mod answers;
mod attacks;
mod bots;
mod breaks;
mod characters;
mod checks;
mod counted;
mod dates;
mod deployed;
mod fuzz;
mod golden;
mod growth;
mod guarded;
mod house;
mod hubs;
mod identity;
mod laws;
mod learning;
mod links;
mod lists;
mod mail;
mod manual;
mod memory;
mod order;
mod own_feeds;
mod pages;
mod passed_by;
mod patches;
mod place;
mod post_chats;
mod post_feeds;
mod post_mail;
mod post_public;
mod post_robots;
mod posting;
mod printing;
mod publication;
mod published;
mod publishing;
mod reading;
mod real_issues;
mod round_trip;
mod search;
mod server;
mod serving;
mod settings;
mod shortcuts;
mod signals;
mod sources;
mod specifications;
mod stated;
mod subject;
mod texts;
mod traps;
mod verified;
mod windows;
mod workflows;
mod years;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

use patchfeed::config::Config;
use patchfeed::diagnostic::{Diagnostic, Problem};
use patchfeed::document::Document;
use patchfeed::facts::newsletter::{Newsletter, web_folder};
use patchfeed::item::{Item, Listing, Options, Texts};
use patchfeed::net::Access;
use patchfeed::site::{self, Site};
use patchfeed::source::{self, Text};
use patchfeed::{feed, issues, item};

/// The address that the tests' sites are served under.
const BASE: &str = "https://feeds.example.org/";

/// A folder of a test's own, removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("the folder for tests can be written");
        Self(path)
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.join(below)
    }

    fn write(&self, below: &str, text: impl AsRef<[u8]>) {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs the program in a folder.
fn patchfeed(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_patchfeed"))
        .args(args)
        .current_dir(folder)
        .env_remove("COLUMNS")
        .output()
        .expect("the program starts")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Every file below a folder, hidden ones left out, by its path with `/`.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, below: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = entry.path();
            if name == ".patchfeed" {
                continue;
            }
            if path.is_dir() {
                walk(&path, &format!("{below}{name}/"), files);
            } else {
                files.insert(format!("{below}{name}"), std::fs::read(&path).expect("a file can be read"));
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(folder, "", &mut files);
    files
}

/// The texts, each with its path.
fn texts(texts: &[(&str, &str)]) -> Vec<Text> {
    texts.iter().map(|(path, text)| Text::new(path, text.as_bytes().to_vec())).collect()
}

/// The texts in a file or a folder.
fn find(path: &Path) -> Vec<Text> {
    let source = path.to_str().expect("the path is text").to_owned();
    source::find(&[source], &Access::default()).expect("the issues are found").texts
}

/// What a newsletter's texts become.
struct Read {
    newsletter: Newsletter,
    listings: Vec<Listing>,
    repeats: usize,
    passed_by: Vec<issues::PassedBlock>,
    diagnostics: Vec<Diagnostic>,
}

impl Read {
    /// The items of all issues, the oldest issue first.
    fn items(&self) -> impl Iterator<Item = &Item> {
        self.listings.iter().flat_map(|listing| &listing.items)
    }
}

/// Reads texts without a configuration.
fn read(texts: &[Text]) -> Read {
    read_with(texts, "")
}

/// Reads texts with a configuration.
fn read_with(texts: &[Text], toml: &str) -> Read {
    let (documents, diagnostics): (Vec<_>, Vec<_>) =
        texts.iter().map(|text| text.read().expect("the texts can be read")).unzip();
    let documents: Vec<Document> = documents.into_iter().flatten().collect();
    read_documents(&documents, diagnostics.concat(), toml)
}

/// What documents become, and what is wrong with them.
fn read_documents(documents: &[Document], diagnostics: Vec<Diagnostic>, toml: &str) -> Read {
    let config = Config::parse(toml, Path::new("patchfeed.toml")).expect("the configuration makes sense");
    let base_url = web_folder(BASE).expect("the address is one");
    let issues = issues::read(documents, diagnostics, &config.newsletter, &base_url);
    let issues::Issues { newsletter, all, passed_by, diagnostics, .. } = issues;
    let (listings, repeats) = item::list(all, &newsletter, Options { base_url: &base_url, texts: Texts::Shown });
    Read { newsletter, listings, repeats, passed_by, diagnostics }
}

/// What an issue becomes, in short: its items as `title <address> text`, what is said of it as `line Problem 'part'`, and how many blocks
/// were passed by; a line each. In the text of the issue and in what comes of it, `lore:1` stands for the address of a mail, `web:1` for that of a page.
fn outline(name: &str, text: &str, toml: &str) -> String {
    let read = read_with(&texts(&[(name, &with_addresses(text))]), toml);
    let items = read.items().map(|item| {
        let is_linked = ![BASE, "https://tinylab.org/"].contains(&item.url.as_str()); // otherwise to the newsletter itself
        let address = if is_linked { format!("<{}>", item.url) } else { String::new() };
        let (body, _place) = item.html.trim_end().rsplit_once("<p>").expect("the last line names issue and section");
        let body = body.replace('\n', " ");
        let parts = [&item.title, &*address, body.trim()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    });
    let said = read.diagnostics.iter().map(|said| {
        let place = &said.place;
        let problem = match &said.problem {
            Problem::BrokenEntry(broken) => format!("{broken:?}"),
            other => format!("{other:?}"),
        };
        format!("{} {problem} '{}'", place.line, &place.source[place.start..place.end])
    });
    let passed_by = (!read.passed_by.is_empty()).then(|| format!("{} passed by", read.passed_by.len()));
    let lines: Vec<String> = items.chain(said).chain(passed_by).map(|line| without_addresses(&line)).collect();
    lines.join("\n")
}

fn with_addresses(text: &str) -> String {
    (0..10).fold(text.to_owned(), |text, n| {
        text.replace(&format!("lore:{n}"), &format!("http://lore.kernel.org/bpf/{n}@x/"))
            .replace(&format!("web:{n}"), &format!("https://example.org/{n}"))
    })
}

fn without_addresses(text: &str) -> String {
    (0..10).fold(text.to_owned(), |text, n| {
        text.replace(&format!("https://lore.kernel.org/bpf/{n}@x/"), &format!("lore:{n}"))
            .replace(&format!("http://lore.kernel.org/bpf/{n}@x/"), &format!("lore:{n}"))
            .replace(&format!("https://example.org/{n}"), &format!("web:{n}"))
    })
}

/// A file of a site.
#[derive(Debug, PartialEq, Eq)]
struct File {
    path: String,
    text: String,
}

/// The files of the site that the texts make, by their paths.
fn files(texts: &[Text]) -> Vec<File> {
    let read = read(texts);
    let config = Config::default();
    let base_url = web_folder(BASE).expect("the address is one");
    let site = Site {
        newsletter: &read.newsletter,
        base_url: &base_url,
        formats: &config.formats,
        readers: &config.readers,
        hubs: &config.hubs,
        window: config.window,
    };
    let feeds = feed::list(&read.newsletter, &[], &config.window, &read.listings).expect("no feed has a taken name");
    let files = Mutex::new(Vec::new());
    site::make(&site, &feeds, &read.listings, &|| {}, &|path, bytes| {
        let text = String::from_utf8(bytes.to_vec()).expect("every file is text");
        let file = File { path: path.to_owned(), text };
        files.lock().expect("no thread fails").push(file);
        Ok(())
    })
    .expect("the sink takes everything");
    let mut files = files.into_inner().expect("no thread fails");
    files.sort_by(|a: &File, b| a.path.cmp(&b.path));
    files
}

fn text<'a>(files: &'a [File], path: &str) -> &'a str {
    &files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("{path} was not made")).text
}

/// The items of a JSON Feed.
fn json_items(feed: &str) -> Vec<serde_json::Value> {
    let feed: serde_json::Value = serde_json::from_str(feed).expect("the feed is JSON");
    feed["items"].as_array().expect("a feed has items").clone()
}

/// Strings at a field of a feed's items.
fn fields(items: &[serde_json::Value], name: &str) -> Vec<String> {
    items.iter().map(|item| item[name].as_str().unwrap_or_default().to_owned()).collect()
}
