//! `patchfeed check`: shows what is wrong with the issues, and what the newest one lists.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use clap::builder::PossibleValuesParser;
use patchfeed::config::Config;
use patchfeed::diagnostic::{self, Diagnostic, Place, Problem, ProblemKind, REPORTS};
use patchfeed::error::Error;
use patchfeed::facts::language::Language;
use patchfeed::item::{Listing, Texts};
use patchfeed::net::Access;
use patchfeed::source::{self, Answer};

use super::console::{count, print, say, style};
use super::input::{self, Contents, Input, no_issue, say_unused};
use super::kinds::Kinds;
use super::overview::{self, overview};
use super::passed_by::passed_by;
use super::progress::Progress;

/// What stands for all kinds of problems.
const ALL: &str = "all";

#[derive(Args)]
#[command(after_help = "\
Examples:
  patchfeed check newsletter/posts
  patchfeed check newsletter/posts/2024-05-04-issue-89.md
  patchfeed check newsletter/posts --since origin/main
  patchfeed check newsletter/posts --passed-by
  patchfeed check --explain no-date")]
pub(crate) struct Check {
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    kinds: Kinds,
    /// Only of the issues that differ from a git revision, such as origin/main
    #[arg(long, value_name = "REVISION")]
    since: Option<String>,
    /// Ask for the links of these issues whether they still lead somewhere
    #[arg(long)]
    links: bool,
    /// Name what was passed by: blocks that are neither entries nor part of one
    #[arg(long, conflicts_with = "format")]
    passed_by: bool,
    /// For people, or for what shows problems beside a change
    #[arg(long, value_name = "FORMAT", default_value = REPORTS[0].name, value_parser = PossibleValuesParser::new(REPORTS.iter().map(|report| report.name)))]
    format: String,
    /// Say what a kind of problem means; without a kind, list all of them
    #[arg(long, value_name = "KIND", num_args = 0..=1, default_missing_value = ALL, value_parser = named_or_all(), hide_possible_values = true)]
    explain: Option<String>,
}

fn named_or_all() -> PossibleValuesParser {
    PossibleValuesParser::new(ProblemKind::ALL.iter().map(|kind| kind.name()).chain([ALL]))
}

/// Prints the diagnostics; fails if there are any.
///
/// # Errors
/// A source or an output that fails; sources without an issue.
pub(crate) fn run(options: &Check, mut config: Config, quiet: bool) -> Result<ExitCode, Error> {
    if let Some(name) = &options.explain {
        print(&explanation(name, &config))?;
        return Ok(ExitCode::SUCCESS);
    }
    config.check = options.kinds.over(&config.check);
    let texts = match input::texts_for(config.feeds.iter().map(|feed| &feed.conditions)) {
        Texts::Searched => Texts::Searched,
        _ => Texts::Dropped,
    };
    let mut contents = input::read(&options.input, &mut config, texts, quiet)?;
    let report = REPORTS.iter().find(|report| report.name == options.format).unwrap_or(&REPORTS[0]);
    let is_for_people = report.name == REPORTS[0].name;
    let mut shown: Vec<usize> = (0..contents.listings.len()).rev().take(1).collect();
    if let Some(revision) = &options.since {
        let access = input::access(&options.input, &config);
        let changed = source::changed_since(revision, &files(&contents), &access)?;
        contents.diagnostics.retain(|diagnostic| is_among(&diagnostic.path, &changed));
        contents.passed_by.retain(|passed| is_among(&passed.path, &changed));
        shown = (0..contents.listings.len()).filter(|&at| is_among(&contents.listings[at].path, &changed)).collect();
        if shown.is_empty() && contents.diagnostics.is_empty() && !quiet {
            if !is_for_people {
                print(&(report.write)(&[], style(contents.newsletter.language(), &std::io::stdout())))?;
            }
            say(&format!("no issue differs from {revision}\n"));
            return Ok(ExitCode::SUCCESS);
        }
    }
    let mut more = missing_sections(&contents, &shown);
    if options.links {
        let listings: Vec<&Listing> = shown.iter().map(|&at| &contents.listings[at]).collect();
        let dead = dead_links(&listings, &input::access(&options.input, &config), &config, quiet)?;
        more.extend(dead);
    }
    config.check.apply(&mut more);
    contents.diagnostics.extend(more);
    contents.diagnostics = diagnostic::in_order(contents.diagnostics);
    let language = contents.newsletter.language();
    if !is_for_people {
        contents.diagnostics.iter_mut().for_each(shorten_path);
    }
    if !quiet || !is_for_people {
        print(&(report.write)(&contents.diagnostics, style(language, &std::io::stdout())))?;
    }
    if contents.listings.is_empty() {
        return Err(no_issue(&config));
    }
    if !quiet {
        say_unused(&config, &contents.listings);
        let summary = summary(&contents, &shown, options.passed_by, language);
        if is_for_people {
            print(&summary)?;
        } else {
            // Headings stand in the rest, and what shows annotations may read commands there.
            say(&format!("{}\n", summary.lines().next().unwrap_or_default()));
        }
    }
    Ok(if contents.diagnostics.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reports the sections that are missing in issues.
fn missing_sections(contents: &Contents, shown: &[usize]) -> Vec<Diagnostic> {
    let missing = shown.iter().flat_map(|&at| {
        let titles = overview::missing_sections(&contents.listings, at).into_iter();
        titles.map(move |title| (&contents.listings[at].path, title.to_owned()))
    });
    let first_line = Place { line: 1, column: 1, start: 0, end: 0, source: String::new() };
    missing.map(|(path, title)| Diagnostic::new(path, first_line.clone(), Problem::MissingSection(title))).collect()
}

/// Asks for the links of issues and reports those that lead nowhere.
fn dead_links(listings: &[&Listing], access: &Access, config: &Config, quiet: bool) -> Result<Vec<Diagnostic>, Error> {
    let addresses: Vec<&str> =
        listings.iter().flat_map(|listing| &listing.links).map(|link| link.url.as_str()).collect();
    let progress = Progress::new(quiet, addresses.len(), "links");
    let answers = source::ask_links(&addresses, config.network.pause(), access, &|| progress.step())?;
    progress.finish();
    let busy = answers.values().filter(|answer| matches!(answer, Answer::Busy)).count();
    if busy > 0 && !quiet {
        let links = count(busy, "link");
        say(&format!("warning: {links} not asked for, since the server wants to be left alone; run it again later\n"));
    }
    let mut dead = Vec::new();
    for (listing, link) in listings.iter().flat_map(|listing| listing.links.iter().map(move |link| (listing, link))) {
        let problem = match answers.get(&link.url) {
            Some(Answer::Gone(status)) => Problem::GoneLink(*status),
            Some(Answer::Moved(to)) => Problem::MovedLink(to.clone()),
            Some(Answer::Unreachable(cause)) => Problem::UnreachableLink(cause.clone()),
            Some(Answer::Fine | Answer::Busy) | None => continue,
        };
        dead.push(Diagnostic::new(&listing.path, link.place.clone(), problem));
    }
    Ok(dead)
}

/// Names the file from the current folder on: what shows problems beside a change knows files by their paths in the repository.
fn shorten_path(diagnostic: &mut Diagnostic) {
    let here = std::env::current_dir().unwrap_or_default();
    let path = Path::new(&diagnostic.path);
    let path = path.strip_prefix(&here).or_else(|_| path.strip_prefix(".")).unwrap_or(path);
    diagnostic.path = path.to_string_lossy().into_owned();
}

/// The files that the issues may stand in.
fn files(contents: &Contents) -> Vec<&Path> {
    let issues = contents.listings.iter().map(|listing| &listing.path);
    issues.chain(contents.diagnostics.iter().map(|diagnostic| &diagnostic.path)).map(Path::new).collect()
}

fn is_among(path: &str, files: &HashSet<PathBuf>) -> bool {
    Path::new(path).canonicalize().is_ok_and(|path| files.contains(&path))
}

/// What is right and what isn't, in a line; what was passed by; and the overviews of some issues.
fn summary(contents: &Contents, shown: &[usize], is_listed: bool, language: Language) -> String {
    let problems: usize = contents.diagnostics.iter().map(|diagnostic| 1 + diagnostic.more).sum();
    let (issues, entries) = (contents.listings.len(), contents.entries());
    let mut summary = match (language, problems) {
        (Language::Chinese, 0) => format!("{issues} 期，{entries} 条：没有发现问题\n"),
        (Language::Chinese, _) => format!("{issues} 期，{entries} 条：{problems} 个问题\n"),
        (Language::English, 0) => {
            format!("{}, {}: nothing is wrong\n", count(issues, "issue"), count(entries, "entry"))
        }
        (Language::English, _) => {
            let problems = count(problems, "problem");
            format!("{}, {}: {problems}\n", count(issues, "issue"), count(entries, "entry"))
        }
    };
    summary.push_str(&passed_by(&contents.passed_by, is_listed, language));
    let overviews = shown.iter().map(|&at| "\n".to_owned() + &overview(&contents.listings, at, language));
    summary + &overviews.collect::<String>()
}

/// What a kind of problem means, or what all of them mean.
fn explanation(name: &str, config: &Config) -> String {
    let language = language(config);
    let kinds = ProblemKind::ALL.iter().filter(|kind| name == ALL || name == kind.name());
    kinds.flat_map(|kind| [kind.name(), "\n    ", kind.explanation(language), "\n"]).collect()
}

/// The language of the newsletter, if the configuration says it, or else of whoever asks.
fn language(config: &Config) -> Language {
    let asked = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    Language::from_tag(config.newsletter.language.as_ref().or(asked.as_ref()).map_or("en", String::as_str))
}
