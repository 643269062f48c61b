//! Asks a service over HTTP, and reads what its answer means.

use std::io::{ErrorKind, Read as _};
use std::time::Duration;

use chrono::DateTime;
use serde_json::Value;
use ureq::http::{HeaderMap, Request, StatusCode};
use ureq::{Agent, Error};

use super::unsent::Unsent;
use crate::net::{Access, Failure, failure, now, retry_after};
use crate::text;

/// How much of an answer is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// How many characters of a service's words are shown.
const WORDS: usize = 200;

/// Asks a service. It can't be printed: it knows the secrets, to keep them out of messages.
pub struct Http {
    agent: Agent,
    access: Access,
    secrets: Vec<String>,
}

/// What a service answered.
pub struct Reply {
    /// The status (RFC 9110 §15).
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
    /// The body as JSON; null if it isn't.
    pub json: Value,
}

impl Reply {
    /// The service's own id of a message that it took, at a place in its JSON (RFC 6901): a string or a number.
    ///
    /// # Errors
    /// An answer without one: who knows what gave it.
    pub fn id(&self, place: &str) -> Result<String, Unsent> {
        match self.json.pointer(place) {
            Some(Value::String(id)) => Ok(id.clone()),
            Some(Value::Number(id)) => Ok(id.to_string()),
            _ => Err(Unsent::Unclear("the server's answer doesn't say which message was sent".to_owned())),
        }
    }
}

impl Http {
    pub(super) fn new(access: &Access, mut secrets: Vec<String>) -> Self {
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len())); // or a part would hide the rest
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0) // a message, and a token, go where the settings say
            .max_redirects_will_error(false)
            .timeout_connect(Some(access.timeout))
            .timeout_send_request(Some(access.timeout))
            .timeout_recv_response(Some(access.timeout))
            .timeout_recv_body(Some(access.timeout))
            .user_agent(concat!("patchfeed/", env!("CARGO_PKG_VERSION")));
        Self { agent: config.build().into(), access: access.clone(), secrets }
    }

    /// Sends JSON with POST; `token` is a bearer's token.
    ///
    /// # Errors
    /// Those of [`Http::ask`].
    pub fn post_json(&self, url: &str, token: Option<&str>, body: &Value) -> Result<Reply, Unsent> {
        self.ask(json_request(url, token, body))
    }

    /// Asks the service, and gives back the answer if it is a good one.
    ///
    /// # Errors
    /// A service that can't be reached, and those of [`Http::judge`].
    pub fn ask(&self, request: Result<Request<String>, ureq::http::Error>) -> Result<Reply, Unsent> {
        self.judge(self.answer(request)?)
    }

    /// Gives back an answer if it is a good one: its status begins with 2.
    ///
    /// # Errors
    /// What a bad answer means by its status: 429 is busy; 401, 403, 404 and 410 are about the settings, as are redirects, and whatever
    /// doesn't come from the service; other 4xx are about the message; 408 and 5xx don't tell whether anything happened.
    pub fn judge(&self, answer: Reply) -> Result<Reply, Unsent> {
        let said = self.said(&answer);
        match answer.status.as_u16() {
            200..=299 => Ok(answer),
            429 => Err(Unsent::Busy(wait(&answer))),
            503 if told(&answer).is_some() => Err(Unsent::Busy(told(&answer))),
            503 => Err(Unsent::Unreachable(said)), // "unable to handle the request" (RFC 9110 §15.6.4)
            408 | 504 => Err(Unsent::Unclear(said)),
            500..=599 => Err(Unsent::Failed(said)),
            300..=399 | 401 | 403..=405 | 407 | 410 => Err(Unsent::Setup(said)),
            // Services answer in JSON; something else, such as a proxy, knows nothing of messages but their size.
            status if answer.json.is_null() && status != 413 => Err(Unsent::Setup(said)),
            _ => Err(Unsent::Refused(said)),
        }
    }

    /// Asks the service, and gives back whatever it answers.
    ///
    /// # Errors
    /// A service that can't be reached, or whose answer breaks off.
    pub fn answer(&self, request: Result<Request<String>, ureq::http::Error>) -> Result<Reply, Unsent> {
        let request = request.map_err(|err| Unsent::Setup(format!("the address or a setting is no good: {err}")))?;
        let response = self.agent.run(request).map_err(|err| self.unsent(&err))?;
        let (parts, body) = response.into_parts();
        let mut bytes = Vec::new();
        // An answer that breaks off still has its status.
        let _ = body.into_reader().take(LONGEST).read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Ok(Reply { status: parts.status, headers: parts.headers, text, json })
    }

    /// What an answer says, in a line without secrets: `the server answered 400 Bad Request: "chat not found"`.
    pub fn said(&self, answer: &Reply) -> String {
        let reason = answer.status.canonical_reason().map(|reason| format!(" {reason}")).unwrap_or_default();
        let words = ["description", "errmsg", "error", "message", "msg", "detail"];
        let words = words.iter().find_map(|name| answer.json.get(name)?.as_str()).unwrap_or(&answer.text);
        let words = text::first_words(&text::one_line(&self.without_secrets(words)), WORDS);
        let words = if words.is_empty() { words } else { format!(": {words:?}") };
        format!("the server answered {}{reason}{words}", answer.status.as_u16())
    }

    /// The words without the secrets.
    pub fn without_secrets(&self, words: &str) -> String {
        self.secrets.iter().fold(words.to_owned(), |words, secret| words.replace(secret, "…"))
    }

    /// What an error means: whether the service may have got the request.
    fn unsent(&self, err: &Error) -> Unsent {
        let words = match failure(err, &self.access) {
            Failure::Temporary(words) => words,
            Failure::Permanent(words) => return Unsent::Setup(self.without_secrets(&words)),
        };
        let words = self.without_secrets(&words);
        let never_left = match err {
            Error::HostNotFound | Error::ConnectionFailed | Error::InvalidProxyUrl | Error::ConnectProxyFailed(_) => {
                true
            }
            Error::Timeout(when) => matches!(when, ureq::Timeout::Resolve | ureq::Timeout::Connect),
            Error::Io(err) => {
                let said = err.to_string();
                let kinds = [ErrorKind::ConnectionRefused, ErrorKind::HostUnreachable, ErrorKind::NetworkUnreachable];
                // Whoever doesn't trust a certificate sends nothing.
                kinds.contains(&err.kind()) || said.contains("lookup address") || said.contains("certificate")
            }
            _ => false,
        };
        if never_left { Unsent::Unreachable(words) } else { Unsent::Unclear(words) }
    }
}

/// A request that sends JSON with POST; `token` is a bearer's token (RFC 6750 §2.1).
///
/// # Errors
/// An address or a token that can't be written into a request.
pub fn json_request(url: &str, token: Option<&str>, body: &Value) -> Result<Request<String>, ureq::http::Error> {
    let mut request = Request::post(url).header("Content-Type", "application/json; charset=utf-8");
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    request.body(body.to_string())
}

/// How long a service wants to be left alone; else until when its count of requests runs, which some say alone.
pub(super) fn wait(answer: &Reply) -> Option<Duration> {
    told(answer).or_else(|| until_reset(&answer.headers))
}

/// How long a service says that it wants to be left alone: the header `Retry-After`, or its JSON.
fn told(answer: &Reply) -> Option<Duration> {
    let header = retry_after(&answer.headers).map(|wait| wait.as_secs_f64());
    let json = &answer.json;
    let in_body = json
        .get("retry_after_ms")
        .and_then(Value::as_f64)
        .map(|millis| millis / 1000.0)
        .or_else(|| json.get("retry_after").and_then(Value::as_f64))
        .or_else(|| json.get("parameters")?.get("retry_after")?.as_f64());
    let longest = header.into_iter().chain(in_body).reduce(f64::max);
    longest.map(|seconds| Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX))
}

/// The seconds until a service counts requests anew: at a date (Mastodon, "Rate limits": `X-RateLimit-Reset`), or at so many seconds
/// since 1970 (Bluesky, "Rate Limits": `RateLimit-Reset`).
fn until_reset(headers: &HeaderMap) -> Option<Duration> {
    let value = ["x-ratelimit-reset", "ratelimit-reset"].iter().find_map(|name| headers.get(*name))?.to_str().ok()?;
    let date = DateTime::parse_from_rfc3339(value).ok().map(|date| date.timestamp());
    let reset = date.or_else(|| value.trim().parse::<i64>().ok()).and_then(|seconds| u64::try_from(seconds).ok())?;
    Some(Duration::from_secs(reset.saturating_add(1)).saturating_sub(now()))
}
