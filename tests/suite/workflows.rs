//! `patchfeed init --ci`: the workflows that check and publish a newsletter in its forge. Their steps are run here for real, as far as a
//! machine without a forge can.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::server::{Server, answer};
use crate::{BASE, Folder, patchfeed, stderr, stdout, tree};

const FORGES: [(&str, &str); 3] = [
    ("github", ".github/workflows/patchfeed.yml"),
    ("gitlab", ".gitlab-ci.yml"),
    ("forgejo", ".forgejo/workflows/patchfeed.yml"),
];

const TARGETS: [&str; 3] = ["pages", "s3", "branch"];

/// A name that means something to YAML, to the shell, to each forge, or to patchfeed.
const HOSTILE: &str =
    "-a: b #c/it's \"x\" `touch PWNED` $(touch PWNED) ${{ secrets.TOKEN }} $[[ inputs.x ]] '${{ y }}' \\ %0A 动态 *";

/// Below the folder `from`, the sample's issues in the folder `issues`.
fn repository(name: &str, issues: &str) -> Folder {
    let folder = Folder::new(name);
    let sample = tree(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/source/sample")));
    for (path, text) in &sample {
        folder.write(&format!("{issues}/{path}"), text);
    }
    folder
}

fn init(folder: &Folder, issues: &str, forge: &str, target: &str) -> Output {
    patchfeed(&folder.0, &["init", "--ci", forge, "--publish", target, "--base-url", BASE, "--", issues])
}

fn yaml(folder: &Folder, path: &str) -> Value {
    let text = std::fs::read_to_string(folder.path(path)).expect("the workflow was written");
    serde_saphyr::from_str(&text).unwrap_or_else(|err| panic!("{path}: {err}\n{text}"))
}

/// The shell's lines of a workflow, a text for each step, in the jobs that check and publish.
fn scripts(workflow: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().expect("lines are text").to_owned();
    let mut scripts = Vec::new();
    for job in ["check", "publish", "pages"] {
        let steps = workflow["jobs"][job]["steps"].as_array().into_iter().flatten();
        scripts.extend(steps.filter_map(|step| step.get("run")).map(text));
        scripts.extend(workflow[job]["script"].as_array().into_iter().flatten().map(text));
    }
    scripts
}

/// The step that has some words.
fn step<'a>(scripts: &'a [String], words: &str) -> &'a str {
    scripts.iter().find(|script| script.contains(words)).unwrap_or_else(|| panic!("no step has {words}: {scripts:?}"))
}

/// Runs a step as a forge does.
fn shell(folder: &Path, script: &str, variables: &[(&str, &str)]) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_patchfeed")).parent().expect("a program lies in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
        .current_dir(folder)
        .env("PATH", path)
        .envs(variables.iter().copied())
        .output()
        .expect("bash starts")
}

#[track_caller]
fn succeeds(output: &Output) {
    assert!(output.status.success(), "{}{}", stdout(output), stderr(output));
}

/// Whether a program is here; if not, the test is skipped, with a word.
fn is_here(program: &str) -> bool {
    let is_here = Command::new(program).arg("--version").output().is_ok();
    if !is_here {
        eprintln!("skipped: {program} is not here");
    }
    is_here
}

fn git(folder: &Path, args: &[&str]) -> String {
    let who = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
    let output = Command::new("git").args(who).args(args).current_dir(folder).output().expect("git starts");
    succeeds(&output);
    stdout(&output).trim().to_owned()
}

#[test]
fn each_forge_gets_a_workflow_for_each_place() {
    for (forge, path) in FORGES {
        for target in TARGETS {
            let folder = repository(&format!("workflows-{forge}-{target}"), "posts");
            let output = init(&folder, "posts", forge, target);
            succeeds(&output);
            let said = stderr(&output);
            assert!(said.starts_with(&format!("{path}: written; it checks changes to the 3 issues")), "{said}");
            assert!(said.contains("commit it and push it") && said.contains("isn't the top of a git"), "{said}");
            assert_eq!(said.contains("S3_BUCKET"), target == "s3", "{said}");

            let scripts = scripts(&yaml(&folder, path));
            step(&scripts, "patchfeed check posts --since");
            step(&scripts, "patchfeed build posts --out \"$SITE\" --base-url \"$BASE_URL\"");
            let deploys = scripts.iter().any(|script| script.contains("patchfeed deploy \"$SITE\" \"s3://$"));
            assert_eq!(deploys, target == "s3");
            let publish = std::fs::read_to_string(folder.path(path)).expect("it was written");
            let (install, checkout) = (publish.rfind("cargo install"), publish.rfind("actions/checkout"));
            assert!(checkout.is_none() || install < checkout, "what is installed sees no token");
            let pushes = scripts.iter().any(|script| script.contains("push --quiet origin"));
            assert_eq!(pushes, target == "branch" || (forge, target) == ("forgejo", "pages"));

            let before = std::fs::read(folder.path(path)).expect("it was written");
            let again = init(&folder, "posts", forge, "pages");
            assert_eq!(again.status.code(), Some(1));
            assert!(stderr(&again).starts_with(&format!("error: {path}: this file is there already, ")), "{again:?}");
            assert_eq!(std::fs::read(folder.path(path)).expect("it is there"), before, "nothing is overwritten");
        }
    }
}

#[test]
fn no_name_means_anything_to_a_workflow() {
    for (forge, path) in FORGES {
        let folder = repository(&format!("workflows-names-{forge}"), HOSTILE);
        folder.write("it's ${{ b }}.toml", "");
        let output = patchfeed(
            &folder.0,
            &[
                "init",
                "--ci",
                forge,
                "--config",
                "it's ${{ b }}.toml",
                "--base-url",
                "https://x.example.org/it's/$HOME/${{ a }}",
                "--",
                HOSTILE,
            ],
        );
        succeeds(&output);
        let text = std::fs::read_to_string(folder.path(path)).expect("it was written");
        for expression in ["secrets.TOKEN", "inputs.x", " y }}", " b }}"] {
            let at = text.find(expression).unwrap_or_else(|| panic!("{expression} is gone"));
            let before = text[..at].trim_end();
            assert!(!before.ends_with("${{") && !before.ends_with("$[["), "{expression} is an expression");
        }
        let workflow = yaml(&folder, path);
        let address = workflow.pointer("/env/BASE_URL").or(workflow.pointer("/variables/BASE_URL"));
        let address = address.and_then(Value::as_str).expect("the address is text");
        let address = if forge == "gitlab" { address.replace("$$", "$") } else { address.to_owned() };
        assert_eq!(address, "https://x.example.org/it's/$HOME/$%7B%7B%20a%20%7D%7D/");
        let scripts = scripts(&workflow);
        let build = step(&scripts, "patchfeed build");
        succeeds(&shell(&folder.0, build, &[("SITE", "site"), ("BASE_URL", &address)]));
        assert!(folder.path("site/riscv.atom").exists() && !folder.path("PWNED").exists());
        let feed = std::fs::read_to_string(folder.path("site/riscv.json")).expect("the feed was written");
        assert!(feed.contains("https://x.example.org/it's/$HOME/$%7B%7B%20a%20%7D%7D/riscv.json"), "{}", &feed[..500]);
    }
}

#[test]
fn what_no_workflow_can_do_is_said() {
    let folder = repository("workflows-refused", "posts");
    let refused = |args: &[&str], code: i32, words: &str| {
        let output = patchfeed(&folder.0, &[&["init"], args].concat());
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        assert!(stderr(&output).contains(words), "{args:?}: {}", stderr(&output));
    };
    refused(&["--ci", "github"], 1, "name the folder of the issues");
    refused(&["posts", "--ci", "forgejo"], 1, "--base-url: say the address");
    refused(&["posts", "--ci", "github", "--publish", "s3"], 1, "--base-url: say the address");
    refused(&["../posts", "--ci", "github"], 1, "without `..`");
    refused(&["/srv/posts", "--ci", "github"], 1, "a path from the repository's top on");
    refused(&["https://github.com/OWNER/NAME", "--ci", "github"], 1, "what its repository has");
    refused(&["-", "--ci", "github"], 1, "what its repository has");
    refused(&["po\nsts", "--ci", "github"], 1, "no workflow can hold a name with this character");
    refused(&["po\u{2028}sts", "--ci", "gitlab"], 1, "no workflow can hold a name with this character");
    folder.write("google.toml", "[deploy]\nto = 'gs://bucket'\n");
    let to_google = ["posts", "--ci", "github", "--publish", "s3", "--base-url", BASE, "--config", "google.toml"];
    refused(&to_google, 1, "--publish s3: [deploy] puts the site at gs://bucket");
    refused(&["posts", "--ci", "jenkins"], 2, "gitlab");
    refused(&["posts", "--publish", "s3"], 2, "--ci");
    folder.write("empty/readme.txt", "");
    refused(&["empty", "--ci", "github"], 1, "empty: no issue here");
    for (_, path) in FORGES {
        assert!(!folder.path(path).exists(), "{path}");
    }
}

#[test]
fn the_configuration_states_what_the_command_line_does_not() {
    let folder = repository("workflows-configured", "posts");
    folder.write("patchfeed.toml", "issues = 'posts'\nbase-url = 'https://stated.example.org/'\n");
    succeeds(&patchfeed(&folder.0, &["init", "--ci", "forgejo"]));
    let workflow = yaml(&folder, FORGES[2].1);
    assert_eq!(workflow["env"]["BASE_URL"], "https://stated.example.org/");
    step(&scripts(&workflow), "patchfeed build --out");

    // Where neither does, a forge that knows the address of its pages tells it.
    folder.write("patchfeed.toml", "issues = 'posts'\n");
    succeeds(&patchfeed(&folder.0, &["init", "--ci", "gitlab"]));
    assert_eq!(yaml(&folder, FORGES[1].1)["variables"]["BASE_URL"], "$CI_PAGES_URL/");
    succeeds(&patchfeed(&folder.0, &["init", "--ci", "github"]));
    let workflow = yaml(&folder, FORGES[0].1);
    assert_eq!(workflow["env"]["BASE_URL"], Value::Null);
    let scripts = scripts(&workflow);
    let variables = [("ADDRESS", "https://owner.example.org/name"), ("GITHUB_ENV", "variables")];
    succeeds(&shell(&folder.0, step(&scripts, "GITHUB_ENV"), &variables));
    let told = std::fs::read_to_string(folder.path("variables")).expect("it was written");
    assert_eq!(told, "BASE_URL=https://owner.example.org/name/\n");
}

#[test]
fn a_change_is_checked_by_what_differs() {
    if !is_here("git") {
        return;
    }
    for (forge, path) in FORGES {
        let folder = repository(&format!("workflows-check-{forge}"), "posts");
        succeeds(&init(&folder, "posts", forge, "branch"));
        git(&folder.0, &["init", "--quiet", "--initial-branch=main"]);
        git(&folder.0, &["add", "."]);
        git(&folder.0, &["commit", "--quiet", "--message", "a"]);
        git(&folder.0, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
        let base = git(&folder.0, &["rev-parse", "HEAD"]);
        let scripts = scripts(&yaml(&folder, path));
        let check = step(&scripts, "patchfeed check");
        let variables = [("BASE", "main"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)];
        succeeds(&shell(&folder.0, check, &variables));
        if forge == "gitlab" {
            assert_eq!(report(&folder), Value::Array(Vec::new()), "a change without issues has a report, too");
        }

        let broken = "---\ntitle: Issue 48\ndate: 2023-06-12\n---\n\n### QEMU\n\n**[v1: a title that runs into an addr.org/1@x/)**\n";
        folder.write("posts/2023-06-12-17-07-35-rvlwn-48.md", broken);
        let output = shell(&folder.0, check, &variables);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        let said = stdout(&output);
        let place = "posts/2023-06-12-17-07-35-rvlwn-48.md";
        match forge {
            "github" => assert!(said.contains(&format!("::warning file={place},line=8")), "{said}"),
            "gitlab" => {
                assert!(said.contains("warning[broken-entry]"), "{said}");
                assert_eq!(report(&folder)[0]["location"]["path"], place);
            }
            _ => assert!(said.contains("warning[broken-entry]") && said.contains(place), "{said}"),
        }
    }
}

/// The report that a merge request shows.
fn report(folder: &Folder) -> Value {
    let text = std::fs::read_to_string(folder.path("gl-code-quality-report.json")).expect("the report was written");
    serde_json::from_str(&text).expect("the report is JSON")
}

/// A feed of one's own, in a configuration.
const OWN_FEED: &str = "[[feed]]\nslug = \"riscv-kvm\"\ntitle = \"KVM on RISC-V\"\nmatch = { section = [\"fs\"] }\n";

/// Commits everything in a repository that is published, as somebody's clone of it.
fn commit(folder: &Folder, message: &str) {
    git(&folder.path("work"), &["add", "--all"]);
    git(&folder.path("work"), &["commit", "--quiet", "--message", message]);
    git(&folder.path("work"), &["push", "--quiet", "origin", "HEAD:main"]);
}

/// Runs the steps that publish, as a forge does, in a fresh clone. What they print.
fn publish(folder: &Folder, run: &str, scripts: &[String], variables: &[(&str, &str)]) -> String {
    git(&folder.0, &["clone", "--quiet", "bare.git", run]);
    let at =
        scripts.iter().position(|script| script.contains("The published site says")).expect("there is such a step");
    let outputs: Vec<Output> =
        scripts[at..].iter().map(|script| shell(&folder.path(run), script, variables)).inspect(succeeds).collect();
    outputs.iter().map(|output| stdout(output) + &stderr(output)).collect()
}

#[test]
fn a_branch_is_published_over_what_it_has() {
    if !is_here("git") {
        return;
    }
    for (forge, path, target, branch) in [
        (FORGES[0].0, FORGES[0].1, "branch", "feeds"),
        (FORGES[1].0, FORGES[1].1, "branch", "feeds"),
        (FORGES[2].0, FORGES[2].1, "pages", "pages"),
    ] {
        let folder = repository(&format!("workflows-branch-{forge}"), "work/posts");
        git(&folder.0, &["init", "--quiet", "--bare", "--initial-branch=main", "bare.git"]);
        git(&folder.0, &["init", "--quiet", "--initial-branch=main", "work"]);
        git(&folder.path("work"), &["remote", "add", "origin", "../bare.git"]);
        folder.write("work/patchfeed.toml", OWN_FEED);
        let output =
            patchfeed(&folder.path("work"), &["init", "posts", "--ci", forge, "--publish", target, "--base-url", BASE]);
        succeeds(&output);
        assert!(!stderr(&output).contains("isn't the top"), "{}", stderr(&output));
        commit(&folder, "issues");
        let scripts = scripts(&yaml(&folder, &format!("work/{path}")));
        let variables = [("SITE", "site"), ("BASE_URL", BASE), ("BRANCH", branch)];
        let published = |paths: &str| git(&folder.path("bare.git"), &["ls-tree", "-r", "--name-only", branch, paths]);
        let commits = || git(&folder.path("bare.git"), &["rev-list", "--count", branch]);

        publish(&folder, "first", &scripts, &variables);
        assert_eq!(published("riscv-kvm.atom"), "riscv-kvm.atom");
        assert_eq!(published(".patchfeed/manifest"), ".patchfeed/manifest");
        assert_eq!(commits(), "2", "an empty one, and the site");

        let said = publish(&folder, "second", &scripts, &variables);
        assert!(said.contains("nothing has changed"), "{said}");
        assert_eq!(commits(), "2");

        // A feed that nothing makes any more stays; and a build that would lose archives stops until it is told to go on.
        folder.write("work/patchfeed.toml", "");
        commit(&folder, "no feed of one's own");
        let said = publish(&folder, "third", &scripts, &variables);
        assert!(said.contains("riscv-kvm (KVM on RISC-V)") && said.contains("stays, empty"), "{said}");
        assert_eq!((published("riscv-kvm.atom").as_str(), commits().as_str()), ("riscv-kvm.atom", "3"));

        std::fs::remove_file(folder.path("work/posts/2023-05-07-19-28-47-rvlwn-45.md")).expect("the issue was there");
        commit(&folder, "an issue is lost");
        git(&folder.0, &["clone", "--quiet", "bare.git", "fourth"]);
        succeeds(&shell(&folder.path("fourth"), step(&scripts, "git worktree"), &variables));
        let build = step(&scripts, "patchfeed build");
        let output = shell(&folder.path("fourth"), build, &variables);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains("archives would be removed"), "{}", stderr(&output));
        succeeds(&shell(&folder.path("fourth"), build, &[&variables[..], &[("FORCE", "yes")]].concat()));
    }
}

#[test]
fn pages_are_published_over_what_is_there() {
    if !is_here("curl") {
        return;
    }
    for ((forge, path), site) in [(FORGES[0], "site"), (FORGES[1], "public")] {
        let folder = repository(&format!("workflows-pages-{forge}"), "posts");
        folder.write("patchfeed.toml", OWN_FEED);
        succeeds(&init(&folder, "posts", forge, "pages"));
        let scripts = scripts(&yaml(&folder, path));
        let at = scripts.iter().position(|script| script.contains("The published site says")).expect("it is there");
        let publish = |address: &str| {
            scripts[at..].iter().map(|step| shell(&folder.0, step, &[("SITE", site), ("BASE_URL", address)])).collect()
        };
        let all_succeed = |outputs: Vec<Output>| -> String {
            outputs.iter().inspect(|output| succeeds(output)).map(|output| stdout(output) + &stderr(output)).collect()
        };

        // The site as the forge serves it: without hidden files.
        let served = folder.path("served");
        let root = served.clone();
        let server = Server::start(move |request| {
            let file = std::fs::read(root.join(request.path.trim_start_matches('/')));
            if request.path.contains("/.") {
                return answer("404 Not Found", &[], "");
            }
            match file {
                Ok(bytes) => answer("200 OK", &[], bytes),
                Err(_) if root.join("is-closed").exists() => answer("403 Forbidden", &[], "closed"),
                Err(_) => answer("404 Not Found", &[], "not here"),
            }
        });
        let address = server.url("");
        let said = all_succeed(publish(&address));
        assert!(said.contains("this is the first one"), "{said}");
        std::fs::rename(folder.path(site), &served).expect("the site is published");

        folder.write("patchfeed.toml", "");
        let said = all_succeed(publish(&address));
        assert!(said.contains("riscv-kvm (KVM on RISC-V)") && said.contains("stays, empty"), "{said}");
        assert!(folder.path(&format!("{site}/riscv-kvm.atom")).exists());

        // What can't be read now isn't taken for nothing.
        std::fs::remove_dir_all(folder.path(site)).expect("there was a site");
        std::fs::remove_file(served.join("patchfeed-manifest.txt")).expect("the list is published");
        folder.write("served/is-closed", "");
        let outputs: Vec<Output> = publish(&address);
        assert_eq!(outputs[0].status.code(), Some(1));
        assert!(stdout(&outputs[0]).contains("answers 403"), "{}", stdout(&outputs[0]));

        // A server that answers everything with some page of its own has no site.
        folder.write("served/patchfeed-manifest.txt", "<h1>Sign in</h1>");
        let _ = std::fs::remove_dir_all(folder.path(site));
        let said = all_succeed(publish(&address));
        assert!(said.contains("this is the first one"), "{said}");
    }
}

#[test]
fn a_bucket_gets_the_site_by_what_the_configuration_says() {
    use std::os::unix::fs::PermissionsExt as _;
    for (forge, path) in FORGES {
        let folder = repository(&format!("workflows-bucket-{forge}"), "posts");
        folder.write("it's own.toml", "");
        let named = ["--config", "it's own.toml", "--base-url", BASE];
        succeeds(&patchfeed(&folder.0, &[&["init", "posts", "--ci", forge, "--publish", "s3"], &named[..]].concat()));
        folder.write("bin/patchfeed", "#!/bin/sh\nprintf '%s|' \"$@\" >>told\necho >>told\n");
        let program = folder.path("bin/patchfeed");
        std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755)).expect("it can be run");
        let path_variable = format!("{}:{}", folder.path("bin").display(), std::env::var("PATH").unwrap_or_default());
        let scripts = scripts(&yaml(&folder, path));
        for force in ["", "yes"] {
            let variables = [
                ("PATH", path_variable.as_str()),
                ("SITE", "site"),
                ("BASE_URL", BASE),
                ("BUCKET", "a/b"),
                ("S3_BUCKET", "a/b"),
                ("FORCE", force),
            ];
            succeeds(&shell(&folder.0, step(&scripts, "patchfeed build"), &variables));
            succeeds(&shell(&folder.0, step(&scripts, "patchfeed deploy"), &variables));
        }
        let told = std::fs::read_to_string(folder.path("told")).expect("the program was run");
        let build = format!("build|posts|--config|it's own.toml|--out|site|--base-url|{BASE}|");
        let deploy = "deploy|site|s3://a/b|--config|it's own.toml|";
        assert_eq!(told, format!("{build}\n{deploy}\n{build}--force|\n{deploy}--force|\n"));

        // Where the configuration names the bucket, nobody has to do so again.
        std::fs::remove_file(folder.path("told")).expect("it is there");
        std::fs::remove_file(folder.path(path)).expect("it is there");
        folder.write("patchfeed.toml", "[deploy]\nto = 's3://bucket/prefix'\n");
        let output = init(&folder, "posts", forge, "s3");
        succeeds(&output);
        assert!(!stderr(&output).contains("S3_BUCKET"), "{}", stderr(&output));
        let scripts = self::scripts(&yaml(&folder, path));
        let variables = [("PATH", path_variable.as_str()), ("SITE", "site"), ("FORCE", "")];
        succeeds(&shell(&folder.0, step(&scripts, "patchfeed deploy"), &variables));
        assert_eq!(std::fs::read_to_string(folder.path("told")).expect("the program was run"), "deploy|site|\n");
    }
}
