//! Front matter: metadata before an issue's text, in YAML, TOML or JSON, or as lines of `Key: value`.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Diagnostics, Problem};
use crate::document::Document;
use crate::text;

/// The longest value, in characters. Any number of issues may have it, and a longer one is no title, name or address.
const LONGEST: usize = 2000;

/// The front matter of a document.
#[derive(Debug, Default)]
pub(crate) struct FrontMatter {
    /// The values on one line each, by their keys as [`plain_key`] has them.
    values: BTreeMap<String, String>,
    /// What makes the issue a draft, if it is one: `draft: true`.
    pub(crate) draft: Option<String>,
    /// The byte of the document where front matter ends and text begins.
    pub(crate) end: usize,
}

type Values = BTreeMap<String, Value>;

impl FrontMatter {
    /// The values that can be read on one line.
    fn new(values: Values, end: usize) -> Self {
        let draft = values.iter().find_map(|(key, value)| draft(key, value));
        let values = values
            .into_iter()
            .map(|(key, value)| (plain_key(&key), value))
            // `published` may say when, or whether.
            .filter(|(key, value)| key != "published" || truth(value).is_none());
        let values = values.filter_map(|(key, value)| Some((key, scalar(&value)?)));
        Self { values: values.collect(), draft, end }
    }

    /// The value of the first key that has one.
    pub(crate) fn get(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|key| self.values.get(*key)).map(String::as_str)
    }
}

/// A key without what generators write in different ways: `publishedAt`, `published_at`, `PublishedOn` and `published` are one.
fn plain_key(key: &str) -> String {
    let key = key.trim().to_lowercase().replace(['-', '_', ' '], "");
    match key.strip_suffix("at").or_else(|| key.strip_suffix("on")) {
        Some(verb) if verb.ends_with("ed") => verb.to_owned(),
        _ => key,
    }
}

/// What a value says of the issue's being a draft: `draft: true`, `published: false`, `status: draft`.
fn draft(key: &str, value: &Value) -> Option<String> {
    let is_draft = match key.to_lowercase().as_str() {
        // What may mean yes is taken for it: a draft that went out can't be called back.
        "draft" | "drafts" | "is_draft" | "isdraft" | "草稿" => {
            truth(value).unwrap_or_else(|| !value.is_null() && value.as_str() != Some(""))
        }
        "published" | "publish" => truth(value) == Some(false),
        "status" => value.as_str().is_some_and(|words| unquoted(words).to_ascii_lowercase().starts_with("draft")),
        _ => false,
    };
    let words = value.as_str().map_or_else(|| value.to_string(), |words| words.trim().to_owned());
    is_draft.then(|| format!("{key}: {words}"))
}

/// Whether a value is a word for yes or for no.
fn truth(value: &Value) -> Option<bool> {
    let words = match value {
        Value::Bool(truth) => return Some(*truth),
        Value::Number(number) => number.to_string(),
        Value::String(words) => unquoted(words).to_ascii_lowercase(),
        _ => return None,
    };
    match words.as_str() {
        "true" | "yes" | "on" | "y" | "1" | "是" => Some(true),
        "false" | "no" | "off" | "n" | "0" | "否" => Some(false),
        _ => None,
    }
}

/// The bytes of the line of a document's front matter that gives one of some keys; of its first line if none does.
pub(crate) fn line_of(document: &Document, matter: &FrontMatter, keys: &[&str]) -> Range<usize> {
    matter_line(document, matter.end, keys)
}

fn matter_line(document: &Document, end: usize, keys: &[&str]) -> Range<usize> {
    let mut start = 0;
    for line in document.text[..end].split_inclusive('\n') {
        let range = start..start + line.trim_end().len();
        if keys.contains(&key_of(line).as_str()) {
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

/// How front matter begins and ends, and what it is written in.
struct FrontMatterForm {
    begin: &'static str,
    ends: &'static [&'static str],
    parse: fn(&str) -> Result<Values, Malformed>,
}

const FORMS: [FrontMatterForm; 6] = [
    FrontMatterForm { begin: "---", ends: &["---", "..."], parse: yaml },
    FrontMatterForm { begin: "---yaml", ends: &["---", "..."], parse: yaml },
    FrontMatterForm { begin: "---toml", ends: &["---"], parse: toml },
    FrontMatterForm { begin: "---json", ends: &["---"], parse: json_object },
    FrontMatterForm { begin: "+++", ends: &["+++"], parse: toml },
    FrontMatterForm { begin: ";;;", ends: &[";;;"], parse: json_object },
];

/// Reads the front matter of a document:
///
/// ```text
/// ---               +++                  ;;;                  {                    Title: …
/// title: …          title = "…"          "title": "…"           "title": "…"       Date: 2023-05-07 19:28
/// ---               +++                  ;;;                  }
/// ```
///
/// The second may also stand between `---toml` and `---`, the third between `---json` and `---`. Blank lines and comments may come
/// before. Front matter that can't be read gives a diagnostic, and no values but those that make the issue a draft.
pub(crate) fn read(document: &Document, diagnostics: &mut Diagnostics) -> FrontMatter {
    let text = &document.text;
    let start = after_comments(text);
    let first = text[start..].split_inclusive('\n').next().unwrap_or("");
    let form = FORMS.iter().find(|form| form.begin == first.trim_end());
    let form = form.or_else(|| is_nearly_fence(first).then_some(&FORMS[0]));
    let is_exact = form.is_some_and(|form| form.begin == first.trim_end());
    let matter = match form {
        Some(form) if start == 0 && is_exact || is_meant(&text[..start], &text[start + first.len()..], form) => {
            fenced(document, start + first.len(), form, diagnostics)
        }
        None if text[..start].chars().all(is_blank) && begins_object(&text[start..]) => {
            object(document, start, diagnostics)
        }
        _ if text.starts_with('[') => definitions(text),
        _ => lines(text),
    };
    without_curly_quotes(document, matter, diagnostics)
}

/// The byte at which what isn't blank or a comment begins: `<!-- … -->`, or a line `# …`.
fn after_comments(text: &str) -> usize {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_blank);
        let after = match rest {
            _ if rest.starts_with("<!--") => rest.find("-->").map(|end| &rest[end + 3..]),
            _ if rest.starts_with("# ") => rest.split_once('\n').map(|(_, rest)| rest),
            _ => None,
        };
        match after {
            Some(after) => rest = after,
            None => break,
        }
    }
    let start = text.len() - rest.len();
    let line = &text[text[..start].rfind('\n').map_or(0, |newline| newline + 1)..start];
    if line.chars().all(is_blank) { start } else { 0 } // front matter begins a line
}

/// Whether a line is a fence as word processors make it of `---`.
fn is_dashes(line: &str) -> bool {
    let line = line.trim();
    line.chars().all(|c| matches!(c, '-' | '–' | '—' | '－')) && line.len() > 2
}

/// Whether a first line may have been meant as `---`: if front matter follows, it was.
fn is_nearly_fence(line: &str) -> bool {
    let line = line.trim();
    line.chars().nth(1).is_some()
        && line.chars().nth(12).is_none()
        && line.starts_with(['-', '–', '—', '－', '*', '_', '=', '~', '+', ';', '\u{200B}'])
        && !line.contains([':', '：', '[', '('])
}

/// Whether a line ends front matter.
fn is_end(line: &str, form: &FrontMatterForm) -> bool {
    form.ends.contains(&line.trim_end()) || form.begin == "---" && is_dashes(line)
}

/// Whether a character shows nothing: some editors write byte order marks anywhere.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}'
}

/// Whether what follows a fence that doesn't begin the document is front matter, and not text between thematic breaks: it ends, and has a
/// line that gives a fact. After a line that may also be a heading, that must be the title.
fn is_meant(before: &str, text: &str, form: &FrontMatterForm) -> bool {
    let keys = if before.contains("# ") { TITLE_KEYS } else { USUAL_KEYS };
    let mut gives_fact = false;
    for line in text.lines().take(MOST_LINES) {
        if is_end(line, form) {
            return gives_fact;
        }
        gives_fact |= keys.contains(&key_of(line).as_str());
    }
    false
}

/// Keys of which front matter has one.
const USUAL_KEYS: &[&str] = &[
    "title",
    "标题",
    "date",
    "日期",
    "author",
    "license",
    "permalink",
    "layout",
    "draft",
    "published",
    "status",
    "tags",
];

/// Whether front matter begins with these blocks of a document: a rule, and lines of which the first gives a usual value.
pub(crate) fn is_begun(rule: &str, lines: &str) -> bool {
    let first = lines.lines().next().unwrap_or_default();
    matches!(rule.trim(), "---" | "+++") && first.contains([':', '=']) && USUAL_KEYS.contains(&key_of(first).as_str())
}

/// How many lines front matter may have that doesn't begin the document.
const MOST_LINES: usize = 200;

/// The keys that give the title.
pub(crate) const TITLE_KEYS: &[&str] = &["title", "标题"];

/// The keys that give the time of posting, the most trusted first: an issue is posted some time after it was created.
pub(crate) const DATE_KEYS: &[&str] = &[
    "published",
    "pubdate",
    "pubdatetime",
    "publishdate",
    "publisheddate",
    "datepublished",
    "posted",
    "发布日期",
    "发布时间",
    "date",
    "日期",
    "时间",
    "created",
    "datecreated",
];

/// The key that a line gives a value to, if it does.
fn key_of(line: &str) -> String {
    plain_key(line.split([':', '=']).next().unwrap_or_default().trim().trim_matches('"'))
}

/// Why front matter can't be read.
struct Malformed {
    /// The parser's words, without a place.
    cause: String,
    /// The byte of the front matter, counted from behind the first fence.
    at: usize,
}

/// Reads what stands between the first line, a fence that ends at `start`, and the next fence.
fn fenced(document: &Document, start: usize, form: &FrontMatterForm, diagnostics: &mut Diagnostics) -> FrontMatter {
    let text = &document.text;
    let mut end = start;
    for line in text[start..].split_inclusive('\n') {
        if is_end(line, form) {
            diagnostics.extend(fence_problems(document, start, end..end + line.trim_end().len()));
            let values = (form.parse)(&text[start..end]).unwrap_or_else(|Malformed { cause, at }| {
                let from = start + at;
                let to = text[from..].find('\n').map_or(text.len(), |length| from + length);
                diagnostics.push(document.diagnostic(Some(from..to), Problem::FrontMatter(cause)));
                drafts_alone(&text[start..end])
            });
            return FrontMatter::new(values, end + line.len());
        }
        end += line.len();
    }
    diagnostics.push(document.diagnostic(Some(0..text[..start].trim_end().len()), Problem::FrontMatterOpen));
    let until_blank = text[start..].find("\n\n").map_or(text.len(), |length| start + length);
    FrontMatter::new(drafts_alone(&text[start..until_blank]), start)
}

/// Reports fences of dashes that aren't `---`: the one before `start`, and the one at the end.
fn fence_problems(document: &Document, start: usize, end: Range<usize>) -> impl Iterator<Item = Diagnostic> {
    let first = document.text[..start].trim_end();
    let begin = first.rfind('\n').map_or(0, |newline| newline + 1)..first.len();
    let fences = [begin, end].into_iter().filter(|fence| {
        let fence = document.text[fence.clone()].trim_start_matches('\u{FEFF}');
        !FORMS.iter().any(|form| form.begin == fence || form.ends.contains(&fence))
    });
    fences.map(|fence| document.diagnostic(Some(fence), Problem::FrontMatterFence))
}

/// What lines of front matter that can't be read say of the issue's being a draft: a draft with a slip in it must not go out.
fn drafts_alone(text: &str) -> Values {
    let values = text.lines().filter_map(|line| {
        let (key, value) = line.split_once([':', '=', '：'])?;
        let value = value.split(" #").next().unwrap_or_default(); // YAML's comments
        let value = Value::String(value.trim().trim_matches(['"', '\'', ',']).to_owned());
        let key = key.trim().trim_matches('"').to_owned();
        draft(&key, &value).map(|_| (key, value))
    });
    values.collect()
}

/// Whether a text begins with a JSON object, and not with a template's `{{` or `{%`.
fn begins_object(text: &str) -> bool {
    text.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with('"'))
}

/// Reads the JSON object that stands at `start`.
fn object(document: &Document, start: usize, diagnostics: &mut Diagnostics) -> FrontMatter {
    let text = &document.text[start..];
    let mut objects = serde_json::Deserializer::from_str(text).into_iter::<Values>();
    match objects.next() {
        Some(Ok(values)) => FrontMatter::new(values, start + objects.byte_offset()),
        other => {
            let end = text.find("\n}").map_or(0, |end| end + 2);
            if let Some(Err(err)) = other {
                let Malformed { cause, at } = malformed_json(&text[..end], &err);
                let from = start + at;
                let to = document.text[from..].find('\n').map_or(document.text.len(), |length| from + length);
                diagnostics.push(document.diagnostic(Some(from..to), Problem::FrontMatter(cause)));
            }
            FrontMatter::new(drafts_alone(&text[..end]), start + end)
        }
    }
}

/// Takes the curly quotes off values, which YAML takes for part of them. A title may be meant to have them.
fn without_curly_quotes(document: &Document, mut matter: FrontMatter, diagnostics: &mut Diagnostics) -> FrontMatter {
    for (key, value) in &mut matter.values {
        if value.starts_with(CURLY_QUOTES)
            && value.ends_with(CURLY_QUOTES)
            && KEYS_OF_FACTS.iter().chain(DATE_KEYS).any(|known| known == key)
        {
            let line = matter_line(document, matter.end, &[key]);
            diagnostics.push(document.diagnostic(Some(line), Problem::CurlyQuotes(key.clone())));
            *value = unquoted(value).to_owned();
        }
    }
    matter.values.retain(|_, value| !value.is_empty());
    matter
}

/// Quotes that are none in YAML, TOML and JSON.
const CURLY_QUOTES: [char; 5] = ['“', '”', '‘', '’', '＂'];

/// A value without the curly quotes round it.
fn unquoted(value: &str) -> &str {
    value.trim().trim_matches(CURLY_QUOTES).trim()
}

/// The keys whose values are no prose.
const KEYS_OF_FACTS: [&str; 6] = ["license", "permalink", "url", "number", "author", "authors"];

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

/// Parses a JSON object, with or without its braces.
fn json_object(json: &str) -> Result<Values, Malformed> {
    if json.trim_start().starts_with('{') {
        return serde_json::from_str(json).map_err(|err| malformed_json(json, &err));
    }
    // The place is one byte further on.
    serde_json::from_str(&["{", json, "}"].concat()).map_err(|err| malformed_json(json, &err))
}

fn malformed_json(json: &str, err: &serde_json::Error) -> Malformed {
    let line = err.line().clamp(1, json.lines().count().max(1));
    let at = json.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let cause = text::one_line(&text::legal(&err.to_string()));
    Malformed { cause: cause.split(" at line ").next().unwrap_or_default().to_owned(), at }
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
const FIRST_KEYS: [&str; 9] = ["title", "date", "author", "authors", "slug", "number", "category", "status", "draft"];

/// Reads the date in definitions of links, as a generator without front matter has it. They stay in the text, where nobody sees them.
///
/// ```text
/// [date]: / "2024-03-04 10:00:00"
///            ^^^^^^^^^^^^^^^^^^^
/// ```
fn definitions(text: &str) -> FrontMatter {
    let lines = text.lines().take_while(|line| line.starts_with('['));
    let dates = lines.filter_map(|line| {
        let (key, rest) = line.strip_prefix('[')?.split_once("]:")?;
        let (_, value) = rest.trim_end().strip_suffix('"')?.split_once(" \"")?;
        DATE_KEYS.contains(&plain_key(key).as_str()).then(|| (key.to_owned(), Value::String(value.to_owned())))
    });
    FrontMatter::new(dates.collect(), 0)
}

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
