//! `patchfeed build`: writes the site.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use patchfeed::config::Config;
use patchfeed::deploy::Destination;
use patchfeed::diagnostic::{Diagnostic, Problem, Severity};
use patchfeed::error::Error;
use patchfeed::facts::newsletter::Headings;
use patchfeed::feed::{self, Feed};
use patchfeed::item::Texts;
use patchfeed::net::is_here;
use patchfeed::publish::{Owner, Publication, Published, Rules};
use patchfeed::site::{self, Site, Unseen};
use patchfeed::write::YIELDING;

use super::before::{self, Host};
use super::console::{count, say, say_all};
use super::deploy;
use super::input::{self, Contents, no_issue, say_unused};
use super::ping;
use super::progress::Progress;
use super::rounds::rounds;
use super::site_options::SiteOptions;
use super::told::Told;

#[derive(Args)]
#[command(after_help = "\
Examples:
  patchfeed build newsletter/posts --out site --base-url https://feeds.example.org/
  patchfeed build https://github.com/OWNER/NAME --out site --base-url https://OWNER.github.io/NAME/
  patchfeed build newsletter/posts --strict")]
pub(crate) struct Build {
    #[command(flatten)]
    site: SiteOptions,
    /// Then put the site into object storage: where [deploy] of patchfeed.toml says, or --deploy=s3://BUCKET
    #[arg(long, value_name = "URL", num_args = 0..=1, require_equals = true, conflicts_with = "watch", value_parser = Destination::parse)]
    #[expect(clippy::option_option, reason = "the option, and its value")]
    deploy: Option<Option<Destination>>,
    /// Tell the hubs of patchfeed.toml which feeds have changed, once the base-url has them; also what builds before this one have changed
    #[arg(long, conflicts_with = "watch")]
    ping: bool,
    /// Build again whenever the issues change, until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// With --watch, look at all sources again so often [default: 300 if one is on the network]
    #[arg(long, value_name = "SECONDS", requires = "watch", value_parser = clap::value_parser!(u64).range(1..))]
    poll: Option<u64>,
}

/// What is said of a newsletter that no configuration describes.
const LEARNT: &str = "this newsletter was learnt from its issues; `patchfeed init ISSUES` writes what was learnt to patchfeed.toml, so that later \
                      issues can't change it\n";

/// Builds the site; with `--watch`, again and again.
///
/// # Errors
/// Whatever fails: a source, the configuration, the folder; and with `--strict` any diagnostic.
pub(crate) fn run(options: &Build, path: Option<&Path>, quiet: bool) -> Result<ExitCode, Error> {
    let texts = Texts::Shown;
    if !options.watch {
        let config = Config::read(path)?;
        if options.ping && config.hubs.is_empty() {
            return Err(config.error("--ping needs hubs; write `hubs = [\"https://hub.example.org/\"]`"));
        }
        let Built { code, config, .. } = build(&options.site, config, quiet, texts, &mut Told::default())?;
        if let Some(to) = &options.deploy {
            deploy::after_build(&config, to.as_ref(), options.site.force, quiet)?;
        }
        let is_told = !options.ping || ping::after_build(&config, quiet)?;
        return Ok(if is_told { code } else { ExitCode::FAILURE });
    }
    if options.site.input.issues.iter().any(|source| source == "-") {
        return Err(Error::new("-", "the standard input can be read once only; give a file or a folder to watch"));
    }
    let poll = options.poll.map(Duration::from_secs);
    rounds(&options.site, path, poll, quiet, &mut |config, told| match config
        .and_then(|config| build(&options.site, config, quiet, texts, told))
    {
        Ok(_) => Ok(None),
        Err(err) if told.is_again => Ok(Some(err)),
        Err(err) => Err(err),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What a build made a site of.
pub(super) struct Built {
    /// Whether anything is wrong with the issues.
    pub(super) code: ExitCode,
    pub(super) config: Config,
    pub(super) contents: Contents,
}

/// Builds the site once. `texts` is what is kept of items' texts at least; `told` is what the builds before have said.
///
/// # Errors
/// Those of [`run`].
pub(super) fn build(
    options: &SiteOptions,
    mut config: Config,
    quiet: bool,
    texts: Texts,
    told: &mut Told,
) -> Result<Built, Error> {
    config.out = options.out(&config);
    config.base_url = options.base_url.clone().unwrap_or(config.base_url);
    config.strict |= options.strict;
    config.check = options.kinds.over(&config.check);

    let texts = texts.max(input::texts_for(config.feeds.iter().map(|feed| &feed.conditions)));
    let contents = input::read(&options.input, &mut config, texts, quiet)?;
    let Contents { newsletter, listings, diagnostics, .. } = &contents;
    if told.hears(diagnostics, newsletter.language()) && !quiet {
        say_all(diagnostics, newsletter.language());
    }
    if listings.is_empty() {
        return Err(no_issue(&config));
    }
    check_problems(&config, diagnostics)?;
    let feeds = feed::list(newsletter, &config.feeds, &config.window, listings).map_err(|err| config.error(&err))?;
    if !quiet && !told.is_again {
        say_unused(&config, listings);
        for feed in feeds.iter().filter(|feed| config.gone.contains(&feed.slug)) {
            say(&format!("warning: `gone` has {:?}, which the issues still make; it stays\n", feed.slug));
        }
    }

    let (publication, host) = begin(options, &config, &contents, quiet)?;
    let site = publish(&config, &contents, feeds, publication, &host, quiet)?;
    if !quiet {
        site.late.iter().for_each(say_late);
        for feed in &site.silent {
            say(&format!("warning: the feed {feed} has no entries any more; it stays, empty\n"));
        }
        if !told.is_again && newsletter.lists_links && config.newsletter.headings == Headings::Learnt {
            say(LEARNT);
        }
        if !told.is_again || site.published.written + site.published.removed > 0 {
            say(&format!("{}: {}\n", config.out.display(), summary(&contents, &site, config.issues.is_empty())));
        }
        if config.issues.is_empty() && !told.is_again {
            say_what_to_see(&config.out);
        }
    }
    let has_defect = diagnostics.iter().any(|diagnostic| diagnostic.problem.is_defect());
    let code = if has_defect { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    Ok(Built { code, config, contents })
}

/// Begins to publish, unless what the folder has speaks against it.
fn begin(
    options: &SiteOptions,
    config: &Config,
    contents: &Contents,
    quiet: bool,
) -> Result<(Publication, Host), Error> {
    let mut publication = Publication::begin(&config.out, Rules { force: options.force, sync: !options.no_sync })?;
    publication.tell(&config.hubs);
    if let Some(notice) = publication.notice().filter(|_| !quiet) {
        say(&format!("warning: {notice}\n"));
    }
    let mut problems = contents.diagnostics.iter().map(|diagnostic| &diagnostic.problem);
    if problems.any(|problem| matches!(problem, Problem::OtherEncoding | Problem::NoEntry)) {
        publication.doubt();
    }
    let is_told = options.base_url.is_some() || !is_here(&config.base_url);
    let host = before::host(&publication, config, &contents.newsletter);
    if !options.force {
        before::check(&host, &publication, config, is_told)?;
    }
    if host == Host::Sample {
        publication.force();
    }
    Ok((publication, host))
}

/// What publishing came to.
struct PublishedSite {
    published: Published,
    /// How many feeds the site has.
    feeds: usize,
    /// The feeds that have no items any more.
    silent: Vec<String>,
    /// The items that came too late for any feed.
    late: Vec<Unseen>,
}

/// Makes all files and puts them into the folder; with the feeds that it has and that nothing makes any more.
fn publish(
    config: &Config,
    contents: &Contents,
    mut feeds: Vec<Feed>,
    publication: Publication,
    host: &Host,
    quiet: bool,
) -> Result<PublishedSite, Error> {
    let Contents { newsletter, listings, .. } = contents;
    let site = Site {
        newsletter,
        base_url: &config.base_url,
        formats: &config.formats,
        readers: &config.readers,
        hubs: &config.hubs,
        window: config.window,
    };
    let mut kept = match host {
        Host::This => before::feeds(newsletter, &feeds, &publication, &config.out)?,
        Host::Sample | Host::Another(_) => Vec::new(),
    };
    kept.retain(|kept| !config.gone.contains(&kept.slug));
    let silent = before::newly_silent(&kept, &publication);
    feed::keep(&mut feeds, kept, newsletter, &config.window);
    let progress = Progress::new(quiet, listings.len(), "issues");
    let unseen =
        site::make(&site, &feeds, listings, &|| progress.step(), &|path, bytes| stage(&publication, path, bytes))?;
    let late = if *host == Host::This { before::late(unseen, &publication) } else { Vec::new() };
    let published = publication.finish(&Owner {
        title: newsletter.title.clone(),
        address: newsletter.address.to_string(),
        base_url: config.base_url.to_string(),
    })?;
    progress.finish();
    Ok(PublishedSite { published, feeds: feeds.len(), silent, late })
}

/// Stages a file, unless somebody has put another one in the place of one that yields.
fn stage(publication: &Publication, path: &str, bytes: &[u8]) -> Result<(), Error> {
    if YIELDING.contains(&path) && publication.is_others(path) {
        return Ok(());
    }
    publication.stage(path, bytes)
}

/// Refuses to write a site of issues with problems that the configuration doesn't stand.
fn check_problems(config: &Config, diagnostics: &[Diagnostic]) -> Result<(), Error> {
    let denied = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let cause = match (denied, diagnostics.len()) {
        (0, 0) => return Ok(()),
        (0, all) if config.strict => format!("{}, and --strict is set", count(all, "problem")),
        (0, _) => return Ok(()),
        (denied, _) => format!("{} of a kind that is denied", count(denied, "problem")),
    };
    Err(Error { subject: "nothing was written".to_owned(), cause })
}

/// `44 issues, 5167 entries, …`. Who tries the sample sees its site, rather than that nothing had to be written.
fn summary(contents: &Contents, site: &PublishedSite, is_sample: bool) -> String {
    let PublishedSite { published, feeds, .. } = site;
    let entries = contents.entries();
    let mut counts = vec![
        count(contents.listings.len(), "issue"),
        count(entries, "entry"),
        count(entries - contents.repeats, "item"),
        count(*feeds, "feed"),
    ];
    if is_sample && published.written == 0 {
        counts.push(format!("{}, as they were", count(published.unchanged, "file")));
    } else {
        counts.push(format!("{} written", count(published.written, "file")));
        counts.push(format!("{} unchanged", published.unchanged));
    }
    counts.extend((published.removed > 0).then(|| format!("{} removed", published.removed)));
    counts.push(count(contents.repeats, "repeat"));
    counts.extend((!contents.passed_by.is_empty()).then(|| format!("{} passed by", contents.passed_by.len())));
    counts.push(count(contents.diagnostics.len(), "diagnostic"));
    counts.join(", ")
}

fn say_late(late: &Unseen) {
    let Unseen { issue, items, .. } = late;
    say(&format!(
        "warning: {issue}: {} of it are older than all that the feeds hold, so readers won't see them; the archives have them, and \
         `patchfeed new`\n",
        count(*items, "item")
    ));
}

/// Tells whoever tried the sample where to look.
fn say_what_to_see(out: &Path) {
    let out = out.display();
    say(&format!(
        "open {out}/index.html in a browser, or give {out}/riscv.atom to a feed reader; for issues of your own, run\n    \
         patchfeed build path/to/issues --out site --base-url https://feeds.example.org/\n"
    ));
}
