//! The lines of IRC: what a server says, and what is said to a channel.

use crate::post::unsent::Unsent;
use crate::text::{floor_grapheme, one_line};

/// What a server says (RFC 2812 §2.3.1), without who says it.
pub(super) struct IrcLine {
    pub(super) command: String,
    pub(super) parameters: Vec<String>,
}

impl IrcLine {
    /// Reads `@tags :source COMMAND parameter … :last parameter`.
    pub(super) fn read(line: &str) -> Self {
        let mut rest = line;
        for mark in ['@', ':'] {
            if rest.starts_with(mark) {
                rest = rest.split_once(' ').unwrap_or_default().1.trim_start();
            }
        }
        let (middle, last) = rest.split_once(" :").map_or((rest, None), |(middle, last)| (middle, Some(last)));
        let mut words = middle.split_whitespace().map(str::to_owned);
        let command = words.next().unwrap_or_default().to_ascii_uppercase();
        Self { command, parameters: words.chain(last.map(str::to_owned)).collect() }
    }

    pub(super) fn last(&self) -> &str {
        self.parameters.last().map_or("", String::as_str)
    }

    /// What it says, in words: `the server answered 473: "#patches Cannot join channel (+i)"`.
    pub(super) fn said(&self) -> String {
        let to = usize::from(self.parameters.len() > 1); // first comes whom it is said to
        let words = one_line(&self.parameters[to..].join(" "));
        format!("the server answered {}: {words:?}", self.command)
    }
}

/// The name of a channel (RFC 2812 §1.3), to which `#` may be missing.
pub(super) fn channel(name: &str) -> Result<String, Unsent> {
    let is_name = |c: char| !c.is_whitespace() && !c.is_control() && c != ',';
    if name.len() > 200 || !name.chars().all(is_name) {
        return Err(Unsent::Setup("`channel` must be the name of one channel, such as #patches".to_owned()));
    }
    Ok(if name.starts_with(['#', '&', '+', '!']) { name.to_owned() } else { format!("#{name}") })
}

/// Words beside titles: none.
pub(super) fn no_words(_: &str) -> String {
    String::new()
}

/// A title and its address, in which no space ends it.
pub(super) fn link(words: &str, url: &str) -> String {
    let url: String = url.split(|c: char| c.is_whitespace() || c.is_control()).collect::<Vec<_>>().join("%20");
    let words = one_line(words);
    if words == url { url } else { format!("{words} {url}") }
}

/// A line in pieces of at most so many bytes, cut between words if possible. None is empty, or begins as commands to bots do.
pub(super) fn pieces(line: &str, room: usize) -> Vec<String> {
    let room = room.saturating_sub(BULLET.len()).max(64);
    let mut pieces = vec![String::new()];
    for mut word in line.split_whitespace() {
        let last = pieces.last().map_or(0, String::len);
        if last > 0 && last + 1 + word.len() > room {
            pieces.push(String::new());
        }
        while word.len() > room {
            let (start, rest) = word.split_at(floor_grapheme(word, word.floor_char_boundary(room)));
            push(&mut pieces, start);
            pieces.push(String::new());
            word = rest;
        }
        push(&mut pieces, word);
    }
    pieces.retain(|piece| !piece.is_empty());
    for piece in &mut pieces {
        if piece.starts_with(|c: char| c.is_ascii_punctuation()) {
            piece.insert_str(0, BULLET);
        }
    }
    pieces
}

/// What stands before a mark that a bot may take for a command, such as `!`.
const BULLET: &str = "• ";

fn push(pieces: &mut [String], word: &str) {
    let Some(last) = pieces.last_mut() else { return };
    if !last.is_empty() {
        last.push(' ');
    }
    last.push_str(word);
}
