//! The words of a summary that the search finds.

use crate::item::Item;

/// Words that nearly every text holds. In the order of their letters.
pub(super) const COMMON: [&str; 80] = [
    "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before", "being",
    "both", "but", "by", "can", "could", "do", "does", "each", "for", "from", "had", "has", "have", "here", "how",
    "if", "in", "into", "is", "it", "its", "just", "like", "may", "more", "not", "now", "of", "on", "one", "only",
    "or", "other", "our", "out", "should", "since", "so", "some", "such", "than", "that", "the", "their", "them",
    "then", "there", "these", "they", "this", "those", "to", "up", "was", "we", "were", "what", "when", "where",
    "which", "while", "will", "with", "would", "you",
];

/// How much of a summary's words an entry has in the index. A word costs four; a pair of Chinese characters, of which a text has more and which more
/// texts share, one.
const ENOUGH: usize = 64;

/// The longest word, in bytes; what is longer is no word.
const LONGEST: usize = 24;

/// The title of an item and its summary, in lower case.
pub(super) fn texts(item: &Item) -> (String, String) {
    let has_text = !item.own_html().is_empty(); // else the summary names section and issue
    (item.title.to_lowercase(), if has_text { item.summary.to_lowercase() } else { String::new() })
}

/// The first words of a summary that its title doesn't hold, each once.
pub(super) fn of<'a>(title: &'a str, summary: &'a str) -> Vec<&'a str> {
    let mut known: Vec<&str> = split(title).collect();
    let of_title = known.len();
    let mut cost = 0;
    for word in split(summary) {
        if is_looked_for(word) && !known.contains(&word) {
            known.push(word);
            cost += if word.starts_with(is_unspaced) { 1 } else { 4 };
        }
        if cost >= ENOUGH {
            break;
        }
    }
    known.split_off(of_title)
}

/// Whether somebody may look for a word: it isn't a common one, a number or a hash.
fn is_looked_for(word: &str) -> bool {
    let is_hash = word.len() > 5 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) && word.contains(is_digit);
    (2..=LONGEST).contains(&word.len())
        && !word.starts_with(is_digit)
        && !is_hash
        && COMMON.binary_search(&word).is_err()
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// The words of a text. What is written without spaces gives every two neighbouring characters, as the search page's script splits it, too.
struct Words<'a> {
    rest: &'a str,
}

fn split(text: &str) -> Words<'_> {
    Words { rest: text }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = &self.rest[self.rest.find(char::is_alphanumeric)?..];
        let mut chars = text.char_indices();
        if !text.starts_with(is_unspaced) {
            let end = chars.find(|(_, c)| !c.is_alphanumeric() || is_unspaced(*c)).map_or(text.len(), |(at, _)| at);
            self.rest = &text[end..];
            return Some(&text[..end]);
        }
        chars.next();
        let second = chars.next().filter(|(_, c)| is_unspaced(*c));
        let end = second.map_or_else(|| text.len() - after_first(text).len(), |(at, c)| at + c.len_utf8());
        // The second character begins the next pair, if there is a third one.
        let next = second.filter(|_| text[end..].starts_with(is_unspaced)).map_or(end, |(at, _)| at);
        self.rest = &text[next..];
        Some(&text[..end])
    }
}

fn after_first(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}

/// Whether a character is of a script that puts no spaces between words: Chinese characters and Japanese letters.
fn is_unspaced(c: char) -> bool {
    c.is_alphanumeric()
        && matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
