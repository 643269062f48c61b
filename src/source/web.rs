//! One issue on the web.

mod copy;
mod fetch;
mod link;
mod words;

use url::Url;

use super::access::Access;
use super::cache;
use super::text::{FoundTexts, Text};
use crate::error::Error;
pub use link::Answer;
pub(super) use link::{ask, link_agent};

/// The issue at an address. Its name is `name`: the address without secrets. If the network fails, gives the last good
/// copy and a notice that says so.
///
/// # Errors
/// A server that fails when there is no copy of its issue, an answer that can't be an issue, and a cache that can't be
/// written.
pub(super) fn text(name: &str, address: &Url, access: &Access) -> Result<FoundTexts, Error> {
    let cache = cache::open(address.as_str(), name, access)?;
    let (known, kept) = copy::read(&cache, access.size).unzip();
    let fetched = match fetch::fetch(address, name, known.as_ref(), access) {
        Ok(Some((info, body))) => {
            copy::replace(&cache, &info, &body)?;
            Ok(Some(body))
        }
        Ok(None) => {
            copy::confirm(&cache)?;
            Ok(None)
        }
        Err(failure) => Err(failure),
    };
    let copy = kept.is_some().then_some(None);
    let (body, notice) = cache::or_copy(name, fetched, copy, &copy::stamp(&cache))?;
    let texts = body.or(kept).map(|body| Text::new(name, body));
    Ok(FoundTexts {
        texts: texts.into_iter().collect(),
        notices: notice.into_iter().collect(),
        ..FoundTexts::default()
    })
}
