//! Whole processes: how long they take, how much memory, and what patchfeed says of its run.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use regex::Regex;

/// How often a process is asked for its memory.
const POLL: Duration = Duration::from_millis(2);

/// What the last line of a build says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) issues: u32,
    pub(crate) items: u32,
    pub(crate) written: u32,
}

/// How long a process takes, from its start to its end. Its standard error goes to the file. Before it starts, what others
/// wrote is on the disk, so that it doesn't wait for their bytes.
pub(crate) fn time(command: &mut Command, stderr: &Path) -> io::Result<Duration> {
    if cfg!(unix) {
        Command::new("sync").status()?;
    }
    command.stdout(Stdio::null()).stderr(fs::File::create(stderr)?);
    let start = Instant::now();
    let status = command.status()?;
    let time = start.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    Ok(time)
}

/// The most memory that a process has resident at once, in bytes; known on Linux alone.
pub(crate) fn peak(command: &mut Command, stderr: &Path) -> io::Result<Option<u64>> {
    let mut child = command.stdout(Stdio::null()).stderr(fs::File::create(stderr)?).spawn()?;
    let status_path = format!("/proc/{}/status", child.id());
    let mut peak = None;
    loop {
        let now = fs::read_to_string(&status_path).ok().and_then(|status| kibibytes(&status, "VmHWM:"));
        peak = now.map(|kibibytes| kibibytes * 1024).or(peak); // an ended process has none
        if let Some(status) = child.try_wait()? {
            assert!(status.success(), "{command:?}: {status}");
            return Ok(peak);
        }
        thread::sleep(POLL);
    }
}

/// The number of a line `NAME 1234 kB`, as files of `/proc` have them.
pub(crate) fn kibibytes(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_suffix("kB")?.trim().parse().ok())
}

/// Reads the last line of a build's standard error.
pub(crate) fn summary(stderr: &Path) -> io::Result<Summary> {
    let text = fs::read_to_string(stderr)?;
    let line = text.lines().last().unwrap_or_default();
    let form = Regex::new(r": (\d+) issues?, \d+ entr(?:y|ies), (\d+) items?, .* (\d+) files? written, ")
        .expect("the expression is right");
    let parts = form.captures(line).unwrap_or_else(|| panic!("no summary of a build: {line:?}"));
    let number = |at: usize| parts[at].parse().expect("a count is a number");
    Ok(Summary { issues: number(1), items: number(2), written: number(3) })
}
