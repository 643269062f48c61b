//! What is answered where there is no file: plain pages.

use axum::body::Bytes;
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{Response, StatusCode};

use super::clients::PERIOD;
use crate::feed::BadParameter;
use crate::text;

/// The methods that files answer to.
pub(super) const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// A page that says what became of a request, in a sentence or two of plain HTML.
pub(super) fn page(status: StatusCode, words: &str) -> Response<Bytes> {
    let reason = status.canonical_reason().unwrap_or("Error");
    let code = status.as_str();
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{code} {reason}</title>\n<h1>{reason}</h1>\n<p>{words}</p>\n</html>\n"
    );
    let mut response = Response::new(Bytes::from(html));
    *response.status_mut() = status;
    let length = HeaderValue::from(response.body().len());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_LENGTH, length);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// There is nothing here.
pub(super) fn not_found() -> Response<Bytes> {
    page(StatusCode::NOT_FOUND, "There is no such page or feed here.")
}

/// There is nothing here: the site is at another path.
pub(super) fn elsewhere(path: &str) -> Response<Bytes> {
    let mut link = String::new();
    text::link(&mut link, path, path);
    page(StatusCode::NOT_FOUND, &format!("There is nothing here. The site is at {link}."))
}

/// The feed with this slug was given up.
pub(super) fn gone(slug: &str) -> Response<Bytes> {
    page(StatusCode::GONE, &format!("The feed {slug} has been given up. Please unsubscribe from it."))
}

/// The address of a feed has a parameter that can't be understood.
pub(super) fn bad_parameter(bad: &BadParameter) -> Response<Bytes> {
    let mut words = String::from("<b>");
    text::escape(&mut words, &bad.name);
    words.push_str("</b>: ");
    text::escape(&mut words, &bad.cause);
    page(StatusCode::BAD_REQUEST, &words)
}

/// What is asked for can't be had now, but soon.
pub(super) fn later(words: &str) -> Response<Bytes> {
    let mut response = page(StatusCode::SERVICE_UNAVAILABLE, words);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
    response
}

/// The client asks for too much at once.
pub(super) fn too_many() -> Response<Bytes> {
    let mut response = page(StatusCode::TOO_MANY_REQUESTS, "This client asks too often. Please wait a little.");
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(PERIOD.as_secs()));
    response
}

/// Files can be read, and nothing else.
pub(super) fn not_allowed() -> Response<Bytes> {
    let mut response = page(StatusCode::METHOD_NOT_ALLOWED, "This server only gives files away: ask with GET or HEAD.");
    response.headers_mut().insert(ALLOW, METHODS);
    response
}

/// No form of the file is one that the client takes.
pub(super) fn not_acceptable() -> Response<Bytes> {
    page(StatusCode::NOT_ACCEPTABLE, "The request accepts no coding that this file comes in.")
}
