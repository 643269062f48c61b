//! What the issues say of their newsletter together: its name and its language.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use crate::entry::{Entry, Part};
use crate::facts::language::Language;
use crate::facts::newsletter::{Learnt, Lists};
use crate::issue::{Issue, month_named};
use crate::split::IssueKind;
use crate::text;

/// How much of an entry's text is looked at for its language, in bytes.
const SOME: usize = 500;

/// Names of folders that say nothing of what is in them.
const PLAIN_FOLDERS: [&str; 18] = [
    "_posts",
    "posts",
    "post",
    "docs",
    "doc",
    "issues",
    "content",
    "contents",
    "src",
    "source",
    "newsletters",
    "newsletter",
    "archive",
    "archives",
    "reports",
    "blog",
    "pages",
    "md",
];

/// What the issues tell of their newsletter: its name (what most titles share, or else the folder's) and its language. They don't tell its
/// address, so that of the site stands in. `None` if at least half of them list patches, or the configuration says so: those are taken for
/// issues of the RISC-V newsletter.
pub(super) fn learn(issues: &[Issue<'_>], lists: Option<Lists>, base_url: &Url) -> Option<Learnt> {
    let patches = issues.iter().filter(|issue| issue.kind == IssueKind::Patches).count();
    let most = if patches * 2 >= issues.len() { Lists::Patches } else { Lists::Links };
    if lists.unwrap_or(most) == Lists::Patches {
        return None;
    }
    let language = language(issues);
    let name = commonest_name(issues).or_else(|| folder_name(issues));
    let title = name.unwrap_or(language.pick("周刊", "Newsletter")).to_owned();
    Some(Learnt { title, address: base_url.clone(), language })
}

/// The language that the issues are written in: that of what the editors call most of the issues and their sections, or of all
/// words: titles, headings and the beginnings of texts. A newsletter that lists pages in English is Chinese if its headings are.
fn language(issues: &[Issue<'_>]) -> Language {
    let of_links: Vec<&Issue<'_>> = issues.iter().filter(|issue| issue.kind != IssueKind::Patches).collect();
    let mut all = Letters::default();
    let mut chinese = 0;
    for issue in &of_links {
        let mut of_editors = Letters::default();
        issue.title.iter().for_each(|title| of_editors.count(title));
        let sections: BTreeSet<&str> =
            issue.entries.iter().filter_map(|entry| Some(entry.section.as_ref()?.title.as_str())).collect();
        for section in sections {
            of_editors.count(section);
        }
        chinese += usize::from(of_editors.are_chinese());
        issue.title.iter().for_each(|title| all.count(title));
        for entry in &issue.entries {
            all.count(&entry.title);
            entry.section.iter().for_each(|section| all.count(&section.title));
            words(entry).for_each(|words| all.count(words));
        }
    }
    if all.are_chinese() || chinese * 2 > of_links.len() { Language::Chinese } else { Language::English }
}

/// Letters, counted.
#[derive(Debug, Default)]
struct Letters {
    chinese: usize,
    all: usize,
}

impl Letters {
    fn count(&mut self, words: &str) {
        for letter in words.chars().filter(|c| c.is_alphabetic()) {
            self.chinese += usize::from(matches!(letter, '\u{4E00}'..='\u{9FFF}'));
            self.all += 1;
        }
    }

    /// Whether the words are Chinese. Chinese editors write of programs in Latin letters, so a quarter of Chinese letters is enough.
    fn are_chinese(&self) -> bool {
        self.chinese * 4 > self.all
    }
}

/// The beginning of an entry's text, without addresses.
fn words<'e>(entry: &'e Entry<'_>) -> impl Iterator<Item = &'e str> {
    let parts = entry.body.iter().map(|part| match part {
        Part::Mail(text) | Part::Markdown(text) => text,
        Part::Rest { block, from, .. } => block.get(*from..).unwrap_or(block),
    });
    let beginnings = parts.map(|text| &text[..text.floor_char_boundary(SOME)]);
    beginnings.flat_map(|text| text.split(['(', '<', ' '])).map(|words| {
        let rest = words.split_once([')', '>']).map_or("", |(_, rest)| rest);
        if text::is_web(words) { rest } else { words }
    })
}

/// The name that most issues' titles have.
fn commonest_name<'a>(issues: &'a [Issue<'_>]) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for issue in issues {
        let title = issue.document_title.as_deref().or(issue.title.as_deref());
        if let Some(name) = title.and_then(name) {
            *counts.entry(name).or_default() += 1;
        }
    }
    let (name, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count * 2 >= issues.len()).then_some(name)
}

/// The name of the innermost folder that says what is in it, if all issues are in it.
fn folder_name<'a>(issues: &'a [Issue<'_>]) -> Option<&'a str> {
    let first = issues.first()?.document.path.as_str();
    let mut folders: Vec<&str> = first.split('/').collect();
    folders.pop();
    while let Some(name) = folders.pop() {
        let says_something = name.chars().filter(|c| c.is_alphabetic()).count() > 1 && !PLAIN_FOLDERS.contains(&name);
        let folder = [&folders.join("/"), "/", name, "/"].concat();
        let folder = folder.trim_start_matches('/');
        let holds_all = issues.iter().all(|issue| issue.document.path.trim_start_matches('/').starts_with(folder));
        if says_something && holds_all {
            return Some(name);
        }
    }
    None
}

/// The newsletter's name in the title of an issue: what comes before the number or the date, or else behind it.
fn name(title: &str) -> Option<&str> {
    let marks = ["第", "Issue", "issue", "No.", "#", "(", "（", ":", "："];
    let mark = marks.iter().filter_map(|mark| title.find(mark)).min();
    let digit = title.find(|c: char| c.is_ascii_digit());
    let end = mark.into_iter().chain(digit).chain(month(title)).min().unwrap_or(title.len());
    let behind = || &title[title.rfind(|c: char| c.is_ascii_digit() || "期号".contains(c)).unwrap_or(title.len())..];
    [&title[..end], behind()]
        .into_iter()
        .map(trimmed)
        .find(|name| name.chars().filter(|c| c.is_alphabetic()).count() > 1)
}

fn trimmed(name: &str) -> &str {
    name.trim_start_matches(['期', '号']).trim_matches(|c: char| !c.is_alphabetic())
}

/// Where a month's name begins.
fn month(title: &str) -> Option<usize> {
    let mut at = 0;
    title.split_inclusive(' ').find_map(|word| {
        let start = at;
        at += word.len();
        let word = word.trim_matches(|c: char| !c.is_alphabetic());
        month_named(word).map(|_| start)
    })
}
