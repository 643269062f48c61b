//! Issues' numbers and dates in names, titles and headings.

use super::when::When;

/// What a heading says of the issue that it begins.
#[derive(Debug)]
pub(super) struct IssueName {
    pub(super) number: Option<u32>,
    pub(super) date: Option<When>,
    /// The heading, unless there is nothing in it but number and date.
    pub(super) title: Option<String>,
}

impl IssueName {
    /// Reads `20230507：第 45 期`, `Issue 45: words`, `2023-05-07`.
    pub(super) fn of(heading: &str) -> Option<Self> {
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

/// The number that a name ends with: `rvlwn-45`, `issue_7`, `100`, `第45期`.
pub(super) fn trailing_number(name: &str) -> Option<u32> {
    let name = name.trim_end_matches(|c: char| !c.is_alphanumeric());
    let start = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    name[start..].parse().ok().or_else(|| marked_number(name))
}

/// The number in a title: `第 45 期`, `Issue 45`, `#45`, `No. 45`, or a number at its end.
pub(super) fn number_in_title(title: &str) -> Option<u32> {
    let undated = When::find(title).map(|(_, range)| format!("{} {}", &title[..range.start], &title[range.end..]));
    let title = undated.as_deref().unwrap_or(title);
    marked_number(title).or_else(|| trailing_number(title))
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
