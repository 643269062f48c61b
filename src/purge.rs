//! Tells a CDN which addresses have changed, so that it gives its copies up: exactly these, and no others.

mod cloudflare;
mod cloudfront;
mod command;
mod fastly;
mod request;

use serde::Deserialize;
use url::Url;

use crate::error::Error;
use crate::net::Access;

/// The key `purge`: which CDN is told. One of the first four has to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Purge {
    /// A zone of Cloudflare. The token is in `CLOUDFLARE_API_TOKEN`.
    pub cloudflare: Option<String>,
    /// Whether Fastly is in front of the site. The token is in `FASTLY_API_TOKEN`.
    pub fastly: bool,
    /// A distribution of Amazon `CloudFront`. The credentials are in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
    pub cloudfront: Option<String>,
    /// A shell command that gets the addresses on its standard input, one per line.
    pub command: Option<String>,
    /// The address of the CDN's API, if it isn't the usual one.
    pub api: Option<Url>,
}

impl Purge {
    /// Fails unless it names exactly one CDN.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub(crate) fn check(&self) -> Result<(), String> {
        let named = [self.cloudflare.is_some(), self.fastly, self.cloudfront.is_some(), self.command.is_some()];
        if named.into_iter().filter(|is_named| *is_named).count() != 1 {
            return Err(
                "`purge` has to name one CDN: cloudflare = \"ZONE\", fastly = true, cloudfront = \"DISTRIBUTION\" or \
                        command = \"…\""
                    .to_owned(),
            );
        }
        if self.command.as_ref().is_some_and(|command| command.trim().is_empty()) {
            return Err("the command of `purge` is empty; write what tells the CDN".to_owned());
        }
        let names = [&self.cloudflare, &self.cloudfront];
        if names.into_iter().flatten().any(|name| !name.bytes().all(|b| b.is_ascii_alphanumeric()) || name.is_empty()) {
            return Err("a zone or a distribution consists of letters and digits".to_owned());
        }
        Ok(())
    }
}

/// Tells a CDN that these addresses have changed. Doing it again does no harm.
///
/// # Errors
/// A token that isn't there, a CDN that can't be reached or refuses, a command that fails. Some of the addresses may have been told.
pub fn purge(purge: &Purge, addresses: &[Url], access: &Access) -> Result<(), Error> {
    if addresses.is_empty() {
        return Ok(());
    }
    let api = purge.api.as_ref();
    if let Some(zone) = &purge.cloudflare {
        cloudflare::purge(zone, addresses, api, access)
    } else if let Some(distribution) = &purge.cloudfront {
        cloudfront::purge(distribution, addresses, api, access)
    } else if let Some(command) = &purge.command {
        command::purge(command, addresses, access)
    } else {
        fastly::purge(addresses, api, access)
    }
}

/// A secret of the environment.
fn secret(name: &str, subject: &str) -> Result<String, Error> {
    let value = std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    value.ok_or_else(|| Error::new(subject, format!("{name} isn't set; it has the secret")))
}

/// The usual address of an API, unless another is given.
fn api_or<'a>(api: Option<&'a Url>, usual: &'a str) -> &'a str {
    api.map_or(usual, Url::as_str).trim_end_matches('/')
}
