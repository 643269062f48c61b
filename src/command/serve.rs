//! `patchfeed serve`: builds the site, serves it, and builds it again whenever its sources change.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use patchfeed::config::{BASE_URL, Config};
use patchfeed::error::Error;
use patchfeed::item::Texts;
use patchfeed::net::is_here;
use patchfeed::publish::{self, SiteCopy};
use patchfeed::serve::{self, Banner, BuildOutcome, Limits, Listening, ServedItems, ServedSite, Server, SiteFacts};
use url::Url;

use super::build::{self, Built};
use super::console::{count, say};
use super::input::{self, Contents};
use super::ping::Pings;
use super::rounds::rounds;
use super::site_options::SiteOptions;
use super::told::Told;

/// What `--addr` is.
const ADDR: &str = "Where to listen, which is the site's address unless --base-url says another: 127.0.0.1:8080, [::1]:8080, unix:/run/NAME.sock; sockets that \
     systemd has opened go before it";

#[derive(Args)]
#[command(after_help = "\
Examples:
  patchfeed serve newsletter/posts        a preview at http://127.0.0.1:8080/, which shows each change at once
  patchfeed serve newsletter/posts --out site --addr 0.0.0.0:80 --base-url http://feeds.example.org/
  patchfeed serve https://github.com/OWNER/NAME --poll 600 --addr unix:/run/patchfeed/http.sock --base-url https://feeds.example.org/")]
pub(crate) struct Serve {
    #[command(flatten)]
    site: SiteOptions,
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", help = ADDR)]
    addr: String,
    /// Look at all sources again so often [default: 300 if one is on the network, which tells nobody of its changes]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    poll: Option<u64>,
    /// Have pages show what is wrong with the issues, and load themselves again [default: where only this machine can see the site, and no base-url
    /// is stated]
    #[arg(long)]
    preview: bool,
}

/// What is there of the server.
struct Serving<'a> {
    options: &'a Serve,
    quiet: bool,
    /// Until the server starts.
    listening: Option<Listening>,
    /// The address of the site: until the first build, that of what is listened at.
    address: Option<Url>,
    server: Option<Server>,
    is_preview: bool,
    /// For each hub; none for a preview.
    pings: Vec<Pings>,
}

/// Builds and serves, until a signal says to stop.
///
/// # Errors
/// An address that can't be listened at, and whatever fails the first build, unless the folder has a whole site.
pub(crate) fn run(options: &Serve, path: Option<&Path>, quiet: bool) -> Result<ExitCode, Error> {
    if options.site.input.issues.iter().any(|source| source == "-") {
        return Err(Error::new("-", "the standard input can be read once only; give a file or a folder to serve"));
    }
    let listening = serve::listen(&options.addr)?;
    let address = listening.url();
    let mut serving = Serving {
        options,
        quiet,
        listening: Some(listening),
        address,
        server: None,
        is_preview: false,
        pings: Vec::new(),
    };
    let poll = options.poll.map(Duration::from_secs);
    let result = rounds(&options.site, path, poll, quiet, &mut |config, told| round(&mut serving, config, told));
    if let Some(server) = serving.server {
        server.stop();
    }
    result.map(|()| ExitCode::SUCCESS)
}

/// Builds the site, and serves what the folder then has. Once something is served, nothing that fails ends it. If the first build fails, what the folder
/// has is served.
fn round(serving: &mut Serving<'_>, config: Result<Config, Error>, told: &mut Told) -> Result<Option<Error>, Error> {
    let config = match config {
        Ok(config) => config,
        Err(err) => {
            serving.take_build(BuildOutcome { is_good: false, time: Duration::ZERO, diagnostics: 0, newest: None });
            serving.say(banner(told, Some(&err)));
            return Ok(Some(err));
        }
    };
    let out = serving.options.site.out(&config);
    let facts = facts(serving, &config, told)?;
    let start = Instant::now();
    let built = build_and_show(serving, config, &facts, told);
    serving.take_build(BuildOutcome {
        is_good: built.is_ok(),
        time: start.elapsed(),
        diagnostics: told.count,
        newest: built.as_ref().ok().copied().flatten(),
    });
    let Err(err) = built else {
        serving.say(banner(told, None));
        return Ok(None);
    };
    if serving.server.is_none() {
        match last_site(&out, &facts) {
            Some(copy) => show(serving, copy, facts, None)?,
            None => return Err(err),
        }
    }
    serving.say(banner(told, Some(&err)));
    Ok(Some(err))
}

/// Builds the site and serves it; gives when its newest issue was posted, in seconds since 1970.
fn build_and_show(
    serving: &mut Serving<'_>,
    mut config: Config,
    facts: &SiteFacts,
    told: &mut Told,
) -> Result<Option<i64>, Error> {
    let site = &serving.options.site;
    let out = site.out(&config);
    config.base_url = facts.base_url.clone();
    let access = input::access_of(&config);
    let Built { config, contents, .. } = build::build(site, config, serving.quiet, Texts::Searched, told)?;
    let Contents { newsletter, listings, .. } = contents;
    let newest = listings.last().filter(|listing| listing.issue.is_dated).map(|listing| listing.posted.timestamp());
    let items = ServedItems { newsletter, listings, formats: config.formats, window: config.window };
    show(serving, publish::read(&out)?, facts.clone(), Some(Arc::new(items)))?;
    if !serving.is_preview {
        Pings::tell(&mut serving.pings, &facts.hubs, &out, &facts.base_url, &access, serving.quiet)?;
    }
    Ok(newest)
}

/// What is said of the site. Its address is that of the first build for good, so that no feed changes its own while readers look at it.
fn facts(serving: &mut Serving<'_>, config: &Config, told: &Told) -> Result<SiteFacts, Error> {
    let options = serving.options;
    let stated =
        options.site.base_url.as_ref().or(Some(&config.base_url).filter(|url| url.as_str() != BASE_URL)).cloned();
    if !told.is_again {
        let is_loopback = serving.listening.as_ref().is_some_and(Listening::is_loopback);
        serving.is_preview = options.preview || is_loopback && stated.is_none();
        serving.address = stated.or_else(|| serving.address.take());
    }
    let words =
        "readers can't reach a feed there; say the site's address with --base-url, or write it to patchfeed.toml";
    let base_url = serving.address.clone().ok_or_else(|| Error::new(&options.addr, words))?;
    let (hubs, gone) = (config.hubs.clone(), config.gone.clone());
    Ok(SiteFacts { base_url, hubs, gone, is_preview: serving.is_preview })
}

/// The site that an earlier run left, if it is whole and has this address.
fn last_site(out: &Path, facts: &SiteFacts) -> Option<SiteCopy> {
    let copy = publish::read(out).ok()?;
    let is_this = copy.owner.as_ref().is_some_and(|owner| owner.base_url == facts.base_url.as_str());
    Some(copy).filter(|copy| is_this && !copy.is_unfinished && !copy.files.is_empty())
}

/// Serves a site from now on.
fn show(
    serving: &mut Serving<'_>,
    copy: SiteCopy,
    facts: SiteFacts,
    items: Option<Arc<ServedItems>>,
) -> Result<(), Error> {
    let before = serving.server.as_ref().map(Server::site);
    let address = facts.base_url.clone();
    let site = ServedSite::new(copy.files, facts, items, before.as_deref());
    if let Some(server) = &serving.server {
        server.show(Arc::new(site));
    } else if let Some(listening) = serving.listening.take() {
        if !serving.quiet && !listening.is_loopback() && is_here(&address) {
            say(&format!(
                "warning: feeds name {address} as theirs, which leads readers on other machines to nothing; say --base-url\n"
            ));
        }
        let at = listening.url().map_or_else(|| serving.options.addr.clone(), |url| url.to_string());
        serving.server = Some(Server::start(listening, site, Limits::default(), serving.is_preview, !serving.quiet)?);
        if !serving.quiet {
            let name = if at == address.as_str() { String::new() } else { format!(", as {address}") };
            say(&format!("serving at {at}{name}; Ctrl-C stops\n"));
        }
    }
    Ok(())
}

impl Serving<'_> {
    fn take_build(&self, outcome: BuildOutcome) {
        if let Some(server) = &self.server {
            server.take_build(outcome);
        }
    }

    /// Has the server say what is wrong.
    fn say(&self, banner: Banner) {
        if let Some(server) = &self.server {
            server.say(banner);
        }
    }
}

/// What a preview says of a round.
fn banner(told: &Told, err: Option<&Error>) -> Banner {
    let text = told.diagnostics.clone();
    match err {
        Some(err) => Banner {
            summary: "The last change couldn't be built; this is the site before it.".to_owned(),
            text: format!(
                "{text}error: {err}
"
            ),
            is_stale: true,
        },
        None if text.is_empty() => Banner::default(),
        None => Banner { summary: count(told.count, "diagnostic"), text, is_stale: false },
    }
}
