//! The last resort: reading a document brings out a defect of patchfeed, so it is read without the lines that do.

use std::ops::Range;

use crate::diagnostic::Problem;
use crate::document::Document;
use crate::issue::DocumentIssues;
use crate::rescue::rescue;

/// How many paragraphs a document is read without at most.
const MOST: usize = 20;

/// How a document is read.
type Read<'r> = &'r (dyn for<'d> Fn(&'d Document) -> DocumentIssues<'d> + Sync);

/// Reads a document. What makes `read` panic is left out of it, with a diagnostic.
pub(super) fn read<'a>(document: &'a Document, read: Read<'_>) -> DocumentIssues<'a> {
    rescue(|| read(document)).unwrap_or_else(|words| read_without(document, words, read))
}

/// Reads a document that makes `read` panic, with these words, without the paragraphs that do.
///
/// The copy of the document that is read instead lives as long as the program: this never happens but by a defect.
fn read_without<'a>(document: &'a Document, mut words: String, read: Read<'_>) -> DocumentIssues<'a> {
    let paragraphs = paragraphs(&document.text);
    let mut rest = without(document, 0..0);
    let mut left_out = Vec::new();
    while left_out.len() < MOST && !paragraphs.is_empty() {
        let culprit = &paragraphs[first_culprit(&rest, &paragraphs, read)];
        left_out.push(document.diagnostic(Some(culprit.clone()), Problem::Defect(words)));
        rest = without(&rest, culprit.clone());
        match rescue(|| drop(read(&rest))) {
            Err(other) => words = other,
            Ok(()) => {
                let mut found = read(Box::leak(Box::new(rest)));
                found.diagnostics.extend(left_out);
                return found;
            }
        }
    }
    left_out.push(document.diagnostic(None, Problem::Defect(words)));
    let mut nothing = DocumentIssues::default();
    nothing.diagnostics.extend(left_out);
    nothing
}

/// The place of the first paragraph with which, and without what follows it, a document makes `read` panic.
fn first_culprit(document: &Document, paragraphs: &[Range<usize>], read: Read<'_>) -> usize {
    let (mut fine, mut bad) = (0, paragraphs.len()); // how many paragraphs are fine together, and how many aren't
    while bad - fine > 1 {
        let middle = usize::midpoint(fine, bad);
        let begin = without(document, paragraphs[middle].start..document.text.len());
        match rescue(|| drop(read(&begin))) {
            Ok(()) => fine = middle,
            Err(_) => bad = middle,
        }
    }
    fine
}

/// The paragraphs of a text: lines without a blank one between them.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut paragraphs: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        match paragraphs.last_mut() {
            _ if line.trim().is_empty() => {}
            Some(last) if last.end == range.start => last.end = range.end,
            _ => paragraphs.push(range),
        }
    }
    paragraphs
}

/// The document with a part of it blank. All other bytes keep their places.
fn without(document: &Document, part: Range<usize>) -> Document {
    let text = &document.text;
    let blank: String = text[part.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
    let text = [&text[..part.start], &blank, &text[part.end..]].concat();
    let mut rest = Document::new(&document.path, text);
    rest.committed = document.committed;
    rest.added = document.added;
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::language::Language;
    use crate::facts::section::Table;
    use crate::issue;
    use crate::split::Habits;

    fn read_or_panic(document: &Document) -> DocumentIssues<'_> {
        assert!(!document.text.contains("boom"), "no boom");
        issue::read(document, &Table::new(&[], Language::Chinese), None, &Habits::default())
    }

    fn entry(words: &str) -> String {
        format!("**[v1: {words}](https://lore.kernel.org/x/{words}@x/)**\n\n> Text.\n\n")
    }

    #[test]
    fn a_document_that_brings_out_a_defect_is_read_without_the_lines_that_do() {
        for places in [vec![0], vec![3], vec![7], vec![0, 1, 6]] {
            let words = (0..8).map(|n| entry(&format!("{}{n}", if places.contains(&n) { "boom" } else { "fine" })));
            let document = Document::new("2024-01-01-a-1.md", format!("### BPF\n\n{}", words.collect::<String>()));
            let found = read(&document, &read_or_panic);
            assert_eq!(found.issues[0].entries.len(), 8 - places.len());
            let said = found.diagnostics.reported();
            let lines: Vec<usize> =
                said.iter().filter(|said| said.problem.is_defect()).map(|said| said.place.line).collect();
            assert_eq!(lines, places.iter().map(|place| 3 + 4 * place).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_document_that_cannot_be_read_at_all_is_left_out() {
        let document = Document::new("2024-01-01-a-1.md", entry("a"));
        let found = read(&document, &|_| panic!("never"));
        assert!(found.issues.is_empty());
        assert!(found.diagnostics.reported().iter().all(|said| said.problem == Problem::Defect("never".to_owned())));
    }
}
