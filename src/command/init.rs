//! `patchfeed init`: writes a commented configuration.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use patchfeed::config::TEMPLATE;
use patchfeed::error::Error;

use super::console::say;

/// Writes the defaults to the file, `patchfeed.toml` if none is named.
///
/// # Errors
/// A file that is there already, or can't be written.
pub(crate) fn run(path: Option<&Path>, quiet: bool) -> Result<ExitCode, Error> {
    let path = path.unwrap_or(Path::new("patchfeed.toml"));
    let mut file = File::create_new(path).map_err(|err| match err.kind() {
        ErrorKind::AlreadyExists => Error::at(path, &"this file is there already; name another one with --config"),
        _ => Error::at(path, &err),
    })?;
    file.write_all(TEMPLATE.as_bytes()).map_err(|err| {
        let _ = std::fs::remove_file(path); // half of it is worse than nothing
        Error::at(path, &err)
    })?;
    if !quiet {
        say(&format!("{}: written, with the defaults\n", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}
