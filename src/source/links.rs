//! Whether links still lead somewhere: each is asked for once, with a pause between two questions to a host, and what was answered
//! is remembered for a while.
//!
//! ```text
//! CACHE/links     patchfeed links 1
//!                 1732665600 200 https://example.org/a
//!                 1732665600 301 https://example.org/b https://example.org/c
//! ```

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use url::Url;

use super::web::{Answer, ask, link_agent};
use crate::error::Error;
use crate::files;
use crate::interrupt;
use crate::net::{self, Access};

/// The first line of the file that remembers answers.
const HEADER: &str = "patchfeed links 1";

/// How long a good answer holds, and how long a bad one, in seconds.
const GOOD: u64 = 30 * 86400;
const BAD: u64 = 3 * 86400;

/// How many hosts are asked at once.
const HOSTS: usize = 8;

/// How many servers' failures in a row show that a host can't be reached.
const FAILURES: usize = 3;

/// An answer, and when it was given, in seconds since 1970.
#[derive(Debug, Clone)]
struct KnownAnswer {
    time: u64,
    answer: Answer,
}

/// Asks for links and gives the answers. `pause` lies between two questions to a host; `step` is called for each link.
///
/// # Errors
/// A cache that can't be read or written, or a signal to stop.
pub fn ask_links(
    addresses: &[&str],
    pause: Duration,
    access: &Access,
    step: &(dyn Fn() + Sync),
) -> Result<HashMap<String, Answer>, Error> {
    let root = net::root(access, "--links")?;
    let path = root.join("links");
    std::fs::create_dir_all(&root).map_err(|err| Error::at(&root, &err))?;
    let lock = files::lock(&root.join("links.lock"), true).map_err(|err| Error::at(&path, &err))?;
    let bytes = if path.exists() {
        files::read(&path, files::LARGEST).map_err(|err| Error::at(&path, &err))?
    } else {
        Vec::new()
    };
    let text = String::from_utf8_lossy(&bytes);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let known = Mutex::new(read(&text, now));
    let mut seen = HashSet::new();
    let mut hosts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for &address in addresses {
        let host = Url::parse(address).ok().and_then(|url| Some(url.host_str()?.to_owned())).unwrap_or_default();
        if seen.insert(address) {
            hosts.entry(host).or_default().push(address);
        }
    }
    let waiting = Mutex::new(hosts.into_values());
    std::thread::scope(|scope| {
        for _ in 0..HOSTS {
            scope.spawn(|| {
                while let Some(of_host) = waiting.lock().ok().and_then(|mut waiting| waiting.next()) {
                    ask_host(&of_host, pause, access, &known, now, step);
                }
            });
        }
    });
    let known = known.into_inner().unwrap_or_default();
    files::replace(&path, written(&known).as_bytes(), false).map_err(|err| Error::at(&path, &err))?;
    drop(lock);
    interrupt::check()?;
    let answers =
        addresses.iter().filter_map(|&address| Some((address.to_owned(), known.get(address)?.answer.clone())));
    Ok(answers.collect())
}

/// Asks a host for its links, one after the other.
fn ask_host(
    addresses: &[&str],
    pause: Duration,
    access: &Access,
    known: &Mutex<BTreeMap<String, KnownAnswer>>,
    now: u64,
    step: &(dyn Fn() + Sync),
) {
    let agent = link_agent(access);
    let (mut failures, mut is_busy) = (0, false);
    let mut last: Option<Instant> = None;
    for &address in addresses {
        step();
        let is_known = known.lock().is_ok_and(|known| known.contains_key(address));
        if is_known || interrupt::is_caught() {
            continue;
        }
        if let (true, Ok(mut known)) = (is_busy, known.lock()) {
            known.insert(address.to_owned(), KnownAnswer { time: now, answer: Answer::Busy });
            continue; // the next run asks for it
        }
        if let Some(last) = last {
            std::thread::sleep(pause.saturating_sub(last.elapsed()));
        }
        last = Some(Instant::now());
        let answer = ask(&agent, address, access);
        if matches!(answer, Answer::Busy) {
            is_busy = true;
        }
        failures = if matches!(answer, Answer::Unreachable(_)) { failures + 1 } else { 0 };
        if failures > FAILURES {
            return; // the next run asks for the rest
        }
        if let Ok(mut known) = known.lock() {
            known.insert(address.to_owned(), KnownAnswer { time: now, answer });
        }
    }
}

/// The answers that still hold. A line that can't be read is left out.
fn read(text: &str, now: u64) -> BTreeMap<String, KnownAnswer> {
    let mut lines = text.lines();
    if lines.next() != Some(HEADER) {
        return BTreeMap::new();
    }
    lines.filter_map(|line| known(line, now)).collect()
}

fn known(line: &str, now: u64) -> Option<(String, KnownAnswer)> {
    let mut words = line.split(' ');
    let (time, status, address) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()?);
    let answer = match status {
        404 | 410 => Answer::Gone(status),
        301 => Answer::Moved(words.next()?.to_owned()),
        _ => Answer::Fine,
    };
    let age = if answer == Answer::Fine { GOOD } else { BAD };
    (time <= now && now - time < age).then(|| (address.to_owned(), KnownAnswer { time, answer }))
}

/// The file's text. An address has no space in it; that a server couldn't be reached isn't remembered.
fn written(known: &BTreeMap<String, KnownAnswer>) -> String {
    let mut text = format!("{HEADER}\n");
    for (address, KnownAnswer { time, answer }) in known {
        let _ = match answer {
            Answer::Fine => writeln!(text, "{time} 200 {address}"),
            Answer::Gone(status) => writeln!(text, "{time} {status} {address}"),
            Answer::Moved(to) => writeln!(text, "{time} 301 {address} {to}"),
            Answer::Unreachable(_) | Answer::Busy => Ok(()),
        };
    }
    text
}
