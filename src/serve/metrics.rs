//! What a publisher wants to know of a server, as Prometheus reads it (text format 0.0.4). No address of a client is kept.

use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use axum::http::HeaderValue;
use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::encoding::{EncodeLabel as _, EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::condition::seconds;
use super::file::DocumentName;
use super::subscribers::Subscribers;

/// What became of a build.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BuildOutcome {
    /// Whether it made the site that is served now.
    pub is_good: bool,
    /// How long it took, until the site was served.
    pub time: Duration,
    /// How many diagnostics the issues have.
    pub diagnostics: usize,
    /// When the newest issue was posted, in seconds since 1970; none if nothing says so.
    pub newest: Option<i64>,
}

/// What was counted since the server started.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<(DocumentLabels, Label<u32>), Counter>,
    bytes: Family<DocumentLabels, Counter>,
    builds: Family<Label<&'static str>, Counter>,
    build_seconds: Gauge<f64, AtomicU64>,
    built: Gauge,
    is_stale: Gauge,
    diagnostics: Gauge,
    newest_issue: Gauge,
    readers: Family<(DocumentLabels, Label<&'static str>), Gauge>,
    subscribers: Mutex<Subscribers>,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct DocumentLabels(Arc<DocumentName>);

/// A label besides these.
type Label<T> = [(&'static str, T); 1];

impl Metrics {
    pub(super) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("patchfeed"),
            requests: Family::default(),
            bytes: Family::default(),
            builds: Family::default(),
            build_seconds: Gauge::default(),
            built: Gauge::default(),
            is_stale: Gauge::default(),
            diagnostics: Gauge::default(),
            newest_issue: Gauge::default(),
            readers: Family::default(),
            subscribers: Mutex::default(),
        };
        let registry = &mut metrics.registry;
        registry.register(
            "requests",
            "Requests that were answered, by what they asked for and status",
            metrics.requests.clone(),
        );
        registry.register("sent_bytes", "Bytes of the bodies of answers", metrics.bytes.clone());
        registry.register("builds", "Builds since the server started", metrics.builds.clone());
        registry.register(
            "build_seconds",
            "How long the last build took until it was served",
            metrics.build_seconds.clone(),
        );
        let built = "When the last good build was served, in seconds since 1970";
        registry.register("build_timestamp_seconds", built, metrics.built.clone());
        registry.register("stale", "1 if the last build failed, so that the site is older", metrics.is_stale.clone());
        registry.register("diagnostics", "Diagnostics of the last build", metrics.diagnostics.clone());
        let newest = "When the newest issue was posted, in seconds since 1970";
        registry.register("newest_issue_timestamp_seconds", newest, metrics.newest_issue.clone());
        let readers = "Readers of a feed: as services report them, and clients that were seen within a day";
        registry.register("subscribers", readers, metrics.readers.clone());
        metrics
    }

    /// Counts an answer. `name` is what was asked for, if it was there.
    pub(super) fn count(&self, name: Option<&Arc<DocumentName>>, status: u16, length: u64) {
        let document = DocumentLabels(name.cloned().unwrap_or_default());
        if length > 0 {
            self.bytes.get_or_create(&document).inc_by(length);
        }
        self.requests.get_or_create(&(document, [("status", status.into())])).inc();
    }

    /// Counts who reads a feed.
    pub(super) fn count_reader(&self, name: &Arc<DocumentName>, client: Option<IpAddr>, agent: Option<&HeaderValue>) {
        let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        self.subscribers().count(name, agent, client, Instant::now());
    }

    /// Takes in what became of a build.
    pub(super) fn take_build(&self, outcome: BuildOutcome) {
        let result = if outcome.is_good { "good" } else { "failed" };
        self.builds.get_or_create(&[("result", result)]).inc();
        self.is_stale.set(i64::from(!outcome.is_good));
        if outcome.is_good {
            self.built.set(i64::try_from(seconds(SystemTime::now())).unwrap_or(i64::MAX));
            self.build_seconds.set(outcome.time.as_secs_f64());
            self.diagnostics.set(i64::try_from(outcome.diagnostics).unwrap_or(i64::MAX));
            self.newest_issue.set(outcome.newest.unwrap_or_default());
        }
    }

    /// Everything, as text.
    pub(super) fn text(&self) -> String {
        self.readers.clear();
        for (name, reported, seen) in self.subscribers().counts(Instant::now()) {
            for (how, count) in [("reported", i64::try_from(reported)), ("seen", i64::try_from(seen))] {
                let document = DocumentLabels(Arc::clone(&name));
                self.readers.get_or_create(&(document, [("how", how)])).set(count.unwrap_or(i64::MAX));
            }
        }
        let mut text = String::new();
        let _ = encode(&mut text, &self.registry); // a text takes everything
        text
    }

    fn subscribers(&self) -> std::sync::MutexGuard<'_, Subscribers> {
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl EncodeLabelSet for DocumentLabels {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> fmt::Result {
        let DocumentName { feed, document, format } = &*self.0;
        ("feed", feed.as_str()).encode(encoder.encode_label())?;
        ("document", *document).encode(encoder.encode_label())?;
        ("format", *format).encode(encoder.encode_label())
    }
}
