//! The order of issues: when each was posted, and what it is called in addresses.

use std::collections::HashMap;

use chrono::{DateTime, Duration, FixedOffset, Months, NaiveDate};

use crate::diagnostic::{Diagnostic, Problem};
use crate::document::DraftDocument;
use crate::facts::newsletter::Newsletter;
use crate::facts::slug::slug_of;
use crate::issue::{BadDate, Issue, When};

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
    /// Whether that is a day without an hour, which its items must not leave.
    is_day: bool,
    /// Whether that is a month without a day.
    is_month: bool,
    /// The date that its text gives and that can't be right.
    far: Option<FarDate>,
}

/// A date that can't be right.
#[derive(Debug)]
struct FarDate {
    date: NaiveDate,
    /// The date of the issue next to it, and its path.
    neighbour: NaiveDate,
    path: String,
}

impl<'a> PlacedIssue<'a> {
    /// An issue before the others are considered.
    fn new(issue: Issue<'a>, newsletter: &Newsletter) -> Self {
        let (given, posted) = (issue.posted, DateTime::UNIX_EPOCH.into());
        let mut placed =
            Self { issue, slug: String::new(), posted, dated: false, is_day: false, is_month: false, far: None };
        placed.take_date(given, newsletter);
        placed
    }

    /// Takes a date, or none.
    fn take_date(&mut self, date: Option<When>, newsletter: &Newsletter) {
        let posted = date.and_then(|date| date.at(newsletter.zone));
        self.dated = posted.is_some();
        self.is_day = self.dated && date.is_some_and(|date| date.time.is_none());
        self.is_month = date.is_some_and(|date| date.is_month);
        self.posted = posted.unwrap_or_else(|| newsletter.zone.show(DateTime::UNIX_EPOCH));
    }

    /// What it is called in addresses, as long as no other issue has the name.
    fn name(&self) -> String {
        match self.issue.number {
            Some(number) => match self.issue.year {
                Some(year) => format!("{year}-{number}"),
                None => number.to_string(),
            },
            None if self.dated => self.posted.format("%Y-%m-%d").to_string(),
            None => slug_of(&self.issue.file_name),
        }
    }

    /// When it was posted, if its text or its repository says so. Otherwise `posted` is its place in the order alone.
    pub(crate) fn date(&self) -> Option<DateTime<FixedOffset>> {
        let is_known = self.dated || self.issue.document.added.is_some();
        is_known.then_some(self.posted)
    }

    /// The time that its items span, a second each.
    fn span(&self) -> Duration {
        Duration::seconds(i64::try_from(self.issue.entries.len().max(1)).unwrap_or(i64::from(u32::MAX)))
    }

    /// Says that its date can't be right beside that of a neighbour.
    fn far_from(&self, neighbour: &Self) -> FarDate {
        FarDate {
            date: self.posted.date_naive(),
            neighbour: neighbour.posted.date_naive(),
            path: neighbour.issue.document.path.clone(),
        }
    }

    /// Exchanges its date for another one that it gives and that is near that of its neighbour, if there is one, or else for none.
    fn take_date_near(&mut self, neighbour: DateTime<FixedOffset>, near: Duration, newsletter: &Newsletter) {
        let is_near = |date: DateTime<FixedOffset>| (date - neighbour).abs() <= near;
        let date = self.issue.dates.iter().find(|date| date.at(newsletter.zone).is_some_and(is_near)).copied();
        self.take_date(date, newsletter);
    }

    fn rank(&self) -> (DateTime<FixedOffset>, Option<u32>, Option<u32>, bool, &str) {
        (self.posted, self.issue.year, self.issue.number, self.issue.is_copy, &self.issue.document.path)
    }

    pub(super) fn diagnostic(&self, problem: Problem) -> Diagnostic {
        self.issue.document.diagnostic(None, problem)
    }
}

/// Puts issues in order, the oldest first, and gives each its time of posting and its name in addresses.
///
/// An issue's items take a second each, backwards from its posting. Where only the day is known, the last item lies at midnight and the
/// others after it, since a second before midnight is another day. If two issues were posted too close together for that,
/// the newer one's time moves up. An older one's never moves, since it may be published already.
pub(super) fn place<'a>(
    issues: Vec<Issue<'a>>,
    newsletter: &Newsletter,
    drafts: &mut Vec<DraftDocument>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<PlacedIssue<'a>> {
    let mut issues: Vec<PlacedIssue<'a>> =
        issues.into_iter().map(|issue| PlacedIssue::new(issue, newsletter)).collect();
    if issues.iter().any(|placed| placed.issue.year.is_some() && placed.issue.number > Some(12)) {
        distrust_months(&mut issues, newsletter);
    }
    part_months(&mut issues);
    distrust(&mut issues, newsletter);
    drafts.extend(issues.extract_if(.., |issue| is_to_come(issue)).filter_map(|issue| draft(&issue)));
    for issue in &mut issues {
        issue.slug = issue.name();
    }
    date_undated(&mut issues, newsletter, diagnostics);
    issues.sort_by(|a, b| a.rank().cmp(&b.rank()));
    leave_out_copies(&mut issues, diagnostics);
    let mut last: Option<DateTime<FixedOffset>> = None;
    for issue in &mut issues {
        let earliest = last.map_or(issue.posted, |last| last + issue.span());
        let first_item = if issue.is_day { issue.posted + issue.span() - Duration::seconds(1) } else { issue.posted };
        issue.posted = first_item.max(earliest);
        last = Some(issue.posted);
    }
    name_apart(&mut issues, diagnostics);
    issues
}

/// Takes away the months that files' names alone give, where others go beyond 12: there, `2023-05` is the fifth issue of 2023.
fn distrust_months(issues: &mut [PlacedIssue<'_>], newsletter: &Newsletter) {
    for placed in issues.iter_mut().filter(|placed| placed.is_month) {
        if placed.issue.year.is_some() && placed.issue.posted == When::month_alone(&placed.issue.file_name) {
            placed.take_date(None, newsletter);
        }
    }
}

/// Parts the issues dated by their month alone from those numbered just before them: one that would lie on that one's day, or before it,
/// takes the month's last day. The older issue decides, so no date changes once the issue is published.
fn part_months(issues: &mut [PlacedIssue<'_>]) {
    let mut numbered: Vec<usize> =
        (0..issues.len()).filter(|&at| issues[at].dated && issues[at].issue.number.is_some()).collect();
    numbered.sort_by_key(|&at| issues[at].issue.number);
    for pair in numbered.windows(2) {
        let (before, issue) = (issues[pair[0]].posted, &mut issues[pair[1]]);
        let last_day = issue.posted + Months::new(1) - Duration::days(1);
        if issue.is_month && (issue.posted..last_day).contains(&before) {
            issue.posted = last_day;
        }
    }
}

/// How far the date of an issue may lie ahead of the newest commit: zones differ, and clocks.
const SLACK: Duration = Duration::days(1);

/// Whether an issue is from a git repository whose newest commit is older: it was written to appear later.
fn is_to_come(placed: &PlacedIssue<'_>) -> bool {
    let committed = placed.issue.document.committed.filter(|_| placed.dated);
    committed.is_some_and(|committed| placed.posted.to_utc() > committed + SLACK)
}

fn draft(placed: &PlacedIssue<'_>) -> Option<DraftDocument> {
    let committed = placed.issue.document.committed?;
    let (posted, committed) = (placed.posted.date_naive(), committed.date_naive());
    let reason = format!("dated {posted}, after the newest commit, {committed}");
    Some(DraftDocument { path: placed.issue.document.path.clone(), reason })
}

/// Leaves out the issues that another file holds too, with the same number or else day or name, and the same entries.
fn leave_out_copies(issues: &mut Vec<PlacedIssue<'_>>, diagnostics: &mut Vec<Diagnostic>) {
    let mut firsts: HashMap<&str, usize> = HashMap::new();
    let mut copies: Vec<bool> = vec![false; issues.len()];
    for (at, placed) in issues.iter().enumerate() {
        let first = *firsts.entry(&placed.slug).or_insert(at);
        let original = &issues[first].issue;
        let is_other_file = original.document.path != placed.issue.document.path;
        copies[at] = is_other_file && !original.entries.is_empty() && original.entries == placed.issue.entries;
        if copies[at] {
            diagnostics.push(placed.diagnostic(Problem::Copy(original.document.path.clone())));
        }
    }
    let mut is_copy = copies.into_iter();
    issues.retain(|_| is_copy.next() != Some(true));
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
    numbered.sort_by_key(|&at| (issues[at].issue.year, issues[at].issue.number, issues[at].posted));
    let mut before: Option<usize> = None; // the issue before, whose date is trusted
    for (place, &at) in numbered.iter().enumerate() {
        if let Some((before_at, &after)) = before.zip(numbered.get(place + 1)) {
            let [posted, before, after] = [at, before_at, after].map(|at| issues[at].posted);
            let is_far = |other: DateTime<FixedOffset>| (posted - other).abs() > NEAR;
            if (after - before).abs() <= NEAR && is_far(before) && is_far(after) {
                issues[at].far = Some(issues[at].far_from(&issues[before_at]));
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
        issues[last].far = Some(issues[last].far_from(&issues[next]));
        issues[last].take_date_near(issues[next].posted, PAUSE, newsletter);
        dated.pop();
    }
    if let [first, next, _, ..] = dated[..]
        && issues[next].posted - issues[first].posted > PAUSE
    {
        issues[first].far = Some(issues[first].far_from(&issues[next]));
        issues[first].take_date_near(issues[next].posted, PAUSE, newsletter);
        dated.remove(0);
    }
    doubt_years(&dated, issues);
}

/// The most days from an issue to the next one in a newsletter that is posted every week or month.
const USUAL: i64 = 45;

/// Doubts the first and the last of all dates, if they would lie beside their neighbours' as usual but for the year: either is
/// mistyped, or the newsletter has paused for just a year. Of two issues, whatever lies years apart is doubted. Nothing is taken away.
fn doubt_years(dated: &[usize], issues: &mut [PlacedIssue<'_>]) {
    match *dated {
        [first, last]
            if follows_but_for_the_year(&issues[first], &issues[last])
                || days(&issues[first], &issues[last]) > PAUSE.num_days() =>
        {
            issues[last].far = Some(issues[last].far_from(&issues[first]));
        }
        [first, second, third, ..] => {
            let [before, next, last] = [3, 2, 1].map(|from_end| dated[dated.len() - from_end]);
            let first_is_off = days(&issues[second], &issues[third]) <= USUAL
                && follows_but_for_the_year(&issues[first], &issues[second]);
            let last_is_off =
                days(&issues[before], &issues[next]) <= USUAL && follows_but_for_the_year(&issues[next], &issues[last]);
            if first_is_off {
                issues[first].far = Some(issues[first].far_from(&issues[second]));
            }
            if last_is_off {
                issues[last].far = Some(issues[last].far_from(&issues[next]));
            }
        }
        _ => {}
    }
}

/// The most by which the number of an issue differs from that of the one before it: some are never written.
const SKIPPED: u32 = 3;

/// The days from an issue to a later one.
fn days(earlier: &PlacedIssue<'_>, later: &PlacedIssue<'_>) -> i64 {
    (later.posted.date_naive() - earlier.posted.date_naive()).num_days()
}

/// Whether an issue has a number that follows another one's, or neither has any, and a date that lies some years and a few weeks later.
fn follows_but_for_the_year(earlier: &PlacedIssue<'_>, later: &PlacedIssue<'_>) -> bool {
    let days = days(earlier, later);
    let numbers = later.issue.number.zip(earlier.issue.number);
    let follows = numbers.is_none_or(|(later, earlier)| later > earlier && later - earlier <= SKIPPED);
    let years = days / 365;
    follows && years > 0 && days - years * 365 <= USUAL + years / 4 // leap years have a day more
}

/// Gives a time to the issues that have none: when they were added to their repository. Else they have no date, and a place: that of the issue
/// numbered before it, or else after it, or that of the epoch.
fn date_undated(issues: &mut [PlacedIssue<'_>], newsletter: &Newsletter, diagnostics: &mut Vec<Diagnostic>) {
    let mut dated: Vec<(Option<u32>, u32, DateTime<FixedOffset>, Duration)> = issues
        .iter()
        .filter(|issue| issue.dated)
        .filter_map(|issue| Some((issue.issue.year, issue.issue.number?, issue.posted, issue.span())))
        .collect();
    dated.sort();
    let mut undated = Vec::new();
    for issue in issues.iter_mut().filter(|issue| !issue.dated) {
        let mut like = None;
        let added = issue.issue.document.added;
        if let Some(added) = added {
            issue.posted = newsletter.zone.show(added);
        } else if let Some(number) = issue.issue.number {
            let after = dated.partition_point(|(year, dated, ..)| (*year, *dated) <= (issue.issue.year, number));
            let before = after.checked_sub(1).map(|before| (dated[before].1, dated[before].2));
            let next = dated.get(after).map(|(_, number, posted, span)| (*number, *posted - *span));
            if let Some((neighbour, posted)) = before.or(next) {
                like = Some(neighbour);
                issue.posted = posted;
            }
        }
        if let Some(BadDate { words, line }) = issue.issue.bad_date.clone().filter(|_| issue.far.is_none()) {
            let used = added.map(|_| issue.posted.to_rfc3339());
            let problem = Problem::BadDate { words, in_name: line.is_none(), used };
            diagnostics.push(issue.issue.document.diagnostic(line, problem));
        } else if issue.far.is_none() && added.is_none() {
            undated.push(issue.diagnostic(Problem::NoDate { like, others: 0 }));
        }
    }
    diagnostics.extend(of_one_cause(undated, issues.len()));
    for issue in issues.iter() {
        if let Some(FarDate { date, neighbour, path }) = &issue.far {
            let own = &issue.issue.document.path;
            if issue.posted.date_naive() != *date {
                // It says which date was used, and that isn't so any more.
                diagnostics.retain(|said| said.path != *own || !matches!(said.problem, Problem::DatesDiffer { .. }));
            }
            let (path, used) = (path.clone(), issue.date().map(|date| date.to_rfc3339()));
            diagnostics.push(issue.diagnostic(Problem::FarDate { date: *date, neighbour: *neighbour, path, used }));
        }
    }
}

/// What is said of issues without a date: once, if most have none.
fn of_one_cause(mut undated: Vec<Diagnostic>, issues: usize) -> Vec<Diagnostic> {
    if undated.len() * 2 > issues && undated.len() > 2 {
        undated.sort();
        let others = undated.len() - 1;
        undated.truncate(1);
        undated[0].problem = Problem::NoDate { like: None, others };
    }
    undated
}
