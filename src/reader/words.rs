//! HTML as plain words.

use crate::markdown::decode;
use crate::text;

/// Elements within a line of text. All others part words.
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "kbd", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "tt", "u", "var",
];

/// What isn't shown between its tags.
const HIDDEN: [&str; 2] = ["script", "style"];

/// The words of a piece of HTML in one line.
pub(super) fn plain(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    let mut rest = &html[..html.rfind('>').map_or(0, |last| last + 1)]; // no tag ends behind it
    let end = &html[rest.len()..];
    while let Some(at) = rest.find('<') {
        words.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(length) = tag(rest) else {
            words.push('<');
            rest = &rest[1..];
            continue;
        };
        let name = name(rest);
        let is_inline = name.is_empty() || INLINE.iter().any(|inline| name.eq_ignore_ascii_case(inline));
        words.push_str(if is_inline { "" } else { " " });
        rest = if rest.starts_with("</") { &rest[length..] } else { shown(name, &rest[length..]) };
    }
    words.push_str(rest);
    words.push_str(end);
    text::one_line(&decode(&words, false))
}

/// The length of the tag or comment that a text begins with. None if it is a mere `<`.
fn tag(text: &str) -> Option<usize> {
    if text.starts_with("<!--") {
        return Some(text.find("-->").map_or(text.len(), |end| end + 3));
    }
    let is_tag = text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
    if is_tag { text.find('>').map(|end| end + 1) } else { None }
}

/// The name of the tag that a text begins with.
fn name(text: &str) -> &str {
    let name = text.trim_start_matches(['<', '/']);
    &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())]
}

/// What is shown of a text behind a tag of this name.
fn shown<'a>(name: &str, text: &'a str) -> &'a str {
    if !HIDDEN.iter().any(|hidden| name.eq_ignore_ascii_case(hidden)) {
        return text;
    }
    let ends = text.match_indices("</").map(|(at, _)| &text[at..]);
    let mut ends = ends.filter(|end| self::name(end).eq_ignore_ascii_case(name));
    ends.next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_words_and_what_is_no_tag_stays() {
        for (html, words) in [
            ("<p>One <b>w</b>ord</p><p>two</p>", "One word two"),
            ("a < b && c > d", "a < b && c > d"),
            ("1<br>2<BR/>3\n4", "1 2 3 4"),
            ("&lt;pid&gt; &amp;amp; &#8217;", "<pid> &amp; ’"),
            ("a<!-- <p>b --> c<!-- d", "a c<!-- d"),
            ("a<script type='x'>if (a </ b) {}</SCRIPT>b<style>c", "a b c"),
            ("a<ScRiPt>b</p>c", "a c"),
            ("<a href='x'>y</a", "y</a"),
            ("", ""),
        ] {
            assert_eq!(plain(html), words, "{html}");
        }
    }

    #[test]
    fn no_html_takes_long() {
        for part in ["<", "<a", "<!--", "< >", "<script></script>", "<script>", "</", "&#"] {
            let html = part.repeat(300_000);
            assert!(plain(&(html + ">")).len() < 1_300_000);
        }
    }
}
