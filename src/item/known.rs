//! What is the same: identity, repeats and series, decided once for all feeds and formats.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use url::Url;
use uuid::Uuid;

use super::{IssueRef, Mail, page};
use crate::config::{Repeats, Site};
use crate::issue::Issue;
use crate::lore::Archived;
use crate::section::Section;
use crate::series::{self, Listed};
use crate::split::{Entry, Link, Of, Part};
use crate::subject;
use crate::{lore, markdown};

/// An issue with what its entries may become: items, if no issue before lists the same.
#[derive(Debug)]
pub struct Draft<'a> {
    pub(super) issue: Issue<'a>,
    pub(super) found: Vec<Found>,
    /// How many entries list again what an entry above them lists.
    repeats: usize,
    /// The numbers of the [`series::family`] of every entry that leads to a mail.
    families: Vec<u64>,
}

/// An entry that may be an item: the first of its issue that lists its message.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) id: Uuid,
    /// The number of what makes it the same as others.
    fingerprint: u64,
    /// Its place among the issue's entries.
    pub(super) position: usize,
    pub(super) sections: Vec<Arc<Section>>,
    pub(super) url: String,
    pub(super) mail: Option<Mail>,
    /// The [`series::id`] of what its series has in common, and the number of its family.
    pub(super) series: Option<(Uuid, u64)>,
}

impl<'a> Draft<'a> {
    /// What an issue's entries may become. A message that stands in several sections has all of them.
    pub fn of(issue: Issue<'a>, site: &Site) -> Self {
        let page = page(&issue, site);
        let mut found: Vec<Found> = Vec::with_capacity(issue.entries.len());
        let mut here: HashMap<Uuid, usize> = HashMap::with_capacity(issue.entries.len());
        let (mut name, mut key) = (String::new(), String::new());
        let (mut repeats, mut families) = (0, Vec::with_capacity(issue.entries.len()));
        for (position, entry) in issue.entries.iter().enumerate() {
            let scope = write_name(&mut name, &issue, entry, &page);
            let family = family_of(entry, &mut key);
            families.extend(family);
            let mut id = id(&name);
            if let (Some(&first), Scope::Issue) = (here.get(&id), scope)
                && issue.entries[found[first].position].body != entry.body
            {
                id = self::id(&(name.clone() + &body(entry))); // another text is another entry
            }
            if let Some(&first) = here.get(&id) {
                repeats += 1;
                let sections = &mut found[first].sections;
                let new = entry.section.iter().filter(|new| !sections.iter().any(|section| section.slug == new.slug));
                sections.extend(new.cloned().collect::<Vec<_>>());
            } else {
                here.insert(id, found.len());
                let (url, mail) = mail_of(&issue, entry, &page);
                let key = mail.as_ref().and_then(|mail| series::key(&mail.subject, &mut key));
                let series = key.map(series::id).zip(family);
                let sections = entry.section.iter().cloned().collect();
                let fingerprint = fingerprint(&name);
                found.push(Found { id, fingerprint, position, sections, url, mail, series });
            }
        }
        Self { issue, found, repeats, families }
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

/// What makes the issue's entries the same as others, and the families of their series, as far as another issue may have
/// them too; as numbers, of which different things have the same once in a long while.
pub fn fingerprints(issue: &Issue<'_>, site: &Site) -> Vec<u64> {
    let page = page(issue, site);
    let mut fingerprints = Vec::with_capacity(issue.entries.len() * 2);
    let mut text = String::new();
    for entry in &issue.entries {
        if write_name(&mut text, issue, entry, &page) != Scope::Issue {
            fingerprints.push(fingerprint(&text));
        }
        fingerprints.extend(family_of(entry, &mut text));
    }
    fingerprints
}

/// What the issues listed so far have in common with later ones. Issues are added from the oldest on.
#[derive(Debug)]
pub struct Known<'a> {
    site: &'a Site,
    /// The [`fingerprints`] that come more than once; of the rest nothing need be remembered. A family is wider than its
    /// series: of a few mails that have no other version something is remembered too.
    shared: &'a HashMap<u64, usize>,
    /// How often those of families are still to come, where some have come; after the last nothing need be remembered either.
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
        let mut mails: Vec<((Uuid, u64), Uuid, &str, &mut Mail)> = draft
            .found
            .iter_mut()
            .filter_map(|found| {
                let series = found.series.filter(|(_, family)| shared.contains_key(family))?;
                Some((series, found.id, found.url.as_str(), found.mail.as_mut()?))
            })
            .collect();
        mails.sort_by_key(|(.., mail)| series::rank(&mail.subject));
        for ((key, family), id, url, mail) in mails {
            mail.series = Some(self.listed.add(family, key, mail, id, url, &issue));
        }
        for family in draft.families.iter().filter(|family| shared.contains_key(family)) {
            let left = self.left.entry(*family).or_insert_with(|| shared[family]);
            *left -= 1;
            if *left == 0 {
                self.left.remove(family);
                self.listed.forget(*family);
            }
        }
    }
}

/// The number of an entry's [`series::family`], if it leads to a mail. `text` is written over.
fn family_of(entry: &Entry<'_>, text: &mut String) -> Option<u64> {
    matches!(entry.link, Some(Link::Mail(_))).then(|| fingerprint(series::family(&entry.title, text)))
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
fn write_name(name: &mut String, issue: &Issue<'_>, entry: &Entry<'_>, page: &Url) -> Scope {
    name.clear();
    let link = match &entry.link {
        Some(Link::Mail(mail)) => {
            name.push_str("mid:");
            name.push_str(&mail.message_id);
            return Scope::Newsletter;
        }
        Some(Link::Other(address)) => Some(&**address),
        None => None,
    };
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

/// The address of an entry's item, and what is known of the mail, if it is one; its series is for [`Known::add`] to say.
fn mail_of(issue: &Issue<'_>, entry: &Entry<'_>, page: &Url) -> (String, Option<Mail>) {
    let (url, archived) = match &entry.link {
        Some(Link::Mail(mail)) => (mail.url(), Some(mail)),
        Some(Link::Other(address)) => (markdown::safe(address, page).unwrap_or_else(|| page.to_string()), None),
        None => (page.to_string(), None),
    };
    let is_mail = archived.is_some() || issue.kind == Of::Patches;
    let mail = is_mail.then(|| Mail {
        list: archived.and_then(Archived::list),
        replies_url: archived.map(|_| [&url, "t.atom"].concat()),
        organisation: archived.and_then(|mail| lore::organisation(&mail.message_id)),
        message_id: archived.map(|mail| mail.message_id.to_string()),
        subject: subject::parse(&entry.title),
        series: None,
    });
    (url, mail)
}
