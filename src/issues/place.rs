//! The order of issues: when each was posted, and what it is called in addresses.

use std::collections::HashMap;

use chrono::{DateTime, Duration, FixedOffset};

use crate::diagnostic::{Diagnostic, Problem};
use crate::facts::newsletter::Newsletter;
use crate::facts::slug::slug_of;
use crate::issue::Issue;
use crate::split::IssueKind;

/// An issue in its place among the others.
#[derive(Debug)]
pub struct PlacedIssue<'a> {
    pub(crate) issue: Issue<'a>,
    /// Its name in addresses, which no other issue has: its number, else its day, else its file's name.
    pub(crate) slug: String,
    /// When it was posted, to the second: the date of its first item.
    pub(crate) posted: DateTime<FixedOffset>,
    /// Whether its text says when it was posted.
    pub(crate) dated: bool,
}

impl<'a> PlacedIssue<'a> {
    /// An issue before the others are considered.
    fn new(issue: Issue<'a>, newsletter: &Newsletter) -> Self {
        let posted = issue.posted.and_then(|posted| posted.at(newsletter.utc_offset));
        let slug = match (issue.number, posted) {
            (Some(number), _) => number.to_string(),
            (None, Some(posted)) => posted.format("%Y-%m-%d").to_string(),
            (None, None) => slug_of(&issue.file_name),
        };
        let dated = posted.is_some();
        let posted = posted.unwrap_or_else(|| DateTime::UNIX_EPOCH.with_timezone(&newsletter.utc_offset));
        Self { issue, slug, posted, dated }
    }

    /// The time that its items span, a second each.
    fn span(&self) -> Duration {
        Duration::seconds(i64::try_from(self.issue.entries.len().max(1)).unwrap_or(i64::from(u32::MAX)))
    }

    fn rank(&self) -> (DateTime<FixedOffset>, Option<u32>, &str) {
        (self.posted, self.issue.number, &self.issue.document.path)
    }

    pub(super) fn diagnostic(&self, problem: Problem) -> Diagnostic {
        self.issue.document.diagnostic(None, problem)
    }
}

/// Puts issues in order, the oldest first, and gives each its time of posting and its name in addresses.
///
/// An issue's items take a second each, backwards from its posting. If two issues were posted too close together for that,
/// the newer one's time moves up. An older one's never moves, since it may be published already.
pub(super) fn place<'a>(
    issues: Vec<Issue<'a>>,
    newsletter: &Newsletter,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<PlacedIssue<'a>> {
    let mut issues: Vec<PlacedIssue<'a>> =
        issues.into_iter().map(|issue| PlacedIssue::new(issue, newsletter)).collect();
    date_undated(&mut issues, diagnostics);
    issues.sort_by(|a, b| a.rank().cmp(&b.rank()));
    let mut last: Option<DateTime<FixedOffset>> = None;
    for issue in &mut issues {
        let earliest = last.map_or(issue.posted, |last| last + issue.span());
        issue.posted = issue.posted.max(earliest);
        last = Some(issue.posted);
    }
    name_apart(&mut issues, diagnostics);
    issues
}

/// Gives issues names of their own in addresses.
fn name_apart(issues: &mut [PlacedIssue<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let mut paths: HashMap<String, String> = HashMap::new(); // by the names given
    for issue in issues {
        if let Some(first) = paths.get(&issue.slug).cloned() {
            let mut others = (2..=paths.len() + 2).map(|n| format!("{}-{n}", issue.slug));
            issue.slug = others.find(|slug| !paths.contains_key(slug)).unwrap_or_default(); // one of them is free
            if issue.issue.number.is_some() {
                diagnostics.push(issue.diagnostic(Problem::NumberTwice { first, slug: issue.slug.clone() }));
            }
        }
        paths.insert(issue.slug.clone(), issue.issue.document.path.clone());
    }
}

/// Gives a time to the issues that have none: that of the issue numbered before it, or else after it, or of the epoch.
fn date_undated(issues: &mut [PlacedIssue<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let mut dated: Vec<(u32, DateTime<FixedOffset>, Duration)> = issues
        .iter()
        .filter(|issue| issue.dated)
        .filter_map(|issue| Some((issue.issue.number?, issue.posted, issue.span())))
        .collect();
    dated.sort();
    let mut said = false;
    for issue in issues.iter_mut().filter(|issue| !issue.dated) {
        if let Some(number) = issue.issue.number {
            let after = dated.partition_point(|(dated, ..)| *dated <= number);
            let before = after.checked_sub(1).map(|before| dated[before].1);
            let next = dated.get(after).map(|(_, posted, span)| *posted - *span);
            issue.posted = before.or(next).unwrap_or(issue.posted);
        }
        // Link newsletters often don't date their issues: that is said once.
        if issue.issue.kind != IssueKind::Links || !std::mem::replace(&mut said, true) {
            diagnostics.push(issue.diagnostic(Problem::NoDate(issue.posted.to_rfc3339())));
        }
    }
}
