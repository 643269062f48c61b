//! Issues' numbers against each other, and the order of them against the order of their dates.

use std::collections::HashMap;

use super::place::PlacedIssue;
use crate::diagnostic::{Diagnostic, NumberSource, Problem};
use crate::issue::{Issue, NumberGiven};
use crate::split::IssueKind;

/// Reports the issues whose file's name, title and page give different numbers.
///
/// A newsletter of links may have a number in a name or an address that isn't the issue's. There, two of them are compared only if they
/// agree in at least half of all issues.
pub(super) fn contradictions(issues: &[Issue<'_>]) -> Vec<Diagnostic> {
    let mut agreement: HashMap<(NumberSource, NumberSource), (usize, usize)> = HashMap::new(); // how many agree, of how many
    for (first, other) in issues.iter().flat_map(pairs) {
        let (agree, all) = agreement.entry((first.source, other.source)).or_default();
        *agree += usize::from(first.number == other.number);
        *all += 1;
    }
    let mut diagnostics = Vec::new();
    for issue in issues {
        for (first, other) in pairs(issue).filter(|(first, other)| first.number != other.number) {
            let (agree, all) = agreement[&(first.source, other.source)];
            if issue.kind == IssueKind::Patches || agree * 2 >= all {
                let (used, other_number) = ((first.number, first.source), (other.number, other.source));
                let problem = Problem::NumbersDiffer { used, other: other_number };
                diagnostics.push(issue.document.diagnostic(other.line.clone(), problem));
            }
        }
    }
    diagnostics
}

/// The number of an issue that counts, with each other one.
fn pairs<'a>(issue: &'a Issue<'_>) -> impl Iterator<Item = (&'a NumberGiven, &'a NumberGiven)> {
    let first = issue.numbers.first();
    issue.numbers.iter().skip(1).filter_map(move |other| Some((first?, other)))
}

/// Reports the issues whose numbers aren't in the order of their dates: as few as possible, so that the rest is in order.
///
/// Newsletters of links often number their issues anew, each year say, or have a number in a name that isn't the issue's: there,
/// an issue numbered 1 begins another count, and more than a few exceptions aren't exceptions.
pub(super) fn out_of_order(issues: &[PlacedIssue<'_>]) -> Vec<Diagnostic> {
    let numbered: Vec<(u32, &PlacedIssue<'_>)> =
        issues.iter().filter(|placed| placed.dated).filter_map(|placed| Some((placed.issue.number?, placed))).collect();
    let mut diagnostics = Vec::new();
    for count in numbered.chunk_by(|_, (number, placed)| *number > 1 || placed.issue.kind == IssueKind::Patches) {
        let numbers: Vec<u32> = count.iter().map(|(number, _)| *number).collect();
        let in_order = longest_rising(&numbers);
        let exceptions: Vec<usize> = (0..count.len()).filter(|at| !in_order.contains(at)).collect();
        let (_, first) = count[0];
        if first.issue.kind != IssueKind::Patches && exceptions.len() * 10 > count.len() {
            continue;
        }
        diagnostics.extend(exceptions.into_iter().map(|at| {
            let before = at.checked_sub(1).map(|before| numbers[before]);
            let after = numbers.get(at + 1).copied();
            let date = count[at].1.posted.date_naive();
            count[at].1.diagnostic(Problem::NumberOrder { number: numbers[at], date, before, after })
        }));
    }
    diagnostics
}

/// The places of one of the longest subsequences that never falls, by patience sorting.
fn longest_rising(numbers: &[u32]) -> Vec<usize> {
    let mut tops: Vec<usize> = Vec::new(); // of each pile, the place of the number on top
    let mut below: Vec<Option<usize>> = Vec::with_capacity(numbers.len()); // the top of the pile to the left at that time
    for (at, number) in numbers.iter().enumerate() {
        let pile = tops.partition_point(|&top| numbers[top] <= *number);
        below.push(pile.checked_sub(1).map(|left| tops[left]));
        match tops.get_mut(pile) {
            Some(top) => *top = at,
            None => tops.push(at),
        }
    }
    std::iter::successors(tops.last().copied(), |&at| below[at]).collect()
}
