//! A feed in the making: what its documents hold, and the files that they become.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use rayon::prelude::*;
use uuid::Uuid;

use super::{File, Holding, Line, Posting, Sink, Whole, Written, formats, issue_name};
use crate::config::Site;
use crate::diagnostic::Error;
use crate::feed::{self, About, Feed, Match};
use crate::issue::License;
use crate::item::{self, Item, SUMMARY};
use crate::text;
use crate::write::html::{self, Card, Latest, Link};
use crate::write::{Chain, FORMATS, Format, Head};

/// What one issue gives to a feed.
struct Share {
    posting: Arc<Posting>,
    items: Vec<Arc<Written>>,
    /// The slug of the issue before it that gives the feed something.
    older: Option<String>,
}

/// The items that one issue gives to a feed, for good, to be written: `archive/SLUG/ISSUE.EXTENSION`.
pub struct Archive {
    feed: Arc<Feed>,
    share: Arc<Share>,
    /// The slug of the issue after it that gives the feed something.
    newer: Option<String>,
}

/// What an issue completes, for others to do while the next issue comes.
#[derive(Default)]
pub struct Rest {
    /// Archives to be written.
    pub archives: Vec<Archive>,
    /// What feeds no longer hold. It goes with this, when nobody waits for it.
    old_shares: Vec<Arc<Share>>,
    old_digests: Vec<Contents>,
}

/// An issue, as a digest lists it.
type Contents = (Arc<Posting>, Vec<Arc<Line>>);

/// A feed with what its documents hold.
pub struct Stock {
    /// The feed.
    pub feed: Arc<Feed>,
    /// The newest issue first: those within the window, one at least.
    shares: VecDeque<Arc<Share>>,
    /// How many of the shares the feed's documents hold.
    shown: usize,
    /// The slug of the newest issue beyond the shares.
    older: Option<String>,
    /// The newest issues, the newest first, as the digest lists them.
    digest: VecDeque<Contents>,
    /// How many items each of the last issues gave, by the issues' places among all.
    counts: VecDeque<(usize, usize)>,
    /// How many items the feed has had.
    total: usize,
}

impl Stock {
    /// A feed of no issues.
    pub fn new(feed: Feed) -> Self {
        Self {
            feed: Arc::new(feed),
            shares: VecDeque::new(),
            shown: 0,
            older: None,
            digest: VecDeque::new(),
            counts: VecDeque::new(),
            total: 0,
        }
    }

    /// Takes what an issue gives to the feed, and adds to the rest what that completes: the archive of the issue before.
    pub fn add(&mut self, site: &Site, place: usize, posting: &Arc<Posting>, holding: Holding, rest: &mut Rest) {
        let Holding { items, lines } = holding;
        if items.is_empty() {
            return;
        }
        rest.archives.extend(self.archive_newest(Some(&posting.slug)));
        self.total += items.len();
        self.counts.push_back((place, items.len()));
        if self.counts.len() > html::BARS {
            self.counts.pop_front();
        }
        self.digest.push_front((Arc::clone(posting), lines));
        rest.old_digests.extend(self.digest.drain(site.window.digest.min(self.digest.len())..));
        let older = self.shares.front().map(|share| share.posting.slug.clone());
        self.shares.push_front(Arc::new(Share { posting: Arc::clone(posting), items, older }));
        let counts: Vec<usize> = self.shares.iter().map(|share| share.items.len()).collect();
        self.shown = feed::window(&counts, self.feed.limit, site.window.issues);
        let kept = self.shown.max(1); // the newest waits for its archives
        if let Some(share) = self.shares.get(kept) {
            self.older = Some(share.posting.slug.clone());
        }
        rest.old_shares.extend(self.shares.drain(kept.min(self.shares.len())..));
    }

    /// The archive of the newest issue, which the slug of a newer one completes.
    pub fn archive_newest(&self, newer: Option<&str>) -> Option<Archive> {
        let share = Arc::clone(self.shares.front()?);
        Some(Archive { feed: Arc::clone(&self.feed), share, newer: newer.map(ToOwned::to_owned) })
    }

    /// Writes `SLUG.EXTENSION`, what people subscribe to, in every format.
    pub fn subscriptions(&self, site: &Site, newest: Option<&Arc<Posting>>, sink: &Sink<'_>) -> Result<(), Error> {
        site.formats.par_iter().try_for_each(|&at| {
            let format = &FORMATS[at];
            let path = format!("{}.{}", self.feed.slug, format.extension);
            let mut head = self.head(site, &self.feed.about, &path, newest);
            let older = self.shares.get(self.shown).map(|share| &share.posting.slug).or(self.older.as_ref());
            head.chain.older = older.map(|older| site.url(&archive_path(&self.feed, format, older)));
            let shown = || self.shares.iter().take(self.shown).flat_map(|share| &share.items);
            head.empty = shown().next().is_none();
            let frame = (format.document)(&head);
            sink(&File { path: &path, pieces: &format.pieces(&frame, shown().map(|item| item.text(at))) })
        })
    }

    /// Writes `SLUG-digest.EXTENSION`, one item an issue, in every format.
    pub fn digests(&self, site: &Site, newest: Option<&Arc<Posting>>, sink: &Sink<'_>) -> Result<(), Error> {
        let items: Vec<Item> =
            self.digest.iter().map(|(posting, lines)| self.digest_item(site, posting, lines)).collect();
        formats(site).try_for_each(|(_, format)| {
            let path = format!("{}.{}", self.feed.digest_slug, format.extension);
            let mut head = self.head(site, &self.feed.digest, &path, newest);
            if let Some(item) = items.first() {
                head.updated = item.published;
            }
            head.empty = items.is_empty();
            let write = |item: &Item| {
                let mut text = String::new();
                (format.item)(&mut text, item);
                text
            };
            let written: Vec<String> = items.iter().map(write).collect();
            let frame = (format.document)(&head);
            sink(&File { path: &path, pieces: &format.pieces(&frame, written.iter().map(String::as_str)) })
        })
    }

    /// One issue as one item: its entries' titles, linked, under their sections.
    fn digest_item(&self, site: &Site, posting: &Posting, lines: &[Arc<Line>]) -> Item {
        let feed = &self.feed;
        let all = || lines.iter().map(|line| &**line);
        let count = site.language().entries(lines.len());
        let mut html = String::new();
        let own: Vec<_> = match &feed.matches {
            Match::Everything => {
                for section in feed::distinct(lines.iter().flat_map(|line| &line.sections)) {
                    html.push_str("<h3>");
                    text::escape(&mut html, &section.title);
                    html.push_str("</h3>\n");
                    push_list(&mut html, all().filter(|line| line.sections.iter().any(|of| of.slug == section.slug)));
                }
                push_list(&mut html, all().filter(|line| line.sections.is_empty()));
                Vec::new()
            }
            Match::Section(section) => {
                push_list(&mut html, all());
                vec![section.clone()]
            }
            Match::Conditions(_) => {
                push_list(&mut html, all());
                Vec::new()
            }
        };
        item::push_place(&mut html, site, std::iter::once((feed.slug.as_str(), feed.title.as_str())), &posting.issue);
        let titles: Vec<&str> = all().map(|line| line.title.as_str()).collect();
        let name = format!("patchfeed:{}\n{}\n{}", site.address, feed.digest_slug, posting.slug);
        Item {
            id: Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()),
            title: match feed.matches {
                Match::Everything => format!("{} ({count})", posting.issue.title),
                Match::Section(_) | Match::Conditions(_) => {
                    format!("{} · {} ({count})", feed.title, issue_name(site, posting))
                }
            },
            url: posting.issue.url.clone().unwrap_or_else(|| self.page_url(site)),
            published: posting.posted,
            summary: text::first_words(&format!("{count}: {}", titles.join("; ")), SUMMARY),
            text: String::new(),
            html,
            sections: own,
            issue: Arc::clone(&posting.issue),
            mail: None,
        }
    }

    /// `SLUG.html`: what the feed's documents hold, for people.
    pub fn page(&self, site: &Site, card: &Card, license: Option<&License>) -> Whole {
        let shown = self.shares.iter().take(self.shown);
        let issues: Vec<_> = shown
            .map(|share| {
                let items = share.items.iter().map(|item| &item.item).collect();
                (&*share.posting.issue, share.posting.posted, items)
            })
            .collect();
        (format!("{}.html", self.feed.slug), html::feed(site, card, &issues, license))
    }

    /// The feed as pages show it. `names` are those of the last issues, the first of which has the place `first` among all.
    pub fn card(&self, site: &Site, names: &VecDeque<String>, first: usize) -> Card {
        let held: HashMap<usize, usize> = self.counts.iter().copied().collect();
        let count = |at: usize| held.get(&(first + at)).copied().unwrap_or(0);
        let counts: Vec<(String, usize)> =
            names.iter().enumerate().map(|(at, name)| (name.clone(), count(at))).collect();
        let label = format!("{}: {}", self.feed.title, site.language().pick("各期条数", "entries per issue"));
        Card {
            slug: self.feed.slug.clone(),
            title: self.feed.title.clone(),
            full_title: self.feed.about.title.clone(),
            digest_title: self.feed.digest.title.clone(),
            links: links(site, &self.feed.slug),
            digest: links(site, &self.feed.digest_slug),
            total: self.total,
            latest: self.newest_item().map(Latest::of),
            chart: html::chart(&counts, &label),
        }
    }

    fn newest_item(&self) -> Option<&Item> {
        self.shares.front().and_then(|share| share.items.first()).map(|item| &item.item)
    }

    /// The head of a document with the feed's newest items; without any, of the newest issue of all.
    fn head(&self, site: &Site, about: &About, path: &str, newest: Option<&Arc<Posting>>) -> Head {
        match self.shares.front() {
            Some(share) => share.head(site, &self.feed, about, path),
            None => head(site, &self.feed, about, path, newest.map(|posting| (&**posting, posting.posted))),
        }
    }

    fn page_url(&self, site: &Site) -> String {
        page_url(site, &self.feed)
    }
}

impl Archive {
    /// Writes the archive's documents.
    pub fn write(&self, site: &Site, sink: &Sink<'_>) -> Result<(), Error> {
        formats(site).filter(|(_, format)| format.archives).try_for_each(|(at, format)| {
            let Self { feed, share, newer } = self;
            let path = archive_path(feed, format, &share.posting.slug);
            let mut head = share.head(site, feed, &feed.about, &path);
            head.chain = Chain {
                older: share.older.as_deref().map(|older| site.url(&archive_path(feed, format, older))),
                newer: newer.as_deref().map(|newer| site.url(&archive_path(feed, format, newer))),
                current: Some(site.url(&[&feed.slug, ".", format.extension].concat())),
            };
            let frame = (format.document)(&head);
            let pieces = format.pieces(&frame, share.items.iter().map(|item| item.text(at)));
            sink(&File { path: &path, pieces: &pieces })
        })
    }
}

impl Share {
    /// The head of a document of which these are the newest items.
    fn head(&self, site: &Site, feed: &Feed, about: &About, path: &str) -> Head {
        let updated = self.items.first().map_or(self.posting.posted, |item| item.item.published);
        head(site, feed, about, path, Some((&self.posting, updated)))
    }
}

/// The head of a document, with its newest issue and date.
fn head(
    site: &Site,
    feed: &Feed,
    about: &About,
    path: &str,
    newest: Option<(&Posting, DateTime<FixedOffset>)>,
) -> Head {
    Head {
        id: about.id.clone(),
        title: about.title.clone(),
        description: about.description.clone(),
        language: site.language.clone(),
        updated: newest.map_or_else(|| epoch(site), |(_, updated)| updated),
        license: newest.and_then(|(posting, _)| posting.issue.license.clone()),
        self_url: site.url(path),
        page_url: page_url(site, feed),
        chain: Chain::default(),
        empty: false,
    }
}

fn archive_path(feed: &Feed, format: &Format, issue: &str) -> String {
    ["archive/", &feed.slug, "/", issue, ".", format.extension].concat()
}

fn page_url(site: &Site, feed: &Feed) -> String {
    site.url(&[&feed.slug, ".html"].concat())
}

/// Appends a list of items' titles, linked; nothing where there is none.
fn push_list<'a>(html: &mut String, items: impl Iterator<Item = &'a Line>) {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return;
    }
    html.push_str("<ul>\n");
    for item in items {
        html.push_str("<li>");
        text::link(html, &item.url, &item.title);
        html.push_str("</li>\n");
    }
    html.push_str("</ul>\n");
}

fn epoch(site: &Site) -> DateTime<FixedOffset> {
    DateTime::UNIX_EPOCH.with_timezone(&site.utc_offset)
}

fn links(site: &Site, slug: &str) -> Vec<Link> {
    let link = |format: &Format| Link {
        file: format!("{slug}.{}", format.extension),
        media_type: format.media_type,
        name: format.name,
    };
    formats(site).map(|(_, format)| link(format)).collect()
}
