//! Which feed is posted to a target, and where it comes from.

use patchfeed::config::Config;
use patchfeed::error::Error;
use patchfeed::net::redacted;
use patchfeed::post::Target;

use super::options::Post;

/// Where the feed of a target comes from.
pub(super) fn source(target: &Target, options: &Post, config: &Config) -> Result<String, Error> {
    if let Some(address) = target.feed.as_ref().filter(|feed| feed.contains("://")) {
        return Ok(address.clone());
    }
    let slug = target.feed.as_deref();
    match (options.source.as_ref(), &config.issues[..]) {
        (Some(source), _) => match slug.filter(|slug| is_another_feed(source, slug)) {
            None => Ok(source.clone()),
            Some(slug) => Err(Error::new(
                &target.name,
                format!(
                    "{} is one feed, but {slug:?} is wanted; give the site's folder, or write the feed's address",
                    redacted(source)
                ),
            )),
        },
        (None, [source]) => Ok(source.clone()),
        (None, [_, _, ..]) => {
            let cause = "the configuration has several sources; build a site of them, and give its folder";
            Err(Error::new(&target.name, cause))
        }
        (None, []) => Err(Error::new(
            &target.name,
            match slug {
                Some(slug) => format!(
                    "{slug:?} is a feed of which site? Give the folder of the site, or write the feed's address"
                ),
                None => "which feed is it? Give the address of one, or the folder of a site".to_owned(),
            },
        )),
    }
}

/// Whether a source is the address of a feed with another name.
fn is_another_feed(source: &str, slug: &str) -> bool {
    let path = source.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = ["json", "atom", "rss"].iter().find_map(|ending| name.strip_suffix(ending)?.strip_suffix('.'));
    source.contains("://") && stem.is_some_and(|stem| stem != slug)
}

/// The slug of the feed of a target, unless the feed is named by its address.
pub(super) fn feed_of<'a>(target: &'a Target, options: &'a Post) -> Option<&'a str> {
    let of_target = target.feed.as_deref().filter(|feed| !feed.contains("://"));
    options.feed.as_deref().or(of_target)
}
