//! A shell command that tells a CDN.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use url::Url;

use crate::child;
use crate::error::{Error, without_number};
use crate::interrupt::Careful;
use crate::net::Access;
use crate::text::{first_words, one_line};

/// How many characters of a command are shown.
const SHOWN: usize = 60;

pub(super) fn purge(command: &str, addresses: &[Url], access: &Access) -> Result<(), Error> {
    // Its arguments may be secrets.
    let name = one_line(command.split_whitespace().next().unwrap_or_default());
    let failed = |cause: String| Error::new(format!("the purge command ({} …)", first_words(&name, SHOWN)), cause);
    let _careful = Careful::begin(); // what it has told must be remembered
    let started = child::start(Command::new("sh").args(["-c", command]).stdin(Stdio::piped()));
    let mut running = started.map_err(|err| failed(without_number(&err.to_string()).to_owned()))?;
    if let Some(mut input) = running.child.stdin.take() {
        let lines: String = addresses.iter().flat_map(|address| [address.as_str(), "\n"]).collect();
        // A command may succeed without reading all its input, or never read it.
        std::thread::spawn(move || input.write_all(lines.as_bytes()));
    }
    let start = Instant::now();
    loop {
        match running.child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => {
                return Err(failed(
                    status.code().map_or_else(|| status.to_string(), |code| format!("exit status {code}")),
                ));
            }
            Ok(None) if start.elapsed() > access.deadline() => {
                running.end();
                return Err(failed(format!("ended after {} s", access.deadline().as_secs())));
            }
            Ok(None) => std::thread::sleep(std::time::Duration::from_millis(20)),
            Err(err) => return Err(failed(without_number(&err.to_string()).to_owned())),
        }
    }
}
