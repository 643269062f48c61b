//! Where issues come from: files, git repositories, the web, the standard input. Everything after this module is free of
//! I/O until `publish`.
//!
//! Each kind of source is a module with one function that gives [`Text`]s. What comes over the network is kept in a
//! cache, as files, so that a run with the network gone still has the last good copy.

mod cache;
mod document;
mod folder;
mod git;
mod web;

use std::collections::HashSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use crate::diagnostic::{Diagnostic, Error};
pub use document::{Document, decode};

/// A text that a source holds, to be read when it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The name that people know it by: the path as it was given, `REPOSITORY/FOLDER/FILE` in a git repository, the
    /// address on the web, `<stdin>` for the standard input.
    pub name: String,
    at: At,
}

/// Where a text waits to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    File(PathBuf),
    Memory(Vec<u8>),
}

impl Text {
    /// A text that is in memory.
    pub fn of(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), at: At::Memory(bytes) }
    }

    /// Reads and decodes the text; what is wrong with its bytes is mended and said.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn read(&self) -> Result<(Document, Vec<Diagnostic>), Error> {
        match &self.at {
            At::Memory(bytes) => Ok(decode(&self.name, bytes.clone())),
            At::File(path) => {
                let bytes = std::fs::read(path).map_err(|err| Error::at(Path::new(&self.name), &err))?;
                Ok(decode(&self.name, bytes))
            }
        }
    }
}

/// What the sources hold.
#[derive(Debug, Default)]
pub struct Found {
    /// The texts, in the order of the sources, within one in that of their paths.
    pub texts: Vec<Text>,
    /// What went wrong and was made good, in words, one line each: `https://…: no answer in 60 s; using the copy of …`.
    pub notices: Vec<String>,
}

/// How sources on the network are asked.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder that holds the last good copies; that of the user, `~/.cache/patchfeed` or its like, where none is given.
    pub cache: Option<PathBuf>,
    /// How long a server may stay silent. One that always says a little more gets ten times as long in all.
    pub timeout: Duration,
    /// How many bytes an issue on the web has at most.
    pub size: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { cache: None, timeout: Duration::from_mins(1), size: 16_000_000 }
    }
}

/// The kinds of sources.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Stdin,
    Path,
    Pattern,
    Git(git::Remote),
    Web(Url),
}

/// Finds the texts of sources. A file that several of them lead to counts once. Nothing is read but the standard input;
/// what isn't on this machine is brought here.
///
/// # Errors
/// A source that means nothing, a path that can't be read, a server that fails and of whose texts there is no copy, a
/// source without a text.
pub fn find(sources: &[String], options: &Options) -> Result<Found, Error> {
    let mut found = Found::default();
    let mut seen = HashSet::new();
    for source in sources {
        let (texts, notice) = match kind(source)? {
            Kind::Stdin if seen.contains(Path::new("-")) => (Vec::new(), None),
            Kind::Stdin => (vec![stdin()?], None),
            Kind::Path => (folder::texts(Path::new(source))?, None),
            Kind::Pattern => (folder::matches(source)?, None),
            Kind::Git(remote) => git::texts(&remote, options)?,
            Kind::Web(address) => {
                let (text, notice) = web::text(shown(source), &address, options)?;
                (vec![text], notice)
            }
        };
        found.notices.extend(notice);
        found.texts.extend(texts.into_iter().filter(|text| {
            seen.insert(match &text.at {
                At::File(path) => path.canonicalize().unwrap_or_else(|_| path.clone()),
                At::Memory(_) => PathBuf::from("-"),
            })
        }));
    }
    Ok(found)
}

/// What a source is, by its words; the first row that fits.
///
/// | words | source |
/// |---|---|
/// | `-` | the standard input |
/// | what is there: `posts`, `posts/a.md` | a file, or a folder with all below it |
/// | `ssh://…`, `git://…`, `file://…`, `git+https://…`, `git@HOST:PATH` | a git repository |
/// | `https://…/NAME.git`, `https://github.com/OWNER/NAME` and other well-known forges | a git repository |
/// | `https://…`, `http://…` | one issue on the web |
/// | `posts/*.md`, `content/**/2023-*.md` | the issues whose paths match |
/// | anything else | a path that isn't there |
///
/// Behind a repository, `#BRANCH`, `#TAG`, `#BRANCH:FOLDER` or `#:FOLDER` says which part of it.
///
/// # Errors
/// An address that can't be one, or of a scheme that patchfeed doesn't speak.
fn kind(source: &str) -> Result<Kind, Error> {
    let wrong = |cause: &str| Error { subject: source.to_owned(), cause: cause.to_owned() };
    if source == "-" {
        return Ok(Kind::Stdin);
    }
    if Path::new(source).exists() {
        return Ok(Kind::Path);
    }
    if source.starts_with('-') {
        return Err(wrong("this looks like an option; write ./ before the name of a file"));
    }
    if let Some(remote) = git::remote(source)? {
        return Ok(Kind::Git(remote));
    }
    if let Some((scheme, _)) = source.split_once("://") {
        let address = Url::parse(source).map_err(|err| wrong(&format!("no address: {err}")))?;
        return match address.scheme() {
            "http" | "https" => Ok(Kind::Web(address)),
            _ => Err(wrong(&format!("{scheme}: is not understood; https:, http:, ssh:, git: and file: are"))),
        };
    }
    if source.contains(['*', '?', '[']) { Ok(Kind::Pattern) } else { Ok(Kind::Path) }
}

fn stdin() -> Result<Text, Error> {
    let name = "<stdin>".to_owned();
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|err| Error::at(Path::new(&name), &err))?;
    Ok(Text { name, at: At::Memory(bytes) })
}

/// A source as it may be shown: without a user's password, and on the web without the user's name, which may be a token.
fn shown(source: &str) -> String {
    match Url::parse(source) {
        Ok(mut address) if address.password().is_some() || !address.username().is_empty() => {
            if address.scheme().contains("http") {
                let _ = address.set_username("");
            }
            let _ = address.set_password(None);
            address.to_string()
        }
        _ => source.to_owned(),
    }
}
