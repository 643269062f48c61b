//! What a deploy puts, leaves and refuses; here with a folder as the storage. `tests/stores/run` tries real ones.

use std::process::Output;

use crate::bots::issue;
use crate::{BASE, Folder, patchfeed, stderr, stdout, tree};

/// A folder with two issues, and their site.
fn two_issues(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", issue(1, 0..5));
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..9));
    build(&folder, &[]);
    folder
}

fn build(folder: &Folder, more: &[&str]) {
    let base = ["build", "issues", "--out", "site", "--base-url", BASE];
    let output = patchfeed(&folder.0, &[&base, more].concat());
    assert!(output.status.success(), "{}", stderr(&output));
}

/// Deploys the site to the folder `bucket`.
fn deploy(folder: &Folder, more: &[&str]) -> Output {
    let to = bucket(folder);
    patchfeed(&folder.0, &[&["deploy", "site", &to], more].concat())
}

fn bucket(folder: &Folder) -> String {
    format!("file://{}", folder.path("bucket").display())
}

/// Deploys; returns what that came to, without the target and the seconds.
fn deployed(folder: &Folder, more: &[&str]) -> String {
    let output = deploy(folder, more);
    assert!(output.status.success(), "{}", stderr(&output));
    let said = stderr(&output);
    let line = said.lines().last().expect("something is said");
    line.split_once(": ").and_then(|(_, said)| said.rsplit_once(", ")).expect("it is a summary").0.to_owned()
}

/// What a deploy is refused with.
fn refused(folder: &Folder, more: &[&str]) -> String {
    let output = deploy(folder, more);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    stderr(&output)
}

#[test]
fn a_site_is_put_as_it_is_and_then_only_what_changed() {
    let folder = two_issues("deployed-changes");
    let mut site = tree(&folder.path("site"));
    site.remove("_headers"); // it is for other hosts
    assert_eq!(deployed(&folder, &[]), format!("{} objects uploaded, 0 unchanged, 0 deleted", site.len()));
    assert_eq!(tree(&folder.path("bucket")), site);
    assert_eq!(deployed(&folder, &[]), format!("0 objects uploaded, {} unchanged, 0 deleted", site.len()));

    folder.write("issues/2024-01-15-10-00-00-rvlwn-3.md", issue(3, 9..12));
    build(&folder, &[]);
    let plan = stdout(&deploy(&folder, &["--dry-run"]));
    let at = |line: &str| plan.lines().position(|planned| planned == line).unwrap_or_else(|| panic!("{line}: {plan}"));
    let order = [
        at("create archive/bpf/3.atom"),
        at("create issue/3.html"),
        at("replace archive/bpf/2.atom"), // it leads to both
        at("replace digest.atom"),
        at("replace bpf.atom"),
        at("replace index.html"),
    ];
    assert!(order.is_sorted(), "{plan}");
    assert!(!plan.contains("archive/bpf/1."), "{plan}");
    deployed(&folder, &[]);
    let mut site = tree(&folder.path("site"));
    site.remove("_headers");
    assert_eq!(tree(&folder.path("bucket")), site);
    assert_eq!(stdout(&deploy(&folder, &["--dry-run"])), "nothing to do\n");
}

#[test]
fn what_somebody_else_has_put_there_stays() {
    let folder = two_issues("deployed-others");
    folder.write("bucket/notes.txt", "mine");
    folder.write("bucket/robots.txt", "User-agent: *\nDisallow: /\n");
    folder.write("bucket/index.html", "my own page");
    let said = refused(&folder, &[]);
    assert!(said.contains("patchfeed didn't put index.html there, so nothing was changed"), "{said}");
    assert_eq!(tree(&folder.path("bucket")).len(), 3);

    // A link counts, wherever it leads.
    std::fs::remove_file(folder.path("bucket/index.html")).expect("it is there");
    std::os::unix::fs::symlink("nowhere", folder.path("bucket/index.html")).expect("links can be made");
    assert!(refused(&folder, &[]).contains("patchfeed didn't put index.html there"));

    std::fs::remove_file(folder.path("bucket/index.html")).expect("it is there");
    let said = stderr(&deploy(&folder, &[]));
    assert!(said.contains("robots.txt is somebody's own, and stays"), "{said}");
    assert!(deployed(&folder, &[]).starts_with("0 objects uploaded"), "what is somebody's own is no news");
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..8));
    build(&folder, &[]);
    deployed(&folder, &[]);
    let bucket = tree(&folder.path("bucket"));
    assert_eq!(bucket["notes.txt"], b"mine");
    assert!(bucket["robots.txt"].starts_with(b"User-agent: *\nDisallow"), "it isn't patchfeed's");
    deployed(&folder, &["--force"]);
    assert_eq!(tree(&folder.path("bucket"))["notes.txt"], b"mine");
}

#[test]
fn what_somebody_has_deleted_or_changed_is_put_again() {
    let folder = two_issues("deployed-repaired");
    deployed(&folder, &[]);
    let whole = tree(&folder.path("bucket"));
    std::fs::remove_file(folder.path("bucket/all.atom")).expect("it is there");
    folder.write("bucket/bpf.atom", "half of i");
    assert!(deployed(&folder, &[]).starts_with("0 objects uploaded"), "the manifest says that all is there");
    assert!(deployed(&folder, &["--repair"]).starts_with("2 objects uploaded"), "the others are there as they are");
    assert_eq!(tree(&folder.path("bucket")), whole);
    assert!(deployed(&folder, &[]).starts_with("0 objects uploaded"));
}

#[test]
fn feeds_and_archives_that_would_be_lost_are_named() {
    let folder = two_issues("deployed-lost");
    folder.write("patchfeed.toml", "[[feed]]\nslug = \"few\"\ntitle = \"Few\"\nmatch = { title = \"<[12]>\" }\n");
    build(&folder, &[]);
    deployed(&folder, &[]);

    // A machine that builds anew doesn't know the feeds of builds before.
    std::fs::remove_dir_all(folder.path("site")).expect("it is there");
    folder.write("patchfeed.toml", "");
    build(&folder, &[]);
    let said = refused(&folder, &[]);
    assert!(said.contains("would be removed"), "{said}");
    let site = "file:///nowhere";
    folder.write("patchfeed.toml", format!("gone = [\"few\"]\n[deploy]\nto = {site:?}\n"));
    let said = deploy(&folder, &[]);
    let said = stderr(&said);
    assert!(said.contains("archives would be removed") || said.contains("deleted"), "{said}");
    deployed(&folder, &["--force"]);
    assert!(!folder.path("bucket/few.atom").exists());

    std::fs::remove_file(folder.path("issues/2024-01-01-10-00-00-rvlwn-1.md")).expect("it is there");
    build(&folder, &["--force"]);
    let said = refused(&folder, &[]);
    assert!(said.contains("archives would be removed"), "{said}");
}

#[test]
fn a_site_goes_where_it_belongs() {
    let folder = two_issues("deployed-place");
    deployed(&folder, &[]);
    // Another newsletter's site.
    folder.write("other.toml", "[site]\ntitle = \"Another\"\naddress = \"https://another.example/\"\n");
    let base = ["build", "issues", "--out", "other", "--base-url", BASE, "--config", "other.toml"];
    assert!(patchfeed(&folder.0, &base).status.success());
    let output = patchfeed(&folder.0, &["deploy", "other", &bucket(&folder)]);
    assert!(stderr(&output).contains("is there, so nothing was changed"), "{}", stderr(&output));

    // A site for this machine alone.
    assert!(patchfeed(&folder.0, &["build", "issues", "--out", "here"]).status.success());
    let output = patchfeed(&folder.0, &["deploy", "here", "s3://bucket"]);
    assert!(stderr(&output).contains("for this machine alone"), "{}", stderr(&output));

    let output = patchfeed(&folder.0, &["deploy", "here", &format!("file://{}", folder.path("preview").display())]);
    assert!(
        stderr(&output).starts_with("warning: here: this site was built without --base-url"),
        "{}",
        stderr(&output)
    );

    // No site at all, the site itself, half a site, no storage.
    let fails = |args: &[&str], words: &str, code: i32| {
        let output = patchfeed(&folder.0, args);
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    };
    fails(&["deploy", "issues", &bucket(&folder)], "there is no site here", 1);
    fails(&["deploy", "site", &format!("file://{}", folder.path("site").display())], "this is the site itself", 1);
    fails(&["deploy", "site"], "nothing says where to", 1);
    fails(&["deploy", "s3://bucket"], "no site is named", 1);
    fails(&["deploy", "site", "bucket"], "write s3://BUCKET/PREFIX", 2);
    fails(&["deploy", "site", "./bucket"], &format!("write file://{}", folder.path("bucket").display()), 2);
    fails(&["build", "--deploy", "s3://bucket"], "write --deploy=s3://bucket", 1);
    folder.write("site/.patchfeed/unfinished", "");
    fails(&["deploy", "site", &bucket(&folder)], "a build was cut off here", 1);
}

#[test]
fn a_build_is_deployed_and_a_command_is_told_what_changed() {
    let folder = Folder::new("deployed-built");
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", issue(1, 0..5));
    let to = bucket(&folder);
    let config = |command: &str| {
        let purge = format!("purge = {{ command = {command:?} }}");
        folder
            .write("patchfeed.toml", format!("base-url = {BASE:?}\nout = \"site\"\n[deploy]\nto = {to:?}\n{purge}\n"));
    };
    config("cat > told; exit 7");
    let output = patchfeed(&folder.0, &["build", "issues", "--deploy"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("exit status 7"), "{}", stderr(&output));

    config("cat > told");
    let output = patchfeed(&folder.0, &["deploy"]);
    assert!(stderr(&output).contains("0 objects uploaded"), "{}", stderr(&output));
    let told = std::fs::read_to_string(folder.path("told")).expect("the command has run");
    let told: Vec<&str> = told.lines().collect();
    assert!(told.contains(&BASE) && told.contains(&"https://feeds.example.org/bpf.atom"), "{told:?}");
    assert_eq!(told.len(), tree(&folder.path("bucket")).len() + 1, "{told:?}"); // the first page has two addresses

    std::fs::remove_file(folder.path("told")).expect("it is there");
    assert!(patchfeed(&folder.0, &["build", "issues", "--deploy"]).status.success());
    assert!(!folder.path("told").exists(), "nothing has changed");

    let elsewhere = format!("--deploy=file://{}", folder.path("elsewhere").display());
    assert!(patchfeed(&folder.0, &["build", "issues", &elsewhere]).status.success());
    assert_eq!(tree(&folder.path("elsewhere")), tree(&folder.path("bucket")));
}
