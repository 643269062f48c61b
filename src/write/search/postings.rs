//! Which entries have which words, in printable ASCII.

use std::collections::HashMap;

use serde::Serialize;

/// Which entries have which words.
#[derive(Serialize)]
pub(super) struct Postings {
    /// The words in their order, each as a digit, which says how many characters it shares with the one before, and the rest.
    words: String,
    /// For each word, the gaps between the places of its entries.
    places: String,
}

/// The last digit of a gap is one of 57 from `#`; digits before it are 34 from `]`. Neither holds what JSON escapes.
const LAST: (u8, usize) = (b'#', 57);
const BEFORE: (u8, usize) = (b']', 34);

/// The places of one word's entries.
#[derive(Default)]
struct Places {
    gaps: Vec<u8>,
    next: usize,
}

/// The postings of entries, which come as their words, each once.
pub(super) fn of(entries: &[Vec<&str>]) -> Postings {
    let mut all: HashMap<&str, Places> = HashMap::new();
    for (place, words) in entries.iter().enumerate() {
        for word in words {
            all.entry(*word).or_default().push(place);
        }
    }
    let mut all: Vec<(&str, Places)> = all.into_iter().collect();
    all.sort_unstable_by_key(|(word, _)| *word);
    let mut words = String::new();
    let mut places = Vec::new();
    let mut before = "";
    for (word, of_word) in &all {
        if !words.is_empty() {
            words.push(' ');
            places.push(b' ');
        }
        let shared = before.chars().zip(word.chars()).take_while(|(a, b)| a == b).take(9);
        let (count, length) = shared.fold((0, 0), |(count, length), (c, _)| (count + 1, length + c.len_utf8()));
        words.extend(char::from_digit(count, 10));
        words.push_str(&word[length..]);
        places.extend_from_slice(&of_word.gaps);
        before = word;
    }
    Postings { words, places: String::from_utf8(places).expect("the digits are ASCII") }
}

impl Places {
    fn push(&mut self, place: usize) {
        let gap = place - self.next;
        self.next = place + 1;
        let start = self.gaps.len();
        self.gaps.push(digit(LAST, gap));
        let mut rest = gap / LAST.1;
        while rest > 0 {
            self.gaps.push(digit(BEFORE, rest));
            rest /= BEFORE.1;
        }
        self.gaps[start..].reverse();
    }
}

fn digit((first, base): (u8, usize), number: usize) -> u8 {
    first + u8::try_from(number % base).expect("a base is below a hundred")
}
