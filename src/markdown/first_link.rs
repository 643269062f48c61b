//! The first link of a text.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::definitions::Definitions;
use super::depth::shallow;
use super::dialect::DIALECT;
use super::lead::bare_address;
use super::tags::link_target;
use crate::text;

/// The address of the first link of a text, wherever it stands: to the web, not a picture. A bare address is one, too.
pub(crate) fn first_link(source: &str, definitions: &Definitions) -> Option<String> {
    if !source.contains('[') && !source.contains("://") {
        return None;
    }
    let source = &*shallow(source);
    let mut resolve = |link: pulldown_cmark::BrokenLink<'_>| definitions.resolve(&link);
    let bare = |words: &str| {
        let place = bare_address(words).filter(|place| !words[..place.start].ends_with(['(', '（']))?; // half of a broken link
        Some(words[place].to_owned())
    };
    let events = Parser::new_with_broken_link_callback(source, DIALECT, Some(&mut resolve));
    let mut words = String::new();
    for event in events {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) if text::is_web(&dest_url) => {
                return bare(&words).or_else(|| Some(dest_url.into_string()));
            }
            Event::InlineHtml(tag) | Event::Html(tag) => {
                if let Some(address) = link_target(&tag).filter(|address| text::is_web(address)) {
                    return Some(address);
                }
            }
            Event::Text(part) => words.push_str(&part),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph) => words.push(' '),
            _ => {}
        }
    }
    bare(&words)
}
