//! Items of lists of links that aren't written as Markdown has them, but can hardly be anything else.

use std::ops::Range;

use crate::facts::lore;
use crate::text;

/// A link whose brackets or parentheses are wrong. Ranges are bytes of the text that it was read from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BrokenLink {
    /// The title.
    pub(crate) title: Range<usize>,
    /// The address.
    pub(crate) address: Range<usize>,
    /// The end of the link.
    pub(crate) end: usize,
}

/// Whether a line begins with a bullet that Markdown doesn't take for one, and a link:
///
/// ```text
/// -[title](address)
/// • [title](address)
/// ```
pub(crate) fn is_loose(line: &str) -> bool {
    let words = line.trim_start_matches(' ');
    let Some(bullet) = words.chars().next().filter(|c| line.len() - words.len() < 2 && is_bullet(*c)) else {
        return false;
    };
    let after = &words[bullet.len_utf8()..];
    let is_of_markdown = bullet.is_ascii() && after.starts_with([' ', '\t', bullet]);
    let is_emphasis = bullet == '*' && after.contains(")*");
    !is_of_markdown && !is_emphasis && begins_with_link(after.trim_start())
}

/// Reads a bold title and the address in the line below it:
///
/// ```text
/// **title**
///   ^^^^^
/// address
/// ^^^^^^^
/// ```
pub(crate) fn titled(paragraph: &str) -> Option<BrokenLink> {
    let (first, rest) = paragraph.split_once('\n')?;
    let line = first.trim_end_matches([' ', '\t', '\r', '\\']);
    let title = line.strip_prefix("**")?.strip_suffix("**").filter(|title| !title.contains("**"))?;
    let below = rest.lines().next()?;
    let address = below.trim_matches(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '\\'));
    let is_address = text::is_web(address) && !address.contains(char::is_whitespace);
    let start = first.len() + 1 + below.find(address)?;
    is_address.then(|| BrokenLink {
        title: 2..2 + title.len(),
        address: start..start + address.len(),
        end: first.len() + 1 + below.len(),
    })
}

/// Whether a paragraph has several lines, each a link and nothing else, but for a picture of letters before it.
pub(crate) fn are_links(paragraph: &str) -> bool {
    let lines = || paragraph.lines().map(|line| line.trim().trim_end_matches('\\').trim_end());
    let is_link = |line: &str| {
        let link = line.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[' && c != '<' && c != '*');
        is_link(link) && link.matches("](").count() == 1
    };
    lines().count() > 1 && lines().all(is_link)
}

/// Whether a paragraph is bold words alone: the label of what follows.
pub(crate) fn is_label(paragraph: &str) -> bool {
    let words = paragraph.trim().strip_prefix("**").and_then(|words| words.strip_suffix("**"));
    words.is_some_and(|words| !words.contains("**") && !words.contains('\n') && text::is_visible(words))
}

/// The first line of a paragraph of several that begins with a number, without it: `2、title`.
pub(crate) fn numbered_line(paragraph: &str) -> Option<&str> {
    let (line, _) = paragraph.trim_end().split_once('\n')?;
    let title = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let title = title.strip_prefix(['、', '．', '）']).filter(|_| title.len() < line.len())?.trim();
    text::is_visible(title).then_some(title)
}

/// Whether a mark parts what ends at a byte of a paragraph from the words behind it: `[title](address) — words`, `[title](address): words`.
pub(crate) fn is_parted(paragraph: &str, end: usize) -> bool {
    let rest = paragraph.get(end..).unwrap_or_default();
    let behind = rest.trim_start_matches([' ', '*', '_']);
    let is_dash = behind.starts_with(['—', '–', '―', '-', '|']) && rest.starts_with([' ', '*', '_', '—']);
    is_dash || behind.starts_with([':', '：'])
}

/// The bold words that an item or a paragraph begins with.
pub(crate) fn bold_start(block: &str) -> Option<&str> {
    let words = block.trim_start_matches(|c: char| c.is_ascii_digit() || "-*+. \u{25cf}".contains(c));
    let marks = block[..block.len() - words.len()].ends_with("**");
    let (bold, _) = words.split_once("**").filter(|_| marks)?;
    (!bold.contains("\n\n") && text::is_visible(bold)).then_some(bold)
}

/// Whether a block is a table.
pub(crate) fn is_table(block: &str) -> bool {
    let mut lines = block.lines();
    let head = lines.next().is_some_and(|line| line.contains('|'));
    let is_rule = |line: &str| line.contains('-') && line.chars().all(|c| "|:- \t".contains(c));
    head && lines.next().is_some_and(is_rule)
}

/// Whether a line is nothing but a link, or what was meant as one.
pub(crate) fn is_link(line: &str) -> bool {
    let line = line.trim_end();
    let rest = match line.strip_prefix('[').and_then(|words| words.split_once("](")) {
        Some((title, rest)) if !title.contains(']') => rest.split_once(')').map(|(_, rest)| rest),
        _ => broken_link(line).map(|link| &line[link.end..]),
    };
    rest.is_some_and(|rest| !rest.contains(char::is_alphanumeric))
}

/// A title without the bullet before it.
pub(crate) fn without_bullet(title: &str) -> &str {
    title.trim_start_matches(|c: char| is_bullet(c) || c.is_whitespace())
}

/// Whether a text begins with a dash, which also stands before the author of a quotation.
pub(crate) fn is_dash(text: &str) -> bool {
    text.trim_start().starts_with(['–', '—', '―'])
}

/// Reads the link that an item begins with, if it isn't one in Markdown:
///
/// ```text
/// - [title (address)
/// - 【title】（address）
/// - title](address)
///   ^^^^^^^ ^^^^^^^
/// ```
pub(crate) fn broken_link(item: &str) -> Option<BrokenLink> {
    let line = item.lines().next()?;
    let marks = line.trim_start_matches(|c: char| {
        c.is_whitespace() || c.is_ascii_digit() || is_bullet(c) || matches!(c, '.' | ')' | '、')
    });
    let start = line.len() - marks.len();
    let at = start + marks.find("http://").into_iter().chain(marks.find("https://")).min()?;
    let before = line[start..at].trim_end_matches([' ', '<']).strip_suffix(['(', '（'])?.trim_end();
    let opened = before.strip_prefix(['[', '［', '【']);
    let inner = opened.unwrap_or(before);
    let title = inner.strip_suffix([']', '］', '】']).unwrap_or(inner);
    let is_link = (opened.is_some() || title.len() < inner.len()) && title.contains(char::is_alphanumeric);
    if !is_link || title.contains(['[', '［', '【', ']', '］', '】']) {
        return None; // [tag] words (address), words [title](address)
    }
    let title_start = start + before.len() - inner.len();
    let address = at..at + lore::length(&line[at..]);
    let after = &line[address.end..];
    if opened.is_some() && line[start..at].starts_with('[') && line[..at].ends_with("](") && after.contains(')') {
        return None; // [title](address)
    }
    let rest = after.trim_start_matches([' ', '>']);
    let end = rest.strip_prefix([')', '）']).map_or(address.end, |rest| line.len() - rest.len());
    let stars = line[end..].bytes().take_while(|byte| *byte == b'*').count();
    Some(BrokenLink { title: title_start..title_start + title.len(), address, end: end + stars })
}

fn begins_with_link(words: &str) -> bool {
    let inner = words.trim_start_matches(['*', '~', '_']);
    inner.starts_with('[') && inner.contains("](") || broken_link(words).is_some()
}

fn is_bullet(c: char) -> bool {
    "-*+–—―•·・‧∙●○◦▪▫■□◆◇►▶‣⁃－＊＋−‐‑".contains(c)
}
