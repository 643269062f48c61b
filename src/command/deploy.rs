//! `patchfeed deploy`: puts a site into object storage.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::time::Instant;

use clap::Args;
use patchfeed::config::{BASE_URL, Config};
use patchfeed::deploy::{self, DeployRules, Deployed, Destination, PlannedChange, Storage};
use patchfeed::error::Error;
use patchfeed::net::is_here;
use patchfeed::publish::{self, SiteCopy};
use url::Url;

use super::console::{count, print, say};
use super::input;
use super::progress::Progress;

#[derive(Args)]
#[command(after_help = "\
Examples:
  patchfeed deploy site s3://my-bucket
  patchfeed deploy site s3://my-bucket/feeds --endpoint https://ACCOUNT.r2.cloudflarestorage.com
  patchfeed deploy site 'az://$web' --dry-run
  patchfeed deploy                        what [deploy] of patchfeed.toml names

Credentials come from the environment:
  s3:  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION (~/.aws isn't read)
  gs:  GOOGLE_SERVICE_ACCOUNT (the path of a key) or GOOGLE_APPLICATION_CREDENTIALS
  az:  AZURE_STORAGE_ACCOUNT_NAME, AZURE_STORAGE_ACCOUNT_KEY")]
pub(crate) struct DeployOptions {
    /// The site's folder, as `build` writes it [default: `out` of patchfeed.toml]
    site: Option<PathBuf>,
    #[arg(
        value_name = "URL",
        value_parser = Destination::parse,
        help = "Where to put it: s3://BUCKET/PREFIX, gs://…, az://… or file:///FOLDER [default: `to` of patchfeed.toml]"
    )]
    to: Option<Destination>,
    #[command(flatten)]
    how: How,
    /// Print what would be done, in its order, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Replace objects that patchfeed didn't put there or another newsletter's site, or remove feeds or more than a tenth of the archives
    #[arg(long)]
    force: bool,
}

/// How objects are put.
#[derive(Args)]
struct How {
    #[arg(
        long,
        value_name = "URL",
        value_parser = server,
        help = "The storage's server, for R2, MinIO, Garage, Ceph, Aliyun OSS, emulators"
    )]
    endpoint: Option<Url>,
    /// Store objects in gzip's coding
    #[arg(long)]
    gzip: bool,
    /// Look at what is there, and put again what somebody has deleted or changed
    #[arg(long)]
    repair: bool,
    /// How many objects go up at once
    #[arg(long, value_name = "NUMBER", default_value_t = JOBS, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
}

/// The address of a storage's server.
fn server(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| "this isn't an address on the web, such as https://ACCOUNT.r2.cloudflarestorage.com".to_owned())
}

/// How many objects go up at once if nothing says another number.
const JOBS: u16 = 16;

/// Puts a site into object storage, or prints what that would do.
///
/// # Errors
/// A site that can't be read or isn't whole, and those of [`deploy::deploy`].
pub(crate) fn run(options: &DeployOptions, config: &Config, quiet: bool) -> Result<ExitCode, Error> {
    let (site, to) = places(options, config)?;
    let endpoint = options.how.endpoint.as_ref().or(config.deploy.endpoint.as_ref());
    let rules = DeployRules {
        endpoint,
        gzip: options.how.gzip || config.deploy.gzip,
        jobs: options.how.jobs.into(),
        repair: options.how.repair,
        force: options.force,
        gone: &config.gone,
        purge: config.deploy.purge.as_ref(),
    };
    if options.dry_run {
        let (changes, addresses) =
            deploy::plan(read(&site, &to, &rules, quiet)?, &to, rules, &input::access_of(config))?;
        print(&lines(&changes, &addresses))?;
        if !quiet {
            let addresses = addresses.len();
            say(&format!("{to}: {} to make, {addresses} to purge; nothing was done\n", count(changes.len(), "change")));
        }
        return Ok(ExitCode::SUCCESS);
    }
    put(&site, &to, rules, config, quiet)?;
    Ok(ExitCode::SUCCESS)
}

/// Puts the site that was just built where the configuration says, or `to`.
///
/// # Errors
/// Those of [`run`].
pub(super) fn after_build(config: &Config, to: Option<&Destination>, force: bool, quiet: bool) -> Result<(), Error> {
    let to = to.cloned().map_or_else(|| stated(config), Ok)?;
    let rules = DeployRules {
        endpoint: config.deploy.endpoint.as_ref(),
        gzip: config.deploy.gzip,
        jobs: JOBS.into(),
        repair: false,
        force,
        gone: &config.gone,
        purge: config.deploy.purge.as_ref(),
    };
    put(&config.out, &to, rules, config, quiet)
}

/// The site's folder and the storage that the command line and the configuration name.
fn places(options: &DeployOptions, config: &Config) -> Result<(PathBuf, Destination), Error> {
    match (&options.site, &options.to) {
        (Some(site), Some(to)) => Ok((site.clone(), to.clone())),
        // The storage alone is what `patchfeed deploy s3://…` means.
        (Some(one), None) if one.to_str().is_some_and(|one| one.contains("://")) => {
            let address = one.to_str().unwrap_or_default();
            let to = Destination::parse(address).map_err(|cause| Error::new(address, cause))?;
            if config.out == Config::default().out {
                let cause = "no site is named; write `patchfeed deploy SITE URL`, or `out` in patchfeed.toml";
                return Err(Error::new("deploy", cause));
            }
            Ok((config.out.clone(), to))
        }
        (site, _) => Ok((site.clone().unwrap_or_else(|| config.out.clone()), stated(config)?)),
    }
}

/// The storage that the configuration names.
fn stated(config: &Config) -> Result<Destination, Error> {
    let Some(to) = &config.deploy.to else {
        return Err(Error::new(
            "deploy",
            "nothing says where to; write `patchfeed deploy SITE s3://BUCKET`, or `to` in [deploy] of patchfeed.toml",
        ));
    };
    Destination::parse(to).map_err(|cause| config.error(&format!("[deploy] to = {to:?}: {cause}")))
}

/// The site in a folder, if it is one for others to read.
fn read(site: &Path, to: &Destination, rules: &DeployRules<'_>, quiet: bool) -> Result<SiteCopy, Error> {
    if !site.join(".patchfeed").is_dir() {
        return Err(Error::at(
            site,
            &"there is no site here; `patchfeed build ISSUES --out SITE --base-url URL` makes one",
        ));
    }
    if let Storage::Folder(folder) = &to.storage
        && folder.canonicalize().is_ok_and(|folder| site.canonicalize().is_ok_and(|site| site == folder))
    {
        return Err(Error::at(site, &"this is the site itself; choose another folder"));
    }
    let copy = publish::read(site)?;
    if copy.is_unfinished {
        return Err(Error::at(site, &"a build was cut off here; build again first"));
    }
    if let [first, more @ ..] = &copy.missing[..]
        && !rules.force
    {
        let are = if more.is_empty() { "is".to_owned() } else { format!("and {} more are", more.len()) };
        return Err(Error::at(site, &format!("this site isn't whole: {first} {are} missing; build it again")));
    }
    let base_url = copy.owner.as_ref().and_then(|owner| Url::parse(&owner.base_url).ok());
    let is_for_here = base_url.as_ref().is_some_and(is_here);
    let stays_here = matches!(to.storage, Storage::Folder(_)) || rules.endpoint.is_some_and(is_here);
    if is_for_here && !stays_here && !rules.force {
        let cause = "this site is for this machine alone; build it with --base-url and the address that readers will use, or say --force";
        return Err(Error::at(site, &cause));
    }
    if !quiet && base_url.is_some_and(|base_url| base_url.as_str() == BASE_URL) {
        let site = site.display();
        say(&format!("warning: {site}: this site was built without --base-url, so its links lead to {BASE_URL}\n"));
    }
    Ok(copy)
}

fn put(site: &Path, to: &Destination, rules: DeployRules<'_>, config: &Config, quiet: bool) -> Result<(), Error> {
    let start = Instant::now();
    let copy = read(site, to, &rules, quiet)?;
    let progress = OnceLock::new();
    let step = |uploads: usize| {
        if uploads > 0 {
            progress.get_or_init(|| Progress::new(quiet, uploads, "objects"));
        } else if let Some(progress) = progress.get() {
            progress.step();
        }
    };
    let deployed = deploy::deploy(copy, to, rules, &input::access_of(config), &step);
    if let Some(progress) = progress.get() {
        progress.finish();
    }
    let deployed = deployed?;
    if !quiet {
        deployed.notices.iter().for_each(|notice| say(&format!("warning: {to}: {notice}\n")));
        say(&format!("{to}: {}, {:.1} s\n", summary(&deployed), start.elapsed().as_secs_f64()));
    }
    Ok(())
}

/// `1513 objects uploaded, …`
fn summary(deployed: &Deployed) -> String {
    let Deployed { uploaded, unchanged, deleted, purged, .. } = deployed;
    let purged = match purged {
        0 => String::new(),
        1 => ", 1 address purged".to_owned(),
        more => format!(", {more} addresses purged"),
    };
    format!("{} uploaded, {unchanged} unchanged, {deleted} deleted{purged}", count(*uploaded, "object"))
}

/// A plan, a line for each thing that is done.
fn lines(changes: &[PlannedChange], addresses: &[Url]) -> String {
    let mut lines = String::new();
    for change in changes {
        let (what, path) = match change {
            PlannedChange::Create(path) => ("create", path),
            PlannedChange::Replace(path) => ("replace", path),
            PlannedChange::Delete(path) => ("delete", path),
        };
        let _ = writeln!(lines, "{what} {path}");
    }
    for address in addresses {
        let _ = writeln!(lines, "purge {address}");
    }
    if lines.is_empty() { "nothing to do\n".to_owned() } else { lines }
}
