//! A site keeps what it has: files of others, feeds whose sections are gone, archives of issues that are missing, permissions.

use std::process::Command;

use crate::{BASE, Folder, patchfeed, stderr, tree};

fn issue(number: usize, section: &str) -> String {
    format!("### {section}\n\n**[v1: {number}](http://lore.kernel.org/x/{number}@x/)**\n\n> Text of {number}.\n")
}

/// Issues 1 to 12, of which the fourth alone has the section `fs`.
fn twelve_issues(name: &str) -> Folder {
    let folder = Folder::new(name);
    for n in 1..=12 {
        let section = if n == 4 { "文件系统" } else { "BPF" };
        folder.write(&format!("issues/2024-01-{n:02}-10-00-00-rvlwn-{n}.md"), issue(n, section));
    }
    folder
}

fn remove(folder: &Folder, issue: usize) {
    let path = folder.path(&format!("issues/2024-01-{issue:02}-10-00-00-rvlwn-{issue}.md"));
    std::fs::remove_file(path).expect("the issue is there");
}

/// Builds the site. Returns the exit status and what is said.
fn build(folder: &Folder, more: &[&str]) -> (Option<i32>, String) {
    let output = patchfeed(&folder.0, &[&["build", "issues", "--out", "site", "--base-url", BASE], more].concat());
    (output.status.code(), stderr(&output))
}

fn built(folder: &Folder, more: &[&str]) -> String {
    let (code, said) = build(folder, more);
    assert_eq!(code, Some(0), "{said}");
    said
}

#[test]
fn a_feed_whose_section_is_gone_goes_on_answering() {
    let folder = twelve_issues("silent");
    built(&folder, &[]);
    remove(&folder, 4);
    built(&folder, &[]);
    let site = tree(&folder.path("site"));
    let of_section: Vec<&str> = site.keys().map(String::as_str).filter(|path| path.contains("fs")).collect();
    let files = ["fs-digest.atom", "fs-digest.json", "fs-digest.rss", "fs.atom", "fs.html", "fs.json", "fs.rss"];
    assert_eq!(of_section, files);
    let feed = String::from_utf8_lossy(&site["fs.json"]);
    assert!(feed.contains("\"title\":\"文件系统 · ") && feed.ends_with("\"items\":[\n]}\n"), "{feed}");
    assert!(String::from_utf8_lossy(&site["index.html"]).contains("fs.atom"));
    assert!(built(&folder, &[]).contains(" 0 files written"), "it is stable");
    for file in files {
        std::fs::remove_file(folder.path("site").join(file)).expect("it is there");
    }
    built(&folder, &[]);
    assert!(!folder.path("site/fs.atom").exists(), "whoever gives a feed up removes its files");
}

#[test]
fn a_source_that_shrinks_removes_nothing_without_force() {
    let folder = twelve_issues("shrinking");
    built(&folder, &[]);
    let before = tree(&folder.path("site"));
    for n in 3..=12 {
        remove(&folder, n);
    }
    let (code, said) = build(&folder, &[]);
    assert_eq!(code, Some(1));
    assert!(
        said.contains("site: 20 of 24 archives would be removed, those of issue 10, 11, 12, 3, 4 …: a file is missing"),
        "{said}"
    );
    assert_eq!(tree(&folder.path("site")), before);
    folder.write("patchfeed.toml", "[[section]]\nslug = \"kernel\"\nheadings = [\"BPF\"]\n");
    for n in 3..=12 {
        folder.write(&format!("issues/2024-01-{n:02}-10-00-00-rvlwn-{n}.md"), issue(n, "BPF"));
    }
    let (_, said) = build(&folder, &[]);
    let why = "12 of 24 archives would be removed, those of the feed bpf, fs: its section or its rule has another name";
    assert!(said.contains(why), "{said}");
    for n in 3..=12 {
        remove(&folder, n);
    }
    std::fs::remove_file(folder.path("patchfeed.toml")).expect("it is there");
    built(&folder, &["--force"]);
    let after = tree(&folder.path("site"));
    let lost: Vec<&String> = before
        .keys()
        .filter(|path| !after.contains_key(*path) && !path.starts_with("archive/") && !path.starts_with("issue/"))
        .collect();
    assert!(lost.is_empty(), "every feed goes on answering: {lost:?}");
}

#[test]
fn a_file_of_somebody_else_is_never_replaced_without_force() {
    let folder = twelve_issues("somebody");
    folder.write("site/index.html", "my page");
    folder.write("site/bpf.atom", "my feed");
    let before = tree(&folder.path("site"));
    let (code, said) = build(&folder, &[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("patchfeed didn't make this file"), "{said}");
    assert_eq!(tree(&folder.path("site")), before);
    built(&folder, &["--force"]);
    assert!(!tree(&folder.path("site"))["index.html"].starts_with(b"my"));
}

#[test]
fn another_newsletters_site_is_not_replaced_without_force() {
    let folder = twelve_issues("another");
    built(&folder, &[]);
    let before = tree(&folder.path("site"));
    folder.write(
        "links/2024-01-05-links-5.md",
        "# Weekly Links 5\n\n## Tools\n\n* [One tool](https://example.org/1)\n* [Another tool](https://example.org/2)\n",
    );
    let other = ["build", "links", "--out", "site", "--base-url", BASE];
    for args in [&other[..], &["build", "--out", "site"]] {
        let output = patchfeed(&folder.0, args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(stderr(&output).contains("the site of 《RISC-V Linux"), "{}", stderr(&output));
        assert_eq!(tree(&folder.path("site")), before);
    }
    assert!(patchfeed(&folder.0, &[&other[..], &["--force"]].concat()).status.success());
    assert!(patchfeed(&folder.0, &["build", "--out", "new"]).status.success());
    assert!(patchfeed(&folder.0, &["build", "issues", "--out", "new"]).status.success(), "the sample gives way");
}

#[test]
fn a_site_is_not_built_for_the_default_address_by_oversight() {
    let folder = twelve_issues("oversight");
    built(&folder, &[]);
    let before = tree(&folder.path("site"));
    let output = patchfeed(&folder.0, &["build", "issues", "--out", "site"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("say --base-url https://feeds.example.org/, or --force"), "{}", stderr(&output));
    assert_eq!(tree(&folder.path("site")), before);
    let other = ["build", "issues", "--out", "site", "--base-url", "https://other.example.org/"];
    assert!(patchfeed(&folder.0, &other).status.success(), "a site may move");
}

#[test]
fn a_build_that_is_refused_leaves_no_trace() {
    let folder = twelve_issues("no-trace");
    folder.write("site/index.html", "my page");
    assert_eq!(build(&folder, &[]).0, Some(1));
    assert!(!folder.path("site/.patchfeed").exists());
}

#[test]
fn a_damaged_list_of_files_is_made_anew() {
    let folder = twelve_issues("damaged-list");
    built(&folder, &[]);
    let list = folder.path("site/.patchfeed/manifest");
    let whole = std::fs::read(&list).expect("there is a list");
    let before = tree(&folder.path("site"));
    for damaged in
        [&b""[..], &[0; 700], &whole[..whole.len() / 2], &[&whole[..], &[0; 9]].concat(), b"garbage\n", b"{}\n"]
    {
        std::fs::write(&list, damaged).expect("the list can be written");
        let said = built(&folder, &[]);
        assert!(said.contains("the list of the site's files is damaged"), "{said}");
        assert!(said.contains(" 0 files written"), "{said}");
        assert_eq!(std::fs::read(&list).expect("there is a list"), whole);
    }
    std::fs::remove_file(&list).expect("it is there");
    let mine = ["notes/mine.txt", "about.html", "package.json", "blog/post.html", "archive/mine.html"];
    for path in mine {
        folder.write(&format!("site/{path}"), "mine");
    }
    remove(&folder, 4);
    assert!(built(&folder, &[]).contains("is missing"));
    let after = tree(&folder.path("site"));
    assert!(!after.contains_key("archive/fs/4.atom"), "what a build no longer makes is still removed");
    assert!(mine.iter().all(|path| after[*path] == b"mine"));
    assert!(!after.contains_key("issue/4.html"));
    assert_eq!(before.len(), after.len() + 5 - mine.len());
    std::fs::remove_file(&list).expect("it is there");
    folder.write("links/2024-01-05-links-5.md", "# Weekly Links 5\n\n## Tools\n\n* [One](https://example.org/1)\n");
    let output = patchfeed(&folder.0, &["build", "links", "--out", "site", "--base-url", BASE]);
    assert!(stderr(&output).contains("the site of 《RISC-V Linux"), "{}", stderr(&output));
}

#[test]
fn files_that_wait_for_nobody_are_in_nobodys_way() {
    let folder = twelve_issues("waiting");
    for n in 0..90 {
        folder.write(&format!("site/.patchfeed-{n}"), "");
        folder.write(&format!("site/archive/all/.patchfeed-{n}"), "half of");
    }
    built(&folder, &[]);
}

#[test]
#[cfg(unix)]
fn permissions_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = twelve_issues("permissions");
    built(&folder, &[]);
    let feed = folder.path("site/all.atom");
    std::fs::set_permissions(&feed, std::fs::Permissions::from_mode(0o640)).expect("they can be set");
    folder.write("issues/2024-01-15-10-00-00-rvlwn-13.md", issue(13, "BPF"));
    built(&folder, &[]);
    let now = std::fs::metadata(&feed).expect("it is there").permissions().mode();
    assert_eq!(now & 0o777, 0o640);
}

#[test]
#[cfg(unix)]
fn nothing_is_written_through_a_link() {
    let folder = twelve_issues("links-away");
    for (link, target) in [("site/archive", "elsewhere"), ("other/.patchfeed", "elsewhere")] {
        std::fs::create_dir_all(folder.path(target)).expect("a folder can be made");
        std::fs::create_dir_all(folder.path(link).parent().expect("it has one")).expect("a folder can be made");
        std::os::unix::fs::symlink(folder.path(target), folder.path(link)).expect("a link can be made");
        let out = link.split('/').next().expect("it has parts");
        let output = patchfeed(&folder.0, &["build", "issues", "--out", out]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(&format!("{link}: this folder is a link")), "{}", stderr(&output));
        assert!(tree(&folder.path(target)).is_empty());
    }
    std::os::unix::fs::symlink(folder.path("real"), folder.path("linked")).expect("a link can be made");
    std::fs::create_dir_all(folder.path("real")).expect("a folder can be made");
    assert!(patchfeed(&folder.0, &["build", "issues", "--out", "linked"]).status.success(), "--out itself may be one");
}

#[test]
#[cfg(unix)]
fn pipes_and_devices_in_the_site_never_make_a_build_wait() {
    for (name, words) in [
        ("site/.patchfeed/lock", "this is a pipe"),
        ("site/.patchfeed/manifest", "this is a pipe"),
        ("site/.patchfeed/unfinished", ""),
        ("site/.patchfeed/manifest.new", ""),
        ("site/all.atom", "patchfeed didn't make this file"),
    ] {
        let folder = twelve_issues("pipe-in-site");
        std::fs::create_dir_all(folder.path("site/.patchfeed")).expect("a folder can be made");
        assert!(Command::new("mkfifo").arg(folder.path(name)).status().is_ok_and(|status| status.success()));
        let (code, said) = build(&folder, &[]);
        assert_eq!(code, Some(i32::from(!words.is_empty())), "{name}: {said}");
        assert!(said.contains(words), "{name}: {said}");
    }
}
