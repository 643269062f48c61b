//! A run of text, and where its words stand in the source.

use std::ops::Range;

/// A run of text, as the parser gives it piece by piece: escapes and character references part it, so its words have other
/// places than their source.
#[derive(Default)]
pub(super) struct TextRun {
    /// Its words.
    pub(super) words: String,
    pieces: Vec<TextPiece>,
}

/// A piece of a run.
struct TextPiece {
    /// Where its words begin among those of the run.
    start: usize,
    /// Its bytes in the source.
    source: Range<usize>,
    /// Whether it stands in the source as it is. Otherwise it is a character reference.
    is_verbatim: bool,
}

impl TextRun {
    /// Appends a piece. Pieces that stand next to each other as they are become one.
    pub(super) fn push(&mut self, source: &str, words: &str, range: Range<usize>) {
        let is_verbatim = source[range.clone()] == *words;
        match self.pieces.last_mut() {
            Some(last) if last.is_verbatim && is_verbatim && last.source.end == range.start => {
                last.source.end = range.end;
            }
            _ => self.pieces.push(TextPiece { start: self.words.len(), source: range, is_verbatim }),
        }
        self.words.push_str(words);
    }

    /// The bytes of the source that some words, which aren't empty, were made of. A character reference counts whole.
    pub(super) fn source_of(&self, words: &Range<usize>) -> Range<usize> {
        let (first, last) = (self.piece_at(words.start), self.piece_at(words.end - 1));
        let start = first.source.start + if first.is_verbatim { words.start - first.start } else { 0 };
        let end = if last.is_verbatim { last.source.start + (words.end - last.start) } else { last.source.end };
        start..end
    }

    fn piece_at(&self, at: usize) -> &TextPiece {
        let after = self.pieces.partition_point(|piece| piece.start <= at);
        &self.pieces[after - 1]
    }
}
