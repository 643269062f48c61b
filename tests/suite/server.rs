//! A web server of a test's own, on the loopback, which also serves git repositories as real servers do.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

/// What a client asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The body as JSON; null where it isn't.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A header's value; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }
}

/// What the server does with a request.
pub(crate) enum Answer {
    /// Sends a status line, headers and a body.
    Send(String, Vec<(&'static str, String)>, Vec<u8>),
    /// Sends these bytes and hangs up.
    Cut(&'static [u8]),
    /// Sends these bytes and says nothing more until the client hangs up.
    Silence(&'static [u8]),
}

/// An answer of a status, headers and a text.
pub(crate) fn answer(status: &str, headers: &[(&'static str, &str)], body: impl Into<Vec<u8>>) -> Answer {
    let headers = headers.iter().map(|&(name, value)| (name, value.to_owned())).collect();
    Answer::Send(status.to_owned(), headers, body.into())
}

/// The server; gone when it is stopped or dropped.
pub(crate) struct Server {
    at: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    stopped: AtomicBool,
    hung_up: AtomicUsize,
    requests: Mutex<Vec<Request>>,
}

impl Server {
    pub(crate) fn start(answers: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has a free port");
        let at = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared::default());
        let answers = Arc::new(answers);
        let own = Arc::clone(&shared);
        let listening = spawn(move || {
            for stream in listener.incoming().flatten() {
                if own.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (own, answers) = (Arc::clone(&own), Arc::clone(&answers));
                spawn(move || serve(stream, &own, &*answers));
            }
        });
        Self { at, shared, listening: Some(listening) }
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.at)
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().expect("no thread of the server fails").clone()
    }

    /// Whether a client that got no answer has hung up, or does so within some seconds.
    pub(crate) fn was_hung_up_on(&self) -> bool {
        (0..250).any(|_| {
            sleep(Duration::from_millis(20));
            self.shared.hung_up.load(Ordering::SeqCst) > 0
        })
    }

    /// Ends the server: connections to it are refused from now on.
    pub(crate) fn stop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.at);
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn serve(stream: TcpStream, shared: &Shared, answers: &dyn Fn(&Request) -> Answer) {
    let mut reader = BufReader::new(stream.try_clone().expect("a socket has two ends"));
    let Some(request) = read(&mut reader) else { return };
    shared.requests.lock().expect("no thread of the server fails").push(request.clone());
    let mut stream = stream;
    match answers(&request) {
        Answer::Send(status, headers, body) => {
            let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            let length =
                if status.starts_with("304") { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
            let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{length}{headers}\r\n");
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
        Answer::Cut(bytes) => {
            let _ = stream.write_all(bytes);
        }
        Answer::Silence(bytes) => {
            let _ = stream.write_all(bytes);
            let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
            let gone = match reader.read(&mut [0]) {
                Ok(read) => read == 0,
                Err(err) => err.kind() == std::io::ErrorKind::ConnectionReset,
            };
            shared.hung_up.fetch_add(usize::from(gone), Ordering::SeqCst);
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    let mut next = || {
        line.clear();
        reader.read_line(&mut line).ok().filter(|&length| length > 0).map(|_| line.trim_end().to_owned())
    };
    let first = next()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut headers = Vec::new();
    loop {
        let line = next()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut request = Request { method, path: path.to_owned(), query: query.to_owned(), headers, body: Vec::new() };
    let length = request.header("content-length").parse().unwrap_or(0);
    reader.take(length).read_to_end(&mut request.body).ok()?;
    Some(request)
}

/// Answers as a server of the git repositories below a folder, which git's own program for this speaks.
pub(crate) fn git_server(root: &Path, request: &Request) -> Answer {
    let mut child = Command::new("git")
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_PROTOCOL", request.header("git-protocol"))
        .env("REQUEST_METHOD", &request.method)
        .env("PATH_INFO", &request.path)
        .env("QUERY_STRING", &request.query)
        .env("CONTENT_TYPE", request.header("content-type"))
        .env("CONTENT_LENGTH", request.body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", request.header("content-encoding"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("git starts");
    let mut stdin = child.stdin.take().expect("the stream is piped");
    let body = request.body.clone();
    let writing = spawn(move || stdin.write_all(&body));
    let output = child.wait_with_output().expect("git ends").stdout;
    let _ = writing.join();
    let end = output.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap_or(output.len());
    let head = String::from_utf8_lossy(&output[..end]).into_owned();
    let field = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name));
        line.map(str::trim).unwrap_or_default().to_owned()
    };
    let status = Some(field("Status:")).filter(|status| !status.is_empty()).unwrap_or_else(|| "200 OK".to_owned());
    let body = output.get(end + 4..).unwrap_or_default().to_vec();
    Answer::Send(status, vec![("Content-Type", field("Content-Type:"))], body)
}
