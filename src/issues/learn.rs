//! What the issues say of their newsletter together.

use std::collections::BTreeMap;

use url::Url;

use crate::facts::language::Language;
use crate::facts::newsletter::Learnt;
use crate::issue::Issue;
use crate::split::IssueKind;

/// What the issues tell of their newsletter: its name (what most titles begin with) and its language (that of the entries' titles). They don't
/// tell its address, so that of the site stands in. `None` if at least half of them list patches: those are taken for issues of the RISC-V
/// newsletter.
pub(super) fn learn(issues: &[Issue<'_>], base_url: &Url) -> Option<Learnt> {
    let patches = issues.iter().filter(|issue| issue.kind == IssueKind::Patches).count();
    if patches * 2 >= issues.len() || issues.iter().all(|issue| issue.entries.is_empty()) {
        return None;
    }
    let language = language(issues);
    let nameless = language.pick("周刊", "Newsletter");
    let title = commonest_name(issues).unwrap_or(nameless).to_owned();
    Some(Learnt { title, address: base_url.clone(), language })
}

/// The language that the titles of links are in. What a Chinese newsletter says of programs is in Latin letters, so a quarter
/// of Chinese letters is enough.
fn language(issues: &[Issue<'_>]) -> Language {
    let (mut chinese, mut all) = (0_usize, 0_usize);
    let entries = issues.iter().filter(|issue| issue.kind != IssueKind::Patches).flat_map(|issue| &issue.entries);
    for letter in entries.flat_map(|entry| entry.title.chars()).filter(|c| c.is_alphabetic()) {
        chinese += usize::from(matches!(letter, '\u{4E00}'..='\u{9FFF}'));
        all += 1;
    }
    if chinese * 4 > all { Language::Chinese } else { Language::English }
}

/// The name that most issues' titles begin with.
fn commonest_name<'a>(issues: &'a [Issue<'_>]) -> Option<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for issue in issues {
        let title = issue.document_title.as_deref().or(issue.title.as_deref());
        if let Some(name) = title.and_then(name) {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(name, _)| name)
}

/// The newsletter's name in the title of an issue: what comes before the number or the date.
fn name(title: &str) -> Option<&str> {
    let marks = ["第", "Issue", "issue", "No.", "#", "(", "（", ":", "："];
    let mark = marks.iter().filter_map(|mark| title.find(mark)).min();
    let digit = title.find(|c: char| c.is_ascii_digit());
    let end = mark.into_iter().chain(digit).min().unwrap_or(title.len());
    let name = title[..end].trim_matches(|c: char| !c.is_alphanumeric());
    (name.chars().filter(|c| c.is_alphabetic()).count() > 1).then_some(name)
}
