//! Headings, as `CommonMark` has them.

use pulldown_cmark::{Event, Parser, Tag};

use super::depth::shallow;
use super::dialect::DIALECT;

/// The first heading of a text, as it stands there.
pub(crate) fn first_heading(text: &str) -> Option<&str> {
    let shallow = shallow(text);
    let mut events = Parser::new_ext(&shallow, DIALECT).into_offset_iter();
    let (_, place) = events.find(|(event, _)| matches!(event, Event::Start(Tag::Heading { .. })))?;
    Some(&text[place])
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
