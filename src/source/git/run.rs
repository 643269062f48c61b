//! Runs a command that must end: one that falls silent or takes too long is killed with everything it has started.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::trouble::Trouble;
use crate::source::access::Access;

/// Runs git and gives what it prints to standard output. A `patient` run may stay silent until its deadline.
///
/// # Errors
/// git isn't installed, can't be started, fails, stays silent for too long or takes too long.
pub(super) fn run(mut command: Command, access: &Access, patient: bool) -> Result<Vec<u8>, Trouble> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|err| match err.kind() {
        std::io::ErrorKind::NotFound => Trouble::NoGit,
        _ => Trouble::Local(format!("git: {err}")),
    })?;
    let (sender, heard) = mpsc::channel();
    listen(child.stdout.take(), sender.clone(), Heard::Output);
    listen(child.stderr.take(), sender, Heard::Message);
    let silence = if patient { access.deadline() } else { access.timeout };
    let (status, output, said) = follow(&mut child, &heard, silence, access.deadline())?;
    let said = String::from_utf8_lossy(&said).into_owned();
    if status.success() {
        Ok(output)
    } else if said.contains("Operation too slow") {
        Err(Trouble::TimedOut(format!("no answer in {} s", access.timeout.as_secs())))
    } else {
        Err(Trouble::Failed(said))
    }
}

/// Some bytes that a run has printed.
enum Heard {
    /// To standard output.
    Output(Vec<u8>),
    /// To standard error.
    Message(Vec<u8>),
}

/// Sends on what a stream says until it ends.
fn listen(stream: Option<impl Read + Send + 'static>, to: Sender<Heard>, heard: fn(Vec<u8>) -> Heard) {
    let Some(mut stream) = stream else { return };
    std::thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            if to.send(heard(buffer[..length].to_vec())).is_err() {
                return;
            }
        }
    });
}

/// Waits for a run to end and gives its status, its standard output and its standard error.
fn follow(
    child: &mut Child,
    heard: &Receiver<Heard>,
    silence: Duration,
    deadline: Duration,
) -> Result<(ExitStatus, Vec<u8>, Vec<u8>), Trouble> {
    let start = Instant::now();
    let mut last = start;
    let (mut output, mut said) = (Vec::new(), Vec::new());
    loop {
        let ended = match heard.recv_timeout(Duration::from_millis(20)) {
            Ok(heard) => {
                last = Instant::now();
                match heard {
                    Heard::Output(bytes) => output.extend(bytes),
                    Heard::Message(bytes) => said.extend(bytes),
                }
                None
            }
            Err(RecvTimeoutError::Disconnected) => Some(child.wait()),
            // A process that git leaves behind, such as a shared ssh connection, may keep the streams open.
            Err(RecvTimeoutError::Timeout) if last.elapsed() > Duration::from_secs(1) => child.try_wait().transpose(),
            Err(RecvTimeoutError::Timeout) => None,
        };
        if let Some(status) = ended {
            return Ok((status.map_err(|err| Trouble::Local(format!("git: {err}")))?, output, said));
        }
        if last.elapsed() > silence {
            kill(child);
            return Err(Trouble::TimedOut(format!("no answer in {} s", silence.as_secs())));
        }
        if start.elapsed() > deadline {
            kill(child);
            return Err(Trouble::TimedOut(format!("not finished after {} s", deadline.as_secs())));
        }
    }
}

/// Kills a run with everything it has started, after a moment in which git can remove its lock files.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        use rustix::process::{Signal, kill_process_group};
        let _ = kill_process_group(group, Signal::TERM);
        std::thread::sleep(Duration::from_millis(200));
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}
