//! The command line of `patchfeed post`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use patchfeed::post::{self, SERVICES, Service};

use crate::command::value::{number, word};

/// The name of a service; help and shells know all of them.
fn service() -> impl TypedValueParser<Value = &'static Service> {
    PossibleValuesParser::new(SERVICES.map(|service| service.name)).try_map(|name| post::service(&name))
}

#[derive(Args)]
#[allow(clippy::struct_excessive_bools, reason = "they are flags of the command line")]
#[command(after_help = "\
Examples:
  MATRIX_TOKEN=… patchfeed post https://feeds.example.org/riscv.json --to matrix \\
      --server https://matrix.example.org --room '#riscv:example.org'
  patchfeed post site                      every [[post]] of patchfeed.toml
  patchfeed post site --dry-run --history 1   what the newest issue would look like")]
pub(crate) struct Post {
    /// The address of a published feed; the folder of a built site; or issues, as for build [default: those of the configuration]
    #[arg(value_parser = word)]
    pub(super) source: Option<String>,
    /// The folder for copies of what comes over the network [default: the system's folder for caches]
    #[arg(long, value_name = "DIR")]
    pub(super) cache: Option<PathBuf>,
    /// Post to this service alone, rather than to the targets of the configuration
    #[arg(long, value_name = "SERVICE", value_parser = service())]
    pub(super) to: Option<&'static Service>,
    /// The service's server
    #[arg(long, value_name = "URL", requires = "to", value_parser = word)]
    pub(super) server: Option<String>,
    /// The room, channel, chat, topic or recipient there
    #[arg(long, value_name = "ROOM", visible_aliases = ["channel", "chat"], requires = "to", allow_hyphen_values = true, value_parser = word)]
    pub(super) room: Option<String>,
    /// Another setting of the service; secrets come from the environment, such as `MATRIX_TOKEN`
    #[arg(long = "set", value_name = "KEY=VALUE", requires = "to", value_parser = assignment)]
    pub(super) settings: Vec<(String, String)>,
    /// What one message holds [default: what suits the feed and the service]
    #[arg(long, value_enum, requires = "to")]
    pub(super) group: Option<GroupName>,
    /// Later versions of a patch answer the earlier one, where messages are items
    #[arg(long, requires = "to")]
    pub(super) thread: bool,
    /// What is done about a message of which nobody knows whether it arrived
    #[arg(long, value_enum, requires = "to")]
    pub(super) unknown: Option<UnknownName>,
    /// Only the target of this name; with --to, the name of the target's memory
    #[arg(long, value_name = "NAME", value_parser = word)]
    pub(super) name: Option<String>,
    /// The feed, by the name of its files [default: the target's, else all]
    #[arg(long, value_name = "SLUG", value_parser = word)]
    pub(super) feed: Option<String>,
    /// The folder of the targets' memories [default: the system's folder for the state of programs]
    #[arg(long, value_name = "DIR")]
    pub(super) state: Option<PathBuf>,
    /// The first time, post the newest N issues, rather than nothing of what is there
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = number::<usize>)]
    pub(super) history: usize,
    /// Try a refused item again, by its id; may be given several times
    #[arg(long, value_name = "ID", value_parser = word)]
    pub(super) again: Vec<String>,
    /// Print what would be sent, whole, and change nothing
    #[arg(long, conflicts_with = "test")]
    pub(super) dry_run: bool,
    /// Send one message to each target that says that it is a test
    #[arg(long)]
    pub(super) test: bool,
    /// Don't wait for the disk: faster, but after a power cut messages may come twice
    #[arg(long)]
    pub(super) no_sync: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum GroupName {
    Issue,
    Item,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum UnknownName {
    Repeat,
    Skip,
}

fn assignment(text: &str) -> Result<(String, String), &'static str> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}
