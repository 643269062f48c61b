//! Sources that are made to break a run: whatever they are, a run ends, says why, and reads no wrong issue.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(unix)]
use std::time::Duration;

use patchfeed::net::Access;
use patchfeed::source;

use crate::server::{Answer, Server, answer};
use crate::sources::{
    Repository, copies, error, file, issue, issue_copies, list, listed, numbers, program, run, with_a_copy, with_stdin,
};
use crate::{Folder, stderr};

/// A size limit of 1 MB.
const SMALL: &str = "[network]\nsize = 1\n";
/// What is said of what is larger.
const LARGE: &str = "larger than 1 MB; size in the [network] table of patchfeed.toml sets the limit";

/// The cache folder of the only source.
fn cache(folder: &Folder) -> PathBuf {
    let mut folders = std::fs::read_dir(folder.path("cache/patchfeed")).expect("there is a cache").flatten();
    folders.next().expect("it has a folder").path()
}

#[cfg(unix)]
fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("every Unix has it").success());
}

#[cfg(unix)]
fn link(target: impl AsRef<Path>, path: &Path) {
    std::os::unix::fs::symlink(target, path).expect("a link can be made");
}

// Files.

#[cfg(unix)]
#[test]
fn what_is_no_file_is_passed_by_and_nobody_waits_for_it() {
    let folder = Folder::new("no-files");
    folder.write(&format!("posts/{}", file(1)), issue(1));
    pipe(&folder.path("posts/a.md"));
    pipe(&folder.path("posts/a"));
    link("/dev/zero", &folder.path("posts/b.md"));
    let _socket = std::os::unix::net::UnixListener::bind(folder.path("posts/c.markdown")).expect("a socket");
    let said = "warning: posts/a.md: this is a pipe, not a file; it is passed by\n\
                warning: posts/b.md: this is a device, not a file; it is passed by\n";
    let socket = "warning: posts/c.markdown: this is a socket, not a file; it is passed by\n";
    let output = list(&folder, &["posts"]);
    assert_eq!((stderr(&output), listed(&output)), (format!("{said}{socket}"), vec![1]));
    let output = list(&folder, &["posts/*.md"]);
    assert_eq!((stderr(&output).as_str(), listed(&output)), (said, vec![1]));
    for (path, what) in [("posts/a.md", "a pipe"), ("posts/b.md", "a device"), ("posts/c.markdown", "a socket")] {
        let cause = format!("this is {what}, not a file; give - to read the standard input");
        assert_eq!(error(&list(&folder, &[path])), format!("error: {path}: {cause}\n"));
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_an_error_only_if_it_is_named_like_an_issue() {
    let folder = Folder::new("dangling");
    folder.write(&format!("posts/{}", file(1)), issue(1));
    link("gone", &folder.path("posts/notes"));
    link("circle", &folder.path("posts/circle"));
    link(".", &folder.path("posts/self"));
    assert_eq!(numbers(&list(&folder, &["posts"])), [1]);
    link("gone.md", &folder.path("posts/b.md"));
    let said = "error: posts/b.md: this link leads nowhere: there is no gone.md\n";
    for source in ["posts", "posts/*.md", "posts/b.md"] {
        assert_eq!(error(&list(&folder, &[source])), said);
    }
    std::fs::remove_file(folder.path("posts/b.md")).expect("it is there");
    link("b.md", &folder.path("posts/b.md"));
    assert_eq!(
        error(&list(&folder, &["posts"])),
        "error: posts/b.md: this link leads nowhere: it leads back to itself\n"
    );
}

#[cfg(unix)]
#[test]
fn a_folder_is_visited_once_however_many_links_lead_to_it() {
    let folder = Folder::new("link-bomb");
    for number in 0..40 {
        std::fs::create_dir_all(folder.path(&format!("f/{number}"))).expect("a folder can be made");
        for name in ["a", "b"] {
            link(format!("../{}", number + 1), &folder.path(&format!("f/{number}/{name}")));
        }
    }
    folder.write(&format!("f/40/{}", file(1)), issue(1));
    assert_eq!(numbers(&list(&folder, &["f/0"])), [1], "there are 2^40 ways to it");
}

#[cfg(target_os = "linux")]
#[test]
fn folders_that_are_nested_too_deeply_are_said() {
    let folder = Folder::new("deep");
    folder.write("a.md", issue(1));
    let script = "i=0; while [ $i -lt 40 ]; do n=$(printf '%0200d' $i); mkdir $n && cd -P $n || exit; i=$((i+1)); done";
    let made = Command::new("sh").args(["-c", script]).current_dir(folder.path("")).status().expect("a shell");
    let output = list(&folder, &["."]);
    let remove = Command::new("rm").args(["-rf"]).arg(folder.path("")).status().expect("rm starts");
    assert!(made.success() && remove.success());
    assert_eq!(error(&output), "error: .: some folder below is nested too deeply to be read\n");
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read_is_an_error() {
    let folder = Folder::new("secret");
    folder.write(&format!("posts/{}", file(1)), issue(1));
    std::fs::create_dir(folder.path("posts/secret")).expect("a folder can be made");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o0);
    std::fs::set_permissions(folder.path("posts/secret"), mode).expect("its own folder");
    if std::fs::read_dir(folder.path("posts/secret")).is_ok() {
        return eprintln!("skipped: nothing is forbidden to this user");
    }
    assert_eq!(error(&list(&folder, &["posts"])), "error: posts/secret: Permission denied\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_no_obstacle() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::new("not-utf8");
    let name = std::ffi::OsStr::from_bytes(b"2024-01-01-10-00-00-rvlwn-1\xff.md");
    std::fs::write(folder.path("").join(name), issue(1)).expect("a file can be written");
    assert_eq!(list(&folder, &["."]).status.code(), Some(0));
}

#[test]
fn a_file_that_goes_or_changes_after_it_was_found_is_an_error() {
    let folder = Folder::new("gone");
    folder.write("a.md", issue(1));
    let name = folder.path("a.md").to_string_lossy().into_owned();
    let access = Access { size: 1000, ..Access::default() };
    let texts = source::find(std::slice::from_ref(&name), &access).expect("it is there").texts;
    let said = || texts[0].read().expect_err("it can't be read").to_string();
    folder.write("a.md", [b'x'; 1001]);
    assert!(said().starts_with(&format!("{name}: larger than ")), "{}", said());
    std::fs::remove_file(&name).expect("it is there");
    assert!(said().starts_with(&format!("{name}: ")), "{}", said());
    #[cfg(unix)]
    {
        pipe(Path::new(&name));
        assert_eq!(said(), format!("{name}: this is a pipe, not a file"));
    }
}

#[test]
fn an_issue_that_is_too_large_ends_the_run_and_the_site_stays() {
    let folder = Folder::new("large");
    folder.write("patchfeed.toml", SMALL);
    folder.write(&format!("posts/{}", file(1)), issue(1));
    assert!(run(&folder, &["build", "posts", "--out", "site"]).status.success());
    let before = crate::tree(&folder.path("site"));
    folder.write(&format!("posts/{}", file(2)), vec![b'x'; 1_000_001]);
    let said = error(&run(&folder, &["build", "posts", "--out", "site"]));
    assert_eq!(said, format!("error: posts/{}: {LARGE}\n", file(2)));
    assert_eq!(crate::tree(&folder.path("site")), before);
    let output = with_stdin(program(&folder.path(""), &["list", "-"]), &"x".repeat(1_000_001));
    assert_eq!(error(&output), format!("error: <stdin>: {LARGE}\n"));
    folder.write(&format!("posts/{}", file(2)), format!("{}\n{}", issue(2), "x".repeat(900_000)));
    assert_eq!(list(&folder, &["posts"]).status.code(), Some(0));
}

// The web.

#[test]
fn an_answer_with_nothing_in_it_replaces_no_copy() {
    let folder = Folder::new("nothing");
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => answer("200 OK", &[("ETag", "\"1\"")], issue(1)),
        1 => answer("200 OK", &[("ETag", "\"2\"")], ""),
        2 => answer("200 OK", &[], "\u{FEFF} \r\n\t\n"),
        3 => answer("204 No Content", &[], ""),
        _ => answer("304 Not Modified", &[], ""),
    });
    let address = server.url(&file(1));
    assert_eq!(numbers(&list(&folder, &[&address])), [1]);
    for _ in 0..3 {
        let output = list(&folder, &[&address]);
        assert_eq!(with_a_copy(&output), format!("warning: {address}: the server answered with nothing"));
        assert_eq!(listed(&output), [1]);
    }
    assert_eq!(numbers(&list(&folder, &[&address])), [1]);
    let unknown = server.url("other.md");
    assert_eq!(error(&list(&folder, &[&unknown])), format!("error: {unknown}: the server answered 304 Not Modified\n"));
}

#[test]
fn a_copy_that_isnt_as_it_was_written_is_not_believed() {
    let folder = Folder::new("zeros");
    let mut server = Server::start(|request| {
        let known = request.header("if-none-match") == "\"1\"";
        if known { answer("304 Not Modified", &[], "") } else { answer("200 OK", &[("ETag", "\"1\"")], issue(1)) }
    });
    let address = server.url(&file(1));
    assert_eq!(numbers(&list(&folder, &[&address])), [1]);
    let spoil = || {
        let [copy] = issue_copies(&folder.path("cache")).try_into().expect("there is one copy");
        std::fs::write(&copy, vec![0; issue(1).len()]).expect("it can be written");
    };
    spoil();
    assert_eq!(numbers(&list(&folder, &[&address])), [1], "it is fetched again");
    spoil();
    server.stop();
    let said = error(&list(&folder, &[&address]));
    assert_eq!(said, format!("error: {address}: the server refuses connections\n"));
}

#[test]
fn an_answer_that_is_broken_is_said_in_plain_words() {
    let folder = Folder::new("broken-answers");
    folder.write("patchfeed.toml", SMALL);
    let server = Server::start(|request| match request.path.as_str() {
        "/half" => Answer::Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n### BPF\n"),
        "/chunk" => Answer::Cut(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n### BPF\n\r\n"),
        "/nothing" => Answer::Cut(b""),
        "/junk" => Answer::Cut(b"hello\r\n\r\n"),
        "/nowhere" => Answer::Cut(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"),
        "/gzip" => answer("200 OK", &[("Content-Encoding", "gzip")], "this is not gzip"),
        "/flood" => {
            let header = vec![("X", "y"); 10_000];
            answer("200 OK", &header, "")
        }
        "/odd" => answer("999 Odd", &[], ""),
        "/picture" => answer("200 OK", &[("Content-Type", "image/png")], "PNG"),
        _ => answer("200 OK", &[], vec![0xff, 0, 1]),
    });
    for (path, cause) in [
        ("half", "the server hung up before its answer was complete"),
        ("chunk", "the server hung up before its answer was complete"),
        ("nothing", "the server hung up before its answer was complete"),
        ("junk", "the server's answer isn't one of a web server"),
        ("nowhere", "the server redirects to nowhere"),
        ("gzip", "the server's answer is broken"),
        ("flood", "the server's answer begins with too many headers"),
        ("odd", "the server answered 999"),
        ("picture", "this is no text: the server says that it is image/png"),
        ("binary", "this is no text in UTF-8"),
    ] {
        let address = server.url(path);
        assert_eq!(error(&list(&folder, &[&address])), format!("error: {address}: {cause}\n"));
    }
    assert_eq!(issue_copies(&folder.path("cache")), Vec::<PathBuf>::new());
}

#[test]
fn the_limit_is_for_what_an_answer_unpacks_to() {
    let folder = Folder::new("gzip-bomb");
    folder.write("patchfeed.toml", SMALL);
    folder.write("bomb", vec![b'x'; 5_000_000]);
    let Ok(packed) = Command::new("gzip").arg("-c").arg(folder.path("bomb")).output() else {
        return eprintln!("skipped: gzip is not here");
    };
    assert!(packed.stdout.len() < 100_000);
    let server = Server::start(move |_| answer("200 OK", &[("Content-Encoding", "gzip")], packed.stdout.clone()));
    let address = server.url("a.md");
    assert_eq!(error(&list(&folder, &[&address])), format!("error: {address}: {LARGE}\n"));
}

// Git.

/// Runs git with an input and gives what it prints.
fn git_with(folder: &Path, args: &[&str], input: &[u8]) -> String {
    let mut child = Command::new("git")
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git starts");
    child.stdin.take().expect("it is piped").write_all(input).expect("git reads");
    let output = child.wait_with_output().expect("git ends");
    assert!(output.status.success(), "git {args:?}");
    crate::stdout(&output).trim().to_owned()
}

/// Commits a tree and serves it.
fn serve_tree(repository: &Repository<'_>, tree: &str) {
    let commit = repository.git("work", &["commit-tree", "-m", "tree", tree]);
    repository.git("work", &["push", "--quiet", "--force", "../served/news.git", &format!("{commit}:refs/heads/main")]);
}

#[test]
fn a_tree_that_names_the_same_trees_again_and_again_comes_to_an_end() {
    let folder = Folder::new("tree-bomb");
    let Some(repository) = Repository::new(&folder) else { return };
    let work = folder.path("work");
    let blob = git_with(&work, &["hash-object", "-w", "--stdin"], issue(1).as_bytes());
    for leaf in [format!("100644 blob {blob}\t{}\n", file(1)), String::new()] {
        let mut tree = git_with(&work, &["mktree"], leaf.as_bytes());
        for _ in 0..10 {
            let names: String = (0..10).map(|name| format!("040000 tree {tree}\t{name}\n")).collect();
            tree = git_with(&work, &["mktree"], names.as_bytes());
        }
        serve_tree(&repository, &tree);
        let url = repository.url();
        let cause = "it has more than 100000 files and folders; add #:FOLDER to the address for one of its folders";
        assert_eq!(error(&list(&folder, &[&url])), format!("error: {url}: {cause}\n"));
    }
}

#[test]
fn an_issue_in_a_repository_has_the_same_limit_and_all_together_have_one() {
    let folder = Folder::new("git-large");
    folder.write("patchfeed.toml", SMALL);
    let Some(repository) = Repository::new(&folder) else { return };
    repository.post("posts/", 1);
    folder.write("work/posts/large.md", vec![b'x'; 1_000_001]);
    folder.write("work/posts/large.txt", vec![b'x'; 1_000_001]);
    repository.publish("large");
    let url = repository.url();
    assert_eq!(error(&list(&folder, &[&url])), format!("error: {url}: posts/large.md is {LARGE}\n"));
    assert_eq!(copies(&folder.path("cache"), "issues.json"), Vec::<PathBuf>::new(), "nothing was written");
    repository.git("work", &["rm", "--quiet", "posts/large.md"]);
    repository.publish("no issue is large");
    assert_eq!(numbers(&list(&folder, &[&url])), [1]);

    let work = folder.path("work");
    let blob = git_with(&work, &["hash-object", "-w", "--stdin"], &[b'x'; 1000]);
    let names: String = (0..1001).map(|name| format!("100644 blob {blob}\t{name}.md\n")).collect();
    serve_tree(&repository, &git_with(&work, &["mktree"], names.as_bytes()));
    let access = Access { size: 1000, cache: Some(folder.path("other")), ..Access::default() };
    let said = source::find(&[url], &access).expect_err("it is too much").to_string();
    assert!(said.contains("its issues have more than 1 MB; a thousand times size in the [network] table"), "{said}");
}

#[test]
fn a_repository_may_make_ids_as_it_likes_and_change_its_mind() {
    let folder = Folder::new("sha256");
    let Some(repository) = Repository::new(&folder) else { return };
    let url = repository.url();
    for (number, format) in [(1, "sha256"), (2, "sha1"), (3, "sha256")] {
        for part in ["work", "served/news.git"] {
            std::fs::remove_dir_all(folder.path(part)).expect("it is there");
        }
        let format = format!("--object-format={format}");
        repository.git(".", &["init", "--quiet", "--initial-branch=main", &format, "work"]);
        repository.git(".", &["init", "--quiet", "--bare", "--initial-branch=main", &format, "served/news.git"]);
        repository.post("", number);
        assert_eq!(numbers(&list(&folder, &[&url])), [number]);
        assert_eq!(numbers(&list(&folder, &[&url])), [number]);
    }
}

#[test]
fn no_name_in_a_repository_leads_out_of_the_cache() {
    let folder = Folder::new("evil-names");
    let Some(repository) = Repository::new(&folder) else { return };
    let work = folder.path("work");
    let blob = git_with(&work, &["hash-object", "-w", "--stdin"], issue(9).as_bytes());
    let id: Vec<u8> =
        (0..40).step_by(2).map(|at| u8::from_str_radix(&blob[at..at + 2], 16).expect("an id is hexadecimal")).collect();
    let names = ["../../../evil.md", "/evil.md", "2024-01-01-10-00-00-rvlwn-1.md"];
    let mut entries = names.map(|name| [format!("100644 {name}\0").as_bytes(), &id].concat());
    entries.sort();
    folder.write("tree", entries.concat());
    let tree = folder.path("tree").to_string_lossy().into_owned();
    let tree = repository.git("work", &["hash-object", "-t", "tree", "-w", "--literally", &tree]);
    let commit = repository.git("work", &["commit-tree", "-m", "tree", &tree]);
    repository.git("work", &["update-ref", "refs/heads/main", &commit]);
    let source = format!("file://{}", work.display());
    let output = list(&folder, &[&source]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(copies(&folder.path(""), "evil.md"), Vec::<PathBuf>::new());
    assert!(!Path::new("/evil.md").exists());
}

#[test]
fn a_copy_of_a_commit_that_isnt_whole_is_not_believed() {
    let folder = Folder::new("git-zeros");
    let Some(repository) = Repository::new(&folder) else { return };
    repository.post("", 1);
    let mut server = repository.server();
    let source = server.url("news.git");
    assert_eq!(numbers(&list(&folder, &[&source])), [1]);
    let spoilt = || {
        let [copy] = copies(&folder.path("cache"), "00000.md").try_into().expect("there is one copy");
        copy
    };
    std::fs::write(spoilt(), "").expect("it can be emptied");
    assert_eq!(numbers(&list(&folder, &[&source])), [1], "it is made anew");
    std::fs::write(spoilt(), vec![0; issue(1).len()]).expect("it can be written");
    assert_eq!(numbers(&list(&folder, &[&source])), [1]);
    std::fs::remove_file(spoilt()).expect("it can be removed");
    server.stop();
    assert!(error(&list(&folder, &[&source])).starts_with(&format!("error: {source}: ")), "nor is it used offline");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_what_git_started_and_leaves_nothing() {
    use std::os::unix::process::ExitStatusExt as _;
    for (name, signal) in [("-INT", 2), ("-TERM", 15)] {
        let folder = Folder::new(&format!("signal{name}"));
        let Some(_) = Repository::new(&folder) else { return };
        folder.write("ssh.sh", "[ \"$1\" = -G ] && exit 1\nexec sleep 60 >alive\n");
        let alive = folder.path("alive");
        pipe(&alive);
        let mut command = program(&folder.path(""), &["list", "git@example.org:news"]);
        command.env("GIT_SSH_COMMAND", format!("cd {:?} && sh ssh.sh", folder.path("")));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let (ended, waiting) = std::sync::mpsc::channel();
        let (open, opened) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let mut pipe = File::open(alive).expect("it is there");
            let _ = open.send(());
            let _ = ended.send(std::io::copy(&mut pipe, &mut std::io::sink()).ok());
        });
        opened.recv_timeout(Duration::from_secs(20)).expect("git starts ssh");
        let killed = Command::new("kill").args([name, &child.id().to_string()]).status().expect("every Unix has it");
        let output: Output = child.wait_with_output().expect("it ends");
        assert!(killed.success());
        assert_eq!(output.status.signal(), Some(signal), "{}", stderr(&output));
        assert_eq!(waiting.recv_timeout(Duration::from_secs(20)), Ok(Some(0)), "nothing holds the pipe any more");
        let mut left: Vec<_> = std::fs::read_dir(cache(&folder)).expect("a folder").flatten().collect();
        left.retain(|entry| entry.file_name() != "lock" && entry.file_name() != "git");
        assert!(left.is_empty(), "{left:?}");
    }
}

// The cache.

#[test]
fn a_cache_that_is_none_is_said() {
    let folder = Folder::new("odd-cache");
    let server = Server::start(|_| answer("200 OK", &[], issue(1)));
    let address = server.url(&file(1));
    let at = |cache: &str| list(&folder, &["--cache", cache, &address]);
    folder.write("file", "");
    let file = folder.path("file").display().to_string();
    let cause = "this is a file, not a folder; choose a folder with --cache";
    assert_eq!(error(&at("file")), format!("error: {file}: {cause}\n"));
    assert_eq!(numbers(&at("own")), [1]);
    let lock = copies(&folder.path("own"), "lock").remove(0);
    std::fs::remove_file(&lock).expect("it is there");
    std::fs::create_dir(&lock).expect("a folder can be made");
    let said = |what: &str| format!("error: {}: this is {what}, not a file\n", lock.display());
    assert_eq!(error(&at("own")), said("a folder"));
    std::fs::remove_dir(&lock).expect("it is there");
    #[cfg(unix)]
    {
        pipe(&lock);
        assert_eq!(error(&at("own")), said("a pipe"));
        std::fs::remove_file(&lock).expect("it is there");
        link("/dev/zero", &lock);
        assert_eq!(error(&at("own")), said("a device"));
        std::fs::remove_file(&lock).expect("it is there");
        link("own", &folder.path("link"));
        assert_eq!(numbers(&at("link")), [1]);
        link("gone", &folder.path("nowhere"));
        assert!(error(&at("nowhere")).contains("this link leads nowhere; choose another folder with --cache"));
    }
}

#[cfg(unix)]
#[test]
fn whatever_stands_in_the_cache_is_replaced() {
    let folder = Folder::new("cache-litter");
    let Some(repository) = Repository::new(&folder) else { return };
    repository.post("", 1);
    let url = repository.url();
    assert_eq!(numbers(&list(&folder, &[&url])), [1]);
    let commit = repository.git("work", &["rev-parse", "HEAD"]);
    for name in ["current", "current.new", "git", "git.new", "new", &commit, &format!("{commit}/issues.json")] {
        let path = cache(&folder).join(name);
        for litter in ["a pipe", "a device", "a link to nowhere"] {
            let _ = std::fs::remove_file(&path).or_else(|_| std::fs::remove_dir_all(&path));
            match litter {
                "a pipe" => pipe(&path),
                "a device" => link("/dev/zero", &path),
                _ => link("gone", &path),
            }
            assert_eq!(numbers(&list(&folder, &[&url])), [1], "{name} as {litter}");
        }
    }
}

#[test]
fn a_lock_that_is_removed_while_a_run_waits_for_it_is_made_again() {
    let folder = Folder::new("lost-lock");
    let server = Server::start(|_| answer("200 OK", &[], issue(1)));
    let address = Arc::new(server.url(&file(1)));
    assert_eq!(numbers(&list(&folder, &[&address])), [1]);
    let lock = cache(&folder).join("lock");
    let held = File::open(&lock).expect("it is there");
    held.lock().expect("nobody else has it");
    let child = program(&folder.path(""), &["list", &address]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.expect("it starts");
    std::thread::sleep(std::time::Duration::from_millis(300));
    std::fs::remove_file(&lock).expect("it is there");
    let again = File::create(&lock).expect("it can be made");
    again.lock().expect("nobody else has it");
    drop(held);
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(server.requests().len(), 1, "it waits for the lock that is there now");
    drop(again);
    assert_eq!(numbers(&child.wait_with_output().expect("it ends")), [1]);
}

// The system.

/// The program as a user that may have so many processes and threads; none if this user can't make it so.
#[cfg(target_os = "linux")]
fn with_few_threads(folder: &Folder, count: u32, args: &[&str]) -> Option<Output> {
    let user = 50_000 + std::process::id() % 10_000;
    let limited = |args: &[&str]| {
        let mut command = program(&folder.path(""), &[]);
        let mut limited = Command::new("setpriv");
        limited.args(["--clear-groups", "--reuid", &user.to_string(), "prlimit", &format!("--nproc={count}")]);
        limited.arg(command.get_program()).args(args).current_dir(folder.path("")).stdin(Stdio::null());
        for (name, value) in command.env("HOME", folder.path("")).get_envs() {
            match value {
                Some(value) => limited.env(name, value),
                None => limited.env_remove(name),
            };
        }
        limited.output().ok()
    };
    limited(&["--version"]).filter(|output| output.status.success())?;
    limited(args)
}

#[cfg(target_os = "linux")]
#[test]
fn threads_that_are_refused_are_done_without() {
    let folder = Folder::new("no-threads");
    let mode = || std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(folder.path(""), mode()).expect("its own folder");
    folder.write(&format!("posts/{}", file(1)), issue(1));
    let server = Server::start(|_| answer("200 OK", &[], issue(2)));
    let address = server.url(&file(2));
    let repository = "https://127.0.0.1:1/news.git";
    for count in 1..=3 {
        let site = format!("site{count}");
        let Some(output) = with_few_threads(&folder, count, &["build", "--quiet", "posts", "--out", &site]) else {
            return eprintln!("skipped: only root can limit another user, with setpriv and prlimit");
        };
        assert_eq!((stderr(&output).as_str(), output.status.code()), ("", Some(0)), "{count}");
        assert_eq!(
            numbers(&with_few_threads(&folder, count, &["list", "posts", &address]).expect("as before")),
            [2, 1]
        );
        let said = error(&with_few_threads(&folder, count, &["list", repository]).expect("as before"));
        assert!(said.starts_with(&format!("error: {repository}: ")) && !said.contains("panic"), "{said}");
    }
}
