//! The site: every file that a newsletter's items make.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use rayon::prelude::*;
use uuid::Uuid;

use crate::config::Site;
use crate::diagnostic::Error;
use crate::feed::{self, About, Feed, Match};
use crate::issue::License;
use crate::item::{self, IssueRef, Item, Listing, SUMMARY};
use crate::newsletter::Newsletter;
use crate::section::Section;
use crate::text;
use crate::write::html::{self, Card, Latest, Link};
use crate::write::opml::{self, Outline};
use crate::write::{Chain, FORMATS, Format, Head};

/// A file of the site.
#[derive(Debug)]
pub struct File<'a> {
    /// Its path below the site's folder, parts separated by `/`.
    pub path: &'a str,
    /// What it holds, in pieces.
    pub pieces: &'a [&'a str],
}

/// A file in one piece, by path and text.
type Whole = (String, String);

/// An item with its text in every format, in the order of [`FORMATS`]; none in those that the site doesn't have.
struct Written {
    item: Item,
    texts: [Box<str>; FORMATS.len()],
}

/// An issue, ready to be given to feeds.
struct Stocked {
    posting: Arc<Posting>,
    items: Vec<Arc<Written>>,
    /// The same items, as digests list them.
    lines: Vec<Arc<Line>>,
}

/// An issue, as its items are listed.
struct Posting {
    slug: String,
    posted: DateTime<FixedOffset>,
    issue: Arc<IssueRef>,
}

/// What one issue gives to a feed.
struct Share {
    posting: Arc<Posting>,
    items: Vec<Arc<Written>>,
    /// The slug of the issue before it that gives the feed something.
    older: Option<String>,
}

/// A line of a digest: an item's title and address, and the sections that it stands in.
struct Line {
    title: String,
    url: String,
    sections: Vec<Arc<Section>>,
}

/// A feed with what its documents hold.
struct Stock {
    feed: Feed,
    /// The newest issue first: those within the window, one at least.
    shares: VecDeque<Share>,
    /// How many of the shares the feed's documents hold.
    shown: usize,
    /// The slug of the newest issue beyond the shares.
    older: Option<String>,
    /// The newest issues, the newest first, as the digest lists them.
    digest: VecDeque<(Arc<Posting>, Vec<Arc<Line>>)>,
    /// How many items each of the last issues gave, by the issues' places among all.
    counts: VecDeque<(usize, usize)>,
    /// How many items the feed has had.
    total: usize,
}

/// Where files go as they are made, from several threads.
pub type Sink<'a> = dyn Fn(&File<'_>) -> Result<(), Error> + Sync + 'a;

/// What was made of a newsletter.
#[derive(Debug)]
pub struct Made {
    /// The feeds, in the order in which they are listed.
    pub feeds: Vec<Feed>,
    /// How many items there are.
    pub items: usize,
    /// How many entries listed again what was listed before.
    pub repeats: usize,
}

/// Makes the site of a newsletter. The files of archives come first; after them all others, in the order in which they are
/// to appear: what a feed leads to stands before the feed. `step` is told of issues as they are taken in.
///
/// # Errors
/// Those of the sink and of [`Newsletter::listings`], and a feed of the configuration that has the name of a section.
pub fn make(newsletter: &Newsletter, step: &(dyn Fn(usize) + Sync), sink: &Sink<'_>) -> Result<Made, Error> {
    let mut press = Press::new(&newsletter.site);
    let site = &newsletter.site;
    let repeats = newsletter.listings(
        |listing| Stocked::of(site, listing),
        |issues| {
            step(issues.len());
            press.add(&issues, sink)
        },
    )?;
    let items = press.items;
    Ok(Made { feeds: press.finish(sink)?, items, repeats })
}

/// A site in the making. It takes issues from the oldest on, and keeps no more of them than its feeds' windows hold.
struct Press<'a> {
    site: &'a Site,
    stocks: Vec<Stock>,
    /// The names of the newest issues, the newest last.
    names: VecDeque<String>,
    /// How many issues there have been.
    issues: usize,
    newest: Option<Arc<Posting>>,
    items: usize,
}

impl<'a> Press<'a> {
    /// A site of no issues.
    fn new(site: &'a Site) -> Self {
        let mut stocks = vec![Stock::new(Feed::everything(site))];
        stocks.extend(site.feeds.iter().map(|own| Stock::new(Feed::own(own, site))));
        Self { site, stocks, names: VecDeque::new(), issues: 0, newest: None, items: 0 }
    }

    /// Takes the next issues, oldest first, and makes the files that they complete: the archives of those before.
    fn add(&mut self, issues: &[Stocked], sink: &Sink<'_>) -> Result<(), Error> {
        for section in feed::distinct(issues.iter().flat_map(|issue| &issue.lines).flat_map(|line| &line.sections)) {
            let named = |stock: &&Stock| stock.feed.slug == section.slug;
            match self.stocks.iter().find(named).map(|stock| &stock.feed.matches) {
                Some(Match::Section(_)) => {}
                Some(_) => {
                    let cause = format!("{:?} is the name of another feed; choose a slug of its own", section.slug);
                    return Err(Error { subject: "feed".to_owned(), cause });
                }
                None => self.stocks.push(Stock::new(Feed::of_section(section, self.site))),
            }
        }
        let site = self.site;
        for issue in issues {
            self.names.push_back(issue_name(site, &issue.posting));
            if self.names.len() > html::BARS {
                self.names.pop_front();
            }
            self.items += issue.items.len();
            self.newest = Some(Arc::clone(&issue.posting));
        }
        let first = self.issues;
        self.issues += issues.len();
        self.stocks.par_iter_mut().try_for_each(|stock| {
            issues.iter().zip(first..).try_for_each(|(issue, place)| {
                let held = issue.items.iter().zip(&issue.lines).filter(|(item, _)| stock.feed.holds(&item.item));
                let (items, lines) = held.map(|(item, line)| (Arc::clone(item), Arc::clone(line))).unzip();
                stock.add(site, place, &issue.posting, items, lines, sink)
            })
        })
    }

    /// Makes the rest of the site, and says which feeds there are.
    fn finish(mut self, sink: &Sink<'_>) -> Result<Vec<Feed>, Error> {
        let site = self.site;
        self.stocks.sort_by_cached_key(|stock| match &stock.feed.matches {
            Match::Everything => (0, None),
            Match::Section(section) => (1, Some(site.sections.rank(section))),
            Match::Conditions(_) => (2, None),
        });
        let license = self.newest.as_ref().and_then(|posting| posting.issue.license.as_ref());
        let first_named = self.issues - self.names.len();
        let finished: Vec<(Vec<Whole>, Whole, Card)> = self
            .stocks
            .par_iter()
            .map(|stock| {
                stock.archive_newest(site, None, sink)?;
                let card = stock.card(site, &self.names, first_named);
                let page = stock.page(site, &card, license);
                Ok((stock.documents(site, self.newest.as_ref()), page, card))
            })
            .collect::<Result<_, Error>>()?;
        let (mut pages, mut documents, mut cards) = (Vec::new(), Vec::new(), Vec::new());
        for (mut of_feed, page, card) in finished {
            documents.append(&mut of_feed);
            pages.push(page);
            cards.push(card);
        }
        let feeds: Vec<Feed> = self.stocks.into_iter().map(|stock| stock.feed).collect();
        pages.append(&mut documents);
        let mut files = pages;
        files.push(("feeds.opml".to_owned(), subscriptions(site, &feeds)));
        let search = formats(site).any(|(_, format)| format.extension == "json"); // what the search reads
        if search {
            let sections = feeds.iter().filter(|feed| matches!(feed.matches, Match::Section(_)));
            let sections = sections.map(|feed| (feed.slug.as_str(), feed.title.as_str())).collect();
            files.push(("search.html".to_owned(), html::search(site, sections)));
        }
        files.push(("index.html".to_owned(), html::index(site, &cards, search, license)));
        files.iter().try_for_each(|(path, text)| sink(&File { path, pieces: &[text] }))?;
        Ok(feeds)
    }
}

impl Stocked {
    fn of(site: &Site, listing: Listing) -> Self {
        let Listing { slug, posted, issue, items } = listing;
        let line =
            |item: &Item| Line { title: item.title.clone(), url: item.url.clone(), sections: item.sections.clone() };
        let lines = items.iter().map(|item| Arc::new(line(item))).collect();
        let mut buffer = String::new();
        let written = |item: Item| {
            let mut texts: [Box<str>; FORMATS.len()] = Default::default();
            for (at, format) in formats(site) {
                buffer.clear();
                (format.item)(&mut buffer, &item);
                texts[at] = buffer.as_str().into();
            }
            Arc::new(Written { item, texts })
        };
        let items = items.into_iter().map(written).collect();
        Self { posting: Arc::new(Posting { slug, posted, issue }), items, lines }
    }
}

fn issue_name(site: &Site, posting: &Posting) -> String {
    let number = posting.issue.number;
    number.map_or_else(|| posting.issue.title.clone(), |number| site.language().issue(number))
}

impl Stock {
    fn new(feed: Feed) -> Self {
        Self {
            feed,
            shares: VecDeque::new(),
            shown: 0,
            older: None,
            digest: VecDeque::new(),
            counts: VecDeque::new(),
            total: 0,
        }
    }

    /// Takes what an issue gives to the feed, and makes the archives of the one before.
    fn add(
        &mut self,
        site: &Site,
        place: usize,
        posting: &Arc<Posting>,
        items: Vec<Arc<Written>>,
        lines: Vec<Arc<Line>>,
        sink: &Sink<'_>,
    ) -> Result<(), Error> {
        if items.is_empty() {
            return Ok(());
        }
        self.archive_newest(site, Some(&posting.slug), sink)?;
        self.total += items.len();
        self.counts.push_back((place, items.len()));
        if self.counts.len() > html::BARS {
            self.counts.pop_front();
        }
        self.digest.push_front((Arc::clone(posting), lines));
        self.digest.truncate(site.window.digest);
        let older = self.shares.front().map(|share| share.posting.slug.clone());
        self.shares.push_front(Share { posting: Arc::clone(posting), items, older });
        let counts: Vec<usize> = self.shares.iter().map(|share| share.items.len()).collect();
        self.shown = feed::window(&counts, self.feed.limit, site.window.issues);
        let kept = self.shown.max(1); // the newest waits for its archives
        if let Some(share) = self.shares.get(kept) {
            self.older = Some(share.posting.slug.clone());
        }
        self.shares.truncate(kept);
        Ok(())
    }

    /// Makes the archives of the newest issue.
    fn archive_newest(&self, site: &Site, newer: Option<&str>, sink: &Sink<'_>) -> Result<(), Error> {
        let Some(share) = self.shares.front() else { return Ok(()) };
        formats(site)
            .filter(|(_, format)| format.archives)
            .try_for_each(|(at, format)| self.archive(site, format, at, share, newer, sink))
    }

    /// The feed's documents and those of its digest.
    fn documents(&self, site: &Site, newest: Option<&Arc<Posting>>) -> Vec<Whole> {
        let mut documents: Vec<Whole> =
            formats(site).map(|(at, format)| self.subscription(site, format, at, newest)).collect();
        documents.extend(self.digests(site, newest));
        documents
    }

    /// `SLUG.EXTENSION`: what people subscribe to.
    fn subscription(&self, site: &Site, format: &Format, at: usize, newest: Option<&Arc<Posting>>) -> Whole {
        let path = format!("{}.{}", self.feed.slug, format.extension);
        let mut head = self.head(site, &self.feed.slug, &self.feed.about, &path, self.shares.front(), newest);
        let older = self.shares.get(self.shown).map(|share| &share.posting.slug).or(self.older.as_ref());
        head.chain.older = older.map(|older| site.url(&self.archive_path(format, older)));
        let shown = || self.shares.iter().take(self.shown).flat_map(|share| &share.items);
        head.empty = shown().next().is_none();
        let frame = (format.document)(&head);
        let text = format.pieces(&frame, shown().map(|item| &*item.texts[at])).concat();
        (path, text)
    }

    /// `archive/SLUG/ISSUE.EXTENSION`: the items of one issue, for good.
    fn archive(
        &self,
        site: &Site,
        format: &Format,
        at: usize,
        share: &Share,
        newer: Option<&str>,
        sink: &Sink<'_>,
    ) -> Result<(), Error> {
        let path = self.archive_path(format, &share.posting.slug);
        let mut head = self.head(site, &self.feed.slug, &self.feed.about, &path, Some(share), None);
        head.chain = Chain {
            older: share.older.as_deref().map(|older| site.url(&self.archive_path(format, older))),
            newer: newer.map(|newer| site.url(&self.archive_path(format, newer))),
            current: Some(site.url(&format!("{}.{}", self.feed.slug, format.extension))),
        };
        let frame = (format.document)(&head);
        let pieces = format.pieces(&frame, share.items.iter().map(|item| &*item.texts[at]));
        sink(&File { path: &path, pieces: &pieces })
    }

    fn archive_path(&self, format: &Format, issue: &str) -> String {
        format!("archive/{}/{issue}.{}", self.feed.slug, format.extension)
    }

    /// `SLUG-digest.EXTENSION` in every format: one item an issue.
    fn digests(&self, site: &Site, newest: Option<&Arc<Posting>>) -> impl Iterator<Item = Whole> {
        let items: Vec<Item> =
            self.digest.iter().map(|(posting, lines)| self.digest_item(site, posting, lines)).collect();
        formats(site).map(move |(_, format)| {
            let path = format!("{}.{}", self.feed.digest_slug, format.extension);
            let newest_share = self.shares.front();
            let mut head = self.head(site, &self.feed.digest_slug, &self.feed.digest, &path, newest_share, newest);
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
            let text = format.pieces(&frame, written.iter().map(String::as_str)).concat();
            (path, text)
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
    fn page(&self, site: &Site, card: &Card, license: Option<&License>) -> Whole {
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
    fn card(&self, site: &Site, names: &VecDeque<String>, first: usize) -> Card {
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

    /// The head of a document whose newest items are those of `share`; without one, of the newest issue of all.
    fn head(
        &self,
        site: &Site,
        slug: &str,
        about: &About,
        path: &str,
        share: Option<&Share>,
        newest: Option<&Arc<Posting>>,
    ) -> Head {
        let newest_item = share.and_then(|share| share.items.first()).map(|item| item.item.published);
        let newest = share.map(|share| &share.posting).or(newest);
        Head {
            id: feed_id(site, slug),
            title: about.title.clone(),
            description: about.description.clone(),
            language: site.language.clone(),
            updated: newest_item.or(newest.map(|posting| posting.posted)).unwrap_or_else(|| epoch(site)),
            license: newest.and_then(|posting| posting.issue.license.clone()),
            self_url: site.url(path),
            page_url: self.page_url(site),
            chain: Chain::default(),
            empty: false,
        }
    }

    fn page_url(&self, site: &Site) -> String {
        site.url(&format!("{}.html", self.feed.slug))
    }
}

/// The formats that the site has, each with its place among all.
fn formats(site: &Site) -> impl Iterator<Item = (usize, &'static Format)> {
    site.formats.iter().map(|at| (*at, &FORMATS[*at]))
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
