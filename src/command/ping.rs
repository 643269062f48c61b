//! Telling hubs which feeds have changed: once, after a build, or as long as a server runs.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use patchfeed::config::Config;
use patchfeed::error::Error;
use patchfeed::hub::{Announced, Untold, announce};
use patchfeed::interrupt;
use patchfeed::net::Access;
use url::Url;

use super::console::{count, say};
use super::input;

/// How long to wait before the second try; each further one waits twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// How often a build tries.
const TRIES: u32 = 4;

/// How long a build waits at most before a try.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How long a server waits at most.
const LAST_WAIT: Duration = Duration::from_hours(1);

/// How often to look whether a signal says to stop.
const TICK: Duration = Duration::from_millis(100);

/// Tells the hubs what a build has changed, and what builds before it have: each beside the others. Whether nothing is left.
///
/// # Errors
/// A list of what is untold that can't be read or written.
pub(super) fn after_build(config: &Config, quiet: bool) -> Result<bool, Error> {
    let access = input::access_of(config);
    let rounds: Result<Vec<Announced>, Error> = thread::scope(|scope| {
        let hubs = config.hubs.iter();
        let telling: Vec<_> = hubs.map(|hub| scope.spawn(|| until_tired(config, hub, &access))).collect();
        telling.into_iter().map(|telling| telling.join().expect("no thread fails")).collect()
    });
    let rounds = rounds?;
    for untold in rounds.iter().flat_map(|round| &round.untold) {
        let what = count(untold.feeds, "feed");
        say(&format!("error: {}; {what} not announced, which the next --ping tries again\n", untold.cause));
    }
    if !quiet {
        let told = rounds.iter().map(|round| round.told).sum();
        say(&format!("hubs were told of {}\n", count(told, "changed feed")));
    }
    Ok(rounds.iter().all(|round| round.untold.is_empty()))
}

/// Tells a hub, again and again for some seconds.
fn until_tired(config: &Config, hub: &Url, access: &Access) -> Result<Announced, Error> {
    let (mut told, mut wait) = (0, FIRST_WAIT);
    for _ in 1..TRIES {
        let round = announce(&config.out, &config.base_url, hub, access)?;
        told += round.told;
        if !round.untold.iter().any(|untold| untold.is_temporary) || !pause(wait_for(&round, wait).min(LONGEST_PAUSE)) {
            return Ok(Announced { told, ..round });
        }
        wait *= 2;
    }
    let round = announce(&config.out, &config.base_url, hub, access)?;
    Ok(Announced { told: told + round.told, ..round })
}

/// Waits, unless a signal says to stop.
fn pause(wait: Duration) -> bool {
    let start = Instant::now();
    while start.elapsed() < wait && !interrupt::is_caught() {
        thread::sleep(TICK);
    }
    !interrupt::is_caught()
}

/// How long to wait until the next try: as long as a hub wants, up to a bound.
fn wait_for(round: &Announced, wait: Duration) -> Duration {
    round.untold.iter().filter_map(|untold| untold.wait).fold(wait, Duration::max).min(LAST_WAIT)
}

/// What tells a hub beside a server.
#[derive(Debug)]
pub(super) struct Pings {
    hub: Url,
    changes: Sender<PathBuf>,
}

impl Pings {
    /// Starts to wait for changes that a hub is to be told.
    ///
    /// # Errors
    /// A system that allows no thread.
    fn start(hub: &Url, base_url: &Url, access: &Access, quiet: bool) -> Result<Self, Error> {
        let (changes, received) = channel::<PathBuf>();
        let (of, base_url, access) = (hub.clone(), base_url.clone(), access.clone());
        let running = thread::Builder::new().name("hub".to_owned()).spawn(move || {
            let mut next = received.recv().ok();
            while let Some(out) = next {
                next = until_told(&out, &base_url, &of, &access, quiet, &received).or_else(|| received.recv().ok());
            }
        });
        running.map_err(|err| Error::new("telling hubs", err.to_string()))?;
        Ok(Self { hub: hub.clone(), changes })
    }

    /// The site in a folder has changed, and is served: its hubs are told, each beside the others, and those that it has no more aren't.
    ///
    /// # Errors
    /// A system that allows no thread.
    pub(super) fn tell(
        all: &mut Vec<Self>,
        hubs: &[Url],
        out: &Path,
        base_url: &Url,
        access: &Access,
        quiet: bool,
    ) -> Result<(), Error> {
        all.retain(|pings| hubs.contains(&pings.hub));
        for hub in hubs {
            if !all.iter().any(|pings| pings.hub == *hub) {
                all.push(Self::start(hub, base_url, access, quiet)?);
            }
        }
        for pings in all {
            let _ = pings.changes.send(out.to_owned()); // its thread ends with the program, or with this
        }
        Ok(())
    }
}

/// Tells a hub of the site in a folder until it knows everything, or until another change comes, whose folder it gives.
fn until_told(
    out: &Path,
    base_url: &Url,
    hub: &Url,
    access: &Access,
    quiet: bool,
    changes: &Receiver<PathBuf>,
) -> Option<PathBuf> {
    let mut wait = FIRST_WAIT;
    loop {
        let round = announce(out, base_url, hub, access).unwrap_or_else(|err| {
            say(&format!("error: {err}\n"));
            Announced::default()
        });
        if !quiet && round.told > 0 {
            say(&format!("hubs were told of {}\n", count(round.told, "changed feed")));
        }
        let next = wait_for(&round, wait);
        round.untold.iter().for_each(|untold| say_untold(untold, next));
        if !round.untold.iter().any(|untold| untold.is_temporary) {
            return None;
        }
        match changes.recv_timeout(next) {
            Ok(out) => return Some(changes.try_iter().last().unwrap_or(out)),
            Err(RecvTimeoutError::Timeout) => wait = LAST_WAIT.min(wait * 2),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

fn say_untold(untold: &Untold, next: Duration) {
    let what = count(untold.feeds, "feed");
    let next = if untold.is_temporary {
        format!("the next try is in {} s", next.as_secs())
    } else {
        "the next build tries again".to_owned()
    };
    say(&format!("warning: {}; {what} not announced, {next}\n", untold.cause));
}
