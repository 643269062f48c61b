//! The feeds that a site already has.

use std::collections::HashSet;

use crate::error::Error;
use crate::feed::{Feed, Kept};
use crate::markdown;
use crate::text;

/// The pages that aren't a feed's.
const OTHERS: [&str; 2] = ["index", "search"];

/// The feeds, besides those that are `made`, whose files an earlier build made and nobody has taken away since. `read` gives the text of
/// a file of the site, or none if it isn't there.
///
/// # Errors
/// Those of `read`.
pub fn kept(
    made: &[Feed],
    paths: &[String],
    read: &dyn Fn(&str) -> Result<Option<String>, Error>,
) -> Result<Vec<Kept>, Error> {
    let made: HashSet<&str> = made.iter().map(|feed| feed.slug.as_str()).chain(OTHERS).collect();
    let mut kept = Vec::new();
    for path in paths {
        let Some(slug) = path.strip_suffix(".html").filter(|slug| !slug.contains('/') && !made.contains(slug)) else {
            continue;
        };
        if let Some(page) = read(path)? {
            kept.push(Kept { slug: slug.to_owned(), title: title(&page).unwrap_or_else(|| slug.to_owned()) });
        }
    }
    Ok(kept)
}

/// The title of a feed, as its page has it: `<title>RISC-V · newsletter</title>`.
fn title(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("<title>")?;
    let (title, _) = rest.split_once("</title>")?;
    let title = title.rsplit_once(" · ").map_or(title, |(title, _)| title);
    Some(text::one_line(&markdown::decode(title, false))).filter(|title| text::is_visible(title))
}
