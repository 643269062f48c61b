//! The site that a folder has before a build: whose it is, and what of it stays.

use std::collections::HashSet;
use std::path::Path;

use patchfeed::config::Config;
use patchfeed::error::Error;
use patchfeed::facts::newsletter::Newsletter;
use patchfeed::feed::{Feed, Kept};
use patchfeed::files;
use patchfeed::net::is_here;
use patchfeed::publish::{Owner, Publication};
use patchfeed::site::{self, Unseen};
use patchfeed::source::sample;
use url::Url;

/// Whose site a folder has.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// This newsletter's, or nobody's.
    This,
    /// The sample's, which gives way to any.
    Sample,
    /// That of a newsletter with this title.
    Another(String),
}

/// Whose site the folder has. A newsletter may get another title, or another address, but not both at once. Where its issues don't
/// tell its address, that of the site stands in for it, which says nothing.
pub(super) fn host(publication: &Publication, config: &Config, newsletter: &Newsletter) -> Host {
    let Some(Owner { title, address, .. }) = publication.owner() else { return Host::This };
    let is_sample = newsletter.title == sample::TITLE;
    let is_told = newsletter.address != config.base_url;
    let same_address = is_told && *address == newsletter.address.as_str();
    if *title == newsletter.title || same_address || !is_told && config.newsletter.title.is_some() {
        Host::This
    } else if title == sample::TITLE && !is_sample {
        Host::Sample
    } else {
        Host::Another(title.clone())
    }
}

/// Fails if a build would replace another newsletter's site, or make one that has an address of its own a site for this machine alone.
///
/// # Errors
/// Either of these.
pub(super) fn check(host: &Host, publication: &Publication, config: &Config, is_told: bool) -> Result<(), Error> {
    if let Host::Another(title) = host {
        let cause = format!(
            "the site of 《{title}》 is here, so nothing was changed; choose another folder with --out, or say --force to replace it"
        );
        return Err(Error::at(&config.out, &cause));
    }
    match publication.owner() {
        Some(Owner { base_url, .. }) if !is_told && is_elsewhere(base_url) => {
            let cause = format!(
                "this site was built for {base_url}, and would be for {} now, so nothing was changed; say --base-url {base_url}, \
                 or --force",
                config.base_url
            );
            Err(Error::at(&config.out, &cause))
        }
        _ => Ok(()),
    }
}

/// Whether an address is one that readers on other machines may have.
fn is_elsewhere(base_url: &str) -> bool {
    Url::parse(base_url).is_ok_and(|url| !is_here(&url))
}

/// Those of the feeds that stay, by slug and title, which had items until now.
pub(super) fn newly_silent(kept: &[Kept], publication: &Publication) -> Vec<String> {
    let had_items = |kept: &&Kept| {
        let (archives, paths) = (format!("archive/{}/", kept.slug), publication.earlier_paths());
        let first = paths.partition_point(|path| *path < archives); // they are sorted
        paths.get(first).is_some_and(|path| path.starts_with(&archives))
    };
    kept.iter().filter(had_items).map(|kept| format!("{} ({})", kept.slug, kept.title)).collect()
}

/// The feeds that the folder's site has besides those that are made.
pub(super) fn feeds(
    newsletter: &Newsletter,
    made: &[Feed],
    publication: &Publication,
    out: &Path,
) -> Result<Vec<Kept>, Error> {
    site::kept(newsletter, made, publication.earlier_paths(), &|path| {
        files::read_text(&out.join(path)).map_err(|err| Error::at(&out.join(path), &err))
    })
}

/// The issues that came late: the folder had a site without them, and some of their items are too old for the feeds.
pub(super) fn late(mut unseen: Vec<Unseen>, publication: &Publication) -> Vec<Unseen> {
    let earlier: HashSet<&str> = publication.earlier_paths().iter().map(String::as_str).collect();
    unseen.retain(|unseen| !earlier.is_empty() && !earlier.contains(unseen.archive.as_str()));
    unseen
}
