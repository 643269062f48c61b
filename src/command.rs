//! The command line: a file for each command.

mod before;
mod build;
mod check;
mod completions;
mod console;
mod deploy;
mod init;
mod input;
mod kinds;
mod list;
mod man;
mod new;
mod overview;
mod passed_by;
mod ping;
mod post;
mod progress;
mod rounds;
mod serve;
mod site_options;
mod subscription;
mod told;
mod value;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use patchfeed::config::Config;
use patchfeed::error::Error;

/// Publishes a newsletter of patches as feeds: one item per patch, one feed per section.
#[derive(Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  patchfeed build                         the sample issues, into the folder feeds: a first look
  patchfeed build newsletter/posts --out site --base-url https://feeds.example.org/
  patchfeed build --help                  what build can do, with more examples"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Print only errors
    #[arg(long, short, global = true, display_order = 100)]
    quiet: bool,
    /// The configuration [default: patchfeed.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE", display_order = 101)]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Write the site: feeds, digests, archives, pages
    Build(build::Build),
    /// Serve the site over HTTP, and build it again whenever the issues change
    Serve(serve::Serve),
    /// Put a site into object storage: S3, Google Cloud Storage, Azure, or a folder
    Deploy(deploy::DeployOptions),
    /// Show what is wrong with the issues; exit with 1 if anything is
    Check(check::Check),
    /// Fetch a published site, or any feed, as readers do; exit with 1 if anything is wrong
    Verify(verify::Verify),
    /// Show every entry
    List(list::List),
    /// Write a commented patchfeed.toml: what is learnt from the issues, or the defaults; with --ci, a workflow for a forge
    Init(init::Init),
    /// Print the items that a bot hasn't posted yet, the oldest first
    New(new::New),
    /// Post what a feed has that is new to chat, mail and other services
    Post(Box<post::Post>),
    /// Print what a shell needs to complete the command line
    Completions(completions::Completions),
    /// Print the manual's page, or write all of its pages
    Man(man::Man),
}

/// Runs the command that the command line names.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    run_command(&cli).unwrap_or_else(|err| {
        say_error(&err.to_string());
        ExitCode::FAILURE
    })
}

/// Says why the program ends.
pub(crate) fn say_error(cause: &str) {
    console::say(&format!("error: {cause}\n"));
}

fn run_command(cli: &Cli) -> Result<ExitCode, Error> {
    let path = cli.config.as_deref();
    match &cli.command {
        Command::Build(options) => build::run(options, path, cli.quiet),
        Command::Serve(options) => serve::run(options, path, cli.quiet),
        Command::Deploy(options) => deploy::run(options, &Config::read(path)?, cli.quiet),
        Command::Check(options) => check::run(options, Config::read(path)?, cli.quiet),
        Command::Verify(options) => verify::run(options, &Config::read(path)?, cli.quiet),
        Command::List(options) => list::run(options, Config::read(path)?, cli.quiet),
        Command::Init(options) => init::run(options, path, cli.quiet),
        Command::New(options) => new::run(options, Config::read(path)?, cli.quiet),
        Command::Post(options) => post::run(options, &Config::read(path)?, cli.quiet),
        Command::Completions(options) => completions::run(options, Cli::command()),
        Command::Man(options) => man::run(options, Cli::command()),
    }
}
