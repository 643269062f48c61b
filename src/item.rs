//! Items: what feeds are made of. Identity, repeats and dates are decided here, once for all feeds and formats.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
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
    /// See [`Item::urn`].
    pub id: Uuid,
    /// Plain text, one line. Atom `title`, RSS `title`, JSON `title`.
    pub title: String,
    /// The mail, or what the item is about. Atom `link rel="alternate"`, RSS `link`, JSON `url` and `external_url`.
    pub url: String,
    /// Atom `published` and `updated`, RSS `pubDate`, JSON `date_published`.
    pub published: DateTime<FixedOffset>,
    /// At most 500 characters of plain text, never none. Atom `summary`, RSS `description`, JSON `summary`.
    pub summary: String,
    /// The words of the whole text, plain, one line; none where no condition looks at them. Nothing in the formats.
    pub text: String,
    /// The whole text. Atom `content`, RSS `content:encoded`, JSON `content_html`.
    pub html: String,
    /// The sections. JSON `_patchfeed.sections`; the first of [`Item::categories`].
    pub sections: Vec<Arc<Section>>,
    /// The issue that the item comes from.
    pub issue: Arc<IssueRef>,
    /// What is known of the mail; none where the item is no mail.
    pub mail: Option<Mail>,
}

/// A category of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category<'a> {
    /// For programs: ASCII, without white space, comma or `#`. Atom `term`, RSS text, JSON tag.
    pub term: &'a str,
    /// For people. Atom `label`.
    pub label: &'a str,
}

impl Item {
    /// `urn:uuid:…`. Atom `id`, RSS `guid`, JSON `id`.
    pub fn urn<'a>(&self, buffer: &'a mut [u8]) -> &'a str {
        self.id.urn().encode_lower(buffer)
    }

    /// Sections, kind, trees, list, organisation, each once. Atom `category`, RSS `category`, JSON `tags`.
    pub fn categories(&self) -> Vec<Category<'_>> {
        let mut categories: Vec<Category<'_>> = Vec::with_capacity(8);
        let mut push = |term, label| {
            if !categories.iter().any(|category: &Category<'_>| category.term == term) {
                categories.push(Category { term, label });
            }
        };
        self.sections.iter().for_each(|section| push(&section.slug, &section.title));
        if let Some(mail) = &self.mail {
            let subject = &mail.subject;
            subject.kind.iter().for_each(|kind| push(kind.term(), kind.label()));
            subject.version.iter().filter(|version| **version >= 2).for_each(|_| push("v2+", "v2+"));
            subject.trees.iter().chain(&mail.list).chain(&mail.organisation).for_each(|name| push(name, name));
        }
        categories
    }
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
    /// The editor's name. Atom `author`, RSS `dc:creator`, JSON `authors`.
    pub editor: String,
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
    /// What the series of those have in common, each with its number.
    again: Vec<(String, u64)>,
}

/// An entry that may be an item: the first of its issue that lists its message.
#[derive(Debug)]
struct Found {
    id: Uuid,
    /// The number of what makes it the same as others.
    fingerprint: u64,
    /// Its place among the issue's entries.
    position: usize,
    sections: Vec<Arc<Section>>,
    url: String,
    mail: Option<Mail>,
    /// What its series has in common, and the number of that.
    series: Option<(String, u64)>,
}

impl<'a> Draft<'a> {
    /// What an issue's entries may become. A message that stands in several sections has all of them.
    pub fn of(issue: Issue<'a>, site: &Site) -> Self {
        let page = page(&issue, site);
        let mut found: Vec<Found> = Vec::new();
        let mut here: HashMap<Uuid, usize> = HashMap::with_capacity(issue.entries.len());
        let (mut name, mut key) = (String::new(), String::new());
        let (mut repeats, mut again) = (0, Vec::new());
        for (position, entry) in issue.entries.iter().enumerate() {
            let archived = entry.link.as_deref().and_then(lore::read);
            let scope = write_name(&mut name, &issue, entry, archived.as_ref(), &page);
            let mut id = id(&name);
            if let (Some(&first), Scope::Issue) = (here.get(&id), scope)
                && issue.entries[found[first].position].body != entry.body
            {
                id = self::id(&(name.clone() + &body(entry))); // another text is another entry
            }
            if let Some(&first) = here.get(&id) {
                repeats += 1;
                let subject = archived.map(|_| subject::parse(&entry.title));
                again.extend(subject.and_then(|subject| numbered_key(&subject, &mut key)));
                let sections = &mut found[first].sections;
                let new = entry.section.iter().filter(|new| !sections.iter().any(|section| section.slug == new.slug));
                sections.extend(new.cloned().collect::<Vec<_>>());
            } else {
                here.insert(id, found.len());
                let (url, mail) = mail_of(&issue, entry, archived, &page);
                let message = mail.as_ref().filter(|mail| mail.message_id.is_some());
                let series = message.and_then(|mail| numbered_key(&mail.subject, &mut key));
                let sections = entry.section.iter().cloned().collect();
                let fingerprint = fingerprint(&name);
                found.push(Found { id, fingerprint, position, sections, url, mail, series });
            }
        }
        Self { issue, found, repeats, again }
    }

    /// What the issue's items say of it.
    pub fn issue_ref(&self) -> IssueRef {
        let Issue { number, title, url, license, editor, .. } = &self.issue;
        IssueRef {
            number: *number,
            title: title.clone(),
            url: url.clone(),
            license: license.clone(),
            editor: editor.clone(),
        }
    }
}

/// What makes the issue's entries the same as others, and their series, as far as another issue may have them too; as
/// numbers, of which different things have the same once in a long while.
pub fn fingerprints(issue: &Issue<'_>, site: &Site) -> Vec<u64> {
    let page = page(issue, site);
    let mut fingerprints = Vec::with_capacity(issue.entries.len() * 2);
    let mut text = String::new();
    for entry in &issue.entries {
        let archived = entry.link.as_deref().and_then(lore::read);
        if write_name(&mut text, issue, entry, archived.as_ref(), &page) != Scope::Issue {
            fingerprints.push(fingerprint(&text));
        }
        let subject = archived.map(|_| subject::parse(&entry.title));
        fingerprints.extend(subject.and_then(|subject| series::key(&subject, &mut text).map(fingerprint)));
    }
    fingerprints
}

/// What the issues listed so far have in common with later ones. Issues are added from the oldest on.
#[derive(Debug)]
pub struct Known<'a> {
    site: &'a Site,
    /// The [`fingerprints`] that come more than once; of the rest nothing need be remembered.
    shared: &'a HashMap<u64, usize>,
    /// How often those of series are still to come, where some have come; after the last nothing need be remembered either.
    left: HashMap<u64, usize>,
    seen: HashSet<Uuid>,
    listed: Listed,
    /// How many entries listed again what an earlier issue, or their own, lists.
    pub repeats: usize,
}

impl<'a> Known<'a> {
    /// Nothing listed yet. `shared` are the [`fingerprints`] that come more than once, and how often.
    pub fn new(site: &'a Site, shared: &'a HashMap<u64, usize>) -> Self {
        Self { site, shared, left: HashMap::new(), seen: HashSet::new(), listed: Listed::default(), repeats: 0 }
    }

    /// Takes from an issue what earlier ones list, and finds the series of the rest.
    ///
    /// A message is one item, in the issue that listed it first.
    pub fn add(&mut self, draft: &mut Draft<'_>) {
        self.repeats += draft.repeats;
        let slug = draft.issue.slug.as_bytes();
        let shared = self.shared;
        let is_shared = |(_, number): &&(String, u64)| shared.contains_key(number);
        let of_found = draft.found.iter().filter_map(|found| found.series.as_ref());
        let of_issue: Vec<(String, u64)> = of_found.chain(&draft.again).filter(is_shared).cloned().collect();
        draft.found.retain_mut(|found| {
            if !self.shared.contains_key(&found.fingerprint) || self.seen.insert(found.id) {
                return true;
            }
            let keep = self.site.repeats == Repeats::Keep;
            found.id = if keep { Uuid::new_v5(&found.id, slug) } else { found.id };
            self.repeats += usize::from(!keep);
            keep
        });
        let issue = Arc::new(draft.issue_ref());
        // An issue lists the newest on top: its lower versions come before its higher ones all the same.
        let mut mails: Vec<(&str, Uuid, &str, &mut Mail)> = draft
            .found
            .iter_mut()
            .filter_map(|found| {
                let (key, _) = found.series.as_ref().filter(is_shared)?;
                Some((key.as_str(), found.id, found.url.as_str(), found.mail.as_mut()?))
            })
            .collect();
        mails.sort_by_key(|(.., mail)| series::rank(&mail.subject));
        for (key, id, url, mail) in mails {
            mail.series = Some(self.listed.add(key, mail, id, url, &issue));
        }
        for (key, number) in of_issue {
            let left = self.left.entry(number).or_insert_with(|| shared[&number]);
            *left -= 1;
            if *left == 0 {
                self.left.remove(&number);
                self.listed.forget(&key);
            }
        }
    }
}

/// What a mail's series has in common, and the number of that. `key` is written over.
fn numbered_key(subject: &Subject, key: &mut String) -> Option<(String, u64)> {
    series::key(subject, key).map(|key| (key.to_owned(), fingerprint(key)))
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
        issue: issue_ref,
    }
}

/// A number that the same text always has.
fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Where an entry of the same name is the same entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// In whatever issue.
    Newsletter,
    /// In its issue.
    Issue,
}

/// Writes what makes an entry the same entry: its message, as a `mid:` URL (RFC 2392), which is the same whatever list
/// and scheme the link names; without one, link and title; in an issue of patches, and without a link, with the issue.
fn write_name(
    name: &mut String,
    issue: &Issue<'_>,
    entry: &Entry<'_>,
    archived: Option<&Archived<'_>>,
    page: &Url,
) -> Scope {
    name.clear();
    if let Some(mail) = archived {
        name.push_str("mid:");
        name.push_str(&mail.message_id);
        return Scope::Newsletter;
    }
    let link = entry.link.as_deref();
    let (scope, place, link) = match link.and_then(|link| page.join(link).ok()) {
        Some(link) if issue.kind != Of::Patches => (Scope::Newsletter, "", untracked(link).to_string()),
        _ => (Scope::Issue, issue.slug.as_str(), link.unwrap_or_default().to_owned()),
    };
    name.push_str("patchfeed:");
    name.push_str(place);
    name.push_str(if scope == Scope::Issue { "\n" } else { "" });
    name.push_str(&link);
    name.push('\n');
    name.push_str(&entry.title);
    scope
}

/// UUID v5 of a name, in the namespace of URLs.
fn id(name: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
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

/// The address of an entry's item, and what is known of the mail, if it is one; its series is for [`Known::add`] to say.
fn mail_of(issue: &Issue<'_>, entry: &Entry<'_>, archived: Option<Archived<'_>>, page: &Url) -> (String, Option<Mail>) {
    let url = match (&archived, &entry.link) {
        (Some(mail), _) => mail.url(),
        (None, Some(link)) => markdown::safe(link, page).unwrap_or_else(|| page.to_string()),
        (None, None) => page.to_string(),
    };
    let is_mail = archived.is_some() || issue.kind == Of::Patches;
    let mail = is_mail.then(|| Mail {
        list: archived.as_ref().and_then(Archived::list),
        replies_url: archived.as_ref().map(|_| [&url, "t.atom"].concat()),
        organisation: archived.as_ref().and_then(|mail| lore::organisation(&mail.message_id)),
        message_id: archived.map(|mail| mail.message_id.into_owned()),
        subject: subject::parse(&entry.title),
        series: None,
    });
    (url, mail)
}

fn item(site: &Site, issue: &Issue<'_>, page: &Url, issue_ref: &Arc<IssueRef>, found: Found) -> Item {
    let Found { id, position, sections, url, mut mail, series: key, .. } = found;
    if let (Some(mail @ Mail { series: None, .. }), Some((key, _))) = (&mut mail, key) {
        mail.series = Some(Series::alone(&key));
    }
    let entry = &issue.entries[position];
    let published = issue.posted - Duration::seconds(i64::try_from(position).unwrap_or(0));
    let texts: Vec<Cow<'_, str>> = entry.body.iter().map(text_of).collect();
    let enough = if site.texts { usize::MAX } else { SUMMARY };
    let words = words(entry, &texts, &issue.definitions, enough);
    let mut item = Item {
        id,
        title: entry.title.clone().into_owned(),
        url,
        published,
        summary: summary(&words, &sections, issue),
        text: if site.texts { words } else { String::new() },
        html: String::new(),
        sections,
        issue: Arc::clone(issue_ref),
        mail,
    };
    for (part, text) in entry.body.iter().zip(&texts) {
        match part {
            Part::Mail(_) => mail::push_html(&mut item.html, text),
            part => item.html.push_str(&markdown::html(source(part, text, &issue.definitions), page)),
        }
    }
    push_context(&mut item, site);
    item
}

/// A part of an entry's text, as it is read: without the marks of a quote, and as if it began a line.
fn text_of<'a>(part: &Part<'a>) -> Cow<'a, str> {
    match *part {
        Part::Mail(quote) => mail::unquote(quote).into(),
        Part::Markdown(source) => source.into(),
        Part::Rest { block, column, .. } => markdown::dedent(block, column),
    }
}

/// The editors' words of a part, to be read as Markdown.
fn source<'a>(part: &Part<'_>, text: &'a str, definitions: &'a Definitions) -> Source<'a> {
    let from = if let Part::Rest { from, .. } = part { *from } else { 0 };
    Source { text, from, definitions }
}

/// The words of the text; no more need be read than so many characters.
fn words(entry: &Entry<'_>, texts: &[Cow<'_, str>], definitions: &Definitions, enough: usize) -> String {
    let mut all = String::new();
    for (part, text) in entry.body.iter().zip(texts) {
        if all.len() > enough && all.chars().nth(enough).is_some() {
            break;
        }
        if let Part::Mail(_) = part {
            all.reserve(text.len().min(enough.saturating_add(128)));
            mail::push_words(&mut all, text, enough);
            continue;
        }
        let words = markdown::plain_of(source(part, text, definitions));
        if !all.is_empty() && !words.is_empty() {
            all.push(' ');
        }
        all.push_str(&words);
    }
    all
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

/// Appends to an item's text what leads from it: to earlier versions, and in the last line to sections and issue.
fn push_context(item: &mut Item, site: &Site) {
    let html = &mut item.html;
    let series = item.mail.as_ref().and_then(|mail| mail.series.as_ref());
    if let Some(series) = series.filter(|series| !series.earlier.is_empty()) {
        push_earlier(html, site, &series.earlier);
    }
    let sections = item.sections.iter().map(|section| (section.slug.as_str(), section.title.as_str()));
    push_place(html, site, sections, &item.issue);
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
        text::link(html, &[site.base_url.as_str(), slug, ".html"].concat(), title);
        html.push_str(" · ");
    }
    match &issue.url {
        Some(url) => text::link(html, url, &issue.title),
        None => text::escape(html, &issue.title),
    }
    html.push_str("</p>\n");
}
