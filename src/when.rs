//! Dates, as issues give them: in names, in front matter, in text.

use std::ops::Range;
use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Timelike as _};
use regex::Regex;

/// A date, as exactly as a text gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    day: NaiveDate,
    time: Option<NaiveTime>,
    offset: Option<FixedOffset>,
}

/// A day anywhere in a text: `2023-05-07`, `2023.5.7`, `2023年5月7日`, `20230507`.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    let form = r"(?:^|\D)(([0-9]{4})(?:[-/._]|\s?年\s?)([0-9]{1,2})(?:[-/._]|\s?月\s?)([0-9]{1,2})(?:\s?日)?|([0-9]{4})([0-9]{2})([0-9]{2}))(?:\D|$)";
    Regex::new(form).expect("the expression is right")
});

/// A day in English words: `May 7, 2023`, `7th of May 2023`.
static ENGLISH_DAY: LazyLock<Regex> = LazyLock::new(|| {
    let month = "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
    let day = "([0-9]{1,2})(?:st|nd|rd|th)?";
    let form =
        format!(r"(?i)\b(?:{day}\s+(?:of\s+)?{month}\.?,?\s+([0-9]{{4}})|{month}\.?\s+{day},?\s+([0-9]{{4}}))\b");
    Regex::new(&form).expect("the expression is right")
});

/// The beginnings of the months' English names.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl When {
    /// The day, unless its year shows that it was mistyped.
    fn day(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
        let year = i32::try_from(year).ok().filter(|year| (1990..2100).contains(year))?;
        NaiveDate::from_ymd_opt(year, month, day)
    }

    /// Reads `20230507`, `2023-05-07`, `2023/5/7`, `2023年5月7日`, with `19:28`, `19:28:47`, `T19:28:47Z`, `+0800` after it;
    /// `May 7, 2023` and `7 May 2023`; RFC 3339 and RFC 2822.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(exact) = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)) {
            return Some(Self { day: exact.date_naive(), time: Some(exact.time()), offset: Some(*exact.offset()) });
        }
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if text.starts_with(|c: char| c.is_ascii_alphabetic()) || digits(text) < 3 {
            let text = text.split_once("day, ").map_or(text, |(_, day)| day); // Sunday, May 7, 2023
            return Self::find_english(text).filter(|(_, range)| *range == (0..text.len())).map(|(when, _)| when);
        }
        let (day, rest) = if digits(text) >= 8 {
            let number = |range: Range<usize>| text[range].parse().ok();
            (Self::day(number(0..4)?, number(4..6)?, number(6..8)?)?, &text[8..])
        } else {
            let mut numbers = [0_u32; 3];
            let mut rest = text;
            for number in &mut numbers {
                let length = digits(rest);
                *number = rest[..length].parse().ok()?;
                rest = rest[length..].trim_start_matches(['-', '/', '.', '年', '月', '日']);
            }
            (Self::day(numbers[0], numbers[1], numbers[2])?, rest)
        };
        let rest = rest.trim_start_matches(['T', ' ']);
        let length = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':').len();
        let time = ["%H:%M:%S", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(&rest[..length], form).ok());
        let zone = rest[length..].trim_start_matches(|c: char| c == '.' || c.is_ascii_digit()).trim();
        let offset = if zone == "Z" || zone == "UTC" { FixedOffset::east_opt(0) } else { zone.parse().ok() };
        Some(Self { day, time, offset: offset.filter(|_| time.is_some()) })
    }

    /// The first day that stands anywhere in a text, and its bytes.
    pub fn find(text: &str) -> Option<(Self, Range<usize>)> {
        Self::find_numbers(text).or_else(|| Self::find_english(text))
    }

    fn find_english(text: &str) -> Option<(Self, Range<usize>)> {
        if !has_year(text) {
            return None;
        }
        ENGLISH_DAY.captures_iter(text).find_map(|found| {
            let part = |at: usize, other: usize| found.get(at).or_else(|| found.get(other)).map(|part| part.as_str());
            let month = part(2, 4)?.to_lowercase();
            let month = MONTHS.iter().zip(1..).find(|(name, _)| month.starts_with(*name))?.1;
            let day = Self::day(part(3, 6)?.parse().ok()?, month, part(1, 5)?.parse().ok()?)?;
            Some((Self { day, time: None, offset: None }, found.get(0)?.range()))
        })
    }

    fn find_numbers(text: &str) -> Option<(Self, Range<usize>)> {
        if !has_year(text) {
            return None;
        }
        let mut from = 0;
        loop {
            let found = DAY.captures_at(text, from)?;
            let number = |at: usize| found.get(at).and_then(|digits| digits.as_str().parse().ok());
            let day = match (number(2), number(3), number(4)) {
                (Some(year), Some(month), Some(day)) => Self::day(year, month, day),
                _ => Self::day(number(5)?, number(6)?, number(7)?),
            };
            let range = found.get(1)?.range();
            match day {
                Some(day) => return Some((Self { day, time: None, offset: None }, range)),
                None => from = range.end,
            }
        }
    }

    /// Parts a file's name, `2023-05-07-19-28-47-rvlwn-45`, into the time and the rest.
    pub fn split_name(stem: &str) -> (Option<Self>, String) {
        let mut numbers = Vec::new();
        let mut rest = stem;
        let widths = [4, 2, 2, 2, 2, 2];
        while numbers.len() < widths.len() {
            let width = widths[numbers.len()];
            let Some(number) = rest.get(..width).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            else {
                break;
            };
            let after = &rest[width..];
            if !(after.is_empty() || after.starts_with(['-', '_', 'T'])) {
                break;
            }
            numbers.push(number.parse::<u32>().unwrap_or(0));
            rest = after.trim_start_matches(['-', '_', 'T']);
        }
        let day = || Self::day(numbers[0], numbers[1], numbers[2]);
        match (numbers.len(), numbers.len().checked_sub(3).and_then(|_| day())) {
            (3..=4, Some(day)) => {
                let name_start = stem.char_indices().filter(|&(_, c)| c == '-' || c == '_').nth(2);
                let name_start = name_start.map_or(stem.len(), |(at, _)| at + 1);
                (Some(Self { day, time: None, offset: None }), stem[name_start..].to_owned())
            }
            (5..=6, Some(day)) => {
                let time = NaiveTime::from_hms_opt(numbers[3], numbers[4], numbers.get(5).copied().unwrap_or(0));
                (Some(Self { day, time, offset: None }), rest.to_owned())
            }
            _ => match Self::find(stem) {
                Some((when, range)) => (Some(when), format!("{}{}", &stem[..range.start], &stem[range.end..])),
                None => (None, stem.to_owned()),
            },
        }
    }

    /// The first of the times that gives hour and minute; else the first that gives the day, at its beginning. Times
    /// without a zone are the newsletter's.
    pub fn first(times: &[Option<Self>], newsletter: FixedOffset) -> Option<DateTime<FixedOffset>> {
        let known = || times.iter().flatten();
        let when = known().find(|when| when.time.is_some()).or_else(|| known().next())?;
        let local = NaiveDateTime::new(when.day, when.time.unwrap_or_default());
        let posted = when.offset.unwrap_or(newsletter).from_local_datetime(&local).single()?;
        posted.with_timezone(&newsletter).with_nanosecond(0) // feeds know neither fractions nor leap seconds
    }
}

/// Whether a text has the four digits of a year, without which there is no day in it: most have none, and the expressions
/// take long to make.
fn has_year(text: &str) -> bool {
    text.as_bytes().windows(4).any(|digits| digits.iter().all(u8::is_ascii_digit))
}
