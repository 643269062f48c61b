//! The site: every file that a newsletter's items make.

mod stock;

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use rayon::prelude::*;

use crate::config::Site;
use crate::diagnostic::Error;
use stock::Stock;

use crate::feed::{self, Feed, Match};
use crate::item::{IssueRef, Item, Listing, TOGETHER};
use crate::newsletter::Newsletter;
use crate::section::Section;
use crate::write::html::{self, Card};
use crate::write::opml::{self, Outline};
use crate::write::{FORMATS, Format};

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

/// A line of a digest: an item's title and address, and the sections that it stands in.
struct Line {
    title: String,
    url: String,
    sections: Vec<Arc<Section>>,
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
        let written = |buffer: &mut String, item: Item| {
            let mut texts: [Box<str>; FORMATS.len()] = Default::default();
            for (at, format) in formats(site) {
                buffer.clear();
                (format.item)(buffer, &item);
                texts[at] = buffer.as_str().into();
            }
            Arc::new(Written { item, texts })
        };
        let items = items.into_par_iter().with_min_len(TOGETHER).map_init(String::new, written).collect();
        Self { posting: Arc::new(Posting { slug, posted, issue }), items, lines }
    }
}

fn issue_name(site: &Site, posting: &Posting) -> String {
    let number = posting.issue.number;
    number.map_or_else(|| posting.issue.title.clone(), |number| site.language().issue(number))
}

/// The formats that the site has, each with its place among all.
fn formats(site: &Site) -> impl Iterator<Item = (usize, &'static Format)> {
    site.formats.iter().map(|at| (*at, &FORMATS[*at]))
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
