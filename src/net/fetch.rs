//! A request to a server, and what its answer means.

use std::io::Read as _;
use std::time::Instant;

use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body, ResponseExt as _};
use url::Url;

use super::access::{Access, TooLarge};
use super::cache::{self, Cache, Failure};
use super::coding::{GZIP, decoded};
use super::copy::{self, CopyInfo};
use super::redact::without_user;
use super::words::{failure, unfinished, unreadable};
use crate::error::Error;

/// What to ask a server for.
pub(crate) struct Request<'a> {
    /// Where.
    pub(crate) address: &'a Url,
    /// The address without secrets.
    pub(crate) shown: &'a str,
    /// The media types that will do, as `Accept` lists them (RFC 9110 §12.5.1).
    pub(crate) accept: &'a str,
    /// Fails if an answer of this media type, in lower case, can't be what is asked for. Such an answer replaces no good copy.
    pub(crate) check: fn(&str, &Download) -> Result<(), Failure>,
}

/// What a server sent.
#[derive(Debug)]
pub(crate) struct Download {
    /// Where it came from, redirects followed; without a name and a password.
    pub(crate) address: Url,
    /// The text, in UTF-8 as a rule; not empty.
    pub(crate) bytes: Vec<u8>,
}

/// An agent for one server or several, which keeps its connections. With `https_only`, a redirect must not give up the encryption.
pub(crate) fn agent(https_only: bool, access: &Access) -> Agent {
    // With a limit for everything, names are looked up in a thread, which must not fail.
    let may_have_threads = std::thread::Builder::new().spawn(|| {}).is_ok_and(|thread| thread.join().is_ok());
    Agent::config_builder()
        .https_only(https_only)
        .http_status_as_error(false)
        .timeout_connect(Some(access.timeout))
        .timeout_recv_response(Some(access.timeout))
        .timeout_per_read(Some(access.timeout))
        .timeout_global(may_have_threads.then(|| access.deadline()))
        .user_agent(concat!("patchfeed/", env!("CARGO_PKG_VERSION")))
        .build()
        .into()
}

/// Fetches a text; what the server says hasn't changed comes from the cache. If the network fails, gives the last good copy and a notice
/// that says so.
///
/// # Errors
/// A server that fails when there is no copy of its text, an answer that can't be what is asked for, and a cache that can't be written.
pub(crate) fn fetch(
    agent: &Agent,
    request: &Request<'_>,
    access: &Access,
) -> Result<(Download, Option<String>), Error> {
    let cache = cache::open(request.address.as_str(), request.shown, access)?;
    let kept = copy::read(&cache, access.size);
    let answer = ask(agent, request, kept.as_ref().map(|(info, _)| info), access);
    let copy = kept.map(|(info, bytes)| Download { address: info.came_from(request.address), bytes });
    let fetched = match answer {
        Ok(Some((info, download))) => {
            copy::replace(&cache, &info, &download.bytes)?;
            Ok(download)
        }
        Ok(None) => return confirmed(&cache, request, copy),
        Err(failure) => Err(failure),
    };
    cache::or_copy(request.shown, fetched, copy, &copy::stamp(&cache))
}

/// The copy, which the server says is still what it has.
fn confirmed(
    cache: &Cache,
    request: &Request<'_>,
    copy: Option<Download>,
) -> Result<(Download, Option<String>), Error> {
    copy::confirm(cache)?;
    let copy = copy.ok_or_else(|| Error::new(request.shown, "the server answered that nothing has changed"))?;
    Ok((copy, None))
}

/// Asks for a text. None if the server says that the `known` copy is still current.
fn ask(
    agent: &Agent,
    request: &Request<'_>,
    known: Option<&CopyInfo>,
    access: &Access,
) -> Result<Option<(CopyInfo, Download)>, Failure> {
    let start = Instant::now();
    let mut call = agent.get(request.address.as_str()).header("Accept", request.accept);
    call = call.header("Accept-Encoding", GZIP);
    if let Some(etag) = known.and_then(|known| known.etag.as_ref()) {
        call = call.header("If-None-Match", etag);
    }
    if let Some(date) = known.and_then(|known| known.last_modified.as_ref()) {
        call = call.header("If-Modified-Since", date);
    }
    let mut response = call.call().map_err(|err| failure(&err, access))?;
    if known.is_some() && response.status() == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    check_status(&response)?;
    let kind = header(&response, "content-type").unwrap_or_default().to_ascii_lowercase();
    if ["image/", "audio/", "video/", "font/"].iter().any(|other| kind.starts_with(other)) {
        return Err(Failure::Permanent(format!("this is no text: the server says that it is {kind}")));
    }
    let asked = without_user(request.address.clone());
    let address = Url::parse(&response.get_uri().to_string()).map_or_else(|_| asked.clone(), without_user);
    let download = Download { address, bytes: body(&mut response, start, access)? };
    (request.check)(&kind, &download)?;
    let info = CopyInfo {
        address: request.shown.to_owned(),
        redirected: (download.address != asked).then(|| download.address.to_string()),
        etag: header(&response, "etag"),
        last_modified: header(&response, "last-modified"),
        length: download.bytes.len() as u64,
        checksum: crc32fast::hash(&download.bytes),
    };
    Ok(Some((info, download)))
}

/// Fails unless the answer may be a text.
fn check_status(response: &Response<Body>) -> Result<(), Failure> {
    let status = response.status();
    let reason = status.canonical_reason().map(|reason| format!(" {reason}")).unwrap_or_default();
    let answer = format!("the server answered {}{reason}", status.as_str());
    match status {
        StatusCode::OK => Ok(()),
        StatusCode::NO_CONTENT => Err(nothing()),
        // Not modified since what, if nothing is known here?
        StatusCode::NOT_MODIFIED
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_EARLY
        | StatusCode::TOO_MANY_REQUESTS => Err(Failure::Temporary(answer)),
        _ if status.is_server_error() => Err(Failure::Temporary(answer)),
        _ => Err(Failure::Permanent(answer)),
    }
}

/// Reads the body of an answer, decompressed, to its end.
fn body(response: &mut Response<Body>, start: Instant, access: &Access) -> Result<Vec<u8>, Failure> {
    let coding = header(response, "content-encoding");
    let mut reader = decoded(coding.as_deref(), response.body_mut().with_config().limit(u64::MAX).reader());
    let (mut body, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
    loop {
        match reader.read(&mut buffer).map_err(|err| unreadable(err, access))? {
            0 => break,
            length => body.extend_from_slice(&buffer[..length]),
        }
        if body.len() as u64 > access.size {
            return Err(Failure::Permanent(TooLarge(access.size).to_string()));
        }
        if start.elapsed() > access.deadline() {
            return Err(unfinished(access));
        }
    }
    let text = body.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&body);
    if text.trim_ascii().is_empty() {
        return Err(nothing());
    }
    if body.contains(&0) && str::from_utf8(&body).is_err() {
        return Err(Failure::Permanent("this is no text in UTF-8".to_owned()));
    }
    Ok(body)
}

/// An answer without a text: no issue and no feed is empty, and the last good copy is better.
fn nothing() -> Failure {
    Failure::Temporary("the server answered with nothing".to_owned())
}

fn header(response: &Response<Body>, name: &str) -> Option<String> {
    response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
