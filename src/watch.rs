//! Sources on this machine that change.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::sleep;
use std::time::{Duration, Instant};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use walkdir::{DirEntry, WalkDir};

use crate::files;
use crate::interrupt;
use crate::source;

/// How long nothing may happen until a change counts as complete: editors save in several steps.
const QUIET: Duration = Duration::from_millis(100);

/// How long to wait for that at most.
const SETTLING: Duration = Duration::from_millis(400);

/// How often to look whether the places are still the same.
const LOOKING: Duration = Duration::from_millis(500);

/// How many links in the sources' folders are followed at most.
const LINKS: usize = 1000;

/// How often to look whether a signal says to stop.
const TICK: Duration = Duration::from_millis(100);

/// What to watch.
#[derive(Debug, Clone)]
pub struct Watched {
    /// The sources, as [`source::find`] reads them; those on the network aren't watched.
    pub sources: Vec<String>,
    /// The configuration's file, whether it is there or not.
    pub config: PathBuf,
    /// A folder in which changes don't count: the site's.
    pub out: PathBuf,
}

/// A watch over sources, which notices what happens from its beginning on.
#[derive(Debug)]
pub struct Watch {
    changes: Receiver<()>,
    /// None where the system can't watch.
    _watching: Option<RecommendedWatcher>,
    /// Whether something can't be watched.
    is_blind: bool,
    /// What is watched, and what stood there at the beginning: a link may come to lead elsewhere, and a folder may be replaced by another.
    stood: Vec<(PathBuf, Standing)>,
}

/// What stands at a path: its real path, and what tells it from another there.
type Standing = Option<(PathBuf, String)>;

/// A place that is watched.
#[derive(Debug)]
struct WatchedPlace {
    path: PathBuf,
    /// Whether everything below it counts.
    is_folder: bool,
}

/// Begins to watch. What is read after this and changes later is noticed.
pub fn begin(watched: &Watched) -> Watch {
    let (sender, changes) = channel();
    let out = real(&watched.out).unwrap_or_else(|_| watched.out.clone());
    let wanted: Vec<PathBuf> = watched
        .sources
        .iter()
        .filter_map(|source| source::place(source).ok().flatten())
        .chain([watched.config.clone()])
        .collect();
    let stood = wanted.iter().map(|path| (path.clone(), standing(path))).collect();
    let mut places: Vec<WatchedPlace> = wanted.iter().filter_map(|path| place(path).ok()).collect();
    let mut is_blind = places.len() < wanted.len();
    let linked: Vec<WatchedPlace> = places.iter().filter(|place| place.is_folder).flat_map(linked).collect();
    places.extend(linked);
    let folders: Vec<(PathBuf, RecursiveMode)> = places.iter().filter_map(folder).collect();
    let watching = notify::recommended_watcher(move |event| tell(event, &places, &out, &sender)).ok();
    let watching = watching.map(|mut watching| {
        for (folder, mode) in folders {
            is_blind |= watching.watch(&folder, mode).is_err();
        }
        watching
    });
    Watch { changes, is_blind: is_blind || watching.is_none(), _watching: watching, stood }
}

impl Watch {
    /// Whether something can't be watched: it isn't there, or the system has no room for another watch.
    pub fn is_blind(&self) -> bool {
        self.is_blind
    }

    /// Waits until something has changed, for so long at most, or until a signal says to stop. Says whether something has changed.
    pub fn wait(&self, longest: Option<Duration>) -> bool {
        let start = Instant::now();
        let mut looked = start;
        while !interrupt::is_caught() && longest.is_none_or(|longest| start.elapsed() < longest) {
            match self.changes.recv_timeout(TICK) {
                Ok(()) => {
                    self.settle();
                    return true;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => sleep(TICK), // the system can't watch
            }
            if looked.elapsed() >= LOOKING {
                looked = Instant::now();
                if self.stood.iter().any(|(path, stood)| standing(path) != *stood) {
                    sleep(QUIET);
                    return true;
                }
            }
        }
        false
    }

    /// Waits until a change is complete.
    fn settle(&self) {
        let start = Instant::now();
        while start.elapsed() < SETTLING && self.changes.recv_timeout(QUIET).is_ok() {}
    }
}

/// Tells of an event, if it may change what is read.
fn tell(event: notify::Result<Event>, places: &[WatchedPlace], out: &Path, sender: &Sender<()>) {
    let is_news = match event {
        Ok(event) if event.need_rescan() => true,
        Ok(event) if event.kind.is_access() => false,
        Ok(event) => {
            event.paths.iter().any(|path| places.iter().any(|place| place.has(path) && !is_output(path, place, out)))
        }
        Err(_) => true,
    };
    if is_news {
        let _ = sender.send(()); // whoever has dropped the watch doesn't care
    }
}

/// Whether a path is of the site's folder, which may lie in a place, and not of a place that lies in the site's folder.
fn is_output(path: &Path, place: &WatchedPlace, out: &Path) -> bool {
    path.starts_with(out) && !place.path.starts_with(out)
}

impl WatchedPlace {
    /// Whether a path lies here; what is hidden doesn't count, nor do files that aren't issues.
    fn has(&self, path: &Path) -> bool {
        let Ok(below) = path.strip_prefix(&self.path) else { return false };
        below.as_os_str().is_empty()
            || self.is_folder && !below.components().any(is_hidden) && (source::is_issue(path) || !path.is_file())
    }
}

/// What links in a folder lead to, which is changed where it stands.
fn linked(place: &WatchedPlace) -> Vec<WatchedPlace> {
    let shown = WalkDir::new(&place.path)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b"."));
    let links = shown.flatten().filter(DirEntry::path_is_symlink);
    links.take(LINKS).filter_map(|link| self::place(link.path()).ok()).collect()
}

/// What stands at a path; none if nothing does.
fn standing(path: &Path) -> Standing {
    Some((real(path).ok()?, format!("{:?}", files::identity(path).ok()?)))
}

fn is_hidden(part: Component<'_>) -> bool {
    part.as_os_str().as_encoded_bytes().starts_with(b".")
}

/// The place at a path, which may be that of a file that isn't there.
fn place(path: &Path) -> io::Result<WatchedPlace> {
    match real(path) {
        Ok(path) => Ok(WatchedPlace { is_folder: path.is_dir(), path }),
        Err(_) => {
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let name = path.file_name().ok_or(io::ErrorKind::NotFound)?;
            Ok(WatchedPlace { path: real(parent)?.join(name), is_folder: false })
        }
    }
}

fn real(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize()
}

/// What has to be watched for a place: of a file, the folder that it stands in, since editors put another file into its place.
fn folder(place: &WatchedPlace) -> Option<(PathBuf, RecursiveMode)> {
    if place.is_folder {
        return Some((place.path.clone(), RecursiveMode::Recursive));
    }
    Some((place.path.parent()?.to_owned(), RecursiveMode::NonRecursive))
}
