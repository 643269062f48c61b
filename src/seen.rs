//! What a bot of one's own needs: the items of a feed that it hasn't posted yet, each once, the oldest first.
//!
//! The file that remembers them is text, and only grows. A line `ID` is an item that was printed, for whatever feed; a line
//! `ID SLUG` one that a feed held already when it was first asked for; and `feed SLUG` says that this feed's first time is
//! over.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
    lines: HashSet<String>,
    file: File,
    _lock: File,
}

impl Seen {
    /// Opens the file, which need not be there yet, and waits for whoever has it.
    ///
    /// # Errors
    /// A file that can't be read, written or locked.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let failed = |err| Error::at(path, &err);
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path).map_err(failed)?;
        let path = path.canonicalize().map_err(failed)?; // two names of one file are one memory
        let mut lock_path = path.clone().into_os_string();
        lock_path.push(".lock");
        let lock = OpenOptions::new().create(true).append(true).open(&lock_path).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(failed)?;
        // A line that a crash cut in two is not whole, and so not known.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        if whole < text.len() {
            file.set_len(whole as u64).map_err(failed)?;
        }
        Ok(Self { path, lines: text[..whole].lines().map(str::to_owned).collect(), file, _lock: lock })
    }

    /// Whether the feed was never asked for with this memory.
    pub fn is_first(&self, feed: &str) -> bool {
        !self.lines.contains(&format!("feed {feed}"))
    }

    /// Whether the item was printed, or passed by when the feed was first asked for.
    pub fn knows(&self, feed: &str, id: &str) -> bool {
        self.lines.contains(id) || self.lines.contains(&format!("{id} {feed}"))
    }

    /// Remembers an item that was printed.
    ///
    /// # Errors
    /// A file that can't be written.
    pub fn remember(&mut self, id: String) -> Result<(), Error> {
        self.append(vec![id])
    }

    /// Remembers a feed with its history. The line of the feed comes last: without it the next time is the first again.
    ///
    /// # Errors
    /// A file that can't be written.
    pub fn begin<'a>(&mut self, feed: &str, history: impl Iterator<Item = &'a str>) -> Result<(), Error> {
        let known = |id: &&str| !self.knows(feed, id);
        let mut lines: Vec<String> = history.filter(known).map(|id| format!("{id} {feed}")).collect();
        lines.push(format!("feed {feed}"));
        self.append(lines)
    }

    fn append(&mut self, lines: Vec<String>) -> Result<(), Error> {
        let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        self.file.write_all(text.as_bytes()).map_err(|err| Error::at(&self.path, &err))?;
        self.lines.extend(lines);
        Ok(())
    }
}

/// Where the lines go.
pub enum Output<'a> {
    /// To a stream. An item is printed once the stream has it.
    Stream(&'a mut dyn Write),
    /// To a command of the shell, one run an item, its line on the standard input. An item is printed once the command has
    /// succeeded.
    Command(&'a str),
}

impl Output<'_> {
    fn put(&mut self, line: &str) -> Result<(), Error> {
        match self {
            Self::Stream(stream) => writeln!(stream, "{line}")
                .and_then(|()| stream.flush())
                .map_err(|err| Error { subject: "standard output".to_owned(), cause: err.to_string() }),
            Self::Command(command) => {
                let failed = |cause: String| Error { subject: format!("--exec {command}"), cause };
                let child = Command::new("sh").args(["-c", command]).stdin(Stdio::piped()).spawn();
                let mut child = child.map_err(|err| failed(err.to_string()))?;
                if let Some(mut input) = child.stdin.take() {
                    let _ = writeln!(input, "{line}"); // a command that doesn't read says by its status what that means
                }
                let status = child.wait().map_err(|err| failed(err.to_string()))?;
                if status.success() { Ok(()) } else { Err(failed(format!("{status}; the item comes again"))) }
            }
        }
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
    mut out: Output<'_>,
) -> Result<usize, Error> {
    let lines: Vec<(String, String)> = items.iter().rev().map(|raw| line(raw, form)).collect::<Result<_, _>>()?;
    if seen.is_first(feed) {
        let passed_by = if history { &[][..] } else { &lines };
        seen.begin(feed, passed_by.iter().map(|(id, _)| id.as_str()))?;
    }
    let mut printed = 0;
    for (id, line) in lines {
        if !seen.knows(feed, &id) {
            out.put(&line)?;
            seen.remember(id)?;
            printed += 1;
        }
    }
    Ok(printed)
}
