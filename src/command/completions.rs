//! `patchfeed completions`: what a shell needs to complete the command line.

use std::process::ExitCode;

use clap::{Args, Command};
use clap_complete::{Shell, generate};
use patchfeed::error::Error;

use super::console::print;

#[derive(Args)]
#[command(after_help = "\
Examples:
  patchfeed completions bash > ~/.local/share/bash-completion/completions/patchfeed
  patchfeed completions zsh > ~/.zfunc/_patchfeed         with `fpath+=~/.zfunc` before compinit in ~/.zshrc
  patchfeed completions fish > ~/.config/fish/completions/patchfeed.fish")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

/// Prints the shell's script for the command line of a program.
///
/// # Errors
/// An output that can't be written.
pub(crate) fn run(options: &Completions, mut program: Command) -> Result<ExitCode, Error> {
    let mut script = Vec::new();
    generate(options.shell, &mut program, "patchfeed", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}
