//! `patchfeed init`: writes a commented configuration.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use patchfeed::config::{Config, LearntConfig, TEMPLATE, learn};
use patchfeed::error::Error;

use super::console::{count, say};
use super::input::{self, Input, no_issue};

#[derive(Args)]
#[command(after_help = "\
Examples:
  patchfeed init
  patchfeed init newsletter/posts
  patchfeed init newsletter/posts --config other.toml")]
pub(crate) struct Init {
    #[command(flatten)]
    input: Input,
}

/// Writes the file, `patchfeed.toml` if none is named: what was learnt from issues, or the defaults where none are named.
///
/// # Errors
/// A source that can't be read or has no issue; a file that is there already, or can't be written.
pub(crate) fn run(options: &Init, path: Option<&Path>, quiet: bool) -> Result<ExitCode, Error> {
    let path = path.unwrap_or(Path::new("patchfeed.toml"));
    if path.exists() {
        return Err(is_there(path));
    }
    let learnt = if options.input.issues.is_empty() { None } else { Some(learn_from(&options.input, quiet)?) };
    let text = learnt.as_ref().map_or(TEMPLATE, |learnt| &learnt.text);
    let mut file = File::create_new(path).map_err(|err| match err.kind() {
        ErrorKind::AlreadyExists => is_there(path),
        _ => Error::at(path, &err),
    })?;
    file.write_all(text.as_bytes()).map_err(|err| {
        let _ = std::fs::remove_file(path); // half of it is worse than nothing
        Error::at(path, &err)
    })?;
    if !quiet {
        let what = learnt.as_ref().map_or("with the defaults".to_owned(), summary);
        say(&format!("{}: written, {what}\n", path.display()));
        learnt.iter().for_each(say_next);
    }
    Ok(ExitCode::SUCCESS)
}

fn is_there(path: &Path) -> Error {
    Error::at(path, &"this file is there already; name another one with --config")
}

/// Learns the newsletter from the issues that the command line names.
fn learn_from(input: &Input, quiet: bool) -> Result<LearntConfig, Error> {
    let mut config = Config::default();
    let sources = input::sources(input, &mut config, quiet)?;
    let (documents, _) = input::documents(&sources)?;
    let learnt = learn(&documents, &config.issues)?;
    if learnt.issues == 0 { Err(no_issue(&config)) } else { Ok(learnt) }
}

/// `as learnt from 44 issues: 《Harbour Weekly》, in en, 812 entries in 7 sections`
fn summary(learnt: &LearntConfig) -> String {
    let (issues, entries) = (count(learnt.issues, "issue"), count(learnt.entries, "entry"));
    let (title, language) = (&learnt.newsletter.title, &learnt.newsletter.language);
    format!("as learnt from {issues}: {title}, in {language}, {entries} in {}", count(learnt.sections, "section"))
}

/// Says what is left to do.
fn say_next(learnt: &LearntConfig) {
    if learnt.differing > 0 {
        let entries = count(learnt.differing, "entry");
        say(&format!(
            "warning: with this file, {entries} would be others; compare what `patchfeed list` shows with it and without it\n"
        ));
    }
    say(
        "read it, mend what was learnt wrong, and give it the address of your site in `base-url`; then `patchfeed build` makes the feeds\n",
    );
}
