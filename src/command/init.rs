//! `patchfeed init`: writes a commented configuration.

use std::fs::File;
use std::io::Write as _;
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
    let file = File::options().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(TEMPLATE.as_bytes())).map_err(|err| Error::at(path, &err))?;
    if !quiet {
        say(&format!("{}: written, with the defaults\n", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}
