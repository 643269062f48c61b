//! What the errors of a request mean to the user, and whether another attempt may succeed.

use std::io;

use super::access::{Access, TooLarge};
use super::cache::Failure;

/// The failure that an error of a request amounts to.
pub(crate) fn failure(err: &ureq::Error, access: &Access) -> Failure {
    match err {
        ureq::Error::Timeout(ureq::Timeout::Global) => unfinished(access),
        ureq::Error::Timeout(_) => silent(access),
        ureq::Error::Io(err) => unreachable(err, access),
        ureq::Error::HostNotFound => temporary("the server's name is unknown; check the address and the network"),
        ureq::Error::ConnectionFailed => temporary("the server can't be reached; check the network"),
        ureq::Error::BodyExceedsLimit(limit) => Failure::Permanent(TooLarge(*limit).to_string()),
        ureq::Error::TooManyRedirects => permanent("too many redirects"),
        ureq::Error::RedirectFailed => permanent("the server redirects to nowhere"),
        ureq::Error::RequireHttpsOnly(_) => {
            permanent("the server redirects from https: to an address without encryption")
        }
        ureq::Error::BadUri(address) => Failure::Permanent(format!("not an address on the web: {address}")),
        ureq::Error::Http(_) => permanent("not an address on the web"),
        ureq::Error::LargeResponseHeader(..) => temporary("the server's answer begins with too many headers"),
        ureq::Error::Protocol(err) => not_http(&err.to_string()),
        ureq::Error::BodyStalled => temporary("the server's answer is broken"),
        ureq::Error::InvalidProxyUrl => permanent("the proxy that the environment names has no valid address"),
        ureq::Error::ConnectProxyFailed(said) => Failure::Temporary(format!("the proxy failed: {said}")),
        err => encryption(&err.to_string()),
    }
}

/// The failure that an error amounts to which came up while an answer's body was read.
pub(super) fn unreadable(err: io::Error, access: &Access) -> Failure {
    failure(&ureq::Error::from(err), access)
}

/// The failure of a transfer that goes on for too long.
pub(super) fn unfinished(access: &Access) -> Failure {
    Failure::Temporary(format!("not finished after {} s", access.deadline().as_secs()))
}

fn silent(access: &Access) -> Failure {
    Failure::Temporary(format!("no answer in {} s", access.timeout.as_secs()))
}

fn unreachable(err: &io::Error, access: &Access) -> Failure {
    use io::ErrorKind as Kind;
    match err.kind() {
        Kind::TimedOut | Kind::WouldBlock => silent(access),
        Kind::ConnectionRefused => temporary("the server refuses connections"),
        Kind::UnexpectedEof | Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe => {
            temporary("the server hung up before its answer was complete")
        }
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown | Kind::AddrNotAvailable => {
            temporary("the server can't be reached; check the network")
        }
        _ => encryption(&err.to_string()),
    }
}

/// The failure of what isn't HTTP, or is a strange kind of it.
fn not_http(said: &str) -> Failure {
    if said.contains("too many headers") {
        temporary("the server's answer begins with too many headers")
    } else if said.contains("location header") {
        permanent("the server redirects to nowhere")
    } else {
        temporary("the server's answer isn't one of a web server")
    }
}

/// The failure of an encrypted connection, as rustls words it. Others come here too, as the last resort.
fn encryption(said: &str) -> Failure {
    if said.contains("lookup address") {
        return temporary("the server's name is unknown; check the address and the network");
    }
    if said.contains("deflate") || said.contains("gzip") {
        return temporary("the server's answer is broken");
    }
    if said.contains("corrupt message") {
        return temporary("the server doesn't speak https: here; check the address");
    }
    if said.contains("fatal alert") || said.contains("peer is incompatible") {
        return temporary("the server refuses to speak https: with this program");
    }
    let Some((_, why)) = said.split_once("invalid peer certificate: ") else {
        let said = said.split(" (os error").next().unwrap_or(said);
        return Failure::Temporary(format!("the connection failed: {said}"));
    };
    let why = match why {
        why if why.contains("not valid for name") || why.contains("NotValidForName") => "it is for another name",
        why if why.contains("expired") || why.contains("Expired") => "it has expired; or this machine's clock is wrong",
        why if why.contains("not valid before") || why.contains("NotValidYet") => {
            "it isn't valid yet; or this machine's clock is wrong"
        }
        why if why.contains("evoked") => "it was revoked",
        _ => "nobody who is known here vouches for it",
    };
    Failure::Temporary(format!("the server's certificate is no good: {why}"))
}

fn temporary(cause: &str) -> Failure {
    Failure::Temporary(cause.to_owned())
}

fn permanent(cause: &str) -> Failure {
    Failure::Permanent(cause.to_owned())
}
