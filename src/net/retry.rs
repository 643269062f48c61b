//! How long a server wants to be left alone.

use std::time::{Duration, SystemTime};

use chrono::DateTime;
use ureq::http::HeaderMap;

/// How long a server says that it wants to be left alone: a number of seconds, or a date (RFC 9110 §10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Some(seconds) = value.parse().ok().filter(|seconds: &f64| !seconds.is_nan()) {
        return Some(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX));
    }
    let date = DateTime::parse_from_rfc2822(value).ok()?;
    let until = Duration::from_secs(u64::try_from(date.timestamp()).ok()?);
    Some(until.saturating_sub(now()))
}

/// The time since 1970.
pub(crate) fn now() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
