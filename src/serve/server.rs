//! A server that runs beside whatever builds its site.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use super::clients::Clients;
use super::connection::{Common, OpenSocket, accept};
use super::limits::{self, Limits};
use super::listen::{Listening, Socket};
use super::log::Log;
use super::metrics::{BuildOutcome, Metrics};
use super::routes::{Banner, ShownSite, routes};
use super::site::ServedSite;
use crate::error::Error;
use crate::interrupt::Careful;

/// A server that runs beside whatever builds its site, until it is stopped.
pub struct Server {
    runtime: Runtime,
    shown: watch::Sender<ShownSite>,
    metrics: Arc<Metrics>,
    accepting: Vec<JoinHandle<()>>,
    ending: Arc<GracefulShutdown>,
    /// How long answers under way may take when it stops.
    stop: Duration,
    listening: Listening,
    /// A signal lets answers be finished.
    careful: Careful,
}

impl Server {
    /// Starts to serve a site. `is_logged` is whether each request is written to the standard output.
    ///
    /// # Errors
    /// A system that allows no threads.
    pub fn start(
        mut listening: Listening,
        site: ServedSite,
        limits: Limits,
        is_preview: bool,
        is_logged: bool,
    ) -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread().enable_all().build().map_err(|err| failed(&err))?;
        let (shown, receiver) = watch::channel(ShownSite { site: Arc::new(site), banner: Arc::default() });
        let metrics = Arc::new(Metrics::new());
        let common = Arc::new(Common {
            shown: receiver.clone(),
            routes: TowerToHyperService::new(routes(receiver, Arc::clone(&metrics), is_preview)),
            limits,
            clients: Clients::new(limits.connections_of_client, limits.requests),
            slots: Arc::new(Semaphore::new(limits::connections(limits.connections))),
            log: if is_logged { Some(Log::start()?) } else { None },
            metrics: Arc::clone(&metrics),
        });
        let ending = Arc::new(GracefulShutdown::new());
        let mut accepting = Vec::new();
        for socket in std::mem::take(&mut listening.sockets) {
            let waiting = waiting(&runtime, socket).map_err(|err| failed(&err))?;
            accepting.push(runtime.spawn(accept(waiting, Arc::clone(&common), Arc::clone(&ending))));
        }
        Ok(Self { runtime, shown, metrics, accepting, ending, stop: limits.stop, listening, careful: Careful::begin() })
    }

    /// Serves another site from now on. Answers under way are still of the one before.
    pub fn show(&self, site: Arc<ServedSite>) {
        self.shown.send_modify(|shown| shown.site = site);
    }

    /// Shows the editor what is wrong with the issues, in a preview.
    pub fn say(&self, banner: Banner) {
        self.shown.send_if_modified(|shown| {
            let is_news = *shown.banner != banner;
            shown.banner = Arc::new(banner);
            is_news
        });
    }

    /// Takes in what became of a build, for `/metrics`.
    pub fn take_build(&self, outcome: BuildOutcome) {
        self.metrics.take_build(outcome);
    }

    /// The site that is served.
    pub fn site(&self) -> Arc<ServedSite> {
        Arc::clone(&self.shown.borrow().site)
    }

    /// Takes no more connections, lets answers under way be finished, for as long as the limits say, and ends.
    pub fn stop(self) {
        let Self { runtime, shown, metrics: _, accepting, ending, stop, listening, careful } = self;
        drop(shown); // ends the events of previews
        runtime.block_on(async {
            for accepting in accepting {
                accepting.abort();
                let _ = accepting.await;
            }
            drop(listening);
            if let Some(ending) = Arc::into_inner(ending) {
                let _ = tokio::time::timeout(stop, ending.shutdown()).await;
            }
        });
        runtime.shutdown_timeout(Duration::from_secs(1)); // connections end, and with the last one the log
        drop(careful);
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("site", &self.site().version()).finish_non_exhaustive()
    }
}

/// A socket as the runtime waits at it.
fn waiting(runtime: &Runtime, socket: Socket) -> io::Result<OpenSocket> {
    let _inside = runtime.enter();
    match socket {
        Socket::Tcp(socket) => TcpListener::from_std(socket).map(OpenSocket::Tcp),
        #[cfg(unix)]
        Socket::Unix(socket) => UnixListener::from_std(socket).map(OpenSocket::Unix),
    }
}

fn failed(err: &io::Error) -> Error {
    Error::new("the server", err.to_string())
}
