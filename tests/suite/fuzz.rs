//! Inputs that nobody wrote: seeds from `tests/fuzz/corpus` and the golden cases, changed in ways that are the same each time.
//! `PATCHFEED_FUZZ_RUNS` says how many for each target, `PATCHFEED_FUZZ_SEED` hunts for others.

#[path = "../fuzz/mutate.rs"]
mod mutate;
#[path = "../fuzz/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use mutate::{Numbers, mutated};
use targets::{TARGETS, Target};

/// How many inputs a target gets if nothing else is said.
const RUNS: usize = 60;

/// The longest input.
const LONGEST: usize = 6000;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// The files below a folder, each with its path, in order.
fn files_of(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().to_owned(), std::fs::read(entry.path()).expect("a seed can be read"))).collect()
}

/// The seeds of a target; those of `site` include the golden cases, each as one input.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let own = files_of(&tests.join("fuzz/corpus").join(name)).into_iter().map(|(_, bytes)| bytes);
    let mut seeds: Vec<Vec<u8>> = own.collect();
    assert!(seeds.len() >= 10, "{name}: the seeds are gone");
    if name == "site" {
        let mut cases: Vec<PathBuf> = std::fs::read_dir(tests.join("cases"))
            .expect("there are cases")
            .flatten()
            .map(|case| case.path())
            .collect();
        cases.sort();
        seeds.extend(cases.iter().map(|case| case_input(case)));
    }
    seeds
}

/// A golden case as an input.
fn case_input(case: &Path) -> Vec<u8> {
    let mut files = files_of(&case.join("issues"));
    files.extend(std::fs::read(case.join("patchfeed.toml")).ok().map(|bytes| (case.join("patchfeed.toml"), bytes)));
    let mut input = Vec::new();
    for (path, bytes) in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        input.extend_from_slice(format!("@@ {name}\n").as_bytes());
        input.extend_from_slice(&bytes);
        input.push(b'\n');
    }
    input
}

/// What a target says against an input.
fn objection(target: fn(&[u8]), input: &[u8]) -> Option<String> {
    let payload = catch_unwind(AssertUnwindSafe(|| target(input))).err()?;
    let words = payload.downcast_ref::<String>().cloned();
    Some(words.or_else(|| payload.downcast_ref::<&str>().map(|words| (*words).to_owned())).unwrap_or_default())
}

/// A shorter input that still breaks the target: parts are left out as long as it does.
fn shortest(target: fn(&[u8]), input: &[u8]) -> Vec<u8> {
    let mut input = input.to_vec();
    let mut part = input.len().div_ceil(2);
    while part > 0 {
        let mut at = 0;
        while at < input.len() {
            let without = [&input[..at], &input[(at + part).min(input.len())..]].concat();
            if objection(target, &without).is_some() { input = without } else { at += part }
        }
        part /= 2;
    }
    input
}

fn run((name, target): Target) {
    let seeds = seeds(name);
    let runs = number("PATCHFEED_FUZZ_RUNS").map_or(RUNS, |runs| usize::try_from(runs).unwrap_or(RUNS));
    let mut numbers = Numbers(number("PATCHFEED_FUZZ_SEED").unwrap_or(2023));
    for at in 0..seeds.len() + runs {
        let input = match seeds.get(at) {
            Some(seed) => seed.clone(),
            None => {
                let [seed, other] = [(); 2].map(|()| &seeds[numbers.below(seeds.len())]);
                let mut input = mutated(seed, other, &mut numbers);
                input.truncate(LONGEST);
                input
            }
        };
        if objection(target, &input).is_some() {
            let input = shortest(target, &input);
            let words = objection(target, &input).unwrap_or_default();
            let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}"));
            std::fs::write(&file, &input).expect("the input can be kept");
            panic!("{name}: \"{}\" breaks it: {words}\nThe input is in {}", input.escape_ascii(), file.display());
        }
    }
}

macro_rules! targets {
    ($($test:ident: $name:literal,)*) => {
        $(
            #[test]
            fn $test() {
                run(*TARGETS.iter().find(|(name, _)| *name == $name).expect("there is such a target"));
            }
        )*

        #[test]
        fn every_target_is_run() {
            assert_eq!(TARGETS.map(|(name, _)| name), [$($name),*]);
            let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz");
            let manifest = std::fs::read_to_string(tests.join("Cargo.toml")).expect("cargo fuzz has its manifest");
            for (name, _) in TARGETS {
                assert!(manifest.contains(&format!("path = \"bin/{name}.rs\"")) && tests.join("bin").join(name).with_extension("rs").exists());
            }
        }
    };
}

targets! {
    any_documents_become_a_site: "site",
    any_mail_arrives_whole: "mail",
    any_subject_line_is_read: "subject",
    any_head_of_an_issue_is_read: "head",
    any_conditions_are_refused_or_work: "conditions",
    any_memory_of_a_bot_is_refused_or_works: "memory",
    any_published_feed_is_refused_or_read: "published",
}
