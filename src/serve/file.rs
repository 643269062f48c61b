//! A file as it is served: every form of it, with its headers, made once a build.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use axum::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_ENCODING,
    CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, LAST_MODIFIED, LINK, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use sha2::{Digest as _, Sha256};

use super::coding::{Coding, SMALLER};
use super::condition::{Validators, seconds};
use super::facts::SiteFacts;
use super::preview;
use crate::publish::{SiteFile, slug_in};
use crate::write::{FORMATS, FRESH, OTHERS, header_policy};

/// A file as it is served.
#[derive(Debug)]
pub(super) struct ServedFile {
    /// A digest of the bytes in the site's folder.
    pub(super) source: [u8; 32],
    /// When they changed, in seconds since 1970.
    pub(super) modified: u64,
    /// Whether no other bytes were served under the same second.
    is_exact: bool,
    /// Whether it is a document of a feed, which pages of other sites may read.
    pub(super) is_feed: bool,
    /// The plain form, and those that are smaller.
    pub(super) forms: Vec<CodedFile>,
}

/// A file in one coding.
#[derive(Debug)]
pub(super) struct CodedFile {
    pub(super) coding: Coding,
    pub(super) bytes: Bytes,
    etag: String,
    /// The headers of an answer with all the bytes.
    pub(super) headers: HeaderMap,
    /// Those of an answer that nothing has changed.
    pub(super) unchanged: HeaderMap,
}

impl ServedFile {
    /// Makes all forms of a file. `before` is what was served at its path until now.
    pub(super) fn new(file: SiteFile, source: [u8; 32], facts: &SiteFacts, before: Option<&Self>) -> Self {
        let SiteFile { path, bytes, modified } = file;
        let kind = FileKind::of(&path);
        let is_page = kind.media_type == "text/html";
        let plain = if is_page && facts.is_preview { preview::page(&bytes) } else { bytes };
        let modified = seconds(modified.min(SystemTime::now()));
        let is_exact = before.is_none_or(|before| before.modified != modified);
        let common = common_headers(&path, &kind, facts);
        let smaller = SMALLER.iter().filter_map(|coding| Some((*coding, coding.encode(&plain)?)));
        let mut forms: Vec<CodedFile> =
            smaller.map(|(coding, bytes)| CodedFile::new(coding, bytes, modified, &common)).collect();
        forms.insert(0, CodedFile::new(Coding::Identity, plain, modified, &common));
        Self { source, modified, is_exact, is_feed: kind.is_feed, forms }
    }

    /// The form that a client likes best by its `Accept-Encoding`, the smallest of equals; none if it takes no form.
    pub(super) fn form(&self, accepted: Option<&str>) -> Option<&CodedFile> {
        let Some(accepted) = accepted else { return self.forms.first() };
        let weighed = self.forms.iter().map(|form| (form.coding.weight(accepted), form));
        let wanted = weighed.filter(|(weight, _)| *weight > 0.0);
        let best = wanted.reduce(|best, next| {
            let is_better = next.0 > best.0 || (next.0 >= best.0 && next.1.bytes.len() < best.1.bytes.len());
            if is_better { next } else { best }
        });
        best.map(|(_, form)| form)
    }

    /// What tells this version of a form apart.
    pub(super) fn validators<'a>(&self, form: &'a CodedFile) -> Validators<'a> {
        Validators { etag: &form.etag, modified: self.modified, is_exact: self.is_exact }
    }
}

impl CodedFile {
    /// Whether the bytes have no coding.
    pub(super) fn is_plain(&self) -> bool {
        self.coding == Coding::Identity
    }

    fn new(coding: Coding, bytes: Vec<u8>, modified: u64, common: &HeaderMap) -> Self {
        let etag = format!("\"{}\"", hex(&digest(&bytes)[..16]));
        let mut unchanged = common.clone();
        for name in [CONTENT_TYPE, LINK, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS, ACCEPT_RANGES] {
            unchanged.remove(name);
        }
        let mut headers = common.clone();
        for all in [&mut unchanged, &mut headers] {
            all.insert(ETAG, value(&etag));
        }
        let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(modified));
        headers.insert(LAST_MODIFIED, value(&date));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        if coding != Coding::Identity {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
        }
        Self { coding, bytes: bytes.into_boxed_slice().into(), etag, headers, unchanged } // without room to grow
    }
}

/// The headers that all forms of a file have.
fn common_headers(path: &str, kind: &FileKind, facts: &SiteFacts) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, value(&format!("{}; charset=utf-8", kind.media_type)));
    let fresh = if facts.is_preview { "no-cache".to_owned() } else { format!("public, max-age={FRESH}") };
    headers.insert(CACHE_CONTROL, value(&fresh));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if kind.media_type == "text/html" {
        headers.insert(CONTENT_SECURITY_POLICY, value(&header_policy()));
    }
    if kind.is_feed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag, Link"));
        headers.extend(links(path, facts).map(|link| (LINK, link)));
    }
    headers
}

/// The `Link` header of a feed's document (RFC 8288): itself, the feed's page, the hub that tells of what is new.
fn links(path: &str, facts: &SiteFacts) -> Option<HeaderValue> {
    FORMATS.iter().find(|format| path.ends_with(&format!(".{}", format.extension)))?;
    let slug = slug_in(path).map(|slug| if slug == "digest" { "all" } else { slug })?;
    let (own, page) = (facts.base_url.join(path).ok()?, facts.base_url.join(&format!("{slug}.html")).ok()?);
    let mut links = format!("<{own}>; rel=\"self\", <{page}>; rel=\"alternate\"; type=\"text/html\"");
    if let Some(hub) = facts.hub.as_ref().filter(|_| !path.contains('/')) {
        let _ = write!(links, ", <{hub}>; rel=\"hub\""); // archives never change
    }
    HeaderValue::try_from(links).ok()
}

/// What kind of file it is, by its path.
struct FileKind {
    media_type: &'static str,
    is_feed: bool,
}

impl FileKind {
    fn of(path: &str) -> Self {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        if path == "search.json" || path.starts_with("search/") {
            return Self { media_type: "application/json", is_feed: false };
        }
        if let Some(format) = FORMATS.iter().find(|format| format.extension == ending) {
            return Self { media_type: format.media_type, is_feed: true };
        }
        let other = OTHERS.iter().find(|(other, _)| *other == ending);
        let media_type = other.map_or("text/plain", |(_, media_type)| media_type);
        Self { media_type, is_feed: media_type == "text/x-opml" }
    }
}

/// A digest of some bytes.
pub(super) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("these texts are ASCII without line breaks")
}
