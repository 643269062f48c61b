//! The kinds of problems that the command line allows and denies.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use patchfeed::diagnostic::{Policy, ProblemKind};

/// Which problems are reported, and which aren't.
#[derive(Args)]
pub(crate) struct Kinds {
    /// Don't report problems of a kind; `patchfeed check --explain` lists the kinds
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind(), hide_possible_values = true)]
    allow: Vec<ProblemKind>,
    /// Write no site with problems of a kind
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind(), hide_possible_values = true)]
    deny: Vec<ProblemKind>,
}

impl Kinds {
    /// The policy of a configuration, as the command line changes it.
    pub(crate) fn over(&self, policy: &Policy) -> Policy {
        policy.with(&self.allow, &self.deny)
    }
}

/// Reads the name of a kind.
pub(crate) fn kind() -> impl TypedValueParser<Value = ProblemKind> {
    let names = ProblemKind::ALL.iter().map(|kind| kind.name());
    PossibleValuesParser::new(names).map(|name| ProblemKind::named(&name).expect("only names of kinds are possible"))
}
