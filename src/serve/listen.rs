//! Where a server listens: addresses, Unix sockets, and sockets that systemd hands over.

use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
#[cfg(unix)]
use std::os::unix::net::{UnixListener, UnixStream};
#[cfg(unix)]
use std::path::Path;
use std::path::PathBuf;

use listenfd::ListenFd;
use url::Url;

use crate::error::Error;

/// How many clients may wait to be taken in: the system's default turns a thousand that come at once away for seconds.
#[cfg(unix)]
const WAITING: i32 = 4096;

/// Sockets that wait for clients.
#[derive(Debug)]
pub struct Listening {
    pub(super) sockets: Vec<Socket>,
    /// The file of a Unix socket that this run made.
    made: Option<PathBuf>,
}

/// A socket that waits for clients.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener),
}

/// Listens at an address: `127.0.0.1:8080`, `[::1]:8080`, `unix:/run/patchfeed.sock`. The sockets that systemd has opened
/// (`LISTEN_FDS`) go before it.
///
/// # Errors
/// An address that isn't one, or that another program has.
pub fn listen(address: &str) -> Result<Listening, Error> {
    let handed = handed_over().map_err(|err| Error::new("the sockets that systemd has opened", err.to_string()))?;
    if !handed.is_empty() {
        return ready(handed, None).map_err(|err| Error::new("the sockets that systemd has opened", err.to_string()));
    }
    let failed = |err: io::Error| Error::new(address, words(&err));
    match address.strip_prefix("unix:") {
        #[cfg(unix)]
        Some(path) => {
            let path = PathBuf::from(path);
            let socket = Socket::Unix(bind_unix(&path).map_err(failed)?);
            ready(vec![socket], Some(path)).map_err(failed)
        }
        #[cfg(not(unix))]
        Some(_) => Err(Error::new(address, "this system has no Unix sockets; give an address such as 127.0.0.1:8080")),
        None => {
            let at: SocketAddr = address.replacen("localhost:", "127.0.0.1:", 1).parse().map_err(|_| {
                Error::new(
                    address,
                    "this isn't an address to listen at; write 127.0.0.1:8080, [::1]:8080 or unix:/run/NAME.sock",
                )
            })?;
            let socket = TcpListener::bind(at).map_err(failed)?;
            #[cfg(unix)]
            rustix::net::listen(&socket, WAITING).map_err(|err| failed(err.into()))?; // again, with room for more
            ready(vec![Socket::Tcp(socket)], None).map_err(failed)
        }
    }
}

impl Listening {
    /// The address of what is served here, for readers on this machine; none for a Unix socket.
    pub fn url(&self) -> Option<Url> {
        let address = self.addresses().next()?;
        let host = if address.ip().is_unspecified() { "localhost".to_owned() } else { host(address.ip()) };
        Url::parse(&format!("http://{host}:{}/", address.port())).ok()
    }

    /// Whether only programs on this machine can reach it, at an address that browsers know.
    pub fn is_loopback(&self) -> bool {
        self.addresses().count() == self.sockets.len() && self.addresses().all(|address| address.ip().is_loopback())
    }

    fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.sockets.iter().filter_map(|socket| match socket {
            Socket::Tcp(socket) => socket.local_addr().ok(),
            #[cfg(unix)]
            Socket::Unix(_) => None,
        })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(path) = &self.made {
            let _ = fs::remove_file(path); // the next run would find nobody there
        }
    }
}

/// The sockets that systemd has opened for this process (`sd_listen_fds(3)`).
fn handed_over() -> io::Result<Vec<Socket>> {
    let mut handed = ListenFd::from_env();
    let mut sockets = Vec::new();
    for at in 0..handed.len() {
        #[cfg(unix)]
        if let Ok(Some(socket)) = handed.take_unix_listener(at) {
            sockets.push(Socket::Unix(socket));
            continue;
        }
        sockets.extend(handed.take_tcp_listener(at)?.map(Socket::Tcp));
    }
    Ok(sockets)
}

fn ready(sockets: Vec<Socket>, made: Option<PathBuf>) -> io::Result<Listening> {
    for socket in &sockets {
        match socket {
            Socket::Tcp(socket) => socket.set_nonblocking(true)?,
            #[cfg(unix)]
            Socket::Unix(socket) => socket.set_nonblocking(true)?,
        }
    }
    Ok(Listening { sockets, made })
}

/// Makes a Unix socket, in place of one that a killed run has left.
#[cfg(unix)]
fn bind_unix(path: &Path) -> io::Result<UnixListener> {
    use std::os::unix::fs::FileTypeExt as _;
    let is_socket = fs::symlink_metadata(path).is_ok_and(|now| now.file_type().is_socket());
    if is_socket && UnixStream::connect(path).is_err_and(|err| err.kind() == io::ErrorKind::ConnectionRefused) {
        fs::remove_file(path)?;
    }
    UnixListener::bind(path)
}

fn host(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

fn words(err: &io::Error) -> String {
    match err.kind() {
        io::ErrorKind::AddrInUse => {
            "another program listens there; stop it, or choose another address with --addr".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "this isn't allowed: ports below 1024 and some folders are the system's; choose another address with --addr"
                .to_owned()
        }
        _ => crate::error::without_number(&err.to_string()).to_owned(),
    }
}
