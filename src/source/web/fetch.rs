//! The request to the server, and what its answer means.

use std::io::Read as _;
use std::time::Instant;

use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};
use url::Url;

use super::copy::CopyInfo;
use super::words::{failure, unfinished, unreadable};
use crate::source::access::{Access, TooLarge};
use crate::source::cache::Failure;

/// Fetches an issue, or `None` if the server says that the `known` copy is still current. `shown` is the address without
/// secrets.
pub(super) fn fetch(
    address: &Url,
    shown: &str,
    known: Option<&CopyInfo>,
    access: &Access,
) -> Result<Option<(CopyInfo, Vec<u8>)>, Failure> {
    let start = Instant::now();
    let mut request = agent(address, access).get(address.as_str());
    if let Some(etag) = known.and_then(|known| known.etag.as_ref()) {
        request = request.header("If-None-Match", etag);
    }
    if let Some(date) = known.and_then(|known| known.last_modified.as_ref()) {
        request = request.header("If-Modified-Since", date);
    }
    let mut response = request.call().map_err(|err| failure(&err, access))?;
    if known.is_some() && response.status() == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    check(&response)?;
    let body = body(&mut response, start, access)?;
    let info = CopyInfo {
        address: shown.to_owned(),
        etag: header(&response, "etag"),
        last_modified: header(&response, "last-modified"),
        length: body.len() as u64,
        checksum: crc32fast::hash(&body),
    };
    Ok(Some((info, body)))
}

fn agent(address: &Url, access: &Access) -> Agent {
    // With a limit for everything, names are looked up in a thread, which must not fail.
    let may_have_threads = std::thread::Builder::new().spawn(|| {}).is_ok_and(|thread| thread.join().is_ok());
    Agent::config_builder()
        .https_only(address.scheme() == "https") // a redirect must not give up the encryption
        .http_status_as_error(false)
        .timeout_connect(Some(access.timeout))
        .timeout_recv_response(Some(access.timeout))
        .timeout_per_read(Some(access.timeout))
        .timeout_global(may_have_threads.then(|| access.deadline()))
        .user_agent(concat!("patchfeed/", env!("CARGO_PKG_VERSION")))
        .accept("text/markdown, text/plain;q=0.9, */*;q=0.5")
        .build()
        .into()
}

/// Fails unless the answer may be an issue.
fn check(response: &Response<Body>) -> Result<(), Failure> {
    let status = response.status();
    let reason = status.canonical_reason().map(|reason| format!(" {reason}")).unwrap_or_default();
    let answer = format!("the server answered {}{reason}", status.as_str());
    match status {
        StatusCode::OK => {}
        StatusCode::NO_CONTENT => return Err(nothing()),
        // Not modified since what, if nothing is known here?
        StatusCode::NOT_MODIFIED
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_EARLY
        | StatusCode::TOO_MANY_REQUESTS => return Err(Failure::Temporary(answer)),
        _ if status.is_server_error() => return Err(Failure::Temporary(answer)),
        _ => return Err(Failure::Permanent(answer)),
    }
    let kind = header(response, "content-type").unwrap_or_default().to_ascii_lowercase();
    if kind.starts_with("text/html") || kind.starts_with("application/xhtml") {
        return Err(Failure::Permanent(
            "this is a web page; give the address of its Markdown text (forges link it as \"Raw\")".into(),
        ));
    }
    if ["image/", "audio/", "video/", "font/"].iter().any(|other| kind.starts_with(other)) {
        return Err(Failure::Permanent(format!("this is no text: the server says that it is {kind}")));
    }
    Ok(())
}

/// Reads the body of an answer, decompressed, to its end.
fn body(response: &mut Response<Body>, start: Instant, access: &Access) -> Result<Vec<u8>, Failure> {
    let mut reader = response.body_mut().with_config().limit(u64::MAX).reader();
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

/// An answer without a text: no issue is empty, and the last good copy is better.
fn nothing() -> Failure {
    Failure::Temporary("the server answered with nothing".to_owned())
}

fn header(response: &Response<Body>, name: &str) -> Option<String> {
    response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
