//! Which entries have which words, in printable ASCII.

use serde::Serialize;

use super::words::Word;

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

/// The postings of entries, which come as their words, each once.
pub(super) fn of(entries: &[Vec<Word<'_>>]) -> Postings {
    let entries = entries.iter().enumerate();
    let mut all: Vec<(Word<'_>, usize)> =
        entries.flat_map(|(place, words)| words.iter().map(move |word| (*word, place))).collect();
    all.sort_unstable();
    let mut words = String::new();
    let mut places = Vec::new();
    let mut before = "";
    for of_word in all.chunk_by(|(a, _), (b, _)| a == b) {
        let word = of_word[0].0.text;
        if !words.is_empty() {
            words.push(' ');
            places.push(b' ');
        }
        let shared = before.chars().zip(word.chars()).take_while(|(a, b)| a == b).take(9);
        let (count, length) = shared.fold((0, 0), |(count, length), (c, _)| (count + 1, length + c.len_utf8()));
        words.extend(char::from_digit(count, 10));
        words.push_str(&word[length..]);
        let mut next = 0;
        for (_, place) in of_word {
            push_gap(&mut places, place - next);
            next = place + 1;
        }
        before = word;
    }
    Postings { words, places: String::from_utf8(places).expect("the digits are ASCII") }
}

fn push_gap(places: &mut Vec<u8>, gap: usize) {
    let start = places.len();
    places.push(digit(LAST, gap));
    let mut rest = gap / LAST.1;
    while rest > 0 {
        places.push(digit(BEFORE, rest));
        rest /= BEFORE.1;
    }
    places[start..].reverse();
}

fn digit((first, base): (u8, usize), number: usize) -> u8 {
    first + u8::try_from(number % base).expect("a base is below a hundred")
}
