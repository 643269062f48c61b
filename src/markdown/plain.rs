//! Markdown as plain words.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::depth::shallow;
use super::html::push_html;
use super::leftovers::without_tags;
use super::passage::Passage;
use super::picture;
use super::raw::{self, Raw};
use super::tags::is_break;
use crate::text;

/// The words of a piece of Markdown in one line, without markup.
pub(crate) fn plain(markdown: &str) -> String {
    plain_of(Passage::whole(&without_tags(markdown.into())))
}

/// [`plain`] for a passage of an issue. Pictures say what their words say, and names of files aren't words.
pub(crate) fn plain_of(passage: Passage<'_>) -> String {
    let text = &*shallow(passage.text);
    let passage = Passage { text, ..passage };
    let mut raw = passage.html.map(|_| Raw::of(text));
    let mut words = String::new();
    let mut events = passage.events();
    while let Some(event) = events.next() {
        match event {
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(
                TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_) | TagEnd::TableCell | TagEnd::CodeBlock,
            ) => words.push(' '),
            Event::Html(tag) | Event::InlineHtml(tag) if is_break(&tag) => words.push(' '),
            Event::Html(line) if raw.as_mut().is_some_and(|raw| raw.block(&line).is_some()) => {
                return words_of_html(passage);
            }
            Event::InlineHtml(tag) if raw.as_mut().is_some_and(|raw| raw.tag(&tag).is_some()) => {
                return words_of_html(passage);
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                words.push_str(picture::alt(&picture::words(&mut events), &dest_url));
            }
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                words.push_str(&text);
            }
            _ => {}
        }
    }
    text::one_line(&text::legal(&words))
}

/// The words of a passage that has HTML in it.
fn words_of_html(passage: Passage<'_>) -> String {
    let mut html = String::new();
    if let Some(page) = passage.html {
        push_html(&mut html, passage, page);
    }
    text::one_line(&text::legal(&raw::words(&html)))
}
