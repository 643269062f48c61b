//! Reads a feed back from the JSON Feed documents of a site.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::Error;

/// What a bot reads of a JSON Feed document (JSON Feed 1.1, "Top-level").
#[derive(Deserialize)]
struct FeedDocument {
    /// The document's own address: the site's address, then the document's path.
    feed_url: String,
    /// The address of the next older archive.
    #[serde(default)]
    next_url: Option<String>,
    items: Vec<Box<RawValue>>,
}

/// Reads all items of the feed `slug`, newest first, archives included. Returns `None` if the site has no such feed.
///
/// `read` returns the text of a file by its path below the site's folder, or `None` if there is no such file.
///
/// # Errors
/// Any error of `read`, a document that isn't a JSON Feed, or an archive that is missing.
pub fn items(
    slug: &str,
    read: &dyn Fn(&str) -> Result<Option<String>, Error>,
) -> Result<Option<Vec<Box<RawValue>>>, Error> {
    let first = format!("{slug}.json");
    let Some(text) = read(&first)? else { return Ok(None) };
    let (mut all, mut next) = parse(&first, &text)?;
    let mut visited = HashSet::from([first]); // archives that link to each other in a circle must not hang a bot
    while let Some(path) = next.filter(|path| visited.insert(path.clone())) {
        let Some(text) = read(&path)? else {
            return Err(Error { subject: path, cause: "this archive is missing; build the site again".to_owned() });
        };
        let (items, older) = parse(&path, &text)?;
        all.extend(items);
        next = older;
    }
    Ok(Some(all))
}

/// Parses the document at `path`. Returns its items, and the path of the next older document.
fn parse(path: &str, text: &str) -> Result<(Vec<Box<RawValue>>, Option<String>), Error> {
    let document: FeedDocument = serde_json::from_str(text).map_err(|err| Error {
        subject: path.to_owned(),
        cause: format!("this isn't a JSON Feed ({err}); build the site again"),
    })?;
    let site = document.feed_url.strip_suffix(path).unwrap_or_default();
    let next = document.next_url.as_deref().and_then(|url| url.strip_prefix(site));
    Ok((document.items, next.map(str::to_owned)))
}
