//! Where the lines go.

use std::io::Write;
use std::process::{Command, ExitStatus, Stdio};

use crate::error::Error;

/// Where the lines go.
pub enum Output<'a> {
    /// To a stream. An item is printed once the stream has taken its line.
    Stream(&'a mut dyn Write),
    /// To a shell command, which runs once for each item and reads its line from standard input. An item is printed once the
    /// command has succeeded.
    Command(&'a str),
}

impl Output<'_> {
    pub(super) fn print(&mut self, line: &str) -> Result<(), Error> {
        match self {
            Self::Stream(stream) => writeln!(stream, "{line}")
                .and_then(|()| stream.flush())
                .map_err(|err| Error { subject: "standard output".to_owned(), cause: err.to_string() }),
            Self::Command(command) => {
                let cause = match run(command, line) {
                    Ok(status) if status.success() => return Ok(()),
                    Ok(status) => format!("{status}; the next run tries this item again"),
                    Err(err) => err.to_string(),
                };
                Err(Error { subject: format!("--exec {command}"), cause })
            }
        }
    }
}

/// Runs a shell command with a line on its standard input.
fn run(command: &str, line: &str) -> std::io::Result<ExitStatus> {
    let mut child = Command::new("sh").args(["-c", command]).stdin(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        let _ = writeln!(input, "{line}"); // a command may succeed without reading all its input
    }
    child.wait()
}
