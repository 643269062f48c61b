//! What decides how an issue is split.

use super::habits::Habits;
use super::kind::IssueKind;
use crate::facts::section::{Shape, Table};
use crate::markdown::Definitions;

/// How an issue is split.
#[derive(Debug)]
pub(crate) struct Grammar<'a> {
    /// The table of sections.
    pub(crate) sections: &'a Table,
    /// What the issue lists.
    pub(crate) kind: IssueKind,
    /// The shape of its entries, if the configuration gives it for the whole newsletter.
    pub(crate) shape: Option<Shape>,
    /// What the newsletter does in its other issues.
    pub(crate) habits: &'a Habits,
    /// The link definitions of the issue; none for an issue of patches.
    pub(crate) definitions: &'a Definitions,
}
