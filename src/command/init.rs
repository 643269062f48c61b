//! `patchfeed init`: writes a commented configuration, or a workflow for a forge.

mod ci;
mod workflow;

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use clap::builder::PossibleValuesParser;
use patchfeed::config::{Config, LearntConfig, TEMPLATE, learn};
use patchfeed::error::Error;
use patchfeed::facts::newsletter::web_folder;
use url::Url;

use super::console::{count, say};
use super::input::{self, Input, no_issue};
use workflow::{CI_FORGES, PublishTarget};

#[derive(Args)]
#[command(after_help = "\
Examples:
  patchfeed init
  patchfeed init newsletter/posts
  patchfeed init newsletter/posts --config other.toml
  patchfeed init newsletter/posts --ci github
  patchfeed init newsletter/posts --ci gitlab --publish s3 --base-url https://feeds.example.org/")]
pub(crate) struct Init {
    #[command(flatten)]
    input: Input,
    /// Write a workflow for a forge instead, in the repository that this folder is the top of: it checks each change to the issues, and
    /// publishes the site
    #[arg(long, value_name = "FORGE", value_parser = PossibleValuesParser::new(CI_FORGES.iter().map(|forge| forge.name)))]
    ci: Option<String>,
    /// Where the workflow publishes the site
    #[arg(long, value_name = "WHERE", value_enum, default_value_t = PublishTarget::Pages, requires = "ci")]
    publish: PublishTarget,
    /// The address that the site will be served from [default: that of the configuration, else that of the forge's pages]
    #[arg(long, value_name = "URL", value_parser = web_folder, requires = "ci")]
    base_url: Option<Url>,
}

/// Writes the file, `patchfeed.toml` if none is named: what was learnt from issues, or the defaults where none are named. With `--ci`,
/// writes a workflow instead.
///
/// # Errors
/// A source that can't be read or has no issue; a file that is there already, or can't be written.
pub(crate) fn run(options: &Init, path: Option<&Path>, quiet: bool) -> Result<ExitCode, Error> {
    if let Some(forge) = CI_FORGES.iter().find(|forge| options.ci.as_deref() == Some(forge.name)) {
        ci::run(options, forge, path, quiet)?;
        return Ok(ExitCode::SUCCESS);
    }
    let path = path.unwrap_or(Path::new("patchfeed.toml"));
    if path.exists() {
        return Err(is_there(path));
    }
    let learnt = if options.input.issues.is_empty() { None } else { Some(learn_from(&options.input, quiet)?) };
    let text = learnt.as_ref().map_or(TEMPLATE, |learnt| &learnt.text);
    write_new(path, text, &is_there)?;
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

/// Writes a file that isn't there yet.
fn write_new(path: &Path, text: &str, is_there: &dyn Fn(&Path) -> Error) -> Result<(), Error> {
    let mut file = File::create_new(path).map_err(|err| match err.kind() {
        ErrorKind::AlreadyExists => is_there(path),
        _ => Error::at(path, &err),
    })?;
    file.write_all(text.as_bytes()).map_err(|err| {
        let _ = std::fs::remove_file(path); // half of it is worse than nothing
        Error::at(path, &err)
    })
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
