//! The direction of writing: what a text turns and leaves turned ends with the text's paragraph.

/// The elements that stand within a paragraph. Any other tag begins or ends one.
const WITHIN: [&str; 14] =
    ["a", "b", "br", "code", "del", "em", "i", "img", "input", "s", "strong", "sub", "sup", "wbr"];

/// Closes what the HTML from `start` on leaves open at the end of a paragraph: embeddings and overrides (UAX #9: LRE, RLE, LRO, RLO, up
/// to PDF), isolates (LRI, RLI, FSI, up to PDI). Readers put an item's text into pages of their own, which it must not turn.
pub(crate) fn close_turns(html: &mut String, start: usize) {
    if !html[start..].contains(opens) {
        return;
    }
    let text = html.split_off(start);
    let mut open = Open::default();
    let mut rest = text.as_str();
    while let Some(at) = rest.find('<') {
        let (words, tag) = rest.split_at(at);
        push_words(html, words, &mut open);
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let (tag, after) = tag.split_at(end);
        if ends_paragraph(tag) {
            push_closings(html, &mut open);
        }
        html.push_str(tag);
        rest = after;
    }
    push_words(html, rest, &mut open);
    push_closings(html, &mut open);
}

/// What a paragraph has open.
#[derive(Default)]
struct Open {
    /// The characters that close it, those of the innermost last.
    closings: Vec<char>,
    /// How many of them close isolates.
    isolates: usize,
}

fn opens(c: char) -> bool {
    closing(c).is_some()
}

/// The character that closes what this one opens.
fn closing(c: char) -> Option<char> {
    match c {
        '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' => Some('\u{202C}'),
        '\u{2066}'..='\u{2068}' => Some('\u{2069}'),
        _ => None,
    }
}

/// Appends words, and notes what they open and close.
fn push_words(html: &mut String, words: &str, open: &mut Open) {
    html.push_str(words);
    for c in words.chars() {
        if let Some(closing) = closing(c) {
            open.closings.push(closing);
            open.isolates += usize::from(closing == '\u{2069}');
        } else if c == '\u{2069}' && open.isolates > 0 {
            while open.closings.pop() != Some(c) {} // the end of an isolate ends the embeddings in it, too
            open.isolates -= 1;
        } else if c == '\u{202C}' && open.closings.last() == Some(&c) {
            open.closings.pop();
        }
    }
}

/// Appends what closes all that is open.
fn push_closings(html: &mut String, open: &mut Open) {
    html.extend(open.closings.drain(..).rev());
    open.isolates = 0;
}

fn ends_paragraph(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    !WITHIN.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::close_turns;

    #[test]
    fn what_turns_the_direction_ends_with_its_paragraph() {
        for (html, expected) in [
            ("<p>plain — “words”</p>", "<p>plain — “words”</p>"),
            ("<p>a\u{202E}b</p>\n<p>c</p>", "<p>a\u{202E}b\u{202C}</p>\n<p>c</p>"),
            ("<p>a\u{202E}<a href=\"x\">b</a><br>\nc</p>", "<p>a\u{202E}<a href=\"x\">b</a><br>\nc\u{202C}</p>"),
            ("<li>\u{2067}a\u{202B}b</li>", "<li>\u{2067}a\u{202B}b\u{202C}\u{2069}</li>"),
            ("<p>\u{202B}a\u{202C}</p>", "<p>\u{202B}a\u{202C}</p>"),
            ("<p>\u{2067}\u{202B}a\u{2069}</p>", "<p>\u{2067}\u{202B}a\u{2069}</p>"),
            ("<pre>\u{202D}a", "<pre>\u{202D}a\u{202C}"),
        ] {
            let mut closed = format!("\u{202E}{html}");
            close_turns(&mut closed, '\u{202E}'.len_utf8());
            assert_eq!(closed, format!("\u{202E}{expected}"));
        }
    }
}
