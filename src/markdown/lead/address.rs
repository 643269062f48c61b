//! Addresses: which ones make an entry, and where a bare one ends.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use linkify::{LinkFinder, LinkKind};
use regex::{Captures, Regex};

use crate::text;

/// Whether the address may be an entry's, rather than an email address, a phone number or a place within the page.
pub(super) fn is_for_entries(address: &str) -> bool {
    !["mailto:", "tel:", "#"]
        .iter()
        .any(|start| address.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)))
}

/// What stands for a space within an address.
const SPACE: &str = "\u{7F}";

/// A block in which addresses with spaces, which Markdown takes for words, are addresses: `[words](https://example.org/a b)`,
/// `[words]({{ site.url }}/a)`. Every byte keeps its place.
pub(super) fn with_whole_addresses(block: Cow<'_, str>) -> Cow<'_, str> {
    static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"\]\(([^()<>"'\n]*[^()<>"'\n ] +[^()<>"'\n ][^()<>"'\n]*)\)"#).expect("the expression is one")
    });
    if !block.contains("](") {
        return block;
    }
    let whole = ADDRESS.replace_all(&block, |link: &Captures<'_>| {
        let is_address = text::is_web(link[1].trim()) || link[1].contains("{{") || link[1].contains("{%");
        if is_address { link[0].replace(' ', SPACE) } else { link[0].to_owned() }
    });
    if let Cow::Owned(whole) = whole { whole.into() } else { block }
}

/// The address as it was written.
pub(super) fn as_written(address: &str) -> String {
    address.replace(SPACE, " ").trim().to_owned()
}

/// The bytes of the first bare web address in a text.
pub(in crate::markdown) fn bare_address(text: &str) -> Option<Range<usize>> {
    if !text.contains("://") {
        return None;
    }
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(true);
    let link = finder.links(text).find(|link| text::is_web(link.as_str()))?;
    Some(link.start()..link.start() + without_following_words(link.as_str()).len())
}

/// The address without the Chinese words and punctuation that follow it without a space. The host may be Chinese, and so
/// may whole segments of the path.
fn without_following_words(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    let path = address[host..].find(['/', '?', '#']).map_or(address.len(), |at| host + at);
    let end = address[host..path].find(|c| !is_in_host(c)).map(|at| host + at);
    match end.or_else(|| Some(path + end_of_path(&address[path..])?)) {
        Some(end) => address[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '(']),
        None => address,
    }
}

fn is_in_host(c: char) -> bool {
    c.is_alphanumeric() || ".-:@[]".contains(c)
}

/// The byte of a path at which words of another script follow it. Letters beyond ASCII belong to a path only at the
/// beginning of a segment or after others of their kind.
fn end_of_path(path: &str) -> Option<usize> {
    let mut before = ' ';
    for (at, c) in path.char_indices() {
        let may_begin = "/(_".contains(before) || !before.is_ascii();
        let belongs = c.is_ascii() || may_begin && c.is_alphanumeric();
        if !belongs {
            return Some(at);
        }
        before = c;
    }
    None
}
