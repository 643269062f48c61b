//! What so many documents have that it is no slip, but has one cause: what the newsletter's site puts into them.

use std::collections::HashSet;

use crate::diagnostic::{Broken, Diagnostic, Problem};

/// In how many documents something must stand.
const SEVERAL: usize = 4;

/// The share of all documents that this must be: one in this many.
const SHARE: usize = 10;

/// What is told once if it is usual: addresses that a template completes, references without definitions, links below lists, issues that list
/// nothing.
const ONCE: [Problem; 4] =
    [Problem::BrokenEntry(Broken::Tag), Problem::BrokenEntry(Broken::NoTarget), Problem::LikeItem, Problem::NoEntry];

/// Removes what is said of template tags, and all but the first of what is told once, with a count, if so many documents have it.
pub(super) fn tell_once(diagnostics: &mut Vec<Diagnostic>, documents: usize) {
    if is_usual(diagnostics, documents, &Problem::TemplateTag) {
        diagnostics.retain(|diagnostic| diagnostic.problem != Problem::TemplateTag);
    }
    for problem in ONCE {
        if is_usual(diagnostics, documents, &problem) {
            let mut all: Vec<Diagnostic> =
                diagnostics.extract_if(.., |diagnostic| diagnostic.problem == problem).collect();
            all.sort();
            let count: usize = all.iter().map(|diagnostic| 1 + diagnostic.more).sum();
            let first = all.into_iter().next();
            diagnostics.extend(first.map(|first| Diagnostic { more: count - 1, ..first }));
        }
    }
}

/// Whether so many documents have a problem.
fn is_usual(diagnostics: &[Diagnostic], documents: usize, problem: &Problem) -> bool {
    let having = diagnostics.iter().filter(|diagnostic| diagnostic.problem == *problem);
    let having: HashSet<&str> = having.map(|diagnostic| diagnostic.path.as_str()).collect();
    having.len() >= SEVERAL && having.len() * SHARE >= documents
}
