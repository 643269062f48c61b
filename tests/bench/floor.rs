//! The floor: the least that a program which publishes this site has to do. It reads the issues' bytes, writes as many
//! bytes as the site has to the same files, each beside its place and then renamed, as `patchfeed::publish` does, and
//! nothing else.
//!
//! A large site doesn't fit into memory. So a plan names its files and their lengths, and every file is filled from one
//! small piece of the site's text. That makes the floor lower than that of a program that has to fetch the bytes from
//! somewhere, never higher.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

/// The piece of text that fills the files: small enough to stay in a processor's cache.
const PIECE: u64 = 64 * 1024;

/// Writes the plan of a site: a line `LENGTH PATH` for each of its files, an empty line, a piece of its text.
pub(crate) fn plan(site: &Path, plan: &Path) -> io::Result<()> {
    let mut text = String::new();
    let of_site = |entry: &walkdir::DirEntry| entry.file_name() != ".patchfeed";
    for entry in WalkDir::new(site).sort_by_file_name().into_iter().filter_entry(of_site) {
        let entry = entry?;
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(site).expect("it is the site's").display();
            let _ = writeln!(text, "{} {path}", entry.metadata()?.len());
        }
    }
    text.push('\n');
    let mut bytes = text.into_bytes();
    File::open(site.join("all.atom"))?.take(PIECE).read_to_end(&mut bytes)?;
    fs::write(plan, bytes)
}

/// Is the floor: reads the issues, writes what the plan says.
pub(crate) fn run(issues: &Path, plan: &Path, out: &Path) -> io::Result<()> {
    read(issues)?;
    let plan = fs::read(plan)?;
    let end = plan.windows(2).position(|bytes| bytes == b"\n\n").expect("a plan has an empty line");
    let paths = std::str::from_utf8(&plan[..end]).expect("a site's paths are text");
    let files: Vec<(u64, &str)> = paths
        .lines()
        .map(|line| line.split_once(' ').expect("a line of a plan is `LENGTH PATH`"))
        .map(|(length, path)| (length.parse().expect("a length is a number"), path))
        .collect();
    publish(&files, &plan[end + 2..], out)
}

fn read(issues: &Path) -> io::Result<()> {
    let paths = fs::read_dir(issues)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.par_iter().try_for_each(|path| fs::read(path).map(drop))
}

fn publish(files: &[(u64, &str)], piece: &[u8], out: &Path) -> io::Result<()> {
    let own = out.join(".patchfeed");
    fs::create_dir_all(&own)?;
    let targets: Vec<PathBuf> = files.iter().map(|(_, path)| out.join(path)).collect();
    let folders: BTreeSet<&Path> = targets.iter().filter_map(|target| target.parent()).collect();
    folders.into_iter().try_for_each(fs::create_dir_all)?;
    let waiting = |at: usize| targets[at].with_file_name(format!(".patchfeed-{at}"));
    (0..files.len()).into_par_iter().try_for_each(|at| fill(&waiting(at), files[at].0, piece))?;
    let manifest: String = files.iter().flat_map(|(_, path)| [path, "\n"]).collect();
    fs::write(own.join("manifest.new"), manifest)?;
    fs::rename(own.join("manifest.new"), own.join("manifest"))?;
    (0..files.len()).into_par_iter().try_for_each(|at| fs::rename(waiting(at), &targets[at]))
}

/// Makes a file of so many bytes of the piece, over and over.
fn fill(path: &Path, length: u64, piece: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    let mut left = length;
    while left > 0 {
        let now = left.min(piece.len() as u64);
        file.write_all(&piece[..usize::try_from(now).unwrap_or(piece.len())])?;
        left -= now;
    }
    Ok(())
}
