//! Front matter: metadata before an issue's text, in YAML, in TOML, or as lines of `Key: value`.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value;

use crate::diagnostic::{Diagnostics, Problem};
use crate::document::Document;
use crate::text;

/// The longest value, in characters. Any number of issues may have it, and a longer one is no title, name or address.
const LONGEST: usize = 2000;

/// The front matter of a document.
#[derive(Debug, Default)]
pub(crate) struct FrontMatter {
    /// The values on one line each, by their keys, which are in lower case.
    values: BTreeMap<String, String>,
    /// The byte of the document where front matter ends and text begins.
    pub(crate) end: usize,
}

type Values = BTreeMap<String, Value>;

impl FrontMatter {
    /// The values that can be read on one line.
    fn new(values: Values, end: usize) -> Self {
        let values = values.into_iter().filter_map(|(key, value)| Some((key.to_lowercase(), scalar(&value)?)));
        Self { values: values.collect(), end }
    }

    /// The value of the first key that has one.
    pub(crate) fn get(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|key| self.values.get(*key)).map(String::as_str)
    }
}

/// The bytes of the line of a document's front matter that gives one of some keys; of its first line if none does.
pub(crate) fn line_of(document: &Document, matter: &FrontMatter, keys: &[&str]) -> Range<usize> {
    let mut start = 0;
    for line in document.text[..matter.end].split_inclusive('\n') {
        let range = start..start + line.trim_end().len();
        let key = line.split([':', '=']).next().unwrap_or_default().trim().trim_matches('"').to_lowercase();
        if keys.contains(&key.as_str()) {
            return range;
        }
        start += line.len();
    }
    0..document.text.find('\n').unwrap_or(document.text.len())
}

/// A value on one line. A list stands for its first value, an object for its `name`. None if it is empty or too long, or
/// neither text nor number.
fn scalar(value: &Value) -> Option<String> {
    let words = match value {
        Value::String(words) => words.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(values) => values.first().and_then(scalar)?,
        Value::Object(fields) => fields.get("name").and_then(scalar)?,
        Value::Null | Value::Bool(_) => return None,
    };
    let words = text::one_line(&text::legal(&words));
    (!words.is_empty() && words.chars().nth(LONGEST).is_none()).then_some(words)
}

/// Reads the front matter of a document:
///
/// ```text
/// ---               +++                  Title: …
/// title: …          title = "…"          Date: 2023-05-07 19:28
/// ---               +++
/// ```
///
/// Front matter that can't be read gives a diagnostic, and no values.
pub(crate) fn read(document: &Document, diagnostics: &mut Diagnostics) -> FrontMatter {
    let first = document.text.split_inclusive('\n').next().unwrap_or("");
    match first.trim_end() {
        "---" => fenced(document, first.len(), &["---", "..."], yaml, diagnostics),
        "+++" => fenced(document, first.len(), &["+++"], toml, diagnostics),
        _ => lines(&document.text),
    }
}

/// Why front matter can't be read.
struct Malformed {
    /// The parser's words, without a place.
    cause: String,
    /// The byte of the front matter, counted from behind the first fence.
    at: usize,
}

/// Reads what stands between the first line, which is a fence of `start` bytes, and the next fence.
fn fenced(
    document: &Document,
    start: usize,
    fences: &[&str],
    parse: fn(&str) -> Result<Values, Malformed>,
    diagnostics: &mut Diagnostics,
) -> FrontMatter {
    let text = &document.text;
    let mut end = start;
    for line in text[start..].split_inclusive('\n') {
        if fences.contains(&line.trim_end()) {
            let values = parse(&text[start..end]).unwrap_or_else(|Malformed { cause, at }| {
                let from = start + at;
                let to = text[from..].find('\n').map_or(text.len(), |length| from + length);
                diagnostics.push(document.diagnostic(Some(from..to), Problem::FrontMatter(cause)));
                Values::new()
            });
            return FrontMatter::new(values, end + line.len());
        }
        end += line.len();
    }
    diagnostics.push(document.diagnostic(Some(0..text[..start].trim_end().len()), Problem::FrontMatterOpen));
    FrontMatter::new(Values::new(), start)
}

/// Parses YAML; nothing else calls the YAML parser.
fn yaml(yaml: &str) -> Result<Values, Malformed> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_aliases: 0,
            max_depth: 16,
            max_nodes: 10_000,
        },
        strict_booleans: true,
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins, // like the newsletter's own site generator
    };
    serde_saphyr::from_str_with_options::<Option<Values>>(yaml, options).map(Option::unwrap_or_default).map_err(|err| {
        let place = err.location().map_or([1, 1], |place| [place.line(), place.column()]);
        let [line, column] = place.map(|number| usize::try_from(number).unwrap_or(1).max(1));
        let start: usize = yaml.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let within = yaml[start..].char_indices().nth(column - 1).map_or(0, |(at, _)| at);
        let cause = text::one_line(&text::legal(&err.without_snippet().to_string()));
        // The parser counts lines from the fence, the diagnostic from the top of the file.
        let cause = cause.split(" at line ").next().unwrap_or_default().to_owned();
        Malformed { cause, at: start + within }
    })
}

/// Parses TOML. Dates become strings, because JSON has none.
fn toml(toml: &str) -> Result<Values, Malformed> {
    let table: toml::Table = toml.parse().map_err(|err: toml::de::Error| Malformed {
        cause: text::one_line(&text::legal(err.message())),
        at: err.span().map_or(0, |span| toml.floor_char_boundary(span.start)),
    })?;
    Ok(table.into_iter().map(|(key, value)| (key, json(value))).collect())
}

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

/// Keys that metadata without a fence may begin with: those that Pelican and similar generators write first.
const FIRST_KEYS: [&str; 7] = ["title", "date", "author", "authors", "slug", "number", "category"];

/// Reads lines of `Key: value`, up to the first line of another form.
fn lines(text: &str) -> FrontMatter {
    let mut values = Values::new();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let Some((key, value)) = line.split_once(':') else { break };
        let key = key.to_lowercase();
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        if !is_key || value.starts_with("//") || end == 0 && !FIRST_KEYS.contains(&key.as_str()) {
            break;
        }
        values.insert(key, Value::String(value.trim().to_owned()));
        end += line.len();
    }
    FrontMatter::new(values, end)
}
