//! One issue on the web.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};
use url::Url;

use super::cache::{self, Cache, Failure};
use super::{At, Options, Text};
use crate::diagnostic::Error;

/// The file that holds the last good copy.
const BODY: &str = "issue.md";
/// The file that holds what a server wants to hear to say that nothing is new.
const ABOUT: &str = "about.json";

/// What a server said about the copy. Written after the copy, so that it never speaks of one that isn't there.
#[derive(Debug, Default, Serialize, Deserialize)]
struct About {
    /// The address, for people who look.
    address: String,
    /// `ETag`, for `If-None-Match`.
    etag: Option<String>,
    /// `Last-Modified`, for `If-Modified-Since`.
    last_modified: Option<String>,
    /// The copy's bytes; another number means that something happened to it.
    length: u64,
}

/// The issue at an address, known as `name`, and a line if it is the last good copy because the network failed.
///
/// # Errors
/// A server that fails and of whose issue there is no copy; an answer that is no issue; a cache that can't be written.
pub fn text(name: String, address: &Url, options: &Options) -> Result<(Text, Option<String>), Error> {
    let cache = cache::open(address.as_str(), &name, options)?;
    let path = cache.folder.join(BODY);
    let length = fs::metadata(&path).map(|data| data.len()).ok();
    let about = fs::read(cache.folder.join(ABOUT)).ok();
    let about = about.and_then(|about| serde_json::from_slice::<About>(&about).ok());
    let about = about.filter(|about| Some(about.length) == length);

    let brought = match fetch(address, about.as_ref(), options) {
        Ok(new) => Ok(keep(&cache, &name, new, path.clone())?),
        Err(failure) => Err(failure),
    };
    let (path, notice) = cache::or_copy(&name, brought, about.map(|_| path), &cache.folder.join(ABOUT))?;
    Ok((Text { name, at: At::File(path) }, notice))
}

/// Keeps what was fetched; nothing where the copy is what the server has.
fn keep(cache: &Cache, name: &str, new: Option<(About, Vec<u8>)>, path: PathBuf) -> Result<PathBuf, Error> {
    match new {
        None => cache.touch(ABOUT)?,
        Some((about, body)) => {
            let about = About { address: name.to_owned(), ..about };
            cache.write(BODY, &body)?;
            cache.write(ABOUT, &serde_json::to_vec_pretty(&about).expect("strings and numbers are JSON"))?;
        }
    }
    Ok(path)
}

/// Asks the server for the issue; none if it is the one that `about` tells of.
fn fetch(address: &Url, about: Option<&About>, options: &Options) -> Result<Option<(About, Vec<u8>)>, Failure> {
    let agent: Agent = Agent::config_builder()
        .https_only(address.scheme() == "https") // a redirect must not lead out of what the address promises
        .http_status_as_error(false)
        .timeout_connect(Some(options.timeout))
        .timeout_recv_response(Some(options.timeout))
        .timeout_per_read(Some(options.timeout))
        .timeout_global(Some(options.timeout * 10))
        .user_agent(concat!("patchfeed/", env!("CARGO_PKG_VERSION")))
        .accept("text/markdown, text/plain;q=0.9, */*;q=0.5")
        .build()
        .into();
    let mut request = agent.get(address.as_str());
    for (header, value) in [
        ("If-None-Match", about.and_then(|about| about.etag.as_ref())),
        ("If-Modified-Since", about.and_then(|about| about.last_modified.as_ref())),
    ] {
        if let Some(value) = value {
            request = request.header(header, value);
        }
    }
    let mut response = request.call().map_err(|err| failure(&err, options))?;
    if about.is_some() && response.status() == StatusCode::NOT_MODIFIED {
        return Ok(None);
    }
    check(&response)?;
    let body = response.body_mut().with_config().limit(options.size).read_to_vec();
    let body = body.map_err(|err| failure(&err, options))?;
    let about = About {
        address: String::new(),
        etag: header(&response, "etag"),
        last_modified: header(&response, "last-modified"),
        length: body.len() as u64,
    };
    Ok(Some((about, body)))
}

/// Whether an answer may hold an issue.
fn check(response: &Response<Body>) -> Result<(), Failure> {
    let status = response.status();
    let words = format!("the server answers {status}");
    match status {
        StatusCode::OK => {}
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => return Err(Failure::Passing(words)),
        _ if status.is_server_error() => return Err(Failure::Passing(words)),
        _ => return Err(Failure::Lasting(words)),
    }
    let kind = header(response, "content-type").unwrap_or_default().to_ascii_lowercase();
    if kind.starts_with("text/html") || kind.starts_with("application/xhtml") {
        return Err(Failure::Lasting(
            "this is a web page; give the address of the Markdown text (often named raw)".into(),
        ));
    }
    Ok(())
}

fn header(response: &Response<Body>, name: &str) -> Option<String> {
    response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// What an error means, in words.
fn failure(err: &ureq::Error, options: &Options) -> Failure {
    match err {
        ureq::Error::Timeout(ureq::Timeout::Global) => {
            Failure::Passing(format!("not done in {} s", options.timeout.as_secs() * 10))
        }
        ureq::Error::Timeout(_) => Failure::Passing(format!("no answer in {} s", options.timeout.as_secs())),
        ureq::Error::Io(err) if err.kind() == std::io::ErrorKind::TimedOut => {
            Failure::Passing(format!("no answer in {} s", options.timeout.as_secs()))
        }
        ureq::Error::Io(err) => Failure::Passing(err.to_string()),
        ureq::Error::HostNotFound => Failure::Passing("no such server is known, or the network is down".to_owned()),
        ureq::Error::BodyExceedsLimit(limit) => Failure::Lasting(format!(
            "larger than {} MB; [network] size in patchfeed.toml sets the limit",
            limit / 1_000_000
        )),
        ureq::Error::TooManyRedirects => Failure::Lasting("the server redirects without an end".to_owned()),
        ureq::Error::RequireHttpsOnly(_) => {
            Failure::Lasting("the server redirects to an address without TLS".to_owned())
        }
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Failure::Lasting(err.to_string()),
        _ => Failure::Passing(err.to_string()),
    }
}
