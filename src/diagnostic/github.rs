//! Diagnostics as commands of a GitHub workflow, which shows them in a pull request: `::warning file=…,line=…::words`.
//!
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>

use super::{Diagnostic, Sentences, Style};
use crate::text;

/// Writes a line for each diagnostic.
pub(super) fn write(diagnostics: &[Diagnostic], style: Style) -> String {
    diagnostics.iter().map(|diagnostic| line(diagnostic, style)).collect()
}

fn line(diagnostic: &Diagnostic, style: Style) -> String {
    let place = &diagnostic.place;
    let Sentences { what, label, remedy } = diagnostic.sentences(style.language);
    format!(
        "::{} file={},line={},endLine={},col={},endColumn={},title={}::{}\n",
        diagnostic.severity.name(),
        property(&diagnostic.path),
        place.line,
        place.line,
        place.column,
        place.end_column(),
        property(diagnostic.problem.kind().name()),
        words(&format!("{what} ({label})\n{remedy}"))
    )
}

/// The words of a command: the line goes on to its end.
fn words(words: &str) -> String {
    text::shown(words).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(value: &str) -> String {
    words(value).replace(':', "%3A").replace(',', "%2C")
}
