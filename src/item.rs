//! Items: what feeds are made of. Identity, repeats and dates are decided here, once for all feeds and formats.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Duration, FixedOffset};
use url::Url;
use uuid::Uuid;

use crate::config::{Repeats, Site};
use crate::issue::{Issue, License};
use crate::lore::Archived;
use crate::markdown::{Definitions, Source};
use crate::section::Section;
use crate::series::{self, Listed, Series, Version};
use crate::split::{Entry, Of, Part};
use crate::subject::{self, Subject};
use crate::{lore, mail, markdown, text};

/// One item of a feed. What each field is called in the formats stands beside it, `—` where a format has none.
#[derive(Debug, Clone)]
pub struct Item {
    /// `urn:uuid:…`. Atom `id`, RSS `guid`, JSON `id`.
    pub id: String,
    /// Plain text, one line. Atom `title`, RSS `title`, JSON `title`.
    pub title: String,
    /// The mail, or what the item is about. Atom `link rel="alternate"`, RSS `link`, JSON `url` and `external_url`.
    pub url: String,
    /// Atom `published` and `updated`, RSS `pubDate`, JSON `date_published`.
    pub published: DateTime<FixedOffset>,
    /// At most 500 characters of plain text, never none. Atom `summary`, RSS `description`, JSON `summary`.
    pub summary: String,
    /// The words of the whole text, plain, one line. Nothing in the formats; conditions look at it.
    pub text: String,
    /// The whole text. Atom `content`, RSS `content:encoded`, JSON `content_html`.
    pub html: String,
    /// A name. Atom `author`, RSS `dc:creator`, JSON `authors`.
    pub author: String,
    /// Section, kind, trees, list. Atom `category`, RSS `category`, JSON `tags`.
    pub categories: Vec<Category>,
    /// The sections' slugs. JSON `_patchfeed.sections`.
    pub sections: Vec<Arc<Section>>,
    /// The issue that the item comes from.
    pub issue: Arc<IssueRef>,
    /// What is known of the mail; none where the item is no mail.
    pub mail: Option<Mail>,
}

/// A category of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// For programs: ASCII, without white space, comma or `#`. Atom `term`, RSS text, JSON tag.
    pub term: String,
    /// For people. Atom `label`.
    pub label: String,
}

/// What an item says of its issue.
#[derive(Debug, Clone)]
pub struct IssueRef {
    /// JSON `_patchfeed.issue`.
    pub number: Option<u32>,
    /// JSON `_patchfeed.issue_title`.
    pub title: String,
    /// Atom `link rel="via"`, RSS —, JSON `_patchfeed.issue_url`.
    pub url: Option<String>,
    /// Atom `rights`, RSS `creativeCommons:license`, JSON `_patchfeed.license`.
    pub license: Option<License>,
}

/// What an item says of its mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// The Message-ID without its angle brackets. JSON `_patchfeed.message_id`.
    pub message_id: Option<String>,
    /// The list that the link leads to. A category, and JSON `_patchfeed.list`.
    pub list: Option<String>,
    /// Whose mail it is, as far as the Message-ID shows it: `rivosinc.com`. A category, and JSON
    /// `_patchfeed.organisation`.
    pub organisation: Option<String>,
    /// The versions that came before. Atom `thr:in-reply-to` (RFC 4685), RSS —, JSON `_patchfeed.series`; the content
    /// links them.
    pub series: Option<Series>,
    /// The discussion as an Atom feed. Atom `link rel="replies"`, RSS —, JSON `_patchfeed.replies_url`.
    pub replies_url: Option<String>,
    /// The parts of the subject line. JSON `_patchfeed.version`, `kind`, `trees`, `position`.
    pub subject: Subject,
}

/// The longest summary, in characters.
pub const SUMMARY: usize = 500;

/// The items of one issue, in its order, and what is needed to publish them.
#[derive(Debug)]
pub struct Listing {
    /// See [`Issue::slug`].
    pub slug: String,
    /// When the issue was posted.
    pub posted: DateTime<FixedOffset>,
    /// The issue.
    pub issue: Arc<IssueRef>,
    /// The issue's editor.
    pub editor: String,
    /// The entries that are new in this issue.
    pub items: Vec<Item>,
}

/// An issue with what its entries may become: items, if no issue before lists the same.
#[derive(Debug)]
pub struct Draft<'a> {
    issue: Issue<'a>,
    found: Vec<Found>,
    /// How many entries list again what an entry above them lists.
    repeats: usize,
}

/// An entry that may be an item: the first of its issue that lists its message.
#[derive(Debug)]
struct Found {
    id: Uuid,
    /// Its place among the issue's entries.
    position: usize,
    sections: Vec<Arc<Section>>,
    url: String,
    mail: Option<Mail>,
    series: Option<Uuid>,
}

impl<'a> Draft<'a> {
    /// What an issue's entries may become. A message that stands in several sections has all of them.
    pub fn of(issue: Issue<'a>, site: &Site) -> Self {
        let page = page(&issue, site);
        let mut found: Vec<Found> = Vec::new();
        let mut here: HashMap<Uuid, usize> = HashMap::new();
        let mut repeats = 0;
        for (position, entry) in issue.entries.iter().enumerate() {
            let archived = entry.link.as_deref().and_then(lore::read);
            let name = name(&issue, entry, archived.as_ref(), &page);
            let mut id = name.id(None);
            if let (Some(&first), Name::Place(_)) = (here.get(&id), &name)
                && issue.entries[found[first].position].body != entry.body
            {
                id = name.id(Some(&body(entry))); // another text is another entry
            }
            if let Some(&first) = here.get(&id) {
                repeats += 1;
                let sections = &mut found[first].sections;
                let new = entry.section.iter().filter(|new| !sections.iter().any(|section| section.slug == new.slug));
                sections.extend(new.cloned().collect::<Vec<_>>());
            } else {
                here.insert(id, found.len());
                let (url, mail) = mail_of(&issue, entry, archived, &page);
                let series = mail
                    .as_ref()
                    .filter(|mail| mail.message_id.is_some())
                    .and_then(|mail| series::key_id(&mail.subject));
                let sections = entry.section.iter().cloned().collect();
                found.push(Found { id, position, sections, url, mail, series });
            }
        }
        Self { issue, found, repeats }
    }

    /// What the issue's items say of it.
    pub fn issue_ref(&self) -> IssueRef {
        let Issue { number, title, url, license, .. } = &self.issue;
        IssueRef { number: *number, title: title.clone(), url: url.clone(), license: license.clone() }
    }
}

/// The ids of an issue's entries and the keys of their series, as far as another issue may have them too.
pub fn names(issue: &Issue<'_>, site: &Site) -> Vec<Uuid> {
    let page = page(issue, site);
    let mut names = Vec::with_capacity(issue.entries.len() * 2);
    for entry in &issue.entries {
        let archived = entry.link.as_deref().and_then(lore::read);
        let name = name(issue, entry, archived.as_ref(), &page);
        names.extend((!matches!(name, Name::Place(_))).then(|| name.id(None)));
        names.extend(archived.and_then(|_| series::key_id(&subject::parse(&entry.title))));
    }
    names
}

/// What the issues listed so far have in common with later ones. Issues are added from the oldest on.
#[derive(Debug)]
pub struct Known<'a> {
    site: &'a Site,
    /// What several issues list; of the rest nothing need be remembered.
    shared: &'a HashSet<Uuid>,
    seen: HashSet<Uuid>,
    listed: Listed,
    /// How many entries listed again what an earlier issue, or their own, lists.
    pub repeats: usize,
}

impl<'a> Known<'a> {
    /// Nothing listed yet. `shared` are the ids and the keys of series that come more than once.
    pub fn new(site: &'a Site, shared: &'a HashSet<Uuid>) -> Self {
        Self { site, shared, seen: HashSet::new(), listed: Listed::default(), repeats: 0 }
    }

    /// Takes from an issue what earlier ones list, and finds the series of the rest.
    ///
    /// A message is one item, in the issue that listed it first.
    pub fn add(&mut self, draft: &mut Draft<'_>) {
        self.repeats += draft.repeats;
        let slug = draft.issue.slug.as_bytes();
        draft.found.retain_mut(|found| {
            if !self.shared.contains(&found.id) || self.seen.insert(found.id) {
                return true;
            }
            let keep = self.site.repeats == Repeats::Keep;
            found.id = if keep { Uuid::new_v5(&found.id, slug) } else { found.id };
            self.repeats += usize::from(!keep);
            keep
        });
        let issue = Arc::new(draft.issue_ref());
        // An issue lists the newest on top: its lower versions come before its higher ones all the same.
        let mut mails: Vec<(Uuid, Uuid, &str, &mut Mail)> = draft
            .found
            .iter_mut()
            .filter_map(|found| Some((found.series?, found.id, found.url.as_str(), found.mail.as_mut()?)))
            .collect();
        mails.sort_by_key(|(.., mail)| series::rank(&mail.subject));
        for (series, id, url, mail) in mails {
            let series = if self.shared.contains(&series) {
                self.listed.add(series, mail, id, url, &issue)
            } else {
                Series { id: urn(series), earlier: Vec::new() }
            };
            mail.series = Some(series);
        }
    }
}

/// Writes the items of an issue.
pub fn listing(draft: Draft<'_>, site: &Site) -> Listing {
    let issue_ref = Arc::new(draft.issue_ref());
    let Draft { issue, found, .. } = draft;
    let page = page(&issue, site);
    Listing {
        items: found.into_iter().map(|found| item(site, &issue, &page, &issue_ref, found)).collect(),
        slug: issue.slug,
        posted: issue.posted,
        editor: issue.editor,
        issue: issue_ref,
    }
}

/// What makes an entry the same entry.
enum Name {
    /// Its message: the `mid:` URL (RFC 2392), the same whatever list and scheme the link names.
    Message(String),
    /// Its link and its title, in whatever issue.
    Link(String),
    /// Issue, link and title.
    Place(String),
}

impl Name {
    /// UUID v5 of the name, in the namespace of URLs; of the name and what tells it from another of the same.
    fn id(&self, other: Option<&str>) -> Uuid {
        let (Self::Message(name) | Self::Link(name) | Self::Place(name)) = self;
        Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{name}{}", other.unwrap_or_default()).as_bytes())
    }
}

fn name(issue: &Issue<'_>, entry: &Entry<'_>, archived: Option<&Archived>, page: &Url) -> Name {
    let link = entry.link.as_deref();
    if let Some(mail) = archived {
        return Name::Message(format!("mid:{}", mail.message_id));
    }
    match link.and_then(|link| page.join(link).ok()) {
        Some(link) if issue.kind != Of::Patches => {
            Name::Link(format!("patchfeed:{}\n{}", untracked(link), entry.title))
        }
        _ => Name::Place(format!("patchfeed:{}\n{}\n{}", issue.slug, link.unwrap_or(""), entry.title)),
    }
}

/// The text of an entry as it stands in the issue.
fn body(entry: &Entry<'_>) -> String {
    entry.body.iter().fold(String::new(), |body, part| match part {
        Part::Mail(text) | Part::Markdown(text) | Part::Rest { block: text, .. } => body + "\n" + text,
    })
}

/// An address without the parameters that tell only where it was found.
fn untracked(mut link: Url) -> Url {
    let tracks = |key: &str| key.starts_with("utm_") || TRACKING.contains(&key);
    if link.query_pairs().any(|(key, _)| tracks(&key)) {
        let part = |part: &&str| !tracks(part.split('=').next().unwrap_or_default());
        let kept: Vec<&str> = link.query().unwrap_or_default().split('&').filter(part).collect();
        let kept = kept.join("&");
        link.set_query(Some(kept.as_str()).filter(|kept| !kept.is_empty()));
    }
    link
}

/// Parameters of addresses that tell only where they were found, beside `utm_…`.
const TRACKING: [&str; 7] = ["fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid"];

/// An id as feeds write it (RFC 9562 §4: a URN, lower case).
pub fn urn(id: Uuid) -> String {
    id.urn().to_string()
}

/// The page that an issue's relative links are relative to.
fn page(issue: &Issue<'_>, site: &Site) -> Url {
    issue.url.as_deref().and_then(|url| Url::parse(url).ok()).unwrap_or_else(|| site.address.clone())
}

/// The address of an entry's item, and what is known of the mail, if it is one; its series is for [`items`] to say.
fn mail_of(issue: &Issue<'_>, entry: &Entry<'_>, archived: Option<Archived>, page: &Url) -> (String, Option<Mail>) {
    let url = match (&archived, &entry.link) {
        (Some(mail), _) => mail.url.clone(),
        (None, Some(link)) => markdown::safe(link, page).unwrap_or_else(|| page.to_string()),
        (None, None) => page.to_string(),
    };
    let is_mail = archived.is_some() || issue.kind == Of::Patches;
    let mail = is_mail.then(|| Mail {
        list: archived.as_ref().and_then(|mail| mail.list.clone()),
        replies_url: archived.as_ref().map(|mail| format!("{}t.atom", mail.url)),
        organisation: archived.as_ref().and_then(|mail| lore::organisation(&mail.message_id)),
        message_id: archived.map(|mail| mail.message_id),
        subject: subject::parse(&entry.title),
        series: None,
    });
    (url, mail)
}

fn item(site: &Site, issue: &Issue<'_>, page: &Url, issue_ref: &Arc<IssueRef>, found: Found) -> Item {
    let Found { id, position, sections, url, mail, .. } = found;
    let entry = &issue.entries[position];
    let published = issue.posted - Duration::seconds(i64::try_from(position).unwrap_or(0));
    let words = words(entry, &issue.definitions);
    let series = mail.as_ref().and_then(|mail| mail.series.as_ref());
    Item {
        id: urn(id),
        title: entry.title.clone(),
        url,
        published,
        summary: summary(&words, &sections, issue),
        text: words,
        html: content(entry, &issue.definitions, page, &sections, issue_ref, series, site),
        author: issue.editor.clone(),
        categories: categories(&sections, mail.as_ref()),
        sections,
        issue: Arc::clone(issue_ref),
        mail,
    }
}

fn categories(sections: &[Arc<Section>], mail: Option<&Mail>) -> Vec<Category> {
    let same = |term: &str| (term.to_owned(), term.to_owned());
    let sections = sections.iter().map(|section| (section.slug.clone(), section.title.clone()));
    let of_mail = mail.into_iter().flat_map(|mail| {
        let subject = &mail.subject;
        let kind = subject.kind.map(|kind| (kind.term().to_owned(), kind.label().to_owned()));
        let revised = subject.version.filter(|version| *version >= 2).map(|_| same("v2+"));
        let trees = subject.trees.iter().map(|tree| same(tree));
        let names = mail.list.iter().chain(&mail.organisation).map(|term| same(term));
        kind.into_iter().chain(revised).chain(trees).chain(names)
    });
    let mut categories: Vec<Category> = Vec::new();
    for (term, label) in sections.chain(of_mail) {
        if !categories.iter().any(|category| category.term == term) {
            categories.push(Category { term, label });
        }
    }
    categories
}

/// What `read` makes of editors' words.
fn with_source<T>(words: &Part<'_>, definitions: &Definitions, read: impl Fn(Source<'_>) -> T) -> T {
    match *words {
        Part::Mail(text) | Part::Markdown(text) => read(Source { text, from: 0, definitions }),
        Part::Rest { block, column, from } => {
            read(Source { text: &markdown::dedent(block, column), from, definitions })
        }
    }
}

/// The words of the text.
fn words(entry: &Entry<'_>, definitions: &Definitions) -> String {
    let words: Vec<String> = entry
        .body
        .iter()
        .map(|part| match part {
            Part::Mail(quote) => mail::plain(&mail::unquote(quote)),
            words => with_source(words, definitions, markdown::plain_of),
        })
        .filter(|words| !words.is_empty())
        .collect();
    words.join(" ")
}

/// The first words of the text; without any, where the entry stands.
fn summary(words: &str, sections: &[Arc<Section>], issue: &Issue<'_>) -> String {
    if !words.is_empty() {
        return text::first_words(words, SUMMARY);
    }
    let place: Vec<&str> =
        sections.iter().map(|section| section.title.as_str()).chain([issue.title.as_str()]).collect();
    text::first_words(&place.join(" · "), SUMMARY)
}

/// The whole text, and in its last line where it stands: sections and issue, linked.
fn content(
    entry: &Entry<'_>,
    definitions: &Definitions,
    page: &Url,
    sections: &[Arc<Section>],
    issue: &IssueRef,
    series: Option<&Series>,
    site: &Site,
) -> String {
    let mut html = String::new();
    for part in &entry.body {
        match part {
            Part::Mail(quote) => html.push_str(&mail::html(&mail::unquote(quote))),
            words => html.push_str(&with_source(words, definitions, |source| markdown::html(source, page))),
        }
    }
    if let Some(series) = series.filter(|series| !series.earlier.is_empty()) {
        push_earlier(&mut html, site, &series.earlier);
    }
    let sections = sections.iter().map(|section| (section.slug.as_str(), section.title.as_str()));
    push_place(&mut html, site, sections, issue);
    html
}

/// Appends the earlier versions and where they were listed, all linked.
fn push_earlier(html: &mut String, site: &Site, earlier: &[Version]) {
    html.push_str(site.language().pick("<p>更早的版本：", "<p>Earlier: "));
    for (at, version) in earlier.iter().enumerate() {
        html.push_str(if at == 0 { "" } else { site.language().pick("、", ", ") });
        text::link(html, &version.url, &version.name);
        html.push_str(site.language().pick("（", " in "));
        let issue = &version.issue;
        let name = issue.number.map_or_else(|| issue.title.clone(), |number| site.language().issue(number));
        match &issue.url {
            Some(url) => text::link(html, url, &name),
            None => text::escape(html, &name),
        }
        html.push_str(site.language().pick("）", ""));
    }
    html.push_str("</p>\n");
}

/// Appends a content's last line: feeds, each by slug and title, and the issue, all linked.
pub fn push_place<'a>(
    html: &mut String,
    site: &Site,
    feeds: impl Iterator<Item = (&'a str, &'a str)>,
    issue: &IssueRef,
) {
    html.push_str("<p>");
    for (slug, title) in feeds {
        text::link(html, &site.url(&format!("{slug}.html")), title);
        html.push_str(" · ");
    }
    match &issue.url {
        Some(url) => text::link(html, url, &issue.title),
        None => text::escape(html, &issue.title),
    }
    html.push_str("</p>\n");
}
