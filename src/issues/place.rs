//! The order of issues: when each was posted, and what it is called in addresses.

use std::collections::HashMap;

use chrono::{DateTime, Duration, FixedOffset, NaiveDate};

use crate::diagnostic::{Diagnostic, Problem};
use crate::facts::newsletter::Newsletter;
use crate::facts::slug::slug_of;
use crate::issue::{BadDate, Issue};
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
    /// The date that its text gives and that can't be right, and that of the issue next to it.
    far: Option<(NaiveDate, NaiveDate)>,
}

impl<'a> PlacedIssue<'a> {
    /// An issue before the others are considered.
    fn new(issue: Issue<'a>, newsletter: &Newsletter) -> Self {
        let posted = issue.posted.and_then(|posted| posted.at(newsletter.utc_offset));
        let dated = posted.is_some();
        let posted = posted.unwrap_or_else(|| DateTime::UNIX_EPOCH.with_timezone(&newsletter.utc_offset));
        Self { issue, slug: String::new(), posted, dated, far: None }
    }

    /// What it is called in addresses, as long as no other issue has the name.
    fn name(&self) -> String {
        match self.issue.number {
            Some(number) => number.to_string(),
            None if self.dated => self.posted.format("%Y-%m-%d").to_string(),
            None => slug_of(&self.issue.file_name),
        }
    }

    /// The time that its items span, a second each.
    fn span(&self) -> Duration {
        Duration::seconds(i64::try_from(self.issue.entries.len().max(1)).unwrap_or(i64::from(u32::MAX)))
    }

    /// Exchanges its date for another one that it gives and that is near that of its neighbour, if there is one, or else for none.
    fn take_date_near(&mut self, neighbour: DateTime<FixedOffset>, near: Duration, newsletter: &Newsletter) {
        self.far = Some((self.posted.date_naive(), neighbour.date_naive()));
        let mut dates = self.issue.dates.iter().filter_map(|when| when.at(newsletter.utc_offset));
        let near = dates.find(|date| (*date - neighbour).abs() <= near);
        self.dated = near.is_some();
        self.posted = near.unwrap_or_else(|| DateTime::UNIX_EPOCH.with_timezone(&newsletter.utc_offset));
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
    distrust(&mut issues, newsletter);
    for issue in &mut issues {
        issue.slug = issue.name();
    }
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

/// A name in addresses that an issue has.
#[derive(Debug, Clone, Copy)]
struct NameGiven<'a> {
    /// The path of the issue's document.
    path: &'a str,
    /// The highest number put behind the name to tell other issues apart from it; 1 if there are none.
    issues: usize,
}

/// Gives issues names of their own in addresses.
fn name_apart(issues: &mut [PlacedIssue<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let mut given: HashMap<String, NameGiven<'_>> = HashMap::new();
    for issue in issues {
        let path = issue.issue.document.path.as_str();
        if let Some(NameGiven { path: first, mut issues }) = given.get(&issue.slug).copied() {
            let name = issue.slug.clone();
            while given.contains_key(&issue.slug) {
                issues += 1;
                issue.slug = format!("{name}-{issues}");
            }
            given.insert(name, NameGiven { path: first, issues });
            if issue.issue.number.is_some() {
                let problem = Problem::NumberTwice { first: first.to_owned(), slug: issue.slug.clone() };
                diagnostics.push(issue.diagnostic(problem));
            }
        }
        given.insert(issue.slug.clone(), NameGiven { path, issues: 1 });
    }
}

/// By how much an issue's date may differ from those of the issues numbered before and after it, which are no further apart.
const NEAR: Duration = Duration::days(2 * 365);

/// By how much the first or the last of all dates may differ from the next one: newsletters have paused for years.
const PAUSE: Duration = Duration::days(5 * 365);

/// Takes away the dates that lie years from their neighbours': in a feed, a slip for a year to come would stay on top for ever. If the
/// issue gives another date that is near, that is its date.
fn distrust(issues: &mut [PlacedIssue<'_>], newsletter: &Newsletter) {
    let mut numbered: Vec<usize> =
        (0..issues.len()).filter(|&at| issues[at].dated && issues[at].issue.number.is_some()).collect();
    numbered.sort_by_key(|&at| (issues[at].issue.number, issues[at].posted));
    let mut before: Option<usize> = None; // the issue before, whose date is trusted
    for (place, &at) in numbered.iter().enumerate() {
        if let Some((before, &after)) = before.zip(numbered.get(place + 1)) {
            let [posted, before, after] = [at, before, after].map(|at| issues[at].posted);
            let is_far = |other: DateTime<FixedOffset>| (posted - other).abs() > NEAR;
            if (after - before).abs() <= NEAR && is_far(before) && is_far(after) {
                issues[at].take_date_near(before, NEAR, newsletter);
                continue;
            }
        }
        before = Some(at);
    }
    let mut dated: Vec<usize> = (0..issues.len()).filter(|&at| issues[at].dated).collect();
    dated.sort_by_key(|&at| issues[at].posted);
    while let [.., next, last] = dated[..]
        && dated.len() > 2
        && issues[last].posted - issues[next].posted > PAUSE
    {
        issues[last].take_date_near(issues[next].posted, PAUSE, newsletter);
        dated.pop();
    }
    if let [first, next, _, ..] = dated[..]
        && issues[next].posted - issues[first].posted > PAUSE
    {
        issues[first].take_date_near(issues[next].posted, PAUSE, newsletter);
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
        let used = issue.posted.to_rfc3339();
        if let Some(BadDate { words, line }) = issue.issue.bad_date.clone().filter(|_| issue.far.is_none()) {
            let problem = Problem::BadDate { words, used };
            diagnostics.push(issue.issue.document.diagnostic(Some(line), problem));
        } else if issue.far.is_none() && (issue.issue.kind != IssueKind::Links || !std::mem::replace(&mut said, true)) {
            diagnostics.push(issue.diagnostic(Problem::NoDate(used)));
        }
    }
    for issue in issues.iter() {
        if let Some((date, neighbour)) = issue.far {
            let path = &issue.issue.document.path;
            // It says which date was used, and that isn't so any more.
            diagnostics.retain(|said| said.path != *path || !matches!(said.problem, Problem::DatesDiffer { .. }));
            diagnostics.push(issue.diagnostic(Problem::FarDate { date, neighbour, used: issue.posted.to_rfc3339() }));
        }
    }
}
