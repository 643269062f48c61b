//! The order of issues: when each was posted, and what it is called in addresses.

use std::collections::HashMap;

use chrono::{DateTime, Duration, FixedOffset};

use super::Issue;
use crate::diagnostic::{Diagnostic, Place, Problem};
use crate::split::Of;

/// An issue's place among the others: what is known of it without its text.
#[derive(Debug)]
pub struct Slot {
    /// The number of the text that holds it.
    pub text: usize,
    /// Which of the text's issues it is.
    pub part: usize,
    /// See [`Issue::number`].
    pub number: Option<u32>,
    /// The issue's name in addresses: its number, else its day, else its file's name. Unique once [`order()`] has seen all.
    pub slug: String,
    /// When the issue was posted, to the second: the date of its first item. [`order()`] has the last word.
    pub posted: DateTime<FixedOffset>,
    /// How many entries it has.
    pub entries: usize,
    dated: bool,
    kind: Of,
    path: String,
    first_line: Place,
}

impl Slot {
    /// The place of an issue, as the issue alone gives it.
    pub fn of(issue: &Issue<'_>, text: usize, part: usize) -> Self {
        let head = issue.document.diagnostic(None, Problem::NoEntry);
        Self {
            text,
            part,
            number: issue.number,
            slug: issue.slug.clone(),
            posted: issue.posted,
            entries: issue.entries.len(),
            dated: issue.dated,
            kind: issue.kind,
            path: head.path,
            first_line: head.place,
        }
    }

    /// Whether it is an issue at all. What has links under headings, but neither date nor number, is a README beside the
    /// issues.
    pub fn is_issue(&self) -> bool {
        self.dated || self.number.is_some() || self.kind != Of::Links
    }

    /// How long before its time of posting the issue's items reach: a second each.
    fn span(&self) -> Duration {
        Duration::seconds(i64::try_from(self.entries.max(1)).unwrap_or(i64::from(u32::MAX)))
    }

    fn diagnostic(&self, problem: Problem) -> Diagnostic {
        Diagnostic { path: self.path.clone(), place: self.first_line.clone(), problem }
    }
}

/// Puts the issues in order, oldest first, and gives each its time of posting and its name in addresses.
///
/// An issue's items take a second each, backwards from its posting. Where two issues were posted too close together for
/// that, the newer one's time moves up; an older one's never does, since it may be published already.
pub fn order(issues: &mut [Slot]) -> Vec<Diagnostic> {
    let mut diagnostics = date_undated(issues);
    issues.sort_by(|a, b| (a.posted, a.number, &a.path, a.part).cmp(&(b.posted, b.number, &b.path, b.part)));
    let mut last: Option<DateTime<FixedOffset>> = None;
    for issue in issues.iter_mut() {
        let earliest = last.map(|last: DateTime<FixedOffset>| last + issue.span());
        issue.posted = issue.posted.max(earliest.unwrap_or(issue.posted));
        last = Some(issue.posted);
    }
    let mut named: HashMap<String, String> = HashMap::new();
    for issue in issues {
        if let Some(first) = named.get(&issue.slug).cloned() {
            let mut free = (2..=named.len() + 2).map(|n| format!("{}-{n}", issue.slug));
            issue.slug = free.find(|slug| !named.contains_key(slug)).unwrap_or_default(); // one of them is free
            if issue.number.is_some() {
                diagnostics.push(issue.diagnostic(Problem::NumberTwice { first, slug: issue.slug.clone() }));
            }
        }
        named.insert(issue.slug.clone(), issue.path.clone());
    }
    diagnostics
}

/// Gives a time to the issues that have none: that of the issue numbered before it, or after it, or of the epoch.
fn date_undated(issues: &mut [Slot]) -> Vec<Diagnostic> {
    let mut dated: Vec<(u32, DateTime<FixedOffset>, Duration)> = issues
        .iter()
        .filter(|issue| issue.dated)
        .filter_map(|issue| Some((issue.number?, issue.posted, issue.span())))
        .collect();
    dated.sort();
    let mut diagnostics = Vec::new();
    let mut said = false;
    for issue in issues.iter_mut().filter(|issue| !issue.dated) {
        if let Some(number) = issue.number {
            let after = dated.partition_point(|(dated, ..)| *dated <= number);
            match (after.checked_sub(1).map(|before| dated[before]), dated.get(after)) {
                (Some((_, posted, _)), _) => issue.posted = posted,
                (None, Some((_, posted, span))) => issue.posted = *posted - *span,
                (None, None) => {}
            }
        }
        // Newsletters of links often don't date their issues: that is said once.
        if issue.kind != Of::Links || !std::mem::replace(&mut said, true) {
            diagnostics.push(issue.diagnostic(Problem::NoDate(issue.posted.to_rfc3339())));
        }
    }
    diagnostics
}
