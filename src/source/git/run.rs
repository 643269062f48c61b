//! Runs a command that must end: one that falls silent, takes too long or prints too much is ended with everything it has
//! started.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use super::trouble::Trouble;
use crate::child::{self, Running};
use crate::interrupt;
use crate::net::TooMuch;

/// How much of a run's standard error is kept: its end, where the reason is.
const MESSAGE: usize = 1 << 16;

/// How many bytes of memory git may have, besides what issues need: a pack of a kilobyte can stand for gigabytes.
const MEMORY: u64 = 1 << 30;

/// What a run may use.
#[derive(Debug)]
pub(super) struct Bounds {
    /// How long it may stay silent.
    pub(super) silence: Duration,
    /// How long it may take.
    pub(super) deadline: Duration,
    /// A folder, and how many bytes the files in it may have.
    pub(super) folder: PathBuf,
    pub(super) total: u64,
    /// How many bytes an issue may have.
    pub(super) issue: u64,
}

/// Runs git; what it prints to standard output goes to `output`, piece by piece.
///
/// # Errors
/// git isn't installed, can't be started, fails, oversteps its bounds or is interrupted; any error of `output`.
pub(super) fn run(
    mut command: Command,
    bounds: &Bounds,
    output: &mut dyn FnMut(&[u8]) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let child = child::start(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
    let mut running = child.map_err(|err| match err.kind() {
        io::ErrorKind::NotFound => Trouble::NoGit,
        io::ErrorKind::WouldBlock => {
            Trouble::Local("git can't be started: this machine allows no more programs".to_owned())
        }
        _ => Trouble::Local(format!("git can't be started: {err}")),
    })?;
    running.limit_memory(MEMORY.saturating_add(bounds.issue.saturating_mul(4)));
    let followed = listen_to(&mut running).and_then(|heard| follow(&mut running, &heard, bounds, output));
    let (status, said) = followed.inspect_err(|_| _ = running.end())?;
    let said = String::from_utf8_lossy(&said).into_owned();
    if status.success() {
        Ok(())
    } else if said.contains("Operation too slow") {
        Err(no_answer(bounds.silence))
    } else if ["cannot fork", "unable to fork", "create thread", "thread failed to start"]
        .iter()
        .any(|words| said.contains(words))
    {
        Err(Trouble::Local("git failed: this machine allows it no more programs or threads".to_owned()))
    } else {
        Err(Trouble::Failed(said))
    }
}

fn no_answer(silence: Duration) -> Trouble {
    Trouble::TimedOut(format!("no answer in {} s", silence.as_secs()))
}

/// Some bytes that a run has printed.
enum Heard {
    /// To standard output.
    Output(Vec<u8>),
    /// To standard error.
    Message(Vec<u8>),
}

/// Hears what a run prints. A run that prints faster than it is followed waits.
fn listen_to(running: &mut Running) -> Result<Receiver<Heard>, Trouble> {
    let (sender, heard) = mpsc::sync_channel(16);
    let (output, message) = (running.child.stdout.take(), running.child.stderr.take());
    let listening =
        listen(output, sender.clone(), Heard::Output).and_then(|()| listen(message, sender, Heard::Message));
    listening
        .map(|()| heard)
        .map_err(|_| Trouble::Local("git can't be heard: this machine allows no more threads".to_owned()))
}

/// Sends on what a stream says until it ends.
fn listen(
    stream: Option<impl Read + Send + 'static>,
    to: SyncSender<Heard>,
    heard: fn(Vec<u8>) -> Heard,
) -> io::Result<()> {
    let Some(mut stream) = stream else { return Ok(()) };
    let listening = thread::Builder::new().spawn(move || {
        let mut buffer = vec![0; 1 << 15];
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            if to.send(heard(buffer[..length].to_vec())).is_err() {
                return;
            }
        }
    });
    listening.map(|_| ())
}

/// Waits for a run to end and gives its status and the end of its standard error.
fn follow(
    running: &mut Running,
    heard: &Receiver<Heard>,
    bounds: &Bounds,
    output: &mut dyn FnMut(&[u8]) -> Result<(), Trouble>,
) -> Result<(ExitStatus, Vec<u8>), Trouble> {
    let start = Instant::now();
    let (mut last, mut looked) = (start, start);
    let mut said = Vec::new();
    loop {
        let may_have_ended = match heard.recv_timeout(Duration::from_millis(20)) {
            Ok(heard) => {
                last = Instant::now();
                match heard {
                    Heard::Output(bytes) => output(&bytes)?,
                    Heard::Message(bytes) => said.extend(bytes),
                }
                said.drain(..said.len().saturating_sub(MESSAGE));
                false
            }
            Err(RecvTimeoutError::Disconnected) => {
                thread::sleep(Duration::from_millis(1));
                true
            }
            // A process that git leaves behind, such as a shared ssh connection, may keep the streams open.
            Err(RecvTimeoutError::Timeout) => last.elapsed() > Duration::from_secs(1),
        };
        if may_have_ended {
            let ended = running.child.try_wait().map_err(|err| Trouble::Local(format!("git: {err}")))?;
            if let Some(status) = ended {
                return Ok((status, said));
            }
        }
        if interrupt::is_caught() {
            return Err(Trouble::Local("interrupted".to_owned()));
        }
        if last.elapsed() > bounds.silence {
            return Err(no_answer(bounds.silence));
        }
        if start.elapsed() > bounds.deadline {
            return Err(Trouble::TimedOut(format!("not finished after {} s", bounds.deadline.as_secs())));
        }
        if looked.elapsed() > Duration::from_millis(500) {
            looked = Instant::now();
            if size_of(&bounds.folder) > bounds.total {
                return Err(Trouble::Unfit(format!("the server sends {}", TooMuch(bounds.total))));
            }
        }
    }
}

/// How many bytes the files in a folder have.
pub(super) fn size_of(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
}
