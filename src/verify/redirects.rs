//! Where an address leads.

use ureq::Agent;
use ureq::http::StatusCode;
use url::Url;

use super::finding::{AnswerFault, Finding};
use crate::net::{Access, Exchange, Failure, exchange, redacted, take_user, without_user};

/// How many redirects readers follow at least: what browsers allow is twice as much.
const REDIRECTS: usize = 10;

/// The answer at the end of all redirects.
pub(super) struct Arrival {
    /// Where it came from.
    pub(super) address: Url,
    /// The answer; none if there is no end.
    pub(super) answer: Option<Exchange>,
    /// What is wrong with the way.
    pub(super) findings: Vec<Finding>,
}

/// Asks an address, and those that it leads to.
///
/// # Errors
/// A server that can't be reached; in words.
pub(super) fn follow(agent: &Agent, asked: &Url, headers: &[(&str, &str)], access: &Access) -> Result<Arrival, String> {
    let mut way = vec![asked.clone()];
    let mut statuses = Vec::new();
    let mut findings = Vec::new();
    let answer = loop {
        let at = way.last().expect("it begins somewhere").clone();
        let answer = exchange(agent, &at, headers, has_body, access)
            .map_err(|(Failure::Temporary(cause) | Failure::Permanent(cause))| cause)?;
        if !is_redirect(answer.status) {
            break Some(answer);
        }
        let Some(to) = answer.header("location").and_then(|to| target(&at, &to)) else {
            findings.push(Finding::Answer(AnswerFault::Nowhere(answer.status.to_string())));
            break None;
        };
        statuses.push(answer.status);
        if at.scheme() == "https" && to.scheme() == "http" {
            findings.push(Finding::Answer(AnswerFault::Downgraded(redacted(to.as_str()))));
        }
        if way.contains(&to) {
            findings.push(Finding::Answer(AnswerFault::Circle));
            break None;
        }
        if way.len() > REDIRECTS {
            findings.push(Finding::Answer(AnswerFault::Endless));
            break None;
        }
        way.push(to);
    };
    if answer.is_some() {
        findings.extend(moves(&way, &statuses).map(Finding::Answer));
    }
    Ok(Arrival { address: way.pop().expect("it begins somewhere"), answer, findings })
}

/// What readers are to make of a way: those that remember a move for good go as far as all steps are for good.
fn moves<'a>(way: &'a [Url], statuses: &'a [StatusCode]) -> impl Iterator<Item = AnswerFault> + 'a {
    let for_good = statuses.iter().take_while(|status| is_for_good(**status)).count();
    let moved = (for_good > 0).then(|| AnswerFault::Moved(redacted(way[for_good].as_str())));
    let last = way.last().map(|last| redacted(last.as_str())).unwrap_or_default();
    let redirected = (for_good < statuses.len()).then_some(AnswerFault::Redirected(last));
    moved.into_iter().chain(redirected)
}

fn target(from: &Url, location: &str) -> Option<Url> {
    let mut to = without_user(from.join(location).ok()?);
    to.set_fragment(None);
    take_user(&mut to, from);
    matches!(to.scheme(), "http" | "https").then_some(to)
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn is_for_good(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 308)
}

fn has_body(status: StatusCode) -> bool {
    status == StatusCode::OK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_move_as_far_as_all_steps_are_for_good() {
        let url = |path: &str| Url::parse(&format!("https://e.org/{path}")).expect("it is an address");
        let way: Vec<Url> = ["a", "b", "c"].into_iter().map(url).collect();
        let moved = |to| AnswerFault::Moved(url(to).to_string());
        let redirected = |to| AnswerFault::Redirected(url(to).to_string());
        for (statuses, expected) in [
            ([301, 308], vec![moved("c")]),
            ([301, 302], vec![moved("b"), redirected("c")]),
            ([307, 301], vec![redirected("c")]),
        ] {
            let statuses = statuses.map(|status| StatusCode::from_u16(status).expect("it is a status"));
            assert_eq!(moves(&way, &statuses).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn a_redirect_leads_to_the_web_and_takes_its_user_along_on_the_site() {
        let from = Url::parse("https://name:secret@e.org/x/a").expect("it is an address");
        for (location, to) in [
            ("/b#c", Some("https://name:secret@e.org/b")),
            ("b", Some("https://name:secret@e.org/x/b")),
            ("//other.org/", Some("https://other.org/")),
            ("http://e.org/b", Some("http://e.org/b")),
            ("file:///etc/passwd", None),
            ("http://", None),
        ] {
            assert_eq!(target(&from, location).as_ref().map(Url::as_str), to, "{location}");
        }
    }
}
