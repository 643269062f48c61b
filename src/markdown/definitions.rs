//! The link reference definitions of an issue.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use pulldown_cmark::{BrokenLink, CowStr, Parser};

use super::depth::shallow;
use super::dialect::DIALECT;
use super::notes::notes;
use crate::text;

/// The longest address or note that is defined, in bytes. Any number of entries may refer to it, and each repeats it.
const LONGEST: usize = 4096;

/// The link reference definitions (`[label]: address`) of a whole issue. Blocks are parsed one at a time and need them to
/// resolve links that are defined elsewhere in the issue. Footnotes (`[^label]: words`) are defined alike.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Definitions {
    links: HashMap<String, String>,
    notes: HashMap<String, String>,
}

impl Definitions {
    /// All definitions in a text.
    pub(crate) fn of(text: &str) -> Self {
        // What generates the site takes its own tags out before it reads Markdown: they are no paragraph that definitions can't interrupt.
        let is_tag = |line: &&str| ["{%", "{{"].iter().any(|mark| line.trim_start().starts_with(mark));
        let text: Cow<'_, str> = if text.lines().any(|line| is_tag(&line)) {
            text.split_inclusive('\n').map(|line| if is_tag(&line) { "\n" } else { line }).collect()
        } else {
            text.into()
        };
        let text = shallow(&text);
        let notes = notes(&text).into_iter().filter(|note| note.words.len() <= LONGEST);
        let notes: HashMap<_, _> = notes.map(|note| (note.label.to_owned(), note.words.to_owned())).collect();
        let parser = Parser::new_ext(&text, DIALECT);
        let all = parser.reference_definitions().iter().filter(|(_, to)| to.dest.len() <= LONGEST);
        let links = all.filter(|(label, _)| !label.strip_prefix('^').is_some_and(|label| notes.contains_key(label)));
        Self { links: links.map(|(label, to)| (key(label), to.dest.to_string())).collect(), notes }
    }

    /// The Markdown of a footnote.
    pub(crate) fn note(&self, label: &str) -> Option<&str> {
        self.notes.get(label).map(String::as_str)
    }

    /// Whether there is a footnote.
    pub(crate) fn has_notes(&self) -> bool {
        !self.notes.is_empty()
    }

    /// An empty set, for text that stands on its own.
    pub(crate) fn none() -> &'static Self {
        static NONE: LazyLock<Definitions> = LazyLock::new(Definitions::default);
        &NONE
    }

    /// The address and the (always empty) title of a link whose definition the parser didn't find.
    pub(super) fn resolve<'a>(&self, link: &BrokenLink<'_>) -> Option<(CowStr<'a>, CowStr<'a>)> {
        if self.links.is_empty() {
            return None;
        }
        let address = self.links.get(&key(&link.reference))?;
        Some((address.clone().into(), CowStr::Borrowed("")))
    }
}

/// Labels match regardless of case and white space (`CommonMark` §4.7).
fn key(label: &str) -> String {
    text::one_line(label).to_lowercase()
}
