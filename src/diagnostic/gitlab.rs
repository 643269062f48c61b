//! Diagnostics as a GitLab code quality report, which a merge request shows: a JSON array.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::collections::HashMap;

use serde_json::json;
use uuid::Uuid;

use super::{Diagnostic, Sentences, Severity, Style};

/// Writes the array.
pub(super) fn write(diagnostics: &[Diagnostic], style: Style) -> String {
    let mut like: HashMap<String, usize> = HashMap::new(); // how many came before that only their lines tell apart
    let problems = diagnostics.iter().map(|diagnostic| {
        let Sentences { what, label, remedy } = diagnostic.sentences(style.language);
        let name = diagnostic.problem.kind().name();
        let alike = format!("{}\n{name}\n{}", diagnostic.path, diagnostic.place.source);
        let before = like.entry(alike.clone()).or_default();
        // The same problem has the same fingerprint, even if lines come and go above it.
        let fingerprint = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{alike}\n{before}").as_bytes());
        *before += 1;
        json!({
            "description": format!("{what} ({label}): {remedy}"),
            "check_name": name,
            "fingerprint": fingerprint.simple().to_string(),
            "severity": match diagnostic.severity {
                Severity::Warning => "minor",
                Severity::Error => "major",
            },
            "location": { "path": diagnostic.path, "lines": { "begin": diagnostic.place.line } },
        })
    });
    format!("{:#}\n", serde_json::Value::Array(problems.collect()))
}
