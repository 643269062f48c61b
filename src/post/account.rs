//! An account at a service: everything that is set for it, secrets included, and the way to ask its server.

use std::collections::BTreeMap;
use std::time::Duration;

use super::http::Http;

/// An account at a service. It can't be printed: it holds secrets.
pub struct Account {
    /// The values of the service's keys.
    pub(super) settings: BTreeMap<&'static str, String>,
    /// Asks the service.
    pub http: Http,
    /// How long a server may stay silent.
    pub timeout: Duration,
}

impl Account {
    /// The value of a key that is set, or has a default.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.settings.get(key).map(String::as_str)
    }

    /// The value of a key that must be set; nothing if it isn't, which has been checked.
    pub fn need(&self, key: &str) -> &str {
        self.get(key).unwrap_or_default()
    }

    /// An address below the one that the key `server` holds, which may be a name alone.
    pub fn below_server(&self, path: &str) -> String {
        let server = self.need("server").trim_end_matches('/');
        let scheme = if server.contains("://") { "" } else { "https://" };
        format!("{scheme}{server}/{path}")
    }
}
