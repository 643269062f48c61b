//! One question about a link: whether it still leads somewhere.

use ureq::Agent;
use ureq::http::{HeaderMap, StatusCode};
use url::Url;

use crate::net::{Access, Failure, failure, without_user};

/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// The longest address that a redirect leads to, in bytes.
const LONGEST: usize = 2000;

/// What a server says of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It leads somewhere; or the server doesn't tell robots.
    Fine,
    /// There is nothing any more; holds the status: 404 or 410.
    Gone(u16),
    /// It has moved for good; holds the new address.
    Moved(String),
    /// No answer that says anything; holds the cause.
    Unreachable(String),
    /// The server wants to be left alone for now.
    Busy,
}

/// An agent that asks for links.
pub(in crate::source) fn link_agent(access: &Access) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_connect(Some(access.timeout))
        .timeout_recv_response(Some(access.timeout))
        .user_agent(concat!("patchfeed/", env!("CARGO_PKG_VERSION"), " (checks links)"))
        .build()
        .into()
}

/// Asks a server for a link: with `HEAD`, and with `GET` where that isn't answered well.
pub(in crate::source) fn ask(agent: &Agent, address: &str, access: &Access) -> Answer {
    let Ok(first) = Url::parse(address) else { return Answer::Unreachable("this is no address".to_owned()) };
    let (mut at, mut moved) = (first.clone(), true);
    for _ in 0..=REDIRECTS {
        let (status, headers) = match request(agent, &at) {
            Ok(answer) => answer,
            Err(err) => {
                let (Failure::Temporary(cause) | Failure::Permanent(cause)) = failure(&err, access);
                return Answer::Unreachable(cause);
            }
        };
        match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => return Answer::Gone(status.as_u16()),
            StatusCode::TOO_MANY_REQUESTS => return Answer::Busy,
            _ if status.is_redirection() => {
                let target = header(&headers, "location").filter(|target| target.len() <= LONGEST);
                let Some(next) = target.and_then(|target| Some(without_user(at.join(target).ok()?))) else {
                    return Answer::Unreachable("the server redirects to nowhere".to_owned());
                };
                moved &= matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
                at = next;
            }
            // Servers that test whether a robot asks answer all sorts of things; none of them means that the page isn't there.
            _ if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE => {
                return Answer::Unreachable(format!("the server answered {}", status.as_u16()));
            }
            _ if moved && is_elsewhere(&first, &at) => return Answer::Moved(at.into()),
            _ => return Answer::Fine,
        }
    }
    Answer::Unreachable("too many redirects".to_owned())
}

fn request(agent: &Agent, address: &Url) -> Result<(StatusCode, HeaderMap), ureq::Error> {
    if let Ok(answer) = agent.head(address.as_str()).call()
        && (answer.status().is_success() || answer.status().is_redirection())
    {
        return Ok((answer.status(), answer.headers().clone()));
    }
    let answer = agent.get(address.as_str()).call()?;
    Ok((answer.status(), answer.headers().clone()))
}

/// Whether an address is another one: not if only the encryption, `www.` or a slash at the end differ.
fn is_elsewhere(first: &Url, last: &Url) -> bool {
    place(first) != place(last)
}

fn place(address: &Url) -> (&str, &str, Option<&str>) {
    let host = address.host_str().unwrap_or_default();
    (host.strip_prefix("www.").unwrap_or(host), address.path().trim_end_matches('/'), address.query())
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
