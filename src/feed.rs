//! Feeds: which items each holds, in which order, and how many of them.

use std::sync::Arc;

use uuid::Uuid;

use crate::condition::Conditions;
use crate::config::{OwnFeed, Site};
use crate::item::{self, Item};
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
    /// How many items its documents hold at most, where the issues that they hold at least don't hold more.
    pub limit: usize,
    /// Which items it holds.
    pub matches: Match,
}

/// What a document says of itself.
#[derive(Debug, Clone)]
pub struct About {
    /// It stays when the site moves, and is that of the feed's archives too. Atom `id`.
    pub id: String,
    /// The feed's name with the newsletter's. Atom `title`, RSS `title`, JSON `title`.
    pub title: String,
    /// One sentence. Atom `subtitle`, RSS `description`, JSON `description`.
    pub description: String,
}

impl About {
    fn new(site: &Site, slug: &str, title: String, description: String) -> Self {
        let name = format!("{}#patchfeed/{slug}", site.address);
        Self { id: item::urn(Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())), title, description }
    }
}

/// Which items a feed holds.
#[derive(Debug, Clone)]
pub enum Match {
    /// All of them.
    Everything,
    /// Those of a section.
    Section(Arc<Section>),
    /// Those that meet conditions of the configuration.
    Conditions(Box<Conditions>),
}

/// The slug of the feed of everything.
pub const ALL: &str = "all";

/// The slug of its digest, and the end of all other digests' slugs.
const DIGEST: &str = "digest";

impl Feed {
    /// Whether an item belongs to the feed.
    pub fn holds(&self, item: &Item) -> bool {
        match &self.matches {
            Match::Everything => true,
            Match::Conditions(conditions) => conditions.hold(item),
            Match::Section(section) => {
                item.sections.iter().any(|of| Arc::ptr_eq(of, section) || of.slug == section.slug)
            }
        }
    }

    /// The feed of everything.
    pub fn everything(site: &Site) -> Self {
        let newsletter = &site.title;
        let (one, _) = site.nouns();
        let (title, digest, [description, digest_description]) = match site.language() {
            Language::Chinese => (
                "全部",
                "每期一条",
                [format!("《{newsletter}》的全部{one}，每个{one}一条"), format!("《{newsletter}》的目录，每期一条")],
            ),
            Language::English => (
                "Everything",
                "weekly digest",
                [
                    format!("Every {one} of {newsletter}, one item a {one}"),
                    format!("The contents of {newsletter}, one item an issue"),
                ],
            ),
        };
        Self {
            slug: ALL.to_owned(),
            title: title.to_owned(),
            about: About::new(site, ALL, newsletter.clone(), description),
            digest_slug: DIGEST.to_owned(),
            digest: About::new(site, DIGEST, format!("{newsletter} · {digest}"), digest_description),
            limit: site.window.all,
            matches: Match::Everything,
        }
    }

    /// The feed of a section.
    pub fn of_section(section: &Arc<Section>, site: &Site) -> Self {
        Self::part(&section.slug, &section.title, Match::Section(Arc::clone(section)), site)
    }

    /// A feed of the configuration.
    pub fn own(own: &OwnFeed, site: &Site) -> Self {
        Self::part(&own.slug, &own.title, Match::Conditions(Box::new(own.conditions.clone())), site)
    }

    /// A feed of a part of the newsletter.
    fn part(slug: &str, title: &str, matches: Match, site: &Site) -> Self {
        let newsletter = &site.title;
        let (one, many) = site.nouns();
        let (digest, [description, digest_description]) = match site.language() {
            Language::Chinese => (
                "每期一条",
                [
                    format!("《{newsletter}》“{title}”栏目的{one}，每个{one}一条"),
                    format!("《{newsletter}》“{title}”栏目的目录，每期一条"),
                ],
            ),
            Language::English => (
                "weekly digest",
                [
                    format!("The {many} of {newsletter}: {title}, one item a {one}"),
                    format!("The contents of {newsletter}: {title}, one item an issue"),
                ],
            ),
        };
        let digest_slug = format!("{slug}-{DIGEST}");
        let digest_title = format!("{title} · {newsletter} · {digest}");
        Self {
            slug: slug.to_owned(),
            title: title.to_owned(),
            about: About::new(site, slug, format!("{title} · {newsletter}"), description),
            digest: About::new(site, &digest_slug, digest_title, digest_description),
            digest_slug,
            limit: site.window.items,
            matches,
        }
    }
}

/// The sections, each once.
pub fn distinct<'a>(sections: impl Iterator<Item = &'a Arc<Section>>) -> Vec<&'a Arc<Section>> {
    let mut known: Vec<&Arc<Section>> = Vec::new();
    for section in sections {
        if !known.iter().any(|known| Arc::ptr_eq(known, section) || known.slug == section.slug) {
            known.push(section);
        }
    }
    known
}

/// How many of a feed's issues, newest first, its documents hold, given how many items each has in it.
///
/// Feeds are cut between issues: the newest `issues` of them whole, then older ones while the limit isn't passed. A new issue in
/// front never brings back one that had dropped out.
pub fn window(counts: &[usize], limit: usize, issues: usize) -> usize {
    let mut total = 0;
    counts
        .iter()
        .enumerate()
        .take_while(|(at, count)| {
            total += **count;
            *at < issues || total <= limit
        })
        .count()
}
