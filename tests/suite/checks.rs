//! `patchfeed check`: what it says of the newest issue, to whom, and when it fails.

use crate::server::{Server, answer};
use crate::sources::{program, run};
use crate::{Folder, stderr, stdout};

/// An issue with so many entries under each heading.
fn issue(number: u32, sections: &[(&str, u32)]) -> String {
    let sections = sections.iter().map(|(heading, entries)| {
        let entries = (0..*entries).map(|entry| {
            format!(
                "**[v1: {heading} {number} {entry}](https://lore.kernel.org/x/{number}.{entry}.{heading}@a.org/)**\n\n"
            )
        });
        format!("### {heading}\n\n{}", entries.collect::<String>())
    });
    sections.collect()
}

/// A folder with six issues that list four patches of BPF and two of QEMU, and the newest.
fn newsletter(name: &str, newest: &str) -> Folder {
    let folder = Folder::new(name);
    for number in 1..7 {
        folder.write(&path(number), issue(number, &[("BPF", 3 + number % 3), ("QEMU", 2)]));
    }
    folder.write(&path(7), newest);
    folder.write("patchfeed.toml", "[site]\nlanguage = \"en\"\n");
    folder
}

fn path(number: u32) -> String {
    format!("issues/2024-01-{number:02}-10-00-00-rvlwn-{number}.md")
}

#[test]
fn the_newest_issue_is_shown_beside_what_is_usual() {
    let folder = newsletter("check-usual", &issue(7, &[("BPF", 9), ("U-Boot", 1)]));
    let output = run(&folder, &["check", "issues"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let expected = "7 issues, 46 entries: nothing is wrong

Issue 7 of 2024-01-07: 10 entries
    BPF        9  usually 3–5  ← many
    U-Boot     1  ← new
    QEMU       0  usually 2  ← none
";
    assert_eq!(stdout(&output), expected);
    assert_eq!(stdout(&run(&folder, &["check", "issues", "--quiet"])), "");
    let denied = run(&folder, &["check", "issues", "--deny", "missing-section"]);
    assert_eq!(denied.status.code(), Some(1));
    let said = stdout(&denied);
    assert!(
        said.contains("error[missing-section]: the section \"QEMU\", which earlier issues always have, is missing\n"),
        "{said}"
    );
}

#[test]
fn what_earlier_issues_listed_is_counted_and_shown_on_demand() {
    let again = "### BPF\n\n**[v1: BPF 3 0](https://lore.kernel.org/x/3.0.BPF@a.org/)**\n\n\
                 **[v2: a common subject line here](https://lore.kernel.org/x/v2@a.org/)**\n\n**[v3: a common subject line here](https://lore.kernel.org/x/v3@a.org/)**\n";
    let folder = newsletter("check-repeated", again);
    let output = run(&folder, &["check", "issues"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(stdout(&output).contains("    1 entry listed before, by Issue 3 1 (--deny repeated shows them)\n"));
    assert!(stdout(&output).contains("    1 entry with a newer version in the same issue"), "{}", stdout(&output));
    let output = run(&folder, &["check", "issues", "--deny", "repeated,superseded"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert!(said.contains("error[repeated]: Issue 3 listed this already\n"), "{said}");
    assert!(said.contains("rvlwn-7.md:3:4\n") && said.contains("rvlwn-7.md:5:4\n"), "{said}");
    assert!(said.contains("error[superseded]: the same issue lists v3 of this patch\n"), "{said}");
    assert_eq!(run(&folder, &["build", "issues", "--deny", "repeated"]).status.code(), Some(1));
    assert!(!folder.path("feeds").exists());
}

/// An issue with a broken entry.
const BROKEN: &str = "### BPF\n\n**[v1: a, b: %](https://lore.kernel.org/x/1 2@a.org/)**\n\n> Text.\n";

#[test]
fn a_newsletter_lives_with_some_kinds_of_problems_and_does_not_stand_others() {
    let folder = newsletter("check-policy", BROKEN);
    assert_eq!(run(&folder, &["check", "issues"]).status.code(), Some(1));
    assert_eq!(run(&folder, &["check", "issues", "--allow", "broken-entry"]).status.code(), Some(0));
    assert_eq!(run(&folder, &["build", "issues"]).status.code(), Some(0));
    assert_eq!(run(&folder, &["build", "issues", "--strict"]).status.code(), Some(1));
    assert_eq!(run(&folder, &["build", "issues", "--strict", "--allow", "broken-entry"]).status.code(), Some(0));
    folder.write("patchfeed.toml", "[check]\ndeny = [\"broken-entry\"]\n");
    let output = run(&folder, &["build", "issues"]);
    assert!(stderr(&output).ends_with("error: nothing was written: 1 problem of a kind that is denied\n"));
    assert_eq!(run(&folder, &["build", "issues", "--allow", "broken-entry"]).status.code(), Some(0));
    folder.write("patchfeed.toml", "[check]\nallow = [\"broken\"]\n");
    assert!(stderr(&run(&folder, &["check", "issues"])).contains(
        "`patchfeed check --explain` lists the kinds, and \"broken\" isn't one; did you mean \"broken-entry\"?"
    ));
}

#[test]
fn problems_are_written_for_what_shows_them_beside_a_change() {
    let folder = newsletter("check-formats", BROKEN);
    let report = |format| stdout(&run(&folder, &["check", "./issues", "--format", format]));
    assert_eq!(
        report("github"),
        "::warning file=issues/2024-01-07-10-00-00-rvlwn-7.md,line=3,endLine=3,col=44,endColumn=45,title=broken-entry::\
         there is white space in its address (expected **[title](address)**)%0Ait became an item with all its text, linked to the issue's page\n"
    );
    let line: serde_json::Value = serde_json::from_str(&report("json")).expect("a line is an object");
    assert_eq!((&line["line"], &line["kind"]), (&3.into(), &"broken-entry".into()));
    let gitlab: serde_json::Value = serde_json::from_str(&report("gitlab")).expect("it is JSON");
    assert_eq!(gitlab[0]["location"]["lines"]["begin"], 3);
    let sarif: serde_json::Value = serde_json::from_str(&report("sarif")).expect("it is JSON");
    let result = &sarif["runs"][0]["results"][0];
    let rule = usize::try_from(result["ruleIndex"].as_u64().expect("there is a rule")).expect("it is small");
    assert_eq!(sarif["runs"][0]["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 3);
}

#[test]
fn an_issue_without_problems_gives_reports_without_any() {
    let folder = newsletter("check-fine", &issue(7, &[("BPF", 4), ("QEMU", 2)]));
    for (format, expected) in [("github", ""), ("json", ""), ("gitlab", "[]\n")] {
        let output = run(&folder, &["check", "issues", "--format", format]);
        assert_eq!((stdout(&output).as_str(), output.status.code()), (expected, Some(0)));
    }
}

#[test]
fn only_the_issues_that_a_change_touches_are_shown() {
    let folder = newsletter("check-since", &issue(7, &[("BPF", 4), ("QEMU", 2)]));
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        let user = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
        let done = git.args(user).args(arguments).current_dir(folder.path("issues")).output().expect("git runs");
        assert!(done.status.success(), "{}", stderr(&done));
    };
    folder.write(&path(5), BROKEN);
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "issues"]);
    let output = run(&folder, &["check", "issues", "--since", "HEAD"]);
    assert_eq!((stdout(&output).as_str(), stderr(&output).as_str()), ("", "no issue differs from HEAD\n"));
    folder.write(&path(3), issue(3, &[("BPF", 4)]));
    folder.write(&path(8), BROKEN.replace("v1", "v2"));
    let output = run(&folder, &["check", "issues", "--since", "HEAD"]);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(!said.contains("rvlwn-5.md") && said.contains("rvlwn-8.md:3"), "{said}");
    assert!(
        said.contains("\nIssue 3 of ") && said.contains("\nIssue 8 of ") && !said.contains("\nIssue 7 of "),
        "{said}"
    );
    for (revision, cause) in [("nothing", "git knows no revision \"nothing\""), ("--output=x", "unexpected argument")] {
        let output = run(&folder, &["check", "issues", "--since", revision]);
        assert!(stderr(&output).contains(cause), "{}", stderr(&output));
    }
}

#[test]
fn every_kind_of_problem_is_explained_in_two_languages() {
    let folder = Folder::new("check-explain");
    let english = stdout(&run(&folder, &["check", "--explain"]));
    assert!(english.contains("broken-entry\n    It is an entry"));
    let output = program(&folder.path(""), &["check", "--explain", "repeated"]).env("LC_ALL", "zh_CN.UTF-8").output();
    assert!(stdout(&output.expect("it runs")).contains("前面某一期"));
}

#[test]
fn links_are_asked_for_once_and_a_robot_wall_is_no_death() {
    let server = Server::start(|request| match (request.method.as_str(), request.path.as_str()) {
        (_, "/fine" | "/slash/") => answer("200 OK", &[], ""),
        (_, "/wall") => answer("403 Forbidden", &[], ""),
        ("HEAD", "/no-head") => answer("405 Method Not Allowed", &[], ""),
        (_, "/no-head") => answer("200 OK", &[], "a page"),
        (_, "/moved") => answer("301 Moved Permanently", &[("Location", "/fine")], ""),
        (_, "/slash") => answer("301 Moved Permanently", &[("Location", "/slash/")], ""),
        (_, "/for-now") => answer("302 Found", &[("Location", "/fine")], ""),
        (_, "/round") => answer("302 Found", &[("Location", "/round")], ""),
        (_, "/broken") => answer("500 Internal Server Error", &[], ""),
        _ => answer("404 Not Found", &[], ""),
    });
    let folder = Folder::new("check-links");
    let paths = ["fine", "wall", "no-head", "moved", "slash", "for-now", "round", "broken", "gone", "fine"];
    let links: String = paths.iter().map(|path| format!("* [{path}]({})\n", server.url(path))).collect();
    folder.write("issues/2024-02-02-harbour-12.md", format!("# Harbour\n\n## News\n\n{links}"));
    folder.write("patchfeed.toml", "[network]\npause = 0\n");
    let output = run(&folder, &["check", "issues", "--links", "--cache", "cache"]);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let problems: Vec<&str> = said.lines().filter(|line| line.starts_with("warning[")).collect();
    let expected = [
        "warning[moved-link]: the link has moved for good",
        "warning[unreachable-link]: the link can't be reached: too many redirects",
        "warning[unreachable-link]: the link can't be reached: the server answered 500",
        "warning[gone-link]: the link is dead: the server answered 404",
        "warning[listed-twice]: line 5 has the same link",
    ];
    assert_eq!(problems, expected, "{said}");
    assert!(said.contains("2024-02-02-harbour-12.md:8:"), "{said}");
    let asked = server.requests().len();
    let again = run(&folder, &["check", "issues", "--links", "--cache", "cache"]);
    assert_eq!(stdout(&again), said);
    let paths: Vec<String> = server.requests()[asked..].iter().map(|request| request.path.clone()).collect();
    assert!(
        paths.iter().all(|path| path == "/round" || path == "/broken"),
        "only what failed is asked for again: {paths:?}"
    );
    let allowed = run(
        &folder,
        &[
            "check",
            "issues",
            "--links",
            "--cache",
            "cache",
            "--allow",
            "gone-link,moved-link,unreachable-link,listed-twice",
        ],
    );
    assert_eq!(allowed.status.code(), Some(0), "{}", stdout(&allowed));
}

#[test]
fn a_server_that_wants_to_be_left_alone_is() {
    let server = Server::start(|_| answer("429 Too Many Requests", &[("Retry-After", "60")], ""));
    let folder = Folder::new("check-links-busy");
    let links: String = (0..9).map(|path| format!("* [{path}]({})\n", server.url(&path.to_string()))).collect();
    folder.write("issues/2024-02-02-harbour-12.md", format!("# Harbour\n\n## News\n\n{links}"));
    let output = run(&folder, &["check", "issues", "--links", "--cache", "cache"]);
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(server.requests().len() <= 2, "HEAD and GET");
    assert!(stderr(&output).starts_with("warning: 9 links not asked for, "), "{}", stderr(&output));
}

#[test]
fn two_entries_with_one_link_are_told_unless_they_stand_in_two_sections() {
    let entry = |title: &str, id: u32| format!("**[{title}](https://lore.kernel.org/x/{id}@a.org/)**\n\n> Text.\n\n");
    let (first, again) = (entry("v1: a: first", 1), entry("v1: a: second", 1));
    for (text, lines) in [
        (format!("### BPF\n\n{first}{again}"), &[7][..]),
        (format!("### BPF\n\n{first}{first}"), &[7]),
        (format!("### BPF\n\n{first}### QEMU\n\n{first}"), &[]),
        (format!("### BPF\n\n{first}### QEMU\n\n{again}"), &[9]),
    ] {
        let folder = newsletter("check-twice", &text);
        let said = stdout(&run(&folder, &["check", "issues", "--format", "json"]));
        let found: Vec<u64> = said
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line is an object"))
            .filter(|problem| problem["kind"] == "listed-twice")
            .filter_map(|problem| problem["line"].as_u64())
            .collect();
        assert_eq!(found, lines, "{text}\n{said}");
    }
}

#[test]
fn a_draft_behind_a_slip_in_its_front_matter_stays_one() {
    for matter in [
        "---\ndraft: ture\n---\n",
        "----\ndraft: true\n----\n",
        "——\ndraft: true\n——\n",
        "---\ndraft: true\n——\n",
        "***\ntitle: a\ndraft: true\n---\n",
        "--- yaml\ndate: 2024-01-07\ndraft: true\n---\n",
        "--\ndraft: yes\n---\n",
        "---\ndraft: [true]\n---\n",
        "---\nstatus: drafts\n---\n",
    ] {
        let folder = newsletter("check-draft", &format!("{matter}\n{}", issue(7, &[("BPF", 1)])));
        let output = run(&folder, &["check", "issues"]);
        assert!(stderr(&output).starts_with("1 draft left out: "), "{matter}: {}", stderr(&output));
    }
    let folder =
        newsletter("check-fence", &format!("----\ntitle: A title\n----\n\n{}", issue(7, &[("BPF", 4), ("QEMU", 2)])));
    let said = stdout(&run(&folder, &["check", "issues", "--format", "github"]));
    assert!(said.contains("line=1,") && said.contains("line=3,"), "{said}");
    assert!(stdout(&run(&folder, &["list", "issues", "--format", "json"])).contains("\"A title\""));
}

/// A change may add any files, also those of a bare repository whose settings run programs.
#[test]
fn nothing_of_a_change_is_run() {
    let folder = newsletter("check-since-attack", BROKEN);
    let git = |within: &str, arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        let user = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"];
        let done = git.args(user).args(arguments).current_dir(folder.path(within)).output().expect("git runs");
        assert!(done.status.success(), "{}", stderr(&done));
    };
    git("", &["init", "-q"]);
    git("issues", &["init", "-q"]);
    git("issues", &["add", "."]);
    git("issues", &["commit", "-qm", "a"]);
    for entry in std::fs::read_dir(folder.path("issues/.git")).expect("there is a repository").flatten() {
        let to = folder.path("issues").join(entry.file_name());
        std::fs::rename(entry.path(), to).expect("it can be moved");
    }
    std::fs::remove_dir(folder.path("issues/.git")).expect("it is empty");
    let config =
        "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\n[filter \"x\"]\nclean = touch PWNED; cat\n";
    folder.write("issues/config", config);
    folder.write("issues/.gitattributes", "*.md filter=x\n");
    folder.write(&path(7), format!("{BROKEN}\n"));
    let output = run(&folder, &["check", "issues", "--since", "HEAD"]);
    assert_ne!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(!folder.path("issues/PWNED").exists() && !folder.path("PWNED").exists());
}

#[test]
fn no_heading_is_said_where_a_workflow_reads_commands() {
    let folder = newsletter("check-commands", &issue(7, &[("::stop-commands::x", 1)]));
    let output = run(&folder, &["check", "issues", "--format", "github"]);
    assert!(!stderr(&output).contains("::stop"), "{}", stderr(&output));
}

#[test]
fn an_issue_that_cannot_be_read_withdraws_nothing() {
    let folder = newsletter("check-withdrawn", &issue(7, &[("BPF", 4)]));
    assert_eq!(run(&folder, &["build", "issues"]).status.code(), Some(0));
    for damaged in [&b"\xc4\xda\xb4\xe6\xb9\xdc\xc0\xed \xc4\xda\xb4\xe6\xb9\xdc\xc0\xed\n"[..], b"", b"\0\0\0\0"] {
        std::fs::write(folder.path(&path(3)), damaged).expect("the file can be written");
        let output = run(&folder, &["build", "issues"]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert!(stderr(&output).contains("archives would be removed, those of issue 3"), "{}", stderr(&output));
    }
    assert_eq!(run(&folder, &["build", "issues", "--force"]).status.code(), Some(0));
}
