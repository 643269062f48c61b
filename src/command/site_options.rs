//! Which site is built of what, as the command line says it.

use std::path::PathBuf;

use clap::Args;
use patchfeed::config::{BASE_URL, Config};
use patchfeed::facts::newsletter::web_folder;
use url::Url;

use super::input::Input;
use super::kinds::Kinds;

/// Which site is built of what.
#[derive(Args)]
pub(super) struct SiteOptions {
    #[command(flatten)]
    pub(super) input: Input,
    #[command(flatten)]
    pub(super) kinds: Kinds,
    /// The folder to write the site to [default: feeds]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long, value_name = "URL", value_parser = web_folder, help = format!("The address that the site will be served from [default: {BASE_URL}]"))]
    pub(super) base_url: Option<Url>,
    /// Write nothing if anything is wrong with the issues
    #[arg(long)]
    pub(super) strict: bool,
    /// Replace files that patchfeed didn't make or another newsletter's site, or remove more than a tenth of the archives
    #[arg(long)]
    pub(super) force: bool,
    /// Don't wait for the disk: faster, but after a power cut files may be empty
    #[arg(long)]
    pub(super) no_sync: bool,
}

impl SiteOptions {
    /// The folder that the site is written to.
    pub(super) fn out(&self, config: &Config) -> PathBuf {
        self.out.clone().unwrap_or_else(|| config.out.clone())
    }
}
