//! The request to the server, and what its answer means.

use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};
use url::Url;

use super::copy::CopyInfo;
use crate::source::access::Access;
use crate::source::cache::Failure;

/// Fetches an issue, or `None` if the server says that the `known` copy is still current. `shown` is the address without
/// secrets.
pub(super) fn fetch(
    address: &Url,
    shown: &str,
    known: Option<&CopyInfo>,
    access: &Access,
) -> Result<Option<(CopyInfo, Vec<u8>)>, Failure> {
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
    let body = response.body_mut().with_config().limit(access.size).read_to_vec();
    let body = body.map_err(|err| failure(&err, access))?;
    let info = CopyInfo {
        address: shown.to_owned(),
        etag: header(&response, "etag"),
        last_modified: header(&response, "last-modified"),
        length: body.len() as u64,
    };
    Ok(Some((info, body)))
}

fn agent(address: &Url, access: &Access) -> Agent {
    Agent::config_builder()
        .https_only(address.scheme() == "https") // a redirect must not give up the encryption
        .http_status_as_error(false)
        .timeout_connect(Some(access.timeout))
        .timeout_recv_response(Some(access.timeout))
        .timeout_per_read(Some(access.timeout))
        .timeout_global(Some(access.deadline()))
        .user_agent(concat!("patchfeed/", env!("CARGO_PKG_VERSION")))
        .accept("text/markdown, text/plain;q=0.9, */*;q=0.5")
        .build()
        .into()
}

/// Fails unless the answer may be an issue.
fn check(response: &Response<Body>) -> Result<(), Failure> {
    let status = response.status();
    let answer = format!("the server answered {status}");
    match status {
        StatusCode::OK => {}
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => return Err(Failure::Temporary(answer)),
        _ if status.is_server_error() => return Err(Failure::Temporary(answer)),
        _ => return Err(Failure::Permanent(answer)),
    }
    let kind = header(response, "content-type").unwrap_or_default().to_ascii_lowercase();
    if kind.starts_with("text/html") || kind.starts_with("application/xhtml") {
        return Err(Failure::Permanent(
            "this is a web page; give the address of its Markdown text (forges link it as \"Raw\")".into(),
        ));
    }
    Ok(())
}

fn header(response: &Response<Body>, name: &str) -> Option<String> {
    response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// What an error means to the user, and whether another attempt may succeed.
fn failure(err: &ureq::Error, access: &Access) -> Failure {
    let timeout = access.timeout.as_secs();
    match err {
        ureq::Error::Timeout(ureq::Timeout::Global) => {
            Failure::Temporary(format!("not finished after {} s", access.deadline().as_secs()))
        }
        ureq::Error::Timeout(_) => Failure::Temporary(format!("no answer in {timeout} s")),
        ureq::Error::Io(err) if err.kind() == std::io::ErrorKind::TimedOut => {
            Failure::Temporary(format!("no answer in {timeout} s"))
        }
        ureq::Error::Io(err) => Failure::Temporary(err.to_string()),
        ureq::Error::HostNotFound => {
            Failure::Temporary("the server's name is unknown; check the address and the network".to_owned())
        }
        ureq::Error::BodyExceedsLimit(limit) => Failure::Permanent(format!(
            "larger than {} MB; size in the [network] table of patchfeed.toml sets the limit",
            limit / 1_000_000
        )),
        ureq::Error::TooManyRedirects => Failure::Permanent("too many redirects".to_owned()),
        ureq::Error::RequireHttpsOnly(_) => {
            Failure::Permanent("the server redirects from https: to an address without encryption".to_owned())
        }
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Failure::Permanent(err.to_string()),
        _ => Failure::Temporary(err.to_string()),
    }
}
