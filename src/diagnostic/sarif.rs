//! Diagnostics as a SARIF log (OASIS, version 2.1.0), which code scanning and editors show.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Diagnostic, ProblemKind, Sentences, Style};

/// What a path in a URI reference keeps (RFC 3986, section 3.3).
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Writes the log: one run, its rules the kinds of problems (section 3.19.23).
pub(super) fn write(diagnostics: &[Diagnostic], style: Style) -> String {
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "patchfeed",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": ProblemKind::ALL.iter().map(|kind| rule(*kind, style)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": diagnostics.iter().map(|diagnostic| result(diagnostic, style)).collect::<Vec<_>>(),
        }],
    });
    format!("{log:#}\n")
}

/// A kind of problem (section 3.49), with all that GitHub requires.
fn rule(kind: ProblemKind, style: Style) -> Value {
    let text = json!({ "text": kind.explanation(style.language) });
    json!({ "id": kind.name(), "shortDescription": text, "fullDescription": text, "help": text })
}

/// A result (section 3.27): its place is a region of a line (section 3.30).
fn result(diagnostic: &Diagnostic, style: Style) -> Value {
    let Sentences { what, label, remedy } = diagnostic.sentences(style.language);
    let place = &diagnostic.place;
    let kind = diagnostic.problem.kind();
    json!({
        "ruleId": kind.name(),
        "ruleIndex": ProblemKind::ALL.iter().position(|other| *other == kind),
        "level": diagnostic.severity.name(),
        "message": { "text": format!("{what} ({label}): {remedy}") },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&diagnostic.path) },
            "region": {
                "startLine": place.line,
                "startColumn": place.column,
                "endColumn": place.end_column(),
                "snippet": { "text": place.source },
            },
        }}],
    })
}

/// A path as a URI (RFC 8089), or as a reference relative to the root of the repository.
fn uri(path: &str) -> String {
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    format!("{scheme}{}", utf8_percent_encode(path, IN_PATH))
}
