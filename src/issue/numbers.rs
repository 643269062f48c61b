//! Issues' numbers and dates in names, titles and headings.

use chrono::Datelike as _;

use super::day;
use super::when::{NameParts, When};

/// What a heading says of the issue that it begins.
#[derive(Debug)]
pub(super) struct IssueName {
    pub(super) number: Option<u32>,
    pub(super) date: Option<When>,
    /// The heading, unless there is nothing in it but number and date.
    pub(super) title: Option<String>,
}

impl IssueName {
    /// Reads `20230507：第 45 期`, `Issue 45: words`, `2023-05-07`, `May 2023`.
    pub(super) fn of(heading: &str) -> Option<Self> {
        if let Some(month) = When::month_alone(heading) {
            return Some(Self { number: None, date: Some(month), title: Some(heading.to_owned()) });
        }
        let date = When::find(heading);
        let undated = date.as_ref().map(|(_, range)| format!("{} {}", &heading[..range.start], &heading[range.end..]));
        let undated = undated.as_deref().unwrap_or(heading);
        let number = marked_number(undated);
        if number.is_none() && date.is_none() {
            return None;
        }
        let has_words = undated.split(is_number_mark).any(|word| !word.is_empty() && !is_number_word(word));
        Some(Self { number, date: date.map(|(date, _)| date), title: has_words.then(|| heading.to_owned()) })
    }
}

fn is_number_mark(c: char) -> bool {
    c.is_ascii_digit() || !c.is_alphanumeric() || "第期".contains(c)
}

fn is_number_word(word: &str) -> bool {
    ["issue", "no"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// The file's name without folders and ending; the folder's, if the file's says nothing.
pub(crate) fn stem(path: &str) -> &str {
    let mut names = path.rsplit(['/', '\\']);
    let name = names.next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let says_nothing = ["index", "readme"].iter().any(|name| stem.eq_ignore_ascii_case(name));
    names.next().filter(|folder| says_nothing && !folder.is_empty()).unwrap_or(stem)
}

/// Words that are put behind the name of a file that is a copy, all in lower case.
const COPY_WORDS: [&str; 8] = ["copy", "副本", "拷贝", "bak", "backup", "orig", "conflicted", "sync-conflict"];

/// The name of the file that one is a copy of, by its name: `8 copy`, `8 - Copy (2)`, `8-副本`, `8.bak`, `8 (1)`, `Copy of 8`. None if the
/// name isn't that of a copy.
pub(super) fn copied_name(stem: &str) -> Option<&str> {
    let lower = stem.to_ascii_lowercase(); // of the same length
    if lower.starts_with("copy of ") {
        return Some(&stem["copy of ".len()..]);
    }
    let word = COPY_WORDS.iter().filter_map(|word| find_word(&lower, word)).min();
    let end = word.or_else(|| counter(&lower)).or_else(|| lower.ends_with('~').then(|| lower.len() - 1))?;
    let name = stem[..end].trim_end_matches(|c: char| " -_.(（~的".contains(c));
    name.contains(|c: char| c.is_ascii_digit()).then_some(name)
}

/// Where a word stands in a text that no letter touches.
fn find_word(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).map(|(at, _)| at).find(|&at| {
        let is_letter = |c: char| c.is_ascii_alphabetic();
        !text[..at].ends_with(is_letter) && !text[at + word.len()..].starts_with(is_letter)
    })
}

/// Where the ` (1)` begins that a browser puts behind the number of an issue. Other numbers in parentheses may be issues' own.
fn counter(stem: &str) -> Option<usize> {
    let open = stem.strip_suffix(')')?.rfind(" (")?;
    let digits = &stem[open + 2..stem.len() - 1];
    let is_count = digits.len() == 1 && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_count && trailing_number(&NameParts::of(&stem[..open]).rest).is_some()).then_some(open)
}

/// The number that a name ends with, or has before the year that it ends with: `rvlwn-45`, `issue_7`, `100`, `第45期`, `news-14-2017`.
pub(super) fn trailing_number(name: &str) -> Option<u32> {
    if let Some((number, _)) = number_before_year(name) {
        return Some(number);
    }
    let (_, digits) = trailing_digits(name);
    digits.parse().ok().or_else(|| marked_number(name))
}

/// The digits that a name ends with, and what precedes them.
fn trailing_digits(name: &str) -> (&str, &str) {
    let name = name.trim_end_matches(|c: char| !c.is_alphanumeric());
    name.split_at(name.trim_end_matches(|c: char| c.is_ascii_digit()).len())
}

/// The number and the year that a name ends with: `news-14-2017`.
fn number_before_year(name: &str) -> Option<(u32, u32)> {
    let (before, year) = trailing_digits(name);
    let before = before.strip_suffix(['-', '_', ' '])?;
    let (_, number) = trailing_digits(before);
    let is_both = day::is_year(year) && before.ends_with(number) && !day::is_year(number);
    is_both.then_some((number.parse().ok()?, year.parse().ok()?))
}

/// The year that a number counts within: `2017-1`, `Harbour 2017 Issue 1`, `2017 年第 1 期`, `news-14-2017`.
pub(super) fn year_of_number(text: &str, number: u32) -> Option<u32> {
    if let Some((_, year)) = number_before_year(text).filter(|(before, _)| *before == number) {
        return Some(year);
    }
    let is_digit = |c: char| c.is_ascii_digit();
    text.match_indices("20").chain(text.match_indices("19")).find_map(|(at, _)| {
        let year = text.get(at..at + 4)?.parse().ok().filter(|_| !text[..at].ends_with(is_digit))?;
        let between = text[at + 4..].trim_start_matches([' ', '-', '_', '/', '年', '·']);
        let counted = ["第", "Issue", "issue", "No.", "#"].iter().find_map(|mark| between.strip_prefix(mark));
        let digits = counted.unwrap_or(between).trim_start();
        let rest = digits.trim_start_matches(is_digit);
        let is_number =
            digits[..digits.len() - rest.len()].parse() == Ok(number) && between.len() < text.len() - at - 4;
        (is_number && (counted.is_some() || rest.is_empty())).then_some(year)
    })
}

/// The number in a title: `第 45 期`, `Issue 45`, `#45`, `No. 45`, or a number at its end that is neither a version's, as in `Qt 1.0`, nor the
/// year of its posting, as in `Lint in 2019`.
pub(super) fn number_in_title(title: &str, posted: Option<When>) -> Option<u32> {
    let undated = When::find(title).map(|(_, range)| format!("{} {}", &title[..range.start], &title[range.end..]));
    let title = undated.as_deref().unwrap_or(title);
    let is_year = |number: &u32| posted.is_some_and(|posted| i64::from(posted.day.year()) == i64::from(*number));
    marked_number(title).or_else(|| trailing_number(title).filter(|number| !is_year(number) && !is_version(title)))
}

/// Whether a title ends with a version. `2017.14` is a number within a year.
fn is_version(title: &str) -> bool {
    let (before, _) = trailing_digits(title);
    let major = before.strip_suffix('.').map(|before| trailing_digits(before).1);
    major.is_some_and(|major| before.ends_with(&format!("{major}.")) && !major.is_empty() && !day::is_year(major))
}

/// The number after a mark: `第 45 期`, `Issue 45`, `#45`, `No. 45`.
pub(super) fn marked_number(title: &str) -> Option<u32> {
    ["第", "Issue ", "issue ", "No. ", "Vol.", "#"]
        .iter()
        .find_map(|mark| title.match_indices(mark).find_map(|(at, _)| number_after(mark, &title[at + mark.len()..])))
}

fn number_after(mark: &str, rest: &str) -> Option<u32> {
    let digits = rest.trim_start();
    let (digits, rest) = digits.split_at(digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len()));
    let counts_issues = mark != "第" || rest.trim_start().starts_with(['期', '号', '辑', '刊']); // 第 2 版 doesn't
    digits.parse().ok().filter(|_| counts_issues)
}
