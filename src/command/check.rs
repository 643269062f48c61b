//! `patchfeed check`: shows what is wrong with the issues.

use std::process::ExitCode;

use patchfeed::config::Config;
use patchfeed::error::Error;
use patchfeed::item::Texts;

use super::console::{count, print, rendered, say};
use super::input::{self, Input};

/// Prints the diagnostics; fails if there are any.
///
/// # Errors
/// A source or an output that fails.
pub(crate) fn run(input: &Input, mut config: Config, quiet: bool) -> Result<ExitCode, Error> {
    let contents = input::read(input, &mut config, Texts::Dropped, quiet)?;
    if !quiet {
        print(&rendered(&contents.diagnostics, contents.newsletter.language(), &std::io::stdout()))?;
        if contents.passed_by > 0 {
            let entries = count(contents.entries(), "entry");
            say(&format!("{entries}, {} passed by: lists without links, notices, tables, prose\n", contents.passed_by));
        }
    }
    Ok(if contents.diagnostics.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
