//! The list of feeds: everything, the sections, the custom feeds. It is known before anything is written.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use super::address::FeedAddress;
use super::condition::Conditions;
use super::model::{About, Feed, Match, OwnFeed};
use super::window::Window;
use crate::facts::language::Language;
use crate::facts::newsletter::Newsletter;
use crate::facts::section::Section;
use crate::facts::slug;
use crate::item::{self, Listing};

/// The slug of the feed of everything.
pub const ALL: &str = "all";

/// The slug of its digest, and the end of all other digests' slugs.
const DIGEST: &str = "digest";

/// The feeds of a newsletter, in the order in which they are listed.
///
/// # Errors
/// A custom feed that has the slug of a section, in words.
pub fn list(
    newsletter: &Newsletter,
    own: &[OwnFeed],
    window: &Window,
    listings: &[Listing],
) -> Result<Vec<Feed>, String> {
    let mut feeds = vec![everything(newsletter, window)];
    for section in sections(newsletter, listings) {
        feeds.push(part(&section.slug, &section.title, Match::Section(Arc::clone(section)), newsletter, window));
    }
    for own in own {
        if feeds.iter().any(|feed| feed.slug == own.slug) {
            return Err(format!("[[feed]] {:?}: a section has this slug; choose another", own.slug));
        }
        let matches = Match::Conditions(Box::new(own.conditions.clone()));
        feeds.push(part(&own.slug, &own.title, matches, newsletter, window));
    }
    Ok(feeds)
}

/// A feed that a site already has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Names its files.
    pub slug: String,
    /// Its name on the site.
    pub title: String,
}

/// Adds the feeds that a site has and that nothing makes any more, as empty ones: a feed's address answers for ever.
pub fn keep(feeds: &mut Vec<Feed>, kept: Vec<Kept>, newsletter: &Newsletter, window: &Window) {
    let made: HashSet<String> = feeds.iter().map(|feed| feed.slug.clone()).collect();
    for Kept { slug, title } in kept {
        if slug::check(&slug).is_ok() && !made.contains(&slug) {
            let section = Arc::new(Section { slug: slug.clone(), title: title.clone(), known: false, shape: None });
            feeds.push(part(&slug, &title, Match::Section(section), newsletter, window));
        }
    }
}

/// The feed that an address describes, of all `listings`. Its name says what it asks for.
pub(crate) fn addressed(
    address: &FeedAddress,
    conditions: Conditions,
    newsletter: &Newsletter,
    window: &Window,
    listings: &[Listing],
) -> Feed {
    let language = newsletter.language();
    let words = address.words(language, listings);
    let title = if words.is_empty() { language.pick("全部", "Everything").to_owned() } else { words };
    let slug = format!("feed?{}", address.page(None).query());
    let mut feed = part(&slug, &title, Match::Conditions(Box::new(conditions)), newsletter, window);
    let (one, many) = newsletter.nouns(language);
    feed.about.description = match language {
        Language::Chinese => format!("《{}》里符合条件的{one}：{title}", newsletter.title),
        Language::English => format!("Those {many} of {} that meet: {title}", newsletter.title),
    };
    feed
}

/// The sections that items stand in, each as the oldest issue has it.
fn sections<'a>(newsletter: &Newsletter, listings: &'a [Listing]) -> Vec<&'a Arc<Section>> {
    let mut by_slug: BTreeMap<&str, &Arc<Section>> = BTreeMap::new();
    for section in listings.iter().flat_map(|listing| &listing.items).flat_map(|item| &item.sections) {
        by_slug.entry(&section.slug).or_insert(section);
    }
    let mut sections: Vec<&Arc<Section>> = by_slug.into_values().collect();
    sections.sort_by_cached_key(|section| newsletter.sections.rank(section));
    sections
}

fn about(newsletter: &Newsletter, slug: &str, title: String, description: String) -> About {
    let name = format!("{}#patchfeed/{slug}", newsletter.address);
    About { id: item::urn(Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())), title, description }
}

/// The feed of everything.
fn everything(newsletter: &Newsletter, window: &Window) -> Feed {
    let name = &newsletter.title;
    let (one, _) = newsletter.nouns(newsletter.language());
    let (title, digest, description, contents) = match newsletter.language() {
        Language::Chinese => {
            ("全部", "每期一条", format!("《{name}》的全部{one}，每个{one}一条"), format!("《{name}》的目录，每期一条"))
        }
        Language::English => (
            "Everything",
            "weekly digest",
            format!("Every {one} of {name}, one item per {one}"),
            format!("The contents of {name}, one item per issue"),
        ),
    };
    Feed {
        slug: ALL.to_owned(),
        title: title.to_owned(),
        about: about(newsletter, ALL, name.clone(), description),
        digest_slug: DIGEST.to_owned(),
        digest: about(newsletter, DIGEST, format!("{name} · {digest}"), contents),
        limit: window.all,
        matches: Match::Everything,
    }
}

/// The feed of a part of the newsletter.
fn part(slug: &str, title: &str, matches: Match, newsletter: &Newsletter, window: &Window) -> Feed {
    let name = &newsletter.title;
    let (one, many) = newsletter.nouns(newsletter.language());
    let (digest, description, contents) = match newsletter.language() {
        Language::Chinese => (
            "每期一条",
            format!("《{name}》“{title}”栏目的{one}，每个{one}一条"),
            format!("《{name}》“{title}”栏目的目录，每期一条"),
        ),
        Language::English => (
            "weekly digest",
            format!("The {many} of {name}: {title}, one item per {one}"),
            format!("The contents of {name}: {title}, one item per issue"),
        ),
    };
    let digest_slug = format!("{slug}-{DIGEST}");
    Feed {
        slug: slug.to_owned(),
        title: title.to_owned(),
        about: about(newsletter, slug, format!("{title} · {name}"), description),
        digest: about(newsletter, &digest_slug, format!("{title} · {name} · {digest}"), contents),
        digest_slug,
        limit: window.items,
        matches,
    }
}
