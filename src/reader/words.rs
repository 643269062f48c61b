//! HTML as plain words.

use crate::markdown::decode;
use crate::text;

/// Elements within a line of text. All others part words.
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "kbd", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "tt", "u", "var",
];

/// The words of a piece of HTML in one line.
pub(super) fn plain(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        words.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some((length, is_inline)) = tag(rest) else {
            words.push('<');
            rest = &rest[1..];
            continue;
        };
        words.push_str(if is_inline { "" } else { " " });
        rest = &rest[length..];
    }
    words.push_str(rest);
    text::one_line(&decode(&words, false))
}

/// The length of the tag or comment that a text begins with, together with what isn't shown, and whether it stands within a line.
fn tag(text: &str) -> Option<(usize, bool)> {
    if text.starts_with("<!--") {
        return Some((text.find("-->").map_or(text.len(), |end| end + 3), true));
    }
    let inside = &text[1..];
    if !inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        return None; // `a < b`
    }
    let length = text.find('>')? + 1;
    let name = inside.trim_start_matches('/');
    let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
    let is_hidden = ["script", "style"]
        .iter()
        .any(|hidden| inside.get(..hidden.len()).is_some_and(|start| start.eq_ignore_ascii_case(hidden)));
    if is_hidden {
        let end = text[length..].to_ascii_lowercase().find(&format!("</{}", name.to_ascii_lowercase()));
        return Some((end.map_or(text.len(), |end| length + end), false));
    }
    Some((length, INLINE.iter().any(|inline| name.eq_ignore_ascii_case(inline))))
}
