//! What stands before an issue's first section: title, date, editor.

use std::ops::Range;

use super::when::When;
use crate::document::Document;
use crate::markdown::{self, Block, BlockKind};

/// What stands before an issue's first section.
#[derive(Debug, Default)]
pub(super) struct Preface {
    pub(super) title: Option<String>,
    /// The bytes of the title's heading.
    pub(super) title_line: Option<Range<usize>>,
    pub(super) date: Option<PrefaceDate>,
    pub(super) editor: Option<String>,
}

/// A date in the preface.
#[derive(Debug)]
pub(super) struct PrefaceDate {
    pub(super) words: String,
    /// The bytes of its line.
    pub(super) line: Range<usize>,
}

impl Preface {
    /// Reads the blocks before the first section:
    ///
    /// ```text
    /// # title
    ///
    /// > 时间：20230507<br/>
    ///   ^^^^ ^^^^^^^^
    /// > 编辑：晓依<br/>
    /// ```
    pub(super) fn of(document: &Document, blocks: &[Block]) -> Self {
        let mut preface = Self::default();
        for block in blocks {
            match &block.kind {
                BlockKind::Heading(_, title) if preface.title.is_none() => {
                    preface.title = Some(title.clone());
                    preface.title_line = Some(block.range.clone());
                }
                BlockKind::Quote | BlockKind::Paragraph => {
                    let mut start = block.range.start;
                    for line in document.text[block.range.clone()].split_inclusive('\n') {
                        preface.read(line.trim_end_matches('\n'), start);
                        start += line.len();
                    }
                }
                _ => {}
            }
        }
        preface
    }

    /// Reads a line that begins at a byte of the document. The first line that gives a fact counts.
    fn read(&mut self, line: &str, start: usize) {
        let range = start..start + line.len();
        let line = line.trim_start_matches(['>', '＞', ' ']);
        let Some((label, value)) = line.split_once(['：', ':']) else {
            return self.take_date(date_line(line), range);
        };
        match label.trim().to_lowercase().as_str() {
            "时间" | "日期" | "发布时间" | "发布日期" | "发布于" | "date" | "published" => {
                self.take_date(Some(markdown::plain(value)), range);
            }
            "编辑" | "editor" if self.editor.is_none() => {
                self.editor = Some(markdown::plain(value)).filter(|editor| !editor.is_empty());
            }
            _ => self.take_date(date_line(line), range),
        }
    }

    fn take_date(&mut self, words: Option<String>, line: Range<usize>) {
        if let Some(words) = words.filter(|words| self.date.is_none() && !words.is_empty()) {
            self.date = Some(PrefaceDate { words, line });
        }
    }
}

/// The most letters that may stand beside a date in a line of its own.
const LETTERS: usize = 12;

/// The date that a line consists of, with at most a few letters beside it: `*2023.5.7*`, `发布于 2023 年 5 月 7 日`.
fn date_line(line: &str) -> Option<String> {
    let line = line.trim_matches(|c: char| !c.is_alphanumeric());
    if When::parse(line).is_some() {
        return Some(line.to_owned());
    }
    let Some((_, range)) = When::find(line) else {
        return When::find_month(line).filter(|_| letters(line) <= LETTERS).map(|_| line.to_owned());
    };
    let from = &line[range.start..];
    let date = &line[range];
    if letters(line) > letters(date) + LETTERS {
        return None;
    }
    if When::parse(from).is_some_and(|when| when.time.is_some()) {
        return Some(from.to_owned());
    }
    let compact = date.replace(char::is_whitespace, "");
    Some(if When::parse(&compact).is_some() { compact } else { date.to_owned() })
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic()).count()
}
