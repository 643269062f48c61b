//! `patchfeed serve` over real sockets: what goes over them, and what becomes of changes, broken saves and signals.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant, SystemTime};

use patchfeed::facts::newsletter::web_folder;
use patchfeed::publish::SiteFile;
use patchfeed::serve::{Limits, ServedSite, Server, SiteFacts, listen};
use rustix::process::{Pid, Signal, kill_process};

use crate::bots::issue;
use crate::{BASE, Folder, patchfeed, stderr, tree};

/// How long to wait for what takes less than a second on a machine with nothing else to do.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server of a test's own, killed when it is dropped.
pub(crate) struct Running {
    child: Child,
    said: Arc<Mutex<String>>,
    logged: Option<JoinHandle<String>>,
    pub(crate) at: Option<SocketAddr>,
}

impl Running {
    pub(crate) fn start(folder: &Folder, args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_patchfeed"));
        command.args(["serve", "issues", "--out", "site", "--no-sync"]).args(args).current_dir(&folder.0);
        Self::run(&mut command)
    }

    /// Starts a server whose base URL is its own address. A site has to know that before it listens, so the socket is given to the
    /// server, as systemd does.
    pub(crate) fn public(folder: &Folder, args: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has a free port");
        let at = listener.local_addr().expect("it has an address");
        let mut command = Command::new("sh");
        let line = format!("LISTEN_FDS=1 LISTEN_PID=$$ exec '{}' \"$@\" 3<&0", env!("CARGO_BIN_EXE_patchfeed"));
        command.args(["-c", &line, "sh", "serve", "issues", "--out", "site", "--no-sync"]).args(args);
        command.args(["--base-url", &format!("http://{at}/")]);
        let server = Self::run(command.stdin(Stdio::from(OwnedFd::from(listener))).current_dir(&folder.0));
        assert_eq!(server.at, Some(at));
        server
    }

    /// Runs a command, and waits until it serves.
    fn run(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut stdout = child.stdout.take().expect("a pipe");
        let logged = spawn(move || {
            let mut log = String::new();
            let _ = stdout.read_to_string(&mut log);
            log
        });
        let said = Arc::new(Mutex::new(String::new()));
        let (stderr, hearing) = (child.stderr.take().expect("a pipe"), Arc::clone(&said));
        spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                hearing.lock().expect("no thread fails").push_str(&(line + "\n"));
            }
        });
        let mut running = Self { child, said, logged: Some(logged), at: None };
        running.wait_for("serving at ");
        let said = running.said();
        let (_, after) = said.split_once("serving at ").expect("it says so");
        let address = after.split([',', ';']).next().unwrap_or_default();
        running.at = address.strip_prefix("http://").and_then(|at| at.trim_end_matches('/').parse().ok());
        running
    }

    pub(crate) fn said(&self) -> String {
        self.said.lock().expect("no thread fails").clone()
    }

    pub(crate) fn wait_for(&self, words: &str) {
        wait_until(|| self.said().contains(words), || format!("{words:?} is never said, only {:?}", self.said()));
    }

    /// The answer to a request of one line and some headers.
    pub(crate) fn ask(&self, request: &str) -> String {
        let at = self.at.expect("it listens at an address");
        ask(TcpStream::connect(at).expect("it listens"), request)
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.ask(&format!("GET /{path} HTTP/1.1"))
    }

    fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a process has an id");
        let _ = kill_process(id, signal);
    }

    /// Ends the server as a signal does, and gives its log.
    fn end(mut self, sent: Signal) -> String {
        self.signal(sent);
        let status = self.child.wait().expect("the program ends");
        assert_eq!(status.signal(), Some(sent.as_raw()), "it ends as the signal says");
        self.logged.take().and_then(|logged| logged.join().ok()).expect("the log is text")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn wait_until(mut is_so: impl FnMut() -> bool, or_say: impl Fn() -> String) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{}", or_say());
        sleep(Duration::from_millis(20));
    }
}

/// The whole answer to a request of one line and some headers.
fn ask(mut stream: impl Read + Write, request: &str) -> String {
    let request = request.replace('\n', "\r\n");
    write!(stream, "{request}\r\nHost: x\r\nConnection: close\r\n\r\n").expect("the server reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the server answers and hangs up");
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let (head, _) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    lines.filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or_default()
}

fn issues(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("issues/2024-01-01-10-00-00-rvlwn-1.md", issue(1, 0..5));
    folder
}

/// A free address of the loopback.
pub(crate) const FREE: &[&str] = &["--addr", "127.0.0.1:0"];

#[test]
fn a_site_is_served_under_the_address_that_it_is_listened_at() {
    let folder = issues("serve");
    let server = Running::start(&folder, FREE);
    let at = server.at.expect("an address");
    let feed = server.get("bpf.atom");
    assert!(feed.starts_with("HTTP/1.1 200 OK\r\n"), "{feed}");
    assert!(feed.contains(&format!("<link href=\"http://{at}/bpf.atom\" rel=\"self\"")), "{feed}");
    assert!(header(&feed, "link").starts_with(&format!("<http://{at}/bpf.atom>; rel=\"self\"")));
    assert_eq!(header(&feed, "content-type"), "application/atom+xml; charset=utf-8");
    assert!(header(&feed, "date").ends_with(" GMT"));
    let tag = header(&feed, "etag");
    let unchanged = server.ask(&format!("GET /bpf.atom HTTP/1.1\nIf-None-Match: {tag}"));
    assert!(unchanged.starts_with("HTTP/1.1 304 ") && unchanged.ends_with("\r\n\r\n"), "{unchanged}");
    let date = header(&feed, "last-modified");
    let unchanged = server.ask(&format!("GET /bpf.atom HTTP/1.1\nIf-Modified-Since: {date}"));
    assert!(unchanged.starts_with("HTTP/1.1 304 "), "{unchanged}");
    let part = server.ask(&format!("GET /bpf.atom HTTP/1.1\nRange: bytes=0-4\nIf-Range: {tag}"));
    assert!(part.starts_with("HTTP/1.1 206 ") && part.ends_with("\r\n\r\n<?xml"), "{part}");
    let coded = server.ask("GET /bpf.atom HTTP/1.1\nAccept-Encoding: zstd");
    assert_eq!((header(&coded, "content-encoding"), header(&coded, "vary")), ("zstd", "Accept-Encoding"));
    let head = server.ask("HEAD /bpf.atom HTTP/1.1");
    assert!(head.ends_with("\r\n\r\n") && header(&head, "content-length") == header(&feed, "content-length"), "{head}");
}

#[test]
fn what_isnt_a_file_of_the_site_is_refused_over_a_socket_as_it_should_be() {
    let folder = issues("serve-refusals");
    folder.write("secret.md", "secret");
    folder.write("site/mine.html", "secret");
    folder.write("site/robots.txt", "User-agent: mine\n");
    folder.write("patchfeed.toml", "gone = [\"kvm\"]\n");
    let server = Running::start(&folder, FREE);
    std::fs::remove_file(folder.path("site/bpf.rss")).expect("it is there");
    std::os::unix::fs::symlink("../secret.md", folder.path("site/bpf.rss")).expect("a link can be made");
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..6));
    wait_until(|| server.get("bpf.atom").contains("&#x3C;5&#x3E;"), || server.said());
    for path in ["mine.html", "../secret.md", "%2e%2e/secret.md", "..%2fsecret.md", ".patchfeed/manifest", "x%00"] {
        let answer = server.get(path);
        assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n") && !answer.contains("secret"), "{path}: {answer}");
        assert!(answer.contains("<h1>Not Found</h1>") && header(&answer, "content-type").starts_with("text/html"));
    }
    assert!(!server.get("bpf.rss").contains("secret"));
    assert!(
        server.get("robots.txt").ends_with("User-agent: mine\n"),
        "a file of one's own in the place of one that yields"
    );
    assert!(server.get("kvm.atom").starts_with("HTTP/1.1 410 Gone\r\n"));
    let post = server.ask("POST /bpf.atom HTTP/1.1\nContent-Length: 0");
    assert!(post.starts_with("HTTP/1.1 405 ") && header(&post, "allow") == "GET, HEAD, OPTIONS", "{post}");
    assert!(server.ask("POST /bpf.atom HTTP/1.1\nContent-Length: 999999999").starts_with("HTTP/1.1 413 "));
    assert!(server.ask("OPTIONS * HTTP/1.1").starts_with("HTTP/1.1 204 "));
    assert!(server.get(&"x".repeat(20_000)).starts_with("HTTP/1.1 431 "));
    assert!(server.ask("GET /bpf.atom\tHTTP/1.1").starts_with("HTTP/1.1 400 "));
}

#[test]
fn every_request_is_logged_in_the_common_form_unless_quiet() {
    let folder = issues("serve-log");
    let server = Running::start(&folder, FREE);
    let length = header(&server.get("bpf.atom"), "content-length").to_owned();
    server.ask("HEAD /no\"thing?a=1 HTTP/1.0");
    let log = server.end(Signal::TERM);
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert!(lines[0].starts_with("127.0.0.1 - - [") && lines[0].contains(" +0000] \""), "{log}");
    assert!(lines[0].ends_with(&format!("\"GET /bpf.atom HTTP/1.1\" 200 {length}")), "{log}");
    assert!(lines[1].ends_with("\"HEAD /no\\x22thing?a=1 HTTP/1.0\" 404 -"), "{log}");
}

#[test]
fn sockets_may_be_of_unix_of_ipv6_or_of_systemd() {
    let folder = issues("serve-sockets");
    let left = UnixListener::bind(folder.path("left.sock")).expect("a socket can be made");
    drop(left); // as a killed run leaves it
    let server = Running::start(&folder, &["--addr", "unix:left.sock", "--base-url", BASE]);
    let connect = || UnixStream::connect(folder.path("left.sock")).expect("it listens");
    assert!(ask(connect(), "GET /bpf.atom HTTP/1.1").contains("href=\"https://feeds.example.org/bpf.atom\""));
    let log = server.end(Signal::INT);
    assert!(log.starts_with("- - - ["), "a Unix socket has no address: {log}");
    assert!(!folder.path("left.sock").exists());

    if TcpListener::bind("[::1]:0").is_ok() {
        let server = Running::start(&folder, &["--addr", "[::1]:0", "--force"]);
        assert!(server.get("bpf.atom").starts_with("HTTP/1.1 200 "), "{}", server.said());
    }

    let server = Running::public(&folder, &[]);
    assert!(server.get("bpf.atom").starts_with("HTTP/1.1 200 "));
}

#[test]
fn a_change_is_served_and_told_to_previews() {
    let folder = issues("serve-change");
    let server = Running::start(&folder, FREE);
    let page = server.get("bpf.html");
    assert!(page.contains("<script src=\"/_preview/script.js\" defer></script>"), "{page}");
    assert!(page.contains("connect-src 'self'") && header(&page, "cache-control") == "no-cache", "{page}");
    assert!(server.get("_preview/script.js").contains("EventSource"));
    let mut events = events(&server);
    let first = next_event(&mut events);
    let before = (server.get("all.atom"), server.get("pages.css"));
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..6));
    let second = next_event(&mut events);
    assert_ne!(first["site"], second["site"]);
    let after = (server.get("all.atom"), server.get("pages.css"));
    assert!(after.0.contains("&#x3C;5&#x3E;"), "the page is told of a site that is there");
    assert_ne!(header(&before.0, "etag"), header(&after.0, "etag"));
    for name in ["etag", "last-modified"] {
        assert_eq!(header(&before.1, name), header(&after.1, name), "what hasn't changed keeps its {name}");
    }
    std::fs::rename(folder.path("issues"), folder.path("elsewhere")).expect("a folder can be moved");
    server.wait_for("error: ");
    assert_eq!(header(&server.get("all.atom"), "etag"), header(&after.0, "etag"), "the old site goes on");
    folder.write("elsewhere/2024-01-15-10-00-00-rvlwn-3.md", issue(3, 6..7));
    std::fs::rename(folder.path("elsewhere"), folder.path("issues")).expect("a folder can be moved");
    wait_until(|| server.get("all.atom").contains("&#x3C;6&#x3E;"), || server.said());
}

/// The events of a preview.
fn events(server: &Running) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(server.at.expect("an address")).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
    stream.write_all(b"GET /_preview/events HTTP/1.1\r\nHost: x\r\n\r\n").expect("the server reads");
    BufReader::new(stream)
}

fn next_event(events: &mut impl std::io::BufRead) -> serde_json::Value {
    let mut lines = events.lines().map(|line| line.expect("an event comes in time"));
    let data = lines.find_map(|line| line.strip_prefix("data: ").map(str::to_owned));
    serde_json::from_str(&data.expect("the events go on")).expect("an event is JSON")
}

#[test]
fn a_broken_save_is_shown_while_the_old_site_goes_on() {
    let folder = issues("serve-broken");
    let server = Running::start(&folder, &["--addr", "127.0.0.1:0", "--strict"]);
    let mut events = events(&server);
    assert_eq!(next_event(&mut events)["text"], "");
    let before = server.get("all.atom");
    let path = "issues/2024-01-08-10-00-00-rvlwn-2.md";
    folder.write(path, "### BPF\n\n**[v1: broken](http://lore.ker\n");
    let trouble = next_event(&mut events)["text"].as_str().expect("it is text").to_owned();
    assert!(trouble.contains("rvlwn-2.md:3:") && trouble.contains("--strict is set"), "{trouble}");
    server.wait_for("the site stays as it is");
    assert!(server.said().contains("rvlwn-2.md:3:"), "{}", server.said());
    assert_eq!(header(&server.get("all.atom"), "etag"), header(&before, "etag"));
    folder.write("patchfeed.toml", "nonsense = 1\n");
    server.wait_for("there is no setting `nonsense`");
    assert_eq!(header(&server.get("all.atom"), "etag"), header(&before, "etag"));
    folder.write("patchfeed.toml", "");
    folder.write(path, issue(2, 5..6));
    wait_until(|| next_event(&mut events)["text"] == "", || server.said());
    assert!(server.get("all.atom").contains("&#x3C;5&#x3E;"));
}

#[test]
fn a_public_site_has_no_preview() {
    let folder = issues("serve-public");
    let server = Running::start(&folder, &["--addr", "127.0.0.1:0", "--base-url", BASE]);
    let page = server.get("bpf.html");
    assert!(!page.contains("_preview") && header(&page, "cache-control") == "public, max-age=900", "{page}");
    assert!(server.get("_preview/events").starts_with("HTTP/1.1 404 "));
}

#[test]
fn a_signal_stops_the_server_and_a_site_that_was_killed_comes_back_whole() {
    let folder = issues("serve-kill");
    let server = Running::start(&folder, &["--addr", "127.0.0.1:0", "--base-url", BASE]);
    let idle = TcpStream::connect(server.at.expect("an address")).expect("it listens");
    let start = Instant::now();
    server.end(Signal::TERM);
    assert!(start.elapsed() < Duration::from_secs(9), "an idle connection isn't waited for");
    drop(idle);
    for n in 2..8 {
        let server = Running::start(&folder, &["--addr", "127.0.0.1:0", "--base-url", BASE]);
        folder.write(&format!("issues/2024-02-0{n}-10-00-00-rvlwn-{n}.md"), issue(n, n * 10..n * 10 + 9));
        sleep(Duration::from_millis(60 * (n as u64)));
        server.end(Signal::KILL);
    }
    let server = Running::start(&folder, &["--addr", "127.0.0.1:0", "--base-url", BASE]);
    assert!(patchfeed(&folder.0, &["build", "issues", "--out", "whole", "--base-url", BASE]).status.success());
    assert_eq!(tree(&folder.path("site")), tree(&folder.path("whole")));
    let newest = String::from_utf8_lossy(&tree(&folder.path("whole"))["all.atom"]).into_owned();
    assert!(server.get("all.atom").ends_with(&newest));
}

#[test]
fn a_source_that_cant_be_read_at_the_start_leaves_the_last_site_to_serve() {
    let folder = issues("serve-last");
    Running::start(&folder, &["--addr", "127.0.0.1:0", "--base-url", BASE]).end(Signal::TERM);
    std::fs::rename(folder.path("issues"), folder.path("elsewhere")).expect("a folder can be moved");
    let server = Running::start(&folder, &["--addr", "127.0.0.1:0", "--base-url", BASE]);
    assert!(server.get("bpf.atom").starts_with("HTTP/1.1 200 "), "{}", server.said());
    server.wait_for("error: issues: ");
    folder.write("elsewhere/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..6));
    std::fs::rename(folder.path("elsewhere"), folder.path("issues")).expect("a folder can be moved");
    wait_until(|| server.get("all.atom").contains("&#x3C;5&#x3E;"), || server.said());
    let other =
        ["serve", "nowhere", "--out", "site", "--addr", "127.0.0.1:0", "--base-url", "https://other.example.org/"];
    let output = patchfeed(&folder.0, &other);
    assert!(
        stderr(&output).starts_with("error: nowhere: "),
        "another address's site isn't served: {}",
        stderr(&output)
    );
}

#[test]
fn what_cant_be_served_is_said_with_what_to_do() {
    let folder = issues("serve-words");
    let taken = TcpListener::bind("127.0.0.1:0").expect("the loopback has a free port");
    let taken = taken.local_addr().map(|at| (taken, at.to_string())).expect("it has an address");
    let rows = [
        (&["issues", "--addr", &taken.1][..], "another program listens there"),
        (&["issues", "--addr", "nonsense"], "write 127.0.0.1:8080, [::1]:8080 or unix:"),
        (&["issues", "--addr", "unix:x.sock"], "say the site's address with --base-url"),
        (&["-", "--addr", "127.0.0.1:0"], "the standard input can be read once only"),
        (&["nowhere", "--addr", "127.0.0.1:0"], "nowhere: "),
    ];
    for (args, words) in rows {
        let output = patchfeed(&folder.0, &[&["serve"], args].concat());
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(stderr(&output).starts_with("error: ") && stderr(&output).contains(words), "{}", stderr(&output));
    }
    assert!(patchfeed(&folder.0, &["build", "issues", "--out", "site", "--base-url", BASE]).status.success());
    let before = tree(&folder.path("site"));
    let output = patchfeed(&folder.0, &["serve", "issues", "--out", "site", "--addr", "127.0.0.1:0"]);
    assert!(stderr(&output).contains("this site was built for https://feeds.example.org/"), "{}", stderr(&output));
    assert_eq!(tree(&folder.path("site")), before, "a preview doesn't take a published site's folder");
}

#[test]
fn a_build_that_watches_builds_again() {
    let folder = issues("build-watch");
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchfeed"));
    command.args(["build", ".", "--watch", "--out", "site", "--base-url", BASE, "--no-sync"]).current_dir(&folder.0);
    let mut child = command.stderr(Stdio::null()).spawn().expect("the program starts");
    let feed = || std::fs::read_to_string(folder.path("site/all.atom")).unwrap_or_default();
    wait_until(|| feed().contains("&#x3C;4&#x3E;"), || "the first build never ends".to_owned());
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..6));
    wait_until(|| feed().contains("&#x3C;5&#x3E;"), || "the change isn't built".to_owned());
    let _ = child.kill();
    let _ = child.wait();
}

/// A server in this process, with limits of a test's own, of a site with one large file.
fn server(limits: Limits, length: usize) -> (Server, SocketAddr) {
    let listening = listen("127.0.0.1:0").expect("the loopback has a free port");
    let base_url = listening.url().expect("it has an address");
    let at = base_url.socket_addrs(|| None).expect("it is one")[0];
    let file = SiteFile { path: "all.atom".to_owned(), bytes: vec![b' '; length], modified: SystemTime::now() };
    let base_url = web_folder(base_url.as_str()).expect("it is an address");
    let facts = SiteFacts { base_url, hubs: Vec::new(), gone: Vec::new(), is_preview: false };
    let site = ServedSite::new(vec![file], facts, None, None);
    (Server::start(listening, site, limits, false, false).expect("it starts"), at)
}

#[test]
fn a_client_that_is_too_slow_is_given_up() {
    let limits =
        Limits { head_time: Duration::from_millis(300), stall: Duration::from_millis(300), ..Limits::default() };
    let (server, at) = server(limits, 32 << 20);
    for begun in [&b""[..], b"GET /all.atom HTTP/1.1\r\nHo"] {
        let mut slow = TcpStream::connect(at).expect("it listens");
        slow.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        slow.write_all(begun).expect("the server reads");
        let mut rest = Vec::new();
        slow.read_to_end(&mut rest).expect("the server hangs up");
        assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    }
    let mut deaf = TcpStream::connect(at).expect("it listens");
    deaf.write_all(b"GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n").expect("the server reads");
    sleep(Duration::from_secs(2)); // what the system has room for is taken; then nothing is, for longer than it may
    let mut got = Vec::new();
    let _ = deaf.read_to_end(&mut got); // the connection may be reset
    assert!(got.len() < 32 << 20, "{} bytes came", got.len());
    server.stop();
}

#[test]
fn a_server_that_stops_finishes_what_it_sends() {
    let (server, at) = server(Limits::default(), 32 << 20);
    let mut stream = TcpStream::connect(at).expect("it listens");
    stream.write_all(b"GET /all.atom HTTP/1.1\r\nHost: x\r\n\r\n").expect("the server reads");
    let mut first = [0; 1000];
    stream.read_exact(&mut first).expect("the answer begins");
    let stopping = spawn(move || server.stop());
    sleep(Duration::from_millis(200));
    assert!(TcpStream::connect(at).is_err(), "no other client is taken");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("the answer is finished, and the connection closed");
    assert!(rest.len() + 1000 > 32 << 20, "{} bytes came", rest.len());
    stopping.join().expect("it stops");
    let _ = stream.shutdown(Shutdown::Both);
}

#[test]
fn idle_connections_beyond_the_limit_wait_and_then_are_answered() {
    let limits = Limits { connections: 4, head_time: Duration::from_millis(500), ..Limits::default() };
    let (server, at) = server(limits, 10);
    let idle: Vec<TcpStream> = (0..8).map(|_| TcpStream::connect(at).expect("it listens")).collect();
    let answer = ask(TcpStream::connect(at).expect("it listens"), "GET /all.atom HTTP/1.1");
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    drop(idle);
    server.stop();
}

#[test]
fn a_feed_that_is_given_up_leaves_the_site_and_one_that_is_made_stays() {
    let folder = issues("serve-gone");
    let entry = |section: &str, mail: &str| {
        format!("### {section}\n\n**[v1: {mail}](http://lore.kernel.org/x/{mail}@x/)**\n\n")
    };
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", entry("Lanterns", "a") + &entry("BPF", "b"));
    let build = || {
        let output = patchfeed(&folder.0, &["build", "issues", "--out", "site", "--base-url", BASE, "--force"]);
        assert!(output.status.success(), "{}", stderr(&output));
        stderr(&output)
    };
    build();
    folder.write("issues/2024-01-08-10-00-00-rvlwn-2.md", entry("BPF", "b"));
    folder.write("patchfeed.toml", "gone = [\"bpf\"]\n");
    assert!(build().contains("`gone` has \"bpf\", which the issues still make; it stays"));
    assert!(folder.path("site/lanterns.atom").exists(), "a feed stays, empty, when nothing makes it any more");
    folder.write("patchfeed.toml", "gone = [\"lanterns\"]\n");
    let said = build();
    assert!(!said.contains("gone"), "{said}");
    assert!(!folder.path("site/lanterns.atom").exists() && !folder.path("site/lanterns.html").exists());
    assert!(folder.path("site/bpf.atom").exists());
    for (toml, words) in [
        ("gone = [\"Lan terns\"]", "`gone` can't have \"Lan terns\""),
        (
            "gone = [\"x\"]\n[[feed]]\nslug = \"x\"\ntitle = \"X\"\nmatch = {}",
            "\"x\" stands in `gone` and has a [[feed]]",
        ),
    ] {
        folder.write("patchfeed.toml", toml);
        let output = patchfeed(&folder.0, &["build", "issues", "--out", "site"]);
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
}

#[test]
fn sources_behind_links_are_watched_where_they_stand() {
    let folder = issues("serve-links");
    folder.write("releases/b/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..6));
    folder.write("elsewhere/3.md", issue(3, 6..7));
    std::fs::rename(folder.path("issues"), folder.path("releases/a")).expect("a folder can be moved");
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, folder.path(name)).expect("a link can be made");
    link("releases/a", "issues");
    link("../../elsewhere/3.md", "releases/b/2024-01-15-10-00-00-rvlwn-3.md");
    let server = Running::start(&folder, &[FREE, &["--force"]].concat());
    std::fs::remove_file(folder.path("issues")).expect("it is there");
    link("releases/b", "issues");
    wait_until(|| server.get("all.atom").contains("&#x3C;6&#x3E;"), || server.said());
    folder.write("elsewhere/3.md", issue(3, 7..8));
    wait_until(|| server.get("all.atom").contains("&#x3C;7&#x3E;"), || server.said());
}

#[test]
fn a_configuration_that_is_gone_for_a_moment_changes_nothing() {
    let folder = issues("serve-gone-config");
    folder.write("patchfeed.toml", "[site]\naddress = \"https://news.example.org/\"\n");
    let server = Running::start(&folder, FREE);
    let before = server.get("all.atom");
    std::fs::remove_file(folder.path("patchfeed.toml")).expect("it is there");
    server.wait_for("the file is gone; put it back");
    assert_eq!(header(&server.get("all.atom"), "etag"), header(&before, "etag"));
    wait_until(|| server.get("healthz").contains("the last build failed"), || server.said());
    assert!(server.get("metrics").contains("patchfeed_builds_total{result=\"failed\"} 1"));
}

#[test]
fn a_site_around_its_issues_is_built_again_and_files_that_arent_issues_build_nothing() {
    let folder = Folder::new("serve-around");
    folder.write("site/issues/2024-01-01-10-00-00-rvlwn-1.md", issue(1, 0..5));
    let mut command = Command::new(env!("CARGO_BIN_EXE_patchfeed"));
    command.args(["serve", "issues", "--out", ".", "--no-sync"]).args(FREE).current_dir(folder.path("site"));
    let server = Running::run(&mut command);
    folder.write("site/issues/access.log", "a line\n");
    folder.write("site/issues/2024-01-08-10-00-00-rvlwn-2.md", issue(2, 5..6));
    wait_until(|| server.get("all.atom").contains("&#x3C;5&#x3E;"), || server.said());
    for _ in 0..5 {
        folder.write("site/issues/access.log", "another line\n");
        sleep(Duration::from_millis(120));
    }
    let metrics = server.get("metrics");
    assert!(metrics.contains("patchfeed_builds_total{result=\"good\"} 2\n"), "{metrics}");
}

#[test]
fn pages_of_others_that_come_to_lead_here_see_no_preview() {
    let folder = issues("serve-rebinding");
    let server = Running::start(&folder, FREE);
    let ask = |path: &str, host: &str| {
        let stream = TcpStream::connect(server.at.expect("an address")).expect("it listens");
        let mut answer = String::new();
        let mut stream = stream;
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("the server reads");
        stream.read_to_string(&mut answer).expect("the server answers and hangs up");
        answer
    };
    for path in ["_preview/events", "metrics"] {
        assert!(ask(path, "evil.example").starts_with("HTTP/1.1 404 "), "{path}");
    }
    assert!(ask("metrics", "localhost:8080").starts_with("HTTP/1.1 200 "));
    assert!(ask("all.atom", "a\r\nHost: b").starts_with("HTTP/1.1 400 "), "two hosts are none");
}
