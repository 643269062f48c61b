//! Which kinds of problems a newsletter lives with, and which it doesn't stand.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

use super::kind::ProblemKind;

use super::{Diagnostic, Severity};
use crate::text;

/// What to do with kinds of problems: the table `[check]`, and `--allow` and `--deny`, which win.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Policy {
    /// The kinds that aren't reported.
    #[serde(deserialize_with = "kinds")]
    pub allow: Vec<ProblemKind>,
    /// The kinds with which no site is written.
    #[serde(deserialize_with = "kinds")]
    pub deny: Vec<ProblemKind>,
}

impl Policy {
    /// The policy with other kinds allowed and denied first of all.
    #[must_use]
    pub fn with(&self, allow: &[ProblemKind], deny: &[ProblemKind]) -> Self {
        Self {
            allow: [allow, &without(&self.allow, deny)].concat(),
            deny: [deny, &without(&self.deny, allow)].concat(),
        }
    }

    /// The diagnostics that are reported, with their severities. A defect of patchfeed always is.
    pub fn apply(&self, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.retain_mut(|diagnostic| {
            let kind = diagnostic.problem.kind();
            let is_denied = self.deny.contains(&kind);
            if is_denied {
                diagnostic.severity = Severity::Error;
            }
            is_denied || kind == ProblemKind::Defect || !(kind.is_allowed() || self.allow.contains(&kind))
        });
    }
}

fn without(kinds: &[ProblemKind], others: &[ProblemKind]) -> Vec<ProblemKind> {
    kinds.iter().copied().filter(|kind| !others.contains(kind)).collect()
}

fn kinds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ProblemKind>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let kind = |name: &String| {
        ProblemKind::named(name).ok_or_else(|| {
            let names = ProblemKind::ALL.iter().map(|kind| kind.name());
            let hint = text::did_you_mean(name, names);
            D::Error::custom(format!("`patchfeed check --explain` lists the kinds, and {name:?} isn't one{hint}"))
        })
    };
    names.iter().map(kind).collect()
}
