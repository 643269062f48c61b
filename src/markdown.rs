//! The one door to pulldown-cmark: the blocks of an issue with their places, and the HTML of what its editors wrote.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, html};
use url::Url;

/// What an issue is made of, outermost blocks only.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// `## heading`: its words without markup.
    Heading(String),
    /// `> quoted`, with all that stands in it.
    Quote,
    /// A paragraph of text.
    Paragraph,
    /// `<!-- a comment -->`: editors' words to each other.
    Comment,
    /// Code or HTML that never ends, up to the next heading.
    Open,
    /// Any other block: list, code, table, raw HTML, rule.
    Other,
}

/// A block and its bytes in the text.
#[derive(Debug)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// Where it is; what stands between the ranges is white space alone, or a link reference definition.
    pub range: Range<usize>,
}

/// What every entry of the newsletter begins with, at the start of a line.
pub const ENTRY: &str = "**[";

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH
}

/// The blocks of a text, each entry's alone: a line that begins as an entry does begins a block, whatever precedes it.
/// So no quote without an empty line after it, no open fence and no link definition of one entry reaches into the next.
/// Entries within a comment are none.
pub fn blocks(text: &str, start: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut from = start;
    for to in entry_lines(text, start).into_iter().chain([text.len()]) {
        while from < to {
            from = push_blocks(&mut blocks, &text[from..to], from);
        }
    }
    blocks
}

/// The bytes at which a line begins as an entry does, comments left out.
fn entry_lines(text: &str, start: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = start;
    let mut comment_end = start;
    let last_comment_end = text.rfind("-->").unwrap_or(0);
    for line in text[start..].split_inclusive('\n') {
        let words = line.trim_start_matches(' ');
        let shallow = line.len() - words.len() < 4;
        if at >= comment_end && shallow {
            if words.starts_with(ENTRY) {
                found.push(at);
            } else if words.starts_with("<!--") && at < last_comment_end {
                comment_end = text[at..].find("-->").map_or(comment_end, |end| at + end);
            }
        }
        at += line.len();
    }
    found
}

/// Appends the blocks of a text that begins at `offset`, and says how far it came: to the end, or to a heading that a
/// block without an end would swallow.
fn push_blocks(blocks: &mut Vec<Block>, text: &str, offset: usize) -> usize {
    let text = &*shallow(text);
    let mut depth = 0_usize;
    let mut heading: Option<String> = None;
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        let source = &text[range.clone()];
        let here = offset + range.start..offset + range.end;
        match event {
            Event::Start(tag) => {
                if depth == 0 {
                    let kind = match tag {
                        // A line under the words makes a heading too, but hardly ever one that was meant.
                        Tag::Heading { .. } if source.starts_with('#') => {
                            heading = Some(String::new());
                            Kind::Heading(String::new())
                        }
                        Tag::BlockQuote(_) => Kind::Quote,
                        Tag::Paragraph => Kind::Paragraph,
                        Tag::HtmlBlock if source.starts_with("<!--") && source.trim_end().ends_with("-->") => {
                            Kind::Comment
                        }
                        Tag::CodeBlock(CodeBlockKind::Fenced(_)) | Tag::HtmlBlock => {
                            if let Some(at) = heading_in_open_block(source) {
                                blocks.push(Block { kind: Kind::Open, range: here.start..here.start + at });
                                return here.start + at;
                            }
                            Kind::Other
                        }
                        _ => Kind::Other,
                    };
                    blocks.push(Block { kind, range: here });
                }
                depth += 1;
            }
            Event::End(end) => {
                depth -= 1;
                if let (0, TagEnd::Heading(_), Some(words)) = (depth, end, heading.take())
                    && let Some(Block { kind: Kind::Heading(title), .. }) = blocks.last_mut()
                {
                    *title = crate::text::one_line(&crate::text::legal(&words));
                }
            }
            Event::Text(words) | Event::Code(words) | Event::InlineHtml(words) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            _ if depth == 0 => blocks.push(Block { kind: Kind::Other, range: here }), // a rule
            _ => {}
        }
    }
    offset + text.len()
}

/// How deep quotes and lists may nest. The parser's time grows with the depth of every line that goes on in them.
const DEEPEST: usize = 64;

/// The byte of a line behind which it nests too deep.
fn too_deep(line: &str) -> Option<usize> {
    let marks = line.bytes().enumerate().take_while(|(_, byte)| b"> -+*\t0123456789.)".contains(byte));
    marks.filter(|(_, byte)| b">-+*.)".contains(byte)).nth(DEEPEST).map(|(at, _)| at)
}

/// The text with nothing that nests too deep: the marks behind that are letters, so that every byte stays in its place.
fn shallow(text: &str) -> Cow<'_, str> {
    if !text.lines().any(|line| too_deep(line).is_some()) {
        return Cow::Borrowed(text);
    }
    let flat = |line: &str| match too_deep(line) {
        Some(at) => line[..at].to_owned() + &line[at..].replace(['>', '-', '+', '*', '.', ')'], "x"),
        None => line.to_owned(),
    };
    Cow::Owned(text.split_inclusive('\n').map(flat).collect())
}

/// Where in a block without an end, of code or of HTML, a line looks like a heading.
fn heading_in_open_block(source: &str) -> Option<usize> {
    let start = source.trim_start().chars().next()?;
    let last = source.trim_end().lines().next_back()?.trim();
    if start != '<' && source.trim_end().contains('\n') && last.chars().all(|c| c == start) {
        return None;
    }
    let is_heading = |line: &str| {
        let words = line.trim_start_matches('#');
        (1..=6).contains(&(line.len() - words.len())) && words.starts_with(' ')
    };
    source.match_indices('\n').map(|(at, _)| at + 1).find(|&at| is_heading(&source[at..]))
}

/// The words of a piece of Markdown in one line, without markup.
pub fn plain(markdown: &str) -> String {
    let markdown = &*shallow(markdown);
    let mut words = String::new();
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(
                TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_) | TagEnd::TableCell | TagEnd::CodeBlock,
            ) => {
                words.push(' ');
            }
            Event::Html(text) | Event::InlineHtml(text) if is_break(&text) => words.push(' '),
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                words.push_str(&text);
            }
            _ => {}
        }
    }
    crate::text::one_line(&crate::text::legal(&words))
}

/// The HTML of a piece of Markdown, fit for a feed: raw HTML is shown as text, links lead to the web or to an address
/// of mail and are made absolute on `page`, no element has a class or a style.
pub fn html(markdown: &str, page: &Url) -> String {
    if markdown.lines().any(|line| too_deep(line).is_some()) {
        let mut out = "<pre>".to_owned();
        crate::text::escape(&mut out, markdown);
        return out + "</pre>\n";
    }
    let mut links: Vec<bool> = Vec::new(); // of the links and pictures that are open: whether it became a link
    let events = Parser::new_ext(markdown, options()).filter_map(|event| {
        Some(match event {
            Event::Html(text) | Event::InlineHtml(text) if is_break(&text) => Event::HardBreak,
            Event::Html(text) | Event::InlineHtml(text) | Event::Text(text) => Event::Text(legal(text)),
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            Event::Code(text) => Event::Code(legal(text)),
            Event::Start(Tag::CodeBlock(_)) => Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)),
            Event::Start(Tag::Table(columns)) => Event::Start(Tag::Table(vec![Alignment::None; columns.len()])),
            // A picture becomes a link too: its words are kept, and no reader fetches what it wasn't asked to.
            Event::Start(Tag::Link { ref dest_url, link_type, .. } | Tag::Image { ref dest_url, link_type, .. }) => {
                let scheme = if link_type == LinkType::Email { "mailto:" } else { "" };
                let address = safe(&format!("{scheme}{dest_url}"), page).filter(|_| !links.contains(&true));
                links.push(address.is_some());
                Event::Start(Tag::Link {
                    link_type: LinkType::Inline,
                    dest_url: address?.into(),
                    title: CowStr::Borrowed(""),
                    id: CowStr::Borrowed(""),
                })
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                links.pop().filter(|&open| open)?;
                Event::End(TagEnd::Link)
            }
            event => event,
        })
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

fn is_break(tag: &str) -> bool {
    matches!(tag.trim().to_ascii_lowercase().as_str(), "<br>" | "<br/>" | "<br />")
}

fn legal(text: CowStr<'_>) -> CowStr<'_> {
    match crate::text::legal(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(legal) => legal.into(),
    }
}

/// The address, absolute, if a feed may link to it.
pub fn safe(address: &str, page: &Url) -> Option<String> {
    let url = page.join(address.trim()).ok()?;
    matches!(url.scheme(), "http" | "https" | "mailto").then(|| url.into())
}

/// The text with its character references (`&#22238;`, `&amp;`) decoded as `CommonMark` does (§2.5);
/// where `numeric` is set, only those by number; nothing else is read as markup.
pub fn decode(text: &str, numeric: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = rest.bytes().take(40).position(|byte| byte == b';').map_or(0, |end| end + 1);
        let reference = &rest[..length];
        let named = !reference.starts_with("&#");
        match (length > 0 && !(numeric && named)).then(|| reference_text(reference)).flatten() {
            Some(decoded) => {
                out.push_str(&crate::text::legal(&decoded));
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// What one character reference stands for.
fn reference_text(reference: &str) -> Option<String> {
    let name = reference.strip_prefix('&')?.strip_suffix(';')?;
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#') {
        return None;
    }
    let mut text = String::new();
    for event in Parser::new(reference) {
        if let Event::Text(words) = event {
            text.push_str(&words);
        }
    }
    (text != reference).then_some(text)
}
