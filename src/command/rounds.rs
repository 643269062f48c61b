//! Builds that come again whenever their sources change.

use std::path::{Path, PathBuf};
use std::time::Duration;

use patchfeed::config::Config;
use patchfeed::error::Error;
use patchfeed::interrupt;
use patchfeed::rescue::rescue;
use patchfeed::source;
use patchfeed::watch::{self, Watched};

use super::console::say;
use super::site_options::SiteOptions;
use super::told::Told;

/// How long to wait before a round that failed comes again, though nothing has changed: what can't be read now may be there in a moment.
const FIRST_RETRY: Duration = Duration::from_secs(1);

/// How long to wait at most, after that has failed again and again.
const LAST_RETRY: Duration = Duration::from_mins(1);

/// How often to look at sources on the network, unless something else is said.
const POLL: Duration = Duration::from_mins(5);

/// How often to look at what the system can't watch.
const BLIND: Duration = Duration::from_secs(2);

/// A round, with the configuration or what is wrong with it: an error that ends all, or one after which the next round may go well.
pub(super) type Round<'a> = dyn FnMut(Result<Config, Error>, &mut Told) -> Result<Option<Error>, Error> + 'a;

/// Runs a round, and another one whenever the sources or the configuration change, until a signal says to stop. `poll` is how often there is one
/// anyway; if that isn't said, sources on the network have one from time to time.
///
/// # Errors
/// A round that ends all, and a configuration that can't be read at the beginning.
pub(super) fn rounds(
    options: &SiteOptions,
    path: Option<&Path>,
    poll: Option<Duration>,
    quiet: bool,
    round: &mut Round<'_>,
) -> Result<(), Error> {
    let mut told = Told::default();
    let mut watched = Watched { sources: Vec::new(), config: PathBuf::new(), out: PathBuf::new() };
    let (mut retry, mut had_file) = (FIRST_RETRY, false);
    loop {
        let config = read(path, &mut had_file);
        if let Ok(config) = &config {
            watched = what_to_watch(options, config);
        }
        let watch = watch::begin(&watched);
        let failed = match config {
            Err(err) if !told.is_again => return Err(err),
            config => match rescue(|| round(config, &mut told)) {
                Ok(failed) => failed?,
                Err(words) => round(Err(defect(&words)), &mut told)?,
            },
        };
        if interrupt::is_caught() {
            return Ok(());
        }
        if !told.is_again && !quiet && poll.is_none() && watched.sources.iter().any(|source| is_remote(source)) {
            say("sources on the network are read again every 300 s; --poll says how often\n");
        }
        told.is_again = true;
        told.say_error(failed.as_ref());
        let poll = poll.or_else(|| watched.sources.iter().any(|source| is_remote(source)).then_some(POLL));
        let longest = [poll, failed.is_some().then_some(retry), watch.is_blind().then_some(BLIND)];
        let has_changed = watch.wait(longest.into_iter().flatten().min());
        retry = if has_changed || failed.is_none() { FIRST_RETRY } else { LAST_RETRY.min(retry * 2) };
        if interrupt::is_caught() {
            return Ok(());
        }
    }
}

/// Reads the configuration. A file that was there and is gone is most likely about to be replaced: without it, the site would be another one.
fn read(path: Option<&Path>, had_file: &mut bool) -> Result<Config, Error> {
    let config = Config::read(path)?;
    let is_there = config.path.symlink_metadata().is_ok();
    if *had_file && !is_there {
        return Err(config.error("the file is gone; put it back, or start again without it"));
    }
    *had_file |= is_there;
    Ok(config)
}

fn what_to_watch(options: &SiteOptions, config: &Config) -> Watched {
    let sources = if options.input.issues.is_empty() { &config.issues } else { &options.input.issues };
    Watched { sources: sources.clone(), config: config.path.clone(), out: options.out(config) }
}

/// Whether a source is on the network, which tells nobody of its changes.
fn is_remote(source: &str) -> bool {
    source::place(source).is_ok_and(|place| place.is_none())
}

fn defect(words: &str) -> Error {
    Error::new("patchfeed has a defect, please report it", words)
}
