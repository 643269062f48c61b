//! How often clients ask.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The time in which a client's requests are counted.
pub(super) const PERIOD: Duration = Duration::from_secs(10);

/// How many clients are counted at most; others aren't until the next period.
const COUNTED: usize = 65_536;

/// How often clients have asked in the period that is under way.
#[derive(Debug)]
pub(super) struct Clients {
    limit: u32,
    period: Mutex<Period>,
}

#[derive(Debug)]
struct Period {
    began: Instant,
    counts: HashMap<IpAddr, u32>,
}

impl Clients {
    pub(super) fn new(limit: u32) -> Self {
        Self { limit, period: Mutex::new(Period { began: Instant::now(), counts: HashMap::new() }) }
    }

    /// Counts a request of a client, and says whether it may be answered.
    pub(super) fn may_ask(&self, client: Option<IpAddr>, now: Instant) -> bool {
        let Some(client) = client.map(whole_client).filter(|client| !client.is_loopback()) else { return true };
        let mut period = self.period.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(period.began) >= PERIOD {
            *period = Period { began: now, counts: HashMap::new() };
        }
        if period.counts.len() >= COUNTED && !period.counts.contains_key(&client) {
            return true;
        }
        let count = period.counts.entry(client).or_default();
        *count = count.saturating_add(1);
        *count <= self.limit
    }
}

/// The address that stands for all that a client has: of IPv6, a network of 64 bits is one household.
fn whole_client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_loopback() => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_asks_too_often_waits_for_the_next_period() {
        let clients = Clients::new(3);
        let (start, client) = (Instant::now(), "192.0.2.1".parse().ok());
        let asked: Vec<bool> = (0..4).map(|_| clients.may_ask(client, start)).collect();
        assert_eq!(asked, [true, true, true, false]);
        assert!(clients.may_ask("192.0.2.2".parse().ok(), start), "another client isn't touched");
        assert!(clients.may_ask(client, start + PERIOD));
    }

    #[test]
    fn a_network_of_ipv6_is_one_client_and_this_machine_is_none() {
        let (clients, now) = (Clients::new(1), Instant::now());
        assert!(clients.may_ask("2001:db8::1".parse().ok(), now));
        assert!(!clients.may_ask("2001:db8::2".parse().ok(), now));
        assert!(clients.may_ask("::ffff:192.0.2.1".parse().ok(), now));
        assert!(!clients.may_ask("192.0.2.1".parse().ok(), now), "it is the same address");
        for here in [None, "127.0.0.1".parse().ok(), "::1".parse().ok()] {
            assert!((0..5).all(|_| clients.may_ask(here, now)), "{here:?}");
        }
    }
}
