//! Series: the versions of one patch, told by their subject lines.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::item::{IssueRef, Mail};
use crate::subject::{Kind, Subject};

/// One version of a series.
#[derive(Debug, Clone)]
pub struct Version {
    /// The item's id. Atom `thr:in-reply-to ref`, JSON `_patchfeed.series.earlier[].id`.
    pub id: Uuid,
    /// The mail. Atom `thr:in-reply-to href`, JSON `_patchfeed.series.earlier[].url`.
    pub url: String,
    /// `v2`, `RFC v1`. JSON `_patchfeed.series.earlier[].version`.
    pub name: String,
    /// The issue that listed it. JSON `_patchfeed.series.earlier[].issue`.
    pub issue: Arc<IssueRef>,
    rank: Rank,
}

/// What orders versions: a request for comments comes before the patch.
pub type Rank = (bool, u32);

/// The series that an item belongs to.
#[derive(Debug, Clone)]
pub struct Series {
    /// The same for all versions. JSON `_patchfeed.series.id`.
    pub id: Uuid,
    /// The versions that were listed before and are lower, the highest first. An item's text and threading lead to them;
    /// it knows nothing of later ones, so that it stays as it is.
    pub earlier: Vec<Version>,
}

/// The series that have been listed so far: by their families, and by what their versions have in common.
#[derive(Debug, Default)]
pub struct Listed(HashMap<u64, HashMap<Uuid, Vec<Found>>>);

#[derive(Debug)]
struct Found {
    id: Uuid,
    organisation: Option<String>,
    /// Of each rank the version that was listed last.
    versions: Vec<Version>,
}

/// What a mail's version ranks among those of its series: of one issue's mails the lowest are to be added first.
pub fn rank(subject: &Subject) -> Rank {
    (subject.kind != Some(Kind::Rfc), subject.version.unwrap_or(1))
}

impl Listed {
    /// The series of a mail, which is listed by this. `family` is the number of its [`family`], `key` the [`id`] of what it has
    /// in common with others, `id` and `url` are those of its item.
    ///
    /// Of several series under one subject, a mail belongs to that of its organisation. Another organisation's first
    /// version begins a series of its own; its later version goes on with a series only if there is just one.
    pub fn add(&mut self, family: u64, key: Uuid, mail: &Mail, id: Uuid, url: &str, issue: &Arc<IssueRef>) -> Series {
        let rank = rank(&mail.subject);
        let series = self.0.entry(family).or_default().entry(key).or_default();
        let own = series.iter().rposition(|found| found.organisation == mail.organisation);
        let at = match own {
            Some(at) => at,
            None if series.len() == 1 && (rank.1 > 1 || series[0].versions.iter().all(|known| known.rank < rank)) => 0,
            None => {
                let id = if series.is_empty() { key } else { of_its_own(mail, id) };
                series.push(Found { id, organisation: None, versions: Vec::new() });
                series.len() - 1
            }
        };
        let found = &mut series[at];
        let mut earlier: Vec<Version> = found.versions.iter().filter(|version| version.rank < rank).cloned().collect();
        earlier.sort_by_key(|version| std::cmp::Reverse(version.rank));
        let name = if rank.0 { format!("v{}", rank.1) } else { format!("RFC v{}", rank.1) };
        found.organisation.clone_from(&mail.organisation);
        found.versions.retain(|version| version.rank != rank);
        found.versions.push(Version { id, url: url.to_owned(), name, issue: Arc::clone(issue), rank });
        Series { id: found.id, earlier }
    }

    /// Forgets the series of a family that none of the mails to come is of.
    pub fn forget(&mut self, family: u64) {
        self.0.remove(&family);
    }
}

/// The id of a series that no other has the [`key`] of.
pub fn id(key: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, ["patchfeed:series\n", key].concat().as_bytes())
}

/// The id of a series whose [`key`] another has too: it begins with a mail, which is listed by the item.
fn of_its_own(mail: &Mail, item: Uuid) -> Uuid {
    let mut name = String::new();
    let key = key(&mail.subject, &mut name).unwrap_or_default();
    id(&format!("{key}\n{}", crate::item::urn(item)))
}

/// The end of a title, behind its last mark or prefix, written to `end`: the same for all titles that have one [`key`], and
/// found much faster. Other series may have it too. The title is in one line.
pub fn family<'a>(title: &str, end: &'a mut String) -> &'a str {
    end.clear();
    if title.is_ascii() {
        let start = memchr::memrchr2(b':', b']', title.as_bytes()).map_or(0, |at| at + 1);
        end.push_str(title[start..].trim());
        end.make_ascii_lowercase();
    } else {
        let start = title.char_indices().rfind(|(_, c)| ":：]".contains(*c)).map_or(0, |(at, c)| at + c.len_utf8());
        let lower = title[start..].trim().chars().flat_map(char::to_lowercase);
        end.extend(lower.map(|c| if c == 'ς' { 'σ' } else { c })); // which of the two a key has, what comes before decides
    }
    end
}

/// What all versions of a series have in common, written to `key`: the subject but for version, kind and position. Pull
/// requests, answers and what can't be read are no versions of anything, and neither is a subject that says nothing. The
/// subject is in one line.
pub fn key<'a>(subject: &Subject, key: &'a mut String) -> Option<&'a str> {
    if !matches!(subject.kind, Some(Kind::Patch | Kind::Resend | Kind::Rfc)) {
        return None;
    }
    key.clear();
    let mut trees: Vec<&str> = subject.trees.iter().map(String::as_str).collect();
    trees.sort_unstable();
    for (at, tree) in trees.into_iter().enumerate() {
        key.push_str(if at > 0 { " " } else { "" });
        key.push_str(tree);
    }
    key.push('\n');
    let start = key.len();
    let rest = subject.rest.trim();
    if rest.is_ascii() {
        key.push_str(rest);
        key[start..].make_ascii_lowercase();
    } else {
        key.push_str(&rest.to_lowercase());
    }
    let words = &key[start..];
    let spaces = memchr::memchr_iter(b' ', words.as_bytes()).count();
    let letters = words.len() - spaces;
    let unreadable = memchr::memchr(b'*', words.as_bytes()).is_some() && words.split(' ').any(|word| word == "***");
    (spaces > 0 && letters >= 10 && !unreadable).then_some(key)
}
