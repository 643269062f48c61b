//! Where the lines go.

use std::io::{self, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::child;
use crate::error::without_number;
use crate::interrupt::Careful;

/// How often a running command is looked at.
const PAUSE: Duration = Duration::from_millis(10);

/// Where the lines go.
pub enum Output<'a> {
    /// To a stream. An item is printed once the stream has taken its line.
    Stream(&'a mut dyn Write),
    /// To a shell command, which runs once for each item and reads its line from standard input. An item is printed once the
    /// command has succeeded.
    Command {
        /// The command, as the shell takes it.
        command: &'a str,
        /// How long it may take.
        timeout: Duration,
    },
}

/// Why a line wasn't printed, in words.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The stream can't be written: no other line can.
    Stream(String),
    /// There is no such command, or it can't be run: no other line's can.
    NoCommand(String),
    /// The command failed: another line's may not.
    Command(String),
}

impl Output<'_> {
    pub(super) fn print(&mut self, line: &str) -> Result<(), Refusal> {
        match self {
            Self::Stream(stream) => writeln!(stream, "{line}")
                .and_then(|()| stream.flush())
                .map_err(|err| Refusal::Stream(without_number(&err.to_string()).to_owned())),
            Self::Command { command, timeout } => match run(command, line, *timeout) {
                Ok(Some(status)) if status.success() => Ok(()),
                Ok(Some(status)) => Err(refusal(status)),
                Ok(None) => Err(Refusal::Command(format!("the command was ended after {} s", timeout.as_secs()))),
                Err(err) => Err(Refusal::NoCommand(without_number(&err.to_string()).to_owned())),
            },
        }
    }
}

/// Runs a shell command with a line on its standard input. None if it took too long and was ended, with everything that it had
/// started.
fn run(command: &str, line: &str, timeout: Duration) -> io::Result<Option<ExitStatus>> {
    let _careful = Careful::begin(); // what is being posted must be remembered
    let mut running = child::start(Command::new("sh").args(["-c", command]).stdin(Stdio::piped()))?;
    if let Some(mut input) = running.child.stdin.take() {
        let line = format!("{line}\n");
        // A command may succeed without reading all its input, or never read it.
        std::thread::Builder::new()
            .spawn(move || input.write_all(line.as_bytes()))
            .inspect_err(|_| _ = running.end())?;
    }
    let start = Instant::now();
    loop {
        if let Some(status) = running.child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() > timeout {
            return Ok(running.end().filter(ExitStatus::success)); // it may have finished in the moment that it had
        }
        std::thread::sleep(PAUSE);
    }
}

/// Why a command failed.
fn refusal(status: ExitStatus) -> Refusal {
    match status.code() {
        Some(126) => Refusal::NoCommand(
            "the command can't be run (exit status 126); for a script, say `chmod +x` first".to_owned(),
        ),
        Some(127) => Refusal::NoCommand(
            "there is no such command (exit status 127); a script in this folder is ./post.sh, not post.sh".to_owned(),
        ),
        Some(code) => Refusal::Command(format!("exit status {code}")),
        None => Refusal::Command(status.to_string()),
    }
}
