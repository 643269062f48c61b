//! The site: every file that a newsletter's items make.

mod stock;

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, FixedOffset};
use rayon::prelude::*;

use crate::config::Site;
use crate::diagnostic::Error;
use crate::feed::{Feed, Match};
use crate::item::{IssueRef, Item, Listing};
use crate::newsletter::Newsletter;
use crate::section::Section;
use crate::write::html::{self, Card};
use crate::write::opml::{self, Outline};
use crate::write::{FORMATS, Format};
use stock::{Rest, Stock};

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

/// An item with its texts in the formats, in the order of [`FORMATS`]: each is made when it is first asked for.
struct Written {
    item: Item,
    texts: [OnceLock<String>; FORMATS.len()],
}

/// How many bytes an item's smaller fields take in a format, as a rule: names, ids, dates, what is known of the issue.
const OTHER_FIELDS: usize = 720;

impl Written {
    /// The item's text in a format.
    fn text(&self, format: usize) -> &str {
        self.texts[format].get_or_init(|| {
            let Item { html, summary, title, url, .. } = &self.item;
            let known = html.len() * 5 / 4 + summary.len() + 2 * title.len() + 4 * url.len();
            let mut text = String::with_capacity(known + OTHER_FIELDS);
            (FORMATS[format].item)(&mut text, &self.item);
            text
        })
    }
}

/// An issue, ready to be given to feeds.
struct Stocked {
    posting: Arc<Posting>,
    /// What it gives to the feed of everything, and to each feed of the configuration.
    own: Vec<Holding>,
    /// What it gives to the feeds of its sections.
    sections: Vec<(Arc<Section>, Holding)>,
}

/// Those of an issue's items that a feed holds.
#[derive(Default)]
struct Holding {
    items: Vec<Arc<Written>>,
    /// The same items, as digests list them.
    lines: Vec<Arc<Line>>,
}

impl Holding {
    fn push(&mut self, item: &Arc<Written>, line: &Arc<Line>) {
        self.items.push(Arc::clone(item));
        self.lines.push(Arc::clone(line));
    }
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
    pub feeds: Vec<Arc<Feed>>,
    /// How many items there are.
    pub items: usize,
    /// How many entries listed again what was listed before.
    pub repeats: usize,
}

/// Makes the site of a newsletter. `step` is told of issues as they are taken in. What a file leads to comes before it:
/// archives and pages before feeds, and these before what lists them.
///
/// # Errors
/// Those of the sink and of [`Newsletter::listings`], and a feed of the configuration that has the name of a section.
pub fn make(newsletter: &Newsletter, step: &(dyn Fn(usize) + Sync), sink: &Sink<'_>) -> Result<Made, Error> {
    let site = &newsletter.site;
    let mut press = Press::new(site);
    let own: Vec<Arc<Feed>> = press.stocks.iter().map(|stock| Arc::clone(&stock.feed)).collect();
    let repeats = newsletter.listings(
        |listing| Stocked::of(site, &own, listing),
        |issue| {
            step(1);
            press.add(issue)
        },
        |rest| rest.archives.iter().try_for_each(|archive| archive.write(site, sink)),
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

    /// Takes the next issue, oldest first, and says what is left to do then.
    fn add(&mut self, issue: Stocked) -> Result<Rest, Error> {
        let Stocked { posting, own, sections } = issue;
        let site = self.site;
        let place = self.issues;
        self.issues += 1;
        self.names.push_back(issue_name(site, &posting));
        if self.names.len() > html::BARS {
            self.names.pop_front();
        }
        self.items += own.first().map_or(0, |all| all.items.len());
        let mut rest = Rest::default();
        for (stock, holding) in self.stocks.iter_mut().zip(own) {
            stock.add(site, place, &posting, holding, &mut rest);
        }
        for (section, holding) in sections {
            self.of_section(&section)?.add(site, place, &posting, holding, &mut rest);
        }
        self.newest = Some(posting);
        Ok(rest)
    }

    /// The feed of a section.
    fn of_section(&mut self, section: &Arc<Section>) -> Result<&mut Stock, Error> {
        let at = self.stocks.iter().position(|stock| stock.feed.slug == section.slug).unwrap_or_else(|| {
            self.stocks.push(Stock::new(Feed::of_section(section, self.site)));
            self.stocks.len() - 1
        });
        let stock = &mut self.stocks[at];
        if matches!(stock.feed.matches, Match::Section(_)) {
            return Ok(stock);
        }
        let cause = format!("{:?} is the name of another feed; choose a slug of its own", section.slug);
        Err(Error { subject: "feed".to_owned(), cause })
    }

    /// Makes the rest of the site, and says which feeds there are.
    fn finish(mut self, sink: &Sink<'_>) -> Result<Vec<Arc<Feed>>, Error> {
        let site = self.site;
        self.stocks.sort_by_cached_key(|stock| match &stock.feed.matches {
            Match::Everything => (0, None),
            Match::Section(section) => (1, Some(site.sections.rank(section))),
            Match::Conditions(_) => (2, None),
        });
        let license = self.newest.as_ref().and_then(|posting| posting.issue.license.as_ref());
        let first_named = self.issues - self.names.len();
        let whole = |(path, text): Whole| sink(&File { path: &path, pieces: &[&text] });
        let page = |stock: &Stock| {
            stock.archive_newest(None).map_or(Ok(()), |archive| archive.write(site, sink))?;
            let card = stock.card(site, &self.names, first_named);
            whole(stock.page(site, &card, license))?;
            Ok(card)
        };
        let cards: Vec<Card> = self.stocks.par_iter().map(page).collect::<Result<_, Error>>()?;
        let newest = self.newest.as_ref();
        self.stocks.par_iter().try_for_each(|stock| {
            let (subscriptions, digests) =
                rayon::join(|| stock.subscriptions(site, newest, sink), || stock.digests(site, newest, sink));
            subscriptions.and(digests)
        })?;
        let feeds: Vec<Arc<Feed>> = self.stocks.iter().map(|stock| Arc::clone(&stock.feed)).collect();
        whole(("feeds.opml".to_owned(), subscriptions(site, &feeds)))?;
        let search = formats(site).any(|(_, format)| format.extension == "json"); // what the search reads
        if search {
            let sections = feeds.iter().filter(|feed| matches!(feed.matches, Match::Section(_)));
            let sections = sections.map(|feed| (feed.slug.as_str(), feed.title.as_str())).collect();
            whole(("search.html".to_owned(), html::search(site, sections)))?;
        }
        whole(("index.html".to_owned(), html::index(site, &cards, search, license)))?;
        Ok(feeds)
    }
}

impl Stocked {
    /// Writes an issue's items, in those formats that go into archives. `own` are the feeds that aren't of a section.
    fn of(site: &Site, own: &[Arc<Feed>], listing: Listing) -> Self {
        let Listing { slug, posted, issue, items } = listing;
        let mut holdings: Vec<Holding> = own.iter().map(|_| Holding::default()).collect();
        let mut sections: Vec<(Arc<Section>, Holding)> = Vec::new();
        for item in items {
            let line = Line { title: item.title.clone(), url: item.url.clone(), sections: item.sections.clone() };
            let (line, item) = (Arc::new(line), Arc::new(Written { item, texts: Default::default() }));
            for (at, _) in formats(site).filter(|(_, format)| format.archives) {
                item.text(at);
            }
            for (feed, holding) in own.iter().zip(&mut holdings) {
                if feed.holds(&item.item) {
                    holding.push(&item, &line);
                }
            }
            for section in &item.item.sections {
                let same = |(of, _): &(Arc<Section>, Holding)| Arc::ptr_eq(of, section) || of.slug == section.slug;
                let at = sections.iter().position(same).unwrap_or_else(|| {
                    sections.push((Arc::clone(section), Holding::default()));
                    sections.len() - 1
                });
                sections[at].1.push(&item, &line);
            }
        }
        Self { posting: Arc::new(Posting { slug, posted, issue }), own: holdings, sections }
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
fn subscriptions(site: &Site, feeds: &[Arc<Feed>]) -> String {
    let format = &FORMATS[site.formats[0]];
    let outline = |feed: &Feed| Outline {
        title: feed.about.title.clone(),
        description: feed.about.description.clone(),
        feed_url: site.url(&format!("{}.{}", feed.slug, format.extension)),
        page_url: site.url(&format!("{}.html", feed.slug)),
        language: site.language.clone(),
    };
    opml::document(&site.title, &feeds.iter().map(|feed| outline(feed)).collect::<Vec<_>>())
}
