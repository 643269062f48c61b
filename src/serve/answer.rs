//! What a request gets: a function of the site and the request alone.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ALLOW, CONTENT_LENGTH, CONTENT_RANGE, HOST, HeaderMap,
    HeaderValue, RANGE,
};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{Method, Response, StatusCode, Version};

use super::condition::{Verdict, allows_range, text, verdict};
use super::file::{CodedFile, ServedFile};
use super::page;
use super::range::{AskedPart, part};
use super::site::{Found, ServedSite};

/// What a request for a file of the site gets. An answer to HEAD has the headers of that to GET, and no bytes.
pub fn answer(site: &ServedSite, request: &Parts) -> Response<Bytes> {
    if !names_a_host(request) {
        return page::page(StatusCode::BAD_REQUEST, "The request has to name one host.");
    }
    if request.method == Method::OPTIONS {
        return options(site, request);
    }
    let is_head = request.method == Method::HEAD;
    if !is_head && request.method != Method::GET {
        return page::not_allowed();
    }
    let mut response = match site.find(&request.uri) {
        Found::File(file) => contents(&file, &request.headers, is_head),
        Found::Bad(bad) => page::bad_parameter(&bad),
        Found::Later => page::later("The issues can't be read just now, so no feed can be made of them."),
        Found::Gone(slug) => page::gone(slug),
        Found::Elsewhere(path) => page::elsewhere(path),
        Found::Nothing => page::not_found(),
    };
    if is_head {
        *response.body_mut() = Bytes::new();
    }
    response
}

/// Whether a request names one host, as it has to (RFC 9112 §3.2).
fn names_a_host(request: &Parts) -> bool {
    let mut hosts = request.headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => request.version != Version::HTTP_11,
        (Some(host), None) => host.is_empty() || Authority::try_from(host.as_bytes()).is_ok(),
        (Some(_), Some(_)) => false,
    }
}

/// What may be done with a file; what scripts of other sites may do with a feed (the preflight of CORS).
fn options(site: &ServedSite, request: &Parts) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(ALLOW, page::METHODS);
    let is_feed = matches!(site.find(&request.uri), Found::File(file) if file.is_feed);
    if is_feed && request.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
        let asked = "If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Range";
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD"));
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(asked));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    }
    response
}

/// The bytes of a file, or a part of them, or that there is nothing new.
fn contents(file: &ServedFile, asked: &HeaderMap, is_head: bool) -> Response<Bytes> {
    let mut response = bytes(file, asked, is_head);
    response.extensions_mut().insert(Arc::clone(&file.name));
    response
}

fn bytes(file: &ServedFile, asked: &HeaderMap, is_head: bool) -> Response<Bytes> {
    let Some(form) = file.form(text(asked, &ACCEPT_ENCODING).as_deref()) else { return page::not_acceptable() };
    let validators = file.validators(form);
    match verdict(asked, validators) {
        Verdict::Unchanged => response(StatusCode::NOT_MODIFIED, form.unchanged.clone(), Bytes::new()),
        Verdict::Failed => {
            page::page(StatusCode::PRECONDITION_FAILED, "The file isn't the one that the request was meant for.")
        }
        Verdict::Send => {
            let range = text(asked, &RANGE).filter(|_| !is_head && allows_range(asked, validators, form.is_plain()));
            match range.map_or(AskedPart::Whole, |range| part(&range, form.bytes.len())) {
                AskedPart::Whole => response(StatusCode::OK, form.headers.clone(), form.bytes.clone()),
                AskedPart::Bytes(range) => {
                    let place = format!("bytes {}-{}/{}", range.start, range.end - 1, form.bytes.len());
                    partial(form, &place, form.bytes.slice(range))
                }
                AskedPart::None => unsatisfiable(form),
            }
        }
    }
}

fn partial(form: &CodedFile, place: &str, bytes: Bytes) -> Response<Bytes> {
    let mut headers = form.headers.clone();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    headers.extend(HeaderValue::from_str(place).map(|place| (CONTENT_RANGE, place)));
    response(StatusCode::PARTIAL_CONTENT, headers, bytes)
}

fn unsatisfiable(form: &CodedFile) -> Response<Bytes> {
    let mut response = page::page(StatusCode::RANGE_NOT_SATISFIABLE, "The file has no such part.");
    let length = HeaderValue::from_str(&format!("bytes */{}", form.bytes.len()));
    response.headers_mut().extend(length.map(|length| (CONTENT_RANGE, length)));
    response
}

fn response(status: StatusCode, headers: HeaderMap, bytes: Bytes) -> Response<Bytes> {
    let mut response = Response::new(bytes);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
