//! An issue, as its text gives it. What depends on the newsletter (its zone, its name, its web site) is filled in later.

use std::ops::Range;
use std::sync::Arc;

use super::when::When;
use crate::diagnostic::NumberSource;
use crate::document::Document;
use crate::entry::Entry;
use crate::facts::license::License;
use crate::markdown::Definitions;
use crate::split::IssueKind;

/// An issue of a newsletter.
#[derive(Debug)]
pub(crate) struct Issue<'a> {
    /// The document that it was read from.
    pub(crate) document: &'a Document,
    /// What it lists.
    pub(crate) kind: IssueKind,
    /// `45`: from the front matter, the file's name or the title.
    pub(crate) number: Option<u32>,
    /// The year that the number counts within, if it begins anew each year.
    pub(crate) year: Option<u32>,
    /// The numbers that the file's name, the title and the address of the page give, and the lines of the document where they do.
    pub(crate) numbers: Vec<NumberGiven>,
    /// `RISC-V Linux 内核及周边技术动态第 45 期`
    pub(crate) title: Option<String>,
    /// The title of the document, if it holds several issues.
    pub(crate) document_title: Option<String>,
    /// Whether a heading begins it, in a document of several issues.
    pub(crate) is_part: bool,
    /// Whether its file's name is that of a copy: `8 copy`, `8 (1)`.
    pub(crate) is_copy: bool,
    /// The file's name without date and ending.
    pub(crate) file_name: String,
    /// When it was posted, as exactly as the text says.
    pub(crate) posted: Option<When>,
    /// Every date that its file's name, its front matter and its text give.
    pub(crate) dates: Vec<When>,
    /// A date that isn't one.
    pub(crate) bad_date: Option<BadDate>,
    /// Who edited it: a name.
    pub(crate) editor: Option<String>,
    /// The address of its page, perhaps relative to the newsletter's web site.
    pub(crate) permalink: Option<String>,
    /// Its licence.
    pub(crate) license: Option<License>,
    /// The link definitions of the document, which the entries' texts may need.
    pub(crate) definitions: Arc<Definitions>,
    /// The entries, in the editors' order.
    pub(crate) entries: Vec<Entry<'a>>,
}

/// A number of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NumberGiven {
    pub(crate) number: u32,
    pub(crate) source: NumberSource,
    /// The bytes of its line in the document; none if the file's name gives it.
    pub(crate) line: Option<Range<usize>>,
}

/// Words that stand where an issue's date belongs and aren't one that an issue can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadDate {
    pub(crate) words: String,
    /// The bytes of their line in the document; none if they are part of the file's name.
    pub(crate) line: Option<Range<usize>>,
}
