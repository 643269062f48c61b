//! `patchfeed init --ci`: writes the workflow of a forge.

use std::fs;
use std::path::{Component, Path};

use patchfeed::config::Config;
use patchfeed::error::Error;
use patchfeed::item::Texts;
use patchfeed::net::is_here;
use url::Url;

use super::workflow::{CiForge, PublishTarget, SetUp, workflow};
use super::{Init, write_new};
use crate::command::console::{count, say};
use crate::command::input::{self, no_issue};

/// Writes the workflow, and says what is left to do.
///
/// # Errors
/// Issues that can't be read, or that no workflow can name; a site without an address; a file that is there already, or can't be written.
pub(super) fn run(options: &Init, forge: &CiForge, path: Option<&Path>, quiet: bool) -> Result<(), Error> {
    let file = Path::new(forge.path);
    if file.symlink_metadata().is_ok() {
        return Err(is_there(file));
    }
    let mut config = Config::read(path)?;
    let issues = issues(options, &config)?;
    let named = configuration(path)?;
    let base_url = base_url(options, &config, forge)?;
    let names_bucket = names_bucket(options, &config)?;
    let contents = input::read(&options.input, &mut config, Texts::Dropped, true)?;
    if contents.listings.is_empty() {
        return Err(no_issue(&config));
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|err| Error::at(folder, &err))?;
    }
    let text = workflow(forge, options.publish, &issues, named.as_deref(), base_url.as_ref(), names_bucket);
    write_new(file, &text, &is_there)?;
    if !quiet {
        let found = count(contents.listings.len(), "issue");
        let place = match options.publish {
            PublishTarget::Pages => forge.pages,
            PublishTarget::S3 => "a bucket",
            PublishTarget::Branch => "the branch `feeds`",
        };
        say(&format!("{}: written; it checks changes to the {found}, and publishes to {place}\n", file.display()));
        let bucket = match (options.publish, names_bucket) {
            (PublishTarget::S3, false) => ", and the variable S3_BUCKET, the bucket's name",
            _ => "",
        };
        match (forge.set_up)(options.publish) {
            SetUp::Before(words) => say(&format!("{words}{bucket}; then commit it and push it\n")),
            SetUp::After(words) => say(&format!("commit it and push it; {words}\n")),
        }
        say(concat!(
            "the workflow installs patchfeed ",
            env!("CARGO_PKG_VERSION"),
            " from crates.io; if another place has it, change the line `cargo install`\n"
        ));
        if !Path::new(".git").exists() {
            say("warning: this folder isn't the top of a git repository, and only there the file is found\n");
        }
    }
    Ok(())
}

fn is_there(path: &Path) -> Error {
    Error::at(
        path,
        &"this file is there already, so nothing was changed; move it away, run this again, and bring the two together",
    )
}

/// What the workflow's commands are told: the issues, unless the configuration names them.
fn issues(options: &Init, config: &Config) -> Result<Vec<String>, Error> {
    let issues = if options.input.issues.is_empty() { &config.issues } else { &options.input.issues };
    if issues.is_empty() {
        return Err(Error::new("--ci", "name the folder of the issues: patchfeed init path/to/issues --ci …"));
    }
    issues.iter().try_for_each(|source| check_place(source))?;
    Ok(options.input.issues.iter().map(|source| no_option(source)).collect())
}

/// The configuration that they are told, if one is named.
fn configuration(path: Option<&Path>) -> Result<Option<String>, Error> {
    let Some(path) = path.map(Path::to_string_lossy) else { return Ok(None) };
    check_place(&path)?;
    Ok(Some(no_option(&path)))
}

/// A path that no command takes for an option.
fn no_option(path: &str) -> String {
    if path.starts_with('-') { format!("./{path}") } else { path.to_owned() }
}

/// Fails unless a path lies in the repository and may stand in a workflow.
fn check_place(path: &str) -> Result<(), Error> {
    let is_elsewhere = path == "-"
        || path.contains("://")
        || path.starts_with("git@")
        || Path::new(path).components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir));
    if is_elsewhere {
        let cause = "a workflow reads what its repository has; name a path from the repository's top on, without `..`";
        return Err(Error::new(path, cause));
    }
    // YAML takes these for the end of a line, or not at all.
    if path.contains(|c: char| c.is_control() || "\u{2028}\u{2029}\u{FEFF}\u{FFFD}\u{FFFE}\u{FFFF}".contains(c)) {
        return Err(Error::new(path, "no workflow can hold a name with this character; give it another one"));
    }
    Ok(())
}

/// Whether the configuration says into which bucket the site goes.
fn names_bucket(options: &Init, config: &Config) -> Result<bool, Error> {
    match config.deploy.to.as_deref() {
        Some(to) if options.publish == PublishTarget::S3 && !to.starts_with("s3://") => {
            let cause = format!(
                "[deploy] puts the site at {to}, and the workflow has only what S3 asks for; write `to` as s3://…, or change the workflow of another target"
            );
            Err(Error::new("--publish s3", cause))
        }
        to => Ok(to.is_some()),
    }
}

/// The address of the site; none if the forge tells it.
fn base_url(options: &Init, config: &Config, forge: &CiForge) -> Result<Option<Url>, Error> {
    let stated = options.base_url.clone().or_else(|| (!is_here(&config.base_url)).then(|| config.base_url.clone()));
    if stated.is_none() && !(forge.knows_address && options.publish == PublishTarget::Pages) {
        return Err(Error::new("--base-url", "say the address that readers will find the site at"));
    }
    Ok(stated)
}
