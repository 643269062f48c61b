//! A feed in the folder of a built site, read back from its JSON Feed documents.

use std::collections::HashSet;

use super::json::{JsonDocument, parse};
use super::model::PublishedFeed;
use crate::error::Error;

/// Reads all of the feed `slug`, archives included. Returns `None` if the site has no such feed.
///
/// `read` returns the text of a file by its path below the site's folder, or `None` if there is no such file.
///
/// # Errors
/// Any error of `read`, a document that isn't a JSON Feed, or an archive that is missing.
pub fn of_site(
    slug: &str,
    read: &dyn Fn(&str) -> Result<Option<String>, Error>,
) -> Result<Option<PublishedFeed>, Error> {
    let first = format!("{slug}.json");
    let Some(text) = read(&first)? else { return Ok(None) };
    let document = document(&first, &text)?;
    let mut next = older(&first, &document);
    let JsonDocument { title, language, items, .. } = document;
    let mut published = PublishedFeed { title: title.unwrap_or_default(), language, items, notices: Vec::new() };
    let mut visited = HashSet::from([first]); // archives that link to each other in a circle must not hang a bot
    while let Some(path) = next.filter(|path| visited.insert(path.clone())) {
        let Some(text) = read(&path)? else {
            return Err(Error { subject: path, cause: "this archive is missing; build the site again".to_owned() });
        };
        let document = self::document(&path, &text)?;
        next = older(&path, &document);
        published.items.extend(document.items);
    }
    Ok(Some(published))
}

/// Parses the document at `path`.
fn document(path: &str, text: &str) -> Result<JsonDocument, Error> {
    parse(text.as_bytes()).map_err(|err| Error::new(path, format!("{err}; build the site again")))
}

/// The path of the next older document, if the document at `path` names one on the site.
fn older(path: &str, document: &JsonDocument) -> Option<String> {
    let site = document.feed_url.as_deref()?.strip_suffix(path).unwrap_or_default();
    document.next_url.as_deref()?.strip_prefix(site).map(str::to_owned)
}
