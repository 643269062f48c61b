//! The words of a summary that the search finds.

use std::cmp::Ordering;

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
pub(super) fn of<'a>(title: &'a str, summary: &'a str) -> Vec<Word<'a>> {
    let mut known: Vec<Word<'_>> = split(title).collect();
    let of_title = known.len();
    let mut cost = 0;
    for word in split(summary) {
        if word.is_looked_for() && !known.contains(&word) {
            known.push(word);
            cost += if word.text.starts_with(is_unspaced) { 1 } else { 4 };
        }
        if cost >= ENOUGH {
            break;
        }
    }
    known.split_off(of_title)
}

/// A word. Words are in the order of their letters; most are compared as numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    start: u64,
    rest: &'a [u8],
}

impl Ord for Word<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.start, self.rest).cmp(&(other.start, other.rest))
    }
}

impl PartialOrd for Word<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Word<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.start, self.rest) == (other.start, other.rest)
    }
}

impl Eq for Word<'_> {}

impl<'a> Word<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, start: start(text), rest: text.as_bytes().get(8..).unwrap_or(&[]) }
    }

    /// Whether somebody may look for it: it isn't a common one, a number or a hash.
    fn is_looked_for(&self) -> bool {
        let text = self.text;
        let is_hash = || text.len() > 5 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) && text.contains(is_digit);
        (2..=LONGEST).contains(&text.len())
            && !text.starts_with(is_digit)
            && !COMMON_STARTS.contains(&self.start)
            && !is_hash()
    }
}

/// A word's first eight bytes as a number; zeros follow a shorter one's.
const fn start(word: &str) -> u64 {
    let mut bytes = [0; 8];
    let mut at = 0;
    while at < word.len() && at < bytes.len() {
        bytes[at] = word.as_bytes()[at];
        at += 1;
    }
    u64::from_be_bytes(bytes)
}

/// The numbers of the common words.
const COMMON_STARTS: [u64; COMMON.len()] = {
    let mut starts = [0; COMMON.len()];
    let mut at = 0;
    while at < COMMON.len() {
        assert!(COMMON[at].len() < 8, "the number of a longer word is others' as well");
        starts[at] = start(COMMON[at]);
        at += 1;
    }
    starts
};

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
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let start = self.rest.find(|c: char| c.is_ascii_alphanumeric() || !c.is_ascii() && c.is_alphanumeric())?;
        let text = &self.rest[start..];
        if !text.starts_with(is_unspaced) {
            let end = end_of_spaced(text);
            self.rest = &text[end..];
            return Some(Word::new(&text[..end]));
        }
        let mut chars = text.char_indices();
        chars.next();
        let second = chars.next().filter(|(_, c)| is_unspaced(*c));
        let end = second.map_or_else(|| text.len() - after_first(text).len(), |(at, c)| at + c.len_utf8());
        // The second character begins the next pair, if there is a third one.
        let next = second.filter(|_| text[end..].starts_with(is_unspaced)).map_or(end, |(at, _)| at);
        self.rest = &text[next..];
        Some(Word::new(&text[..end]))
    }
}

/// The end of the word that a text begins with, in a script that puts spaces between words.
fn end_of_spaced(text: &str) -> usize {
    let ascii = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let rest = &text[ascii..];
    if rest.is_empty() || rest.starts_with(|c: char| c.is_ascii()) {
        return ascii; // nearly always
    }
    rest.find(|c: char| !c.is_alphanumeric() || is_unspaced(c)).map_or(text.len(), |length| ascii + length)
}

fn after_first(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}

/// Whether a character is of a script that puts no spaces between words: Chinese characters and Japanese letters.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        && c.is_alphanumeric()
}
