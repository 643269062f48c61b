//! The content of an item: its HTML, its words, its summary.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use url::Url;

use super::model::{IssueFacts, Version};
use crate::entry::{Entry, Part};
use crate::facts::language::Language;
use crate::facts::section::Section;
use crate::issue::Issue;
use crate::markdown::{Definitions, Passage};
use crate::split::IssueKind;
use crate::{mail, markdown, text};

/// The longest summary, in characters.
pub(crate) const SUMMARY: usize = 500;

/// The text of an entry, ready to be shown.
pub(super) struct Content<'a> {
    parts: Vec<(Part<'a>, Cow<'a, str>)>,
    definitions: &'a Definitions,
    /// What relative links are relative to.
    page: &'a Url,
    /// Whether the editors' HTML is HTML. Among patches, whose mails may stand unquoted, it is words.
    has_html: bool,
}

impl<'a> Content<'a> {
    /// The text of an entry of an issue whose relative links are relative to `page`.
    pub(super) fn of(entry: &Entry<'a>, issue: &'a Issue<'_>, page: &'a Url) -> Self {
        let has_html = issue.kind != IssueKind::Patches;
        let text = |part| if has_html { markdown::without_tags(text_of(part)) } else { text_of(part) };
        let mut parts: Vec<(Part<'a>, Cow<'a, str>)> = entry.body.iter().map(|part| (*part, text(part))).collect();
        if issue.definitions.has_notes() {
            take_notes(&mut parts, &issue.definitions);
        }
        Self { parts, definitions: &issue.definitions, page, has_html }
    }

    /// How many bytes the text takes as it was written.
    pub(super) fn len(&self) -> usize {
        self.parts.iter().map(|(_, text)| text.len()).sum()
    }

    /// Appends the text as HTML.
    pub(super) fn push_html(&self, html: &mut String) {
        let start = html.len();
        for (part, text) in &self.parts {
            match part {
                Part::Mail(_) => mail::push_html(html, text),
                _ => markdown::push_html(html, self.passage(part, text), self.page),
            }
        }
        text::close_turns(html, start);
    }

    /// The words of the text on one line. No more is read than `enough` characters need.
    pub(super) fn words(&self, enough: usize) -> String {
        let mut line = String::with_capacity(self.len().min(enough.saturating_mul(2)));
        for (part, text) in &self.parts {
            if text::is_longer(&line, enough) {
                break;
            }
            if let Part::Mail(_) = part {
                mail::push_words(&mut line, text, enough);
                continue;
            }
            let words = markdown::plain_of(self.passage(part, text));
            if !line.is_empty() && !words.is_empty() {
                line.push(' ');
            }
            line.push_str(&words);
        }
        line
    }

    fn passage<'b>(&'b self, part: &Part<'_>, text: &'b str) -> Passage<'b> {
        let from = if let Part::Rest { from, .. } = part { *from } else { 0 };
        Passage { text, from, definitions: self.definitions, html: self.has_html.then_some(self.page) }
    }
}

/// Puts the footnotes that a text refers to behind it, once each, and takes away those that stand in it: the issue's last entry has them all.
fn take_notes<'a>(parts: &mut Vec<(Part<'a>, Cow<'a, str>)>, definitions: &'a Definitions) {
    for (_, text) in &mut *parts {
        *text = markdown::without_notes(std::mem::take(text));
    }
    let (mut seen, mut notes) = (HashSet::new(), Vec::new());
    for label in parts.iter().flat_map(|(_, text)| markdown::labels(text)) {
        if let Some(note) = definitions.note(label).filter(|_| seen.insert(label)) {
            notes.push((Part::Markdown(note), Cow::Owned(format!("\\[^{label}\\]: {note}"))));
        }
    }
    parts.extend(notes);
}

/// A part of an entry's text as it is read: a quote without its marks, anything else as if it began a line.
fn text_of<'a>(part: &Part<'a>) -> Cow<'a, str> {
    match *part {
        Part::Mail(quote) => mail::unquote(quote).into(),
        Part::Markdown(source) => source.into(),
        Part::Rest { block, column, from } => markdown::without_mark(markdown::dedent(block, column), from),
    }
}

/// The first words of the text; where there is no text, the entry's sections and issue.
pub(super) fn summary(words: &str, sections: &[Arc<Section>], issue: &IssueFacts) -> String {
    if !words.is_empty() {
        return text::first_words(words, SUMMARY);
    }
    let place: Vec<&str> =
        sections.iter().map(|section| section.title.as_str()).chain([issue.title.as_str()]).collect();
    text::first_words(&place.join(" · "), SUMMARY)
}

/// Appends the earlier versions of a patch and the issues that listed them, all linked.
pub(super) fn push_earlier(html: &mut String, earlier: &[Version], language: Language) {
    html.push_str(language.pick("<p>更早的版本：", "<p>Earlier: "));
    for (at, version) in earlier.iter().enumerate() {
        html.push_str(if at == 0 { "" } else { language.pick("、", ", ") });
        text::link(html, &version.url, &version.name());
        html.push_str(language.pick("（", " in "));
        push_issue(html, &version.issue, &version.issue.name(language));
        html.push_str(language.pick("）", ""));
    }
    html.push_str("</p>\n");
}

/// Appends the last line of a content: feeds, given by slug and title, and the issue, all linked.
pub(crate) fn push_place<'a>(
    html: &mut String,
    base_url: &Url,
    feeds: impl IntoIterator<Item = (&'a str, &'a str)>,
    issue: &IssueFacts,
) {
    html.push_str("<p>");
    for (slug, title) in feeds {
        text::link(html, &[base_url.as_str(), slug, ".html"].concat(), title);
        html.push_str(" · ");
    }
    push_issue(html, issue, &issue.title);
    html.push_str("</p>\n");
}

fn push_issue(html: &mut String, issue: &IssueFacts, name: &str) {
    match &issue.url {
        Some(url) => text::link(html, url, name),
        None => text::escape(html, name),
    }
}
