//! The command line and environment of every run of git: it never prompts, and runs nothing from the repository.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use super::remote::Remote;
use super::run;
use super::trouble::Trouble;
use crate::source::access::Access;

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

/// A run of git that is being prepared.
pub(super) struct Git<'a> {
    command: Command,
    access: &'a Access,
    patient: bool,
}

/// A run of git in a bare repository whose `origin` is the remote.
pub(super) fn git<'a>(repository: &Path, remote: &Remote, access: &'a Access) -> Git<'a> {
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
    command.args(["-c", &format!("http.lowSpeedTime={}", access.timeout.as_secs().max(1))]);
    command.args(["-c", &format!("remote.origin.url={}", remote.address)]);
    Git { command, access, patient: false }
}

/// Whether the user has told git which ssh to run.
fn has_own_ssh() -> bool {
    ["GIT_SSH_COMMAND", "GIT_SSH"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
        || Command::new("git")
            .args(["config", "--get", "core.sshCommand"])
            .output()
            .is_ok_and(|output| output.status.success())
}

impl Git<'_> {
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

    /// Sets the folder to check out into, and the index for it.
    pub(super) fn work_tree(mut self, folder: &Path, index: &Path) -> Self {
        self.command.current_dir(folder).env("GIT_WORK_TREE", folder).env("GIT_INDEX_FILE", index);
        self
    }

    /// Lets the run stay silent until its deadline: git reports no progress while it fetches missing blobs.
    pub(super) fn patient(mut self) -> Self {
        self.patient = true;
        self
    }

    /// Runs git and gives what it prints to standard output.
    ///
    /// # Errors
    /// See [`run::run`].
    pub(super) fn run(self) -> Result<Vec<u8>, Trouble> {
        run::run(self.command, self.access, self.patient)
    }
}
