//! Markdown as plain words.

use pulldown_cmark::{Event, TagEnd};

use super::depth::shallow;
use super::passage::Passage;
use super::tags::is_break;
use crate::text;

/// The words of a piece of Markdown in one line, without markup.
pub(crate) fn plain(markdown: &str) -> String {
    plain_of(Passage::whole(markdown))
}

/// [`plain`] for a passage of an issue.
pub(crate) fn plain_of(passage: Passage<'_>) -> String {
    let text = &*shallow(passage.text);
    let mut words = String::new();
    for event in (Passage { text, ..passage }).events() {
        match event {
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(
                TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_) | TagEnd::TableCell | TagEnd::CodeBlock,
            ) => words.push(' '),
            Event::Html(tag) | Event::InlineHtml(tag) if is_break(&tag) => words.push(' '),
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                words.push_str(&text);
            }
            _ => {}
        }
    }
    text::one_line(&text::legal(&words))
}
