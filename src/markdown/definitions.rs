//! The link reference definitions of an issue.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use pulldown_cmark::{BrokenLink, CowStr, Parser};

use super::depth::shallow;
use super::dialect::DIALECT;
use crate::text;

/// The longest address that is defined, in bytes. Any number of links may refer to it, and each repeats it.
const LONGEST: usize = 4096;

/// The link reference definitions (`[label]: address`) of a whole issue. Blocks are parsed one at a time and need them to
/// resolve links that are defined elsewhere in the issue.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Definitions(HashMap<String, String>);

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
        let parser = Parser::new_ext(&text, DIALECT);
        let all = parser.reference_definitions().iter().filter(|(_, to)| to.dest.len() <= LONGEST);
        Self(all.map(|(label, to)| (key(label), to.dest.to_string())).collect())
    }

    /// An empty set, for text that stands on its own.
    pub(crate) fn none() -> &'static Self {
        static NONE: LazyLock<Definitions> = LazyLock::new(Definitions::default);
        &NONE
    }

    /// The address and the (always empty) title of a link whose definition the parser didn't find.
    pub(super) fn resolve<'a>(&self, link: &BrokenLink<'_>) -> Option<(CowStr<'a>, CowStr<'a>)> {
        if self.0.is_empty() {
            return None;
        }
        let address = self.0.get(&key(&link.reference))?;
        Some((address.clone().into(), CowStr::Borrowed("")))
    }
}

/// Labels match regardless of case and white space (`CommonMark` §4.7).
fn key(label: &str) -> String {
    text::one_line(label).to_lowercase()
}
