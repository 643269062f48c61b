//! What the issues say of their newsletter, where the configuration doesn't.

use std::collections::BTreeMap;

use crate::config::FileSite;
use crate::issue::Issue;
use crate::split::Of;

/// What is known of a newsletter from its issues.
#[derive(Debug, Default)]
pub struct Survey {
    /// The issues that are of the newsletter that patchfeed was made for.
    own: usize,
    issues: usize,
    entries: usize,
    /// How many issues have each name.
    names: BTreeMap<String, usize>,
    /// Letters of the entries' titles: Chinese, and all.
    letters: (usize, usize),
}

/// What marks an issue of the newsletter that patchfeed was made for: its title, its file's name.
pub const OWN: [&str; 2] = ["RISC-V Linux 内核及周边技术动态", "rvlwn"];

impl Survey {
    /// What an issue says.
    pub fn of(issue: &Issue<'_>) -> Self {
        let mut survey = Self {
            own: usize::from(issue.kind == Of::Patches),
            issues: 1,
            entries: issue.entries.len(),
            ..Self::default()
        };
        survey.names.extend(issue.heading.as_deref().and_then(name).map(|name| (name.to_owned(), 1)));
        if issue.kind != Of::Patches {
            for c in issue.entries.iter().flat_map(|entry| entry.title.chars()).filter(|c| c.is_alphabetic()) {
                survey.letters.0 += usize::from(matches!(c, '\u{4E00}'..='\u{9FFF}'));
                survey.letters.1 += 1;
            }
        }
        survey
    }

    /// Takes another issue in.
    pub fn add(&mut self, other: Self) {
        self.own += other.own;
        self.issues += other.issues;
        self.entries += other.entries;
        self.letters = (self.letters.0 + other.letters.0, self.letters.1 + other.letters.1);
        for (name, count) in other.names {
            *self.names.entry(name).or_default() += count;
        }
    }

    /// The site with what the configuration leaves open, if the newsletter is another than the one that patchfeed was
    /// made for: its name as most issues' titles begin, Chinese or English as the entries are, the site's own address.
    pub fn site(&self, configured: &FileSite, base_url: &str) -> Option<FileSite> {
        if self.own * 2 >= self.issues || self.entries == 0 {
            return None;
        }
        let chinese = self.letters.0 * 4 > self.letters.1; // what it says of programs is in Latin letters
        let name = self.names.iter().max_by_key(|(_, count)| **count).map(|(name, _)| name.clone());
        let (nameless, language, offset) =
            if chinese { ("周刊", "zh-CN", "+08:00") } else { ("Newsletter", "en", "+00:00") };
        let or = |value: &Option<String>, default: &str| value.clone().or_else(|| Some(default.to_owned()));
        Some(FileSite {
            title: configured.title.clone().or(name).or_else(|| Some(nameless.to_owned())),
            address: or(&configured.address, base_url),
            language: or(&configured.language, language),
            utc_offset: or(&configured.utc_offset, offset),
            links: true,
            ..configured.clone()
        })
    }
}

/// The newsletter's name as the title of an issue gives it: what stands before the number or the date.
fn name(title: &str) -> Option<&str> {
    let mark = ["第", "Issue", "issue", "No.", "#", "(", "（", ":", "："].iter().filter_map(|mark| title.find(mark));
    let end = mark.chain(title.find(|c: char| c.is_ascii_digit())).min().unwrap_or(title.len());
    let name = title[..end].trim_matches(|c: char| !c.is_alphanumeric());
    (name.chars().filter(|c| c.is_alphabetic()).count() > 1).then_some(name)
}
