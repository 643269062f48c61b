//! `patchfeed build`: writes the site.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use patchfeed::config::{BASE_URL, Config};
use patchfeed::error::Error;
use patchfeed::facts::newsletter::Newsletter;
use patchfeed::facts::newsletter::web_folder;
use patchfeed::feed::{Feed, Kept};
use patchfeed::publish::{Owner, Publication, Published, Rules};
use patchfeed::site::{self, Site, Unseen};
use patchfeed::source::sample;
use patchfeed::{feed, files};

use super::console::{count, say, say_all};
use super::input::{self, Contents, Input, no_issue};
use super::progress::Progress;

#[derive(Args)]
pub(crate) struct Build {
    #[command(flatten)]
    input: Input,
    /// The folder to write the site to [default: feeds]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long, value_name = "URL", value_parser = web_folder, help = format!("The address that the site will be served from [default: {BASE_URL}]"))]
    base_url: Option<url::Url>,
    /// Write nothing if anything is wrong with the issues
    #[arg(long)]
    strict: bool,
    /// Replace files that patchfeed didn't make or another newsletter's site, or remove more than a tenth of the archives
    #[arg(long)]
    force: bool,
    /// Don't wait for the disk: faster, but after a power cut files may be empty
    #[arg(long)]
    no_sync: bool,
}

/// Builds the site.
///
/// # Errors
/// Whatever fails: a source, the configuration, the folder; and with `--strict` any diagnostic.
pub(crate) fn run(options: &Build, mut config: Config, quiet: bool) -> Result<ExitCode, Error> {
    config.out = options.out.clone().unwrap_or(config.out);
    config.base_url = options.base_url.clone().unwrap_or(config.base_url);
    config.strict |= options.strict;

    let texts = config.feeds.iter().any(|feed| feed.conditions.look_at_text());
    let contents = input::read(&options.input, &mut config, texts, quiet)?;
    let Contents { newsletter, listings, diagnostics, .. } = &contents;
    if listings.is_empty() {
        return Err(no_issue(&config));
    }
    if !quiet {
        say_all(diagnostics);
    }
    if config.strict && !diagnostics.is_empty() {
        let cause = format!("{}: nothing was written, since --strict is set", count(diagnostics.len(), "diagnostic"));
        return Err(Error { subject: "issues".to_owned(), cause });
    }
    let mut feeds =
        feed::list(newsletter, &config.feeds, &config.window, listings).map_err(|err| config.error(&err))?;

    let site = Site { newsletter, base_url: &config.base_url, formats: &config.formats, window: config.window };
    let mut publication = Publication::begin(&config.out, Rules { force: options.force, sync: !options.no_sync })?;
    if let Some(notice) = publication.notice().filter(|_| !quiet) {
        say(&format!("warning: {notice}\n"));
    }
    let is_told = options.base_url.is_some() || config.base_url.as_str() != BASE_URL;
    let mut kept = Vec::new();
    let mut is_followed = true; // whether readers may have the site's feeds
    match host(&publication, &config, newsletter) {
        Host::This => kept = earlier_feeds(&feeds, &publication, &config.out)?,
        Host::Sample => {
            publication.force();
            is_followed = false;
        }
        Host::Another(title) if !options.force => {
            let cause = format!(
                "the site of 《{title}》 is here, so nothing was changed; choose another folder with --out, or say --force to replace it"
            );
            return Err(Error::at(&config.out, &cause));
        }
        Host::Another(_) => {}
    }
    if let Some(owner) = publication
        .owner()
        .filter(|owner| !matches!(owner.base_url.as_str(), "" | BASE_URL) && !is_told && !options.force)
    {
        let cause = format!(
            "this site was built for {0}, and would be for {BASE_URL} now, so nothing was changed; say --base-url {0}, or --force",
            owner.base_url
        );
        return Err(Error::at(&config.out, &cause));
    }
    let silent = newly_silent(&kept, &publication);
    feed::keep(&mut feeds, kept, newsletter, &config.window);
    let progress = Progress::new(quiet, listings.len());
    let unseen =
        site::make(&site, &feeds, listings, &|| progress.step(), &|path, bytes| publication.stage(path, bytes))?;
    let late = if is_followed { late(unseen, &publication) } else { Vec::new() };
    let published = publication.finish(&Owner {
        title: newsletter.title.clone(),
        address: newsletter.address.to_string(),
        base_url: config.base_url.to_string(),
    })?;
    progress.finish();

    if !quiet {
        late.iter().for_each(say_late);
        for feed in silent {
            say(&format!("warning: the feed {feed} has no entries any more; it stays, empty\n"));
        }
        say(&format!("{}: {}\n", config.out.display(), summary(&contents, feeds.len(), &published)));
        if config.issues.is_empty() {
            say_what_to_see(&config.out);
        }
    }
    let has_defect = diagnostics.iter().any(|diagnostic| diagnostic.problem.is_defect());
    Ok(if has_defect { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Whose site a folder has.
enum Host {
    /// This newsletter's, or nobody's.
    This,
    /// The sample's, which gives way to any.
    Sample,
    /// That of a newsletter with this title.
    Another(String),
}

/// Whose site the folder has. A newsletter may get another title, or another address, but not both at once. Where its issues don't
/// tell its address, that of the site stands in for it, which says nothing.
fn host(publication: &Publication, config: &Config, newsletter: &Newsletter) -> Host {
    let Some(Owner { title, address, .. }) = publication.owner() else { return Host::This };
    let is_sample = newsletter.title == sample::TITLE;
    let is_told = newsletter.address != config.base_url;
    let same_address = is_told && *address == newsletter.address.as_str();
    if *title == newsletter.title || same_address || !is_told && config.newsletter.title.is_some() {
        Host::This
    } else if title == sample::TITLE && !is_sample {
        Host::Sample
    } else {
        Host::Another(title.clone())
    }
}

/// Those of the feeds that stay, by slug and title, which had items until now.
fn newly_silent(kept: &[Kept], publication: &Publication) -> Vec<String> {
    let had_items = |kept: &&Kept| {
        let archives = format!("archive/{}/", kept.slug);
        publication.earlier_paths().iter().any(|path| path.starts_with(&archives))
    };
    kept.iter().filter(had_items).map(|kept| format!("{} ({})", kept.slug, kept.title)).collect()
}

/// The feeds that the folder's site has besides those that are made.
fn earlier_feeds(made: &[Feed], publication: &Publication, out: &Path) -> Result<Vec<Kept>, Error> {
    site::kept(made, publication.earlier_paths(), &|path| {
        files::read_text(&out.join(path)).map_err(|err| Error::at(&out.join(path), &err))
    })
}

/// `44 issues, 5167 entries, …`
fn summary(contents: &Contents, feeds: usize, published: &Published) -> String {
    let entries = contents.entries();
    let mut counts = vec![
        count(contents.listings.len(), "issue"),
        count(entries, "entry"),
        count(entries - contents.repeats, "item"),
        count(feeds, "feed"),
        format!("{} written", count(published.written, "file")),
        format!("{} unchanged", published.unchanged),
    ];
    counts.extend((published.removed > 0).then(|| format!("{} removed", published.removed)));
    counts.push(count(contents.repeats, "repeat"));
    counts.extend((contents.passed_by > 0).then(|| format!("{} passed by", contents.passed_by)));
    counts.push(count(contents.diagnostics.len(), "diagnostic"));
    counts.join(", ")
}

/// The issues that came late: the folder had a site without them, and some of their items are too old for the feeds.
fn late(mut unseen: Vec<Unseen>, publication: &Publication) -> Vec<Unseen> {
    let earlier: HashSet<&str> = publication.earlier_paths().iter().map(String::as_str).collect();
    unseen.retain(|unseen| !earlier.is_empty() && !earlier.contains(unseen.archive.as_str()));
    unseen
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
