//! Headings, as `CommonMark` has them.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::depth::shallow;
use super::dialect::DIALECT;

/// How much of a text is parsed at first: most have a heading on top.
const FIRST: usize = 4096;

/// The first heading of a text, as it stands there.
pub(crate) fn first_heading(text: &str) -> Option<&str> {
    let mut length = FIRST;
    loop {
        let rest = text.as_bytes().get(length..).unwrap_or_default();
        let part = memchr::memchr(b'\n', rest).map_or(text, |end| &text[..=length + end]);
        let place = heading(part);
        // The last block of a part may go on behind it.
        if part.len() == text.len() || place.as_ref().is_some_and(|place| place.end < part.len()) {
            return place.map(|place| &text[place]);
        }
        length *= 2;
    }
}

/// The bytes of the first heading of a text.
fn heading(text: &str) -> Option<Range<usize>> {
    let text = shallow(text);
    let mut events = Parser::new_ext(&text, DIALECT).into_offset_iter();
    events.find(|(event, _)| matches!(event, Event::Start(Tag::Heading { .. }))).map(|(_, place)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_of_any_form_is_found_and_what_only_looks_like_one_is_not() {
        for (text, heading) in [
            ("words\n# One\n## Two\n", Some("# One\n")),
            ("#hashtag\n\nOne\n===\n", Some("One\n===\n")),
            ("```\n# code\n```\n  ## One\n", Some("## One\n")),
            ("words\n", None),
        ] {
            assert_eq!(first_heading(text), heading, "{text:?}");
        }
    }
}
