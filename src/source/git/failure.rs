//! What git's messages mean to the user.

use super::remote::Remote;
use super::trouble::Trouble;
use crate::net::{Failure, redacted};

/// The failure that a trouble amounts to, in words that say what to do.
pub(super) fn failure(trouble: Trouble, remote: &Remote) -> Failure {
    match trouble {
        Trouble::NoGit => Failure::Permanent("git is not installed".to_owned()),
        Trouble::NoFolder => Failure::Permanent(format!("the repository has no folder {:?}", remote.folder)),
        Trouble::Unfit(cause) | Trouble::Local(cause) => Failure::Permanent(cause),
        Trouble::TimedOut(cause) => Failure::Temporary(cause),
        Trouble::Failed(said) | Trouble::NoBlobs(said) => {
            interpret(&said.replace(&remote.address, &redacted(&remote.address)), remote)
        }
    }
}

fn interpret(said: &str, remote: &Remote) -> Failure {
    if said.contains("couldn't find remote ref") {
        return Failure::Permanent(match &remote.reference {
            Some(reference) => format!("no branch or tag {reference:?}"),
            None => "the repository is empty".to_owned(),
        });
    }
    if said.contains("Out of memory") || said.contains("out of memory") {
        return Failure::Temporary("git ran out of memory: something in the repository is too large".to_owned());
    }
    if said.contains("No space left on device") {
        return Failure::Temporary("no space is left on the disk of the cache".to_owned());
    }
    if said.contains("Could not resolve host") {
        return Failure::Temporary("the server's name is unknown; check the address and the network".to_owned());
    }
    let denied = ["could not read Username", "could not read Password", "Authentication failed", "Permission denied ("];
    if denied.iter().any(|words| said.contains(words)) {
        return Failure::Permanent("no such repository, or no permission to read it".to_owned());
    }
    let missing = ["not found", "does not exist", "does not appear to be a git repository", "strange hostname"];
    if missing.iter().any(|words| said.contains(words)) {
        return Failure::Permanent(cause(said));
    }
    Failure::Temporary(cause(said))
}

/// The one line of git's standard error that gives the reason.
fn cause(said: &str) -> String {
    let lines: Vec<&str> = said.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect();
    let fatal = lines.iter().position(|line| line.starts_with("fatal: "));
    let at = match fatal {
        Some(at) if at > 0 && lines[at].contains("Could not read from remote repository") => at - 1, // ssh gave the reason
        Some(at) => at,
        None => lines.len().saturating_sub(1),
    };
    let line = lines.get(at).copied().unwrap_or("git failed without a message");
    let line = line.trim_start_matches("fatal: ").trim_start_matches("error: ");
    let access = line.strip_prefix("unable to access '").and_then(|rest| rest.split_once("': "));
    match lines.get(at + 1) {
        Some(next) if line.ends_with(':') => format!("{line} {next}"), // for `git://` the reason is on the next line
        _ => access.map_or(line, |(_, cause)| cause).to_owned(),
    }
}
