//! Servers that don't speak HTTP: where they are, and what it means that one can't be reached.

use std::error::Error as StdError;
use std::io;
use std::net::IpAddr;

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
            return Unsent::Setup(format!("the server's certificate is no good: {why}"));
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
