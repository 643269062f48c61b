//! Cloudflare: [Purge cached content](https://developers.cloudflare.com/api/resources/cache/methods/purge/), by single files.

use ureq::http::Request;
use url::Url;

use super::request::{api_agent, send};
use super::{api_or, secret};
use crate::error::Error;
use crate::net::Access;

/// How many addresses a request may have, whatever the plan.
const MOST: usize = 30;

pub(super) fn purge(zone: &str, addresses: &[Url], api: Option<&Url>, access: &Access) -> Result<(), Error> {
    const NAME: &str = "Cloudflare";
    let token = secret("CLOUDFLARE_API_TOKEN", NAME)?;
    let agent = api_agent(access);
    let api = api_or(api, "https://api.cloudflare.com/client/v4");
    for some in addresses.chunks(MOST) {
        let files: Vec<&str> = some.iter().map(Url::as_str).collect();
        let request = Request::post(format!("{api}/zones/{zone}/purge_cache"))
            .header("Authorization", format!("Bearer {token}"))
            .header("Content-Type", "application/json")
            .body(serde_json::json!({ "files": files }).to_string());
        let request = request.map_err(|err| Error::new(NAME, err.to_string()))?;
        let answer = send(&agent, &request, NAME, access)?;
        let said: serde_json::Value = serde_json::from_str(&answer).unwrap_or_default();
        if said.get("success").and_then(serde_json::Value::as_bool) != Some(true) {
            return Err(Error::new(
                NAME,
                "the API doesn't say that the addresses are purged; check `purge` and the token",
            ));
        }
    }
    Ok(())
}
