//! Front matter: what stands before an issue's text, as YAML, as TOML, or as lines of `Key: value`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Problem};
use crate::source::Document;
use crate::text;

/// What an issue's front matter says.
#[derive(Debug, Default)]
pub struct Matter {
    /// The values, by their keys in lower case.
    values: BTreeMap<String, Value>,
    /// The byte at which the text begins.
    pub end: usize,
}

impl Matter {
    /// The first of the keys that has a scalar, as one line of text.
    pub fn get(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| self.values.get(*key).and_then(scalar))
    }
}

/// A scalar as one line of text; of a list its first, of a person the name.
fn scalar(value: &Value) -> Option<String> {
    let words = match value {
        Value::String(words) => words.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(values) => values.first().and_then(scalar)?,
        Value::Object(fields) => fields.get("name").and_then(scalar)?,
        _ => return None,
    };
    Some(text::one_line(&text::legal(&words))).filter(|words| !words.is_empty())
}

/// Reads the front matter of a text:
///
/// ```text
/// ---               +++                  Title: …
/// title: …          title = "…"          Date: 2023-05-07 19:28
/// ---               +++
/// ```
pub fn read(document: &Document, diagnostics: &mut Vec<Diagnostic>) -> Matter {
    let text = &document.text;
    let first = text.split_inclusive('\n').next().unwrap_or("");
    match first.trim_end() {
        "---" => fenced(document, first.len(), &["---", "..."], yaml, diagnostics),
        "+++" => fenced(document, first.len(), &["+++"], toml, diagnostics),
        _ => lines(text),
    }
}

type Parsed = Result<BTreeMap<String, Value>, (String, usize)>;

/// Reads what stands between the fence that the text begins with and the next.
fn fenced(
    document: &Document,
    start: usize,
    fences: &[&str],
    parse: fn(&str) -> Parsed,
    diagnostics: &mut Vec<Diagnostic>,
) -> Matter {
    let text = &document.text;
    let mut end = start;
    for line in text[start..].split_inclusive('\n') {
        if fences.contains(&line.trim_end()) {
            let values = parse(&text[start..end]).unwrap_or_else(|(cause, at)| {
                let from = start + at;
                let to = text[from..].find('\n').map_or(text.len(), |length| from + length);
                diagnostics.push(document.diagnostic(Some(from..to), Problem::FrontMatter(cause)));
                BTreeMap::new()
            });
            let values = values.into_iter().map(|(key, value)| (key.to_lowercase(), value)).collect();
            return Matter { values, end: end + line.len() };
        }
        end += line.len();
    }
    diagnostics.push(document.diagnostic(Some(0..text[..start].trim_end().len()), Problem::FrontMatterOpen));
    Matter { values: BTreeMap::new(), end: start }
}

/// The one door to the YAML parser. The error is its cause and the byte that it was found at.
fn yaml(yaml: &str) -> Parsed {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_aliases: 0,
            max_depth: 16,
            max_nodes: 10_000,
        },
        strict_booleans: true,
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins, // as the newsletter's own site generator has it
    };
    serde_saphyr::from_str_with_options::<Option<BTreeMap<String, Value>>>(yaml, options)
        .map(Option::unwrap_or_default)
        .map_err(|err| {
            let [line, column] = err
                .location()
                .map_or([1, 1], |place| [place.line(), place.column()].map(|n| usize::try_from(n).unwrap_or(1).max(1)));
            let start: usize = yaml.split_inclusive('\n').take(line - 1).map(str::len).sum();
            let within = yaml[start..].char_indices().nth(column - 1).map_or(0, |(at, _)| at);
            let cause = text::one_line(&text::legal(&err.without_snippet().to_string()));
            let cause = cause.split(" at line ").next().unwrap_or_default().to_owned(); // counted from the fence
            (cause, start + within)
        })
}

fn toml(toml: &str) -> Parsed {
    let table: toml::Table = toml.parse().map_err(|err: toml::de::Error| {
        let cause = text::one_line(&text::legal(err.message()));
        (cause, err.span().map_or(0, |span| span.start.min(toml.len())))
    })?;
    Ok(table.into_iter().map(|(key, value)| (key, json(value))).collect())
}

/// A value of TOML as one of JSON; dates are their text.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(words) => Value::String(words),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(values) => values.into_iter().map(json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json(value))).collect(),
    }
}

/// The keys, one of which begins metadata without a fence, as Pelican and others write it.
const FIRST: [&str; 7] = ["title", "date", "author", "authors", "slug", "number", "category"];

/// Lines of `Key: value` up to the first line that is none.
fn lines(text: &str) -> Matter {
    let mut matter = Matter::default();
    for line in text.split_inclusive('\n') {
        let Some((key, value)) = line.split_once(':') else { break };
        let key = key.to_lowercase();
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        if !is_key || value.starts_with("//") || matter.end == 0 && !FIRST.contains(&key.as_str()) {
            break;
        }
        matter.values.insert(key, Value::String(value.trim().to_owned()));
        matter.end += line.len();
    }
    matter
}
