//! Where issues come from: files, patterns, git repositories, the web, the standard input.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(unix)]
use std::time::Duration;

use crate::server::{Answer, Request, Server, answer, git_server};
use crate::{Folder, stderr, stdout};

/// The name of an issue's file.
pub(crate) fn file(number: u32) -> String {
    format!("2024-01-{number:02}-10-00-00-rvlwn-{number}.md")
}

/// An issue with one entry, whose title is the issue's number in words.
pub(crate) fn issue(number: u32) -> String {
    format!("### BPF\n\n**[v1: entry {number}](http://lore.kernel.org/bpf/{number}@x/)**\n")
}

/// The program in a folder, which is also its only cache; no setting of the user's reaches it.
pub(crate) fn program(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchfeed"));
    command.args(args).current_dir(folder).stdin(Stdio::null());
    quiet(&mut command).env("XDG_CACHE_HOME", folder.join("cache"));
    command
}

/// Without the settings that a user's environment may hold.
fn quiet(command: &mut Command) -> &mut Command {
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "GIT_SSH_COMMAND"]
    {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1")
}

pub(crate) fn run(folder: &Folder, args: &[&str]) -> Output {
    program(&folder.path(""), args).output().expect("the program starts")
}

pub(crate) fn list(folder: &Folder, sources: &[&str]) -> Output {
    run(folder, &[&["list"], sources].concat())
}

/// The numbers of the issues that a run listed, newest first; the run must have succeeded without a word.
pub(crate) fn numbers(output: &Output) -> Vec<u32> {
    assert_eq!((stderr(output).as_str(), output.status.code()), ("", Some(0)));
    listed(output)
}

pub(crate) fn listed(output: &Output) -> Vec<u32> {
    let number = |line: &str| line.split_whitespace().next()?.parse().ok();
    stdout(output).lines().filter_map(number).collect()
}

/// What a run that failed said.
pub(crate) fn error(output: &Output) -> String {
    assert_eq!((stdout(output).as_str(), output.status.code()), ("", Some(1)), "{}", stderr(output));
    stderr(output)
}

pub(crate) fn with_stdin(mut command: Command, text: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("it is piped").write_all(text.as_bytes()).expect("the program reads");
    child.wait_with_output().expect("the program ends")
}

// Files.

#[test]
fn a_pattern_stands_for_the_issues_that_match_it() {
    let folder = Folder::new("pattern");
    for (path, number) in [("posts/", 1), ("posts/", 2), ("posts/deep/", 3), ("posts/.hidden/", 4), ("[x]/", 5)] {
        folder.write(&format!("{path}{}", file(number)), issue(number));
    }
    folder.write("posts/2024-01-09-10-00-00-rvlwn-9.txt", issue(9));
    assert_eq!(numbers(&list(&folder, &["posts/*.md"])), [2, 1]);
    assert_eq!(numbers(&list(&folder, &["posts/**/*"])), [3, 2, 1], "what is hidden, and what is no Markdown, is not");
    assert_eq!(numbers(&list(&folder, &["posts/**/2024-01-0[13]-*.md"])), [3, 1]);
    assert_eq!(numbers(&list(&folder, &["[x]"])), [5], "what is there is no pattern");
    assert_eq!(error(&list(&folder, &["posts/*.mp3"])), "error: posts/*.mp3: no .md or .markdown file matches\n");
    assert!(error(&list(&folder, &["posts/**x"])).starts_with("error: posts/**x: Pattern syntax error"));
    assert!(error(&list(&folder, &["nothing"])).starts_with("error: nothing: No such file"));
}

#[test]
fn an_issue_that_several_sources_lead_to_counts_once() {
    let folder = Folder::new("overlap");
    folder.write(&format!("posts/{}", file(1)), issue(1));
    folder.write(&format!("posts/{}", file(2)), issue(2));
    let one = format!("posts/../posts/{}", file(1));
    let output = run(&folder, &["check", &one, "posts", "posts/*.md", "./posts"]);
    assert!(stdout(&output).starts_with("2 期，2 条：没有发现问题\n"), "no number comes twice");
    assert_eq!(numbers(&list(&folder, &[&one, "posts", "posts/*.md"])), [2, 1]);
}

#[test]
fn several_kinds_of_sources_make_one_newsletter() {
    let folder = Folder::new("mixed");
    folder.write("a.md", format!("---\ndate: 2024-01-01 10:00:00\ntitle: 第 1 期\n---\n{}", issue(1)));
    folder.write(&format!("posts/{}", file(2)), issue(2));
    let server = Server::start(|_| answer("200 OK", &[("Content-Type", "text/markdown")], issue(3)));
    let address = server.url(&file(3));
    let text = format!("---\ndate: 2024-01-04 10:00:00\ntitle: 第 4 期\n---\n{}", issue(4));
    let output = with_stdin(program(&folder.path(""), &["list", "a.md", "posts", &address, "-", "-"]), &text);
    assert_eq!(numbers(&output), [4, 3, 2, 1]);

    folder.write("patchfeed.toml", format!("issues = [\"a.md\", {address:?}]"));
    assert_eq!(numbers(&list(&folder, &[])), [3, 1]);
    assert_eq!(numbers(&list(&folder, &["posts"])), [2], "the command line wins");
    folder.write("patchfeed.toml", "issues = []");
    assert!(error(&list(&folder, &[])).contains("`issues` is empty; name at least one"));
}

#[test]
fn a_text_is_named_as_people_know_it() {
    let folder = Folder::new("names");
    let server = Server::start(|_| answer("200 OK", &[], "\u{1}"));
    let address = server.url("a/broken.md");
    let output = with_stdin(program(&folder.path(""), &["check", &address, "-"]), "\u{1}");
    let output = stdout(&output);
    assert!(output.contains(&format!("--> {address}:1:1")), "{output}");
    assert!(output.contains("--> <stdin>:1:1"), "{output}");
}

#[test]
fn what_is_no_source_is_said() {
    let folder = Folder::new("no-source");
    let scheme = "error: ftp://example.org/a.md: ftp: is not supported; use https:, http:, ssh:, git: or file:\n";
    assert_eq!(error(&list(&folder, &["ftp://example.org/a.md"])), scheme);
    assert!(error(&list(&folder, &["https://"])).starts_with("error: https://: not a valid address: "));
    assert!(
        error(&list(&folder, &["git@example.org:a#--upload-pack=x"])).contains("is not a valid branch or tag name")
    );
    assert!(
        error(&list(&folder, &["git@example.org:a#:../b"])).contains("\"../b\" is not a valid folder in a repository")
    );
    assert!(error(&list(&folder, &["--", "--upload-pack=x"])).contains("this looks like an option"));
}

// The web.

#[test]
fn an_issue_on_the_web_is_fetched_only_if_it_is_new() {
    let folder = Folder::new("conditional");
    let edition = Arc::new(AtomicUsize::new(1));
    let now = Arc::clone(&edition);
    let server = Server::start(move |request| {
        let now = now.load(Ordering::SeqCst);
        let (etag, date) = (format!("\"{now}\""), format!("Mon, 01 Jan 2024 00:00:0{now} GMT"));
        let known = match request.path.as_str() {
            path if path.starts_with("/etag") => request.header("if-none-match") == etag,
            _ => request.header("if-modified-since") == date,
        };
        let head = if request.path.starts_with("/etag") { ("ETag", etag) } else { ("Last-Modified", date) };
        let head = [(head.0, head.1.as_str())];
        let text = format!("### BPF\n\n**[v1: edition {now}](http://lore.kernel.org/bpf/1@x/)**\n");
        if known { answer("304 Not Modified", &head, "") } else { answer("200 OK", &head, text) }
    });
    for kind in ["etag", "date"] {
        edition.store(1, Ordering::SeqCst);
        let address = server.url(&format!("{kind}/{}", file(1)));
        let text = || stdout(&list(&folder, &[&address]));
        let first = text();
        assert!(first.contains("edition 1"), "{first}");
        assert_eq!(text(), first, "the copy is what the server would send");
        let conditions = |request: &Request| {
            !request.header("if-none-match").is_empty() || !request.header("if-modified-since").is_empty()
        };
        let asked: Vec<bool> = server.requests().iter().map(conditions).collect();
        assert_eq!(asked[asked.len() - 2..], [false, true]);
        edition.store(2, Ordering::SeqCst);
        assert!(text().contains("edition 2"));

        // A copy that something happened to is not taken for the server's.
        let copy = issue_copies(&folder.path("cache")).into_iter().find(|path| path.to_string_lossy().contains(kind));
        std::fs::write(copy.expect("there is a copy"), "").expect("the copy can be changed");
        assert!(text().contains("edition 2"));
    }
}

/// The copies of issues on the web, in a cache.
pub(crate) fn issue_copies(cache: &Path) -> Vec<PathBuf> {
    let is_copy = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("copy-"));
    let folders = std::fs::read_dir(cache.join("patchfeed")).into_iter().flatten().flatten();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().flatten());
    files.map(|file| file.path()).filter(is_copy).collect()
}

/// The files of a name below a folder.
pub(crate) fn copies(folder: &Path, name: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let below = |path: PathBuf| if path.is_dir() { copies(&path, name) } else { vec![path] };
    entries.flat_map(|entry| below(entry.path())).filter(|path| path.ends_with(name)).collect()
}

#[test]
fn a_redirect_leads_to_the_issue_and_its_name_stays() {
    let folder = Folder::new("redirect");
    let server = Server::start(|request| match request.path.as_str() {
        "/latest/2024-01-07-10-00-00-rvlwn-7.md" => answer("302 Found", &[("Location", "/raw")], ""),
        "/raw" => answer("200 OK", &[], issue(7)),
        _ => answer("302 Found", &[("Location", "/round")], ""),
    });
    assert_eq!(numbers(&list(&folder, &[&server.url(&format!("latest/{}", file(7)))])), [7]);
    let round = server.url("round");
    assert_eq!(error(&list(&folder, &[&round])), format!("error: {round}: too many redirects\n"));
}

#[test]
fn an_answer_that_is_no_issue_is_an_error() {
    let folder = Folder::new("no-issue");
    folder.write("patchfeed.toml", "[network]\nsize = 1\n");
    let server = Server::start(|request| match request.path.as_str() {
        "/page" => answer("200 OK", &[("Content-Type", "text/html; charset=utf-8")], "<!doctype html>"),
        "/large" => answer("200 OK", &[], vec![b'x'; 1_000_001]),
        "/fits" => answer("200 OK", &[], format!("{}\n{}", issue(1), "x".repeat(900_000))),
        "/gone" => answer("404 Not Found", &[], "nothing"),
        _ => answer("503 Service Unavailable", &[], "later"),
    });
    for (path, cause) in [
        ("page", "this is a web page; give the address of its Markdown text (forges link it as \"Raw\")"),
        ("large", "larger than 1 MB; size in the [network] table of patchfeed.toml sets the limit"),
        ("gone", "the server answered 404 Not Found"),
        ("down", "the server answered 503 Service Unavailable"),
    ] {
        let address = server.url(path);
        assert_eq!(error(&list(&folder, &[&address])), format!("error: {address}: {cause}\n"));
    }
    assert_eq!(list(&folder, &[&server.url("fits")]).status.code(), Some(0));
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let folder = Folder::new("silence");
    folder.write("patchfeed.toml", "[network]\ntimeout = 1\n");
    let server = Server::start(|request| match request.path.as_str() {
        "/half.md" => Answer::Silence(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n### BPF\n"),
        _ => Answer::Silence(b""),
    });
    for address in [server.url("a.md"), server.url("half.md")] {
        assert_eq!(error(&list(&folder, &[&address])), format!("error: {address}: no answer in 1 s\n"));
    }
}

#[test]
fn a_part_of_an_issue_is_none() {
    let folder = Folder::new("cut");
    let server = Server::start(|_| Answer::Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n### BPF\n"));
    let address = server.url(&file(1));
    assert!(error(&list(&folder, &[&address])).starts_with(&format!("error: {address}: ")));
    assert_eq!(issue_copies(&folder.path("cache")), Vec::<PathBuf>::new());
}

#[test]
fn a_password_is_used_and_not_shown() {
    let folder = Folder::new("password");
    let server = Server::start(|request| match request.header("authorization") {
        "Basic bWU6c2VjcmV0" => answer("200 OK", &[], "\u{1}"),
        _ => answer("401 Unauthorized", &[], ""),
    });
    let address = server.url("a.md").replace("http://", "http://me:secret@");
    let output = run(&folder, &["check", &address]);
    assert!(stdout(&output).contains(&format!("--> {}:1:1", server.url("a.md"))), "{output:?}");
    let wrong = server.url("a.md").replace("http://", "http://me:other@");
    let said = error(&list(&folder, &[&wrong]));
    assert_eq!(said, format!("error: {}: the server answered 401 Unauthorized\n", server.url("a.md")));
}

/// What a run says that works with a copy, without the time of the copy.
pub(crate) fn with_a_copy(output: &Output) -> String {
    let said = stderr(output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let (said, time) = said.split_once("; using the copy from ").expect("a copy is used");
    let pattern = time.replace(|c: char| c.is_ascii_digit(), "0");
    assert_eq!(pattern, "0000-00-00 00:00 UTC\n");
    said.to_owned()
}

#[test]
fn without_the_web_the_last_good_copy_is_used_and_said() {
    let folder = Folder::new("web-gone");
    let down = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&down);
    let mut server = Server::start(move |_| match now.load(Ordering::SeqCst) {
        0 => answer("200 OK", &[], issue(1)),
        1 => answer("502 Bad Gateway", &[], ""),
        _ => answer("404 Not Found", &[], ""),
    });
    let address = server.url(&file(1));
    assert_eq!(numbers(&list(&folder, &[&address])), [1]);

    down.store(1, Ordering::SeqCst);
    let output = list(&folder, &[&address]);
    assert_eq!(with_a_copy(&output), format!("warning: {address}: the server answered 502 Bad Gateway"));
    assert_eq!(listed(&output), [1]);
    assert_eq!(numbers(&list(&folder, &["--quiet", &address])), [1]);

    down.store(2, Ordering::SeqCst);
    assert!(error(&list(&folder, &[&address])).contains("404"), "an answer that stays is no failure of the network");

    server.stop();
    let output = list(&folder, &[&address]);
    assert!(with_a_copy(&output).starts_with(&format!("warning: {address}: ")));
    assert_eq!(listed(&output), [1]);
    let other = server.url("other.md");
    assert!(error(&list(&folder, &[&other])).starts_with(&format!("error: {other}: ")), "of this there is no copy");
    assert!(
        error(&list(&folder, &["--cache", "elsewhere", &address])).starts_with("error: "),
        "nor is there one there"
    );
    assert!(folder.path("elsewhere").is_dir());
}

// Git.

/// A repository to commit to, and a bare one to serve; none where git isn't installed.
pub(crate) struct Repository<'a>(&'a Folder);

impl<'a> Repository<'a> {
    pub(crate) fn new(folder: &'a Folder) -> Option<Self> {
        if Command::new("git").arg("--version").output().is_err() {
            eprintln!("skipped: git is not here");
            return None;
        }
        let repository = Self(folder);
        folder.write("work/notes.txt", "no issue");
        repository.git(".", &["init", "--quiet", "--initial-branch=main", "work"]);
        repository.git(".", &["init", "--quiet", "--bare", "--initial-branch=main", "served/news.git"]);
        repository.git("served/news.git", &["config", "uploadpack.allowFilter", "true"]);
        Some(repository)
    }

    /// Runs git and gives what it prints.
    pub(crate) fn git(&self, below: &str, args: &[&str]) -> String {
        let mut command = Command::new("git");
        let who = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
        let output = quiet(command.args(who).args(args).current_dir(self.0.path(below))).output().expect("git starts");
        assert!(output.status.success(), "git {args:?}: {}", stderr(&output));
        stdout(&output).trim().to_owned()
    }

    /// Commits an issue in a folder and serves it.
    pub(crate) fn post(&self, below: &str, number: u32) {
        self.0.write(&format!("work/{below}{}", file(number)), issue(number));
        self.publish(&number.to_string());
    }

    pub(crate) fn publish(&self, message: &str) {
        self.git("work", &["add", "--all"]);
        self.git("work", &["commit", "--quiet", "--message", message]);
        self.git("work", &["push", "--quiet", "--force", "../served/news.git", "HEAD", "--tags"]);
    }

    /// The address of the repository on this machine.
    pub(crate) fn url(&self) -> String {
        format!("file://{}", self.0.path("served/news.git").display())
    }

    pub(crate) fn server(&self) -> Server {
        let root = self.0.path("served");
        Server::start(move |request| git_server(&root, request))
    }

    /// The blobs in the repositories of the cache.
    fn cached(&self) -> BTreeSet<String> {
        let repositories = copies(&self.0.path("cache"), "git/HEAD");
        let blobs = |path: &PathBuf| {
            let mut command = Command::new("git");
            command.arg("--git-dir").arg(path.parent().expect("a file stands in a folder"));
            command.args(["cat-file", "--batch-check=%(objecttype) %(objectname)", "--batch-all-objects"]);
            let output = quiet(command.env("GIT_NO_LAZY_FETCH", "1")).output().expect("git starts");
            stdout(&output).lines().filter_map(|line| line.strip_prefix("blob ")).map(str::to_owned).collect::<Vec<_>>()
        };
        repositories.iter().flat_map(blobs).collect()
    }
}

#[test]
fn an_issue_dated_after_the_newest_commit_is_a_draft() {
    let folder = Folder::new("git-drafts");
    let Some(repository) = Repository::new(&folder) else { return };
    repository.post("posts/", 1);
    repository.post("posts/drafts/", 2);
    folder.write("work/posts/2099-01-03-10-00-00-rvlwn-3.md", issue(3));
    repository.publish("to come");
    let mut server = repository.server();
    let url = server.url("news.git");
    let is_left_out = |output: &Output| {
        let said = stderr(output);
        assert!(said.contains("2 drafts left out: "), "{said}");
        assert!(said.contains(&format!("posts/drafts/{} (in a folder for drafts)", file(2))), "{said}");
        assert!(
            said.contains("2099-01-03-10-00-00-rvlwn-3.md (dated 2099-01-03, after the newest commit, 20"),
            "{said}"
        );
        listed(output) == [1]
    };
    assert!(is_left_out(&list(&folder, &[&url])));
    server.stop();
    assert!(is_left_out(&list(&folder, &[&url])), "the copy knows of the commit's date");
    assert_eq!(listed(&list(&folder, &["work/posts"])), [3, 1], "a folder has no commit");
    assert_eq!(numbers(&list(&folder, &["work/posts/drafts"])), [2], "a folder that is asked for is read");
    assert_eq!(numbers(&list(&folder, &["work/posts/drafts/*.md"])), [2]);
    assert_eq!(listed(&list(&folder, &["work/**/*.md"])), [3, 1]);
}

#[test]
fn a_repository_is_read_at_a_branch_a_tag_or_a_folder() {
    let folder = Folder::new("git-parts");
    let Some(repository) = Repository::new(&folder) else { return };
    repository.post("posts/", 1);
    repository.git("work", &["tag", "--annotate", "--message=first", "v1"]);
    repository.post("posts/deep/", 2);
    repository.post("other folder/[x]/", 3);
    repository.git("work", &["checkout", "--quiet", "-b", "drafts/next"]);
    repository.post("posts/", 4);
    let url = repository.url();
    let of = |part: &str| numbers(&list(&folder, &[&format!("{url}{part}")]));
    assert_eq!(of(""), [3, 2, 1]);
    assert_eq!(of("#v1"), [1]);
    assert_eq!(of("#drafts/next"), [4, 3, 2, 1]);
    assert_eq!(of("#:posts"), [2, 1]);
    assert_eq!(of("#main:other folder/[x]/"), [3]);
    assert_eq!(of("#drafts/next:/posts/"), [4, 2, 1]);
    let new = run(&folder, &["new", &format!("{url}#v1"), "--seen", "seen", "--history", "--format", "text"]);
    assert!(stdout(&new).contains("entry 1"), "a bot reads it as well: {new:?}");

    let said = |part: &str| error(&list(&folder, &[&format!("{url}{part}")]));
    assert_eq!(said("#nope"), format!("error: {url}#nope: no branch or tag \"nope\"\n"));
    assert_eq!(said("#main:nope/x"), format!("error: {url}#main:nope/x: the repository has no folder \"nope/x\"\n"));
    assert_eq!(
        said("#v1:notes.txt"),
        format!("error: {url}#v1:notes.txt: the repository has no folder \"notes.txt\"\n")
    );
    repository.git("work", &["rm", "--quiet", "-r", "posts", "other folder"]);
    repository.publish("empty");
    assert!(said("#drafts/next").contains("no issue here"));
    folder.write("work/content/posts/broken.md", "\u{1}");
    repository.publish("broken");
    let output = stdout(&run(&folder, &["check", &format!("{url}#drafts/next:content")]));
    assert!(output.contains("--> news/content/posts/broken.md:1:1"), "{output}");
}

#[test]
fn a_server_sends_only_the_issues_if_it_can_choose() {
    for filter in ["true", "false"] {
        let folder = Folder::new(&format!("git-http-{filter}"));
        let Some(repository) = Repository::new(&folder) else { return };
        repository.git("served/news.git", &["config", "uploadpack.allowFilter", filter]);
        folder.write("work/posts/picture.png", "not a picture");
        repository.post("posts/", 1);
        repository.post("elsewhere/", 2);
        repository.post("posts/", 3);
        let server = repository.server();
        let source = server.url("news.git#main:posts");
        assert_eq!(numbers(&list(&folder, &[&source])), [3, 1]);
        let id = |path: &str| repository.git("work", &["rev-parse", &format!("main:{path}")]);
        let cached = repository.cached();
        assert!(cached.contains(&id(&format!("posts/{}", file(1)))));
        let others = ["posts/picture.png".to_owned(), "notes.txt".to_owned(), format!("elsewhere/{}", file(2))];
        for path in others {
            assert_eq!(cached.contains(&id(&path)), filter == "false", "{path}");
        }

        let first = server.requests().len();
        assert_eq!(numbers(&list(&folder, &[&source])), [3, 1]);
        let again = server.requests().len() - first;
        assert!(again < first || filter == "false", "nothing is new, and no blob is asked for: {again} of {first}");
        repository.post("posts/", 5);
        assert_eq!(numbers(&list(&folder, &[&source])), [5, 3, 1]);
    }
}

#[test]
fn a_repository_is_brought_up_to_date_even_if_its_past_is_another() {
    let folder = Folder::new("git-update");
    let Some(repository) = Repository::new(&folder) else { return };
    repository.post("", 1);
    let server = repository.server();
    let source = server.url("news.git");
    assert_eq!(numbers(&list(&folder, &[&source])), [1]);
    repository.post("", 2);
    repository.post("", 3);
    assert_eq!(numbers(&list(&folder, &[&source])), [3, 2, 1]);
    repository.git("work", &["reset", "--quiet", "--hard", "HEAD~2"]);
    repository.post("", 4);
    assert_eq!(numbers(&list(&folder, &[&source])), [4, 1]);
    repository.git("work", &["rm", "--quiet", &file(1)]);
    repository.publish("one less");
    assert_eq!(numbers(&list(&folder, &[&source])), [4]);
    let copies = copies(&folder.path("cache"), "issues.json");
    assert_eq!(copies.len(), 2, "the last copy and the one before it are kept, no more: {copies:?}");
}

#[test]
fn a_broken_cache_is_made_anew() {
    let folder = Folder::new("git-broken");
    let Some(repository) = Repository::new(&folder) else { return };
    repository.post("", 1);
    let url = repository.url();
    assert_eq!(numbers(&list(&folder, &[&url])), [1]);
    repository.post("", 2);
    let heads = copies(&folder.path("cache"), "git/HEAD");
    let kept = heads[0].parent().expect("a file stands in a folder");
    std::fs::remove_dir_all(kept.join("objects")).expect("it can be broken");
    assert_eq!(numbers(&list(&folder, &[&url])), [2, 1]);
    repository.post("", 3);
    folder.write(kept.join("shallow.lock").strip_prefix(folder.path("")).expect("below").to_str().expect("text"), "");
    assert_eq!(numbers(&list(&folder, &[&url])), [3, 2, 1], "a lock that an interrupted run left is no obstacle");
    assert_eq!(copies(&folder.path("cache"), "git.new/HEAD"), Vec::<PathBuf>::new());
}

#[test]
fn without_its_server_the_last_good_copy_of_a_repository_is_used_and_said() {
    let folder = Folder::new("git-gone");
    let Some(repository) = Repository::new(&folder) else { return };
    repository.post("", 1);
    let mut server = repository.server();
    let source = server.url("news.git");
    assert_eq!(numbers(&list(&folder, &[&source])), [1]);
    let other = server.url("other.git");
    let said = error(&list(&folder, &[&other]));
    assert!(said.starts_with(&format!("error: {other}: ")) && said.contains("not found"), "{said}");
    server.stop();
    let output = list(&folder, &[&source]);
    assert!(with_a_copy(&output).starts_with(&format!("warning: {source}: ")));
    assert_eq!(listed(&output), [1]);
    let said = error(&list(&folder, &[&server.url("news.git#main")]));
    assert!(said.contains("#main: "), "of this there is no copy: {said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn a_git_server_that_says_nothing_is_given_up_and_git_is_ended() {
    let folder = Folder::new("git-silence");
    let Some(_) = Repository::new(&folder) else { return };
    folder.write("patchfeed.toml", "[network]\ntimeout = 1\n");
    let server = Server::start(|_| Answer::Silence(b""));
    let source = server.url("news.git");
    assert_eq!(error(&list(&folder, &[&source])), format!("error: {source}: no answer in 1 s\n"));
    assert!(server.was_hung_up_on(), "what git started has ended as well");
}

#[cfg(unix)]
#[test]
fn what_git_started_ends_with_it() {
    let folder = Folder::new("git-children");
    let Some(_) = Repository::new(&folder) else { return };
    folder.write("patchfeed.toml", "[network]\ntimeout = 1\n");
    folder.write("ssh.sh", "[ \"$1\" = -G ] && exit 1\nexec sleep 60 >alive\n");
    let alive = folder.path("alive");
    assert!(Command::new("mkfifo").arg(&alive).status().expect("every Unix has it").success());
    let command = format!("cd {:?} && sh ssh.sh", folder.path(""));
    let (ended, waiting) = std::sync::mpsc::channel();
    std::thread::spawn(move || ended.send(std::fs::read(alive).map(|bytes| bytes.len()).ok()));
    let output = program(&folder.path(""), &["list", "git@example.org:news"]).env("GIT_SSH_COMMAND", command).output();
    assert_eq!(error(&output.expect("it starts")), "error: git@example.org:news: no answer in 1 s\n");
    assert_eq!(waiting.recv_timeout(Duration::from_secs(20)), Ok(Some(0)), "nothing holds the pipe any more");
}

#[test]
fn a_repository_of_a_forge_needs_no_ending() {
    let folder = Folder::new("git-forge");
    let Some(repository) = Repository::new(&folder) else { return };
    std::fs::create_dir_all(folder.path("served/me")).expect("a folder can be made");
    std::fs::rename(folder.path("served/news.git"), folder.path("served/me/news")).expect("it can be moved");
    repository.git(".", &["init", "--quiet", "--bare", "served/news.git"]);
    folder.write(&format!("work/{}", file(1)), issue(1));
    repository.git("work", &["add", "--all"]);
    repository.git("work", &["commit", "--quiet", "--message", "1"]);
    repository.git("work", &["push", "--quiet", "../served/me/news", "HEAD"]);
    let root = folder.path("served");
    let served = root.clone();
    let server = Server::start(move |request| git_server(&served, request));
    folder.write("gitconfig", format!("[url {:?}]\n\tinsteadOf = https://codeberg.org/\n", server.url("")));
    let mut command = program(&folder.path(""), &["list", "https://codeberg.org/me/news#main"]);
    assert_eq!(numbers(&command.env("GIT_CONFIG_GLOBAL", folder.path("gitconfig")).output().expect("it starts")), [1]);
    assert_eq!(numbers(&list(&folder, &[&format!("git+{}", server.url("me/news"))])), [1]);
    assert_eq!(numbers(&list(&folder, &[&format!("file://{}", root.join("me/news").display())])), [1]);
}

#[cfg(unix)]
#[test]
fn a_repository_is_reached_by_ssh_as_the_user_has_it() {
    let folder = Folder::new("git-ssh");
    let Some(repository) = Repository::new(&folder) else { return };
    repository.post("", 1);
    let script = "#!/bin/sh\n[ \"$1\" = -G ] && exit 1\necho \"$@\" >>\"$(dirname \"$0\")/log\"\nfor last; do :; done\nexec sh -c \"$last\"\n";
    let served = folder.path("served/news.git");
    for name in ["bin/ssh", "own"] {
        folder.write(name, script);
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path(name), mode).expect("it can be made a program");
    }
    let path = format!("{}:{}", folder.path("bin").display(), std::env::var("PATH").unwrap_or_default());
    for source in [format!("git@example.org:{}", served.display()), format!("ssh://example.org{}", served.display())] {
        let mut command = program(&folder.path(""), &["list", &source]);
        assert_eq!(numbers(&command.env("PATH", &path).output().expect("it starts")), [1]);
    }
    let log = std::fs::read_to_string(folder.path("bin/log")).expect("ssh was started");
    assert!(log.lines().all(|line| line.contains("-o BatchMode=yes")), "nobody is there to answer: {log}");

    let mut command =
        program(&folder.path(""), &["list", "--cache", "other", &format!("git@example.org:{}", served.display())]);
    let output = command.env("GIT_SSH_COMMAND", folder.path("own")).output().expect("it starts");
    assert_eq!(numbers(&output), [1]);
    let log = std::fs::read_to_string(folder.path("log")).expect("the user's own program was started");
    assert!(!log.contains("BatchMode"), "{log}");
}

#[cfg(unix)]
#[test]
fn a_link_in_a_repository_leads_nowhere() {
    let folder = Folder::new("git-link");
    let Some(repository) = Repository::new(&folder) else { return };
    folder.write("secret.md", issue(9));
    std::os::unix::fs::symlink(folder.path("secret.md"), folder.path(&format!("work/{}", file(9)))).expect("a link");
    folder.write("secrets/2024-01-08-10-00-00-rvlwn-8.md", issue(8));
    std::os::unix::fs::symlink(folder.path("secrets"), folder.path("work/posts")).expect("a link");
    repository.post("", 1);
    assert_eq!(numbers(&list(&folder, &[&repository.url()])), [1]);
    let output = run(&folder, &["check", &repository.url()]);
    assert!(stdout(&output).starts_with("1 期，1 条：没有发现问题\n"), "nor is it an issue of its own");
}

#[test]
fn the_callers_own_work_in_a_repository_stays_as_it_is() {
    let folder = Folder::new("git-environment");
    let Some(repository) = Repository::new(&folder) else { return };
    repository.post("", 1);
    let url = repository.url();
    let before = repository.git("work", &["status", "--porcelain", "--branch"]);
    let mut command = program(&folder.path("work"), &["list", "--cache", "../cache", &url]);
    command.env("GIT_DIR", folder.path("work/.git")).env("GIT_WORK_TREE", folder.path("work"));
    command.env("GIT_INDEX_FILE", folder.path("work/.git/index")).env("GIT_OBJECT_DIRECTORY", folder.path("nothing"));
    assert_eq!(numbers(&command.output().expect("it starts")), [1]);
    assert_eq!(repository.git("work", &["status", "--porcelain", "--branch"]), before);
    assert!(!folder.path("nothing").exists());
}

#[test]
fn nothing_of_a_repository_is_run() {
    let folder = Folder::new("git-hooks");
    let Some(repository) = Repository::new(&folder) else { return };
    folder.write("work/.gitattributes", "*.md filter=evil\n");
    repository.post("", 1);
    let evil = format!("touch {}", folder.path("evil").display());
    folder.write("hooks/post-index-change", format!("#!/bin/sh\n{evil}\n"));
    folder.write("hooks/reference-transaction", format!("#!/bin/sh\n{evil}\n"));
    #[cfg(unix)]
    for name in ["post-index-change", "reference-transaction"] {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path("hooks").join(name), mode).expect("it can be made a program");
    }
    let hooks = folder.path("hooks");
    folder.write(
        "gitconfig",
        format!(
            "[core]\n\thooksPath = {:?}\n[filter \"evil\"]\n\tsmudge = {evil:?}\n\trequired = true\n",
            hooks.display()
        ),
    );
    let mut command = program(&folder.path(""), &["list", &repository.url()]);
    let output = command.env("GIT_CONFIG_GLOBAL", folder.path("gitconfig")).output().expect("it starts");
    assert_eq!(numbers(&output), [1]);
    assert!(!folder.path("evil").exists());
}

#[test]
fn without_git_it_is_said() {
    let folder = Folder::new("no-git");
    let mut command = program(&folder.path(""), &["list", "https://example.org/news.git"]);
    let output = command.env("PATH", folder.path("empty")).output().expect("it starts");
    assert_eq!(error(&output), "error: https://example.org/news.git: git is not installed\n");
}

#[test]
fn a_source_without_an_issue_doesnt_show_its_password() {
    let server = Server::start(|_| answer("200 OK", &[("Content-Type", "text/plain")], "nothing"));
    let folder = Folder::new("no-issue-password");
    let address = server.url("a.md").replace("http://", "http://me:secret@");
    let output = run(&folder, &["build", &address]);
    let said = stderr(&output);
    assert!(said.contains("no issue here") && !said.contains("secret"), "{said}");
}

#[test]
fn an_issue_of_a_repository_that_gives_no_date_is_dated_by_the_commit_that_added_it() {
    let folder = Folder::new("added");
    let repository = folder.path("repository");
    let commit = |date: &str| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qam", "x"]);
        git.env("GIT_COMMITTER_DATE", date).env("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z").current_dir(&repository);
        assert!(quiet(&mut git).status().expect("git runs").success());
    };
    let git = |arguments: &[&str]| {
        assert!(
            quiet(Command::new("git").args(arguments).current_dir(&repository)).status().expect("git runs").success()
        );
    };
    let text = |n| format!("## News\n\n- [Lamp {n}](https://example.org/{n}) is lit.\n");
    folder.write("repository/posts/issue-1.md", text(1));
    git(&["init", "-q"]);
    git(&["add", "."]);
    commit("2024-05-03T08:00:00Z");
    folder.write("repository/posts/issue-2.md", text(2));
    git(&["add", "."]);
    commit("2024-05-10T08:00:00Z");
    folder.write("repository/posts/issue-1.md", text(3)); // corrected
    commit("2024-06-01T08:00:00Z");
    git(&["mv", "posts", "old"]);
    git(&["mv", "old/issue-1.md", "old/number-1.md"]);
    commit("2024-07-01T08:00:00Z");
    let source = format!("file://{}#:old", repository.display());
    let listed = run(&folder, &["list", &source, "--format", "json"]);
    let dates: Vec<(String, String)> = stdout(&listed)
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line is an item"))
        .map(|item| (item["title"].to_string(), item["date_published"].to_string()))
        .collect();
    let expected = [("Lamp 2", "2024-05-10T08:00:00+00:00"), ("Lamp 3", "2024-05-03T08:00:00+00:00")];
    assert_eq!(dates, expected.map(|(title, date)| (format!("{title:?}"), format!("{date:?}"))));
    assert!(!stderr(&listed).contains("no-date"), "{}", stderr(&listed));

    folder.write("repository/old/issue-3.md", text(4)); // not committed yet
    let in_work_tree = run(&folder, &["list", "repository/old", "--format", "json"]);
    let in_work_tree: Vec<(String, String)> = stdout(&in_work_tree)
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line is an item"))
        .map(|item| (item["title"].to_string(), item["date_published"].to_string()))
        .collect();
    assert_eq!(in_work_tree.iter().filter(|item| dates.contains(item)).count(), 2, "{in_work_tree:?}");
    assert!(in_work_tree.contains(&("\"Lamp 4\"".to_owned(), "null".to_owned())), "{in_work_tree:?}");

    let shallow = format!("file://{}", repository.display());
    git(&["clone", "-q", "--depth=1", &shallow, "../shallow"]);
    let said = run(&folder, &["list", "shallow/old", "--format", "json"]);
    assert!(stderr(&said).contains("only a part of its history is here"), "{}", stderr(&said));
    assert!(stdout(&said).lines().all(|line| !line.contains("date_published")), "{}", stdout(&said));
}
