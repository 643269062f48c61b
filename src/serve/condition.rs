//! Conditional requests (RFC 9110 §13): whether a client has what it asks for already.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::header::{
    HeaderMap, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE,
};

/// What tells versions of a file apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Validators<'a> {
    /// A strong entity tag, with its quotation marks.
    pub(super) etag: &'a str,
    /// When the file changed, in seconds since 1970.
    pub(super) modified: u64,
    /// Whether only one version of the file has this second.
    pub(super) is_exact: bool,
}

/// What a request's conditions come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Send,
    Unchanged,
    Failed,
}

/// What the conditions of a request come to, in the order of RFC 9110 §13.2.2; of GET and HEAD, which are all that files answer to.
pub(super) fn verdict(headers: &HeaderMap, now: Validators<'_>) -> Verdict {
    if let Some(tags) = text(headers, &IF_MATCH) {
        if !names(&tags, now.etag, false) {
            return Verdict::Failed;
        }
    } else if date(headers, &IF_UNMODIFIED_SINCE).is_some_and(|date| now.modified > date) {
        return Verdict::Failed;
    }
    if let Some(tags) = text(headers, &IF_NONE_MATCH) {
        if names(&tags, now.etag, true) {
            return Verdict::Unchanged;
        }
    } else if now.is_exact && date(headers, &IF_MODIFIED_SINCE).is_some_and(|date| now.modified <= date) {
        return Verdict::Unchanged;
    }
    Verdict::Send
}

/// Whether a part of the file may be sent (RFC 9110 §13.1.5): the client has other parts of the same bytes, if it has any. `is_plain` is whether the
/// bytes have no coding: a date doesn't say in which coding the others came.
pub(super) fn allows_range(headers: &HeaderMap, now: Validators<'_>, is_plain: bool) -> bool {
    let Some(validator) = text(headers, &IF_RANGE) else { return true };
    if validator.contains('"') {
        return validator.trim() == now.etag;
    }
    is_plain && now.is_exact && date(headers, &IF_RANGE) == Some(now.modified)
}

/// Whether a list of entity tags names one. `weakly` is whether weak ones count.
fn names(tags: &str, etag: &str, weakly: bool) -> bool {
    if tags.trim() == "*" {
        return true;
    }
    let mut rest = tags;
    while let Some((before, from)) = rest.split_once('"') {
        let Some((tag, after)) = from.split_once('"') else { return false };
        let is_weak = before.ends_with("W/");
        if (weakly || !is_weak) && etag.trim_matches('"') == tag {
            return true;
        }
        rest = after;
    }
    false
}

/// All lines of a header, joined; none if there is none.
pub(super) fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines: Vec<_> = headers.get_all(name).iter().map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

/// The date in a header, in seconds since 1970; none if it isn't one.
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    let date = httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()?;
    Some(seconds(date))
}

/// A time in whole seconds since 1970.
pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}
