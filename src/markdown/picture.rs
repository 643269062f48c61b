//! What pictures say in place of themselves.

use pulldown_cmark::{Event, Tag, TagEnd};
use url::Url;

use crate::facts::forge;
use crate::text;

/// What the names of pictures' files end with.
const ENDINGS: [&str; 11] =
    [".avif", ".bmp", ".gif", ".heic", ".jpeg", ".jpg", ".png", ".svg", ".tif", ".tiff", ".webp"];

/// The words that stand for a picture; none if they are only a name that a program gave to its file.
pub(super) fn alt<'a>(words: &'a str, address: &str) -> &'a str {
    let words = words.trim();
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let lower = words.to_lowercase();
    let is_file = ENDINGS.iter().any(|ending| lower.ends_with(ending));
    let is_number = words == stem && words.contains(|c: char| c.is_ascii_digit());
    if is_file || is_number || matches!(&*lower, "image" | "img") { "" } else { words }
}

/// Where the file of a picture is, if that is on the web. At a forge, it isn't the file's page.
pub(super) fn file(address: &str, page: &Url) -> Option<Url> {
    let url = page.join(address.trim()).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| forge::file(url))
}

/// The words between the start of a picture, which was the event before, and its end.
pub(super) fn words<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> String {
    let (mut words, mut depth) = (String::new(), 0);
    for event in events {
        match event {
            Event::Start(Tag::Image { .. }) => depth += 1,
            Event::End(TagEnd::Image) if depth == 0 => break,
            Event::End(TagEnd::Image) => depth -= 1,
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
    }
    text::legal(&words).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_is_no_words() {
        for name in ["IMG_1234.png", "image.png", "bg2024041003.webp", "bg2024041003", "image", "Shot 3 of 4.JPG", " "]
        {
            assert_eq!(alt(name, "https://example.org/bg2024041003.webp?size=2"), "", "{name}");
        }
        for words in ["A lamp", "lamp", "图：港口的灯", "IMG 4 of the harbour"] {
            assert_eq!(alt(words, "https://example.org/lamp.png"), words);
        }
    }
}
