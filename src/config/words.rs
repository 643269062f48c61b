//! What is wrong with the text of a configuration, in the words of people who write one.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::text;

/// The longest value that is quoted, in characters.
const LONGEST: usize = 40;

/// What is wrong with a text that can't be read as a configuration.
pub(super) fn cause(err: &toml::de::Error, source: &str) -> String {
    let span = err.span().unwrap_or_default();
    let found = source.get(span.clone()).and_then(|found| found.lines().next()).unwrap_or_default();
    let found = text::first_words(found, LONGEST);
    let table = DeTable::parse(source).ok();
    let key = table.as_ref().and_then(|table| key_of(table.get_ref(), span.start));
    plain(err.message(), key, &found)
}

/// The same, with the line's number before it and the line, with the place marked, below.
pub(super) fn report(err: &toml::de::Error, source: &str) -> String {
    let span = err.span().unwrap_or_default();
    let start = source.floor_char_boundary(span.start);
    let line_end = source[start..].find('\n').map_or(source.len(), |length| start + length);
    let end = source.floor_char_boundary(span.end).clamp(start, line_end);
    let shown = without_secrets(source);
    let snippet = Snippet::source(&*shown).annotation(AnnotationKind::Primary.span(start..end));
    let marked = Renderer::plain().render(&[Group::with_level(Level::ERROR).element(snippet)]);
    let line = source[..start].matches('\n').count() + 1;
    format!("line {line}: {}\n{marked}", cause(err, source))
}

/// The text with stars in place of what may be a secret, which somebody wrote there all the same.
fn without_secrets(source: &str) -> String {
    let lines = source.split_inclusive('\n').map(|line| match line.split_once('=') {
        Some((key, value)) if ["token", "secret", "url"].contains(&key.trim()) => {
            format!("{key}={}", value.replace(|c: char| c.is_ascii_alphanumeric(), "*"))
        }
        _ => line.to_owned(),
    });
    lines.collect()
}

/// The key whose value has a place in it. The place of a table with a line of its own, `[window]`, is that line, which the key is in.
fn key_of<'a>(table: &'a DeTable<'_>, at: usize) -> Option<&'a str> {
    table.iter().find_map(|(key, value)| {
        let is_here = value.span().contains(&at) && value.span().start >= key.span().end;
        key_within(value, at).or_else(|| is_here.then(|| &**key.get_ref()))
    })
}

/// The same within a value.
fn key_within<'a>(value: &'a Spanned<DeValue<'_>>, at: usize) -> Option<&'a str> {
    match value.get_ref() {
        DeValue::Table(table) => key_of(table, at),
        DeValue::Array(values) => values.iter().find_map(|value| key_within(value, at)),
        _ => None,
    }
}

/// What the parser says, in plain words. What else is wrong with a value, this program says in words of its own.
fn plain(message: &str, key: Option<&str>, found: &str) -> String {
    let (what, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let subject = key.map_or_else(|| "this".to_owned(), |key| format!("`{key}`"));
    let mut words = what.split('`');
    match (words.next().unwrap_or_default(), words.next()) {
        ("unknown field ", Some(name)) => {
            format!("there is no setting `{name}` here{}", one_of(name, expected, "; the settings here are ", "`"))
        }
        ("unknown variant ", Some(name)) => {
            format!("{subject} can't be {name:?}{}", one_of(name, expected, "; write one of ", "\""))
        }
        ("missing field ", Some(name)) => format!("`{name}` is missing here"),
        ("duplicate field " | "duplicate key", _) => "this setting is there twice; delete one of the two".to_owned(),
        ("string values must be quoted", _) => {
            "a value belongs here: text in quotation marks, a number, true, false, or a list".to_owned()
        }
        (_, _) if matches!(expected, "`\"`" | "`'`") => "the text has no quotation mark at its end".to_owned(),
        ("invalid float" | "invalid integer", _) => "text stands in quotation marks: NAME = \"VALUE\"".to_owned(),
        ("invalid boolean", _) => "write true or false, in lower case".to_owned(),
        ("integer number overflowed", _) => format!("{subject} can't be {found}; write a whole number"),
        ("key with no value" | "unquoted keys cannot be empty", _) => "a setting is written NAME = VALUE".to_owned(),
        ("unexpected key or value", _) => "nothing can follow a value on its line".to_owned(),
        ("wanted string or table", _) => format!("{subject} can't be {found}; write text in quotation marks"),
        (start, _) if start.starts_with("invalid type") && found.starts_with("[[") => {
            format!("{found} can't stand here; write {}", &found[1..].replacen("]]", "]", 1))
        }
        (start, _) if start.starts_with("invalid type") && key.is_none() && found.starts_with('[') => {
            format!("{found} can't stand here; write [{found}]")
        }
        ("missing escaped value", _) => {
            "a backslash means something else in \"…\"; write the text in '…', or two backslashes".to_owned()
        }
        (start, _) if start.starts_with("invalid type") && key.is_none() => {
            format!("{found} can't stand here; write {}", allowed(expected, Some(found), found))
        }
        (start, _)
            if ["invalid type", "invalid value", "invalid length"].iter().any(|kind| start.starts_with(kind)) =>
        {
            format!("{subject} can't be {found}; write {}", allowed(expected, key, found))
        }
        _ if key.is_some() && !message.starts_with('`') => format!("{subject}: {message}"),
        _ if matches!(expected, "nothing" | "value") => what.to_owned(),
        _ if matches!(expected, "nothing" | "value") => what.to_owned(),
        _ => message.to_owned(),
    }
}

/// The name that was meant; else all that there are.
fn one_of(name: &str, expected: &str, all: &str, mark: &str) -> String {
    let names: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    if let Some(near) = text::nearest(name, names.iter().copied()) {
        return format!("; did you mean {mark}{near}{mark}?");
    }
    let names: Vec<String> = names.iter().map(|name| format!("{mark}{name}{mark}")).collect();
    format!("{all}{}", names.join(", "))
}

/// What is allowed, for what the parser expects.
fn allowed(expected: &str, key: Option<&str>, found: &str) -> String {
    let is_whole = !found.is_empty() && found.bytes().all(|byte| byte.is_ascii_digit());
    match (expected, key) {
        ("a boolean", _) => "true or false".to_owned(),
        (_, Some("match" | "not")) => "conditions in braces, such as { section = [\"riscv\"] }".to_owned(),
        (_, Some("feed")) => "a line [[feed]] above the settings of each feed".to_owned(),
        (_, Some(key @ ("site" | "window" | "network" | "check"))) => {
            format!("a line [{key}] and the settings below it")
        }
        ("a string" | "path string", _) => "text in quotation marks".to_owned(),
        ("a sequence", _) => "a list in square brackets".to_owned(),
        (number, _) if is_whole && found.len() > 1 && is_number(number) => "a smaller whole number".to_owned(),
        (number, _) if is_number(number) => "a whole number, 1 or more".to_owned(),
        (structure, _) if structure.starts_with("struct ") => "a table of settings".to_owned(),
        (other, _) => other.to_owned(),
    }
}

fn is_number(expected: &str) -> bool {
    ["u8", "u16", "u32", "u64", "usize"].iter().any(|kind| expected.ends_with(kind))
}
