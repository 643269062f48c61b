//! One request and its answer, as they went over the network: no redirect is followed, nothing is decompressed or kept.

use std::io::{ErrorKind, Read as _};
use std::time::Instant;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use ureq::Agent;
use ureq::http::{HeaderMap, StatusCode};
use url::Url;

use super::access::{Access, TooLarge};
use super::cache::Failure;
use super::redact::without_user;
use super::words::{failure, unfinished, unreadable};

/// How a connection ends that the server closes.
const HUNG_UP: [ErrorKind; 4] =
    [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset, ErrorKind::ConnectionAborted, ErrorKind::BrokenPipe];

/// An answer.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The bytes as they were sent; or why not all of them came, in words for the user.
    pub(crate) body: Result<Vec<u8>, String>,
}

impl Exchange {
    /// A header's value, if it has one: the lines of a list together (RFC 9110 §5.3), whatever isn't ASCII as UTF-8.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all(name).into_iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let lines: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    }
}

/// Asks once, with these headers. The body is taken only if `takes_body` says so of its status.
///
/// # Errors
/// No answer.
pub(crate) fn exchange(
    agent: &Agent,
    address: &Url,
    headers: &[(&str, &str)],
    takes_body: fn(StatusCode) -> bool,
    access: &Access,
) -> Result<Exchange, Failure> {
    let start = Instant::now();
    let user = authorization(address);
    let at = without_user(address.clone());
    let call = || {
        let mut call = agent.get(at.as_str());
        if let Some(user) = &user {
            call = call.header("Authorization", user);
        }
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        call.config().max_redirects(0).build().call()
    };
    // A server may close a connection that it has kept, just when it is used again (RFC 9112 §9.3.1).
    let response = match call() {
        Err(ureq::Error::Io(err)) if HUNG_UP.contains(&err.kind()) => call(),
        response => response,
    };
    let mut response = response.map_err(|err| failure(&err, access))?;
    let status = response.status();
    let mut body = Ok(Vec::new());
    if takes_body(status) {
        body = whole(response.body_mut(), start, access)
            .map_err(|(Failure::Temporary(cause) | Failure::Permanent(cause))| cause);
    }
    Ok(Exchange { status, headers: response.headers().clone(), body })
}

/// The name and the password of an address as a header, without the codes that addresses need for some characters (RFC 3986 §2.4,
/// RFC 7617 §2).
fn authorization(address: &Url) -> Option<String> {
    let (name, password) = (address.username(), address.password());
    if name.is_empty() && password.is_none() {
        return None;
    }
    let mut user: Vec<u8> = percent_decode_str(name).collect();
    user.push(b':');
    user.extend(percent_decode_str(password.unwrap_or_default()));
    Some(format!("Basic {}", BASE64_STANDARD.encode(user)))
}

/// Reads a body to its end.
fn whole(body: &mut ureq::Body, start: Instant, access: &Access) -> Result<Vec<u8>, Failure> {
    let mut reader = body.with_config().limit(u64::MAX).reader();
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; 1 << 16]);
    loop {
        match reader.read(&mut buffer).map_err(|err| unreadable(err, access))? {
            0 => return Ok(bytes),
            length => bytes.extend_from_slice(&buffer[..length]),
        }
        if bytes.len() as u64 > access.size {
            return Err(Failure::Permanent(TooLarge(access.size).to_string()));
        }
        if start.elapsed() > access.deadline() {
            return Err(unfinished(access));
        }
    }
}
