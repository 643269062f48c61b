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
    first_link_that(source, definitions, |_, _| true)
}

/// The same, of the links whose words and address are what is looked for. A bare address has no words.
pub(crate) fn first_link_that(
    source: &str,
    definitions: &Definitions,
    is_wanted: fn(&str, &str) -> bool,
) -> Option<String> {
    if !source.contains('[') && !source.contains("://") {
        return None;
    }
    let source = &*shallow(source);
    let mut resolve = |link: pulldown_cmark::BrokenLink<'_>| definitions.resolve(&link);
    let events = Parser::new_with_broken_link_callback(source, DIALECT, Some(&mut resolve));
    let mut words = String::new();
    let mut open: Option<String> = None; // the address of the link that is being read
    for event in events {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) if text::is_web(&dest_url) => {
                if let Some(address) = bare(&words, is_wanted) {
                    return Some(address);
                }
                words.clear();
                open = Some(dest_url.into_string());
            }
            Event::End(TagEnd::Link) => {
                let address = open.take().filter(|address| is_wanted(&words, address));
                if address.is_some() {
                    return address;
                }
                words.clear();
            }
            Event::InlineHtml(tag) | Event::Html(tag) => {
                let address = link_target(&tag).filter(|address| text::is_web(address) && is_wanted("", address));
                if address.is_some() {
                    return address;
                }
            }
            Event::Code(part) if open.is_some() => words.push_str(&part),
            Event::Text(part) => words.push_str(&part),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph) => words.push(' '),
            _ => {}
        }
    }
    bare(&words, is_wanted)
}

/// The first address that stands in words as it is and is wanted.
fn bare(words: &str, is_wanted: fn(&str, &str) -> bool) -> Option<String> {
    let place = bare_address(words).filter(|place| !is_half_of_link(&words[..place.start]))?;
    let address = &words[place];
    is_wanted("", address).then(|| address.to_owned())
}

/// Whether words before an address make it half of a broken link: `[title(`, `title](`.
fn is_half_of_link(before: &str) -> bool {
    let Some(title) = before.strip_suffix(['(', '（']).map(str::trim_end) else { return false };
    let is_open = title.rfind(['[', '【']) > title.rfind([']', '】']);
    is_open || title.ends_with([']', '】'])
}
