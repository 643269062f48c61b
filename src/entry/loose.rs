//! First lines of entries of patches that aren't written `**[title](address)**`, but can hardly be anything else.

use std::ops::Range;

use crate::diagnostic::Broken;
use crate::facts::lore;

/// The first line of an entry in another form. Ranges are bytes of the text that it was read from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Loose {
    /// What stands before the bracket of the title: `v3: [title](address)`. Empty as a rule.
    pub(crate) prefix: Range<usize>,
    /// The title.
    pub(crate) title: Range<usize>,
    /// The address; `None` if there is none.
    pub(crate) address: Option<Range<usize>>,
    /// The end of the line, or of the line that the address stands in.
    pub(crate) end: usize,
    /// How it differs from an entry's form.
    pub(crate) form: Broken,
    /// The first bytes that do.
    pub(crate) wrong: Range<usize>,
}

/// Reads the lines that a text begins with. `alone` says whether the first is no part of a paragraph that begins above it. None if they
/// are no entry.
pub(crate) fn read(text: &str, alone: bool) -> Option<Loose> {
    let line = text.lines().next()?;
    let below = text.get(line.len() + 1..).unwrap_or("");
    let marks = opening(line);
    let (is_bold, is_listed) = (is_bold(&line[..marks]), is_listed(&line[..marks]));
    match () {
        // <p><b><a href="address">title</a></b></p>
        //                 ^^^^^^^  ^^^^^
        () if let Some(entry) = html(line, marks) => Some(entry),
        // ＊＊【title】（address）＊＊
        //       ^^^^^    ^^^^^^^
        () if let Some(link) = lore::find(line).or_else(|| web(line).filter(|_| is_bold)) => {
            linked(line, marks, &link, [alone || is_listed, is_listed || alone && !goes_on(below)])
        }
        // **title**
        //   ^^^^^
        // address
        // ^^^^^^^
        () if let Some((address, length)) = address_line(below) => {
            let title = bold_words(line).or_else(|| alone.then_some(marks..line.trim_end().len()))?;
            let is_title = is_bold || is_subject(&line[title.clone()]);
            is_title.then(|| apart(line, title, &address, length))
        }
        // **title**
        //   ^^^^^
        () => unlinked(line).filter(|_| alone && !goes_on(below)),
    }
}

/// A title, and an address in a line below it: the bytes of both, and how many go up to that line's end.
fn apart(line: &str, title: Range<usize>, address: &Range<usize>, length: usize) -> Loose {
    let from = line.len() + 1;
    let address = from + address.start..from + address.end;
    let wrong = address.clone();
    Loose { prefix: 0..0, title, address: Some(address), end: from + length, form: Broken::NextLine, wrong }
}

/// A bold subject without an address.
fn unlinked(line: &str) -> Option<Loose> {
    let title = bold_words(line).filter(|title| is_subject(&line[title.clone()]))?;
    let wrong = title.end..line.trim_end().len();
    Some(Loose { prefix: 0..0, title, address: None, end: line.len(), form: Broken::NoLink, wrong })
}

/// The bytes of a line, of text that is no entry, that make it look like a part of one: a link to an archive, an entry's marks, or a
/// title.
pub(crate) fn suspect(line: &str) -> Option<Range<usize>> {
    if let Some(link) = lore::find(line) {
        return (!is_sentence(line, &link)).then_some(link.whole);
    }
    let marks = [")**", "）**", "）＊＊", ")＊＊", "**[", "＊＊[", "＊＊【", "**【"];
    // Each has a star, whose full-width form begins with EF.
    let has_star = memchr::memchr2(b'*', 0xEF, line.as_bytes()).is_some();
    let marks = marks.iter().filter(|_| has_star).find_map(|mark| line.find(mark).map(|at| at..at + mark.len()));
    let is_title = bold_words(line).is_some() || is_versioned(line.trim_start());
    marks.or_else(|| is_title.then(|| line.len() - line.trim_start().len()..line.trim_end().len()))
}

/// A title and an address in one line, which may begin a paragraph, and may be all of it.
fn linked(line: &str, marks: usize, link: &lore::ArchiveLink, [begins, is_all]: [bool; 2]) -> Option<Loose> {
    let after = &line[link.whole.end..];
    let words = behind_closing(after);
    let closing = &after[..after.len() - words.len()];
    if !words.is_empty() && !["**", "＊＊"].iter().any(|stars| closing.contains(stars)) {
        return None;
    }
    let before = line[..link.whole.start].trim_end_matches(|c: char| is_space(c) || is_open(c) || c == '\\');
    let has_paren = line[before.len()..link.whole.start].contains(is_open);
    if marks == 0 && is_sentence(line, link) {
        return None;
    }
    let address = line[link.address.clone()].trim_end_matches('\\');
    if has_paren && !closing.contains(is_close) && !address.ends_with('/') {
        return None; // cut off
    }
    let trimmed = before.trim_end_matches(|c: char| is_space(c) || is_star(c));
    let bracketed = if has_paren { trimmed.strip_suffix(is_close) } else { None };
    let bracketed = bracketed.map(|title| title.trim_end_matches('\\')); // \[title\](address)
    let title_end = bracketed.unwrap_or_else(|| trimmed.trim_end_matches([' ', ':', '：'])).len();
    let title = line.get(marks..title_end)?;
    let (prefix, start) = title_start(title, bracketed.is_some());
    let title_start = marks + start;
    let is_message = lore::read(address).is_some() || lore::with_scheme(address).is_some();
    let is_bold = is_bold(&line[..marks]);
    let is_entry = match (bracketed.is_some(), start > 0) {
        // [title](address)
        (true, true) => is_bold || is_message && begins,
        // title](address), [title(address)
        (true, false) | (false, true) if has_paren => is_message && (is_bold || is_all && !opens_later(title)),
        // title address
        _ => is_message && (is_bold || is_all && is_subject(title)),
    };
    let title = title_start..title_end;
    if !is_entry || line[title.clone()].trim().is_empty() {
        return None;
    }
    let prefix = marks + prefix.start..marks + prefix.end;
    let end = line.len() - words.len();
    let address = link.address.start..link.address.start + address.len();
    let marks = [0..title_start, title.end..address.start, address.end..end];
    let (form, wrong) = judge(line, &marks, &prefix);
    Some(Loose { prefix, title, address: Some(address), end, form, wrong })
}

/// The words before a title's bracket, and the byte after it; 0 if the title has none.
fn title_start(title: &str, is_closed: bool) -> (Range<usize>, usize) {
    let first = title.chars().next().filter(|c| is_open(*c)).map_or(0, char::len_utf8);
    if first > 0 {
        let own = title.matches(is_close).count() >= title.matches(is_open).count();
        return (0..0, if own && !is_closed { 0 } else { first });
    }
    let bracket = title.find(['[', '［', '【']).filter(|_| is_closed);
    match bracket {
        Some(at) if title[..at].split_whitespace().all(|word| word.ends_with([':', '：'])) => {
            (0..at, at + title[at..].chars().next().map_or(0, char::len_utf8))
        }
        _ => (0..0, 0),
    }
}

/// How the marks around title and address differ from an entry's, and where they do first.
fn judge(line: &str, marks: &[Range<usize>; 3], prefix: &Range<usize>) -> (Broken, Range<usize>) {
    for (mark, expected) in marks.iter().zip(["**[", "](", ")**"]) {
        let actual = &line[mark.clone()];
        if actual.trim_matches(' ') == expected {
            continue;
        }
        if let Some((at, c)) = actual.char_indices().find(|(_, c)| is_full_width(*c)) {
            return (Broken::FullWidth, mark.start + at..mark.start + at + c.len_utf8());
        }
        if let Some(inner) = actual.strip_prefix(']').and_then(|rest| rest.strip_suffix('('))
            && inner.trim().is_empty()
        {
            return (Broken::Gap, mark.start + 1..mark.end - 1);
        }
        if !prefix.is_empty() {
            return (Broken::Form, prefix.clone());
        }
        return (Broken::Form, differing(line, mark, expected));
    }
    (Broken::Form, 0..marks[0].end)
}

/// What of a mark isn't as expected. Where nothing stands, the character before, or the first of the line, is shown.
fn differing(line: &str, mark: &Range<usize>, expected: &str) -> Range<usize> {
    let actual = &line[mark.clone()];
    if actual.is_empty() {
        let start = line[..mark.start].char_indices().next_back().map_or(0, |(at, _)| at);
        return start..line.ceil_char_boundary(mark.start.max(1));
    }
    match (actual.strip_suffix(expected), actual.strip_prefix(expected)) {
        (Some(before), _) => mark.start..mark.start + before.len(),
        (None, Some(after)) => mark.end - after.len()..mark.end,
        (None, None) => mark.clone(),
    }
}

/// A link in HTML, with nothing but tags around it.
fn html(line: &str, marks: usize) -> Option<Loose> {
    let attribute = line.find("href").or_else(|| line.find("HREF"))?;
    let tag_end = attribute + line[attribute..].find('>')?;
    let link = lore::find(&line[..tag_end]).filter(|link| link.whole.start > attribute)?;
    let title_start = tag_end + 1;
    let title_end = title_start + line[title_start..].find("</a").or_else(|| line[title_start..].find("</A"))?;
    let outside = [&line[marks..attribute], &line[title_end..]];
    if !outside.into_iter().all(is_tags) || line[title_start..title_end].trim().is_empty() {
        return None;
    }
    Some(Loose {
        prefix: 0..0,
        title: title_start..title_end,
        address: Some(link.address),
        end: line.len(),
        form: Broken::Html,
        wrong: marks..title_start,
    })
}

/// Whether a text consists of tags. The last may go on behind it.
fn is_tags(text: &str) -> bool {
    let mut outside = text.split('<').map(|part| part.split_once('>').map_or("", |(_, words)| words));
    outside.all(|words| words.trim_matches(is_closing).is_empty())
}

/// The address of a mail that stands in a line of its own, the next or the one after an empty one, and the length up to that line's end.
fn address_line(below: &str) -> Option<(Range<usize>, usize)> {
    let mut start = 0;
    let mut lines = below.split('\n');
    let mut line = lines.next()?;
    if line.trim().is_empty() {
        start = line.len() + 1;
        line = lines.next()?;
    }
    let link = lore::find(line)?;
    let before = line[..link.whole.start].trim_matches(|c| is_mark(c) || is_open(c));
    let is_label = before.ends_with([':', '：']) && !before.contains(|c: char| c.is_whitespace() || is_close(c));
    let is_alone = (before.is_empty() || is_label) && behind_closing(&line[link.whole.end..]).is_empty();
    let is_message = lore::read(&line[link.address.clone()]).is_some();
    (is_alone && is_message).then(|| (start + link.address.start..start + link.address.end, start + line.len()))
}

/// The last web address of a line.
fn web(line: &str) -> Option<lore::ArchiveLink> {
    let start = line.rfind("http://").max(line.rfind("https://"))?;
    let end = start + lore::length(&line[start..]);
    Some(lore::ArchiveLink { whole: start..end, address: start..end })
}

/// The words of a line that is bold from its beginning to its end: `**words**`.
fn bold_words(line: &str) -> Option<Range<usize>> {
    let marks = opening(line);
    let inner = line.trim_end().trim_end_matches(is_star);
    let is_closed = line[inner.len()..].trim_end().chars().count() >= 2;
    let is_words = is_bold(&line[..marks]) && is_closed && marks < inner.len();
    (is_words && !inner[marks..].contains("**")).then_some(marks..inner.len())
}

/// Whether a link stands in a sentence of the editors' own: `See also [title](address).`
fn is_sentence(line: &str, link: &lore::ArchiveLink) -> bool {
    let words = line[..link.whole.start].trim_start();
    let after = line[link.whole.end..].trim_end();
    let is_entry = words.contains("**")
        || words.contains("＊＊")
        || is_subject(words)
        || words.starts_with(|c: char| c.is_ascii_digit());
    words.starts_with(char::is_alphanumeric) && !is_entry && after.ends_with(['.', '。', '!', '！', '?', '？'])
}

/// Whether the link's words begin behind other words: `words [title`.
fn opens_later(title: &str) -> bool {
    let marks = ['[', '［', '【'];
    let is_closed = title.matches([']', '］', '】']).count() >= title.matches(marks).count();
    let before = title.find(marks).map_or("", |at| &title[..at]);
    !is_closed && before.contains(char::is_alphanumeric)
}

/// Whether a text goes on with a line of the same paragraph.
fn goes_on(below: &str) -> bool {
    let next = below.lines().next().unwrap_or_default().trim_start();
    !next.is_empty() && !next.starts_with(['>', '＞', '#', '*', '＊', '-', '[', '【', '<'])
}

/// Whether words look like a mail's subject.
fn is_subject(title: &str) -> bool {
    is_prefixed(title) || title.starts_with('[') && title.contains("] ") || is_versioned(title)
}

/// Whether words begin with a part of the kernel, as subjects do: `riscv: add`, `KVM: x86: fix`. `Note: …` and `备注: …` don't.
fn is_prefixed(title: &str) -> bool {
    let Some((prefix, _)) = title.split_once(": ") else { return false };
    let is_word = prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-/.,+*&[]()@".contains(&byte));
    let is_note = ["NOTE", "NB", "PS"].contains(&prefix) || prefix.ends_with("-by");
    let is_lower = prefix.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '[');
    let is_pull = ["git pull", "pull request"].iter().any(|words| prefix.eq_ignore_ascii_case(words));
    is_pull || is_word && !is_note && (is_lower || !prefix.contains(|c: char| c.is_ascii_lowercase()))
}

/// Whether words begin as the newsletter's titles do: `v3: riscv: add`.
fn is_versioned(title: &str) -> bool {
    let version = title.strip_prefix('v').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    version.is_some_and(|rest| rest.len() + 1 < title.len() && rest.starts_with(['：', ':']) && rest.len() > 3)
}

/// How many bytes of a line are marks of a list or of bold words, or tags.
fn opening(line: &str) -> usize {
    let mut rest = line.trim_start_matches(is_mark);
    while let Some(after) = behind_tag(rest) {
        rest = after.trim_start_matches(is_mark);
    }
    let number = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "（(一二三四五六七八九十".contains(c));
    let numbered = number.strip_prefix(['.', ')', '、', '．', '）']).filter(|_| number.len() < rest.len());
    let numbered = numbered.filter(|after| after.starts_with(|c: char| is_mark(c) || is_open(c)));
    let rest = numbered.map_or(rest, |after| after.trim_start_matches(is_mark));
    let underlined = rest.trim_start_matches('_');
    line.len() - if underlined.starts_with(is_open) { underlined.len() } else { rest.len() }
}

/// What follows a tag, if a text begins with one that has no attributes: `<p>`, `</b>`, `<br />`.
fn behind_tag(text: &str) -> Option<&str> {
    let (tag, after) = text.strip_prefix('<')?.split_once('>')?;
    let is_tag = !tag.is_empty()
        && tag.len() < 12
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/ ".contains(&byte));
    is_tag.then_some(after)
}

/// What follows the marks and tags at the end of an entry's first line.
fn behind_closing(text: &str) -> &str {
    let mut rest = text;
    loop {
        let after = rest.trim_start_matches(is_closing);
        match behind_tag(after) {
            Some(words) => rest = words,
            None => return after,
        }
    }
}

/// Whether marks make what follows bold.
fn is_bold(marks: &str) -> bool {
    ["**", "＊＊", "__", "*＊", "＊*", "\\*\\*", "<b>", "<strong>"].iter().any(|bold| marks.contains(bold))
}

/// Whether marks make what follows an item of a list.
fn is_listed(marks: &str) -> bool {
    marks.contains(|c: char| "-+•·".contains(c) || c.is_ascii_digit()) || marks.trim_start().starts_with("* ")
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}')
}

fn is_star(c: char) -> bool {
    matches!(c, '*' | '＊')
}

fn is_mark(c: char) -> bool {
    is_space(c) || is_star(c) || matches!(c, '-' | '+' | '•' | '·' | '\\' | '~' | '“' | '”')
}

fn is_open(c: char) -> bool {
    matches!(c, '[' | '(' | '<' | '［' | '（' | '【' | '〔' | '〖' | '「' | '『' | '《' | '〈' | '＜')
}

fn is_close(c: char) -> bool {
    matches!(c, ']' | ')' | '>' | '］' | '）' | '】' | '〕' | '〗' | '」' | '』' | '》' | '〉' | '＞')
}

/// What may stand behind an address at the end of a line.
fn is_closing(c: char) -> bool {
    is_mark(c) || is_close(c) || matches!(c, '_' | '.' | '。' | '"' | '\'')
}

fn is_full_width(c: char) -> bool {
    !c.is_ascii() && (is_star(c) || is_open(c) || is_close(c) || matches!(c, '：' | '／'))
}
