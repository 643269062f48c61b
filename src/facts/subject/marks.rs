//! The marks that a title begins with: `[…]` or `word:`.

use super::word::{self, Mark};

/// One `[…]` or `word:` of a title.
pub(super) struct Marked<'a> {
    /// What its words say.
    pub(super) marks: Vec<Mark<'a>>,
    /// The words in the brackets that say nothing known.
    pub(super) unread: Vec<&'a str>,
    /// What follows.
    pub(super) rest: &'a str,
}

/// Reads the marks that the title begins with. None if it begins with other words.
///
/// Marks before these may have said that this is a mail of some kind (`is_mail`), and which version it is
/// (`has_version`): then more words count as marks.
pub(super) fn next(title: &str, is_mail: bool, has_version: bool) -> Option<Marked<'_>> {
    match title.strip_prefix('[') {
        Some(inner) => in_brackets(inner),
        None => before_colon(title, is_mail, has_version),
    }
}

/// Reads `[PATCH net-next v3 2/7] title`, without the first bracket.
fn in_brackets(inner: &str) -> Option<Marked<'_>> {
    let Some((words, rest)) = inner.split_once(']') else {
        // `[v2: title`: someone began to write `[PATCH v2]`
        let (word, rest) = inner.split_once(':')?;
        return Some(Marked { marks: vec![Mark::Version(word::version(word)?)], unread: Vec::new(), rest });
    };
    let mut marks = Vec::new();
    let mut unread = Vec::new();
    for word in words.split([' ', ',', '\u{A0}']).filter(|word| !word.is_empty()) {
        match word::tag(word) {
            Some(mut read) => marks.append(&mut read),
            None => unread.push(word),
        }
    }
    let certain = marks.iter().any(|mark| !matches!(mark, Mark::Tree(_) | Mark::Ignored));
    let all_read = !marks.is_empty() && unread.is_empty();
    (certain || all_read || begins_with_version(rest)).then_some(Marked { marks, unread, rest })
}

/// `[list-name] v7: title` is a mail, whatever the brackets hold.
fn begins_with_version(title: &str) -> bool {
    title.trim_start().split_once(':').is_some_and(|(word, _)| word::version(word).is_some())
}

/// Reads `v3: title`, `RFC: title`, `net-next: title`.
fn before_colon(title: &str, is_mail: bool, has_version: bool) -> Option<Marked<'_>> {
    let colons = [':', '：'];
    let (word, rest) = title.split_at(title.find(colons)?);
    let (word, rest) = (word.trim(), rest.trim_start_matches(colons));
    let marks = if is_mail && is_tree_before_subsystem(word, rest) {
        vec![Mark::Tree(word.into())]
    } else if has_version && let Some(version) = word::amended_version(word) {
        vec![Mark::Version(version)]
    } else {
        let marks = word::prefix(word)?;
        if !is_mail && marks.iter().all(|mark| matches!(mark, Mark::Tree(_))) {
            return None;
        }
        marks
    };
    Some(Marked { marks, unread: Vec::new(), rest })
}

/// `net: net: title` or `net: net/sched: title`: the first is the tree, the second the subsystem.
fn is_tree_before_subsystem(word: &str, rest: &str) -> bool {
    word::TREES_AND_SUBSYSTEMS.contains(&word)
        && rest.trim_start().strip_prefix(word).is_some_and(|next| next.starts_with([':', '/']))
}
