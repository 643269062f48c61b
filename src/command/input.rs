//! The issues that a command reads.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use patchfeed::config::Config;
use patchfeed::diagnostic::{self, Diagnostic};
use patchfeed::document::Document;
use patchfeed::error::Error;
use patchfeed::facts::newsletter::{Newsletter, Stated, web_folder};
use patchfeed::feed::Conditions;
use patchfeed::issues::{self, Issues};
use patchfeed::item::{self, Listing, Options, Texts};
use patchfeed::source::{self, Access, Text, redacted, sample};
use rayon::prelude::*;

use super::console::say;
use super::value::word;

/// Where the issues come from.
#[derive(Args)]
pub(crate) struct Input {
    /// Files, folders, patterns such as 'posts/*.md', git repositories, web addresses; - is standard input [default: those of the
    /// configuration, else three sample issues]
    #[arg(value_parser = word)]
    pub(crate) issues: Vec<String>,
    /// The folder for copies of what comes over the network [default: the system's folder for caches]
    #[arg(long, value_name = "DIR")]
    pub(crate) cache: Option<PathBuf>,
}

/// What the issues hold.
pub(crate) struct Contents {
    pub(crate) newsletter: Newsletter,
    /// The issues' items, the oldest issue first.
    pub(crate) listings: Vec<Listing>,
    /// How many entries listed something again.
    pub(crate) repeats: usize,
    /// How many blocks were neither entries nor part of one.
    pub(crate) passed_by: usize,
    /// What is reported.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Contents {
    /// How many entries the issues have.
    pub(crate) fn entries(&self) -> usize {
        self.listings.iter().map(|listing| listing.entries).sum()
    }
}

/// What is kept of the items' texts for such feeds.
pub(crate) fn texts_for<'a>(conditions: impl IntoIterator<Item = &'a Conditions>) -> Texts {
    if conditions.into_iter().any(Conditions::look_at_text) { Texts::Searched } else { Texts::Shown }
}

/// Reads the issues and makes their items; `texts` says what is kept of their texts. `config` is completed:
/// without a source, the sample issues are read, and the newsletter is the sample's.
///
/// # Errors
/// A source that can't be read.
pub(crate) fn read(input: &Input, config: &mut Config, texts: Texts, quiet: bool) -> Result<Contents, Error> {
    if !input.issues.is_empty() {
        config.issues.clone_from(&input.issues);
    }
    let sources = if config.issues.is_empty() { sample(config, quiet) } else { found(input, config, quiet)? };
    let read: Vec<(Document, Vec<Diagnostic>)> = sources.par_iter().map(Text::read).collect::<Result<_, _>>()?;
    let (documents, diagnostics): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    let issues = issues::read(&documents, diagnostics.concat(), &config.newsletter, &config.base_url);
    let Issues { newsletter, all, passed_by, mut diagnostics } = issues;
    let (listings, repeats) = item::list(all, &newsletter, Options { base_url: &config.base_url, texts });
    diagnostics.extend(listings.iter().flat_map(|listing| listing.diagnostics.iter().cloned()));
    diagnostics = diagnostic::in_order(diagnostics);
    config.check.apply(&mut diagnostics);
    Ok(Contents { newsletter, listings, repeats, passed_by, diagnostics })
}

/// The sample issues. Their feeds must not be taken for those of the real newsletter, so they have a name and ids of their own.
fn sample(config: &mut Config, quiet: bool) -> Vec<Text> {
    if !quiet {
        say("no issues given: these are the three sample issues built into patchfeed\n");
    }
    config.newsletter = Stated {
        title: Some(sample::TITLE.to_owned()),
        address: web_folder(sample::ADDRESS).ok(),
        sections: std::mem::take(&mut config.newsletter.sections),
        ..Stated::default()
    };
    sample::texts()
}

fn found(input: &Input, config: &Config, quiet: bool) -> Result<Vec<Text>, Error> {
    let found = source::find(&config.issues, &access(input, config))?;
    for notice in found.notices.iter().filter(|_| !quiet) {
        say(&format!("warning: {notice}\n"));
    }
    Ok(found.texts)
}

/// How sources are reached.
pub(crate) fn access(input: &Input, config: &Config) -> Access {
    Access {
        cache: input.cache.clone().or_else(|| config.cache.clone()),
        timeout: Duration::from_secs(config.network.timeout.get().into()),
        size: u64::from(config.network.size.get()) * 1_000_000,
    }
}

/// The error of sources without an issue.
pub(crate) fn no_issue(config: &Config) -> Error {
    Error {
        subject: config.issues.iter().map(|source| redacted(source)).collect::<Vec<_>>().join(" "),
        cause: "there is no issue here: no file has a date or an entry".to_owned(),
    }
}

/// Warns of settings that do nothing. The sample's issues aren't those that a configuration is for.
pub(crate) fn say_unused(config: &Config, listings: &[Listing]) {
    if !config.issues.is_empty() && !listings.is_empty() {
        for unused in config.unused(listings) {
            say(&format!("warning: {}: {unused}\n", config.path.display()));
        }
    }
}
