//! A published site, or any feed on the web, fetched as readers do: what is wrong for them.
//!
//! ```text
//! address ──▶ entrance ──▶ rounds of visits ──▶ chains ──▶ folder
//!             a feed, a    each document once,   what       bytes that
//!             page, a list  few at a time: how    documents  differ
//!                           it is sent, what it   say of
//!                           says, what it leads   each other
//!                           to
//! ```
//!
//! What is a matter of taste isn't looked at. What is found is a value, and the sentences are all in one place.

mod again;
mod chains;
mod contents;
mod demands;
mod entrance;
mod finding;
mod folder;
mod form;
mod redirects;
mod round;
mod visit;
mod wanted;
mod xml;

use std::collections::HashSet;
use std::path::Path;

use url::Url;

pub use finding::{AgainFault, AnswerFault, ChainFault, Finding, FolderFault, FormFault, ItemFault};

use crate::error::Error;
use crate::interrupt;
use crate::net::{self, Access, redacted};
use visit::Visitor;
use wanted::{Aim, Fetched, Wanted};

/// How many documents are fetched at most, of each that a feed may have.
const FEEDS: usize = 10;

/// What was looked at, and what is wrong with it.
#[derive(Debug)]
pub struct Verified {
    /// How many feeds there are.
    pub feeds: usize,
    /// How many documents were fetched.
    pub documents: usize,
    /// What is wrong, each with its address, without secrets.
    pub findings: Vec<(String, Finding)>,
    /// The addresses of the feeds that hold no item, without secrets: of a site with several, that isn't wrong.
    pub unused: Vec<String>,
    /// How many documents weren't fetched, since there are too many or their server doesn't answer.
    pub left_out: usize,
}

/// Fetches what an address leads to as readers do, and says what is wrong for them. With the folder of a site, its files are looked at, too.
///
/// # Errors
/// An address that can't be reached, a folder that can't be read, or a signal to stop.
pub fn verify(address: &Url, site: Option<&Path>, access: &Access) -> Result<Verified, Error> {
    let agent = net::agent(false, access);
    let visitor = Visitor { agent: &agent, access, now: net::now() };
    let mut address = address.clone();
    address.set_fragment(None);
    let mut documents = Vec::new();
    let mut left_out = fetch(visitor, &address, vec![Wanted::new(address.clone(), Aim::Any, None)], &mut documents)?;
    let first = documents.first().ok_or_else(|| Error::new(redacted(address.as_str()), "it wasn't asked for"))?;
    if let [Finding::Answer(AnswerFault::Unreachable(cause)), ..] = &first.findings[..] {
        return Err(Error::new(redacted(address.as_str()), cause));
    }
    let folder = match site {
        Some(site) => Some(folder::read(site, &first.from)?),
        None => None,
    };
    chains::check(&mut documents);
    if let Some(folder) = &folder {
        left_out += fetch(visitor, &address, folder.wanted(&documents), &mut documents)?;
        folder.compare(&mut documents);
    }
    documents.retain(|fetched| fetched.is_there);
    acquit_pages(&mut documents);
    let feeds = documents.iter().filter(|fetched| fetched.wanted.aim.is_subscribed_to()).count();
    let count = documents.len();
    let unused = documents.iter_mut().filter(|fetched| fetched.is_unused()).map(|fetched| {
        fetched.findings.retain(|finding| *finding != Finding::Item(ItemFault::NoItem));
        redacted(fetched.wanted.address.as_str())
    });
    let unused = unused.collect();
    let findings = documents.into_iter().flat_map(|fetched| {
        let address = redacted(fetched.wanted.address.as_str());
        fetched.findings.into_iter().map(move |finding| (address.clone(), finding))
    });
    Ok(Verified { feeds, documents: count, findings: findings.collect(), unused, left_out })
}

/// A page that announces JSON announces a feed, if the JSON is one.
fn acquit_pages(documents: &mut [Fetched]) {
    let json = documents.iter().filter(|fetched| fetched.wanted.aim == Aim::FeedOrJson);
    let named_by: HashSet<Url> = json.filter_map(|fetched| fetched.wanted.named_by.clone()).collect();
    for page in documents.iter_mut().filter(|fetched| named_by.contains(&fetched.from)) {
        page.findings.retain(|finding| *finding != Finding::Form(FormFault::NoFeeds));
    }
}

/// Fetches what is wanted, and what that leads to, each once; on the site of an address as whom that names. How many were left out.
///
/// # Errors
/// A signal to stop.
fn fetch(
    visitor: Visitor<'_>,
    address: &Url,
    mut wanted: Vec<Wanted>,
    documents: &mut Vec<Fetched>,
) -> Result<usize, Error> {
    let limit = visitor.access.documents.saturating_mul(FEEDS);
    let mut seen: HashSet<Url> = documents.iter().map(|fetched| fetched.wanted.address.clone()).collect();
    let mut hosts: HashSet<String> = HashSet::new();
    let mut left_out = 0;
    while !wanted.is_empty() {
        wanted.retain(|wanted| seen.insert(wanted.address.clone()));
        left_out += wanted.len();
        wanted.retain(|wanted| wanted.depth < visitor.access.documents);
        wanted.truncate(limit.saturating_sub(documents.len()));
        for wanted in &mut wanted {
            let host = wanted.address.host_str().unwrap_or_default();
            wanted.asks_plain =
                wanted.aim == Aim::Any || wanted.aim.is_subscribed_to() && hosts.insert(host.to_owned());
        }
        let mut fetched = round::visit_all(visitor, std::mem::take(&mut wanted));
        interrupt::check()?;
        for wanted in fetched.iter_mut().flat_map(|fetched| &mut fetched.leads_to) {
            wanted.address.set_fragment(None);
            net::take_user(&mut wanted.address, address);
        }
        left_out -= fetched.len();
        left_out += fetched.iter().map(|fetched| fetched.left_out).sum::<usize>();
        wanted.extend(fetched.iter().flat_map(|fetched| fetched.leads_to.clone()));
        documents.extend(fetched);
    }
    Ok(left_out)
}
