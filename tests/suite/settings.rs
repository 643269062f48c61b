//! What is said of settings: those that can't be read, and those that do nothing.

use crate::{BASE, Folder, patchfeed, read_with, stderr, texts};

const ISSUE: &str = "### RISC-V\n\n\
    **[v2: riscv: one](http://lore.kernel.org/linux-riscv/1@rivosinc.com/)**\n\n\
    ### BPF\n\n\
    **[v1: bpf-next: two](http://lore.kernel.org/bpf/2@meta.com/)**\n\n\
    ### Tool chains\n\n\
    **[v1: three](http://lore.kernel.org/bpf/3@meta.com/)**\n\n";

fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("issues/2024-01-01-10-00-00-rvlwn-41.md", ISSUE);
    folder.write(
        "issues/2024-01-15-10-00-00-rvlwn-43.md",
        "### BPF\n\n**[v1: four](http://lore.kernel.org/bpf/4@x.com/)**\n",
    );
    folder
}

/// What a command says on standard error, and its exit code.
fn said(folder: &Folder, args: &[&str]) -> (String, Option<i32>) {
    let output = patchfeed(&folder.0, args);
    (stderr(&output), output.status.code())
}

#[test]
fn a_setting_that_cant_be_read_is_named_with_what_it_is_and_what_it_can_be() {
    let folder = folder("unreadable-settings");
    for (toml, words) in [
        ("strict = 1", "line 1: `strict` can't be 1; write true or false\n  |\n1 | strict = 1\n  |          ^"),
        (
            "strict = yes",
            "line 1: a value belongs here: text in quotation marks, a number, true, false, or a list\n  |\n1 | strict = yes\n  |          ^^^",
        ),
        ("out = 5", "line 1: `out` can't be 5; write text in quotation marks\n  |\n1 | out = 5\n  |       ^"),
        (
            "formats = \"atom\"",
            "line 1: `formats` can't be \"atom\"; write a list in square brackets\n  |\n1 | formats = \"atom\"\n  |           ^^^^^^",
        ),
        (
            "window = 3",
            "line 1: `window` can't be 3; write a line [window] and the settings below it\n  |\n1 | window = 3\n  |          ^",
        ),
        (
            "[window]\nitems = 0",
            "line 2: `items` can't be 0; write a whole number, 1 or more\n  |\n2 | items = 0\n  |         ^",
        ),
        (
            "[window]\ndigest = 1.5",
            "line 2: `digest` can't be 1.5; write a whole number, 1 or more\n  |\n2 | digest = 1.5\n  |          ^^^",
        ),
        (
            "[network]\nsize = 9999999999",
            "line 2: `size` can't be 9999999999; write a smaller whole number\n  |\n2 | size = 9999999999\n  |        ^^^^^^^^^^",
        ),
        (
            "isues = \"x\"",
            "line 1: there is no setting `isues` here; did you mean `issues`?\n  |\n1 | isues = \"x\"\n  | ^^^^^",
        ),
        (
            "[site]\nshape = \"lsit\"",
            "line 2: `shape` can't be \"lsit\"; did you mean \"list\"?\n  |\n2 | shape = \"lsit\"\n  |         ^^^^^^",
        ),
        (
            "[site]\nrepeats = \"never\"",
            "line 2: `repeats` can't be \"never\"; write one of \"drop\", \"keep\"\n  |\n2 | repeats = \"never\"\n  |           ^^^^^^^",
        ),
        (
            "[site]\nlanguage = \"english\"",
            "line 2: `language`: \"english\" isn't a language tag; write one such as \"en\" or \"zh-CN\"\n  |\n2 | language = \"english\"\n  |            ^^^^^^^^^",
        ),
        (
            "[site]\nlicense = \"mine\"",
            "line 2: `license`: \"mine\" isn't a licence that feeds can link to; write one such as \"cc-by-4.0\", or the licence's address\n  |\n2 | license = \"mine\"\n  |           ^^^^^^",
        ),
        (
            "base-url = \"https://x.org/?a\"",
            "line 1: `base-url`: an address that files are put under has no `?`, `#`, name or password; write https://x.org/\n  |\n1 | base-url = \"https://x.org/?a\"\n  |            ^^^^^^^^^^^^^^^^^^",
        ),
        ("[feed]\nslug = \"x\"", "line 1: [feed] can't stand here; write [[feed]]\n  |\n1 | [feed]\n  | ^^^^^^"),
        ("[[feed]]\nslug = \"x\"", "line 1: `title` is missing here\n  |\n1 | [[feed]]\n  | ^^^^^^^^"),
        ("out = \"a", "line 1: the text has no quotation mark at its end\n  |\n1 | out = \"a\n  |         ^"),
        (
            "issues = \"\"",
            "line 1: `issues`: a source is empty; name a file, a folder, a repository or an address\n  |\n1 | issues = \"\"\n  |          ^^",
        ),
        (
            "[[section]]\nslug = \"a\"\nheadings = [\"X\"]\n[[section]]\nslug = \"b\"\nheadings = [\"x\"]",
            "[[section]] \"b\" and [[section]] \"a\" have the same heading, \"x\"; delete it in one of them",
        ),
        ("[[section]]\nslug = \"a\"\n[[section]]\nslug = \"a\"", "[[section]] \"a\" is there twice; merge the two"),
    ] {
        folder.write("patchfeed.toml", toml);
        let expected = (format!("error: patchfeed.toml: {words}\n"), Some(1));
        assert_eq!(said(&folder, &["check", "issues"]), expected, "{toml}");
    }
}

#[test]
fn a_setting_that_does_nothing_is_said_with_the_nearest_name() {
    let folder = folder("unused-settings");
    for (toml, words) in [
        (
            "match = { section = [\"risv\"] }",
            "[[feed]] \"x\" holds nothing: no entry has the section \"risv\"; did you mean \"riscv\"?",
        ),
        (
            "match = { list = [\"bpf\", \"linux-risc\"] }",
            "[[feed]] \"x\": no entry has the list \"linux-risc\"; did you mean \"linux-riscv\"?",
        ),
        (
            "match = { not = { organisation = [\"rivosinc.org\"] } }",
            "[[feed]] \"x\": no entry has the organisation \"rivosinc.org\"; did you mean \"rivosinc.com\"?",
        ),
        ("match = { tree = [\"net-next\"] }", "[[feed]] \"x\" holds nothing: no entry has the tree \"net-next\""),
        ("match = { kind = [\"pull\"] }", "[[feed]] \"x\" holds nothing: no entry has the kind \"pull\""),
        ("match = { text = \"nowhere\" }", "[[feed]] \"x\" holds nothing: no entry meets its conditions"),
        (
            "match = {}\n[[section]]\nslug = \"toolchain\"\nheadings = [\"Tool chain\"]",
            "[[section]] \"toolchain\" does nothing: no entry stands under any heading of it; did you mean \"Tool chains\"?",
        ),
    ] {
        folder.write("patchfeed.toml", format!("[[feed]]\nslug = \"x\"\ntitle = \"X\"\n{toml}\n"));
        let (said, _) = said(&folder, &["check", "issues"]);
        let warnings: Vec<&str> = said.lines().filter(|line| line.starts_with("warning: patchfeed.toml")).collect();
        assert_eq!(warnings, [format!("warning: patchfeed.toml: {words}")]);
    }
    folder.write("patchfeed.toml", "[[feed]]\nslug = \"x\"\ntitle = \"X\"\nmatch = { section = [\"riscv\"] }\n");
    assert!(!said(&folder, &["build", "issues", "--out", "site", "--base-url", BASE]).0.contains("patchfeed.toml"));
}

#[test]
fn a_name_that_isnt_there_is_answered_with_the_nearest() {
    let folder = folder("nearest");
    for (args, expected, code) in [
        (&["--section", "ris"][..], "error: --section: no entry has the section \"ris\"; did you mean \"riscv\"?\n", 1),
        (
            &["--section", "RISC-V 架构支持"],
            "error: --section: no entry has the section \"RISC-V 架构支持\"; did you mean \"riscv\"?\n",
            1,
        ),
        (&["--match", "{ title = \"nowhere\" }"], "no entry meets all of these conditions\n", 0),
        (&["--issue", "999"], "error: --issue: there is no issue 999; the issues are 41 to 43\n", 1),
        (&["--issue", "42"], "error: --issue: there is no issue 42; the nearest are 41 and 43\n", 1),
        (
            &["--match", "{ tree = [\"bpf-nxt\"] }"],
            "warning: --match: no entry has the tree \"bpf-nxt\"; did you mean \"bpf-next\"?\n",
            0,
        ),
    ] {
        assert_eq!(said(&folder, &[&["list", "issues"], args].concat()), (expected.to_owned(), Some(code)));
    }
    let expected =
        "warning: issues: there is no feed \"ris\" yet, so its items will all be new; did you mean \"riscv\"?\n";
    assert_eq!(said(&folder, &["new", "issues", "--seen", "seen", "--feed", "ris"]), (expected.to_owned(), Some(0)));
}

#[test]
fn an_empty_argument_is_a_mistake_and_never_the_sample() {
    let folder = folder("empty-arguments");
    for args in [
        &["build", "", "--out", "prod"][..],
        &["build", "issues", " "],
        &["build", "issues", "--out", ""],
        &["build", "issues", "--base-url", ""],
        &["check", ""],
        &["list", "issues", "--section", ""],
        &["new", "", "--seen", "seen"],
        &["new", "issues", "--seen", ""],
    ] {
        let (said, code) = said(&folder, args);
        assert_eq!(code, Some(2), "{args:?}: {said}");
        assert!(said.starts_with("error: ") && !said.contains("sample"), "{said}");
    }
    assert!(!folder.path("prod").exists());
}

#[test]
fn an_address_that_doesnt_do_is_answered_with_one_that_does() {
    let folder = folder("addresses");
    for (address, words) in [
        ("feeds.example.org", "isn't a web address; write https://feeds.example.org/\n"),
        ("example.org:80/feeds", "isn't a web address; write https://example.org:80/feeds/\n"),
        ("localhost:8080", "isn't a web address; write http://localhost:8080/\n"),
        ("ftp://example.org/", "isn't a web address; write https://example.org/\n"),
        ("our site", "isn't a web address; write https://feeds.example.org/\n"),
        ("https://example.org/feeds?x=1", "has no `?`, `#`, name or password; write https://example.org/feeds\n"),
        ("https://example.org/#top", "has no `?`, `#`, name or password; write https://example.org/\n"),
        ("https://me:word@example.org/", "has no `?`, `#`, name or password; write https://example.org/\n"),
    ] {
        let (said, code) = said(&folder, &["build", "issues", "--base-url", address]);
        assert!(code == Some(2) && said.contains(words), "{address}: {said}");
    }
}

#[test]
fn strict_says_how_many_problems_there_are_and_that_nothing_was_written() {
    let folder = folder("strict-words");
    let args = ["build", "issues", "--out", "site", "--strict", "--quiet"];
    let problem = "error: nothing was written: 1 problem, and --strict is set\n";
    assert_eq!(said(&folder, &args), (problem.to_owned(), Some(1)));
}

#[test]
fn a_folder_without_an_issue_is_said_by_every_command() {
    let folder = Folder::new("no-issue");
    folder.write("notes/README.md", "# Notes\n");
    let expected =
        "error: notes: there is no issue here: no file that isn't a draft has a date or an entry\n".to_owned();
    for args in [&["check", "notes"][..], &["list", "notes"], &["build", "notes"], &["new", "notes", "--seen", "seen"]]
    {
        assert_eq!(said(&folder, args), (expected.clone(), Some(1)), "{args:?}");
    }
}

#[test]
fn every_command_has_examples() {
    let folder = folder("examples");
    for command in ["build", "check", "list", "init", "new"] {
        let output = patchfeed(&folder.0, &[command, "--help"]);
        let help = String::from_utf8_lossy(&output.stdout).into_owned();
        let (_, examples) = help.split_once("\nExamples:\n").unwrap_or_else(|| panic!("{help}"));
        assert!(examples.lines().all(|line| line.starts_with(&format!("  patchfeed {command}"))), "{examples}");
        assert!(examples.lines().count() >= 2, "{examples}");
    }
}

#[test]
fn a_zone_by_its_name_has_summer_time() {
    let posted = |date: &str| {
        let issue = texts(&[("rvlwn-1.md", &format!("---\ndate: {date}\n---\n\n{ISSUE}"))]);
        let read = read_with(&issue, "[site]\nutc-offset = \"Europe/Berlin\"\n");
        assert_eq!(read.newsletter.zone.to_string(), "Europe/Berlin");
        read.listings[0].posted.to_rfc3339()
    };
    for (date, expected) in [
        ("2023-01-07 19:28", "2023-01-07T19:28:00+01:00"),
        ("2023-05-07 19:28", "2023-05-07T19:28:00+02:00"),
        ("2023-05-07 19:28 UTC", "2023-05-07T21:28:00+02:00"),
        ("2023-03-26 02:30", "2023-03-26T03:30:00+02:00"), // clocks leave it out
        ("2023-10-29 02:30", "2023-10-29T02:30:00+02:00"), // they show it twice
    ] {
        assert_eq!(posted(date), expected, "{date}");
    }
}

#[test]
fn a_chinese_language_brings_its_time_zone() {
    let issue = texts(&[("2024-01-01-10-00-00-rvlwn-1.md", ISSUE)]);
    for (toml, zone) in [
        ("language = \"zh-CN\"", "+08:00"),
        ("language = \"zh-Hant-TW\"", "+08:00"),
        ("language = \"zh\"", "+08:00"),
        ("language = \"zh-CN\"\nutc-offset = \"+00:00\"", "+00:00"),
    ] {
        let read = read_with(&issue, &format!("[site]\n{toml}\n"));
        assert_eq!(read.newsletter.zone.to_string(), zone, "{toml}");
    }
    let links = texts(&[(
        "2024-01-01-x.md",
        "## News\n\n- [An English title](https://example.org/1)\n- [Another](https://example.org/2)\n",
    )]);
    assert_eq!(read_with(&links, "[site]\nlanguage = \"zh-HK\"").newsletter.zone.to_string(), "+08:00");
    assert_eq!(read_with(&links, "").newsletter.zone.to_string(), "+00:00");
}
