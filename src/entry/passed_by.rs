//! What is neither an entry nor part of one, and why.

use std::sync::Arc;

use crate::document::Document;
use crate::facts::section::Section;

/// A block that is neither an entry nor part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedBlock {
    /// The path of its document.
    pub path: String,
    /// The line that it begins in, counted from 1.
    pub line: usize,
    /// The section that it stands in; `None` where it stands under no heading, or the whole document is no issue.
    pub section: Option<Arc<Section>>,
    /// What it is.
    pub kind: PassedKind,
}

/// What was passed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PassedKind {
    /// A paragraph with a link, where entries look otherwise.
    LinkedProse,
    /// An item of a list whose link comes late, where entries look otherwise.
    LinkedItem,
    /// A table with a link, where entries look otherwise.
    LinkedTable,
    /// Code, a quotation or HTML with a link.
    LinkedOther,
    /// A link that most issues have.
    Frame,
    /// An entry of a document that is no issue: it has neither a date nor a number.
    NoIssue,
    /// Mail below an entry that is commented out.
    Commented,
    /// An item of a list without a link.
    Item,
    /// A paragraph without a link, or a heading within others.
    Prose,
    /// A table without a link.
    Table,
    /// Code, a quotation or HTML without a link.
    Other,
}

impl PassedKind {
    /// Whether it has a link that readers may miss.
    pub fn may_be_missed(self) -> bool {
        matches!(self, Self::LinkedProse | Self::LinkedItem | Self::LinkedTable | Self::LinkedOther | Self::NoIssue)
    }
}

impl PassedBlock {
    /// What stands at a byte of a document.
    pub(crate) fn new(document: &Document, at: usize, section: Option<Arc<Section>>, kind: PassedKind) -> Self {
        Self { path: document.path.clone(), line: document.line(at), section, kind }
    }
}
