//! Programs that patchfeed runs: each with everything that it starts, so that all of it can be ended.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, PoisonError};

/// The running children: each leads a group of processes.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// A running program. Dropping it leaves what still runs of it alone.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) child: Child,
}

/// Starts a program in a group of processes of its own.
///
/// # Errors
/// A program that can't be started.
pub(crate) fn start(command: &mut Command) -> io::Result<Running> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let child = command.spawn()?;
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).push(child.id());
    Ok(Running { child })
}

impl Running {
    /// Limits the memory of the program, and of each program that it starts, where the system can.
    pub(crate) fn limit_memory(&self, bytes: u64) {
        #[cfg(target_os = "linux")]
        if let Some(id) = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            use rustix::process::{Resource, Rlimit, prlimit};
            let _ = prlimit(Some(id), Resource::Data, Rlimit { current: Some(bytes), maximum: Some(bytes) });
        }
        #[cfg(not(target_os = "linux"))]
        let _ = bytes;
    }

    /// Ends the program with everything that it has started, after a moment in which it can clean up. Returns how it ended.
    pub(crate) fn end(&mut self) -> Option<ExitStatus> {
        signal_group(self.child.id(), false);
        std::thread::sleep(std::time::Duration::from_millis(200));
        signal_group(self.child.id(), true);
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let id = self.child.id();
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).retain(|running| *running != id);
    }
}

/// Kills every running program with everything that it has started.
pub(crate) fn kill_all() {
    for id in RUNNING.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        signal_group(*id, true);
    }
}

fn signal_group(leader: u32, kill: bool) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(leader).ok().and_then(rustix::process::Pid::from_raw) {
        use rustix::process::{Signal, kill_process_group};
        let _ = kill_process_group(group, if kill { Signal::KILL } else { Signal::TERM });
    }
    #[cfg(not(unix))]
    let _ = (leader, kill);
}
