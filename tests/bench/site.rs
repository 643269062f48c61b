//! What it takes to publish a site, from 44 issues to a hundred times as many: whole runs of patchfeed beside the least
//! that any program would have to do.
//!
//! ```sh
//! cargo bench --bench site
//! cargo bench --bench site -- --sizes 44,440 --runs 9
//! ```
//!
//! The smallest size is the real issues, where they are at hand: `../shared/issues` beside the project, or
//! `PATCHFEED_ISSUES`. The others are made of them ([`generate`]). Without them it is the three sample issues that
//! archives are made of, and the sizes are 3, 441 and 4,401: a size is rounded up to whole copies of what there is.
//!
//! A round is the [`floor`], a build from nothing, a build with nothing new, and for the largest size a build with one
//! thread; the rounds follow each other, so that whatever else the machine does hits all alike. Everything else runs with
//! two threads, whatever the machine has. A run begins with nothing waiting to be written; what it writes itself isn't
//! waited for. The largest size needs 8 GB on the disk, below the target folder.
//!
//! Sites are emptied off the clock, and removed only at the very end. On ext4, files that were just removed slow down
//! those that are made next: for up to six minutes their inodes aren't used again, and each new file walks past all of
//! them. That would be half of the build's time, and nobody's but the benchmark's. It also means that six minutes should
//! lie between two runs.

mod child;
mod floor;
mod generate;
mod table;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::{Parser, Subcommand};
use walkdir::WalkDir;

use crate::child::Summary;
use crate::generate::Base;
use crate::table::Row;

#[derive(Parser)]
struct Cli {
    /// How many rounds to take the medians of
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// How many issues, from few to many [default: the issues at hand, 440 and 4400]
    #[arg(long, value_delimiter = ',')]
    sizes: Vec<usize>,
    /// What `cargo bench` says and `cargo test` doesn't
    #[arg(long, hide = true)]
    bench: bool,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Subcommand)]
enum Role {
    /// Be the process that is the floor
    #[command(hide = true)]
    Floor { issues: PathBuf, plan: PathBuf, out: PathBuf },
}

fn main() -> io::Result<()> {
    let cli = Cli::parse();
    match &cli.role {
        Some(Role::Floor { issues, plan, out }) => floor::run(issues, plan, out),
        None if cli.bench => bench(&cli),
        None => {
            eprintln!("nothing measured: this is for `cargo bench`");
            Ok(())
        }
    }
}

fn bench(cli: &Cli) -> io::Result<()> {
    let room = Room::new()?;
    let folder = issues();
    let base = Base::read(&folder)?;
    let sizes = if cli.sizes.is_empty() { vec![base.len(), 440, 4400] } else { cli.sizes.clone() };
    child::time(&mut room.build(&folder, "2"), &room.stderr)?;
    let one = child::summary(&room.stderr)?;
    room.retire()?;
    let mut rows = Vec::new();
    for (at, &size) in sizes.iter().enumerate() {
        let copies = size.div_ceil(base.len());
        let generated = room.folder.join(format!("issues-{copies}"));
        let issues = if copies == 1 { &folder } else { &generated };
        if copies > 1 {
            eprintln!("{} issues: making them", copies * base.len());
            base.write(copies, &generated)?;
        }
        let times = u32::try_from(copies).expect("an archive has fewer copies");
        let expected = Summary { issues: times * one.issues, items: times * one.items, written: 0 };
        rows.push(measure(&room, issues, &expected, usize::from(cli.runs), at + 1 == sizes.len())?);
    }
    print!("{}", table::render(&rows, usize::from(cli.runs)));
    Ok(())
}

/// Measures one size, after a build that tells its peak of memory and what the floor has to write.
fn measure(room: &Room, issues: &Path, expected: &Summary, runs: usize, last: bool) -> io::Result<Row> {
    eprintln!("{} issues: peak of memory", expected.issues);
    let peak = child::peak(&mut room.build(issues, "2"), &room.stderr)?;
    let summary = child::summary(&room.stderr)?;
    assert_eq!(Summary { written: 0, ..summary }, *expected, "the copies must not change each other");
    floor::plan(&room.site, &room.plan)?;
    room.retire()?;
    let mut times = [const { Vec::new() }; 4]; // floor, build, rebuild, build with one thread
    for run in 1..=runs {
        times[0].push(child::time(&mut room.floor(issues)?, &room.stderr)?);
        room.retire()?;
        times[1].push(child::time(&mut room.build(issues, "2"), &room.stderr)?);
        times[2].push(child::time(&mut room.build(issues, "2"), &room.stderr)?);
        assert_eq!(child::summary(&room.stderr)?, *expected, "a build with nothing new writes nothing");
        room.retire()?;
        if last {
            times[3].push(child::time(&mut room.build(issues, "1"), &room.stderr)?);
            room.retire()?;
        }
        let now: Vec<String> =
            times.iter().filter_map(|times| times.last()).map(|time| table::seconds(*time)).collect();
        eprintln!("{} issues: run {run} of {runs}: {}", expected.issues, now.join(", "));
    }
    let [floor, build, rebuild, one_thread] = times.map(table::median);
    let [Some(floor), Some(build), Some(rebuild)] = [floor, build, rebuild] else { unreachable!("there is a run") };
    Ok(Row { issues: expected.issues, floor, build, rebuild, one_thread, peak })
}

/// The real issues, or else the sample.
fn issues() -> PathBuf {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let real = std::env::var_os("PATCHFEED_ISSUES").map_or(project.join("../shared/issues"), PathBuf::from);
    if real.is_dir() {
        return real.canonicalize().unwrap_or(real); // patchfeed runs in another folder
    }
    eprintln!("the real issues are not here ({}): archives are made of the sample", real.display());
    project.join("src/source/sample")
}

/// Where the measuring takes place; gone afterwards.
struct Room {
    folder: PathBuf,
    site: PathBuf,
    plan: PathBuf,
    stderr: PathBuf,
}

impl Room {
    fn new() -> io::Result<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-site");
        if folder.exists() {
            fs::remove_dir_all(&folder)?; // of a run that was interrupted
        }
        fs::create_dir_all(&folder)?;
        let [site, plan, stderr] = ["site", "plan", "stderr"].map(|name| folder.join(name));
        Ok(Self { folder, site, plan, stderr })
    }

    fn build(&self, issues: &Path, threads: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_patchfeed"));
        command.arg("build").arg(issues).arg("--out").arg(&self.site).arg("--no-sync"); // as the floor
        command.current_dir(&self.folder).env("RAYON_NUM_THREADS", threads); // no patchfeed.toml there
        command
    }

    fn floor(&self, issues: &Path) -> io::Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("floor").arg(issues).arg(&self.plan).arg(&self.site).env("RAYON_NUM_THREADS", "2");
        Ok(command)
    }

    /// Makes room for the next site. The old one's files stay, without their bytes.
    fn retire(&self) -> io::Result<()> {
        let mut names = (0..).map(|number: u32| self.folder.join(format!("old-{number}")));
        let old = names.find(|old| !old.exists()).expect("numbers don't end");
        fs::rename(&self.site, &old)?;
        for entry in WalkDir::new(&old) {
            let entry = entry?;
            if entry.file_type().is_file() {
                fs::File::create(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
