//! The connections to storages: `object_store`'s requests, sent by the same client as all others of patchfeed.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use http_body_util::BodyExt as _;
use memchr::memmem;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use object_store::{ClientConfigKey, ClientOptions};
use percent_encoding::percent_decode_str;
use ureq::Agent;
use ureq::http::Request;

use super::lease::{LOCK, Lease};
use crate::net::{Access, Failure, agent, failure};

/// What time it is on the server, which may be another than here.
#[derive(Debug, Clone, Default)]
pub(super) struct ServerClock(Arc<AtomicI64>);

impl ServerClock {
    /// The time that the server's last answer told; that of this machine if none did.
    pub(super) fn now(&self) -> DateTime<Utc> {
        let ahead = self.0.load(Ordering::Relaxed);
        Utc::now() + chrono::Duration::seconds(ahead)
    }

    /// Takes in the `Date` of an answer.
    fn hear(&self, date: Option<&str>) {
        if let Some(date) = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()) {
            self.0.store((date.to_utc() - Utc::now()).num_seconds(), Ordering::Relaxed);
        }
    }
}

/// How long an address within a cloud may take to give credentials.
const METADATA: Duration = Duration::from_secs(3);

/// Makes the client of a storage.
#[derive(Debug)]
pub(super) struct Connector {
    pub(super) access: Access,
    pub(super) clock: ServerClock,
    pub(super) lease: Lease,
}

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let mut access = self.access.clone();
        // An address within a cloud that gives credentials: where there is none, nobody wants to wait for long.
        if options.get_config_value(&ClientConfigKey::ConnectTimeout).as_deref() == Some("1s") {
            access.timeout = access.timeout.min(METADATA);
        }
        let agent = agent(false, &access);
        let (clock, lease) = (self.clock.clone(), self.lease.clone());
        Ok(HttpClient::new(StorageClient { agent, access, clock, lease }))
    }
}

/// Sends requests.
#[derive(Debug)]
struct StorageClient {
    agent: Agent,
    access: Access,
    clock: ServerClock,
    lease: Lease,
}

#[async_trait]
impl HttpService for StorageClient {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let (agent, access, clock) = (self.agent.clone(), self.access.clone(), self.clock.clone());
        let lease = self.lease.clone();
        // The lock's own object is written on a condition.
        let is_lock = percent_decode_str(parts.uri.path()).decode_utf8_lossy().ends_with(LOCK);
        // Another run may have the lock by the time at which this is sent again.
        let is_once = is_lock && parts.method == "DELETE";
        let is_bound = matches!(parts.method.as_str(), "PUT" | "DELETE") && !is_lock;
        let query = parts.uri.query().unwrap_or_default();
        let is_list = query.contains("list-type=2") || query.contains("comp=list");
        let sent = tokio::task::spawn_blocking(move || {
            // Here, and not only before: a machine may have slept since.
            if is_bound && let Err(words) = lease.check() {
                return Err(HttpError::new(HttpErrorKind::Unknown, std::io::Error::other(words)));
            }
            let answer = if body.is_empty() && parts.method != "PUT" && parts.method != "POST" {
                agent.run(without_redirects(&agent, Request::from_parts(parts, ())))
            } else {
                agent.run(without_redirects(&agent, Request::from_parts(parts, &body[..])))
            };
            let answer = answer.map_err(|err| http_error(&err, &access));
            if is_once && answer.as_ref().map_or(true, |answer| answer.status().is_server_error()) {
                let words = "nobody knows whether it was deleted";
                return Err(HttpError::new(HttpErrorKind::Unknown, std::io::Error::other(words)));
            }
            let (parts, mut body) = answer?.into_parts();
            clock.hear(parts.headers.get("date").and_then(|date| date.to_str().ok()));
            let mut bytes = Vec::new();
            let limit = access.total();
            let read = body.with_config().limit(limit).reader().read_to_end(&mut bytes);
            read.map_err(|err| http_error(&ureq::Error::from(err), &access))?;
            if is_list && parts.status.is_success() {
                let whole = check_list(&bytes);
                whole.map_err(|words| HttpError::new(HttpErrorKind::Unknown, std::io::Error::other(words)))?;
            }
            Ok(HttpResponse::from_parts(parts, bytes.into()))
        });
        sent.await.map_err(|err| HttpError::new(HttpErrorKind::Unknown, err))?
    }
}

/// Fails if an answer isn't a list of objects, which would count as one of none, or if it doesn't tell how a list goes on, which would count
/// as its end.
fn check_list(bytes: &[u8]) -> Result<(), &'static str> {
    let has = |words: &[u8]| memmem::find(bytes, words).is_some();
    if !has(b"<ListBucketResult") && !has(b"<EnumerationResults") {
        return Err("the server's answer isn't a list of objects; check the address of the storage");
    }
    let goes_on = has(b"<NextContinuationToken>") && !has(b"<NextContinuationToken><");
    if has(b"<IsTruncated>true<") && !goes_on {
        return Err(
            "the server lists a part of the objects, and doesn't tell how the list goes on; it isn't a storage like S3",
        );
    }
    Ok(())
}

/// A request whose answer is taken as it is.
fn without_redirects<B: ureq::AsSendBody>(agent: &Agent, request: Request<B>) -> Request<B> {
    agent.configure_request(request).max_redirects(0).max_redirects_will_error(false).build()
}

/// An error in the words of patchfeed, with what it means for another try.
fn http_error(err: &ureq::Error, access: &Access) -> HttpError {
    let (words, kind) = match failure(err, access) {
        Failure::Temporary(words) => (words, kind_of(err)),
        Failure::Permanent(words) => (words, HttpErrorKind::Unknown),
    };
    HttpError::new(kind, std::io::Error::other(words))
}

fn kind_of(err: &ureq::Error) -> HttpErrorKind {
    use std::io::ErrorKind;
    match err {
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => HttpErrorKind::Connect,
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::Io(err) if err.kind() == ErrorKind::ConnectionRefused => HttpErrorKind::Connect,
        _ => HttpErrorKind::Interrupted,
    }
}
