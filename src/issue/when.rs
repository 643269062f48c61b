//! When an issue was posted, as file names, front matter and text say it.

use std::ops::Range;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Timelike as _};

use super::day;
use super::time::{self, TimeRead};
use crate::facts::zone::Zone;

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
    /// - `20230507`, `2023-05-07`, `2023/5/7` or `2023年5月7日`, or `May 7, 2023`, `7 May 2023` or `Sunday, May 7, 2023`; with or without a
    ///   time such as `19:28`, `T19:28:47`, `7:28 PM` or `下午7:28` behind it, and a zone such as `Z`, `+0800`, `UTC+8`, `CEST` or
    ///   `Europe/Berlin`;
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
        let TimeRead { time, rest, .. } = time::read(rest);
        let offset = time.and_then(|time| time::zone(rest, day, time));
        Some(Self { day, time, offset, is_month: false })
    }

    /// The same in a zone by its name, if the text gives a time and no zone.
    pub(crate) fn in_zone(self, name: &str) -> Self {
        let zone = Zone::parse(name.trim());
        let offset = self.time.zip(zone).map(|(time, zone)| zone.offset_at(NaiveDateTime::new(self.day, time)));
        Self { offset: self.offset.or(offset), ..self }
    }

    /// The first day anywhere in the text, and the bytes that it takes.
    pub(crate) fn find(text: &str) -> Option<(Self, Range<usize>)> {
        day::find(text).map(|(day, range)| (day.into(), range))
    }

    /// The day, or the month, that folders and a name give together: `2023/Feb/20.md`, `2023/02/20-words.md`, `2019/0518.md`,
    /// `2019/05-18.md`, `2023/05/words.md`.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        let mut names: Vec<&str> = path.split(['/', '\\']).collect();
        let file = names.pop()?;
        names.push(file.rsplit_once('.').map_or(file, |(stem, _)| stem));
        let at = names.iter().rposition(|name| day::is_year(name))?;
        let year = names[at].parse().ok()?;
        match names[at + 1..] {
            [] => None,
            [name] => {
                let (month, day) = month_and_day(name)?;
                day::from_numbers(year, month, day).map(Self::from)
            }
            [month, name, ..] => {
                let month = day::month_named(month)?;
                let (digits, rest) = name.split_at(leading_digits(name));
                let day = digits.parse().ok().filter(|_| digits.len() <= 2 && !rest.starts_with(char::is_alphabetic));
                match day {
                    Some(day) => day::from_numbers(year, month, day).map(Self::from),
                    None => day::from_numbers(year, month, 1).map(|day| Self { is_month: true, ..day.into() }),
                }
            }
        }
    }

    /// The first month anywhere in a text that gives no day.
    pub(crate) fn find_month(text: &str) -> Option<Self> {
        day::find_month(text.trim()).map(|(day, _)| Self { is_month: true, ..day.into() })
    }

    /// The month that a text is, with nothing beside it.
    pub(crate) fn month_alone(text: &str) -> Option<Self> {
        let is_part = |word: &str| {
            word.chars().all(|c| c.is_ascii_digit() || "年月".contains(c)) || day::month_named(word).is_some()
        };
        let is_alone = text.split(|c: char| !c.is_alphanumeric()).all(is_part);
        if is_alone { Self::find_month(text) } else { None }
    }

    /// Whether a text that is a date has something behind it that was meant as a time of day and is none.
    pub(crate) fn has_bad_time(text: &str) -> bool {
        let Some((_, rest)) = split_day(text.trim()) else { return false };
        let TimeRead { time, is_meant, .. } = time::read(rest);
        is_meant && time.is_none()
    }

    /// The first date that has a time; otherwise the first date.
    pub(crate) fn most_exact(dates: &[Option<Self>]) -> Option<Self> {
        let with_time = dates.iter().flatten().find(|when| when.time.is_some());
        with_time.or_else(|| dates.iter().flatten().next()).copied()
    }

    /// The moment, in the newsletter's zone, which is also that of dates without one. A day begins at midnight.
    pub(crate) fn at(self, newsletter: Zone) -> Option<DateTime<FixedOffset>> {
        let local = NaiveDateTime::new(self.day, self.time.unwrap_or_default());
        let offset = self.offset.unwrap_or_else(|| newsletter.offset_at(local));
        let posted = offset.from_local_datetime(&local).single()?.to_utc();
        day::within_years(posted.date_naive())?; // which is what feeds write
        newsletter.show(posted).with_nanosecond(0) // feeds have neither fractions nor leap seconds
    }
}

/// The name of a file, split into its date and the rest: `2023-05-07-19-28-47-rvlwn-45` has both.
#[derive(Debug)]
pub(crate) struct NameParts {
    pub(crate) date: Option<When>,
    /// Its month, where it has no day: `harbour-May-2023`, `2023-05`.
    pub(crate) month: Option<When>,
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
                    let date = Some(When { day, time, offset: None, is_month: false });
                    Self { date, month: None, bad, rest: rest.to_owned() }
                }
                // A single number isn't a time: it belongs to the rest.
                _ => {
                    let rest = stem.splitn(4, ['-', '_']).nth(3).unwrap_or_default().to_owned();
                    Self { date: Some(day.into()), month: None, bad: None, rest: without_day(&rest) }
                }
            };
        }
        let without = |range: &Range<usize>| [&stem[..range.start], &stem[range.end..]].concat();
        if let Some((when, range)) = When::find(stem).or_else(|| leading_english(stem)) {
            return Self { date: Some(when), month: None, bad: None, rest: without_day(&without(&range)) };
        }
        if let Some(range) = day::find_bad(stem) {
            let bad = Some(BadName::Date(stem[range.clone()].to_owned()));
            return Self { date: None, month: None, bad, rest: without(&range) };
        }
        let month = day::find_month(&spaced(stem)).map(|(day, range)| (When { is_month: true, ..day.into() }, range));
        match month {
            Some((month, range)) => Self { date: None, month: Some(month), bad: None, rest: without(&range) },
            // Its digits are its number, too: they may count issues.
            None => Self { date: None, month: When::month_alone(stem), bad: None, rest: stem.to_owned() },
        }
    }
}

/// A name with spaces for the marks between its words, all of which take a byte.
fn spaced(name: &str) -> String {
    name.replace(['-', '_'], " ")
}

/// The day that a name begins with in English words, and the bytes that it takes: `20-May-2023`. Elsewhere, a number before a month may be
/// the issue's.
fn leading_english(name: &str) -> Option<(When, Range<usize>)> {
    let (day, range) = day::find_english(&spaced(name)).filter(|(_, range)| range.start == 0)?;
    Some((day.into(), range))
}

/// `May 7, 2023`, with or without `Sunday, ` before it and a time and a zone behind it.
fn parse_english(text: &str) -> Option<When> {
    let text = without_weekday(text);
    let (day, range) = day::find_english(text).filter(|(_, range)| range.start == 0)?;
    let TimeRead { time, rest, .. } = time::read(&text[range.end..]);
    let offset = time.and_then(|time| time::zone(rest, day, time));
    let is_all = rest.trim().is_empty() || offset.is_some();
    is_all.then_some(When { day, time, offset, is_month: false })
}

/// What follows the name of a weekday: `Friday, May 5, 2023`, `Fri. May 5, 2023`.
fn without_weekday(text: &str) -> &str {
    let Some((word, rest)) = text.split_once([',', '.']) else { return text };
    let name = word.to_lowercase();
    let is_weekday =
        WEEKDAYS.iter().any(|day| name.starts_with(day)) && name.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_weekday { rest.trim_start() } else { text }
}

/// How the names of weekdays begin.
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

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
        let is_spaced = after.trim_start().starts_with(['年', '月', '日']);
        let after = if is_spaced { after.trim_start() } else { after };
        rest = after.trim_start_matches(['-', '/', '.', '年', '月', '日']);
        rest = if after.starts_with(['年', '月']) { rest.trim_start() } else { rest };
    }
    let [year, month, day] = numbers;
    Some((day::from_numbers(year, month, day)?, rest))
}

/// The month and the day that a name begins with: `0518`, `05-18-words`.
fn month_and_day(name: &str) -> Option<(u32, u32)> {
    let (month, rest) = name.split_at_checked(2)?;
    let rest = rest.strip_prefix(['-', '_', '.']).unwrap_or(rest);
    let day = &rest[..leading_digits(rest)];
    let number = |digits: &str| digits.parse().ok().filter(|_| digits.len() == 2);
    Some((number(month)?, number(day)?))
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
