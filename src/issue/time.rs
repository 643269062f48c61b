//! Times of day and zones, as people write them behind a day.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _};

use crate::facts::zone::Zone;

/// Words before a time that say which half of the day it lies in, and whether it is the second.
const BEFORE: [(&str, bool); 11] = [
    ("上午", false),
    ("早上", false),
    ("凌晨", false),
    ("早晨", false),
    ("中午", true),
    ("下午", true),
    ("傍晚", true),
    ("晚上", true),
    ("晚间", true),
    ("AM ", false),
    ("PM ", true),
];

/// The same behind a time, in lower case.
const BEHIND: [(&str, bool); 4] = [("am", false), ("a.m.", false), ("pm", true), ("p.m.", true)];

/// A time that a text begins with.
pub(super) struct TimeRead<'t> {
    /// The time; none if what stands there is none.
    pub(super) time: Option<NaiveTime>,
    /// Whether a time was meant.
    pub(super) is_meant: bool,
    /// What follows.
    pub(super) rest: &'t str,
}

/// Reads the time that a text begins with: `19:28`, `19:28:47`, `T19:28`, `at 7:28 PM`, `下午7:28`, `下午 7 点 28 分`.
pub(super) fn read(text: &str) -> TimeRead<'_> {
    let text = text.trim_start_matches(['T', ' ', ',', '，', '-', '–', '@', '|']);
    let text = text.strip_prefix("at ").or_else(|| text.strip_prefix("um ")).unwrap_or(text).trim_start();
    let before = BEFORE.iter().find_map(|(word, second)| Some((text.strip_prefix(word)?, *second)));
    let digits = before.map_or(text, |(rest, _)| rest.trim_start());
    let (numbers, rest) = numbers(digits);
    let behind = half_behind(rest);
    let second_half = before.or(behind).map(|(_, second)| second);
    let is_meant = match numbers.len() {
        0 => false,
        1 => second_half.is_some(),
        _ => true,
    };
    let time = if is_meant { time(&numbers, second_half) } else { None };
    TimeRead { time, is_meant, rest: behind.map_or(rest, |(rest, _)| rest) }
}

/// The hours, minutes and seconds that a text begins with, as far as it has them, and what follows.
fn numbers(text: &str) -> (Vec<u32>, &str) {
    let mut numbers = Vec::new();
    let mut rest = text;
    while numbers.len() < 3 {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        let Some(number) = rest[..length].parse().ok().filter(|_| length <= 2) else { break };
        numbers.push(number);
        rest = &rest[length..];
        let marks: &[char] = match numbers.len() {
            1 => &[':', '：', '点', '时'],
            2 => &[':', '：', '分'],
            _ => &['秒'],
        };
        let after = rest.trim_start();
        match after.strip_prefix(marks) {
            Some(next) if next.trim_start().starts_with(|c: char| c.is_ascii_digit()) => rest = next.trim_start(),
            Some(next) if after.starts_with(['点', '时', '分', '秒']) => {
                if numbers.len() == 1 {
                    numbers.push(0); // 7 点
                }
                rest = next;
                break;
            }
            _ => break,
        }
    }
    (numbers, rest)
}

/// The half of the day that stands behind a time, and what follows it.
fn half_behind(rest: &str) -> Option<(&str, bool)> {
    let rest = rest.trim_start();
    BEHIND.iter().find_map(|(word, second)| {
        let (start, after) = rest.split_at_checked(word.len())?;
        let ends = !after.starts_with(char::is_alphanumeric);
        (start.eq_ignore_ascii_case(word) && ends).then_some((after, *second))
    })
}

fn time(numbers: &[u32], second_half: Option<bool>) -> Option<NaiveTime> {
    let [hour, ref rest @ ..] = *numbers else { return None };
    let hour = match second_half {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        Some(_) if hour > 23 => return None,
        _ => hour,
    };
    let at = |place: usize| rest.get(place).copied().unwrap_or(0);
    let seconds = at(1);
    if seconds == 60 {
        return NaiveTime::from_hms_opt(hour, at(0), 59)?.with_nanosecond(1_000_000_000); // a leap second
    }
    NaiveTime::from_hms_opt(hour, at(0), seconds)
}

/// The zone behind a time, which may have fractions of a second: `.123Z`, ` UTC`, ` +0800`, ` UTC+8`, ` (CEST)`, ` Europe/Berlin`.
/// Where a place's zone depends on the season, day and time decide.
pub(super) fn zone(text: &str, day: NaiveDate, time: NaiveTime) -> Option<FixedOffset> {
    let text = match text.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => text,
    };
    let text = text.trim().trim_start_matches(['(', '（', '[', ',', '，']).trim_start();
    let end = text.find(|c: char| c.is_whitespace() || ")）],，。".contains(c)).unwrap_or(text.len());
    Zone::parse(&text[..end]).map(|zone| zone.offset_at(NaiveDateTime::new(day, time)))
}
