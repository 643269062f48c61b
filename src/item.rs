//! Items: what feeds are made of. Identity, repeats and dates are decided here, once for all feeds and formats.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Duration, FixedOffset};
use percent_encoding::percent_decode_str;
use url::Url;
use uuid::Uuid;

use crate::config::Site;
use crate::diagnostic::{Diagnostic, Problem};
use crate::issue::{Issue, License};
use crate::section::Section;
use crate::split::{Entry, Part};
use crate::subject::{self, Subject};
use crate::{mail, markdown, text};

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
    /// The whole text. Atom `content`, RSS `content:encoded`, JSON `content_html`.
    pub html: String,
    /// A name. Atom `author`, RSS `dc:creator`, JSON `authors`.
    pub author: String,
    /// Section, kind, trees, list. Atom `category`, RSS `category`, JSON `tags`.
    pub categories: Vec<Category>,
    /// The sections' slugs. JSON `_patchfeed.sections`.
    pub sections: Vec<Arc<Section>>,
    /// The issue that the item comes from.
    pub issue: IssueRef,
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
    /// The discussion as an Atom feed. Atom `link rel="replies"`, RSS —, JSON `_patchfeed.replies_url`.
    pub replies_url: Option<String>,
    /// The parts of the subject line. JSON `_patchfeed.version`, `kind`, `trees`, `position`.
    pub subject: Subject,
}

/// The longest summary, in characters.
const SUMMARY: usize = 500;

/// The items of one issue, in its order, and what is needed to publish them.
#[derive(Debug)]
pub struct Listing {
    /// See [`Issue::slug`].
    pub slug: String,
    /// When the issue was posted.
    pub posted: DateTime<FixedOffset>,
    /// The issue.
    pub issue: IssueRef,
    /// The issue's editor.
    pub editor: String,
    /// The entries that are new in this issue.
    pub items: Vec<Item>,
}

/// Puts the issues in order, oldest first, and gives each its time of posting and its name in addresses.
///
/// An issue's items take a second each, backwards from its posting. Where two issues were posted too close together for
/// that, the newer one's time moves up; an older one's never does, since it may be published already.
pub fn order(issues: &mut [Issue<'_>], site: &Site) -> Vec<Diagnostic> {
    let mut diagnostics = date_undated(issues, site);
    issues.sort_by_cached_key(|issue| (issue.posted, issue.number, issue.document.path.clone()));
    let mut last: Option<DateTime<FixedOffset>> = None;
    for issue in issues.iter_mut() {
        let length = Duration::seconds(i64::try_from(issue.entries.len().max(1)).unwrap_or(i64::MAX));
        let earliest = last.and_then(|last| last.checked_add_signed(length));
        issue.posted = issue.posted.max(earliest);
        last = issue.posted;
    }
    let mut named: HashMap<String, String> = HashMap::new();
    for issue in issues {
        if let Some(first) = named.get(&issue.slug).cloned() {
            let mut free = (2..=named.len() + 2).map(|n| format!("{}-{n}", issue.slug));
            issue.slug = free.find(|slug| !named.contains_key(slug)).unwrap_or_default(); // one of them is free
            if issue.number.is_some() {
                let problem = Problem::NumberTwice { first, slug: issue.slug.clone() };
                diagnostics.push(issue.document.diagnostic(None, problem));
            }
        }
        named.insert(issue.slug.clone(), issue.document.path.clone());
    }
    diagnostics
}

/// Gives a time to the issues that have none: that of the issue numbered before it, or after it, or of the epoch.
fn date_undated(issues: &mut [Issue<'_>], site: &Site) -> Vec<Diagnostic> {
    let dated: Vec<(Option<u32>, DateTime<FixedOffset>)> =
        issues.iter().filter_map(|issue| Some((issue.number, issue.posted?))).collect();
    let epoch = DateTime::UNIX_EPOCH.with_timezone(&site.utc_offset);
    let mut diagnostics = Vec::new();
    for issue in issues.iter_mut().filter(|issue| issue.posted.is_none()) {
        let before = dated.iter().filter(|(number, _)| number.is_some() && *number <= issue.number).max();
        let after = dated.iter().filter(|(number, _)| *number > issue.number && issue.number.is_some()).min();
        let posted = before.or(after).map_or(epoch, |(_, posted)| *posted);
        diagnostics.push(issue.document.diagnostic(None, Problem::NoDate(posted.to_rfc3339())));
        issue.posted = Some(posted);
    }
    diagnostics
}

/// The items of the issues, which [`order`] has put in order, and how many entries listed a message again.
///
/// A message is one item, in the issue that listed it first; there it has every section that lists it.
pub fn items(issues: &[Issue<'_>], site: &Site) -> (Vec<Listing>, usize) {
    let mut seen: HashSet<Uuid> = HashSet::new();
    let mut repeats = 0;
    let listings = issues
        .iter()
        .map(|issue| {
            let mut here: Vec<(Uuid, Vec<Arc<Section>>, usize)> = Vec::new();
            let mut at: HashMap<Uuid, usize> = HashMap::new();
            for (position, entry) in issue.entries.iter().enumerate() {
                let id = id(issue, entry);
                if seen.contains(&id) {
                    repeats += 1;
                } else if let Some(&first) = at.get(&id) {
                    repeats += 1;
                    let sections = &mut here[first].1;
                    sections.extend(
                        entry.section.iter().filter(|section| !sections.contains(section)).cloned().collect::<Vec<_>>(),
                    );
                } else {
                    at.insert(id, here.len());
                    here.push((id, entry.section.iter().cloned().collect(), position));
                }
            }
            seen.extend(at.into_keys());
            let issue_ref = IssueRef {
                number: issue.number,
                title: issue.title.clone(),
                url: issue.url.clone(),
                license: issue.license.clone(),
            };
            let posted = issue.posted.unwrap_or_default();
            let items = here.into_iter().map(|(id, sections, position)| {
                let published = posted - Duration::seconds(i64::try_from(position).unwrap_or(0));
                item(site, issue, &issue_ref, &issue.entries[position], id, sections, published)
            });
            Listing {
                slug: issue.slug.clone(),
                posted,
                items: items.collect(),
                editor: issue.editor.clone(),
                issue: issue_ref,
            }
        })
        .collect();
    (listings, repeats)
}

/// The identity of an entry: its message's, whatever list and scheme the link names; else its issue, link and title.
fn id(issue: &Issue<'_>, entry: &Entry<'_>) -> Uuid {
    let message = entry.link.as_deref().and_then(archived).map(|mail| format!("mid:{}", mail.message_id));
    let name = message.unwrap_or_else(|| {
        format!("patchfeed:{}\n{}\n{}", issue.slug, entry.link.as_deref().unwrap_or(""), entry.title)
    });
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
}

/// An id as feeds write it (RFC 9562 §4: a URN, lower case).
pub fn urn(id: Uuid) -> String {
    id.urn().to_string()
}

fn item(
    site: &Site,
    issue: &Issue<'_>,
    issue_ref: &IssueRef,
    entry: &Entry<'_>,
    id: Uuid,
    sections: Vec<Arc<Section>>,
    published: DateTime<FixedOffset>,
) -> Item {
    let page = issue.url.as_deref().and_then(|url| Url::parse(url).ok()).unwrap_or_else(|| site.address.clone());
    let archived = entry.link.as_deref().and_then(archived);
    let url = match (&archived, &entry.link) {
        (Some(mail), _) => mail.url.clone(),
        (None, Some(link)) => page.join(link).map_or_else(|_| page.to_string(), Into::into),
        (None, None) => page.to_string(),
    };
    let subject = subject::parse(&entry.title);
    let list = archived.as_ref().and_then(|mail| mail.list.clone());
    let categories = categories(&sections, &subject, list.as_deref());
    Item {
        id: urn(id),
        title: entry.title.clone(),
        url,
        published,
        summary: summary(entry, &sections, issue),
        html: content(entry, &page, &sections, issue_ref, site),
        author: issue.editor.clone(),
        categories,
        sections,
        issue: issue_ref.clone(),
        mail: Some(Mail {
            list,
            replies_url: archived.as_ref().map(|mail| format!("{}t.atom", mail.url)),
            message_id: archived.map(|mail| mail.message_id),
            subject,
        }),
    }
}

/// A mail in an archive of the web.
struct Archived {
    message_id: String,
    list: Option<String>,
    url: String,
}

/// The hosts of archives, and whether the first part of their paths is the list's name.
const ARCHIVES: [(&str, bool); 4] =
    [("lore.kernel.org", true), ("lkml.kernel.org", true), ("patch.msgid.link", false), ("msgid.link", false)];

/// Reads the address of a mail in an archive: `https://lore.kernel.org/LIST/MESSAGE-ID/`.
fn archived(link: &str) -> Option<Archived> {
    let url = Url::parse(link).ok()?;
    let (host, has_list) = ARCHIVES.into_iter().find(|(host, _)| url.host_str() == Some(host))?;
    let mut path = url.path_segments()?;
    let list = if has_list { Some(path.next()?) } else { None };
    let id = path.next()?;
    let message_id = percent_decode_str(id).decode_utf8().ok()?;
    // Most ids hold an `@`; one that was mangled on its way may not, but the archive ends its address with a slash.
    let other_page = id == "_" || id.bytes().all(|byte| byte.is_ascii_digit());
    if !(message_id.contains('@') || path.next() == Some("") && !other_page) {
        return None;
    }
    Some(Archived {
        message_id: message_id.trim_matches(['<', '>']).to_owned(),
        url: list.map_or_else(|| format!("https://{host}/{id}/"), |list| format!("https://{host}/{list}/{id}/")),
        list: list
            .filter(|list| !matches!(*list, "r" | "all" | ""))
            .map(|list| text::percent_encode(&list.to_lowercase())),
    })
}

fn categories(sections: &[Arc<Section>], subject: &Subject, list: Option<&str>) -> Vec<Category> {
    let same = |term: &str| (term.to_owned(), term.to_owned());
    let sections = sections.iter().map(|section| (section.slug.clone(), section.title.clone()));
    let kind = subject.kind.map(|kind| (kind.term().to_owned(), kind.label().to_owned()));
    let trees = subject.trees.iter().map(|tree| same(tree));
    let mut categories: Vec<Category> = Vec::new();
    for (term, label) in sections.chain(kind).chain(trees).chain(list.map(same)) {
        if !categories.iter().any(|category| category.term == term) {
            categories.push(Category { term, label });
        }
    }
    categories
}

/// The first words of the text; without any, where the entry stands.
fn summary(entry: &Entry<'_>, sections: &[Arc<Section>], issue: &Issue<'_>) -> String {
    let words: Vec<String> = entry
        .body
        .iter()
        .map(|part| match part {
            Part::Mail(quote) => mail::plain(&mail::unquote(quote)),
            Part::Markdown(source) => markdown::plain(source),
        })
        .filter(|words| !words.is_empty())
        .collect();
    if !words.is_empty() {
        return text::first_words(&words.join(" "), SUMMARY);
    }
    let place: Vec<&str> =
        sections.iter().map(|section| section.title.as_str()).chain([issue.title.as_str()]).collect();
    text::first_words(&place.join(" · "), SUMMARY)
}

/// The whole text, and in its last line where it stands: sections and issue, linked.
fn content(entry: &Entry<'_>, page: &Url, sections: &[Arc<Section>], issue: &IssueRef, site: &Site) -> String {
    let mut html = String::new();
    for part in &entry.body {
        match part {
            Part::Mail(quote) => html.push_str(&mail::html(&mail::unquote(quote))),
            Part::Markdown(source) => html.push_str(&markdown::html(source, page)),
        }
    }
    html.push_str("<p>");
    for section in sections {
        text::link(&mut html, &site.url(&format!("{}.html", section.slug)), &section.title);
        html.push_str(" · ");
    }
    match &issue.url {
        Some(url) => text::link(&mut html, url, &issue.title),
        None => text::escape(&mut html, &issue.title),
    }
    html.push_str("</p>\n");
    html
}
