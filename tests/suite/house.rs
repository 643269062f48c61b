//! The plan of the code: rooms from the ground up, each of which imports only rooms below it, and no files that import each
//! other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex::Regex;
use walkdir::WalkDir;

/// The rooms, from the ground up. A room is a file of `src`, with the folder of its name.
const ROOMS: [&str; 36] = [
    "text",
    "error",
    "rescue",
    "files",
    "child",
    "interrupt",
    "net",
    "facts",
    "diagnostic",
    "document",
    "entry",
    "markdown",
    "mail",
    "source",
    "split",
    "issue",
    "issues",
    "item",
    "feed",
    "write",
    "memory",
    "post",
    "purge",
    "config",
    "site",
    "publish",
    "deploy",
    "watch",
    "serve",
    "hub",
    "reader",
    "verify",
    "bot",
    "command",
    "threads",
    "main",
];

/// The files of `src` by their module paths (`feed::window`), each with the module paths that it imports.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = BTreeMap::new();
    for entry in WalkDir::new(&src).into_iter().flatten() {
        let below = entry.path().strip_prefix(&src).expect("it lies below").to_string_lossy().into_owned();
        if let Some(module) = below.strip_suffix(".rs").filter(|module| *module != "lib") {
            let text = std::fs::read_to_string(entry.path()).expect("the file can be read");
            texts.insert(module.replace('/', "::"), text);
        }
    }
    let modules: BTreeSet<String> = texts.keys().cloned().collect();
    let of_file = |(module, text): (String, String)| {
        let paths = paths(&text).into_iter().filter_map(|path| file_of(&path, &module, &modules));
        let imports = paths.filter(|import| *import != module).collect();
        (module, imports)
    };
    texts.into_iter().map(of_file).collect()
}

/// The paths that begin in this crate, within `use` or not; comments left out, braces expanded.
fn paths(text: &str) -> Vec<String> {
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect();
    let path =
        Regex::new(r"\b((?:crate|super|patchfeed)(?:::\w+)*)(?:::\{([^}]*)\})?").expect("the expression is right");
    let mut paths = Vec::new();
    for found in path.captures_iter(&code) {
        match found.get(2) {
            Some(names) => {
                paths.extend(names.as_str().split(',').map(|name| format!("{}::{}", &found[1], name.trim())));
            }
            None => paths.push(found[1].to_owned()),
        }
    }
    paths
}

/// The file that a path leads to, from a module.
fn file_of(path: &str, module: &str, modules: &BTreeSet<String>) -> Option<String> {
    let mut place: Vec<&str> = module.split("::").collect();
    let mut path = path;
    if let Some(rest) = path.strip_prefix("crate::").or_else(|| path.strip_prefix("patchfeed::")) {
        (place, path) = (Vec::new(), rest);
    }
    while let Some(rest) = path.strip_prefix("super::") {
        place.pop();
        path = rest;
    }
    place.extend(path.split("::"));
    (1..=place.len()).rev().map(|length| place[..length].join("::")).find(|module| modules.contains(module))
}

fn room(module: &str) -> usize {
    let room = module.split("::").next().unwrap_or_default();
    ROOMS.iter().position(|known| *known == room).unwrap_or_else(|| panic!("{room} has no place in the plan"))
}

#[test]
fn no_room_imports_a_room_above_it() {
    let imports = imports();
    assert!(imports.len() > 80, "the files are gone");
    let up: Vec<String> = imports
        .iter()
        .flat_map(|(from, all)| all.iter().map(move |to| (from, to)))
        .filter(|(from, to)| room(to) > room(from))
        .map(|(from, to)| format!("{from} imports {to}"))
        .collect();
    assert!(up.is_empty(), "{}", up.join("\n"));
}

#[test]
fn no_files_import_each_other() {
    let mut left = imports();
    // Whoever imports nothing that is left is in no circle.
    loop {
        let names: BTreeSet<String> = left.keys().cloned().collect();
        let before = left.len();
        left.retain(|_, imports| imports.iter().any(|import| names.contains(import)));
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "circles among {:?}", left.keys());
}

#[test]
fn no_type_has_the_name_of_another() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let public = r"(?:pub(?:\([a-z]+\))? )?";
    // The types that an `impl` gives to a trait, further in, have no names of their own.
    let definition = Regex::new(&format!(r"(?m)^(?:\s*{public}(?:struct|enum|trait)|{public}type) (\w+)"))
        .expect("the expression is right");
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in WalkDir::new(&src).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
        for found in definition.captures_iter(&text).filter(|_| entry.path().extension().is_some_and(|end| end == "rs"))
        {
            places.entry(found[1].to_owned()).or_default().push(entry.path().display().to_string());
        }
    }
    let twice: Vec<_> = places.iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

#[test]
fn every_file_of_tests_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let main = std::fs::read_to_string(folder.join("main.rs")).expect("the suite has a main file");
    for entry in std::fs::read_dir(&folder).expect("the suite is there").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let name = name.trim_end_matches(".rs");
        assert!(name == "main" || main.contains(&format!("mod {name};")), "{name} isn't declared in main.rs");
    }
}
