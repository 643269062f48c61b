//! What stands in a text for programs, not for readers: tags of templates, attributes, quotation marks around a link and a note.
//! It is filled with a character that no document has and no feed gets, so that every byte keeps its place.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use pulldown_cmark::{Event, Parser, Tag};
use regex::Regex;

use super::depth::shallow;
use super::dialect::DIALECT;

/// What fills the place. XML forbids it, so that what is shown goes without it.
const FILLER: &str = "\u{1}";

/// Tags of Liquid, Hugo and Jinja, attributes of kramdown, and the name of a heading:
///
/// ```text
/// {% tag %}  {{ value }}  {{< shortcode >}}  {: .class}  {:target="_blank"}  ## words {#name}
/// ```
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)\{%.*?%\}|\{\{.*?\}\}|\{:[^}\n]*\}|\{#[\w-]+\}[ \t]*$").expect("the expression is one")
});

/// The text without its tags, except in code and in the addresses of links.
pub(crate) fn without_tags(text: Cow<'_, str>) -> Cow<'_, str> {
    if memchr::memchr(b'{', text.as_bytes()).is_none() || !TAG.is_match(&text) {
        return text;
    }
    let code = code(&text);
    let is_shown = |tag: &Range<usize>| {
        let after = code.partition_point(|code| code.end <= tag.start);
        let in_code = code.get(after).is_some_and(|code| code.start < tag.end);
        !in_code && !is_in_address(&text, tag.start)
    };
    let tags: Vec<Range<usize>> = TAG.find_iter(&text).map(|tag| tag.range()).filter(is_shown).collect();
    filled(text, &tags)
}

/// The words of a heading without the attributes at its end: `{#name}`, `{: .class}`.
pub(super) fn without_attributes(words: &str) -> &str {
    let inner = words.trim_end().strip_suffix('}').and_then(|inner| Some((inner, inner.rfind('{')?)));
    inner.filter(|(inner, at)| inner[at + 1..].starts_with(['#', ':', '.'])).map_or(words, |(_, at)| &words[..at])
}

/// Whether nothing of a text is shown.
pub(super) fn is_filler(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == FILLER.as_bytes()[0])
}

/// The text with places filled, which stand in its order.
pub(super) fn filled<'a>(text: Cow<'a, str>, places: &[Range<usize>]) -> Cow<'a, str> {
    if places.is_empty() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    for place in places {
        out.push_str(&text[out.len()..place.start]);
        out.push_str(&FILLER.repeat(place.len()));
    }
    out.push_str(&text[out.len()..]);
    out.into()
}

/// The bytes of the code in a text.
fn code(text: &str) -> Vec<Range<usize>> {
    let text = shallow(text);
    let events = Parser::new_ext(&text, DIALECT).into_offset_iter();
    let code = events.filter(|(event, _)| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))));
    code.map(|(_, range)| range).collect()
}

/// Whether a byte stands in the parentheses of a link. No address is longer than what is looked at.
fn is_in_address(text: &str, at: usize) -> bool {
    let before = &text[text.floor_char_boundary(at.saturating_sub(500))..at];
    let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
    line.rsplit_once("](").is_some_and(|(_, address)| !address.contains(')'))
}
