//! One address, asked and looked at.

use std::time::Duration;

use ureq::Agent;
use ureq::http::StatusCode;
use url::Url;

use super::again::Freshness;
use super::finding::{AnswerFault, Finding, FormFault};
use super::redirects::{Arrival, follow};
use super::wanted::{Aim, Fetched, HostTrouble, Wanted};
use super::{contents, demands, entrance, form, xml};
use crate::net::{Access, Exchange, Failure, GZIP, exchange, redacted};
use crate::reader::{DocumentFacts, FeedFormat, facts, outlines};

/// What readers take.
const HEADERS: [(&str, &str); 2] = [
    ("Accept", "application/feed+json, application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"),
    ("Accept-Encoding", GZIP),
];

/// The same of those that take nothing compressed.
const PLAIN: [(&str, &str); 2] = [HEADERS[0], ("Accept-Encoding", "identity")];

/// What a browser says of itself.
const BROWSER: (&str, &str) = ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");

/// How many feeds of a list are asked for.
const OUTLINES: usize = 20_000;

/// How much of an id is kept, in bytes.
const ID: usize = 500;

/// What visits need.
#[derive(Clone, Copy)]
pub(super) struct Visitor<'a> {
    pub(super) agent: &'a Agent,
    pub(super) access: &'a Access,
    /// The time since 1970.
    pub(super) now: Duration,
}

/// Asks for what is wanted and looks at it.
pub(super) fn visit(visitor: Visitor<'_>, wanted: Wanted) -> Fetched {
    let mut fetched = Fetched::new(wanted);
    let arrival = match follow(visitor.agent, &fetched.wanted.address, &HEADERS, visitor.access) {
        Ok(arrival) => arrival,
        Err(cause) => {
            fetched.trouble = Some(HostTrouble::Silent);
            fetched.answer(AnswerFault::Unreachable(cause));
            return fetched;
        }
    };
    let Arrival { address, answer, findings } = arrival;
    fetched.from = address;
    fetched.findings = findings;
    if let Some(answer) = answer {
        look(visitor, &mut fetched, answer);
    }
    if !fetched.wanted.aim.is_subscribed_to() {
        fetched.findings.retain(|finding| !is_move(finding)); // whoever asks only once needn't know
    }
    fetched
}

fn is_move(finding: &Finding) -> bool {
    matches!(finding, Finding::Answer(AnswerFault::Moved(_) | AnswerFault::Redirected(_)))
}

/// Looks at an answer.
fn look(visitor: Visitor<'_>, fetched: &mut Fetched, answer: Exchange) {
    let mut aim = fetched.wanted.aim;
    if answer.status != StatusCode::OK {
        fetched.trouble = (answer.status == StatusCode::TOO_MANY_REQUESTS).then_some(HostTrouble::Busy);
        if !aim.may_be_else() {
            let fault = of_status(visitor, fetched, answer.status);
            fetched.answer(fault);
        }
        return;
    }
    let (content_type, freshness) = (answer.header("content-type"), Freshness::of(&answer));
    let (bytes, faults) = form::bytes(answer, true, visitor.access);
    fetched.findings.extend(faults.into_iter().map(Finding::Form));
    let Some(bytes) = bytes else { return };
    fetched.sum = Some((bytes.len(), crc32fast::hash(&bytes)));
    let bytes = form::of_two_bytes(&bytes).unwrap_or(bytes);
    if bytes.is_empty() && aim != Aim::File {
        fetched.form(FormFault::Empty);
        return;
    }
    if aim == Aim::Any {
        aim = entrance::aim(content_type.as_deref(), &bytes, &fetched.from);
        fetched.wanted.aim = aim;
    }
    match aim {
        Aim::File | Aim::Any => {}
        Aim::Page => page(fetched, &bytes),
        Aim::List | Aim::ListIfAny => list(fetched, &bytes),
        Aim::Feed | Aim::FeedOrJson | Aim::Older => {
            let is_feed = feed(visitor, fetched, &bytes, content_type.as_deref());
            if is_feed && aim != Aim::Older {
                subscription(visitor, fetched, &freshness);
            }
        }
    }
}

/// The fault that a status is. Some servers let nobody in but browsers.
fn of_status(visitor: Visitor<'_>, fetched: &Fetched, status: StatusCode) -> AnswerFault {
    if matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_ACCEPTABLE) {
        let headers = [HEADERS[0], HEADERS[1], BROWSER];
        let as_browser = exchange(visitor.agent, &fetched.from, &headers, |_| false, visitor.access);
        if as_browser.is_ok_and(|answer| answer.status == StatusCode::OK) {
            return AnswerFault::OnlyBrowsers(status.to_string());
        }
    }
    AnswerFault::Status(status.to_string(), fetched.wanted.named_by.as_ref().map(|by| redacted(by.as_str())))
}

/// Looks at a document of a feed. Whether it is one.
fn feed(visitor: Visitor<'_>, fetched: &mut Fetched, bytes: &[u8], content_type: Option<&str>) -> bool {
    let facts = match facts(bytes, &fetched.from) {
        Ok(Some(facts)) => facts,
        Ok(None) => {
            fetched.form(FormFault::NoFeed(fetched.wanted.named_by.as_ref().map(|by| redacted(by.as_str()))));
            return false;
        }
        Err(cause) => {
            fetched.form(unreadable(cause, bytes));
            return true;
        }
    };
    fetched.is_there = true;
    fetched.findings.extend(form::of_type(content_type, facts.format).map(Finding::Form));
    let (text, faults) = form::text(bytes, content_type, facts.format);
    fetched.findings.extend(faults.into_iter().map(Finding::Form));
    fetched.findings.extend(contents::items(&facts, &fetched.from, visitor.now).into_iter().map(Finding::Item));
    match facts.format {
        FeedFormat::Json => fetched.findings.extend(demands::of_json(bytes).into_iter().map(Finding::Item)),
        FeedFormat::Atom | FeedFormat::Rss => xml(fetched, &text),
    }
    let older = facts.older.as_deref().and_then(|older| fetched.from.join(older.trim()).ok());
    let older = older.filter(|older| matches!(older.scheme(), "http" | "https"));
    let older = older.map(|older| Wanted::new(older, Aim::Older, Some(&fetched.wanted.address)));
    fetched.leads_to.extend(older.map(|older| Wanted { depth: fetched.wanted.depth + 1, ..older }));
    fetched.facts = Some(without_what_was_seen(facts));
    true
}

/// What documents are compared by. The rest isn't kept: there may be many, and each as large as any may be.
fn without_what_was_seen(mut facts: DocumentFacts) -> DocumentFacts {
    for item in &mut facts.items {
        (item.link, item.dates) = (None, Vec::new());
        if let Some(id) = item.id.as_mut().filter(|id| id.len() > ID) {
            let sum = crc32fast::hash(id.as_bytes());
            *id = format!("{}… {sum:08x}", &id[..id.floor_char_boundary(ID)]);
        }
    }
    facts
}

/// Looks at what only the XML shows.
fn xml(fetched: &mut Fetched, text: &str) {
    match xml::check(text) {
        Ok(faults) => fetched.findings.extend(faults.into_iter().map(Finding::Item)),
        Err(cause) => fetched.form(FormFault::NotWellFormed(cause)),
    }
}

/// Why a feed can't be read, as exactly as can be said.
fn unreadable(cause: String, bytes: &[u8]) -> FormFault {
    if !bytes.trim_ascii_start().starts_with(b"<") {
        return FormFault::Unreadable(cause);
    }
    let (text, faults) = form::text(bytes, None, FeedFormat::Atom);
    let letters = faults.into_iter().find(|fault| matches!(fault, FormFault::NotInEncoding(_)));
    letters.or_else(|| xml::check(&text).err().map(FormFault::NotWellFormed)).unwrap_or(FormFault::Unreadable(cause))
}

/// Looks at what counts for a feed that is fetched again and again.
fn subscription(visitor: Visitor<'_>, fetched: &mut Fetched, freshness: &Freshness) {
    let Visitor { agent, access, .. } = visitor;
    let own = fetched.facts.as_ref().and_then(|facts| contents::own(facts, &fetched.wanted.address, &fetched.from));
    fetched.findings.extend(own.map(Finding::Item));
    if fetched.wanted.asks_plain {
        match exchange(agent, &fetched.from, &PLAIN, |_| false, access) {
            Ok(answer) if answer.status == StatusCode::OK => {
                fetched.findings.extend(form::unasked(&answer).map(Finding::Form));
            }
            Ok(answer) => fetched.form(FormFault::NoPlain(answer.status.to_string())),
            Err(Failure::Temporary(cause) | Failure::Permanent(cause)) => {
                fetched.form(FormFault::NoPlain(format!("nothing: {cause}")));
            }
        }
    }
    let again = freshness.ask(agent, &fetched.from, &HEADERS, access);
    fetched.findings.extend(again.into_iter().chain(freshness.times()).map(Finding::Again));
}

/// Looks at a page.
fn page(fetched: &mut Fetched, bytes: &[u8]) {
    fetched.leads_to = entrance::led_to(bytes, &fetched.from);
    if !fetched.leads_to.iter().any(|wanted| wanted.aim == Aim::Feed) {
        fetched.form(FormFault::NoFeeds); // unless JSON that it announces is a feed
    }
}

/// Looks at a list of feeds.
fn list(fetched: &mut Fetched, bytes: &[u8]) {
    let Some(feeds) = outlines(bytes, &fetched.from) else {
        fetched.form(FormFault::NoList);
        return;
    };
    fetched.is_there = true;
    let (text, faults) = form::text(bytes, None, FeedFormat::Atom);
    fetched.findings.extend(faults.into_iter().map(Finding::Form));
    xml(fetched, &text);
    if feeds.is_empty() {
        fetched.form(FormFault::EmptyList);
    }
    let list = fetched.wanted.address.clone();
    // A site may list feeds of others: those are theirs, unless the list itself is what is looked at.
    let is_asked_for = fetched.wanted.named_by.is_none() && fetched.wanted.aim == Aim::List;
    let is_here = |feed: &Url| is_asked_for || feed.host() == fetched.from.host();
    let feeds = feeds.into_iter().filter(|feed| matches!(feed.scheme(), "http" | "https") && is_here(feed));
    let mut feeds = feeds.map(|feed| Wanted::new(feed, Aim::Feed, Some(&list)));
    fetched.leads_to.extend(feeds.by_ref().take(OUTLINES));
    fetched.left_out = feeds.count();
}
