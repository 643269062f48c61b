//! A file as it is served: every form of it, with its headers, made once a build.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use axum::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_ENCODING,
    CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, LAST_MODIFIED, LINK, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::coding::{Coding, SMALLER};
use super::condition::{Validators, seconds};
use super::facts::SiteFacts;
use super::preview;
use crate::feed::ALL;
use crate::publish::{SiteFile, slug_in};
use crate::site::FEED;
use crate::text::hex;
use crate::write::{FORMATS, FRESH, FileKind, Format, header_policy};

/// A file as it is served.
#[derive(Debug)]
pub(super) struct ServedFile {
    /// A digest of the bytes in the site's folder.
    pub(super) source: [u8; 32],
    pub(super) date: FileDate,
    /// Whether it is a document of a feed or a list of feeds, which pages of other sites may read.
    pub(super) is_feed: bool,
    /// What it is counted as.
    pub(super) name: Arc<DocumentName>,
    /// The plain form, and those that are smaller.
    pub(super) forms: Vec<CodedFile>,
}

/// What a file is counted as. Nothing that is there has the default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct DocumentName {
    /// The slug of the feed; empty for what isn't a feed's.
    pub(super) feed: String,
    /// `feed`, `digest`, `archive`, `address` for feeds by address, `page`, `other`.
    pub(super) document: &'static str,
    /// `atom`, `rss`, `json`; empty for what isn't a feed's.
    pub(super) format: &'static str,
}

impl DocumentName {
    fn of(path: &str, media_type: &str) -> Self {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        let format = FORMATS.iter().find(|format| format.extension == ending && format.media_type == media_type);
        let Some((format, feed)) = format.zip(slug_in(path)) else {
            let document = if media_type == "text/html" { "page" } else { "other" };
            return Self { document, ..Self::default() };
        };
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let (feed, document) = match stem.strip_suffix("digest") {
            _ if path.contains('/') => (feed, "archive"),
            Some("") => (ALL, "digest"),
            Some(before) if before.ends_with('-') => (feed, "digest"),
            _ => (feed, "feed"),
        };
        Self { feed: feed.to_owned(), document, format: format.extension }
    }

    /// Whether people subscribe to it.
    pub(super) fn is_subscribed_to(&self) -> bool {
        matches!(self.document, "feed" | "digest" | "address")
    }
}

/// When a file's bytes changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileDate {
    /// In seconds since 1970.
    pub(super) modified: u64,
    /// Whether no other bytes were served under the same second.
    pub(super) is_exact: bool,
}

impl FileDate {
    fn new(modified: SystemTime, before: Option<&ServedFile>) -> Self {
        let modified = seconds(modified.min(SystemTime::now()));
        Self { modified, is_exact: before.is_none_or(|before| before.date.modified != modified) }
    }
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
    /// Makes all forms of a file. `before` is what was served at its path until now; `offers_feeds` is whether there are feeds by address.
    pub(super) fn new(
        file: SiteFile,
        source: [u8; 32],
        facts: &SiteFacts,
        offers_feeds: bool,
        before: Option<&Self>,
    ) -> Self {
        let SiteFile { path, mut bytes, modified } = file;
        let kind = FileKind::of(&path);
        if kind.media_type == "text/html" && facts.is_preview {
            bytes = preview::page(&bytes);
        }
        if path == "search.html" && offers_feeds {
            bytes = offering_feeds(bytes);
        }
        let date = FileDate::new(modified, before);
        let common = common_headers(&kind, links(&path, facts), facts);
        let name = Arc::new(DocumentName::of(&path, kind.media_type));
        Self { source, is_feed: kind.is_feed, name, ..Self::coded(bytes, date, &SMALLER, &common) }
    }

    /// A document that is made on request, with the address of itself and that of its page.
    pub(super) fn addressed(
        bytes: Vec<u8>,
        format: &Format,
        date: FileDate,
        facts: &SiteFacts,
        [own, page]: [&str; 2],
    ) -> Self {
        let kind = FileKind { media_type: format.media_type, is_feed: true };
        let common = common_headers(&kind, feed_links(facts, own, page, &[]), facts);
        // Time counts here: gzip is what all readers know.
        let name = DocumentName { feed: String::new(), document: "address", format: format.extension };
        Self { is_feed: true, name: Arc::new(name), ..Self::coded(bytes, date, &[Coding::Gzip], &common) }
    }

    /// The forms of some bytes: as they are, and in these codings.
    fn coded(plain: Vec<u8>, date: FileDate, codings: &[Coding], common: &HeaderMap) -> Self {
        let smaller = codings.iter().filter_map(|coding| Some((*coding, coding.encode(&plain)?)));
        let mut forms: Vec<CodedFile> =
            smaller.map(|(coding, bytes)| CodedFile::new(coding, bytes, date.modified, common)).collect();
        forms.insert(0, CodedFile::new(Coding::Identity, plain, date.modified, common));
        Self { source: [0; 32], date, is_feed: false, name: Arc::default(), forms }
    }

    /// How many bytes it takes in memory, about.
    pub(super) fn size(&self) -> usize {
        const HEADERS: usize = 5000; // of a form
        self.forms.iter().map(|form| form.bytes.len() + HEADERS).sum()
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
        Validators { etag: &form.etag, modified: self.date.modified, is_exact: self.date.is_exact }
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
fn common_headers(kind: &FileKind, links: Option<HeaderValue>, facts: &SiteFacts) -> HeaderMap {
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
        headers.extend(links.map(|links| (LINK, links)));
    }
    headers
}

/// The `Link` header of a feed's document (RFC 8288): itself, the feed's page, the hub that tells of what is new.
fn links(path: &str, facts: &SiteFacts) -> Option<HeaderValue> {
    FORMATS.iter().find(|format| path.ends_with(&format!(".{}", format.extension)))?;
    let slug = slug_in(path).map(|slug| if slug == "digest" { "all" } else { slug })?;
    let hubs = if path.contains('/') { &[][..] } else { &facts.hubs }; // archives never change
    feed_links(facts, path, &format!("{slug}.html"), hubs)
}

fn feed_links(facts: &SiteFacts, own: &str, page: &str, hubs: &[Url]) -> Option<HeaderValue> {
    let (own, page) = (facts.base_url.join(own).ok()?, facts.base_url.join(page).ok()?);
    let mut links = format!("<{own}>; rel=\"self\", <{page}>; rel=\"alternate\"; type=\"text/html\"");
    for hub in hubs {
        let _ = write!(links, ", <{hub}>; rel=\"hub\"");
    }
    HeaderValue::try_from(links).ok()
}

/// The search page of a site that has feeds by address: its script offers them.
fn offering_feeds(page: Vec<u8>) -> Vec<u8> {
    let Ok(text) = str::from_utf8(&page) else { return page };
    text.replacen(
        "</head>",
        &format!(
            "<meta name=\"patchfeed-feeds\" content=\"{FEED}\">
</head>"
        ),
        1,
    )
    .into_bytes()
}

/// A digest of some bytes.
pub(super) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("these texts are ASCII without line breaks")
}
