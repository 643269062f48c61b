//! The command line: `build`, `check`, `list`.

use std::collections::HashMap;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::{Args, Parser, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use patchfeed::condition::Conditions;
use patchfeed::config;
use patchfeed::diagnostic::{Diagnostic, Error, Style};
use patchfeed::item::{Item, Listing};
use patchfeed::newsletter::Newsletter;
use patchfeed::publish::Publication;
use patchfeed::seen::{Output, Seen};
use patchfeed::site::{self, Made};
use patchfeed::source;
use patchfeed::write::json;
use patchfeed::{feed, sample, seen};

/// An item is made by one thread and given up by another, which costs glibc's malloc a fifth of a build's time.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Publishes a newsletter of patches as feeds: one item a patch, one feed a section.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Print errors alone
    #[arg(long, short, global = true)]
    quiet: bool,
    /// The configuration [default: patchfeed.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Write the site: feeds, digests, archives, pages
    Build(Build),
    /// Show what is wrong with the issues; exit 1 if anything is
    Check(Source),
    /// Show every entry
    List(List),
    /// Write a commented patchfeed.toml with the defaults
    Init,
    /// Print the items that a bot hasn't posted yet, the oldest first
    New(New),
}

#[derive(Args)]
struct Source {
    /// Files, folders, patterns, git repositories, addresses, - for standard input [default: three sample issues]
    issues: Vec<String>,
    /// The folder for copies of what comes over the network [default: the system's own for caches]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

#[derive(Args)]
struct Build {
    #[command(flatten)]
    source: Source,
    /// The folder to write the site to [default: feeds]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The address that the site will have [default: <http://localhost:8080/>]
    #[arg(long, value_name = "URL", value_parser = config::web_folder)]
    base_url: Option<url::Url>,
    /// Write nothing if anything is wrong with the issues
    #[arg(long)]
    strict: bool,
}

#[derive(Args)]
struct List {
    #[command(flatten)]
    source: Source,
    /// Only the entries of a section
    #[arg(long, value_name = "SLUG")]
    section: Option<String>,
    /// Only the entries of an issue
    #[arg(long, value_name = "NUMBER")]
    issue: Option<u32>,
    /// Only the entries that meet conditions, as those of a [[feed]]: `{ kind = ["patch"] }`
    #[arg(long = "match", value_name = "TOML", value_parser = Conditions::parse)]
    conditions: Option<Conditions>,
    /// As a table for people, or as one JSON Feed item a line
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    format: ListFormat,
}

#[derive(Args)]
struct New {
    /// The folder of a built site; or issues, as for build
    source: String,
    /// The folder for copies of what comes over the network [default: the system's own for caches]
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    /// The file that remembers what was printed
    #[arg(long, value_name = "FILE")]
    seen: PathBuf,
    /// The feed, by the name of its files
    #[arg(long, value_name = "SLUG", default_value = feed::ALL, value_parser = slug)]
    feed: String,
    /// Run a command for each item, its line on the standard input; an item whose command fails comes again
    #[arg(long, value_name = "COMMAND")]
    exec: Option<String>,
    /// One JSON Feed item a line, or a line that is ready to be posted
    #[arg(long, value_enum, default_value_t = NewFormat::Json)]
    format: NewFormat,
    /// The first time, print what the feed holds already
    #[arg(long)]
    history: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum NewFormat {
    Json,
    Text,
    Markdown,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    Table,
    Json,
}

fn slug(text: &str) -> Result<String, &'static str> {
    let right = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if right { Ok(text.to_owned()) } else { Err("a feed's name holds lower-case letters, digits and hyphens") }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(code) => code,
        Err(err) => {
            say(&format!("error: {err}\n"));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<ExitCode, Error> {
    if matches!(cli.command, Command::Init) {
        return init(cli);
    }
    let file = config::File::read(cli.config.as_deref())?;
    match &cli.command {
        Command::Init => init(cli),
        Command::Build(options) => build(cli, &file, options),
        Command::Check(options) => check(cli, &file, options),
        Command::List(options) => list(cli, &file, options),
        Command::New(options) => new(cli, &file, options),
    }
}

fn build(cli: &Cli, file: &config::File, options: &Build) -> Result<ExitCode, Error> {
    let base_url = options.base_url.as_ref().map(url::Url::as_str).or(file.base_url.as_deref());
    let config = config_of(file, &options.source.issues);
    let out = options.out.clone().or(file.out.clone()).unwrap_or_else(|| PathBuf::from("feeds"));

    let newsletter = read(cli, file, &options.source, &config, base_url)?;
    if newsletter.issues.is_empty() {
        return Err(no_issue(sources(file, &options.source.issues).join(" ")));
    }
    let diagnostics = &newsletter.diagnostics;
    if !cli.quiet {
        say(&rendered(diagnostics, std::io::stderr().is_terminal()));
    }
    let strict = options.strict || file.strict.unwrap_or(false);
    if strict && !diagnostics.is_empty() {
        let count = diagnostics.len();
        let cause = format!("{count} {} with --strict: nothing was written", plural(count, "diagnostic"));
        return Err(Error { subject: "issues".to_owned(), cause });
    }

    let publication = Publication::begin(&out)?;
    let progress = Progress::new(cli.quiet, newsletter.issues.len());
    let Made { feeds, items, repeats } =
        site::make(&newsletter, &|issues| progress.step(issues), &|file| publication.stage(file))?;
    let published = publication.finish()?;
    progress.finish();
    if !cli.quiet {
        let counts = [
            (newsletter.issues.len(), "issue"),
            (newsletter.entries(), "entry"),
            (items, "item"),
            (feeds.len(), "feed"),
        ];
        let mut line: Vec<String> =
            counts.iter().map(|&(count, noun)| format!("{count} {}", plural(count, noun))).collect();
        line.push(format!("{} {} written", published.written, plural(published.written, "file")));
        line.push(format!("{} unchanged", published.unchanged));
        if published.removed > 0 {
            line.push(format!("{} removed", published.removed));
        }
        line.push(format!("{repeats} {}", plural(repeats, "repeat")));
        if newsletter.passed_by > 0 {
            line.push(format!("{} passed by", newsletter.passed_by));
        }
        line.push(format!("{} {}", diagnostics.len(), plural(diagnostics.len(), "diagnostic")));
        say(&format!("{}: {}\n", out.display(), line.join(", ")));
    }
    Ok(ExitCode::SUCCESS)
}

fn init(cli: &Cli) -> Result<ExitCode, Error> {
    let path = cli.config.as_deref().unwrap_or(Path::new("patchfeed.toml"));
    let file = std::fs::File::options().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(config::TEMPLATE.as_bytes())).map_err(|err| Error::at(path, &err))?;
    if !cli.quiet {
        say(&format!("{}: written, with the defaults\n", path.display()));
    }
    Ok(ExitCode::SUCCESS)
}

fn check(cli: &Cli, file: &config::File, options: &Source) -> Result<ExitCode, Error> {
    let newsletter = read(cli, file, options, &config_of(file, &options.issues), file.base_url.as_deref())?;
    if !cli.quiet {
        print(&rendered(&newsletter.diagnostics, std::io::stdout().is_terminal()))?;
        if newsletter.passed_by > 0 {
            let entries = newsletter.entries();
            let found = format!("{entries} {}, {} passed by", plural(entries, "entry"), newsletter.passed_by);
            say(&format!("{found}: lists without links, notices, tables, prose\n"));
        }
    }
    Ok(if newsletter.diagnostics.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn list(cli: &Cli, file: &config::File, options: &List) -> Result<ExitCode, Error> {
    let config = config_of(file, &options.source.issues);
    let mut newsletter = read(cli, file, &options.source, &config, file.base_url.as_deref())?;
    newsletter.site.texts |= options.conditions.as_ref().is_some_and(Conditions::look_at_text);
    let wanted = |listing: &Listing, item: &Item| {
        options.issue.is_none_or(|number| listing.issue.number == Some(number))
            && options.conditions.as_ref().is_none_or(|conditions| conditions.hold(item))
            && options.section.as_ref().is_none_or(|slug| item.sections.iter().any(|section| section.slug == *slug))
    };
    let line = |listing: &Listing, item: &Item| match options.format {
        ListFormat::Json => {
            let mut line = String::new();
            json::item(&mut line, item);
            line + "\n"
        }
        ListFormat::Table => {
            let sections: Vec<&str> = item.sections.iter().map(|section| section.slug.as_str()).collect();
            format!("{:>5}  {:<12}  {}\n", listing.slug, sections.join(","), item.title)
        }
    };
    let mut issues: Vec<String> = Vec::new(); // the lines of each, the oldest first
    let mut sections: Vec<String> = Vec::new();
    let make = |listing: Listing| {
        let sections = feed::distinct(listing.items.iter().flat_map(|item| &item.sections));
        let sections: Vec<String> = sections.into_iter().map(|section| section.slug.clone()).collect();
        let items = listing.items.iter().filter(|item| wanted(&listing, item));
        (sections, items.map(|item| line(&listing, item)).collect::<String>())
    };
    let take = |(of_issue, lines): (Vec<String>, String)| {
        for slug in of_issue {
            if !sections.contains(&slug) {
                sections.push(slug);
            }
        }
        issues.push(lines);
        Ok(())
    };
    newsletter.listings(make, take, Ok)?;
    if let Some(slug) = options.section.as_ref().filter(|slug| !sections.contains(slug)) {
        let cause = format!("no {slug:?} here; there are {}", sections.join(", "));
        return Err(Error { subject: "section".to_owned(), cause });
    }
    issues.iter().rev().try_for_each(|lines| print(lines.as_str()))?;
    Ok(ExitCode::SUCCESS)
}

fn new(cli: &Cli, file: &config::File, options: &New) -> Result<ExitCode, Error> {
    let wrong = |cause: String| Error { subject: options.source.clone(), cause };
    let folder = Path::new(&options.source);
    let is_site = folder.join(".patchfeed").is_dir() || folder.join("feeds.opml").is_file();
    let items = if is_site {
        let read = |path: &str| match std::fs::read_to_string(folder.join(path)) {
            Ok(text) => Ok(Some(text)),
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(err) => Err(Error::at(&folder.join(path), &err)),
        };
        seen::items(&options.feed, &read)?
    } else {
        let file = config::File { formats: None, ..file.clone() }; // JSON is what is read here
        let source = Source { issues: vec![options.source.clone()], cache: options.cache.clone() };
        let newsletter = read(cli, &file, &source, &file, file.base_url.as_deref())?;
        if newsletter.issues.is_empty() {
            return Err(no_issue(options.source.clone()));
        }
        let (feed, archives) = (format!("{}.json", options.feed), format!("archive/{}/", options.feed));
        let wanted = |path: &str| path == feed || path.strip_prefix(&archives).is_some_and(|of| of.ends_with("json"));
        let files = Mutex::new(HashMap::new());
        let keep = |file: &site::File<'_>| {
            if wanted(file.path) {
                let mut files = files.lock().unwrap_or_else(PoisonError::into_inner);
                files.insert(file.path.to_owned(), file.pieces.concat());
            }
            Ok(())
        };
        site::make(&newsletter, &|_| {}, &keep)?;
        let files = files.into_inner().unwrap_or_else(PoisonError::into_inner);
        seen::items(&options.feed, &|path| Ok(files.get(path).cloned()))?
    };
    let items = items.ok_or_else(|| wrong(format!("no JSON Feed {:?} here", options.feed)))?;
    let form = match options.format {
        NewFormat::Json => seen::Form::Json,
        NewFormat::Text => seen::Form::Text,
        NewFormat::Markdown => seen::Form::Markdown,
    };
    let mut memory = Seen::open(&options.seen)?;
    let mut stdout = std::io::stdout();
    let out = match &options.exec {
        Some(command) => Output::Command(command),
        None => Output::Stream(&mut stdout),
    };
    seen::print_new(&options.feed, &items, &mut memory, form, options.history, out)?;
    Ok(ExitCode::SUCCESS)
}

/// The configuration, with the sample's newsletter where the sample is what is read.
fn config_of(file: &config::File, issues: &[String]) -> config::File {
    let sample = sources(file, issues).is_empty();
    config::File { site: if sample { sample::site() } else { file.site.clone() }, ..file.clone() }
}

fn no_issue(subject: String) -> Error {
    Error { subject, cause: "no issue here: no file has a date, or an entry".to_owned() }
}

/// Where the issues come from: what the command line says, else the configuration; nowhere for the sample.
fn sources<'a>(file: &'a config::File, issues: &'a [String]) -> &'a [String] {
    if issues.is_empty() { &file.issues } else { issues }
}

/// Reads the newsletter of the sources; the sample's where there is none.
fn read(
    cli: &Cli,
    file: &config::File,
    source: &Source,
    config: &config::File,
    base_url: Option<&str>,
) -> Result<Newsletter, Error> {
    let sources = sources(file, &source.issues);
    let texts = if sources.is_empty() {
        if !cli.quiet {
            say("no issues given: these are the three sample issues built into patchfeed\n");
        }
        sample::texts()
    } else {
        let found = source::find(sources, &network(file, source.cache.as_deref()))?;
        for notice in found.notices.iter().filter(|_| !cli.quiet) {
            say(&format!("warning: {notice}\n"));
        }
        found.texts
    };
    Newsletter::read(texts, config, base_url.unwrap_or("http://localhost:8080/"))
}

/// How sources on the network are asked.
fn network(file: &config::File, cache: Option<&Path>) -> source::Options {
    source::Options {
        cache: cache.or(file.cache.as_deref()).map(Path::to_owned),
        timeout: Duration::from_secs(file.network.timeout.get().into()),
        size: u64::from(file.network.size.get()) * 1_000_000,
    }
}

fn rendered(diagnostics: &[Diagnostic], color: bool) -> String {
    let color = color && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let width = console_width();
    diagnostics.iter().map(|diagnostic| diagnostic.render(Style { color, width }) + "\n").collect()
}

/// The columns of the terminal; 140 where there is none.
fn console_width() -> usize {
    terminal_size::terminal_size().map_or(140, |(width, _)| usize::from(width.0).max(40))
}

/// Tells people something; that nobody listens is no error.
fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Prints to the standard output; a reader that has seen enough (`| head`) is no error.
fn print(text: &str) -> Result<(), Error> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(err) if err.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error { subject: "standard output".to_owned(), cause: err.to_string() })
        }
        _ => Ok(()),
    }
}

fn plural(count: usize, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => noun.to_owned(),
        (_, Some(stem)) => format!("{stem}ies"),
        (_, None) => format!("{noun}s"),
    }
}

/// A bar on the standard error, if that is a terminal and the run takes longer than a second.
struct Progress {
    bar: ProgressBar,
    since: Instant,
    wanted: AtomicBool,
}

impl Progress {
    fn new(quiet: bool, issues: usize) -> Self {
        let length = u64::try_from(issues).unwrap_or(u64::MAX);
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{bar:40} {pos} of {len} issues");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, since: Instant::now(), wanted: (!quiet && std::io::stderr().is_terminal()).into() }
    }

    fn step(&self, issues: usize) {
        if self.since.elapsed() > Duration::from_secs(1) && self.wanted.swap(false, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(u64::try_from(issues).unwrap_or(u64::MAX));
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
