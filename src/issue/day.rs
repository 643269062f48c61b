//! Finding a day in prose: in digits or in English words.

use std::ops::Range;
use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate};
use regex::{Captures, Regex};

/// A day in digits: `2023-05-07`, `2023.5.7`, `2023年5月7日`, `20230507`.
static DIGITS: LazyLock<Regex> = LazyLock::new(|| {
    let form = r"(?:^|\D)(([0-9]{4})(?:[-/._]|\s?年\s?)([0-9]{1,2})(?:[-/._]|\s?月\s?)([0-9]{1,2})(?:\s?日)?|([0-9]{4})([0-9]{2})([0-9]{2}))(?:\D|$)";
    Regex::new(form).expect("the expression is valid")
});

/// A day in English words: `May 7, 2023`, `7th of May 2023`.
static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    let month = "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
    let day = "([0-9]{1,2})(?:st|nd|rd|th)?";
    let form =
        format!(r"(?i)\b(?:{day}\s+(?:of\s+)?{month}\.?,?\s+([0-9]{{4}})|{month}\.?\s+{day},?\s+([0-9]{{4}}))\b");
    Regex::new(&form).expect("the expression is valid")
});

/// A month without a day: `2025 年 5 月`, `May 2025`; `2025-05` if it is the whole text.
static MONTH: LazyLock<Regex> = LazyLock::new(|| {
    let form = r"(?i)([0-9]{4})\s?年\s?([0-9]{1,2})\s?月|^([0-9]{4})-([0-9]{2})$|\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?,?\s+([0-9]{4})\b";
    Regex::new(form).expect("the expression is valid")
});

/// How the English names of the months begin.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The months, as English names them.
const ENGLISH_MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The years in which issues are posted. Any other is a slip.
const YEARS: Range<i32> = 1990..2100;

/// Whether a text is a year in which issues are posted.
pub(super) fn is_year(text: &str) -> bool {
    text.len() == 4 && text.parse().is_ok_and(|year| YEARS.contains(&year))
}

/// The day with these numbers. None if there is no such day, or if its year must be a slip.
pub(super) fn from_numbers(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    within_years(NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?)
}

/// The day, unless its year must be a slip. Every date of an issue goes through here.
pub(super) fn within_years(day: NaiveDate) -> Option<NaiveDate> {
    YEARS.contains(&day.year()).then_some(day)
}

/// The first day anywhere in the text, and the bytes that it takes. Days in digits come before those in words.
pub(super) fn find(text: &str) -> Option<(NaiveDate, Range<usize>)> {
    find_digits(text).or_else(|| find_english(text))
}

fn find_digits(text: &str) -> Option<(NaiveDate, Range<usize>)> {
    if !has_year(text) {
        return None;
    }
    let mut from = 0;
    loop {
        let found = DIGITS.captures_at(text, from)?;
        let range = found.get(1)?.range();
        let parts = if found.get(2).is_some() { [2, 3, 4] } else { [5, 6, 7] };
        let [year, month, day] = parts.map(|part| number(&found, part));
        if let Some(day) = from_numbers(year?, month?, day?) {
            return Some((day, range));
        }
        from = range.end;
    }
}

/// The first day in English words, and the bytes that it takes.
pub(super) fn find_english(text: &str) -> Option<(NaiveDate, Range<usize>)> {
    if !has_year(text) {
        return None;
    }
    ENGLISH.captures_iter(text).find_map(|found| {
        // Groups 1 to 3 are `7 May 2023`, groups 4 to 6 are `May 7, 2023`.
        let [day, month, year] = if found.get(1).is_some() { [1, 2, 3] } else { [5, 4, 6] };
        let name = found.get(month)?.as_str().to_lowercase();
        let month = month_of(&name)?;
        let day = from_numbers(number(&found, year)?, month, number(&found, day)?)?;
        Some((day, found.get(0)?.range()))
    })
}

/// The first day of the first month anywhere in the text, and the bytes that the month takes.
pub(super) fn find_month(text: &str) -> Option<(NaiveDate, Range<usize>)> {
    let found = has_year(text).then(|| MONTH.captures(text))??;
    let range = found.get(0)?.range();
    if let Some(name) = found.get(5) {
        let month = month_of(&name.as_str().to_lowercase())?;
        return Some((from_numbers(number(&found, 6)?, month, 1)?, range));
    }
    if text[range.end..].trim_start().starts_with(char::is_numeric) {
        return None; // a day, whatever is wrong with it
    }
    let [year, month] = if found.get(1).is_some() { [1, 2] } else { [3, 4] };
    Some((from_numbers(number(&found, year)?, number(&found, month)?, 1)?, range))
}

/// The number of a month that a text is: `02`, `2`, `Feb`, `february`, `2月`, `02-february`.
pub(crate) fn month_named(text: &str) -> Option<u32> {
    let digits = &text[..text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len()];
    if !digits.is_empty() && !text[digits.len()..].starts_with(|c: char| c.is_ascii_alphabetic()) {
        return digits.parse().ok().filter(|month| digits.len() <= 2 && (1..=12).contains(month));
    }
    let name = text.to_lowercase();
    let is_month = ENGLISH_MONTHS.iter().any(|month| *month == name || name.len() == 3 && month.starts_with(&name));
    if is_month { month_of(&name) } else { None }
}

/// The number of a month by its English name, in lower case.
fn month_of(name: &str) -> Option<u32> {
    MONTHS.iter().zip(1..).find(|(start, _)| name.starts_with(**start)).map(|(_, month)| month)
}

/// The first place in a text where a day in digits was meant and there is no such day: `2024-02-30`, `2024-13-50`, `20241350`.
pub(super) fn find_bad(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(digit) = bytes[at..].iter().position(u8::is_ascii_digit) {
        let start = at + digit;
        let end = digits_end(bytes, start);
        if let Some(end) = meant_day(bytes, start, end) {
            return Some(start..end);
        }
        at = end;
    }
    None
}

/// The end of a day that was meant where digits stand: eight of them that begin with a year, or a year and twice two digits behind a mark.
fn meant_day(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    let is_year = matches!(bytes[start..end], [b'1', b'9', ..] | [b'2', b'0' | b'1', ..]);
    if end - start == 8 && is_year {
        return Some(end);
    }
    let month = number_behind_mark(bytes, end)?;
    let day = number_behind_mark(bytes, month.end)?;
    let has_form = month.len() == 2 && day.len() == 2 && (3..=5).contains(&(end - start));
    // With fewer digits only days that the month may seem to have: `2024-13-5` may number something else.
    let is_short =
        end - start == 4 && is_year && month.len() < 3 && matches!(&bytes[day.clone()], b"29" | b"30" | b"31");
    (has_form || is_short).then_some(day.end)
}

/// The digits behind a mark such as `-`.
fn number_behind_mark(bytes: &[u8], mark: usize) -> Option<Range<usize>> {
    let is_mark = bytes.get(mark).is_some_and(|byte| b"-_./".contains(byte));
    let number = mark + 1..digits_end(bytes, mark + 1);
    (is_mark && !number.is_empty()).then_some(number)
}

fn digits_end(bytes: &[u8], start: usize) -> usize {
    let digits = bytes.get(start..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit());
    start + digits.count()
}

fn number(found: &Captures, group: usize) -> Option<u32> {
    found.get(group)?.as_str().parse().ok()
}

/// Whether the text has four digits in a row. Most texts don't, and compiling the expressions takes long.
fn has_year(text: &str) -> bool {
    text.as_bytes().windows(4).any(|digits| digits.iter().all(u8::is_ascii_digit))
}
