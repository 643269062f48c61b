//! Messages: which items each holds, and its text.
//!
//! A message has one item, with its first words; or the new items of an issue, a line each, below a heading. What doesn't fit into one
//! message is split between items, never inside one: each part has the heading.

use chrono::{DateTime, TimeDelta};
use uuid::Uuid;

use super::item::PostItem;
use super::service::{Message, Service};
use super::target::{Group, Target};
use super::text::{MessageLine, Span, write};
use crate::text::{first_words, floor_grapheme};

/// What makes messages of items.
#[derive(Debug, Clone, Copy)]
pub struct MessageForm<'a> {
    /// The target's name.
    pub target: &'a str,
    /// The service.
    pub service: &'static Service,
    /// What one message holds.
    pub group: Group,
    /// How long a text may be: the service's limit.
    pub limit: usize,
    /// The title of the feed.
    pub feed: &'a str,
}

/// Items of one issue that lie no further apart than this belong together, where the feed doesn't name issues: patchfeed dates an
/// issue's items a second apart.
const APART: TimeDelta = TimeDelta::minutes(5);

/// What one message of a target holds: what it says, else an issue where items come in issues and the service takes long messages.
pub fn group(target: &Target, items: &[PostItem]) -> Group {
    let come_in_issues = items.iter().all(|item| item.issue_title.is_some() || item.issue_url.is_some());
    let suited =
        if come_in_issues && !target.service.prefers_items && !target.thread { Group::Issue } else { Group::Item };
    target.group.unwrap_or(suited)
}

/// Items in the groups that belong into one message, or several if they don't fit. `items` come oldest first, and so do the groups; in
/// a group, an issue's first item is on top.
pub fn groups<'a>(items: &[&'a PostItem], group: Group) -> Vec<Vec<&'a PostItem>> {
    match group {
        Group::Item => items.iter().map(|item| vec![*item]).collect(),
        Group::Issue => {
            items.chunk_by(|a, b| are_of_one_issue(a, b)).map(|items| items.iter().rev().copied().collect()).collect()
        }
    }
}

/// Whether two items that follow each other are of one issue.
pub fn are_of_one_issue(a: &PostItem, b: &PostItem) -> bool {
    let issue = |item: &PostItem| item.issue_url.clone().or_else(|| item.issue_title.clone());
    match (issue(a), issue(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => match (DateTime::parse_from_rfc3339(&a.date), DateTime::parse_from_rfc3339(&b.date)) {
            (Ok(a), Ok(b)) => (b - a).abs() <= APART,
            _ => false,
        },
        _ => false,
    }
}

/// The messages of a group.
pub fn messages<'a>(items: &[&'a PostItem], form: &MessageForm<'a>) -> Vec<Message<'a>> {
    let (first, rest) = items.split_first().expect("a group has an item");
    let is_issue = form.group == Group::Issue && !(rest.is_empty() && Some(&first.title) == first.issue_title.as_ref());
    if !is_issue {
        return items.iter().map(|item| of_item(item, form)).collect();
    }
    let service = form.service;
    let (subject, heading) = heading(first, form.feed);
    let shows_sections = items.iter().any(|item| item.sections.first() != first.sections.first());
    let line_break = (service.length)(service.markup.line_break);
    let heading_length = (service.length)(&write(std::slice::from_ref(&heading), service.markup));
    let mut parts: Vec<(usize, Vec<&PostItem>, Vec<MessageLine>)> = Vec::new();
    for item in items {
        // A message that is sent again may be of any length, but its titles are cut as they were.
        let room = service.limit.saturating_sub(heading_length + line_break);
        let last = parts.last().and_then(|(_, items, _)| items.last()).filter(|_| shows_sections);
        let is_new_section = shows_sections && last.is_none_or(|last| last.sections.first() != item.sections.first());
        let mut lines = entry(item, is_new_section, room, service);
        let mut length = length_of(&lines, service);
        let fits = parts.last().is_some_and(|(used, ..)| used + line_break + length <= form.limit);
        if !fits {
            lines = entry(item, shows_sections, room, service);
            length = length_of(&lines, service);
            parts.push((heading_length, Vec::new(), vec![heading.clone()]));
        }
        if let Some((used, items, all)) = parts.last_mut() {
            *used += line_break + length;
            items.push(item);
            all.extend(lines);
        }
    }
    parts.into_iter().map(|(_, items, lines)| message(items, true, subject.clone(), lines, form)).collect()
}

/// A message that says that it is a test.
pub fn test_message<'a>(form: &MessageForm<'a>) -> Message<'a> {
    let words = format!("patchfeed: this is a test. New items of 《{}》 will come here.", form.feed);
    let lines = vec![vec![Span::Words(words.clone())]];
    message(Vec::new(), false, format!("patchfeed: a test · {}", form.feed), lines, form)
}

/// The message of these items, which were in one before. None if there are none left.
pub fn again<'a>(items: &[&'a PostItem], form: &MessageForm<'a>) -> Option<Message<'a>> {
    if items.is_empty() {
        return None;
    }
    let form = if items.len() > 1 { MessageForm { group: Group::Issue, limit: usize::MAX, ..*form } } else { *form };
    messages(items, &form).into_iter().next()
}

fn message<'a>(
    items: Vec<&'a PostItem>,
    is_issue: bool,
    subject: String,
    lines: Vec<MessageLine>,
    form: &MessageForm<'a>,
) -> Message<'a> {
    let ids: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
    let name = format!("{}\n{}", form.target, ids.join("\n"));
    Message {
        key: Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).simple().to_string(),
        feed: form.feed,
        items,
        is_issue,
        subject,
        text: write(&lines, form.service.markup),
        lines,
        in_thread: false,
        answers: None,
    }
}

/// How long what a heading consists of may be, in characters: some room must be left for entries.
const HEADING: usize = 100;

/// What a message of an issue is about, as plain words and as its first line: `RISC-V · Newsletter, issue 114`.
fn heading(item: &PostItem, feed: &str) -> (String, MessageLine) {
    let feed = &*first_words(feed, HEADING);
    let Some(issue) = &item.issue_title else { return (feed.to_owned(), vec![Span::Strong(feed.to_owned())]) };
    let issue = first_words(issue, HEADING);
    // A section's feed is called `SECTION · NEWSLETTER`, and most issues begin with their newsletter's name.
    let before = match feed.split_once(" · ") {
        _ if begins_alike(&issue, feed) => "",
        Some((section, newsletter)) if begins_alike(&issue, newsletter) => section,
        _ => feed,
    };
    let before = if before.is_empty() { String::new() } else { format!("{before} · ") };
    let link = match &item.issue_url {
        Some(url) => Span::Link { words: issue.clone(), url: url.clone() },
        None => Span::Strong(issue.clone()),
    };
    let subject = format!("{before}{issue}");
    let line = if before.is_empty() { vec![link] } else { vec![Span::Strong(before), link] };
    (subject, line)
}

/// Whether a title begins with most of a newsletter's name.
fn begins_alike(title: &str, newsletter: &str) -> bool {
    let alike = title.chars().zip(newsletter.chars()).take_while(|(a, b)| a == b).count();
    alike * 2 > newsletter.chars().count()
}

/// The lines of an item in a message of an issue, which has so much room for them.
fn entry(item: &PostItem, shows_section: bool, room: usize, service: &Service) -> Vec<MessageLine> {
    let section = item.sections.first().filter(|_| shows_section);
    let section: Vec<MessageLine> = section.map(|section| vec![Span::Strong(section.clone())]).into_iter().collect();
    fitting(item, |link| {
        let lines: Vec<MessageLine> =
            section.iter().cloned().chain([vec![Span::Words("• ".to_owned()), link]]).collect();
        (length_of(&lines, service) <= room).then_some(lines)
    })
}

/// The message of one item: its title, where it stands, and as many of its first words as fit.
fn of_item<'a>(item: &'a PostItem, form: &MessageForm<'a>) -> Message<'a> {
    let service = form.service;
    let title = fitting(item, |link| {
        let lines = vec![vec![link]];
        (length_of(&lines, service) <= form.limit).then_some(lines)
    });
    let mut lines = title;
    let place = place(item, service);
    if !place.is_empty() {
        push_if_it_fits(&mut lines, place, form);
    }
    let mut words = item.summary.clone();
    while words.chars().count() >= SHORTEST && !push_if_it_fits(&mut lines, vec![Span::Words(words.clone())], form) {
        words = first_words(&item.summary, words.chars().count() * 3 / 4);
    }
    message(vec![item], false, item.title.clone(), lines, form)
}

/// The fewest first words of an item that are worth showing, in characters.
const SHORTEST: usize = 40;

/// Where an item stands: its section and its issue.
fn place(item: &PostItem, service: &Service) -> MessageLine {
    let mut line: MessageLine = item.sections.first().map(|section| Span::Words(section.clone())).into_iter().collect();
    if let Some(issue) = item.issue_title.as_ref().filter(|issue| **issue != item.title) {
        if !line.is_empty() {
            line.push(Span::Words(" · ".to_owned()));
        }
        line.push(match item.issue_url.as_ref().filter(|_| service.markup.has_links) {
            Some(url) => Span::Link { words: issue.clone(), url: url.clone() },
            None => Span::Words(issue.clone()),
        });
    }
    line
}

fn push_if_it_fits(lines: &mut Vec<MessageLine>, line: MessageLine, form: &MessageForm<'_>) -> bool {
    lines.push(line);
    let fits = length_of(lines, form.service) <= form.limit;
    if !fits {
        lines.pop();
    }
    fits
}

fn length_of(lines: &[MessageLine], service: &Service) -> usize {
    (service.length)(&write(lines, service.markup))
}

/// What `lines` makes of a title and an address. The title is cut only where nothing else helps: where the service takes nothing that
/// long. An address that leaves room for no title at all is left out: half an address leads nowhere.
fn fitting(item: &PostItem, lines: impl Fn(Span) -> Option<Vec<MessageLine>>) -> Vec<MessageLine> {
    for url in [item.url.as_str(), ""] {
        let mut shown = item.title.clone();
        loop {
            if let Some(lines) = lines(Span::Link { words: shown.clone(), url: url.to_owned() }) {
                return lines;
            }
            let half = floor_grapheme(&shown, shown.floor_char_boundary(shown.len() / 2));
            if half < 4 {
                break;
            }
            shown.truncate(half);
            shown.push('…');
        }
    }
    vec![vec![Span::Words("…".to_owned())]]
}
