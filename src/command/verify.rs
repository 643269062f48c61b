//! `patchfeed verify`: fetches a published site as readers do, and says what is wrong for them.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use patchfeed::config::Config;
use patchfeed::error::Error;
use patchfeed::net::redacted;
use patchfeed::text::shown;
use patchfeed::verify::{Finding, Verified, verify};
use url::Url;

use super::console::{count, print, say};
use super::input;

#[derive(Args)]
#[command(after_help = "\
Examples:
  patchfeed verify https://feeds.example.org/
  patchfeed verify https://feeds.example.org/ --site site
  patchfeed verify https://blog.example.net/index.xml")]
pub(crate) struct Verify {
    /// A feed, a page that announces feeds, or a list of feeds (OPML) [default: `base-url` of patchfeed.toml]
    #[arg(value_name = "URL", value_parser = web_address)]
    address: Option<Url>,
    /// The folder that is published there: say, too, which of its files are missing, or are sent as something else
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// Show every line, also where the same is wrong with many addresses
    #[arg(long)]
    all: bool,
}

/// How many lines may say the same of different addresses.
const ALIKE: usize = 3;

fn web_address(text: &str) -> Result<Url, String> {
    let address = Url::parse(text).ok().filter(|address| matches!(address.scheme(), "http" | "https"));
    address.ok_or_else(|| "this isn't an address on the web, such as https://feeds.example.org/".to_owned())
}

/// Prints what is wrong; fails if anything is.
///
/// # Errors
/// An address that can't be reached, a folder that can't be read, an output that fails.
pub(crate) fn run(options: &Verify, config: &Config, quiet: bool) -> Result<ExitCode, Error> {
    let configured = Some(&config.base_url).filter(|base_url| **base_url != Config::default().base_url);
    let address = options.address.as_ref().or(configured).ok_or_else(|| {
        Error::new("verify", "no address is named; write `patchfeed verify https://feeds.example.org/`")
    })?;
    let verified = verify(address, options.site.as_deref(), &input::access_of(config))?;
    let Verified { feeds, documents, findings, unused, left_out } = &verified;
    print(&lines(findings, if options.all { usize::MAX } else { ALIKE }))?;
    if !quiet {
        let address = redacted(address.as_str());
        let wrong = match findings.len() {
            0 if *left_out > 0 => "nothing is wrong with these".to_owned(),
            0 => "nothing is wrong".to_owned(),
            1 => "1 thing is wrong".to_owned(),
            wrong => format!("{wrong} things are wrong"),
        };
        say(&format!("{address}: {}, {}: {wrong}\n", count(*feeds, "feed"), count(*documents, "document")));
    }
    if let [first, more @ ..] = &unused[..]
        && !quiet
    {
        let more = match more.len() {
            0 => String::new(),
            more => format!(" (and {} more)", count(more, "feed")),
        };
        say(&format!("warning: {}: holds no item{more}\n", shown(first)));
    }
    if *left_out > 0 && !quiet {
        say(&format!(
            "warning: {} not looked at: there are too many, or their server doesn't answer\n",
            count(*left_out, "document")
        ));
    }
    Ok(if findings.is_empty() && *left_out == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A line for each finding. Where more than so many are alike, the first one stands for all of them.
fn lines(findings: &[(String, Finding)], alike: usize) -> String {
    let mut kinds: Vec<(&Finding, usize)> = Vec::new();
    for (_, finding) in findings {
        match kinds.iter_mut().find(|(known, _)| known.is_like(finding)) {
            Some((_, count)) => *count += 1,
            None => kinds.push((finding, 1)),
        }
    }
    let mut lines = String::new();
    for (address, finding) in findings {
        let (first, count) = kinds.iter().find(|(known, _)| known.is_like(finding)).expect("all kinds are there");
        let line = format!("{}: {}", shown(address), shown(&finding.to_string()).replace('\n', " "));
        if *count <= alike {
            lines += &(line + "\n");
        } else if std::ptr::eq(*first, finding) {
            let more = format!(" (and {} more like this, which --all shows)\n", count - 1);
            lines += &(line + &more);
        }
    }
    lines
}
