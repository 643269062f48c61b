//! Fastly: [Purge a URL](https://www.fastly.com/documentation/reference/api/purging/), one a request.

use ureq::http::Request;
use url::Url;

use super::request::{api_agent, send};
use super::{api_or, secret};
use crate::error::Error;
use crate::net::Access;

pub(super) fn purge(addresses: &[Url], api: Option<&Url>, access: &Access) -> Result<(), Error> {
    const NAME: &str = "Fastly";
    let token = secret("FASTLY_API_TOKEN", NAME)?;
    let agent = api_agent(access);
    let api = api_or(api, "https://api.fastly.com");
    for address in addresses {
        let cached = address.as_str().split_once("://").map_or("", |(_, rest)| rest);
        let request = Request::post(format!("{api}/purge/{cached}")).header("Fastly-Key", &token).body(String::new());
        let request = request.map_err(|err| Error::new(NAME, err.to_string()))?;
        send(&agent, &request, NAME, access)?;
    }
    Ok(())
}
