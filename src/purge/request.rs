//! One request to a CDN's API, tried again where that may help.

use std::thread::sleep;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{Request, StatusCode};

use crate::error::Error;
use crate::interrupt;
use crate::net::{Access, Failure, agent, failure, retry_after};
use crate::text::{first_words, one_line};

/// How many characters of a CDN's message are shown.
const SHOWN: usize = 300;

/// How often a request is sent at most.
const TRIES: u32 = 5;

/// How long to wait before the second try; before each further one, twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// How long to wait at most, whatever the CDN wants.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// An agent for a CDN's API.
pub(super) fn api_agent(access: &Access) -> Agent {
    agent(false, access)
}

/// Sends a request. `name` is the CDN's.
///
/// # Errors
/// An API that can't be reached, or refuses.
pub(super) fn send(agent: &Agent, request: &Request<String>, name: &str, access: &Access) -> Result<String, Error> {
    let mut pause = FIRST_PAUSE;
    for tries_left in (0..TRIES).rev() {
        let (cause, wanted) = match once(agent, request, access) {
            Ok(answer) => return Ok(answer),
            Err(Refused { cause, is_temporary: true, wait }) if tries_left > 0 && !interrupt::is_caught() => {
                (cause, wait)
            }
            Err(Refused { cause, .. }) => return Err(Error::new(name, cause)),
        };
        sleep(wanted.unwrap_or(pause).clamp(FIRST_PAUSE, LONGEST_PAUSE));
        pause *= 2;
        drop(cause);
    }
    unreachable!("the last try returns")
}

/// Why a request came to nothing.
struct Refused {
    cause: String,
    is_temporary: bool,
    /// How long the API wants to be left alone.
    wait: Option<Duration>,
}

fn once(agent: &Agent, request: &Request<String>, access: &Access) -> Result<String, Refused> {
    let answer = agent.run(agent.configure_request(request.clone()).max_redirects(0).build());
    let mut answer = answer.map_err(|err| {
        let (cause, is_temporary) = match failure(&err, access) {
            Failure::Temporary(cause) => (cause, true),
            Failure::Permanent(cause) => (cause, false),
        };
        Refused { cause, is_temporary, wait: None }
    })?;
    let (status, wait) = (answer.status(), retry_after(answer.headers()));
    let body = answer.body_mut().read_to_string().unwrap_or_default();
    if status.is_success() {
        return Ok(body);
    }
    let is_temporary = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
    let cause = match (status.as_u16(), message(&body)) {
        (_, Some(message)) => format!("the API answered {}: {message}", status.as_str()),
        (401 | 403, None) => format!("the API answered {}: check the secret and what it may do", status.as_str()),
        (_, None) => format!("the API answered {}", status.as_str()),
    };
    Err(Refused { cause, is_temporary, wait })
}

/// What an answer says of its error: Cloudflare and Fastly in JSON, Amazon in XML.
fn message(body: &str) -> Option<String> {
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(body) {
        let said = json.pointer("/errors/0/message").or_else(|| json.get("msg")).or_else(|| json.get("message"));
        return said.and_then(|said| said.as_str()).map(shown);
    }
    let (_, rest) = body.split_once("<Message>")?;
    rest.split_once("</Message>").map(|(message, _)| shown(message))
}

/// What a CDN says, in a line that can be read.
fn shown(message: &str) -> String {
    first_words(&one_line(message), SHOWN)
}
