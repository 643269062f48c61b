//! Servers that don't speak HTTP: where they are, how to speak to them in lines, and what it means that one can't be reached.

use std::error::Error as StdError;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{IpAddr, TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use url::Url;

use super::unsent::Unsent;

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServerPlace {
    /// Whether all that is said to it is encrypted, from the first byte.
    pub(super) is_encrypted: bool,
    /// Its name, or its address.
    pub(super) host: String,
    /// Its port.
    pub(super) port: u16,
}

impl ServerPlace {
    /// Whether it is on this machine: nobody else hears what is said to it.
    pub(super) fn is_loopback(&self) -> bool {
        let is_name = self.host == "localhost" || self.host.ends_with(".localhost");
        is_name || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// Reads where a server is, from an address with one of two schemes, each with its usual port: one in the clear, one encrypted.
///
/// # Errors
/// Another address, or one that holds more than a server.
pub(super) fn place(server: &str, clear: (&str, u16), encrypted: (&str, u16)) -> Result<ServerPlace, Unsent> {
    let wrong = || Unsent::Setup(format!("`server` must be {0}://HOST or {0}://HOST:PORT", encrypted.0));
    let url = Url::parse(server).map_err(|_| wrong())?;
    let is_encrypted = url.scheme() == encrypted.0;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase();
    if !is_encrypted && url.scheme() != clear.0 || host.is_empty() || !matches!(url.path(), "" | "/") {
        return Err(wrong());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Unsent::Setup("`server` holds an account; set `account` and the token instead".to_owned()));
    }
    let usual_port = if is_encrypted { encrypted.1 } else { clear.1 };
    Ok(ServerPlace { is_encrypted, host, port: url.port().unwrap_or(usual_port) })
}

/// What it means that a connection fails. `may_have_sent` says whether a message may have arrived by then.
pub(super) fn failure(err: &(dyn StdError + 'static), may_have_sent: bool) -> Unsent {
    use io::ErrorKind as Kind;
    let io = err.downcast_ref::<io::Error>().or_else(|| err.source()?.downcast_ref::<io::Error>());
    let tls = io.and_then(io::Error::get_ref).and_then(|err| err.downcast_ref::<rustls::Error>());
    let words = match (tls, io.map(io::Error::kind)) {
        (Some(rustls::Error::InvalidCertificate(why)), _) => {
            return Unsent::Setup(format!("the server's certificate is no good: {}", certificate(why)));
        }
        (Some(why), _) => return Unsent::Setup(format!("the server can't be spoken to in TLS: {why}; check `server`")),
        (_, Some(Kind::ConnectionRefused)) => "the server refuses connections".to_owned(),
        (_, Some(Kind::TimedOut | Kind::WouldBlock)) => "the server didn't answer in time".to_owned(),
        (_, Some(Kind::UnexpectedEof | Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe)) => {
            "the server hung up".to_owned()
        }
        _ if err.to_string().contains("lookup address") => "the server's name is unknown".to_owned(),
        _ => format!("the connection failed: {err}"),
    };
    if may_have_sent { Unsent::Unclear(words) } else { Unsent::Unreachable(words) }
}

fn certificate(why: &CertificateError) -> &'static str {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired, or this machine's clock is wrong"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it isn't valid yet, or this machine's clock is wrong"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => "it is for another name",
        _ => "nobody who is known here vouches for it",
    }
}

/// The longest line that is taken, in bytes.
const LINE: usize = 1 << 14;

/// A connection to a server that speaks in lines.
pub(super) struct Wire(BufReader<WireStream>);

enum WireStream {
    Clear(TcpStream),
    Encrypted(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Wire {
    /// Connects to a server, which may stay silent for `timeout`.
    pub(super) fn connect(place: &ServerPlace, timeout: Duration) -> Result<Self, Unsent> {
        let tcp = dial(place, timeout).map_err(|err| failure(&err, false))?;
        let stream = if place.is_encrypted { encrypted(place, tcp)? } else { WireStream::Clear(tcp) };
        Ok(Self(BufReader::new(stream)))
    }

    /// Reads a line, without what ends it, which must be there in time.
    pub(super) fn read_line(&mut self, until: Instant) -> io::Result<String> {
        let mut line = Vec::new();
        while line.len() < LINE && !line.ends_with(b"\n") {
            if Instant::now() >= until {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let bytes = match self.0.fill_buf() {
                Err(err) if err.kind() == io::ErrorKind::Interrupted => continue, // by a signal: what is being sent is sent to its end
                result => result?,
            };
            if bytes.is_empty() {
                break;
            }
            let end = memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1).min(LINE - line.len());
            line.extend_from_slice(&bytes[..end]);
            self.0.consume(end);
        }
        if line.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
    }

    /// Writes a line. Whatever is in it, it is one.
    pub(super) fn write_line(&mut self, line: &str) -> io::Result<()> {
        let line: String = line.chars().filter(|c| !c.is_control()).chain(['\r', '\n']).collect();
        let stream = self.0.get_mut();
        stream.write_all(line.as_bytes()).and_then(|()| stream.flush())
    }
}

fn dial(place: &ServerPlace, timeout: Duration) -> io::Result<TcpStream> {
    let mut result = Err(io::ErrorKind::HostUnreachable.into());
    for address in (place.host.as_str(), place.port).to_socket_addrs()? {
        result = TcpStream::connect_timeout(&address, timeout);
        if result.is_ok() {
            break;
        }
    }
    let tcp = result?;
    tcp.set_read_timeout(Some(timeout))?;
    tcp.set_write_timeout(Some(timeout))?;
    Ok(tcp)
}

/// Encrypts a connection, with the roots of trust that asking over HTTP has.
fn encrypted(place: &ServerPlace, tcp: TcpStream) -> Result<WireStream, Unsent> {
    let trouble = |err: rustls::Error| failure(&io::Error::other(err), false);
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().map_err(trouble)?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let host = ServerName::try_from(place.host.clone());
    let host = host.map_err(|_| Unsent::Setup(format!("`server`: {:?} is no name of a server", place.host)))?;
    let connection = ClientConnection::new(Arc::new(config), host).map_err(trouble)?;
    Ok(WireStream::Encrypted(Box::new(StreamOwned::new(connection, tcp))))
}

impl Read for WireStream {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Clear(stream) => stream.read(bytes),
            Self::Encrypted(stream) => stream.read(bytes),
        }
    }
}

impl Write for WireStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Clear(stream) => stream.write(bytes),
            Self::Encrypted(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Clear(stream) => stream.flush(),
            Self::Encrypted(stream) => stream.flush(),
        }
    }
}
