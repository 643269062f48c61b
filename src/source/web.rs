//! One issue on the web.

mod copy;
mod fetch;

use url::Url;

use super::access::Access;
use super::cache;
use super::text::{At, Text};
use crate::error::Error;

/// The issue at an address. Its name is `name`: the address without secrets. If the network fails, gives the last good
/// copy and a notice that says so.
///
/// # Errors
/// A server that fails when there is no copy of its issue, an answer that can't be an issue, and a cache that can't be
/// written.
pub(super) fn text(name: String, address: &Url, access: &Access) -> Result<(Text, Option<String>), Error> {
    let cache = cache::open(address.as_str(), &name, access)?;
    let known = copy::info(&cache);
    let fetched = match fetch::fetch(address, &name, known.as_ref(), access) {
        Ok(Some((info, body))) => Ok(copy::replace(&cache, &info, &body)?),
        Ok(None) => Ok(copy::confirm(&cache)?),
        Err(failure) => Err(failure),
    };
    let kept = known.map(|_| copy::path(&cache));
    let (path, notice) = cache::or_copy(&name, fetched, kept, &copy::stamp(&cache))?;
    Ok((Text { name, at: At::File(path) }, notice))
}
