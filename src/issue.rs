//! An issue: what its file name, its front matter and its first lines say of it, and the entries that it lists.

mod license;
mod order;

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use crate::config::Site;
use crate::diagnostic::{Diagnostic, Problem};
use crate::markdown::{self, Block, Definitions, Kind};
use crate::matter::{self, Matter};
use crate::section;
use crate::source::Document;
use crate::split::{self, Entry, Grammar, Of};
use crate::text;
use crate::when::When;
pub use license::License;
pub use order::{Slot, order};

/// One issue of the newsletter.
#[derive(Debug)]
pub struct Issue<'a> {
    /// The document that it was read from.
    pub document: &'a Document,
    /// What it lists.
    pub kind: Of,
    /// `45`: from the file name, else from the title.
    pub number: Option<u32>,
    /// See [`Slot::slug`].
    pub slug: String,
    /// `RISC-V Linux 内核及周边技术动态第 45 期`
    pub title: String,
    /// The title, if the document gives it; that of the document, if it holds several issues.
    pub heading: Option<String>,
    /// See [`Slot::posted`].
    pub posted: DateTime<FixedOffset>,
    /// Whether name, front matter or text gave the time; else it is the epoch until [`order()`].
    pub dated: bool,
    /// Who edited the issue, a name. RSS `dc:creator`, Atom `author/name`, JSON `authors`.
    pub editor: String,
    /// The issue's page; none where no `permalink` names it. Atom `link rel="via"`, JSON `_patchfeed.issue_url`.
    pub url: Option<String>,
    /// The issue's licence. Atom `rights`, RSS `creativeCommons:license`, JSON `_patchfeed.license`.
    pub license: Option<License>,
    /// The link definitions of the document, which the entries' texts may need.
    pub definitions: Arc<Definitions>,
    /// The entries, as the editors ordered them.
    pub entries: Vec<Entry<'a>>,
}

/// The keys of front matter that give the title.
const TITLE_KEYS: &[&str] = &["title", "标题"];

/// The keys that give the time of posting.
const DATE: &[&str] = &["date", "pubdate", "publishdate", "published", "日期", "时间", "发布日期", "发布时间"];

/// The keys that give the number.
const NUMBER: &[&str] = &["number", "期数", "期号"];

/// The longest title of an issue, in characters.
const TITLE: usize = 300;

/// What a document holds.
#[derive(Debug, Default)]
pub struct Parsed<'a> {
    /// Its issues, in the order of the text; none if it has neither a posting time nor an entry (a folder's README, say).
    pub issues: Vec<Issue<'a>>,
    /// How many blocks of their bodies were no entries, nor belonged to one.
    pub passed_by: usize,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the issues of a document: one, or several under headings that name them.
pub fn parse<'a>(document: &'a Document, site: &Site) -> Parsed<'a> {
    let mut parsed = Parsed::default();
    let matter = matter::read(document, &mut parsed.diagnostics);
    let kind = Of::document(document);
    let definitions = match kind {
        Of::Links => Definitions::of(&document.text),
        Of::Patches | Of::BoldLinks => Definitions::default(),
    };
    let definitions = Arc::new(definitions);
    let blocks = markdown::blocks(&document.text, matter.end..document.text.len(), kind.reading(&definitions));
    let file = File { document, matter: &matter, kind, definitions: &definitions, site, of_all: None };
    let (date, name) = When::split_name(stem(&document.path));
    let numbered = matter.get(NUMBER).is_some()
        || matter.get(TITLE_KEYS).is_some_and(|title| marked_number(&title).is_some())
        || trailing_number(&name).is_some();
    let dated = date.is_some() || matter.get(DATE).is_some();
    let several = if dated && numbered { Vec::new() } else { issue_headings(&blocks, dated) };
    if several.len() < 2 {
        file.issue(None, &blocks, &mut parsed);
        return parsed;
    }
    let first = &blocks[..several[0].0];
    let of_all = matter.get(TITLE_KEYS).or_else(|| Head::of(document, first).title);
    let file = File { of_all, ..file };
    for (at, (start, name)) in several.iter().enumerate() {
        let end = several.get(at + 1).map_or(blocks.len(), |(next, _)| *next);
        file.issue(Some(name), &blocks[start + 1..end], &mut parsed);
    }
    parsed
}

/// A document, and what holds for all issues in it.
struct File<'a, 'b> {
    document: &'a Document,
    matter: &'b Matter,
    kind: Of,
    definitions: &'b Arc<Definitions>,
    site: &'b Site,
    /// The title of the document, where it holds several issues.
    of_all: Option<String>,
}

impl<'a> File<'a, '_> {
    /// Appends an issue. `name` is what its heading says, where the document holds several.
    fn issue(&self, name: Option<&Name>, blocks: &[Block], parsed: &mut Parsed<'a>) {
        let Self { document, matter, kind, site, .. } = *self;
        let own_title = matter.get(TITLE_KEYS);
        let (head_end, body_start) = body(document, blocks, kind, name.is_some() || own_title.is_some());
        let mut head = Head::of(document, &blocks[..head_end.max(body_start)]);
        let grammar = Grammar { sections: &site.sections, kind, shape: site.shape, definitions: self.definitions };
        let mut split = split::entries(document, &blocks[body_start..], &grammar);

        let (date_in_name, file_name) = When::split_name(stem(&document.path));
        let date = matter.get(DATE).and_then(|date| When::parse(&date));
        let date_in_text = head.date.as_deref().and_then(|date| {
            When::parse(date).or_else(|| When::find(date).filter(|_| kind != Of::Patches).map(|(when, _)| when))
        });
        let date_in_title =
            || own_title.as_deref().or(head.title.as_deref()).and_then(When::find).map(|(when, _)| when);
        let times = match name {
            Some(name) => [name.date, date_in_text, None],
            None => [date_in_name, date, date_in_text],
        };
        let posted = When::first(&times, site.utc_offset).or_else(|| When::first(&[date_in_title()], site.utc_offset));
        if posted.is_none() && split.entries.is_empty() {
            return;
        }
        parsed.passed_by += split.passed_by;
        parsed.diagnostics.append(&mut split.diagnostics);
        if split.entries.is_empty() {
            parsed.diagnostics.push(document.diagnostic(None, Problem::NoEntry));
        }

        let title = match name {
            Some(name) => name.title.clone(),
            None => own_title.or(head.title.take()),
        };
        let number = match name {
            Some(name) => name.number,
            None => matter
                .get(NUMBER)
                .and_then(|number| number.parse().ok())
                .or_else(|| trailing_number(&file_name))
                .or_else(|| title.as_deref().and_then(number_in_title)),
        };
        let title = title.filter(|title| !title.is_empty()).map(|title| text::first_words(&title, TITLE));
        let heading = self.of_all.clone().or_else(|| title.clone());
        let title = title.unwrap_or_else(|| match number {
            Some(number) => format!("{} {}", site.title, site.language().issue(number)),
            None if name.is_some() => site.title.clone(),
            None => text::one_line(&text::legal(stem(&document.path))),
        });
        let slug = match (number, posted) {
            (Some(number), _) => number.to_string(),
            (None, Some(posted)) => posted.format("%Y-%m-%d").to_string(),
            (None, None) => section::slug_of(&file_name),
        };
        let url = matter.get(&["permalink", "url"]).and_then(|link| site.address.join(&link).ok());
        parsed.issues.push(Issue {
            document,
            kind,
            number,
            slug,
            title,
            heading,
            posted: posted.unwrap_or_else(|| DateTime::UNIX_EPOCH.with_timezone(&site.utc_offset)),
            dated: posted.is_some(),
            editor: head
                .editor
                .or_else(|| matter.get(&["author", "authors", "作者", "编辑"]))
                .map(|name| name_only(&name))
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| site.author().to_owned()),
            url: url.filter(|url| matches!(url.scheme(), "http" | "https")).map(Into::into),
            license: matter
                .get(&["license"])
                .and_then(|name| License::of(&name))
                .or_else(|| site.license.as_deref().and_then(License::of)),
            definitions: Arc::clone(self.definitions),
            entries: split.entries,
        });
    }
}

/// What a heading says of the issue that it begins.
#[derive(Debug)]
struct Name {
    number: Option<u32>,
    date: Option<When>,
    /// Its words, unless number and date are all of them.
    title: Option<String>,
}

impl Name {
    /// Reads `20230507：第 45 期`, `Issue 45: words`, `2023-05-07`.
    fn of(heading: &str) -> Option<Self> {
        let (date, without_date) = match When::find(heading) {
            Some((date, range)) => (Some(date), format!("{} {}", &heading[..range.start], &heading[range.end..])),
            None => (None, heading.to_owned()),
        };
        let number = marked_number(&without_date);
        if number.is_none() && date.is_none() {
            return None;
        }
        let number_mark = |c: char| c.is_ascii_digit() || !c.is_alphanumeric() || "第期".contains(c);
        let words = without_date.split(number_mark).filter(|word| !word.is_empty() && !is_number_word(word));
        let title = words.count() > 0;
        Some(Self { number, date, title: title.then(|| heading.to_owned()) })
    }
}

fn is_number_word(word: &str) -> bool {
    ["issue", "no"].contains(&word.to_lowercase().as_str())
}

/// The headings that begin an issue, where a document holds several: those of one level that name different numbers; or
/// different days, if the document isn't dated itself.
fn issue_headings(blocks: &[Block], dated: bool) -> Vec<(usize, Name)> {
    let mut named = Vec::new();
    let mut at_level = None;
    for (at, block) in blocks.iter().enumerate() {
        let Kind::Heading(level, title) = &block.kind else { continue };
        if let Some(name) = Name::of(title).filter(|name| name.number.is_some() || !dated)
            && *at_level.get_or_insert(*level) == *level
        {
            named.push((at, name));
        }
    }
    let numbers: HashSet<Option<u32>> = named.iter().map(|(_, name)| name.number).collect();
    let days: HashSet<String> = named.iter().map(|(_, name)| format!("{:?}", name.date)).collect();
    let by_number = numbers.len() == named.len() && !numbers.contains(&None);
    let by_day = !dated && days.len() == named.len() && named.iter().all(|(_, name)| name.date.is_some());
    if by_number || by_day { named } else { Vec::new() }
}

/// Where among an issue's blocks its head ends, and where its body begins: its first section, or without one its first
/// entry. A heading that is the issue's title belongs to the head.
fn body(document: &Document, blocks: &[Block], kind: Of, titled: bool) -> (usize, usize) {
    let source = |block: &Block| &document.text[block.range.clone()];
    let is_heading = |block: &Block| matches!(block.kind, Kind::Heading(..));
    let named = |block: &Block| matches!(&block.kind, Kind::Heading(_, title) if Name::of(title).is_some());
    if kind != Of::Links {
        let first = blocks.iter().position(is_heading).filter(|&at| !titled && named(&blocks[at]));
        let begins = |(at, block): (usize, &Block)| {
            is_heading(block) && !source(block).starts_with("# ") && Some(at) != first
                || source(block).starts_with(markdown::ENTRY)
        };
        let end = blocks.iter().enumerate().position(begins).unwrap_or(blocks.len());
        return (end, end);
    }
    let level = |block: &Block| if let Kind::Heading(level, _) = block.kind { Some(level) } else { None };
    let first = blocks.iter().position(is_heading);
    let title = first.filter(|&at| {
        let levels = || blocks.iter().filter_map(level);
        let top = level(&blocks[at]);
        let only = levels().filter(|level| Some(*level) <= top).count() == 1;
        named(&blocks[at]) || only && !titled && top == Some(1)
    });
    let after_title = title.map_or(0, |at| at + 1);
    match blocks[after_title..].iter().position(is_heading) {
        Some(at) => (after_title + at, after_title + at),
        None => {
            let is_item = |block: &Block| matches!(block.kind, Kind::Item { .. });
            let end = blocks[after_title..].iter().position(is_item).map_or(blocks.len(), |at| after_title + at);
            (end, after_title)
        }
    }
}

/// A name without the address of mail beside it, which readers would show, or take for the whole.
fn name_only(name: &str) -> String {
    name.split_whitespace().filter(|word| !word.contains('@')).collect::<Vec<_>>().join(" ")
}

/// What stands before the first section.
#[derive(Default)]
struct Head {
    title: Option<String>,
    date: Option<String>,
    editor: Option<String>,
}

impl Head {
    /// Reads the blocks before the first section:
    ///
    /// ```text
    /// # title
    ///
    /// > 时间：20230507<br/>
    ///   ^^^^ ^^^^^^^^
    /// > 编辑：晓依<br/>
    /// ```
    fn of(document: &Document, blocks: &[Block]) -> Self {
        let mut head = Self::default();
        for block in blocks {
            match &block.kind {
                Kind::Heading(_, title) => head.title = head.title.or_else(|| Some(title.clone())),
                Kind::Quote | Kind::Paragraph => head.read(&document.text[block.range.clone()]),
                _ => {}
            }
        }
        head
    }

    fn read(&mut self, source: &str) {
        for line in source.lines() {
            let line = line.trim_start_matches(['>', ' ']);
            let Some((label, value)) = line.split_once(['：', ':']) else {
                self.date = self.date.take().or_else(|| date_line(line));
                continue;
            };
            let value = || Some(markdown::plain(value)).filter(|value| !value.is_empty());
            match label.trim().to_lowercase().as_str() {
                "时间" | "日期" | "发布时间" | "发布日期" | "发布于" | "date" | "published" => {
                    self.date = self.date.take().or_else(value);
                }
                "编辑" | "editor" => self.editor = self.editor.take().or_else(value),
                _ => {}
            }
        }
    }
}

/// The date that a line is, with at most a few letters beside it: `*2023.5.7*`, `发布于 2023 年 5 月 7 日`.
fn date_line(line: &str) -> Option<String> {
    let line = line.trim_matches(|c: char| !c.is_alphanumeric());
    if When::parse(line).is_some() {
        return Some(line.to_owned());
    }
    let (_, range) = When::find(line)?;
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let in_date = line[range.clone()].chars().filter(|c| c.is_alphabetic()).count();
    let date = line[range].to_owned();
    let compact = date.replace(char::is_whitespace, "");
    (letters <= in_date + 12).then(|| if When::parse(&compact).is_some() { compact } else { date })
}

/// The file's name without folders and ending; the folder's, where the file's says nothing.
fn stem(path: &str) -> &str {
    let mut names = path.rsplit(['/', '\\']);
    let name = names.next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match names.next() {
        Some(folder) if matches!(stem.to_ascii_lowercase().as_str(), "index" | "readme") && !folder.is_empty() => {
            folder
        }
        _ => stem,
    }
}

/// The number that a name ends in: `rvlwn-45`, `issue_7`, `100`, `第45期`.
fn trailing_number(name: &str) -> Option<u32> {
    let name = name.trim_end_matches(|c: char| !c.is_alphanumeric());
    let start = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    name[start..].parse().ok().or_else(|| marked_number(name))
}

/// The number that a title gives: `第 45 期`, `Issue 45`, `#45`, `No. 45`, or a number at its end.
fn number_in_title(title: &str) -> Option<u32> {
    let undated = When::find(title).map(|(_, range)| format!("{} {}", &title[..range.start], &title[range.end..]));
    let title = undated.as_deref().unwrap_or(title);
    marked_number(title).or_else(|| trailing_number(title))
}

/// The number behind a mark: `第 45 期`, `Issue 45`, `#45`, `No. 45`.
fn marked_number(title: &str) -> Option<u32> {
    let number = |mark: &str, at: usize| {
        let digits = title[at + mark.len()..].trim_start();
        let (digits, rest) = digits.split_at(digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len()));
        let counts = mark != "第" || rest.trim_start().starts_with(['期', '号', '辑', '刊']); // not 第 2 版
        digits.parse().ok().filter(|_| counts)
    };
    ["第", "Issue ", "issue ", "No. ", "Vol.", "#"]
        .iter()
        .find_map(|mark| title.match_indices(mark).find_map(|(at, _)| number(mark, at)))
}
