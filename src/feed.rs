//! Feeds: which items each holds, in which order, and how many of them.

use std::sync::Arc;

use crate::config::Site;
use crate::item::{Item, Listing};
use crate::language::Language;
use crate::section::Section;

/// A feed: names, and which items belong to it. It comes in every format, with archives, a digest and a page.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Names its files.
    pub slug: String,
    /// Its name on the site.
    pub title: String,
    /// What its documents say of it.
    pub about: About,
    /// Names its digest's files.
    pub digest_slug: String,
    /// What its digest's documents say of it.
    pub digest: About,
    /// How many items its documents hold at most, where two issues don't hold more.
    pub limit: usize,
    /// Which items it holds.
    pub matches: Match,
}

/// What a document says of itself.
#[derive(Debug, Clone)]
pub struct About {
    /// The feed's name with the newsletter's. Atom `title`, RSS `title`, JSON `title`.
    pub title: String,
    /// One sentence. Atom `subtitle`, RSS `description`, JSON `description`.
    pub description: String,
}

/// Which items a feed holds.
#[derive(Debug, Clone)]
pub enum Match {
    /// All of them.
    Everything,
    /// Those of a section.
    Section(Arc<Section>),
}

/// The slug of the feed of everything.
pub const ALL: &str = "all";

/// How many issues a digest holds.
pub const DIGEST: usize = 10;

/// How many issues a feed holds at least, whatever their length.
const ISSUES: usize = 2;

/// The limit of the feed of everything: Feedbin reads the first 300 items of a document.
const LIMIT_ALL: usize = 300;

/// The limit of any other feed: Liferea and feed2toot remember 100 items.
const LIMIT: usize = 100;

impl Feed {
    /// Whether an item belongs to the feed.
    pub fn holds(&self, item: &Item) -> bool {
        match &self.matches {
            Match::Everything => true,
            Match::Section(section) => item.sections.iter().any(|of| of.slug == section.slug),
        }
    }

    fn everything(site: &Site) -> Self {
        let newsletter = &site.title;
        let (title, digest, [description, digest_description]) = match site.language() {
            Language::Chinese => (
                "全部",
                "每期一条",
                [format!("《{newsletter}》的全部补丁，每个补丁一条"), format!("《{newsletter}》的目录，每期一条")],
            ),
            Language::English => (
                "Everything",
                "weekly digest",
                [
                    format!("Every patch of {newsletter}, one item a patch"),
                    format!("The contents of {newsletter}, one item an issue"),
                ],
            ),
        };
        Self {
            slug: ALL.to_owned(),
            title: title.to_owned(),
            about: About { title: newsletter.clone(), description },
            digest_slug: "digest".to_owned(),
            digest: About { title: format!("{newsletter} · {digest}"), description: digest_description },
            limit: LIMIT_ALL,
            matches: Match::Everything,
        }
    }

    fn of_section(section: &Arc<Section>, site: &Site) -> Self {
        let (newsletter, title) = (&site.title, &section.title);
        let (digest, [description, digest_description]) = match site.language() {
            Language::Chinese => (
                "每期一条",
                [
                    format!("《{newsletter}》“{title}”栏目的补丁，每个补丁一条"),
                    format!("《{newsletter}》“{title}”栏目的目录，每期一条"),
                ],
            ),
            Language::English => (
                "weekly digest",
                [
                    format!("The patches of {newsletter}: {title}, one item a patch"),
                    format!("The contents of {newsletter}: {title}, one item an issue"),
                ],
            ),
        };
        Self {
            slug: section.slug.clone(),
            title: title.clone(),
            about: About { title: format!("{title} · {newsletter}"), description },
            digest_slug: format!("{}-digest", section.slug),
            digest: About { title: format!("{title} · {newsletter} · {digest}"), description: digest_description },
            limit: LIMIT,
            matches: Match::Section(Arc::clone(section)),
        }
    }
}

/// The feeds of a newsletter: everything, then each section that has an item, in the table's order.
pub fn feeds(listings: &[Listing], site: &Site) -> Vec<Feed> {
    let mut sections = sections(listings);
    sections.sort_by_key(|section| site.sections.rank(section));
    let of_sections = sections.into_iter().map(|section| Feed::of_section(section, site));
    std::iter::once(Feed::everything(site)).chain(of_sections).collect()
}

/// The sections that have an item, in the order in which they come.
pub fn sections(listings: &[Listing]) -> Vec<&Arc<Section>> {
    let mut sections: Vec<&Arc<Section>> = Vec::new();
    for section in listings.iter().flat_map(|listing| &listing.items).flat_map(|item| &item.sections) {
        if !sections.iter().any(|known| known.slug == section.slug) {
            sections.push(section);
        }
    }
    sections
}

/// How many of a feed's issues, newest first, its documents hold, given how many items each has in it.
///
/// Feeds are cut between issues: the newest two whole, then older ones while the limit isn't passed. A new issue in
/// front never brings back one that had dropped out.
pub fn window(counts: &[usize], limit: usize) -> usize {
    let mut total = 0;
    counts
        .iter()
        .enumerate()
        .take_while(|(at, count)| {
            total += **count;
            *at < ISSUES || total <= limit
        })
        .count()
}
