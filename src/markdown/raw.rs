//! Raw HTML that editors wrote, cleaned.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use regex::{Captures, Regex};
use url::Url;

use super::picture;
use super::references::decode;
use crate::text;

/// Elements within lines that stay.
const SPANS: [&str; 22] = [
    "a", "abbr", "b", "br", "cite", "code", "del", "em", "i", "img", "ins", "kbd", "mark", "q", "s", "samp", "small",
    "strong", "sub", "sup", "u", "var",
];

/// Elements that are blocks, and stay.
const BLOCKS: [&str; 29] = [
    "blockquote",
    "caption",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Elements of which only what they hold stays.
const DROPPED: [&str; 12] =
    ["audio", "big", "center", "font", "form", "picture", "section", "source", "span", "strike", "tt", "video"];

/// Elements that go with all that they hold.
const EMPTIED: [&str; 4] = ["iframe", "script", "style", "svg"];

/// Elements that stand open without harm.
const UNCLOSED: [&str; 11] = ["br", "dd", "dt", "hr", "img", "li", "p", "source", "td", "th", "tr"];

/// Elements that a parser opens again in each block that follows, until they are closed. Without attributes there are few of each.
const REOPENED: [&str; 12] = ["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"];

/// The name of the element that a text, which begins with `<`, opens or closes. Names in mixed case are words, and so are single letters
/// in upper case: `<T>` is a type parameter.
fn name_at(tag: &str) -> Option<&'static str> {
    let words = tag.get(1..)?.trim_start_matches('/');
    let end = words.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(words.len());
    let (written, rest) = words.split_at(end);
    let is_upper = written.len() > 1 && !written.contains(|c: char| c.is_ascii_lowercase());
    let lower = if is_upper { written.to_ascii_lowercase().into() } else { Cow::Borrowed(written) };
    let all = SPANS.iter().chain(&BLOCKS).chain(&DROPPED).chain(&EMPTIED);
    all.copied().find(|name| *name == lower).filter(|_| rest.starts_with(['>', '/', ' ', '\t', '\n']))
}

/// A text that may have raw HTML.
pub(super) struct Raw<'a> {
    text: &'a str,
    /// The elements that it closes, once that matters.
    closed: OnceCell<HashSet<&'static str>>,
    /// Whether it has had any HTML so far.
    pub(super) any: bool,
}

impl<'a> Raw<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, closed: OnceCell::new(), any: false }
    }

    fn closes(&self, name: &str) -> bool {
        let closed =
            || memchr::memmem::find_iter(self.text.as_bytes(), b"</").filter_map(|at| name_at(&self.text[at..]));
        self.closed.get_or_init(|| closed().collect()).contains(name)
    }

    /// A tag within a line, if it is HTML. One that is named and never closed is a word: `use <details> for this`.
    pub(super) fn tag(&mut self, tag: &str) -> Option<String> {
        let name = name_at(tag)?;
        let is_meant = tag.starts_with("</") || UNCLOSED.contains(&name) || self.closes(name);
        let (known, _) = self.known(tag).filter(|_| is_meant)?;
        self.any = true;
        Some(known)
    }

    /// A block of HTML, if it has an element. Words that stand in none get one.
    pub(super) fn block(&mut self, block: &str) -> Option<String> {
        let (known, first) = self.known(block)?;
        self.any = true;
        Some(if BLOCKS.contains(&first) { known } else { ["<div>", &known, "</div>\n"].concat() })
    }

    /// HTML with all that is no element of HTML as words, and the first element; none if it has none. What would take with it all that
    /// follows, if nothing closes it, is words too.
    fn known(&self, html: &str) -> Option<(String, &'static str)> {
        let mut out = String::with_capacity(html.len() + 16);
        let (mut from, mut first) = (0, None);
        for at in memchr::memchr_iter(b'<', html.as_bytes()) {
            if at < from {
                continue;
            }
            out.push_str(&html[from..at]);
            from = at + 1;
            let tag = &html[at..];
            let name = name_at(tag).filter(|name| !EMPTIED.contains(name) || self.closes(name));
            first = first.or(name);
            match name {
                Some(name) if REOPENED.contains(&name) && !tag.starts_with("</") => {
                    out.extend(["<", name, ">"]);
                    from = tag.find('>').map_or(html.len(), |end| at + end + 1);
                }
                Some(_) => out.push('<'),
                None if let Some(length) = comment(tag) => from = at + length,
                None => out.push_str("&lt;"),
            }
        }
        out.push_str(&html[from..]);
        Some((out, first?))
    }
}

/// The length of the comment that a text begins with.
fn comment(text: &str) -> Option<usize> {
    let words = text.strip_prefix("<!--")?;
    Some("<!--".len() + words.find("-->")? + "-->".len())
}

/// HTML without everything that a feed shouldn't hold. Links are absolute: `page` is what they are relative to.
pub(super) fn cleaned(html: &str, page: &Url) -> String {
    let base = page.clone();
    let mut builder = Builder::empty();
    builder
        .tags(SPANS.iter().chain(&BLOCKS).copied().collect())
        .clean_content_tags(EMPTIED.into())
        .tag_attributes([("a", ["href"].into()), ("img", ["src", "alt"].into()), ("ol", ["start"].into())].into())
        .generic_attributes(HashSet::new())
        .link_rel(None)
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(UrlRelative::RewriteWithBase(page.clone()))
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            ("img", "alt") => Some(picture::alt(value, "").to_owned().into()),
            ("img", "src") => picture::file(value, &base).map(|file| String::from(file).into()),
            ("ol", _) => value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.into()),
            _ => Some(value.into()),
        });
    let clean = builder.clean(html).to_string();
    // A reference to a character that XML forbids has become that character.
    let clean = text::legal(&clean).replace("<p></p>", "").replace("<img>", "");
    NO_FILE.replace_all(&clean, |picture: &Captures<'_>| escaped(&decode(&picture[1], false))).into_owned()
}

/// A picture without a file, and its words.
static NO_FILE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"<img alt="([^"]*)">"#).expect("the expression is one"));

fn escaped(words: &str) -> String {
    let mut html = String::with_capacity(words.len());
    text::escape(&mut html, words);
    html
}

/// The words of HTML that was cleaned. A picture says its own words.
pub(super) fn words(html: &str) -> String {
    static TAG: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"</?([a-z0-9]+)((?:[^>"]|"[^"]*")*)>"#).expect("the expression is one"));
    static ALT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"\balt="([^"]*)""#).expect("the expression is one"));
    let words = TAG.replace_all(html, |tag: &Captures<'_>| match &tag[1] {
        "img" => ALT.captures(&tag[2]).map_or_else(String::new, |alt| alt[1].to_owned()),
        name if name != "br" && SPANS.contains(&name) => String::new(),
        _ => " ".to_owned(),
    });
    decode(&words, false)
}
