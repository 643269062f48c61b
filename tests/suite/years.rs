//! From which day on a date that lies years from its neighbours is doubted, and from which it isn't used.

use chrono::{Days, NaiveDate};
use patchfeed::diagnostic::Problem;

use crate::{read, texts};

/// The numbers of the issues whose dates are doubted, of issues with these numbers and days. Behind `!` those whose dates aren't used.
fn doubted(issues: &[(u32, u64)]) -> String {
    let first = NaiveDate::from_ymd_opt(2010, 1, 1).expect("there is such a day");
    let issues: Vec<(String, String)> = issues
        .iter()
        .map(|(number, day)| {
            let date = first + Days::new(*day);
            let entry = format!("**[v1: a](http://lore.kernel.org/bpf/{number}.{day}@x/)**");
            (format!("{day}/rvlwn-{number}.md"), format!("---\ndate: {date}\n---\n### BPF\n\n{entry}\n"))
        })
        .collect();
    let issues: Vec<(&str, &str)> = issues.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let mut doubted: Vec<String> = Vec::new();
    for diagnostic in read(&texts(&issues)).diagnostics {
        if let Problem::FarDate { date, used, .. } = diagnostic.problem {
            let mark = if used.is_some_and(|used| used.starts_with(&date.to_string())) { "" } else { "!" };
            let (_, number) = diagnostic.path.rsplit_once('-').expect("a number stands in the name");
            doubted.push(format!("{mark}{}", number.trim_end_matches(".md")));
        }
    }
    doubted.join(" ")
}

#[test]
fn a_date_between_two_that_are_near_each_other_is_not_used_if_it_is_two_years_from_both() {
    for (issues, expected) in [
        ([(1, 0), (2, 14 + 731), (3, 14)], "!2"),
        ([(1, 0), (2, 14 + 730), (3, 14)], ""), // near the one behind it
        ([(1, 1000), (2, 1000 - 731), (3, 1014)], "!2"),
        ([(1, 1000), (2, 1000 - 730), (3, 1014)], ""), // near the one before it
        ([(1, 0), (5, 2000), (9, 730)], "!5"),
        ([(1, 0), (5, 2000), (9, 731)], ""), // the others are no measure
    ] {
        assert_eq!(doubted(&issues), expected, "{issues:?}");
    }
}

#[test]
fn the_first_and_the_last_date_are_not_used_if_they_are_five_years_from_the_next() {
    for (issues, expected) in [
        (&[(1, 0), (2, 7), (3, 7 + 1826)][..], "!3"),
        (&[(1, 0), (2, 7), (9, 7 + 1825)], ""), // a pause
        (&[(1, 0), (2, 7), (3, 7 + 1780)], ""), // and another
        (&[(1, 0), (2, 1826), (3, 1833)], "!1"),
        (&[(1, 0), (8, 1825), (9, 1832)], ""),
        (&[(1, 0), (2, 1780), (3, 1787)], ""),
        (&[(1, 0), (2, 7), (3, 2000), (4, 4000)], "!3 !4"),
        (&[(1, 0), (9, 1826)], "9"), // of two, either may be wrong
        (&[(1, 0), (9, 1825)], ""),
        (&[(1, 0)], ""),
    ] {
        assert_eq!(doubted(issues), expected, "{issues:?}");
    }
}

#[test]
fn a_date_that_would_be_usual_in_another_year_is_doubted() {
    for (issues, expected) in [
        (&[(1, 0), (2, 45), (3, 45 + 365 + 45)][..], "3"),
        (&[(1, 0), (2, 45), (3, 45 + 365 + 46)], ""), // that isn't usual
        (&[(1, 0), (2, 46), (3, 46 + 365)], ""),      // nor is that
        (&[(1, 0), (2, 7), (3, 7 + 364)], ""),        // no year
        (&[(1, 0), (2, 7), (3, 7 + 365)], "3"),
        (&[(1, 0), (2, 7), (3, 7 + 4 * 365 + 46)], "3"), // one of four years has a day more
        (&[(1, 0), (2, 7), (3, 7 + 4 * 365 + 47)], ""),
        (&[(1, 0), (2, 7), (5, 7 + 365)], "5"), // numbers may be skipped
        (&[(1, 0), (2, 7), (6, 7 + 365)], ""),  // so many were written
        (&[(3, 0), (4, 7), (1, 7 + 365)], ""),  // it isn't the next one
        (&[(1, 0), (2, 7), (2, 7 + 365)], ""),  // nor is one of the same number
        (&[(1, 0), (2, 45 + 365), (3, 45 + 365 + 45)], "1"),
        (&[(1, 0), (2, 46 + 365), (3, 46 + 365 + 7)], ""),
        (&[(1, 0), (2, 365), (3, 365 + 46)], ""),
        (&[(1, 0), (2, 365)], "2"),
        (&[(1, 0), (2, 364)], ""),
    ] {
        assert_eq!(doubted(issues), expected, "{issues:?}");
    }
}
