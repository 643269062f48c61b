//! What is said of a problem.

/// What people read of a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentences {
    /// What is wrong.
    pub what: String,
    /// The words at the place.
    pub label: String,
    /// What to do about it, and what was done: the remedy first.
    pub remedy: String,
}

impl Sentences {
    pub(super) fn new(what: impl Into<String>, label: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), label: label.into(), remedy: remedy.into() }
    }
}
