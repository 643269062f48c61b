//! The command line and environment of every run of git: it never prompts, and runs nothing from the repository.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::remote::Remote;
use super::run::{self, Bounds};
use super::trouble::Trouble;
use crate::net::Access;

/// Variables that the caller's own work in a repository may set, and that would change what git does here.
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

/// Settings that override the user's own configuration.
const CONFIG: [&str; 10] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "credential.interactive=false",
    "fetch.recurseSubmodules=false",
    "fetch.unpackLimit=1", // what is large stays packed
    "gc.auto=0",
    "http.lowSpeedLimit=1",
    "maintenance.auto=false",
    "pack.threads=1",
    "submodule.recurse=false",
];

/// The largest listing to take from git, in bytes.
const LISTING: usize = 64 << 20;

/// A run of git that is being prepared.
pub(super) struct Git {
    command: Command,
    bounds: Bounds,
}

/// A run of git in a bare repository whose `origin` is the remote.
pub(super) fn git(repository: &Path, remote: &Remote, access: &Access) -> Git {
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
    for setting in CONFIG {
        command.args(["-c", setting]);
    }
    command.args(["-c", &format!("core.bigFileThreshold={}", access.size)]); // git doesn't take what is larger into memory
    command.args(["-c", &format!("http.lowSpeedTime={}", access.timeout.as_secs().max(1))]);
    command.args(["-c", &format!("remote.origin.url={}", remote.address)]);
    let bounds = Bounds {
        silence: access.deadline(),
        deadline: access.deadline(),
        folder: repository.join("objects/pack"),
        total: access.total(),
        issue: access.size,
    };
    command.stdin(Stdio::null());
    Git { command, bounds }
}

/// A run of git in a folder of a work tree, which it only looks at. What is in the folder may come from anybody: a bare repository among its
/// files isn't taken for one, since its settings could run programs, and nothing is fetched.
pub(super) fn in_work_tree(folder: &Path, access: &Access) -> Git {
    let mut command = Command::new("git");
    for name in LEAKS {
        command.env_remove(name);
    }
    command
        .env("GIT_ALLOW_PROTOCOL", "")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .current_dir(folder)
        .stdin(Stdio::null());
    for setting in CONFIG.iter().chain(&["safe.bareRepository=explicit"]) {
        command.args(["-c", setting]);
    }
    let bounds = Bounds {
        silence: access.deadline(),
        deadline: access.deadline(),
        folder: PathBuf::new(),
        total: u64::MAX,
        issue: access.size,
    };
    Git { command, bounds }
}

/// Whether the user has told git which ssh to run.
fn has_own_ssh() -> bool {
    ["GIT_SSH_COMMAND", "GIT_SSH"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
        || Command::new("git")
            .args(["config", "--get", "core.sshCommand"])
            .output()
            .is_ok_and(|output| output.status.success())
}

impl Git {
    /// Adds an argument.
    pub(super) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Adds arguments.
    pub(super) fn args<T: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = T>) -> Self {
        self.command.args(args);
        self
    }

    /// Has git read a file as its standard input.
    pub(super) fn input(mut self, file: File) -> Self {
        self.command.stdin(file);
        self
    }

    /// Says that the run asks the server, which must not stay silent for long.
    pub(super) fn asks_server(mut self, access: &Access) -> Self {
        self.bounds.silence = access.timeout;
        self
    }

    /// Runs git and gives what it prints to standard output.
    ///
    /// # Errors
    /// See [`run::run`]; and a listing that is too long.
    pub(super) fn run(self) -> Result<Vec<u8>, Trouble> {
        let mut listing = Vec::new();
        self.each_piece(&mut |piece| {
            listing.extend_from_slice(piece);
            if listing.len() > LISTING {
                let cause = format!("git answers with more than {} MB", LISTING >> 20);
                return Err(Trouble::Unfit(cause));
            }
            Ok(())
        })?;
        Ok(listing)
    }

    /// Runs git and gives what it prints to standard output piece by piece.
    ///
    /// # Errors
    /// See [`run::run`]; and any error of `output`.
    pub(super) fn each_piece(self, output: &mut dyn FnMut(&[u8]) -> Result<(), Trouble>) -> Result<(), Trouble> {
        run::run(self.command, &self.bounds, output)
    }
}
