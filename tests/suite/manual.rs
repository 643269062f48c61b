//! The manual's pages, and what shells need to complete commands.

use std::collections::BTreeSet;
use std::str::from_utf8;

use crate::{Folder, patchfeed, stderr, stdout, tree};

/// The commands, as `--help` lists them.
fn commands(folder: &Folder) -> BTreeSet<String> {
    let help = stdout(&patchfeed(&folder.0, &["--help"]));
    let list = help.split("Commands:\n").nth(1).expect("the help lists commands");
    let lines = list.lines().take_while(|line| !line.is_empty());
    let words = lines.filter(|line| !line.starts_with("    ")).filter_map(|line| line.split_whitespace().next());
    words.filter(|word| *word != "help").map(str::to_owned).collect()
}

#[test]
fn each_command_has_a_page_of_the_manual() {
    let folder = Folder::new("manual");
    let output = patchfeed(&folder.0, &["man", "--out", "man/man1"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let pages = tree(&folder.path("man/man1"));
    let names: BTreeSet<&str> = pages.keys().map(String::as_str).collect();
    let expected: BTreeSet<String> = commands(&folder).iter().map(|name| format!("patchfeed-{name}.1")).collect();
    let expected = expected.iter().map(String::as_str).chain(["patchfeed.1"]).collect();
    assert_eq!(names, expected);
    for (name, page) in &pages {
        let page = from_utf8(page).expect("pages are UTF-8");
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "\"EXIT STATUS\"", "\"SEE ALSO\""] {
            assert!(page.contains(&format!(".SH {section}\n")), "{name} has no {section}:\n{page}");
        }
    }
    let printed = stdout(&patchfeed(&folder.0, &["man"]));
    assert_eq!(printed.as_bytes(), pages["patchfeed.1"]);
    let printed = stdout(&patchfeed(&folder.0, &["man", "build"]));
    assert_eq!(printed.as_bytes(), pages["patchfeed-build.1"]);
    let unknown = stderr(&patchfeed(&folder.0, &["man", "bild"]));
    assert_eq!(unknown, "error: bild: there is no such command; did you mean \"build\"?\n");
}

#[test]
fn a_page_is_the_same_whenever_and_wherever_it_is_made() {
    let folder = Folder::new("manual-again");
    for out in ["a", "b/c"] {
        assert!(patchfeed(&folder.0, &["man", "--out", out]).status.success());
    }
    assert_eq!(tree(&folder.path("a")), tree(&folder.path("b/c")));
}

#[test]
fn a_manual_that_cannot_be_written_names_the_place() {
    let folder = Folder::new("manual-blocked");
    folder.write("man", "a file");
    let output = patchfeed(&folder.0, &["man", "--out", "man"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stderr(&output), "error: man: File exists\n");
}

#[test]
fn every_shell_completes_every_command() {
    let folder = Folder::new("completions");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = stdout(&patchfeed(&folder.0, &["completions", shell]));
        for command in commands(&folder) {
            assert!(script.contains(&command), "{shell} doesn't complete {command}");
        }
    }
    assert_eq!(patchfeed(&folder.0, &["completions", "tcsh"]).status.code(), Some(2));
}
