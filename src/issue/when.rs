//! When an issue was posted, as file names, front matter and text say it.

use std::ops::Range;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Timelike as _};

use super::day;

/// A date, as precise as the text that gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct When {
    /// The day, in the zone of `offset`.
    pub(crate) day: NaiveDate,
    /// The time of day; none if the text gives the day alone.
    pub(crate) time: Option<NaiveTime>,
    /// The zone of day and time; none if the text doesn't say. Never known without the time.
    pub(crate) offset: Option<FixedOffset>,
    /// Whether only the month is known, whose first day stands for it.
    pub(crate) is_month: bool,
}

impl From<NaiveDate> for When {
    fn from(day: NaiveDate) -> Self {
        Self { day, time: None, offset: None, is_month: false }
    }
}

impl When {
    /// Reads a text that is a date and nothing else:
    ///
    /// - `20230507`, `2023-05-07`, `2023/5/7` or `2023年5月7日`, with or without `19:28`, `19:28:47` or `T19:28:47Z` and a
    ///   zone such as `+0800` behind it;
    /// - `May 7, 2023`, `7 May 2023` or `Sunday, May 7, 2023`;
    /// - RFC 3339 and RFC 2822.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(exact) = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)) {
            let day = day::within_years(exact.date_naive())?;
            return Some(Self { day, time: Some(exact.time()), offset: Some(*exact.offset()), is_month: false });
        }
        if text.starts_with(|c: char| c.is_ascii_alphabetic()) || leading_digits(text) < 3 {
            return parse_english(text);
        }
        let (day, rest) = split_day(text)?;
        let (time, rest) = split_time(rest.trim_start_matches(['T', ' ']));
        let offset = time.and_then(|_| parse_offset(rest));
        Some(Self { day, time, offset, is_month: false })
    }

    /// The first day anywhere in the text, and the bytes that it takes.
    pub(crate) fn find(text: &str) -> Option<(Self, Range<usize>)> {
        day::find(text).map(|(day, range)| (day.into(), range))
    }

    /// The first month anywhere in a text that gives no day.
    pub(crate) fn find_month(text: &str) -> Option<Self> {
        day::find_month(text).map(|day| Self { is_month: true, ..day.into() })
    }

    /// Whether a text that is a date has something behind it that was meant as a time of day and is none.
    pub(crate) fn has_bad_time(text: &str) -> bool {
        let Some((_, rest)) = split_day(text.trim()) else { return false };
        let time = rest.trim_start_matches(['T', ' ']);
        let digits = leading_digits(time);
        (1..=2).contains(&digits) && time[digits..].starts_with(':') && split_time(time).0.is_none()
    }

    /// The first date that has a time; otherwise the first date.
    pub(crate) fn most_exact(dates: &[Option<Self>]) -> Option<Self> {
        let with_time = dates.iter().flatten().find(|when| when.time.is_some());
        with_time.or_else(|| dates.iter().flatten().next()).copied()
    }

    /// The moment, in the newsletter's zone, which is also that of dates without one. A day begins at midnight.
    pub(crate) fn at(self, newsletter: FixedOffset) -> Option<DateTime<FixedOffset>> {
        let local = NaiveDateTime::new(self.day, self.time.unwrap_or_default());
        let posted = self.offset.unwrap_or(newsletter).from_local_datetime(&local).single()?;
        day::within_years(posted.naive_utc().date())?; // which is what feeds write
        posted.with_timezone(&newsletter).with_nanosecond(0) // feeds have neither fractions nor leap seconds
    }
}

/// The name of a file, split into its date and the rest: `2023-05-07-19-28-47-rvlwn-45` has both.
#[derive(Debug)]
pub(crate) struct NameParts {
    pub(crate) date: Option<When>,
    /// What was meant as a date, or as a time of day behind one, and is none.
    pub(crate) bad: Option<BadName>,
    pub(crate) rest: String,
}

/// Words in a file's name that were meant as a date or a time.
#[derive(Debug)]
pub(crate) enum BadName {
    Date(String),
    Time(String),
}

impl NameParts {
    /// Splits the name of a file.
    pub(crate) fn of(stem: &str) -> Self {
        let (numbers, rest) = leading_numbers(stem);
        if let [year, month, day, ref time @ ..] = numbers[..]
            && let Some(day) = day::from_numbers(year, month, day)
        {
            return match *time {
                [hour, minute, ref second @ ..] => {
                    let time = NaiveTime::from_hms_opt(hour, minute, second.first().copied().unwrap_or(0));
                    let words = || stem[..stem.len() - rest.len()].trim_end_matches(['-', '_', 'T']).to_owned();
                    let bad = time.is_none().then(|| BadName::Time(words()));
                    Self { date: Some(When { day, time, offset: None, is_month: false }), bad, rest: rest.to_owned() }
                }
                // A single number isn't a time: it belongs to the rest.
                _ => {
                    let rest = stem.splitn(4, ['-', '_']).nth(3).unwrap_or_default().to_owned();
                    Self { date: Some(day.into()), bad: None, rest: without_day(&rest) }
                }
            };
        }
        let without = |range: &Range<usize>| [&stem[..range.start], &stem[range.end..]].concat();
        if let Some((when, range)) = When::find(stem) {
            return Self { date: Some(when), bad: None, rest: without_day(&without(&range)) };
        }
        match day::find_bad(stem) {
            Some(range) => {
                Self { date: None, bad: Some(BadName::Date(stem[range.clone()].to_owned())), rest: without(&range) }
            }
            None => Self { date: None, bad: None, rest: stem.to_owned() },
        }
    }
}

/// `May 7, 2023`, with or without `Sunday, ` before it.
fn parse_english(text: &str) -> Option<When> {
    let text = text.split_once("day, ").map_or(text, |(_, day)| day);
    day::find_english(text).filter(|(_, range)| *range == (0..text.len())).map(|(day, _)| day.into())
}

/// The day that the text begins with, in digits, and what follows it.
fn split_day(text: &str) -> Option<(NaiveDate, &str)> {
    if leading_digits(text) >= 8 {
        let [year, month, day] = [0..4, 4..6, 6..8].map(|range| text[range].parse().ok());
        return Some((day::from_numbers(year?, month?, day?)?, &text[8..]));
    }
    let mut numbers = [0; 3];
    let mut rest = text;
    for number in &mut numbers {
        let (digits, after) = rest.split_at(leading_digits(rest));
        *number = digits.parse().ok()?;
        rest = after.trim_start_matches(['-', '/', '.', '年', '月', '日']);
    }
    let [year, month, day] = numbers;
    Some((day::from_numbers(year, month, day)?, rest))
}

/// The time that the text begins with, if it is one, and what follows its digits and colons.
fn split_time(text: &str) -> (Option<NaiveTime>, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(text.len());
    let (time, rest) = text.split_at(end);
    (["%H:%M:%S", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(time, form).ok()), rest)
}

/// The zone behind a time, which may have fractions of a second: `.123Z`, ` UTC`, ` +0800`.
fn parse_offset(text: &str) -> Option<FixedOffset> {
    match text.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit()).trim() {
        "Z" | "UTC" => FixedOffset::east_opt(0),
        zone => zone.parse().ok(),
    }
}

fn leading_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// What follows the first day of a name, without a second one: `20220502-20220508` is a span of days, and has no number.
fn without_day(rest: &str) -> String {
    When::find(rest).map_or(rest.to_owned(), |(_, range)| [&rest[..range.start], &rest[range.end..]].concat())
}

/// The numbers that a name begins with, as many as a date and a time have, and what follows them.
fn leading_numbers(name: &str) -> (Vec<u32>, &str) {
    let separators = ['-', '_', 'T'];
    let mut numbers = Vec::new();
    let mut rest = name;
    for width in [4, 2, 2, 2, 2, 2] {
        let Some((digits, after)) = rest.split_at_checked(width) else { break };
        let ends = after.is_empty() || after.starts_with(separators);
        let Some(number) = digits.parse().ok().filter(|_| ends && leading_digits(digits) == width) else { break };
        numbers.push(number);
        rest = after.trim_start_matches(separators);
    }
    (numbers, rest)
}
