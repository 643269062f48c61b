//! The text of a message, in spans, and how each service writes them.

use unicode_segmentation::UnicodeSegmentation as _;

/// A span of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Words as they are.
    Words(String),
    /// Words that stand out.
    Strong(String),
    /// Words that lead to an address.
    Link {
        /// The words.
        words: String,
        /// The address; if there is none, the words lead nowhere.
        url: String,
    },
}

/// A line of a message.
pub type MessageLine = Vec<Span>;

/// How a service writes spans.
#[derive(Debug, Clone, Copy)]
pub struct Markup {
    /// Escapes words.
    pub words: fn(&str) -> String,
    /// Writes words that stand out.
    pub strong: fn(&str) -> String,
    /// Writes a link, from words and an address.
    pub link: fn(&str, &str) -> String,
    /// What ends a line.
    pub line_break: &'static str,
    /// Whether words can lead somewhere, rather than stand beside an address.
    pub has_links: bool,
}

/// No markup at all.
pub const PLAIN: Markup =
    Markup { words: str::to_owned, strong: str::to_owned, link: plain_link, line_break: "\n", has_links: false };

/// HTML, of which every service that takes it knows `b`, `a` and `br`.
pub const HTML: Markup =
    Markup { words: html_words, strong: html_strong, link: html_link, line_break: "<br>\n", has_links: true };

/// Writes lines.
pub fn write(lines: &[MessageLine], markup: &Markup) -> String {
    let lines: Vec<String> =
        lines.iter().map(|line| line.iter().map(|span| write_piece(span, markup)).collect()).collect();
    lines.join(markup.line_break)
}

/// Writes a span.
pub(super) fn write_piece(span: &Span, markup: &Markup) -> String {
    match span {
        Span::Words(words) => (markup.words)(words),
        Span::Strong(words) => (markup.strong)(words),
        Span::Link { words, url } if url.is_empty() => (markup.words)(words),
        Span::Link { words, url } => (markup.link)(words, url),
    }
}

fn plain_link(words: &str, url: &str) -> String {
    if words == url { url.to_owned() } else { format!("{words} {url}") }
}

/// Words for HTML.
pub fn html_words(words: &str) -> String {
    let mut html = String::with_capacity(words.len());
    crate::text::escape(&mut html, words);
    html
}

/// Words that stand out, in HTML.
pub fn html_strong(words: &str) -> String {
    format!("<b>{}</b>", html_words(words))
}

/// A link in HTML.
pub fn html_link(words: &str, url: &str) -> String {
    let mut html = String::new();
    crate::text::link(&mut html, url, words);
    html
}

/// The length of a text in bytes of UTF-8.
pub fn bytes(text: &str) -> usize {
    text.len()
}

/// The length of a text in bytes of UTF-8, as it stands in JSON.
pub fn json_bytes(text: &str) -> usize {
    serde_json::to_string(text).map_or(text.len(), |json| json.len() - 2)
}

/// The length of a text in units of UTF-16.
pub fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The length of a text in characters (Unicode scalar values).
pub fn chars(text: &str) -> usize {
    text.chars().count()
}

/// The length of a text in characters as readers see them (UAX #29, extended grapheme clusters).
pub fn graphemes(text: &str) -> usize {
    text.graphemes(true).count()
}
