//! What a bot of one's own needs: the items of a feed that it hasn't posted yet, each once, the oldest first.
//!
//! The file that remembers them is text, a line an id, and a line `feed SLUG` for each feed whose history was passed by
//! when it was first asked for. It only grows.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::diagnostic::Error;

/// An item of a JSON Feed, as far as a line about it needs it.
#[derive(Debug, Deserialize)]
pub struct Item {
    /// The id.
    pub id: String,
    /// The title, plain text.
    pub title: String,
    /// The address of the mail.
    pub url: String,
    /// Where the item stands: its sections and issue; none in a feed of another program.
    #[serde(default, rename = "_patchfeed")]
    pub place: Place,
}

/// What `_patchfeed` says of an item's place.
#[derive(Debug, Default, Deserialize)]
pub struct Place {
    /// The sections' slugs.
    #[serde(default)]
    pub sections: Vec<String>,
}

/// How an item is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The item as the JSON Feed has it, in one line.
    Json,
    /// `[riscv] title https://…`
    Text,
    /// `**[title](https://…)** · riscv`
    Markdown,
}

#[derive(Deserialize)]
struct Document {
    feed_url: String,
    #[serde(default)]
    next_url: Option<String>,
    items: Vec<Box<RawValue>>,
}

/// The items of a feed of a site, archives included, the newest first. `read` gives a file of the site by its path, or
/// none where there is no such file.
///
/// # Errors
/// What `read` fails with, and a file that is no JSON Feed.
pub fn items(
    slug: &str,
    read: &dyn Fn(&str) -> Result<Option<String>, Error>,
) -> Result<Option<Vec<Box<RawValue>>>, Error> {
    let first = format!("{slug}.json");
    let mut next = Some(first.clone());
    let mut visited = HashSet::new();
    let mut all = Vec::new();
    while let Some(path) = next.filter(|path| visited.insert(path.clone())) {
        let Some(text) = read(&path)? else {
            return if path == first {
                Ok(None)
            } else {
                Err(Error { subject: path, cause: "the archive is missing".into() })
            };
        };
        let mut document: Document = serde_json::from_str(&text)
            .map_err(|err| Error { subject: path.clone(), cause: format!("no JSON Feed: {err}") })?;
        all.append(&mut document.items);
        let base = document.feed_url.strip_suffix(&path).unwrap_or_default();
        next = document.next_url.as_deref().and_then(|url| url.strip_prefix(base)).map(str::to_owned);
    }
    Ok(Some(all))
}

/// The item's line, without its end.
///
/// # Errors
/// JSON that is no item.
pub fn line(raw: &RawValue, form: Form) -> Result<(String, String), Error> {
    let item: Item = serde_json::from_str(raw.get())
        .map_err(|err| Error { subject: "item".into(), cause: format!("no item of a JSON Feed: {err}") })?;
    let place = item.place.sections.join(", ");
    let line = match form {
        Form::Json => raw.get().to_owned(),
        Form::Text if place.is_empty() => format!("{} {}", item.title, item.url),
        Form::Text => format!("[{place}] {} {}", item.title, item.url),
        Form::Markdown => {
            let place = if place.is_empty() { place } else { format!(" · {place}") };
            format!("**[{}](<{}>)**{place}", escaped(&item.title), item.url)
        }
    };
    Ok((item.id, line))
}

/// A title that Markdown shows as it is.
fn escaped(title: &str) -> String {
    title.chars().fold(String::with_capacity(title.len()), |mut out, c| {
        if "\\`*_[]<>~|&#".contains(c) {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

/// The memory of a bot, open and locked: nobody else prints from it until this is dropped.
#[derive(Debug)]
pub struct Seen {
    path: PathBuf,
    ids: HashSet<String>,
    feeds: HashSet<String>,
    _lock: File,
}

impl Seen {
    /// Opens the file, which need not be there yet, and waits for whoever has it.
    ///
    /// # Errors
    /// A file that can't be read, written or locked.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let failed = |err| Error::at(path, &err);
        let mut lock_path = path.as_os_str().to_owned();
        lock_path.push(".lock");
        let lock = OpenOptions::new().create(true).append(true).open(&lock_path).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let mut text = String::new();
        match File::open(path) {
            Ok(mut file) => drop(file.read_to_string(&mut text).map_err(failed)?),
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => {}
            Err(err) => return Err(failed(err)),
        }
        // A line that a crash cut in two is not whole, and so not known.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        if whole < text.len() {
            OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(whole as u64)).map_err(failed)?;
        }
        let (feeds, ids): (Vec<&str>, Vec<&str>) = text[..whole].lines().partition(|line| line.starts_with("feed "));
        Ok(Self {
            path: path.to_owned(),
            ids: ids.into_iter().map(str::to_owned).collect(),
            feeds: feeds.into_iter().filter_map(|line| line.strip_prefix("feed ")).map(str::to_owned).collect(),
            _lock: lock,
        })
    }

    /// Whether the feed was never asked for with this memory.
    pub fn is_first(&self, feed: &str) -> bool {
        !self.feeds.contains(feed)
    }

    /// Whether the item was printed, or passed by, before.
    pub fn knows(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Remembers one item.
    ///
    /// # Errors
    /// A file that can't be written.
    pub fn remember(&mut self, id: String) -> Result<(), Error> {
        let line = format!("{id}\n");
        let file = OpenOptions::new().create(true).append(true).open(&self.path);
        file.and_then(|mut file| file.write_all(line.as_bytes())).map_err(|err| Error::at(&self.path, &err))?;
        self.ids.insert(id);
        Ok(())
    }

    /// Remembers a feed with its history, all or nothing: half a history would be posted as news.
    ///
    /// # Errors
    /// A file that can't be written.
    pub fn begin(&mut self, feed: &str, history: impl Iterator<Item = String>) -> Result<(), Error> {
        let failed = |err| Error::at(&self.path, &err);
        let mut text = fs::read_to_string(&self.path).or_else(|err| match err.kind() {
            std::io::ErrorKind::NotFound => Ok(String::new()),
            _ => Err(failed(err)),
        })?;
        for id in history.filter(|id| !self.ids.contains(id)).collect::<Vec<_>>() {
            text.push_str(&id);
            text.push('\n');
            self.ids.insert(id);
        }
        text.push_str("feed ");
        text.push_str(feed);
        text.push('\n');
        self.feeds.insert(feed.to_owned());
        let mut new = self.path.as_os_str().to_owned();
        new.push(".new");
        File::create(&new)
            .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&new, &self.path))
            .map_err(failed)
    }
}

/// Prints the items of a feed that `seen` doesn't know, the oldest first, each remembered as soon as it is printed.
/// `items` are the newest first. A feed that is asked for the first time is silent about what it holds already, unless
/// `history` is set.
///
/// # Errors
/// An output or a memory that can't be written: the item that was being printed may come again.
pub fn print_new(
    feed: &str,
    items: &[Box<RawValue>],
    seen: &mut Seen,
    form: Form,
    history: bool,
    out: &mut dyn Write,
) -> Result<usize, Error> {
    let lines: Vec<(String, String)> = items.iter().rev().map(|raw| line(raw, form)).collect::<Result<_, _>>()?;
    if seen.is_first(feed) {
        let history = if history { &[][..] } else { &lines };
        seen.begin(feed, history.iter().map(|(id, _)| id.clone()))?;
    }
    let mut printed = 0;
    for (id, line) in lines {
        if !seen.knows(&id) {
            writeln!(out, "{line}")
                .and_then(|()| out.flush())
                .map_err(|err| Error { subject: "standard output".to_owned(), cause: err.to_string() })?;
            seen.remember(id)?;
            printed += 1;
        }
    }
    Ok(printed)
}
