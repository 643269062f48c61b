//! `patchfeed list`: shows entries.

use std::collections::{BTreeSet, HashSet};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use patchfeed::config::{self, Config};
use patchfeed::error::Error;
use patchfeed::feed::{Conditions, Names};
use patchfeed::item::{Item, Listing};
use patchfeed::text::shown;
use patchfeed::write;

use super::console::{print, say};
use super::input::{self, Input, no_issue};
use super::value::{meant, number, word};

#[derive(Args)]
#[command(after_help = "\
Examples:
  patchfeed list newsletter/posts --section riscv
  patchfeed list newsletter/posts --issue 45 --format json
  patchfeed list newsletter/posts --match '{ kind = [\"pull\"], title = \"(?i)kvm\" }'")]
pub(crate) struct List {
    #[command(flatten)]
    input: Input,
    /// Only the entries of a section
    #[arg(long, value_name = "SLUG", value_parser = word)]
    section: Option<String>,
    /// Only the entries of an issue
    #[arg(long, value_name = "NUMBER", value_parser = number::<u32>)]
    issue: Option<u32>,
    /// Only the entries that meet conditions, written as in a [[feed]]: `{ kind = ["patch"] }`
    #[arg(long = "match", value_name = "TOML", value_parser = config::conditions)]
    conditions: Option<Conditions>,
    /// A table for people, or one JSON Feed item a line
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    format: ListFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    Table,
    Json,
}

/// Prints the entries, the newest issue first.
///
/// # Errors
/// A source or an output that fails; a section that no entry stands in, an issue that isn't there.
pub(crate) fn run(options: &List, mut config: Config, quiet: bool) -> Result<ExitCode, Error> {
    let texts = input::texts_for(&options.conditions);
    let listings = input::read(&options.input, &mut config, texts, quiet)?.listings;
    if listings.is_empty() {
        return Err(no_issue(&config));
    }
    let names = Names::of(&listings);
    if let Some(slug) = &options.section {
        check_section(slug, &names)?;
    }
    if let Some(number) = options.issue {
        check_issue(number, &listings)?;
    }
    let mut conditions = options.conditions.clone();
    if let Some(conditions) = &mut conditions {
        conditions.find_series(&listings);
    }
    let unmet = conditions.as_ref().map(|conditions| conditions.unmet(&names)).unwrap_or_default();
    for unmet in unmet.iter().filter(|_| !quiet) {
        say(&format!("warning: --match: {unmet}\n"));
    }
    let mut listed = HashSet::new(); // an item that two issues list is shown in the first
    let mut lines: Vec<String> = Vec::new(); // of each issue, the oldest first
    for listing in &listings {
        let wanted = listing.items.iter().filter(|item| {
            options.wants(listing, item)
                && conditions.as_ref().is_none_or(|conditions| conditions.hold(item))
                && listed.insert(item.id)
        });
        lines.push(wanted.map(|item| line(listing, item, options.format)).collect());
    }
    if !quiet && listed.is_empty() && unmet.is_empty() {
        say("no entry meets all of these conditions\n");
    }
    lines.iter().rev().try_for_each(|lines| print(lines))?;
    Ok(ExitCode::SUCCESS)
}

impl List {
    fn wants(&self, listing: &Listing, item: &Item) -> bool {
        self.issue.is_none_or(|number| listing.issue.number == Some(number))
            && self.section.as_ref().is_none_or(|slug| item.sections.iter().any(|section| section.slug == *slug))
    }
}

fn line(listing: &Listing, item: &Item, format: ListFormat) -> String {
    match format {
        ListFormat::Json => String::from_utf8_lossy(&write::json_item(item)).into_owned() + "\n",
        ListFormat::Table => {
            let sections: Vec<&str> = item.sections.iter().map(|section| section.slug.as_str()).collect();
            format!("{:>5}  {:<12}  {}\n", listing.slug, sections.join(","), shown(&item.title))
        }
    }
}

fn check_section(slug: &str, names: &Names<'_>) -> Result<(), Error> {
    let slugs: Vec<&str> = names.sections().collect();
    if slugs.contains(&slug) {
        return Ok(());
    }
    let meant = meant(names.titled(slug).unwrap_or(slug), "sections", &slugs);
    Err(Error::new("--section", format!("no entry has the section {slug:?}{meant}")))
}

fn check_issue(number: u32, listings: &[Listing]) -> Result<(), Error> {
    let numbers: BTreeSet<u32> = listings.iter().filter_map(|listing| listing.issue.number).collect();
    if numbers.contains(&number) {
        return Ok(());
    }
    let before = numbers.range(..number).next_back();
    let after = numbers.range(number..).next();
    let others = match (before, after, numbers.first(), numbers.last()) {
        (Some(before), Some(after), ..) => format!("the nearest are {before} and {after}"),
        (.., Some(first), Some(last)) if first == last => format!("the only one with a number is {first}"),
        (.., Some(first), Some(last)) => format!("the issues are {first} to {last}"),
        _ => "no issue has a number".to_owned(),
    };
    Err(Error::new("--issue", format!("there is no issue {number}; {others}")))
}
