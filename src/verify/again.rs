//! What happens when a reader asks again: whether it learns that nothing is new, and how long it may wait.

use std::time::Duration;

use ureq::Agent;
use ureq::http::StatusCode;
use url::Url;

use super::finding::AgainFault;
use crate::net::{Access, Exchange, Failure, exchange};

/// An `ETag` that no server has given.
const MADE_UP: &str = "\"patchfeed-was-never-given-this\"";

/// How long a feed may be kept, in seconds, before what is new comes late.
const DAY: u64 = 86400;

/// What a server says for those that ask again.
pub(super) struct Freshness {
    etag: Option<String>,
    modified: Option<String>,
    control: Option<String>,
    expires: Option<String>,
    date: Option<String>,
}

impl Freshness {
    pub(super) fn of(answer: &Exchange) -> Self {
        let header = |name| answer.header(name);
        Self {
            etag: header("etag"),
            modified: header("last-modified"),
            control: header("cache-control"),
            expires: header("expires"),
            date: header("date"),
        }
    }

    /// What is wrong with the times.
    pub(super) fn times(&self) -> Option<AgainFault> {
        let control = self.control.as_deref().unwrap_or_default().to_ascii_lowercase();
        let directives = control.split(',').map(str::trim);
        if directives.clone().any(|directive| directive == "no-store") {
            return Some(AgainFault::NoStore);
        }
        if directives.clone().any(|directive| directive == "no-cache") {
            return None;
        }
        let ages = directives.filter_map(|directive| {
            let age = directive.strip_prefix("max-age=").or_else(|| directive.strip_prefix("s-maxage="))?;
            let age = age.trim_matches('"');
            let is_number = !age.is_empty() && age.bytes().all(|digit| digit.is_ascii_digit());
            is_number.then(|| age.parse().unwrap_or(u64::MAX)) // RFC 9111 §1.2.2: too large a number is a large one
        });
        match ages.max().or_else(|| self.until_expires()) {
            Some(seconds) => (seconds > DAY).then_some(AgainFault::LongTime(seconds)),
            None => self.expires.is_none().then_some(AgainFault::NoTime),
        }
    }

    fn until_expires(&self) -> Option<u64> {
        let expires = httpdate::parse_http_date(self.expires.as_deref()?).ok()?;
        let date = httpdate::parse_http_date(self.date.as_deref()?).ok()?;
        Some(expires.duration_since(date).unwrap_or(Duration::ZERO).as_secs())
    }

    /// Asks as readers do that have this already.
    pub(super) fn ask(&self, agent: &Agent, at: &Url, headers: &[(&str, &str)], access: &Access) -> Vec<AgainFault> {
        if self.etag.is_none() && self.modified.is_none() {
            return vec![AgainFault::NoValidator];
        }
        let mut faults = Vec::new();
        let ask = |name, value| {
            let headers: Vec<(&str, &str)> = headers.iter().copied().chain([(name, value)]).collect();
            exchange(agent, at, &headers, |_| false, access).map_err(
                |(Failure::Temporary(cause) | Failure::Permanent(cause))| {
                    AgainFault::Refused(format!("nothing: {cause}"))
                },
            )
        };
        if let Some(etag) = &self.etag {
            faults.extend(fault(ask("If-None-Match", etag), |again| {
                let is_other = again.header("etag").is_some_and(|other| other != *etag);
                (again.status != StatusCode::NOT_MODIFIED).then_some(AgainFault::TagIgnored(is_other))
            }));
            faults.extend(fault(ask("If-None-Match", MADE_UP), |again| {
                (again.status == StatusCode::NOT_MODIFIED).then_some(AgainFault::TagBelieved)
            }));
        }
        if let Some(modified) = &self.modified {
            faults.extend(fault(ask("If-Modified-Since", modified), |again| {
                (again.status != StatusCode::NOT_MODIFIED).then_some(AgainFault::DateIgnored)
            }));
        }
        faults.dedup();
        faults
    }
}

/// What an answer shows, if it is one.
fn fault(answer: Result<Exchange, AgainFault>, of: impl Fn(&Exchange) -> Option<AgainFault>) -> Option<AgainFault> {
    match answer {
        Err(fault) => Some(fault),
        Ok(answer) if matches!(answer.status, StatusCode::OK | StatusCode::NOT_MODIFIED) => of(&answer),
        Ok(answer) => Some(AgainFault::Refused(answer.status.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_how_long_a_feed_is_fresh_is_understood() {
        let date = "Sun, 07 May 2023 00:00:00 GMT";
        for (control, expires, expected) in [
            (None, None, Some(AgainFault::NoTime)),
            (Some("public"), None, Some(AgainFault::NoTime)),
            (Some("s-maxage=90000"), None, Some(AgainFault::LongTime(90000))),
            (Some("max-age=60, s-maxage=90000"), None, Some(AgainFault::LongTime(90000))),
            (Some("max-age=99999999999999999999"), None, Some(AgainFault::LongTime(u64::MAX))),
            (Some("no-cache, max-age=31536000"), None, None),
            (Some("max-age=86400"), None, None),
            (Some("public, max-age=90000"), Some("0"), Some(AgainFault::LongTime(90000))),
            (Some("No-Store, max-age=0"), None, Some(AgainFault::NoStore)),
            (None, Some("0"), None),
            (None, Some("Sun, 07 May 2023 01:00:00 GMT"), None),
            (None, Some("Tue, 09 May 2023 00:00:00 GMT"), Some(AgainFault::LongTime(2 * DAY))),
            (Some("max-age=60"), Some("Tue, 09 May 2023 00:00:00 GMT"), None),
        ] {
            let owned = |value: Option<&str>| value.map(str::to_owned);
            let freshness = Freshness {
                etag: None,
                modified: None,
                control: owned(control),
                expires: owned(expires),
                date: owned(Some(date)),
            };
            assert_eq!(freshness.times(), expected, "{control:?} {expires:?}");
        }
    }
}
