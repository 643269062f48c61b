//! Mail as people read it: quoted, hard-wrapped text becomes HTML without losing a character or a line break that was
//! meant.
//!
//! Mail isn't Markdown. What counts is how it looks in a terminal: lines that were only wrapped flow together, lines
//! that were broken on purpose stay, and what is set in columns (code, tables, diagrams) stays in columns.

use crate::markdown;
use crate::text;

/// A line of a mail, with what is asked for again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line<'a> {
    text: &'a str,
    /// The text without white space around it.
    words: &'a str,
    /// How many columns stand before the first word.
    indent: usize,
    /// How many columns the text has.
    width: usize,
}

impl<'a> Line<'a> {
    fn of(text: &'a str) -> Self {
        let width = if text.is_ascii() { text.len() } else { text.chars().count() };
        Self { text, words: text.trim(), indent: indent(text), width }
    }

    /// How many columns a part of the line has.
    fn width_of(&self, part: &str) -> usize {
        if self.width == self.text.len() { part.len() } else { part.chars().count() }
    }

    /// The column at which the end of the line begins.
    fn column_of(&self, end: &str) -> usize {
        self.width_of(&self.text[..self.text.len() - end.len()])
    }

    fn has_tab(&self) -> bool {
        memchr::memchr(b'\t', self.text.as_bytes()).is_some()
    }
}

/// A piece of a mail.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// Text in lines that were meant: wrapped ones are joined.
    Flow(Vec<Words<'a>>),
    /// Lines in which columns matter.
    Fixed(Vec<&'a str>),
    /// A mail quoted in the mail.
    Quote(Vec<Piece<'a>>),
}

/// The words of a line of the mail, and what stands before them.
#[derive(Debug, PartialEq, Eq)]
struct Words<'a> {
    after: Join,
    words: &'a str,
}

/// How words follow those of the line above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    /// In a line of their own, so many columns deep.
    Line(usize),
    /// Behind a space.
    Space,
    /// As Chinese goes on.
    Nothing,
}

/// How deep quotes may nest before their `>` are shown as they are.
const DEEPEST_QUOTE: usize = 8;

/// The narrowest width that mail is taken to be wrapped at, and the widest, in columns.
const WIDTHS: (usize, usize) = (60, 80);

/// The text of a Markdown quote: every line without its `>` and the space that follows, character references by number
/// decoded (the newsletter takes its texts from web pages), white space at the ends of lines removed.
pub fn unquote(source: &str) -> String {
    let mut mail = String::with_capacity(source.len());
    for line in text::lines(source) {
        let inner = match line.trim_start_matches(' ').strip_prefix('>') {
            Some(inner) => inner.strip_prefix(' ').unwrap_or(inner),
            None => line, // continues the line above it, though its `>` was forgotten
        };
        mail.push_str(inner.trim_end());
        mail.push('\n');
    }
    if mail.contains("&#") { markdown::decode(&mail, true) } else { mail }
}

/// Appends the mail as HTML: `p`, `br`, `pre`, `blockquote` and links, nothing else.
pub fn push_html(out: &mut String, mail: &str) {
    out.reserve(mail.len() + mail.len() / 4 + 288); // with the line that leads to the sections
    push_pieces(out, &pieces(mail));
}

/// Appends the words of the mail to those of a line, for a summary; the line may end behind so many characters.
pub fn push_words(line: &mut String, mail: &str, enough: usize) {
    for mut words in text::lines(mail) {
        if line.len() > enough && line.chars().nth(enough).is_some() {
            break;
        }
        while let Some(inner) = quoted(words) {
            words = inner;
        }
        let words = text::in_one_line(words);
        if !line.is_empty() && !words.is_empty() {
            line.push(' ');
        }
        line.push_str(&words);
    }
}

fn push_pieces(out: &mut String, pieces: &[Piece<'_>]) {
    for piece in pieces {
        match piece {
            Piece::Flow(lines) => {
                out.push_str("<p>");
                for (n, line) in lines.iter().enumerate() {
                    match line.after {
                        Join::Line(indent) => {
                            out.push_str(if n > 0 { "<br>\n" } else { "" });
                            (0..indent).for_each(|_| out.push('\u{A0}'));
                        }
                        Join::Space => out.push(' '),
                        Join::Nothing => {}
                    }
                    text::escape_and_link(out, line.words);
                }
                out.push_str("</p>\n");
            }
            Piece::Fixed(lines) => {
                out.push_str("<pre>");
                let margin =
                    lines.iter().filter(|line| !line.trim().is_empty()).map(|line| margin(line)).min().unwrap_or(0);
                for (n, line) in lines.iter().enumerate() {
                    out.push_str(if n > 0 { "\n" } else { "" });
                    text::escape_and_link(out, line.get(margin..).unwrap_or(""));
                }
                out.push_str("</pre>\n");
            }
            Piece::Quote(inner) => {
                out.push_str("<blockquote>\n");
                push_pieces(out, inner);
                out.push_str("</blockquote>\n");
            }
        }
    }
}

fn pieces(mail: &str) -> Vec<Piece<'_>> {
    let mut lines = Vec::with_capacity(mail.len() / 32 + 1);
    lines.extend(text::lines(mail).map(Line::of));
    pieces_of(&lines, DEEPEST_QUOTE)
}

fn pieces_of<'a>(lines: &[Line<'a>], deeper: usize) -> Vec<Piece<'a>> {
    let kind = |line: &Line<'_>| match line {
        Line { words: "", .. } => LineKind::Empty,
        _ if deeper > 0 && quoted(line.text).is_some() => LineKind::Quoted,
        _ => LineKind::Text,
    };
    let deep = |line: &str| line.starts_with([' ', '\t']);
    let texts = |lines: &[Line<'a>]| lines.iter().map(|line| line.text).collect();
    let width = width(lines);
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    let mut empty: &[Line<'a>] = &[];
    let mut hang = Hang::default();
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let kind_of_block = kind(first);
        let end = rest.iter().position(|line| kind(line) != kind_of_block).unwrap_or(rest.len());
        let (block, after) = rest.split_at(end);
        rest = after;
        match kind_of_block {
            LineKind::Empty => {
                empty = block;
                continue;
            }
            LineKind::Quoted => {
                let inner: Vec<Line<'a>> = block.iter().filter_map(|line| quoted(line.text)).map(Line::of).collect();
                pieces.push(Piece::Quote(pieces_of(&inner, deeper - 1)));
            }
            LineKind::Text => {
                for (fixed, run) in runs(block, &mut hang) {
                    match (fixed, pieces.last_mut()) {
                        (true, Some(Piece::Fixed(lines))) if deep(lines[0]) == deep(run[0].text) => {
                            lines.extend(empty.iter().chain(run).map(|line| line.text));
                        }
                        (true, _) => pieces.push(Piece::Fixed(texts(run))),
                        (false, _) => pieces.push(Piece::Flow(flow(run, width))),
                    }
                }
            }
        }
        empty = &[];
    }
    pieces
}

/// What a line quotes, if it does: `> words`, `>> words`, `>words`. A comparison (`>= 2.38`) is none.
fn quoted(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('>')?;
    let quotes = inner.is_empty() || inner.starts_with(|c: char| c == ' ' || c == '>' || c.is_alphanumeric());
    quotes.then(|| inner.strip_prefix(' ').unwrap_or(inner))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineKind {
    Empty,
    Quoted,
    Text,
}

/// Parts a block of text into runs of lines in which columns matter (`true`) and of lines that flow.
///
/// `hang` says what the line above leads to continue below it.
fn runs<'a, 'b>(block: &'b [Line<'a>], hang: &mut Hang) -> Vec<(bool, &'b [Line<'a>])> {
    if is_columnar(block) {
        return vec![(true, block)];
    }
    hang.label = 0;
    let paragraph = is_indented_paragraph(block);
    let fixed: Vec<bool> =
        block.iter().enumerate().map(|(at, line)| is_fixed(line, hang) && !(at == 0 && paragraph)).collect();
    if !fixed.contains(&true) {
        return vec![(false, block)];
    }
    let is_code = |line: &str| line.ends_with(['{', '\\']) || line.starts_with('}');
    if block.iter().zip(&fixed).any(|(line, fixed)| !fixed && is_code(line.text.trim_end())) {
        return vec![(true, block)];
    }
    let mut start = 0;
    fixed
        .chunk_by(|a, b| a == b)
        .map(|run| {
            let lines = &block[start..start + run.len()];
            start += run.len();
            (run[0], lines)
        })
        .collect()
}

/// The columns at which words began that lines below continue, however deep they stand; 0 for none.
#[derive(Default)]
struct Hang {
    /// Behind a list item's marker.
    item: usize,
    /// Behind a label: `PS: words`.
    label: usize,
}

/// Whether columns matter in a line: it is indented as code is, or holds tabs, or comes from a log.
fn is_fixed(line: &Line<'_>, hang: &mut Hang) -> bool {
    if let Some(words) = item(line) {
        hang.item = words;
        return line.has_tab();
    }
    let indent = line.indent;
    if indent == 0 {
        hang.item = 0;
    }
    if indent != hang.label {
        hang.label = label_column(line).unwrap_or(0);
    } else if indent > 0 {
        return line.has_tab(); // set under the label's words
    }
    let deep = indent >= 4 && (hang.item == 0 || indent > hang.item);
    deep || line.has_tab() || is_log(line.words)
}

/// Whether the block is prose whose first line alone is indented, as books do it.
fn is_indented_paragraph(block: &[Line<'_>]) -> bool {
    let words = block[0].words;
    block.len() > 1
        && block[0].indent > 0
        && block[1].indent == 0
        && words.len() > 40
        && !words.contains('\t')
        && !words.ends_with([';', '{', '}', ':'])
}

/// Whether the lines of a block are set in columns: a table, a diagram, a patch, a log.
fn is_columnar(block: &[Line<'_>]) -> bool {
    let drawn = |line: &Line<'_>| {
        let text = line.text;
        line.width < text.len() && text.contains(|c| ('\u{2500}'..='\u{259F}').contains(&c))
            || text.contains('+') && ["--+", "+--", "==+"].iter().any(|mark| text.contains(mark))
            || text.starts_with("@@ ")
            || text.starts_with("diff --git ")
            || line.words.starts_with('|')
    };
    let gap = |line: &Line<'_>| if is_log(line.words) { 0 } else { widest_gap(line) };
    let mut gaps = 0;
    block.iter().any(|line| {
        let gap = gap(line);
        gaps += usize::from(gap >= 2);
        gap >= 4 || gaps >= 2 || drawn(line)
    })
}

/// Whether the line is one of a kernel's log: `[   12.345678] …`.
fn is_log(words: &str) -> bool {
    words
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .is_some_and(|(time, _)| time.contains('.') && time.trim().chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// The widest run of spaces between two words of the line, not counting the two after a sentence's end.
fn widest_gap(line: &Line<'_>) -> usize {
    if !line.text.contains("  ") {
        return 0;
    }
    let words = line.words;
    let words =
        if item(line).is_some() { words.split_once(' ').map_or(words, |(_, words)| words.trim_start()) } else { words };
    let mut widest = 0;
    let mut gap = 0;
    let mut ends_sentence = false;
    for c in words.chars() {
        if c == ' ' {
            gap += 1;
        } else {
            if gap > 2 || gap == 2 && !ends_sentence {
                widest = widest.max(gap);
            }
            gap = 0;
            ends_sentence = ".!?:;,)\"'".contains(c);
        }
    }
    widest
}

/// The spaces at the start of the line, in bytes.
fn margin(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The columns before the first word.
fn indent(line: &str) -> usize {
    line.chars().take_while(|&c| c == ' ' || c == '\t' || c == '\u{A0}').count()
}

/// Where the words of a list item begin, if the line is the first of one: `- `, `* `, `1. `, `2) `, `(3) `, `a) `.
fn item(line: &Line<'_>) -> Option<usize> {
    let words = line.text.trim_start_matches(' ');
    let end = words.bytes().take(LONGEST_MARKER + 1).position(|byte| byte == b' ')?;
    let (marker, rest) = (&words[..end], &words[end + 1..]);
    let bare = marker.strip_prefix('(').unwrap_or(marker);
    let is_marker = matches!(marker, "-" | "*" | "+" | "o" | "•" | "·" | "–" | "—" | "--" | "*)" | "->" | "=>")
        || bare.strip_suffix([')', '.', ':']).is_some_and(|count| {
            !count.is_empty() && count.len() <= 3 && count.bytes().all(|byte| byte.is_ascii_digit())
        })
        || bare.strip_suffix(')').is_some_and(|letter| letter.len() == 1 && letter.as_bytes()[0].is_ascii_alphabetic());
    is_marker.then(|| line.column_of(rest.trim_start_matches(' ')))
}

/// How many bytes a list item's marker has at most: `(123)`.
const LONGEST_MARKER: usize = 5;

/// Where the words after a label begin, in a line such as `PS: words`: lines below may be set under them.
fn label_column(line: &Line<'_>) -> Option<usize> {
    let is_end = |at: &usize| line.text.as_bytes().get(at + 1) == Some(&b' ');
    let end = memchr::memchr_iter(b':', line.text.as_bytes()).find(is_end)?;
    let (label, rest) = (&line.text[..end], &line.text[end + 2..]);
    let is_label = label.is_ascii() && !label.trim_start().contains(' ');
    is_label.then(|| line.column_of(rest.trim_start_matches(' ')))
}

/// Whether the line is a footnote: `[1] …`, `[2]: …`.
fn is_footnote(words: &str) -> bool {
    words.strip_prefix('[').and_then(|rest| rest.split_once(']')).is_some_and(|(mark, text)| {
        !mark.is_empty()
            && mark.len() <= 3
            && mark.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && (text.is_empty() || text.starts_with([':', ' ']))
    })
}

/// Whether the line begins with a label that stands at the start of lines: a trailer, a header, a change log's version.
fn is_label(words: &str) -> bool {
    const LABELS: [&str; 16] = [
        "Link",
        "Links",
        "Fixes",
        "Closes",
        "Cc",
        "CC",
        "From",
        "To",
        "Date",
        "Subject",
        "Message-ID",
        "Message-Id",
        "Reported-by",
        "Base-commit",
        "base-commit",
        "Changelog",
    ];
    let Some(end) = memchr::memchr(b':', words.as_bytes()) else { return false };
    let (label, rest) = (&words[..end], &words[end + 1..]);
    if !(rest.is_empty() || rest.starts_with(' ')) {
        return false;
    }
    let version = |word: &str| {
        word.strip_prefix(['v', 'V']).is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()) && n.len() <= 4)
    };
    LABELS.contains(&label)
        || label.ends_with("-by") && !label.contains(' ')
        || label.split_whitespace().next().is_some_and(version) && label.len() <= 24
        || (label.starts_with("Change") && label.len() <= 40)
}

/// The width that a mail was wrapped at: its longest line of plain words, within bounds.
fn width(lines: &[Line<'_>]) -> usize {
    lines
        .iter()
        .filter(|line| !line.text.contains("://") && !line.has_tab() && !line.text.starts_with("    "))
        .map(|line| line.width)
        .filter(|&length| length <= WIDTHS.1)
        .max()
        .unwrap_or(0)
        .max(WIDTHS.0)
}

/// Joins the lines that were only wrapped.
fn flow<'a>(lines: &[Line<'a>], width: usize) -> Vec<Words<'a>> {
    let shallowest = lines.iter().map(|line| line.indent).min().unwrap_or(0);
    let mut joined: Vec<Words<'_>> = Vec::with_capacity(lines.len());
    let mut text_column = 0; // of the item or paragraph that the last line belongs to
    let mut hanging = None; // the same, where the words begin after a marker or a label
    let mut signature = false;
    for (at, line) in lines.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &lines[before]);
        let indent = line.indent;
        let dedented = hanging.is_none() && indent + 1 < text_column;
        let starts = signature || dedented || before.is_none_or(|before| starts_line(before, line, text_column, width));
        let words = line.words;
        signature |= matches!(words, "--" | "---");
        let after = match joined.last() {
            Some(last) if !starts => {
                let wide = |c: Option<char>| c.is_some_and(|c| c >= '\u{2E80}');
                let chinese = wide(last.words.chars().next_back()) && wide(words.chars().next());
                if chinese { Join::Nothing } else { Join::Space }
            }
            _ => {
                let item = item(line);
                let below = lines.get(at + 1).map(|next| next.indent);
                hanging = item.or_else(|| label_column(line).filter(|column| Some(*column) == below));
                text_column = hanging.unwrap_or(indent);
                Join::Line(if item.is_some() { indent } else { indent - shallowest })
            }
        };
        joined.push(Words { after, words });
    }
    joined
}

/// Whether the break between two lines was meant, so that the second starts a line of its own.
///
/// A line that was only wrapped is full: the next word would not have fitted. Where it would have, the break is meant,
/// unless the words plainly run on.
fn starts_line(line_before: &Line<'_>, line: &Line<'_>, text_column: usize, width: usize) -> bool {
    let (before, words) = (line_before.text.trim_end(), line.words);
    let word = words.split(' ').next().unwrap_or("");
    let reach = line_before.width_of(before) + 1 + line.width_of(word);
    let fits = reach <= width;
    let stands_alone = |line: &str| line.starts_with("http") && !line.contains(' ');
    if item(line).is_some()
        || is_label(line.text.trim_start())
        || stands_alone(words)
        || stands_alone(line_before.words)
        || before.ends_with('\\')
    {
        return true;
    }
    if is_footnote(line.text.trim_start()) && (fits || is_footnote(line_before.words) || words.contains("://")) {
        return true;
    }
    let runs_on = words.starts_with(|c: char| c.is_lowercase() || c == '(' || c.is_ascii_digit());
    if line.indent > text_column + 1 && (fits || !runs_on) {
        return true;
    }
    let ends = before.ends_with(['.', ':', '!', '?', ';']);
    let is_word = |word: &str| word.chars().all(|c| c.is_alphabetic() || c == '\'');
    let sentence_goes_on =
        is_word(word) && before.rsplit(' ').next().is_some_and(is_word) && words.len() * 5 > width * 3;
    let short = reach * 5 <= width * 3 && !sentence_goes_on;
    fits && (!runs_on || ends || short || is_label(line_before.words))
}
