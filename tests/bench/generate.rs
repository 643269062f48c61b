//! Archives of any size, made of issues at hand: deterministic, and as a real one would be had it gone on for longer.
//!
//! An archive is so many whole copies of the base. In copy `k`, where 0 is the newest:
//!
//! - **numbers** go up with time: each older copy's are lower by the base's span, the oldest has the base's own;
//! - **dates**: copy 0 keeps its own. Every issue before those is dated two days before its successor, at its own time of
//!   day, so that at least a day lies between any two of them, and 4,400 issues take 24 years. Copies a whole number of
//!   weeks apart would lie across each other, or, one after the other, reach back 150 years: patchfeed takes a year
//!   before 1990 for mistyped;
//! - **messages** are its own: each Message-ID in an archive's address begins with `c{k}.`, so what repeats within a copy
//!   still does, and no copy repeats another;
//! - **titles** end in `c{k}`, so that patches of different copies aren't taken for versions of one series.

use std::fs;
use std::io;
use std::path::Path;

use chrono::{Days, NaiveDate};
use rayon::prelude::*;
use regex::{Captures, Regex};

/// How far apart the dates that are made up lie.
const APART: u64 = 2;

/// An issue of the base.
struct Issue {
    day: NaiveDate,
    /// What stands in the file's name between day and number: `-19-28-47-rvlwn-`.
    name: String,
    number: u32,
    text: String,
}

/// The issues that archives are made of, oldest first.
pub(crate) struct Base(Vec<Issue>);

impl Base {
    /// Reads the files of a folder that are named as issues: `2023-05-07-19-28-47-rvlwn-45.md`.
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        let named = Regex::new(r"^(\d{4}-\d\d-\d\d)(-.*-)(\d+)\.md$").expect("the expression is right");
        let mut issues = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let file_name = path.file_name().unwrap_or_default().to_string_lossy();
            let Some(parts) = named.captures(&file_name) else { continue };
            let day = parts[1].parse().expect("an issue's file begins with a date");
            let number = parts[3].parse().expect("an issue's number is a small one");
            issues.push(Issue { day, name: parts[2].to_owned(), number, text: fs::read_to_string(&path)? });
        }
        issues.sort_by(|a, b| (a.day, &a.name).cmp(&(b.day, &b.name)));
        Ok(Self(issues))
    }

    /// How many issues the base holds.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes an archive of so many copies into a new folder.
    pub(crate) fn write(&self, copies: usize, folder: &Path) -> io::Result<()> {
        fs::create_dir(folder)?;
        let numbers = || self.0.iter().map(|issue| issue.number);
        let span = numbers().max().unwrap_or(0) - numbers().min().unwrap_or(0) + 1;
        (0..copies).into_par_iter().try_for_each(|copy| {
            let shift = span * u32::try_from(copies - 1 - copy).expect("an archive has fewer copies");
            self.0.iter().enumerate().try_for_each(|(at, issue)| {
                let day = self.day(copy, at);
                let number = issue.number + shift;
                fs::write(folder.join(format!("{day}{}{number}.md", issue.name)), text(issue, copy, day, number))
            })
        })
    }

    /// The date of a copy of an issue.
    fn day(&self, copy: usize, at: usize) -> NaiveDate {
        if copy == 0 {
            return self.0[at].day;
        }
        let later = copy * self.len() - at; // issues from this one to the first of the newest copy
        let days = Days::new(APART * later as u64);
        let day = self.0[0].day - days;
        assert!(day >= NaiveDate::from_ymd_opt(1990, 1, 1).expect("a day"), "{day}: so many issues need more years");
        day
    }
}

/// The text of a copy of an issue.
fn text(issue: &Issue, copy: usize, day: NaiveDate, number: u32) -> String {
    let message = Regex::new(r"((?:lore|lkml)\.kernel\.org/[\w.-]+/)([^\s/<>()?#])").expect("the expression is right");
    let title = Regex::new(r"(?m)^(\*\*\[.+)(\]\(http)").expect("the expression is right");
    let dated = Regex::new(r"(时间：)\d{8}").expect("the expression is right");
    let own = issue.number;
    let text = issue
        .text
        .replace(&format!("第 {own} 期"), &format!("第 {number} 期"))
        .replace(&format!("rvlwn-{own}/"), &format!("rvlwn-{number}/"));
    let text = dated.replace(&text, |parts: &Captures| format!("{}{}", &parts[1], day.format("%Y%m%d")));
    let text = message.replace_all(&text, |parts: &Captures| format!("{}c{copy}.{}", &parts[1], &parts[2]));
    title.replace_all(&text, |parts: &Captures| format!("{} c{copy}{}", &parts[1], &parts[2])).into_owned()
}
