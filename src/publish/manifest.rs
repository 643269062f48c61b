//! The list of the files that patchfeed made.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::error::Error;
use crate::files;
use crate::write::{YIELDING, page};

/// The first line of a manifest; behind it come the site's owner, a line each, and the number of files. Older ones hold paths alone.
const HEADER: &str = "patchfeed manifest 2";

/// Whose site a folder has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The newsletter's title.
    pub title: String,
    /// The newsletter's address.
    pub address: String,
    /// The address that the site is served under.
    pub base_url: String,
}

/// The endings of a site's files.
const ENDINGS: [&str; 7] = ["atom", "rss", "json", "html", "opml", "css", "js"];

/// The manifest as the last run left it.
#[derive(Debug)]
pub(super) struct Manifest {
    file: PathBuf,
    /// The file's text; none if it has to be written anew.
    text: Option<String>,
    /// Whose site it is, unless nothing tells.
    pub(super) owner: Option<Owner>,
    /// Paths below the site's folder, sorted.
    pub(super) paths: Vec<String>,
    /// What was wrong with the file, and what was done.
    pub(super) notice: Option<String>,
}

impl Manifest {
    /// Reads the manifest of the site `out`. If there is none, or if it is damaged, the files of a site that are there count as
    /// patchfeed's, provided that the site's first page says that patchfeed made it.
    pub(super) fn read(out: &Path, file: &Path) -> Result<Self, Error> {
        let bytes = match files::read(file, files::LARGEST) {
            Ok(bytes) => Some(bytes),
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => None,
            Err(err) => return Err(Error::at(file, &err)),
        };
        let is_there = bytes.is_some();
        if let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok())
            && let Some((owner, paths)) = parse(&text)
        {
            return Ok(Self { file: file.to_owned(), text: Some(text), owner, paths, notice: None });
        }
        let paths = files_of_site(out);
        let notice = (is_there || !paths.is_empty()).then(|| {
            let what = if is_there { "is damaged" } else { "is missing" };
            format!(
                "{}: the list of the site's files {what}; made anew from the {} that are there",
                file.display(),
                paths.len()
            )
        });
        Ok(Self { file: file.to_owned(), text: None, owner: owner_of_site(out), paths, notice })
    }

    /// Whether patchfeed made the file at a path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.paths.binary_search_by(|known| known.as_str().cmp(path)).is_ok()
    }

    /// Lists `paths`, which are sorted, instead, unless that is what the file holds.
    pub(super) fn replace(&mut self, owner: &Owner, paths: &[&str], sync: bool) -> Result<(), Error> {
        let Owner { title, address, base_url } = owner;
        let mut text = format!("{HEADER}\n{title}\n{address}\n{base_url}\n{}\n", paths.len());
        for path in paths {
            text.push_str(path);
            text.push('\n');
        }
        if self.text.as_ref() != Some(&text) {
            files::replace(&self.file, text.as_bytes(), sync).map_err(|err| Error::at(&self.file, &err))?;
            self.text = Some(text);
        }
        Ok(())
    }
}

/// Whose site it is, and the paths that a manifest holds, sorted. None if the manifest isn't whole.
fn parse(text: &str) -> Option<(Option<Owner>, Vec<String>)> {
    if text.is_empty() || !text.ends_with('\n') || text.contains('\0') {
        return None;
    }
    let mut lines = text.lines();
    let mut owner = None;
    let mut count = None;
    if text.starts_with(HEADER) {
        let [title, address, base_url, number] = [lines.nth(1)?, lines.next()?, lines.next()?, lines.next()?];
        let [title, address, base_url] = [title, address, base_url].map(str::to_owned);
        owner = Some(Owner { title, address, base_url });
        count = Some(number.parse().ok()?);
    }
    let mut paths: Vec<String> = lines.map(str::to_owned).collect();
    paths.sort_unstable();
    paths.dedup();
    let is_whole = count.is_none_or(|count: usize| count == paths.len());
    let are_files = paths.iter().all(|path| YIELDING.contains(&path.as_str()) || is_document(path.as_ref()));
    (is_whole && are_files).then_some((owner, paths))
}

/// Whether a name has the ending of a site's file.
fn is_document(name: &OsStr) -> bool {
    let ending = Path::new(name).extension().and_then(OsStr::to_str);
    ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

/// The title of a page in a folder, if patchfeed made it.
fn title_of(page: &Path) -> Option<String> {
    page::title_of(&String::from_utf8(files::read(page, 64 << 20).ok()?).ok()?)
}

/// Whether the first line of a file names patchfeed.
fn names_patchfeed(file: &Path) -> bool {
    let bytes = files::read(file, 1 << 20).unwrap_or_default();
    bytes.split(|byte| *byte == b'\n').next().is_some_and(|line| memchr::memmem::find(line, b"patchfeed").is_some())
}

/// Whose site a folder has, as its first page tells: that has the newsletter's title before the page's own.
fn owner_of_site(out: &Path) -> Option<Owner> {
    let title = title_of(&out.join("index.html"))?;
    let (title, _) = title.rsplit_once(" · ")?;
    Some(Owner { title: title.to_owned(), address: String::new(), base_url: String::new() })
}

/// The paths of the files of a folder that belong to a site, sorted: pages that patchfeed made, and the feeds and archives that have their
/// names. Links aren't followed.
fn files_of_site(out: &Path) -> Vec<String> {
    let pages =
        fs::read_dir(out).into_iter().flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut slugs: BTreeSet<String> = pages
        .filter_map(|name| name.strip_suffix(".html").map(str::to_owned))
        .filter(|slug| title_of(&out.join(format!("{slug}.html"))).is_some())
        .collect();
    if slugs.contains("index") {
        slugs.extend(["feeds", "digest", "digests", "pages"].map(str::to_owned));
    }
    let mut paths: Vec<String> = WalkDir::new(out)
        .max_depth(3)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name()) && !is_other_site(entry.path()))
        .flatten()
        .filter(|entry| entry.file_type().is_file() && is_document(entry.file_name()))
        .filter_map(|entry| path_below(out, entry.path()))
        .filter(|path| match path.strip_prefix("issue/") {
            Some(_) => title_of(&out.join(path)).is_some(),
            None => slug_in(path).is_some_and(|slug| slugs.contains(slug)),
        })
        .chain(YIELDING.into_iter().filter(|path| names_patchfeed(&out.join(path))).map(str::to_owned))
        .collect();
    paths.sort_unstable();
    paths
}

/// The slug of the feed that a path of a site belongs to, by its form.
pub(crate) fn slug_in(path: &str) -> Option<&str> {
    match path.split('/').collect::<Vec<_>>()[..] {
        [file] => {
            let (stem, _) = file.rsplit_once('.')?;
            Some(stem.strip_suffix("-digest").unwrap_or(stem))
        }
        ["archive", slug, _] => Some(slug),
        [folder @ "search", _] => Some(folder), // its indices, by years
        _ => None,
    }
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// Whether a folder below the site's is a site of its own.
pub(super) fn is_other_site(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(".patchfeed")).is_ok()
}

fn path_below(out: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(out).ok()?.iter().map(OsStr::to_str).collect();
    Some(parts?.join("/"))
}
