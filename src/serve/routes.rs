//! What is at which address: a function a route.

use std::convert::Infallible;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderMap};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use axum::{Extension, Router};
use futures_util::stream;
use tokio::sync::{Semaphore, watch};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use url::Url;

use super::answer::answer;
use super::clients::Clients;
use super::metrics::Metrics;
use super::page;
use super::preview;
use super::site::ServedSite;

/// The largest body of a request: nothing here reads one.
const LARGEST_BODY: usize = 64 * 1024;

/// What is served now.
#[derive(Debug, Clone)]
pub(super) struct ShownSite {
    pub(super) site: Arc<ServedSite>,
    /// What a preview says above its pages.
    pub(super) banner: Arc<Banner>,
}

/// What a preview says above its pages: nothing, if it is empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Banner {
    /// One line, which is always seen.
    pub summary: String,
    /// What is wrong with the issues, in full.
    pub text: String,
    /// Whether the last build failed, so that the site is of an earlier one. The text is open then.
    pub is_stale: bool,
}

/// What every route may look at.
#[derive(Debug)]
struct RoutesState {
    shown: watch::Receiver<ShownSite>,
    metrics: Arc<Metrics>,
    /// How many feeds by address may be made at once.
    workers: Arc<Semaphore>,
    /// For whom they are made.
    waiting: Clients,
}

/// How many feeds a client on another machine may have made, or wait for, at once.
const FEEDS_OF_CLIENT: u32 = 4;

/// How long a request waits until its feed can be made.
const PATIENCE: Duration = Duration::from_secs(5);

/// Every route. What no other route is may be a feed by address, or nothing; files of the site are answered before.
pub(super) fn routes(shown: watch::Receiver<ShownSite>, metrics: Arc<Metrics>, is_preview: bool) -> Router {
    let workers = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let state = Arc::new(RoutesState {
        shown,
        metrics,
        workers: Arc::new(Semaphore::new(workers)),
        waiting: Clients::new(FEEDS_OF_CLIENT, 0),
    });
    let mut routes = Router::new().route("/healthz", get(health)).route("/metrics", get(metrics_text));
    if is_preview {
        routes = routes.route(preview::SCRIPT_PATH, get(script)).route(preview::EVENTS_PATH, get(events));
    }
    routes
        .fallback(file)
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(CatchPanicLayer::custom(|_| defect()))
        .with_state(state)
}

/// A feed by address, which is made beside what waits for sockets; or a word that there is nothing.
async fn file(
    State(state): State<Arc<RoutesState>>,
    Extension(sender): Extension<Sender>,
    request: Request,
) -> Response<Body> {
    let site = Arc::clone(&state.shown.borrow().site);
    let request = request.into_parts().0;
    if !site.takes_work(&request.uri) {
        return answer(&site, &request).map(Body::from);
    }
    let Some(_counted) = state.waiting.connect(sender.client) else { return page::too_many().map(Body::from) };
    let Ok(Ok(slot)) = timeout(PATIENCE, Arc::clone(&state.workers).acquire_owned()).await else {
        return page::later("Too many feeds are being made at once.").map(Body::from);
    };
    let made = spawn_blocking(move || {
        let _slot = slot;
        answer(&site, &request)
    });
    made.await.map_or_else(|_| defect(), |made| made.map(Body::from))
}

/// Whether there is a site to serve, which there always is, and whether it is of the last build.
async fn health(State(state): State<Arc<RoutesState>>) -> impl IntoResponse {
    let is_stale = state.shown.borrow().banner.is_stale;
    let words = if is_stale { "ok, but the last build failed; this is the site before it\n" } else { "ok\n" };
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")], words)
}

/// Who sends a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sender {
    pub(super) client: Option<IpAddr>,
    /// Whether it comes from this machine or a network beside it.
    pub(super) is_near: bool,
}

/// Whether a request asks this server by an address, a name of its network or the site's own, and not by one that somebody else's page has made lead here
/// (DNS rebinding).
fn is_asked_by_name(site: &ServedSite, headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return true };
    let Ok(url) = Url::parse(&format!("http://{host}/")) else { return false };
    match url.host() {
        Some(url::Host::Domain(name)) => !name.contains('.') || Some(name) == site.host(),
        Some(url::Host::Ipv4(_) | url::Host::Ipv6(_)) => true,
        None => false,
    }
}

/// What was counted; not for everybody.
async fn metrics_text(
    State(state): State<Arc<RoutesState>>,
    Extension(sender): Extension<Sender>,
    headers: HeaderMap,
) -> Response<Body> {
    if !sender.is_near || !is_asked_by_name(&state.shown.borrow().site, &headers) {
        return page::not_found().map(Body::from);
    }
    let headers = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (headers, state.metrics.text()).into_response()
}

/// The script of a preview's pages.
async fn script() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-cache")], preview::SCRIPT)
}

/// Tells a preview's page which site there is and what is wrong with the issues: at once, and whenever either changes.
async fn events(State(state): State<Arc<RoutesState>>, headers: HeaderMap) -> Response<Body> {
    let mut shown = state.shown.clone();
    if !is_asked_by_name(&shown.borrow().site, &headers) {
        return page::not_found().map(Body::from);
    }
    shown.mark_changed();
    let events = stream::unfold(shown, async |mut shown| {
        shown.changed().await.ok()?; // the server stops
        let event = event(&shown.borrow_and_update());
        Some((Ok::<_, Infallible>(event), shown))
    });
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

fn event(shown: &ShownSite) -> Event {
    let Banner { summary, text, is_stale } = &*shown.banner;
    let data = serde_json::json!({ "site": shown.site.version(), "summary": summary, "text": text, "open": is_stale });
    Event::default().data(data.to_string())
}

fn defect() -> Response<Body> {
    let words = "This request brought out a defect of patchfeed. Please report it.";
    page::page(StatusCode::INTERNAL_SERVER_ERROR, words).map(Body::from)
}
