//! One issue on the web.

mod link;

use url::Url;

use super::text::{FoundTexts, Text};
use crate::error::Error;
use crate::net::{self, Access, Download, Failure, Request};
pub use link::Answer;
pub(super) use link::{ask, link_agent};

/// The issue at an address. Its name is `name`: the address without secrets. If the network fails, gives the last good
/// copy and a notice that says so.
///
/// # Errors
/// A server that fails when there is no copy of its issue, an answer that can't be an issue, and a cache that can't be
/// written.
pub(super) fn text(name: &str, address: &Url, access: &Access) -> Result<FoundTexts, Error> {
    let agent = net::agent(address.scheme() == "https", access);
    let accept = "text/markdown, text/plain;q=0.9, */*;q=0.5";
    let request = Request { address, shown: name, accept, check };
    let (Download { bytes, .. }, notice) = net::fetch(&agent, &request, access)?;
    let texts = vec![Text::new(name, bytes)];
    Ok(FoundTexts { texts, notices: notice.into_iter().collect(), ..FoundTexts::default() })
}

/// Fails if an answer can't be an issue.
fn check(kind: &str, _: &Download) -> Result<(), Failure> {
    if kind.starts_with("text/html") || kind.starts_with("application/xhtml") {
        return Err(Failure::Permanent(
            "this is a web page; give the address of its Markdown text (forges link it as \"Raw\")".into(),
        ));
    }
    Ok(())
}
