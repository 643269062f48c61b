//! Diagnostics: what is wrong with a text, where, and what was done about it.
//!
//! A diagnostic never stops a run. It is a value that reading and splitting return beside their result. What stops a run is an
//! [`Error`](crate::error::Error): the world failed, not the text.

mod problem;

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::text;
pub use problem::{Broken, Problem};

/// A defect of a text, with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// The document's path, as it was given.
    pub path: String,
    /// Where in the document; its first line if the whole of it is meant.
    pub place: Place,
    /// What is wrong.
    pub problem: Problem,
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
    /// The whole line.
    pub source: String,
}

impl Place {
    /// The part of a line at `span`, a range of the line's bytes.
    pub(crate) fn new(line: usize, source: &str, span: Range<usize>) -> Self {
        let start = source.floor_char_boundary(span.start);
        let end = source.floor_char_boundary(span.end).max(start);
        let column = source[..start].chars().count() + 1;
        Self { line, column, start, end, source: source.to_owned() }
    }
}

/// How diagnostics are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether to use a terminal's colours.
    pub color: bool,
    /// The width to fit into, in columns.
    pub width: usize,
}

impl Diagnostic {
    /// The diagnostic in words: what is wrong, where, the source line with the place marked, and what was done. Ends with a
    /// newline.
    pub fn render(&self, style: Style) -> String {
        let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
        let (what, label, done) = self.problem.sentences();
        let [path, what, label, done] = [&self.path, &what, &label, &done].map(|words| text::shown(words));
        let place = &self.place;
        let (before, rest) = place.source.split_at(place.start);
        let (marked, after) = rest.split_at(place.end - place.start);
        let [before, marked, after] = [before, marked, after].map(text::shown);
        let source = [&*before, &*marked, &*after].concat();
        let snippet = Snippet::source(source)
            .path(path)
            .line_start(place.line)
            .annotation(AnnotationKind::Primary.span(before.len()..before.len() + marked.len()).label(label));
        let title = Level::WARNING.primary_title(what);
        let report = title.element(snippet).element(Level::NOTE.message(done));
        renderer.term_width(style.width).render(&[report]) + "\n"
    }
}
