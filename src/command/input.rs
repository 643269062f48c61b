//! The issues that a command reads.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::{Args, ValueHint};
use patchfeed::config::Config;
use patchfeed::diagnostic::{self, Diagnostic};
use patchfeed::document::{Document, DraftDocument};
use patchfeed::error::Error;
use patchfeed::facts::newsletter::{Newsletter, Stated, web_folder};
use patchfeed::feed::Conditions;
use patchfeed::issues::{self, Issues, PassedBlock};
use patchfeed::item::{self, Listing, Options, Texts};
use patchfeed::net::{Access, redacted};
use patchfeed::source::{self, Added, FoundTexts, Text, sample};
use rayon::prelude::*;

use super::console::{count, say};
use super::value::word;

/// Where the issues come from.
#[derive(Args)]
pub(crate) struct Input {
    /// Files, folders, patterns such as 'posts/*.md', git repositories, web addresses; - is standard input [default: those of the
    /// configuration, else three sample issues]
    #[arg(value_parser = word, value_hint = ValueHint::AnyPath)]
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
    /// The blocks that were neither entries nor part of one.
    pub(crate) passed_by: Vec<PassedBlock>,
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
    let sources = sources(input, config, quiet)?;
    read_sources(&sources, config, texts, quiet)
}

/// Finds the issues. `config` is completed, as by [`read`].
///
/// # Errors
/// A source that can't be read.
pub(crate) fn sources(input: &Input, config: &mut Config, quiet: bool) -> Result<FoundTexts, Error> {
    if !input.issues.is_empty() {
        config.issues.clone_from(&input.issues);
    }
    if config.issues.is_empty() { Ok(sample(config, quiet)) } else { found(input, config, quiet) }
}

/// Reads issues that were found, and makes their items, as [`read`] does.
///
/// # Errors
/// A file that can't be read.
pub(crate) fn read_sources(
    sources: &FoundTexts,
    config: &mut Config,
    texts: Texts,
    quiet: bool,
) -> Result<Contents, Error> {
    let (mut documents, found) = documents(sources)?;
    let issues = issues::read(&documents, found.clone(), &config.newsletter, &config.base_url);
    let added = added(&issues, config, quiet);
    let issues = if added.is_empty() {
        issues
    } else {
        drop(issues);
        for document in &mut documents {
            document.added = document.added.or(added.get(&document.path).copied());
        }
        issues::read(&documents, found, &config.newsletter, &config.base_url)
    };
    let Issues { newsletter, all, drafts, passed_by, mut diagnostics, .. } = issues;
    if !quiet {
        say_drafts(sources.drafts.iter().map(in_folder).chain(drafts).collect());
    }
    let (listings, repeats) = item::list(all, &newsletter, Options { base_url: &config.base_url, texts });
    config.feeds.iter_mut().for_each(|feed| feed.conditions.find_series(&listings));
    diagnostics.extend(listings.iter().flat_map(|listing| listing.diagnostics.iter().cloned()));
    diagnostics = diagnostic::in_order(diagnostics);
    config.check.apply(&mut diagnostics);
    Ok(Contents { newsletter, listings, repeats, passed_by, diagnostics })
}

/// When the files of issues that nothing dates were added to their git repositories.
fn added(issues: &Issues<'_>, config: &Config, quiet: bool) -> HashMap<String, DateTime<Utc>> {
    let undated = issues.undated();
    if undated.is_empty() {
        return HashMap::new();
    }
    let Added { dates, notices } = source::added(&undated, &access_of(config));
    for notice in notices.iter().filter(|_| !quiet) {
        say(&format!("warning: {notice}\n"));
    }
    dates
}

/// Reads the texts that were found; with what is wrong with them.
///
/// # Errors
/// A file that can't be read.
pub(crate) fn documents(sources: &FoundTexts) -> Result<(Vec<Document>, Vec<Diagnostic>), Error> {
    let read: Vec<(Option<Document>, Vec<Diagnostic>)> =
        sources.texts.par_iter().map(Text::read).collect::<Result<_, _>>()?;
    let (documents, diagnostics): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    Ok((documents.into_iter().flatten().collect(), diagnostics.concat()))
}

/// The sample issues. Their feeds must not be taken for those of the real newsletter, so they have a name and ids of their own.
fn sample(config: &mut Config, quiet: bool) -> FoundTexts {
    if !quiet {
        say("no issues given: these are the three sample issues built into patchfeed\n");
    }
    config.newsletter = Stated {
        title: Some(sample::TITLE.to_owned()),
        address: web_folder(sample::ADDRESS).ok(),
        sections: std::mem::take(&mut config.newsletter.sections),
        ..Stated::default()
    };
    FoundTexts { texts: sample::texts(), ..FoundTexts::default() }
}

fn found(input: &Input, config: &Config, quiet: bool) -> Result<FoundTexts, Error> {
    let found = source::find(&config.issues, &access(input, config))?;
    for notice in found.notices.iter().filter(|_| !quiet) {
        say(&format!("warning: {notice}\n"));
    }
    Ok(found)
}

fn in_folder(text: &Text) -> DraftDocument {
    DraftDocument { path: text.name.clone(), reason: "in a folder for drafts".to_owned() }
}

/// How many drafts are named.
const NAMED: usize = 5;

/// Says which drafts were left out, and why: `3 drafts left out: a.md, b.md (draft: true), c.md (status: draft)`.
fn say_drafts(mut drafts: Vec<DraftDocument>) {
    if drafts.is_empty() {
        return;
    }
    drafts.sort_by(|a, b| (&a.reason, &a.path).cmp(&(&b.reason, &b.path)));
    let named = &drafts[..drafts.len().min(NAMED)];
    let reasons = named.chunk_by(|a, b| a.reason == b.reason).map(|alike| {
        let paths: Vec<&str> = alike.iter().map(|draft| draft.path.as_str()).collect();
        format!("{} ({})", paths.join(", "), alike[0].reason)
    });
    let more = drafts.len() - named.len();
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    let reasons = reasons.collect::<Vec<_>>().join(", ");
    say(&format!("{} left out: {reasons}{more}\n", count(drafts.len(), "draft")));
}

/// How sources are reached.
pub(crate) fn access(input: &Input, config: &Config) -> Access {
    let of_config = access_of(config);
    Access { cache: input.cache.clone().or(of_config.cache), ..of_config }
}

/// The same where no command line says otherwise.
pub(super) fn access_of(config: &Config) -> Access {
    Access {
        cache: config.cache.clone(),
        timeout: Duration::from_secs(config.network.timeout.get().into()),
        size: u64::from(config.network.size.get()) * 1_000_000,
        ..Access::default()
    }
}

/// The error of sources without an issue.
pub(crate) fn no_issue(config: &Config) -> Error {
    Error {
        subject: config.issues.iter().map(|source| redacted(source)).collect::<Vec<_>>().join(" "),
        cause: "there is no issue here: no file that isn't a draft has a date or an entry".to_owned(),
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
