//! The access log, in the common log form, on the standard output.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

use axum::http::{Method, Request, Uri, Version};
use chrono::{DateTime, Utc};

use super::condition::seconds;
use crate::error::Error;

/// How many lines wait for a slow output before others are left out: nobody's answer waits for the log.
const WAITING: usize = 32_768;

/// How long lines are gathered, to be written together: a thread that is woken for each costs more than the answers.
const GATHERING: Duration = Duration::from_millis(2);

/// How long the last lines may take to be written.
const LAST: Duration = Duration::from_secs(1);

/// A request, and what it got.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) time: SystemTime,
    /// None where it came over a Unix socket.
    pub(super) client: Option<IpAddr>,
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) version: Version,
    pub(super) status: u16,
    /// How many bytes the answer has; none if that isn't known when it begins.
    pub(super) length: Option<u64>,
}

/// Where visits go. When it is dropped, all of them have been written.
#[derive(Debug)]
pub(super) struct Log {
    visits: Option<SyncSender<Visit>>,
    left_out: Arc<AtomicU64>,
    writing: Option<JoinHandle<()>>,
}

impl Log {
    /// Starts to write.
    pub(super) fn start() -> Result<Self, Error> {
        let (visits, received) = sync_channel(WAITING);
        let left_out = Arc::new(AtomicU64::new(0));
        let counting = Arc::clone(&left_out);
        let writing = thread::Builder::new().name("log".to_owned()).spawn(move || write(&received, &counting));
        let writing = writing.map_err(|err| Error::new("the log", err.to_string()))?;
        Ok(Self { visits: Some(visits), left_out, writing: Some(writing) })
    }

    /// Has a visit written, unless too many wait.
    pub(super) fn add(&self, visit: Visit) {
        if let Some(visits) = &self.visits
            && let Err(TrySendError::Full(_)) = visits.try_send(visit)
        {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.visits = None;
        if let Some(writing) = self.writing.take() {
            let start = Instant::now();
            while !writing.is_finished() && start.elapsed() < LAST {
                thread::sleep(GATHERING); // whoever reads the log may have stopped to
            }
        }
        let left_out = self.left_out.load(Ordering::Relaxed);
        if left_out > 0 {
            let said =
                format!("warning: {left_out} requests aren't in the log: it couldn't be written, or not fast enough\n");
            let _ = io::stderr().write_all(said.as_bytes());
        }
    }
}

impl Visit {
    /// A visit that has no answer yet.
    pub(super) fn begin<B>(client: Option<IpAddr>, request: &Request<B>) -> Self {
        Self {
            time: SystemTime::now(),
            client,
            method: request.method().clone(),
            uri: request.uri().clone(),
            version: request.version(),
            status: 0,
            length: None,
        }
    }

    /// `192.0.2.7 - - [07/May/2023:11:28:47 +0000] "GET /all.atom HTTP/1.1" 200 5120`
    fn push_line(&self, lines: &mut String, clock: &mut LogClock) {
        match self.client {
            Some(client) => _ = write!(lines, "{}", client.to_canonical()),
            None => lines.push('-'),
        }
        let _ = write!(lines, " - - [{}] \"{} ", clock.shown(self.time), self.method);
        for byte in self.uri.to_string().bytes() {
            match byte {
                b'"' | b'\\' | ..=b' ' | 0x7F.. => _ = write!(lines, "\\x{byte:02x}"),
                _ => lines.push(char::from(byte)),
            }
        }
        let _ = write!(lines, " {:?}\" {} ", self.version, self.status);
        match self.length {
            Some(length) if length > 0 => _ = writeln!(lines, "{length}"),
            _ => lines.push_str("-\n"),
        }
    }
}

/// The time as the log shows it, which many lines have in common.
#[derive(Debug, Default)]
struct LogClock {
    seconds: u64,
    shown: String,
}

impl LogClock {
    fn shown(&mut self, time: SystemTime) -> &str {
        let seconds = seconds(time);
        if seconds != self.seconds || self.shown.is_empty() {
            self.seconds = seconds;
            self.shown = DateTime::<Utc>::from(time).format("%d/%b/%Y:%H:%M:%S +0000").to_string();
        }
        &self.shown
    }
}

/// Writes visits until there are no more to come. An output that nobody reads any more ends the log, not the server.
fn write(visits: &Receiver<Visit>, left_out: &AtomicU64) {
    let (mut lines, mut clock) = (String::new(), LogClock::default());
    while let Ok(first) = visits.recv() {
        lines.clear();
        first.push_line(&mut lines, &mut clock);
        let mut count = 1;
        thread::sleep(GATHERING);
        for visit in visits.try_iter().take(WAITING) {
            visit.push_line(&mut lines, &mut clock);
            count += 1;
        }
        let mut output = io::stdout().lock();
        match output.write_all(lines.as_bytes()).and_then(|()| output.flush()) {
            Ok(()) => {}
            Err(err) if err.kind() == io::ErrorKind::BrokenPipe => return,
            Err(_) => _ = left_out.fetch_add(count, Ordering::Relaxed), // the disk may have room again in a while
        }
    }
}
