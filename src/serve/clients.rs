//! What each client has: connections, and requests in a while. A client on this machine may have any number: it is a proxy, or the editor.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::HeaderMap;

/// The time in which a client's requests are counted.
pub(super) const PERIOD: Duration = Duration::from_secs(10);

/// How many clients are counted at most; others aren't until the next period.
const COUNTED: usize = 65_536;

/// What clients have.
#[derive(Debug)]
pub(super) struct Clients {
    /// How many connections a client may have.
    connections: u32,
    /// How many requests it may send in a period.
    requests: u32,
    open: Mutex<HashMap<IpAddr, u32>>,
    period: Mutex<Period>,
}

/// A connection of a client, which counts until it is dropped.
#[derive(Debug)]
pub(super) struct CountedConnection<'a> {
    clients: &'a Clients,
    client: Option<IpAddr>,
}

#[derive(Debug)]
struct Period {
    began: Instant,
    counts: HashMap<IpAddr, u32>,
}

impl Clients {
    pub(super) fn new(connections: u32, requests: u32) -> Self {
        let period = Mutex::new(Period { began: Instant::now(), counts: HashMap::new() });
        Self { connections, requests, open: Mutex::default(), period }
    }

    /// Counts a connection of a client; none if it has too many.
    pub(super) fn connect(&self, client: Option<IpAddr>) -> Option<CountedConnection<'_>> {
        let client = client.and_then(counted);
        if let Some(client) = client {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let count = open.entry(client).or_default();
            if *count >= self.connections {
                return None;
            }
            *count += 1;
        }
        Some(CountedConnection { clients: self, client })
    }

    /// Counts a request of a client, and says whether it may be answered.
    pub(super) fn may_ask(&self, client: Option<IpAddr>, now: impl FnOnce() -> Instant) -> bool {
        let Some(client) = client.and_then(counted) else { return true };
        let now = now();
        let mut period = self.period.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(period.began) >= PERIOD {
            *period = Period { began: now, counts: HashMap::new() };
        }
        if period.counts.len() >= COUNTED && !period.counts.contains_key(&client) {
            return true;
        }
        let count = period.counts.entry(client).or_default();
        *count = count.saturating_add(1);
        *count <= self.requests
    }
}

impl Drop for CountedConnection<'_> {
    fn drop(&mut self) {
        let Some(client) = self.client else { return };
        let mut open = self.clients.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                open.remove(&client);
            }
        }
    }
}

/// The address that stands for all that a client has; none if it isn't counted.
fn counted(address: IpAddr) -> Option<IpAddr> {
    Some(network(address)).filter(|client| !client.is_loopback())
}

/// The address that stands for all that a client has: of IPv6, a network of 64 bits is one household.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(network) if !network.is_loopback() => {
            Ipv6Addr::from_bits(network.to_bits() & !u128::from(u64::MAX)).into()
        }
        one => one,
    }
}

/// Who sends a request: whoever has connected, or, if that is a proxy on this machine, whom it names (`X-Forwarded-For`). What else that header holds
/// anybody may have written.
pub(super) fn sender(connected: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
    if connected.is_some_and(|address| !address.to_canonical().is_loopback()) {
        return connected;
    }
    let Some(named) = headers.get_all("x-forwarded-for").iter().next_back() else {
        let is_other = ["forwarded", "x-real-ip"].into_iter().any(|name| headers.contains_key(name));
        return if is_other { Some(SOMEBODY) } else { connected };
    };
    let last = named.to_str().ok().and_then(|named| address(named.rsplit(',').next()?.trim()));
    Some(last.unwrap_or(SOMEBODY))
}

/// Stands for clients whom a proxy names in a way that isn't understood.
const SOMEBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// An address that may have a port: `192.0.2.1`, `192.0.2.1:1234`, `[2001:db8::1]:80`, in quotation marks or not.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim_matches('"');
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Whether an address is of this machine, or of a network that isn't the Internet (RFC 1918, RFC 4193).
pub(super) fn is_near(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_asks_too_often_waits_for_the_next_period() {
        let clients = Clients::new(1, 3);
        let (start, client) = (Instant::now(), "192.0.2.1".parse().ok());
        let asked: Vec<bool> = (0..4).map(|_| clients.may_ask(client, || start)).collect();
        assert_eq!(asked, [true, true, true, false]);
        assert!(clients.may_ask("192.0.2.2".parse().ok(), || start), "another client isn't touched");
        assert!(clients.may_ask(client, || start + PERIOD));
    }

    #[test]
    fn a_client_with_too_many_connections_gets_another_one_when_it_closes_one() {
        let (clients, client) = (Clients::new(2, 1), "192.0.2.1".parse().ok());
        let (first, _second) = (clients.connect(client), clients.connect(client));
        assert!(first.is_some() && clients.connect(client).is_none());
        assert!(clients.connect("192.0.2.2".parse().ok()).is_some() && clients.connect(None).is_some());
        drop(first);
        assert!(clients.connect(client).is_some());
    }

    #[test]
    fn a_proxy_on_this_machine_says_who_sends() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "198.51.100.7, 192.0.2.1".parse().expect("a header"));
        let [here, other, named] = ["127.0.0.1", "192.0.2.9", "192.0.2.1"].map(|address| address.parse().ok());
        assert_eq!(sender(here, &headers), named);
        assert_eq!(sender(None, &headers), named);
        assert_eq!(sender(other, &headers), other);
        assert_eq!(sender(here, &HeaderMap::new()), here);
        for (value, expected) in [
            ("unknown", Some(SOMEBODY)),
            ("192.0.2.1:1234", named),
            ("\"[2001:db8::1]:80\"", "2001:db8::1".parse().ok()),
        ] {
            headers.insert("x-forwarded-for", value.parse().expect("a header"));
            assert_eq!(sender(here, &headers), expected, "{value}");
        }
        headers.clear();
        headers.insert("x-real-ip", "192.0.2.1".parse().expect("a header"));
        assert_eq!(sender(here, &headers), Some(SOMEBODY));
    }

    #[test]
    fn a_network_of_ipv6_is_one_client_and_this_machine_is_none() {
        let (clients, now) = (Clients::new(1, 1), Instant::now());
        assert!(clients.may_ask("2001:db8::1".parse().ok(), || now));
        assert!(!clients.may_ask("2001:db8::2".parse().ok(), || now));
        assert!(clients.may_ask("::ffff:192.0.2.1".parse().ok(), || now));
        assert!(!clients.may_ask("192.0.2.1".parse().ok(), || now), "it is the same address");
        for here in [None, "127.0.0.1".parse().ok(), "::1".parse().ok()] {
            assert!((0..5).all(|_| clients.may_ask(here, || now)), "{here:?}");
        }
    }
}
