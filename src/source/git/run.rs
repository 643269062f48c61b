//! Runs of `git` that ask nothing, run nothing of the repository's, and end.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::remote::Remote;
use crate::source::Options;

/// Why a run gave nothing.
#[derive(Debug)]
pub enum Trouble {
    /// There is no such program.
    NoGit,
    /// The repository is there, the folder in it isn't.
    NoFolder,
    /// Nothing was heard for too long.
    Silent(String),
    /// Git failed, with these words.
    Said(String),
    /// This machine failed.
    World(String),
}

impl Trouble {
    /// The trouble of the file system at a path.
    pub fn world(path: &Path, err: &std::io::Error) -> Self {
        Self::World(format!("{}: {err}", path.display()))
    }
}

/// What the caller's own work in a repository would change here.
const LEAKS: [&str; 18] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DEFAULT_HASH",
    "GIT_DEFAULT_REF_FORMAT",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
    "SSH_ASKPASS",
];

/// What holds in every run, whatever the user's own configuration says.
const CONFIG: [&str; 15] = [
    "core.autocrlf=false",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.quotePath=false",
    "core.sparseCheckout=true",
    "core.sparseCheckoutCone=false",
    "core.symlinks=false",
    "credential.interactive=false",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "http.lowSpeedLimit=1",
    "index.sparse=false",
    "init.defaultObjectFormat=sha1",
    "maintenance.auto=false",
    "submodule.recurse=false",
];

/// A run lasts at most this many times as long as it may be silent.
const PATIENCE: u32 = 10;

/// A run of git to be.
pub struct Git {
    command: Command,
    /// How long it may say nothing.
    silence: Duration,
    /// How long it may take.
    whole: Duration,
}

/// A run of git in a bare repository, whose `origin` is the remote.
pub fn git(repository: &Path, remote: &Remote, options: &Options) -> Git {
    let mut command = Command::new("git");
    for name in LEAKS {
        command.env_remove(name);
    }
    command
        .env("GIT_ALLOW_PROTOCOL", "https:http:ssh:git:file")
        .env("GIT_LFS_SKIP_SMUDGE", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .current_dir(repository.parent().unwrap_or(repository))
        .arg("--git-dir")
        .arg(repository);
    if !remote.address.starts_with("http") && !has_own_ssh() {
        command.env("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
    }
    let seconds = options.timeout.as_secs().max(1);
    for setting in CONFIG {
        command.args(["-c", setting]);
    }
    command.args(["-c", &format!("http.lowSpeedTime={seconds}")]);
    command.args(["-c", &format!("remote.origin.url={}", remote.address)]);
    Git { command, silence: options.timeout, whole: options.timeout * PATIENCE }
}

/// Whether the user has said how to reach a server by ssh.
fn has_own_ssh() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let configured = || Command::new("git").args(["config", "--get", "core.sshCommand"]).output();
    set("GIT_SSH_COMMAND") || set("GIT_SSH") || configured().is_ok_and(|output| output.status.success())
}

impl Git {
    /// With one more argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// With more arguments.
    pub fn args<T: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = T>) -> Self {
        self.command.args(args);
        self
    }

    /// With a folder to check out into, and the index that tells what is in it.
    pub fn work_tree(mut self, folder: &Path, index: &Path) -> Self {
        self.command.current_dir(folder).env("GIT_WORK_TREE", folder).env("GIT_INDEX_FILE", index);
        self
    }

    /// One that may be silent as long as it lasts: git doesn't tell how it gets on when it fetches what it misses.
    pub fn patient(mut self) -> Self {
        self.silence = self.whole;
        self
    }

    /// Runs git and gives what it prints; a run that is silent for too long, or that doesn't end, is killed with all that
    /// it started.
    pub fn run(mut self) -> Result<Vec<u8>, Trouble> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut self.command, 0);
        let child = self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.map_err(|err| match err.kind() {
            std::io::ErrorKind::NotFound => Trouble::NoGit,
            _ => Trouble::World(format!("git: {err}")),
        })?;
        let (sender, heard) = mpsc::channel();
        listen(child.stdout.take(), sender.clone(), |bytes| (bytes, Vec::new()));
        listen(child.stderr.take(), sender, |bytes| (Vec::new(), bytes));
        let begun = Instant::now();
        let mut last = begun;
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let status = loop {
            match heard.recv_timeout(Duration::from_millis(20)) {
                Ok((printed, said)) => {
                    last = Instant::now();
                    out.extend(printed);
                    err.extend(said);
                }
                Err(RecvTimeoutError::Disconnected) => break child.wait(),
                // What it leaves running, such as ssh for the next time, may keep the streams open.
                Err(RecvTimeoutError::Timeout) if last.elapsed() > Duration::from_secs(1) => {
                    if let Some(status) = child.try_wait().transpose() {
                        break status;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if last.elapsed() > self.silence {
                kill(&mut child);
                return Err(Trouble::Silent(format!("no answer in {} s", self.silence.as_secs())));
            }
            if begun.elapsed() > self.whole {
                kill(&mut child);
                return Err(Trouble::Silent(format!("not done in {} s", self.whole.as_secs())));
            }
        };
        let status = status.map_err(|err| Trouble::World(format!("git: {err}")))?;
        let said = String::from_utf8_lossy(&err).into_owned();
        if status.success() {
            Ok(out)
        } else if said.contains("Operation too slow") {
            Err(Trouble::Silent(format!("no answer in {} s", self.whole.as_secs() / u64::from(PATIENCE))))
        } else {
            Err(Trouble::Said(said))
        }
    }
}

/// The one line of git's words that says why.
pub fn cause(said: &str) -> String {
    let lines: Vec<&str> = said.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect();
    let fatal = lines.iter().position(|line| line.starts_with("fatal: "));
    let at = match fatal {
        Some(at) if at > 0 && lines[at].contains("Could not read from remote repository") => at - 1, // ssh said why
        Some(at) => at,
        None => lines.len().saturating_sub(1),
    };
    let line = lines.get(at).copied().unwrap_or("git failed without a word");
    let line = line.trim_start_matches("fatal: ").trim_start_matches("error: ");
    let access = line.strip_prefix("unable to access '").and_then(|rest| rest.split_once("': "));
    match lines.get(at + 1) {
        Some(next) if line.ends_with(':') => format!("{line} {next}"), // `git://` says why on the next line
        _ => access.map_or(line, |(_, cause)| cause).to_owned(),
    }
}

type Heard = (Vec<u8>, Vec<u8>);

/// Sends on what a stream says, until it ends.
fn listen(stream: Option<impl Read + Send + 'static>, to: Sender<Heard>, as_heard: fn(Vec<u8>) -> Heard) {
    let Some(mut stream) = stream else { return };
    std::thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            if to.send(as_heard(buffer[..length].to_vec())).is_err() {
                return;
            }
        }
    });
}

/// Ends a run with all that it started; first in a way that lets git remove its locks.
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
