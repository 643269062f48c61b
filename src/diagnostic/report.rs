//! The table of reports: how diagnostics are written for people, and for the programs that show them beside a change.

use super::{Diagnostic, Style, github, gitlab, json, sarif};

/// A way to write diagnostics.
#[derive(Debug)]
pub struct Report {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Writes diagnostics; ends with a newline, unless there is nothing to write.
    pub write: fn(&[Diagnostic], Style) -> String,
}

/// Every way to write diagnostics, the one for people first.
pub static REPORTS: [Report; 5] = [
    Report { name: "text", write: text },
    Report { name: "github", write: github::write },
    Report { name: "gitlab", write: gitlab::write },
    Report { name: "json", write: json::write },
    Report { name: "sarif", write: sarif::write },
];

fn text(diagnostics: &[Diagnostic], style: Style) -> String {
    diagnostics.iter().map(|diagnostic| diagnostic.render(style) + "\n").collect()
}
