//! Diagnostics: what is wrong with a text, where, and what was done about it.
//!
//! A diagnostic never stops a run. It is a value that reading and splitting return beside their result. What stops a run is an
//! [`Error`](crate::error::Error): the world failed, not the text.

mod chinese;
mod english;
mod github;
mod gitlab;
mod json;
mod kind;
mod policy;
mod problem;
mod report;
mod sarif;
mod sentences;
mod snippet;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::facts::language::Language;
pub use kind::ProblemKind;
pub use policy::Policy;
pub use problem::{Broken, NumberSource, Problem};
pub use report::{REPORTS, Report};
pub use sentences::Sentences;

/// A defect of a text, with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The document's path, as it was given.
    pub path: String,
    /// Where in the document; its first line if the whole of it is meant.
    pub place: Place,
    /// What is wrong.
    pub problem: Problem,
    /// How many like it come below in the document and aren't reported one by one.
    pub more: usize,
    /// How much it matters to the newsletter.
    pub severity: Severity,
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It is reported.
    Warning,
    /// No site is written with it.
    Error,
}

impl Severity {
    fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How many problems of a kind are reported of a document.
pub(crate) const MOST: usize = 100;

/// The diagnostics of a text, while it is read: never many more than are reported.
#[derive(Debug, Default)]
pub(crate) struct Diagnostics {
    all: Vec<Diagnostic>,
    /// How many of them there were when they were last put in order.
    in_order: usize,
}

impl Diagnostics {
    /// Adds one. Of thousands of a kind, those beyond what is reported are dropped at once, and counted.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.all.push(diagnostic);
        if self.all.len() > 2 * self.in_order + MOST {
            self.all = in_order(std::mem::take(&mut self.all));
            self.in_order = self.all.len();
        }
    }

    /// What is reported of them, in order.
    pub(crate) fn reported(self) -> Vec<Diagnostic> {
        in_order(self.all)
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }
}

/// Puts diagnostics in order. A heading that the table of sections doesn't have is reported once, and of each kind of problem not
/// more than a hundred in a document: the last of them says how many there are below.
pub fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort();
    let mut sections = HashSet::new();
    diagnostics.retain(|diagnostic| match &diagnostic.problem {
        Problem::UnknownSection(slug) | Problem::NewSection(slug) | Problem::NearSection { slug, .. } => {
            sections.insert(slug.clone())
        }
        _ => true,
    });
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len().min(MOST));
    let mut kinds: HashMap<ProblemKind, (usize, usize)> = HashMap::new(); // of the document: how many, and the last
    for diagnostic in diagnostics {
        if kept.last().is_none_or(|last| last.path != diagnostic.path) {
            kinds.clear();
        }
        let (count, last) = kinds.entry(diagnostic.problem.kind()).or_default();
        if *count == MOST {
            kept[*last].more += 1 + diagnostic.more;
            continue;
        }
        (*count, *last) = (*count + 1, kept.len());
        kept.push(diagnostic);
    }
    kept
}

/// A part of a line of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The line's number, from 1.
    pub line: usize,
    /// The part's first column, in characters, from 1.
    pub column: usize,
    /// The part's first byte in `source`.
    pub start: usize,
    /// The end of the part in `source`, in bytes.
    pub end: usize,
    /// The line, or what stands around the part in a long one.
    pub source: String,
}

impl Place {
    /// How much of a line is shown before the start of the part, and as much from there on, in bytes: thousands of places may
    /// be on the same line.
    pub(crate) const SHOWN: usize = 500;

    /// The first column behind the part, in characters, from 1.
    fn end_column(&self) -> usize {
        self.column + self.source[self.start..self.end].chars().count()
    }

    /// The part of a line at `span`, a range of the line's bytes.
    pub(crate) fn new(line: usize, source: &str, span: Range<usize>) -> Self {
        let start = source.floor_char_boundary(span.start);
        let shown = source.floor_char_boundary(start.saturating_sub(Self::SHOWN));
        let source_end = source.floor_char_boundary(start + Self::SHOWN);
        let end = source.floor_char_boundary(span.end).clamp(start, source_end);
        let column = source[..start].chars().count() + 1;
        Self { line, column, start: start - shown, end: end - shown, source: source[shown..source_end].to_owned() }
    }
}

/// How diagnostics are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether to use a terminal's colours.
    pub color: bool,
    /// The width to fit into, in columns.
    pub width: usize,
    /// What language to speak.
    pub language: Language,
}

impl Diagnostic {
    /// A problem at a place of the document at a path.
    pub fn new(path: &str, place: Place, problem: Problem) -> Self {
        Self { path: path.to_owned(), place, problem, more: 0, severity: Severity::Warning }
    }

    /// The problem in words.
    pub fn sentences(&self, language: Language) -> Sentences {
        let mut sentences = match language {
            Language::Chinese => chinese::sentences(&self.problem),
            Language::English => english::sentences(&self.problem),
        };
        if self.more > 0 {
            let more = match language {
                Language::Chinese => format!("；另外还有 {} 处", self.more),
                Language::English if self.more == 1 => "; there is one more like this".to_owned(),
                Language::English => format!("; there are {} more like this", self.more),
            };
            sentences.remedy.push_str(&more);
        }
        sentences
    }

    /// The diagnostic for people: what is wrong, where, the source line with the place marked, and what to do. Ends with a newline.
    pub fn render(&self, style: Style) -> String {
        snippet::write(self, style)
    }
}
