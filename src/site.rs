//! The site: every file that a newsletter's items make.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset};
use rayon::prelude::*;
use uuid::Uuid;

use crate::config::Site;
use crate::diagnostic::Error;
use crate::feed::{self, About, Feed, Match};
use crate::issue::License;
use crate::item::{self, Category, Item, Listing, SUMMARY};
use crate::text;
use crate::write::html::{self, Card, Latest, Link};
use crate::write::opml::{self, Outline};
use crate::write::{Chain, FORMATS, Format, Head};

/// A file of the site.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// Its path below the site's folder, parts separated by `/`.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// An item's text in every format, in the order of [`FORMATS`].
type Written = [String; FORMATS.len()];

/// What one issue gives to a feed.
struct Share<'a> {
    listing: &'a Listing,
    items: Vec<(&'a Item, &'a Written)>,
}

/// A feed with all that it holds.
struct Stock<'a> {
    site: &'a Site,
    feed: &'a Feed,
    /// The newest issue first; those that give it nothing left out.
    shares: Vec<Share<'a>>,
    /// How many of the shares its documents hold.
    shown: usize,
    /// The newest issue's time, for a feed without items.
    newest: Option<&'a Listing>,
}

/// All files of the site, in the order in which they are to appear: what a feed leads to stands before the feed.
/// `listings` are all issues, oldest first.
///
/// # Errors
/// Feeds of the configuration that can't be: see [`feed::feeds`].
pub fn files(listings: &[Listing], site: &Site) -> Result<(Vec<File>, Vec<Feed>), Error> {
    let write = |item| FORMATS.each_ref().map(|format| (format.item)(item));
    let written: Vec<Vec<Written>> =
        listings.par_iter().map(|listing| listing.items.iter().map(write).collect()).collect();
    let license = listings.last().and_then(|listing| listing.issue.license.as_ref());
    let feeds = feed::feeds(listings, site)?;
    let stocks: Vec<_> =
        feeds.par_iter().map(|feed| Stock::new(site, feed, listings, &written).files(listings, license)).collect();
    let (mut archives, mut pages, mut documents, mut cards) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (mut of_archives, mut of_feed, page, card) in stocks {
        archives.append(&mut of_archives);
        documents.append(&mut of_feed);
        pages.push(page);
        cards.push(card);
    }
    let mut files = archives;
    files.append(&mut pages);
    files.append(&mut documents);
    files.push(File { path: "feeds.opml".to_owned(), text: subscriptions(site, &feeds) });
    let search = formats(site).any(|(_, format)| format.extension == "json"); // what the search reads
    if search {
        let sections = feeds.iter().filter(|feed| matches!(feed.matches, Match::Section(_)));
        let sections = sections.map(|feed| (feed.slug.as_str(), feed.title.as_str())).collect();
        files.push(File { path: "search.html".to_owned(), text: html::search(site, sections) });
    }
    files.push(File { path: "index.html".to_owned(), text: html::index(site, &cards, search, license) });
    Ok((files, feeds))
}

impl<'a> Stock<'a> {
    fn new(site: &'a Site, feed: &'a Feed, listings: &'a [Listing], written: &'a [Vec<Written>]) -> Self {
        let share = |(listing, written): (&'a Listing, &'a Vec<Written>)| Share {
            listing,
            items: listing.items.iter().zip(written).filter(|(item, _)| feed.holds(item)).collect(),
        };
        let shares = listings.iter().zip(written).rev().map(share).filter(|share| !share.items.is_empty());
        let shares: Vec<Share<'a>> = shares.collect();
        let counts: Vec<usize> = shares.iter().map(|share| share.items.len()).collect();
        Self {
            site,
            feed,
            shown: feed::window(&counts, feed.limit, site.window.issues),
            shares,
            newest: listings.last(),
        }
    }

    /// The feed's archives, its documents with those of its digest, its page, and its card on other pages.
    fn files(&self, listings: &[Listing], license: Option<&License>) -> (Vec<File>, Vec<File>, File, Card) {
        let card = self.card(listings);
        let mut archives = Vec::new();
        let mut documents = Vec::new();
        for (at, format) in formats(self.site) {
            if format.archives {
                archives.extend((0..self.shares.len()).map(|share| self.archive(format, at, share)));
            }
            documents.push(self.subscription(format, at));
        }
        documents.extend(self.digests());
        let page = self.page(&card, license);
        (archives, documents, page, card)
    }

    /// `SLUG.EXTENSION`: what people subscribe to.
    fn subscription(&self, format: &Format, at: usize) -> File {
        let path = format!("{}.{}", self.feed.slug, format.extension);
        let mut head = self.head(&self.feed.slug, &self.feed.about, &path, self.shares.first());
        head.chain.older = self.shares.get(self.shown).map(|share| self.archive_url(format, share));
        let items: Vec<&str> = self.shares[..self.shown]
            .iter()
            .flat_map(|share| &share.items)
            .map(|(_, written)| written[at].as_str())
            .collect();
        File { text: (format.document)(&head, &items), path }
    }

    /// `archive/SLUG/ISSUE.EXTENSION`: the items of one issue, for good.
    fn archive(&self, format: &Format, at: usize, of: usize) -> File {
        let share = &self.shares[of];
        let path = self.archive_path(format, share);
        let mut head = self.head(&self.feed.slug, &self.feed.about, &path, Some(share));
        head.chain = Chain {
            older: self.shares.get(of + 1).map(|older| self.archive_url(format, older)),
            newer: of.checked_sub(1).map(|newer| self.archive_url(format, &self.shares[newer])),
            current: Some(self.site.url(&format!("{}.{}", self.feed.slug, format.extension))),
        };
        let items: Vec<&str> = share.items.iter().map(|(_, written)| written[at].as_str()).collect();
        File { text: (format.document)(&head, &items), path }
    }

    fn archive_path(&self, format: &Format, share: &Share<'_>) -> String {
        format!("archive/{}/{}.{}", self.feed.slug, share.listing.slug, format.extension)
    }

    fn archive_url(&self, format: &Format, share: &Share<'_>) -> String {
        self.site.url(&self.archive_path(format, share))
    }

    /// `SLUG-digest.EXTENSION` in every format: one item an issue.
    fn digests(&self) -> impl Iterator<Item = File> {
        let items: Vec<Item> =
            self.shares.iter().take(self.site.window.digest).map(|share| self.digest_item(share)).collect();
        formats(self.site).map(move |(_, format)| {
            let path = format!("{}.{}", self.feed.digest_slug, format.extension);
            let mut head = self.head(&self.feed.digest_slug, &self.feed.digest, &path, self.shares.first());
            if let Some(item) = items.first() {
                head.updated = item.published;
            }
            let written: Vec<String> = items.iter().map(|item| (format.item)(item)).collect();
            let text = (format.document)(&head, &written.iter().map(String::as_str).collect::<Vec<_>>());
            File { path, text }
        })
    }

    /// One issue as one item: its entries' titles, linked, under their sections.
    fn digest_item(&self, share: &Share<'_>) -> Item {
        let Self { site, feed, .. } = self;
        let listing = share.listing;
        let items = || share.items.iter().map(|(item, _)| *item);
        let count = site.language().entries(share.items.len());
        let mut html = String::new();
        let own: Vec<_> = match &feed.matches {
            Match::Everything => {
                for section in feed::sections(std::slice::from_ref(listing)) {
                    html.push_str("<h3>");
                    text::escape(&mut html, &section.title);
                    html.push_str("</h3>\n");
                    push_list(&mut html, items().filter(|item| item.sections.iter().any(|of| of.slug == section.slug)));
                }
                push_list(&mut html, items().filter(|item| item.sections.is_empty()));
                Vec::new()
            }
            Match::Section(section) => {
                push_list(&mut html, items());
                vec![section.clone()]
            }
            Match::Conditions(_) => {
                push_list(&mut html, items());
                Vec::new()
            }
        };
        item::push_place(&mut html, site, std::iter::once((feed.slug.as_str(), feed.title.as_str())), &listing.issue);
        let titles: Vec<&str> = items().map(|item| item.title.as_str()).collect();
        let name = format!("patchfeed:{}\n{}\n{}", site.address, feed.digest_slug, listing.slug);
        Item {
            id: item::urn(Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())),
            title: match feed.matches {
                Match::Everything => format!("{} ({count})", listing.issue.title),
                Match::Section(_) | Match::Conditions(_) => {
                    format!("{} · {} ({count})", feed.title, self.issue_name(listing))
                }
            },
            url: listing.issue.url.clone().unwrap_or_else(|| self.page_url()),
            published: listing.posted,
            summary: text::first_words(&format!("{count}: {}", titles.join("; ")), SUMMARY),
            text: String::new(),
            html,
            author: listing.editor.clone(),
            categories: own.iter().map(|own| Category { term: own.slug.clone(), label: own.title.clone() }).collect(),
            sections: own,
            issue: listing.issue.clone(),
            mail: None,
        }
    }

    /// `SLUG.html`: what the feed's documents hold, for people.
    fn page(&self, card: &Card, license: Option<&License>) -> File {
        let issues: Vec<_> = self.shares[..self.shown]
            .iter()
            .map(|share| {
                (&share.listing.issue, share.listing.posted, share.items.iter().map(|(item, _)| *item).collect())
            })
            .collect();
        File { path: format!("{}.html", self.feed.slug), text: html::feed(self.site, card, &issues, license) }
    }

    fn card(&self, listings: &[Listing]) -> Card {
        let held: HashMap<&str, usize> =
            self.shares.iter().map(|share| (share.listing.slug.as_str(), share.items.len())).collect();
        let count = |listing: &Listing| held.get(listing.slug.as_str()).copied().unwrap_or(0);
        let counts: Vec<(String, usize)> =
            listings.iter().map(|listing| (self.issue_name(listing), count(listing))).collect();
        let label = format!("{}: {}", self.feed.title, self.site.language().pick("各期条数", "entries per issue"));
        Card {
            slug: self.feed.slug.clone(),
            title: self.feed.title.clone(),
            full_title: self.feed.about.title.clone(),
            digest_title: self.feed.digest.title.clone(),
            links: links(self.site, &self.feed.slug),
            digest: links(self.site, &self.feed.digest_slug),
            total: self.shares.iter().map(|share| share.items.len()).sum(),
            latest: self.shares.first().and_then(|share| share.items.first()).map(|(item, _)| Latest::of(item)),
            chart: html::chart(&counts, &label),
        }
    }

    /// The head of a document whose newest items are those of `share`.
    fn head(&self, slug: &str, about: &About, path: &str, share: Option<&Share<'_>>) -> Head {
        let newest_item = share.and_then(|share| share.items.first()).map(|(item, _)| item.published);
        let newest = share.map(|share| share.listing).or(self.newest);
        Head {
            id: feed_id(self.site, slug),
            title: about.title.clone(),
            description: about.description.clone(),
            language: self.site.language.clone(),
            updated: newest_item.or(newest.map(|listing| listing.posted)).unwrap_or_else(|| epoch(self.site)),
            license: newest.and_then(|listing| listing.issue.license.clone()),
            self_url: self.site.url(path),
            page_url: self.page_url(),
            chain: Chain::default(),
        }
    }

    fn page_url(&self) -> String {
        self.site.url(&format!("{}.html", self.feed.slug))
    }

    fn issue_name(&self, listing: &Listing) -> String {
        let number = listing.issue.number;
        number.map_or_else(|| listing.issue.title.clone(), |number| self.site.language().issue(number))
    }
}

/// The formats that the site has, each with its place among all.
fn formats(site: &Site) -> impl Iterator<Item = (usize, &'static Format)> {
    site.formats.iter().map(|at| (*at, &FORMATS[*at]))
}

/// Appends a list of items' titles, linked; nothing where there is none.
fn push_list<'a>(html: &mut String, items: impl Iterator<Item = &'a Item>) {
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

/// The id of a feed's documents: it stays when the site moves.
fn feed_id(site: &Site, slug: &str) -> String {
    item::urn(Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{}#patchfeed/{slug}", site.address).as_bytes()))
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

/// `feeds.opml`: one outline a feed, in the format that most readers know.
fn subscriptions(site: &Site, feeds: &[Feed]) -> String {
    let format = &FORMATS[site.formats[0]];
    let outline = |feed: &Feed| Outline {
        title: feed.about.title.clone(),
        description: feed.about.description.clone(),
        feed_url: site.url(&format!("{}.{}", feed.slug, format.extension)),
        page_url: site.url(&format!("{}.html", feed.slug)),
        language: site.language.clone(),
    };
    opml::document(&site.title, &feeds.iter().map(outline).collect::<Vec<_>>())
}
