//! Diagnostics as JSON: an object a line, with the place, and what is said of it.

use serde_json::json;

use super::{Diagnostic, Sentences, Style};

/// Writes a line for each diagnostic. Lines and columns count from 1, columns in characters; the last one is the first behind the
/// place.
pub(super) fn write(diagnostics: &[Diagnostic], style: Style) -> String {
    diagnostics.iter().map(|diagnostic| object(diagnostic, style).to_string() + "\n").collect()
}

fn object(diagnostic: &Diagnostic, style: Style) -> serde_json::Value {
    let Sentences { what, label, remedy } = diagnostic.sentences(style.language);
    json!({
        "path": diagnostic.path,
        "line": diagnostic.place.line,
        "column": diagnostic.place.column,
        "end_column": diagnostic.place.end_column(),
        "kind": diagnostic.problem.kind().name(),
        "severity": diagnostic.severity.name(),
        "message": what,
        "label": label,
        "remedy": remedy,
        "source": diagnostic.place.source,
        "more": diagnostic.more,
    })
}
