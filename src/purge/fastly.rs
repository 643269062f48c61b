//! Fastly: [Purge a URL](https://www.fastly.com/documentation/reference/api/purging/), one a request.

use std::thread;

use ureq::http::Request;
use url::Url;

use super::request::{api_agent, send};
use super::{api_or, secret};
use crate::error::Error;
use crate::net::Access;

/// How many requests are under way at once.
const AT_ONCE: usize = 8;

pub(super) fn purge(addresses: &[Url], api: Option<&Url>, access: &Access) -> Result<(), Error> {
    const NAME: &str = "Fastly";
    let token = secret("FASTLY_API_TOKEN", NAME)?;
    let agent = api_agent(access);
    let api = api_or(api, "https://api.fastly.com");
    let tell = |address: &Url| {
        let cached = address.as_str().split_once("://").map_or("", |(_, rest)| rest);
        let request = Request::post(format!("{api}/purge/{cached}")).header("Fastly-Key", &token).body(String::new());
        let request = request.map_err(|err| Error::new(NAME, err.to_string()))?;
        send(&agent, &request, NAME, access).map(drop)
    };
    let share = addresses.len().div_ceil(AT_ONCE);
    thread::scope(|scope| {
        let telling: Vec<_> =
            addresses.chunks(share).map(|some| scope.spawn(|| some.iter().try_for_each(tell))).collect();
        telling.into_iter().try_for_each(|telling| telling.join().expect("no thread fails"))
    })
}
