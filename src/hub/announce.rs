//! One round of telling hubs what has changed.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use ureq::Agent;
use ureq::http::{Response, StatusCode};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::error::Error;
use crate::interrupt;
use crate::net::{Access, Failure, agent, failure, retry_after};
use crate::publish::{self, Unannounced};
use crate::text::hex;

/// What a round of telling hubs came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Announced {
    /// How many times a hub took that a feed has changed.
    pub told: usize,
    /// What is left, by its cause.
    pub untold: Vec<Untold>,
}

/// What hubs haven't been told, for one cause.
#[derive(Debug, PartialEq, Eq)]
pub struct Untold {
    /// Why, in words that begin with an address.
    pub cause: String,
    /// How many feeds' documents these are.
    pub feeds: usize,
    /// Whether another try may go better.
    pub is_temporary: bool,
    /// How long the hub wants to be left alone.
    pub wait: Option<Duration>,
}

/// Why something wasn't told.
struct TellingFailure {
    cause: String,
    is_temporary: bool,
    wait: Option<Duration>,
}

/// Tells a hub of the site in `out`, which is served at `base_url`, what it hasn't been told yet: each document once it can be fetched as
/// it is in the folder. What the hub has taken is forgotten at once.
///
/// # Errors
/// A list of what is untold that can't be read or written.
pub fn announce(out: &Path, base_url: &Url, hub: &Url, access: &Access) -> Result<Announced, Error> {
    let agent = agent(false, access);
    let mut announced = Announced::default();
    let mut untold: BTreeMap<String, Untold> = BTreeMap::new();
    for one in publish::unannounced(out)?.into_iter().filter(|one| one.hub == *hub) {
        if interrupt::is_caught() {
            break;
        }
        let topic = [base_url.as_str(), &one.path].concat();
        // One that is busy, or can't be reached, isn't asked again about each feed.
        let is_out = untold.values().find(|untold| untold.is_temporary && is_of(untold, hub));
        let told = match is_out {
            Some(out) => Err(again(out)),
            None => check_published(&agent, &one, &topic, access).and_then(|()| tell(&agent, hub, &topic, access)),
        };
        match told {
            Ok(()) => {
                publish::announced(out, &[one])?;
                announced.told += 1;
            }
            Err(TellingFailure { cause, is_temporary, wait }) => {
                // What is wrong with the site is wrong with each of its documents: the first one is named.
                let words = cause.strip_prefix(&*topic).map_or_else(|| cause.clone(), str::to_owned);
                let entry = untold.entry(words);
                entry.or_insert(Untold { cause, feeds: 0, is_temporary, wait }).feeds += 1;
            }
        }
    }
    announced.untold = untold.into_values().collect();
    Ok(announced)
}

/// Whether it is a hub that is to blame.
fn is_of(untold: &Untold, hub: &Url) -> bool {
    untold.cause.strip_prefix(hub.as_str()).is_some_and(|rest| rest.starts_with(": "))
}

fn again(untold: &Untold) -> TellingFailure {
    TellingFailure { cause: untold.cause.clone(), is_temporary: true, wait: untold.wait }
}

/// Fails unless a document is published as it is to be announced.
fn check_published(agent: &Agent, one: &Unannounced, topic: &str, access: &Access) -> Result<(), TellingFailure> {
    if fetched(agent, topic, access)? == one.digest {
        return Ok(());
    }
    let cause = format!("{topic}: this isn't published yet as it is in the folder");
    Err(TellingFailure { cause, is_temporary: true, wait: None })
}

/// The digest of a topic's bytes, as a hub would get them.
fn fetched(agent: &Agent, topic: &str, access: &Access) -> Result<String, TellingFailure> {
    let request = agent.get(topic).config().max_redirects(0).max_redirects_will_error(false).build();
    let answer = request.header("Cache-Control", "no-cache").call();
    let mut answer = answered(topic, answer, access)?;
    let mut bytes = Vec::new();
    let body = answer.body_mut().with_config().limit(u64::MAX).reader();
    let read = body.take(crate::files::LARGEST).read_to_end(&mut bytes);
    read.map_err(|_| TellingFailure {
        cause: format!("{topic}: the answer breaks off"),
        is_temporary: true,
        wait: None,
    })?;
    Ok(hex(&Sha256::digest(&bytes)))
}

/// Tells a hub that a topic has changed. Some hubs read `hub.url`, some `hub.topic`.
fn tell(agent: &Agent, hub: &Url, topic: &str, access: &Access) -> Result<(), TellingFailure> {
    let mut form = Serializer::new(String::new());
    form.append_pair("hub.mode", "publish").append_pair("hub.url", topic).append_pair("hub.topic", topic);
    let request = agent.post(hub.as_str()).config().max_redirects(0).max_redirects_will_error(false).build();
    let answer = request.header("Content-Type", "application/x-www-form-urlencoded").send(form.finish());
    answered(hub.as_str(), answer, access).map(drop)
}

/// An answer that is a good one.
fn answered(
    address: &str,
    answer: Result<Response<ureq::Body>, ureq::Error>,
    access: &Access,
) -> Result<Response<ureq::Body>, TellingFailure> {
    let answer = answer.map_err(|err| {
        let (words, is_temporary) = match failure(&err, access) {
            Failure::Temporary(words) => (words, true),
            Failure::Permanent(words) => (words, false),
        };
        TellingFailure { cause: format!("{address}: {words}"), is_temporary, wait: None }
    })?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let is_temporary = status.is_server_error()
        || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS);
    let reason = status.canonical_reason().map(|reason| format!(" {reason}")).unwrap_or_default();
    let cause = format!("{address}: the server answered {}{reason}", status.as_str());
    Err(TellingFailure { cause, is_temporary, wait: retry_after(answer.headers()) })
}
