//! Connections: taken up to a limit, and given up if the client is too slow.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::http::header::USER_AGENT;
use axum::http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;

use super::answer::answer;
use super::clients::{Clients, is_near, sender};
use super::file::DocumentName;
use super::limits::Limits;
use super::log::{Log, Visit};
use super::metrics::Metrics;
use super::page;
use super::routes::{Sender, ShownSite};

/// How long to wait after the system had no room for a connection.
const PAUSE: Duration = Duration::from_millis(100);

/// What all connections have in common.
#[derive(Debug)]
pub(super) struct Common {
    pub(super) shown: watch::Receiver<ShownSite>,
    pub(super) routes: TowerToHyperService<Router>,
    pub(super) limits: Limits,
    pub(super) clients: Clients,
    pub(super) slots: Arc<Semaphore>,
    pub(super) log: Option<Log>,
    pub(super) metrics: Arc<Metrics>,
}

/// A socket that waits for clients.
#[derive(Debug)]
pub(super) enum OpenSocket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener),
}

/// Takes connections for ever.
pub(super) async fn accept(waiting: OpenSocket, common: Arc<Common>, ending: Arc<GracefulShutdown>) {
    loop {
        let Ok(slot) = Arc::clone(&common.slots).acquire_owned().await else { return };
        if let Err(err) = accept_one(&waiting, &common, &ending, slot).await
            && err.kind() != io::ErrorKind::ConnectionAborted
        {
            tokio::time::sleep(PAUSE).await; // too many open files, most likely
        }
    }
}

async fn accept_one(
    waiting: &OpenSocket,
    common: &Arc<Common>,
    ending: &GracefulShutdown,
    slot: OwnedSemaphorePermit,
) -> io::Result<()> {
    match waiting {
        OpenSocket::Tcp(socket) => {
            let (stream, client) = socket.accept().await?;
            let _ = stream.set_nodelay(true); // an answer is written at once, and shouldn't wait for more
            tokio::spawn(converse(stream, Some(client.ip()), Arc::clone(common), ending.watcher(), slot));
        }
        #[cfg(unix)]
        OpenSocket::Unix(socket) => {
            let (stream, _) = socket.accept().await?;
            tokio::spawn(converse(stream, None, Arc::clone(common), ending.watcher(), slot));
        }
    }
    Ok(())
}

/// Answers the requests of one connection.
async fn converse<S>(
    stream: S,
    client: Option<IpAddr>,
    common: Arc<Common>,
    watcher: Watcher,
    _slot: OwnedSemaphorePermit,
) where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let Some(_counted) = common.clients.connect(client) else { return };
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(common.limits.stall));
    let mut protocol = http1::Builder::new();
    protocol
        .half_close(true)
        .timer(TokioTimer::new())
        .header_read_timeout(common.limits.head_time)
        .max_header_size(common.limits.head);
    let service = service_fn(|request| respond(&common, client, request));
    let connection = protocol.serve_connection(TokioIo::new(Box::pin(stream)), service);
    let _ = watcher.watch(connection).await; // a client that hangs up, or is too slow, is no news
}

/// Answers a request, and has that logged.
async fn respond(
    common: &Common,
    connected: Option<IpAddr>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let client = sender(connected, request.headers());
    let reader = (request.method() == Method::GET).then(|| request.headers().get(USER_AGENT).cloned());
    let visit = common.log.as_ref().map(|log| (log, Visit::begin(client, &request)));
    let response = if common.clients.may_ask(client, Instant::now) {
        answer_request(common, connected, client, request).await?
    } else {
        page::too_many().map(Body::from)
    };
    let (status, length) = (response.status(), response.body().size_hint().exact());
    let name = response.extensions().get::<Arc<DocumentName>>();
    common.metrics.count(name, status.as_u16(), length.unwrap_or_default());
    if let Some((name, agent)) = name.zip(reader)
        && name.is_subscribed_to()
        && (status.is_success() || status == StatusCode::NOT_MODIFIED)
    {
        common.metrics.count_reader(name, client, agent.as_ref());
    }
    if let Some((log, mut visit)) = visit {
        visit.status = status.as_u16();
        visit.length = length;
        log.add(visit);
    }
    Ok(response)
}

/// Answers a request: for a file of the site at once, for everything else by its route. `client` is who sends it, whoever has connected.
async fn answer_request(
    common: &Common,
    connected: Option<IpAddr>,
    client: Option<IpAddr>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let (parts, body) = request.into_parts();
    let site = Arc::clone(&common.shown.borrow().site);
    if matches!(parts.method, Method::GET | Method::HEAD)
        && site.has_file(&parts.uri)
        && let Ok(response) = catch_unwind(AssertUnwindSafe(|| answer(&site, &parts)))
    {
        return Ok(response.map(Body::from));
    }
    let mut request = Request::from_parts(parts, body);
    request.extensions_mut().insert(Sender {
        client: client.or(connected),
        is_near: [connected, client].into_iter().flatten().all(is_near),
    });
    common.routes.call(request).await
}
