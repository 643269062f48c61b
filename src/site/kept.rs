//! The feeds that a site already has.

use std::collections::HashSet;

use crate::error::Error;
use crate::facts::newsletter::Newsletter;
use crate::feed::{Feed, Kept};
use crate::write::page;

/// The pages that aren't a feed's.
const OTHERS: [&str; 2] = ["index", "search"];

/// The feeds of a newsletter, besides those that are `made`, whose files an earlier build made and nobody has taken away since. `read` gives the text of
/// a file of the site, or none if it isn't there.
///
/// # Errors
/// Those of `read`.
pub fn kept(
    newsletter: &Newsletter,
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
            kept.push(Kept {
                slug: slug.to_owned(),
                title: title(&page, newsletter).unwrap_or_else(|| slug.to_owned()),
            });
        }
    }
    Ok(kept)
}

/// The title of a feed, as its page has it: `RISC-V · newsletter`.
fn title(page: &str, newsletter: &Newsletter) -> Option<String> {
    let title = page::title_of(page)?;
    let name = title.strip_suffix(&newsletter.title).and_then(|title| title.strip_suffix(" · "));
    let name = name.or_else(|| Some(title.rsplit_once(" · ")?.0)); // the newsletter may have been renamed
    name.map(str::to_owned)
}
