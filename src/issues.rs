//! The issues of a newsletter, all together: read once, in order, with what they say of their newsletter.

mod frame;
mod headings;
mod learn;
mod numbers;
mod place;
mod rescued;
mod sections;
mod usual;

use rayon::prelude::*;
use url::Url;

use crate::diagnostic::{self, Diagnostic};
use crate::document::{Document, DraftDocument};
use crate::entry::Entry;
pub use crate::entry::passed_by::{PassedBlock, PassedKind};
use crate::facts::language::Language;
use crate::facts::newsletter::{FrameLink, Newsletter, Stated};
use crate::issue::{self, DocumentIssues, Issue};
use crate::rescue::rescue;
use crate::split::{Habits, IssueKind};
pub use place::PlacedIssue;
pub use sections::LearntSection;

/// The issues of a newsletter.
#[derive(Debug)]
pub struct Issues<'a> {
    /// The newsletter, as its configuration and its issues tell.
    pub newsletter: Newsletter,
    /// The issues in order, the oldest first.
    pub all: Vec<PlacedIssue<'a>>,
    /// The drafts, which are no issues.
    pub drafts: Vec<DraftDocument>,
    /// The blocks that were neither entries nor part of one.
    pub passed_by: Vec<PassedBlock>,
    /// What is wrong, in the order of files and lines. A heading that the table of sections doesn't have is reported once, and not all of
    /// many problems of a kind.
    pub diagnostics: Vec<Diagnostic>,
    /// The links that were passed by as the issues' frame.
    pub frame: Vec<FrameLink>,
    habits: Habits,
    /// Headings that were taken for those of sections, and the slugs of these.
    spellings: Vec<(String, String)>,
}

/// Reads the issues of all documents.
///
/// `diagnostics` are what was wrong with the documents themselves, `stated` is what the configuration says of the
/// newsletter, and `base_url` the address of the site, which stands in for a newsletter's own if nothing tells that.
pub fn read<'a>(
    documents: &'a [Document],
    mut diagnostics: Vec<Diagnostic>,
    stated: &Stated,
    base_url: &Url,
) -> Issues<'a> {
    let sections = stated.table(Language::Chinese); // for its headings: the language isn't known yet
    let headings = documents.par_iter().map(|document| rescue(|| issue::headings(document)).unwrap_or_default());
    let habits = Habits::of(headings.collect(), stated.headings);
    let read: Vec<DocumentIssues<'a>> = documents
        .par_iter()
        .map(|document| rescued::read(document, &|document| issue::read(document, &sections, stated.shape, &habits)))
        .collect();
    let (mut issues, mut drafts, mut passed_by) = (Vec::new(), Vec::new(), Vec::new());
    for (document, of_document) in documents.iter().zip(read) {
        let draft = |reason| DraftDocument { path: document.path.clone(), reason };
        drafts.extend(of_document.draft.map(draft));
        issues.extend(of_document.issues);
        passed_by.extend(of_document.passed_by);
        diagnostics.extend(of_document.diagnostics.reported());
    }
    if issues.iter().any(is_issue) {
        let others = issues.extract_if(.., |issue| !is_issue(issue));
        passed_by.extend(others.flat_map(|other| entries_of_none(&other)));
    }
    let frame = stated.frame.clone().unwrap_or_else(|| frame::learn(&issues));
    passed_by.extend(frame::remove(&mut issues, &frame));
    let spellings = headings::compare(&mut issues, &mut diagnostics);
    headings::leave_lone(&mut issues);
    usual::tell_once(&mut diagnostics, documents.len());
    let newsletter = Newsletter::new(stated, learn::learn(&issues, stated.lists, base_url));
    diagnostics.extend(numbers::contradictions(&issues));
    let all = place::place(issues, &newsletter, &mut drafts, &mut diagnostics);
    diagnostics.extend(numbers::out_of_order(&all));
    headings::keep_new(&mut diagnostics, all.last());
    let diagnostics = diagnostic::in_order(diagnostics);
    Issues { newsletter, all, drafts, passed_by, diagnostics, frame, habits, spellings }
}

impl Issues<'_> {
    /// The paths of the documents of issues that nothing dates.
    pub fn undated(&self) -> Vec<&str> {
        let undated = self.all.iter().filter(|placed| placed.date().is_none());
        undated.map(|placed| placed.issue.document.path.as_str()).collect()
    }
}

/// The entries of a document that is no issue.
fn entries_of_none(document: &Issue<'_>) -> Vec<PassedBlock> {
    let at = |entry: &Entry<'_>| {
        entry.piece().and_then(|piece| document.document.range_of(piece)).map_or(0, |piece| piece.start)
    };
    let entries = document.entries.iter();
    entries.map(|entry| PassedBlock::new(document.document, at(entry), None, PassedKind::NoIssue)).collect()
}

/// Whether it is an issue at all. A document with links under headings, but neither date nor number, is a README beside the
/// issues.
fn is_issue(issue: &Issue<'_>) -> bool {
    let says_when = issue.posted.is_some() || issue.bad_date.is_some();
    says_when || issue.number.is_some() || issue.kind != IssueKind::Links
}
