//! HTML as text in lines, for mail: paragraphs, quotes, lists, and links with their addresses. Elements that it doesn't know are their
//! text.

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::markdown::decode;
use crate::text::is_web;

/// How deep quotes and lists are shown. What is deeper stands as if it weren't, so that no text grows beyond measure.
const DEEPEST: usize = 12;

/// A text in the making.
#[derive(Default)]
struct HtmlText {
    text: String,
    /// How many lines end before the next word.
    breaks: usize,
    /// Whether a space comes before the next word.
    has_space: bool,
    /// What comes before the first word of an item of a list.
    marker: Option<String>,
    /// How deep in quotes this is, and how deep the last words were.
    quotes: usize,
    last_quotes: usize,
    /// The lists that this is in, each with the number of its last item if it has numbers.
    lists: Vec<Option<usize>>,
    /// Whether white space counts.
    is_preformatted: bool,
    /// The address of the link that this is in, and where its words begin.
    link: Option<(String, usize)>,
}

/// The text of a piece of HTML.
pub(super) fn text_of(html: &str) -> String {
    let html = &*html.replace("<pre>\n", "<pre>"); // the line break isn't part of the text
    let mut page = HtmlText::default();
    let mut reader = Reader::from_str(html);
    let config = reader.config_mut();
    (config.check_end_names, config.allow_unmatched_ends, config.allow_dangling_amp) = (false, true, true);
    loop {
        let start = usize::try_from(reader.buffer_position()).unwrap_or(html.len());
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(Event::Start(tag)) => page.open(&tag),
            Ok(Event::Empty(tag)) => {
                page.open(&tag);
                page.close(&name(tag.local_name().as_ref()));
            }
            Ok(Event::End(tag)) => page.close(&name(tag.local_name().as_ref())),
            Ok(Event::Text(words)) => page.push(&String::from_utf8_lossy(&words)),
            Ok(Event::GeneralRef(name)) => page.push(&decode(&format!("&{};", String::from_utf8_lossy(&name)), false)),
            Ok(Event::CData(words)) => page.push(&String::from_utf8_lossy(&words)),
            Ok(_) => {}
            Err(_) => {
                // What isn't HTML is text.
                page.push(html.get(start..).unwrap_or_default());
                break;
            }
        }
    }
    page.text.truncate(page.text.trim_end().len());
    page.text
}

fn name(name: &[u8]) -> String {
    String::from_utf8_lossy(name).to_ascii_lowercase()
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.html_attributes();
    let mut attributes = attributes.with_checks(false).flatten();
    let found = attributes.find(|found| found.key.as_ref().eq_ignore_ascii_case(name.as_bytes()))?;
    Some(decode(&String::from_utf8_lossy(&found.value), false))
}

impl HtmlText {
    fn open(&mut self, tag: &BytesStart<'_>) {
        let name = name(tag.local_name().as_ref());
        self.end_lines(&name);
        match name.as_str() {
            "br" => self.breaks = (self.breaks + 1).min(2),
            "pre" => self.is_preformatted = true,
            "blockquote" => self.quotes += 1,
            "ul" => self.lists.push(None),
            "ol" => self.lists.push(Some(0)),
            "li" => {
                self.marker = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{number}. ")
                    }
                    _ => "- ".to_owned(),
                });
            }
            "a" => self.link = attribute(tag, "href").map(|address| (address, self.text.len())),
            "img" => self.push(&attribute(tag, "alt").unwrap_or_default()),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "pre" => self.is_preformatted = false,
            "blockquote" => self.quotes = self.quotes.saturating_sub(1),
            "ul" | "ol" => drop(self.lists.pop()),
            "a" => {
                let Some((address, start)) = self.link.take() else { return };
                let words = self.text.get(start..).unwrap_or_default();
                if is_web(&address) && !words.ends_with(&address) {
                    self.push(&format!(" <{address}>"));
                }
            }
            _ => {}
        }
        self.end_lines(name);
    }

    /// Ends lines where an element begins or ends a block.
    fn end_lines(&mut self, name: &str) {
        let breaks = match name {
            "li" | "tr" | "div" | "dt" | "dd" | "summary" => 1,
            "p" | "pre" | "blockquote" | "ul" | "ol" | "dl" | "table" | "hr" | "h1" | "h2" | "h3" | "h4" | "h5"
            | "h6" => 2 - usize::from(!self.lists.is_empty()),
            "td" | "th" => return self.has_space = true,
            _ => return,
        };
        self.breaks = self.breaks.max(breaks);
    }

    fn push(&mut self, words: &str) {
        if self.is_preformatted {
            for (at, line) in words.split('\n').enumerate() {
                self.breaks += usize::from(at > 0);
                self.push_word(line);
            }
            return;
        }
        for (at, word) in words.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            self.has_space |= at > 0;
            self.push_word(word);
        }
    }

    fn push_word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        let quote = "> ".repeat(self.quotes.min(DEEPEST));
        if self.text.is_empty() {
            self.text.push_str(&quote);
        } else if self.breaks > 0 {
            let between = "> ".repeat(self.quotes.min(self.last_quotes).min(DEEPEST));
            for _ in 1..self.breaks {
                self.text.push('\n');
                self.text.push_str(between.trim_end());
            }
            self.text.push('\n');
            self.text.push_str(&quote);
            self.text.push_str(&"  ".repeat(self.lists.len().saturating_sub(1).min(DEEPEST)));
        } else if self.has_space {
            self.text.push(' ');
        }
        self.text.push_str(&self.marker.take().unwrap_or_default());
        self.text.push_str(word);
        (self.breaks, self.has_space, self.last_quotes) = (0, false, self.quotes);
    }
}
