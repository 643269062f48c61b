//! Reads the issues of a document.

use std::ops::Range;
use std::sync::Arc;

use chrono::{Datelike as _, TimeDelta};

use super::front_matter::{self, FrontMatter};
use super::model::{BadDate, Issue, NumberGiven};
use super::numbers::{IssueName, copied_name, marked_number, number_in_title, stem, trailing_number, year_of_number};
use super::parts;
use super::preface::Preface;
use super::when::{BadName, NameParts, When};
use crate::diagnostic::{Diagnostic, Diagnostics, NumberSource, Problem};
use crate::document::Document;
use crate::entry::passed_by::{PassedBlock, PassedKind};
use crate::facts::license::License;
use crate::facts::rvlwn;
use crate::facts::section::{Shape, Table};
use crate::markdown::{self, Block, BlockKind, Definitions};
use crate::split::{self, DocumentHeadings, Grammar, Habits, IssueKind};
use crate::text;

/// The keys of front matter that give the title.
const TITLE: &[&str] = front_matter::TITLE_KEYS;

/// The keys that give the time of posting.
const DATE: &[&str] = front_matter::DATE_KEYS;

/// The keys that give the zone of the time of posting.
const ZONE: &[&str] = &["timezone", "tz", "时区"];

/// The keys that give the number.
const NUMBER: &[&str] = &["number", "期数", "期号"];

/// The keys that give the address of the issue's page.
const PERMALINK: &[&str] = &["permalink", "url"];

/// The keys that give the licence.
const LICENSE: &[&str] = &["license"];

/// The keys that give the editor.
const EDITOR: &[&str] = &["author", "authors", "作者", "编辑"];

/// The longest title of an issue, and the longest name of its editor, in characters.
const LONGEST: usize = 300;

/// How much is shown of what isn't a date, in characters.
const LONGEST_DATE: usize = 60;

/// The most by which the date in a file's name may follow the one in its text.
const DELAY: TimeDelta = TimeDelta::days(30);

/// What a document holds.
#[derive(Debug, Default)]
pub(crate) struct DocumentIssues<'a> {
    /// Its issues, in the order of the text. A document with neither a date nor an entry (a folder's README, say) has none.
    pub(crate) issues: Vec<Issue<'a>>,
    /// What makes the document a draft, if it is one; it has no issues then.
    pub(crate) draft: Option<String>,
    /// The blocks of their bodies that were neither entries nor part of one.
    pub(crate) passed_by: Vec<PassedBlock>,
    /// What is wrong.
    pub(crate) diagnostics: Diagnostics,
}

/// A document's parts, before its issues are split.
struct DocumentParts {
    matter: FrontMatter,
    kind: IssueKind,
    definitions: Arc<Definitions>,
    blocks: Vec<Block>,
}

impl DocumentParts {
    fn of(document: &Document, matter: FrontMatter) -> Self {
        let kind = IssueKind::of(&document.text[matter.end..], stem(&document.path), matter.get(TITLE));
        let definitions = Arc::new(match kind {
            IssueKind::Links => Definitions::of(&document.text),
            IssueKind::Patches | IssueKind::BoldLinks => Definitions::default(),
        });
        let blocks = markdown::blocks(&document.text, matter.end..document.text.len(), kind.reading(&definitions));
        Self { matter, kind, definitions, blocks }
    }
}

/// The headings of a document of links, from which the newsletter's habits are learnt. Others show nothing.
pub(crate) fn headings(document: &Document) -> DocumentHeadings {
    if rvlwn::is_issue(stem(&document.path), None) {
        return DocumentHeadings::default();
    }
    let matter = front_matter::read(document, &mut Diagnostics::default());
    if matter.draft.is_some() {
        return DocumentHeadings::default();
    }
    let parts = DocumentParts::of(document, matter);
    if parts.kind == IssueKind::Links {
        DocumentHeadings::of(document, &parts.blocks)
    } else {
        DocumentHeadings::default()
    }
}

/// Reads the issues of a document: one, or several under headings that name them. `sections` and `shape` are what the
/// configuration says of the whole newsletter, `habits` what all documents show of it.
pub(crate) fn read<'a>(
    document: &'a Document,
    sections: &Table,
    shape: Option<Shape>,
    habits: &Habits,
) -> DocumentIssues<'a> {
    let mut found = DocumentIssues::default();
    let matter = front_matter::read(document, &mut found.diagnostics);
    if matter.draft.is_some() {
        return DocumentIssues { draft: matter.draft, ..DocumentIssues::default() };
    }
    let DocumentParts { matter, kind, definitions, mut blocks } = DocumentParts::of(document, matter);
    let grammar = Grammar { sections, kind, shape, habits, definitions: &definitions };
    split::headings_as_meant(document, &mut blocks, &grammar, &mut found.diagnostics);
    let copied = copied_name(stem(&document.path));
    let name = NameParts::of(copied.unwrap_or_else(|| stem(&document.path)));
    let is_numbered = matter.get(NUMBER).is_some()
        || matter.get(TITLE).is_some_and(|title| marked_number(title).is_some())
        || trailing_number(&name.rest).is_some();
    let is_dated = name.date.is_some() || matter.get(DATE).is_some();
    let names = parts::headings(document, &blocks, is_numbered, is_dated);
    let is_copy = copied.is_some();
    let file = File { document, matter: &matter, grammar: &grammar, definitions: &definitions, name: &name, is_copy };
    found.diagnostics.extend(file.unknown_license());
    found.diagnostics.extend(front_matter_within(document, &blocks));
    if names.is_empty() {
        file.read_whole(&blocks, &mut found);
        return found;
    }
    let title = matter.get(TITLE).map(str::to_owned).or_else(|| Preface::of(document, &blocks[..names[0].0]).title);
    let title = short(title);
    for (at, (start, name)) in names.iter().enumerate() {
        let end = names.get(at + 1).map_or(blocks.len(), |(next, _)| *next);
        let text_end = blocks.get(end).map_or(document.text.len(), |next| next.range.start);
        file.read_part(name, title.as_ref(), &blocks[start + 1..end], text_end, &mut found);
    }
    found
}

/// Reports front matter that doesn't begin the document: another issue was pasted behind the first, as a rule.
fn front_matter_within(document: &Document, blocks: &[Block]) -> Option<Diagnostic> {
    let source = |block: &Block| &document.text[block.range.clone()];
    let begun = blocks.windows(2).find(|pair| front_matter::is_begun(source(&pair[0]), source(&pair[1])))?;
    Some(document.diagnostic(Some(begun[0].range.clone()), Problem::FrontMatterWithin))
}

/// A document, and what holds for all issues in it.
struct File<'a, 'b> {
    document: &'a Document,
    matter: &'b FrontMatter,
    grammar: &'b Grammar<'b>,
    definitions: &'b Arc<Definitions>,
    /// The file's name.
    name: &'b NameParts,
    /// Whether it is that of a copy.
    is_copy: bool,
}

impl<'a> File<'a, '_> {
    /// Reads the only issue of the document.
    fn read_whole(&self, blocks: &[Block], found: &mut DocumentIssues<'a>) {
        let own_title = self.matter.get(TITLE).map(str::to_owned);
        let (preface, body) = self.parts(blocks, own_title.is_some());
        let date_in_text = self.date_in_text(&preface);
        let title = own_title.or_else(|| preface.title.clone());
        let dates = [self.name.date, self.date_in_matter(), date_in_text];
        let in_path = When::of_path(&self.document.path);
        let day_in_path = in_path.filter(|when| !when.is_month);
        let posted = When::most_exact(&dates).or(day_in_path);
        let posted = posted.or_else(|| title.as_deref().and_then(When::find).map(|(date, _)| date));
        let posted = posted.or_else(|| self.month_in_matter());
        let posted = posted.or_else(|| title.as_deref().and_then(When::find_month));
        let posted = posted.or_else(|| self.month_in_text(&preface));
        let posted = posted.or(self.name.month).or(in_path);
        let number = self.matter.get(NUMBER).and_then(|number| number.parse().ok());
        let in_name = trailing_number(&self.name.rest).filter(|number| !self.is_day(*number, day_in_path, posted));
        let number = number.or(in_name).or_else(|| number_in_title(title.as_deref()?, posted));
        let year = number.filter(|_| self.grammar.kind != IssueKind::Patches).and_then(|number| {
            let in_title = || year_of_number(title.as_deref()?, number);
            year_of_number(&self.name.rest, number).or_else(in_title)
        });
        let numbers = self.numbers(&preface, in_name);
        let dates = dates.into_iter().flatten().collect();
        let issue = Issue { number, year, numbers, title: short(title), posted, dates, ..self.issue(&preface) };
        let bad_date = issue.bad_date.clone();
        let before = &blocks[..blocks.len() - body.len()];
        if self.add(issue, body, self.document.text.len(), found) {
            found.passed_by.extend(self.linked_preface(before));
            split::left_behind(self.document, blocks, &mut found.diagnostics);
            found.diagnostics.extend(self.dates_differ(&preface, date_in_text, posted));
            found.diagnostics.extend(self.passed_over(bad_date, posted));
            found.diagnostics.extend(self.bad_times(&preface, posted));
        }
    }

    /// Whether a number that the file's name ends with is a day, or month and day: `2019/0518.md`, `2023/02/20.md`. Far from the date that the
    /// issue gives, it counts issues.
    fn is_day(&self, number: u32, in_path: Option<When>, posted: Option<When>) -> bool {
        if let Some((in_path, posted)) = in_path.zip(posted)
            && (posted.day - in_path.day).num_days().abs() <= 31
        {
            return true;
        }
        let is_all = self.name.rest.len() == 4 && self.name.rest.bytes().all(|byte| byte.is_ascii_digit());
        is_all && posted.is_some_and(|posted| posted.day.month() * 100 + posted.day.day() == number)
    }

    /// Reads one of several issues: what its heading says of it, the document's title, the blocks after its heading, and the byte that
    /// they end at.
    fn read_part(
        &self,
        name: &IssueName,
        document_title: Option<&String>,
        blocks: &[Block],
        end: usize,
        found: &mut DocumentIssues<'a>,
    ) {
        let (preface, body) = self.parts(blocks, true);
        let posted = When::most_exact(&[name.date, self.date_in_text(&preface)]);
        let posted = posted.or_else(|| {
            let title = self.matter.get(TITLE).or(preface.title.as_deref());
            title.and_then(When::find).map(|(date, _)| date)
        });
        let issue = Issue {
            number: name.number,
            title: short(name.title.clone()),
            document_title: document_title.cloned(),
            is_part: true,
            dates: posted.into_iter().collect(),
            posted,
            ..self.issue(&preface)
        };
        if self.add(issue, body, end, found) {
            split::left_behind(self.document, blocks, &mut found.diagnostics);
        }
    }

    /// What stands before an issue's first section, and the blocks that are split into entries. In an issue of links the two overlap: entries
    /// may come before the first section.
    fn parts<'c>(&self, blocks: &'c [Block], titled: bool) -> (Preface, &'c [Block]) {
        let (preface_end, body_start) = match self.grammar.kind {
            IssueKind::Links => body_of_links(blocks, titled),
            _ => body_of_patches(self.document, blocks, titled, self.grammar.sections),
        };
        (Preface::of(self.document, &blocks[..preface_end.max(body_start)]), &blocks[body_start..])
    }

    /// The paragraphs with links that stand before the first entry of an issue of links.
    fn linked_preface(&self, blocks: &[Block]) -> Vec<PassedBlock> {
        let paragraphs =
            blocks.iter().filter(|block| block.kind == BlockKind::Paragraph && self.grammar.kind == IssueKind::Links);
        let linked = paragraphs
            .filter(|block| markdown::first_link(&self.document.text[block.range.clone()], self.definitions).is_some());
        linked.map(|block| PassedBlock::new(self.document, block.range.start, None, PassedKind::LinkedProse)).collect()
    }

    /// The date in the preface. In an issue of patches it must be the whole value.
    fn date_in_text(&self, preface: &Preface) -> Option<When> {
        let words = &preface.date.as_ref()?.words;
        When::parse(words).or_else(|| match self.grammar.kind {
            IssueKind::Patches => None,
            IssueKind::BoldLinks | IssueKind::Links => When::find(words).map(|(date, _)| date),
        })
    }

    /// The month in the preface, where it gives no day.
    fn month_in_text(&self, preface: &Preface) -> Option<When> {
        preface
            .date
            .as_ref()
            .and_then(|date| When::find_month(&date.words))
            .filter(|_| self.date_in_text(preface).is_none())
    }

    /// The date in the front matter.
    fn date_in_matter(&self) -> Option<When> {
        let date = When::parse(self.matter.get(&[self.date_key()?])?)?;
        Some(self.matter.get(ZONE).map_or(date, |zone| date.in_zone(zone)))
    }

    /// The month in the front matter, where it gives no day.
    fn month_in_matter(&self) -> Option<When> {
        When::find_month(self.matter.get(&[self.date_key()?])?)
    }

    /// The key of the front matter whose value is the most trusted date, or else was meant to be.
    fn date_key(&self) -> Option<&'static str> {
        let mut given = DATE.iter().copied().filter(|key| self.matter.get(&[key]).is_some());
        let first = given.clone().next();
        given.find(|key| self.matter.get(&[key]).and_then(When::parse).is_some()).or(first)
    }

    /// What stands where a date belongs, in the file's name, the front matter or the preface, and isn't one.
    fn bad_date(&self, preface: &Preface) -> Option<BadDate> {
        if let Some(BadName::Date(words)) = &self.name.bad {
            return Some(BadDate { words: words.clone(), line: None });
        }
        if let Some(words) =
            self.matter.get(DATE).filter(|_| self.date_in_matter().or(self.month_in_matter()).is_none())
        {
            let words = text::first_words(words, LONGEST_DATE);
            return Some(BadDate { words, line: Some(self.line_of_date()) });
        }
        let date = preface.date.as_ref().filter(|date| date.words.contains(|c: char| c.is_ascii_digit()))?;
        let is_bad = self.date_in_text(preface).or(self.month_in_text(preface)).is_none();
        is_bad.then(|| BadDate { words: text::first_words(&date.words, LONGEST_DATE), line: Some(date.line.clone()) })
    }

    /// Reports what isn't a date, where another date was used instead.
    fn passed_over(&self, bad: Option<BadDate>, used: Option<When>) -> Option<Diagnostic> {
        let (BadDate { words, line }, used) = (bad?, used?.day.to_string());
        let problem = Problem::BadDate { words, in_name: line.is_none(), used: Some(used) };
        Some(self.document.diagnostic(line, problem))
    }

    /// Reports what stands behind a date where the time of day belongs, and isn't one.
    fn bad_times(&self, preface: &Preface, used: Option<When>) -> Vec<Diagnostic> {
        let Some(used) = used.map(|used| used.day) else { return Vec::new() };
        let in_name = match &self.name.bad {
            Some(BadName::Time(words)) => Some((words.as_str(), None)),
            _ => None,
        };
        let in_matter =
            self.date_key().and_then(|key| self.matter.get(&[key])).filter(|words| When::has_bad_time(words));
        let in_matter = in_matter.map(|words| (words, Some(self.line_of_date())));
        let in_text = preface.date.as_ref().filter(|date| When::has_bad_time(&date.words));
        let in_text = in_text.map(|date| (date.words.as_str(), Some(date.line.clone())));
        let bad = [in_name, in_matter, in_text].into_iter().flatten();
        let diagnostic = |(words, line): (&str, Option<Range<usize>>)| {
            let words = text::first_words(words, LONGEST_DATE);
            let problem = Problem::BadTime { words, in_name: line.is_none(), used };
            self.document.diagnostic(line, problem)
        };
        bad.map(diagnostic).collect()
    }

    /// The line of the front matter that gives the date.
    fn line_of_date(&self) -> Range<usize> {
        self.line_of(self.date_key().as_slice())
    }

    /// The line of the front matter that gives one of some keys.
    fn line_of(&self, keys: &[&str]) -> Range<usize> {
        front_matter::line_of(self.document, self.matter, keys)
    }

    /// Every number that the document and its name give, the one that counts first. In a title and an address only a number that is
    /// marked as an issue's, or ends the address, is one.
    fn numbers(&self, preface: &Preface, in_name: Option<u32>) -> Vec<NumberGiven> {
        let in_matter = self.matter.get(NUMBER).and_then(|number| number.parse().ok());
        let title = match self.matter.get(TITLE) {
            Some(title) => Some((title, self.line_of(TITLE))),
            None => preface.title.as_deref().zip(preface.title_line.clone()),
        };
        let in_title = title.and_then(|(title, line)| Some((marked_number(title)?, line)));
        let permalink = self.matter.get(PERMALINK).map(|address| address.trim_end_matches('/'));
        let last = permalink.and_then(|address| address.rsplit('/').next()).map(stem_of_page);
        let in_permalink = last.and_then(|last| trailing_number(&NameParts::of(last).rest));
        let given = [
            in_matter.map(|number| (number, NumberSource::FrontMatter, Some(self.line_of(NUMBER)))),
            in_name.map(|number| (number, NumberSource::FileName, None)),
            in_title.map(|(number, line)| (number, NumberSource::Title, Some(line))),
            in_permalink.map(|number| (number, NumberSource::Permalink, Some(self.line_of(PERMALINK)))),
        ];
        let given = given.into_iter().flatten();
        given.map(|(number, source, line)| NumberGiven { number, source, line }).collect()
    }

    /// Reports a licence that nothing can be made of.
    fn unknown_license(&self) -> Option<Diagnostic> {
        let words = self.matter.get(LICENSE)?;
        let is_known = License::parse(words).is_some_and(|license| license.is_plausible());
        let problem = Problem::UnknownLicense(text::first_words(words, LONGEST_DATE));
        (!is_known).then(|| self.document.diagnostic(Some(self.line_of(LICENSE)), problem))
    }

    /// An issue of the document, with what front matter and preface say of it.
    fn issue(&self, preface: &Preface) -> Issue<'a> {
        let editor = preface.editor.as_deref().or_else(|| self.matter.get(EDITOR)).map(name_only);
        Issue {
            document: self.document,
            kind: self.grammar.kind,
            number: None,
            year: None,
            numbers: Vec::new(),
            title: None,
            document_title: None,
            is_part: false,
            is_copy: self.is_copy,
            file_name: self.name.rest.clone(),
            posted: None,
            dates: Vec::new(),
            bad_date: self.bad_date(preface),
            editor: short(editor),
            permalink: self.matter.get(PERMALINK).map(str::to_owned),
            license: self.matter.get(LICENSE).and_then(License::parse),
            definitions: Arc::clone(self.definitions),
            entries: Vec::new(),
        }
    }

    /// Splits the body of an issue, which ends at a byte, and adds the issue, if it is one.
    fn add(&self, mut issue: Issue<'a>, body: &[Block], end: usize, found: &mut DocumentIssues<'a>) -> bool {
        let split = split::entries(self.document, body, end, self.grammar);
        if issue.posted.is_none() && split.entries.is_empty() {
            return false;
        }
        found.passed_by.extend(split.passed_by);
        found.diagnostics.extend(split.diagnostics.reported());
        if split.entries.is_empty() {
            found.diagnostics.push(self.document.diagnostic(None, Problem::NoEntry));
        }
        issue.entries = split.entries;
        issue.entries.shrink_to_fit(); // a file may hold thousands of issues, with an entry each
        found.issues.push(issue);
        true
    }

    /// Reports a date in the file's name that lies before the one in the text, or long after it, or far from the one in the front
    /// matter: either was mistyped.
    fn dates_differ(&self, preface: &Preface, in_text: Option<When>, used: Option<When>) -> Option<Diagnostic> {
        let (name, used) = (self.name.date?.day, used?.day);
        let in_text = in_text.map(|text| text.day).filter(|&text| name < text || name > text + DELAY);
        let (text, line) = if let Some(text) = in_text {
            (text, preface.date.as_ref()?.line.clone())
        } else {
            let matter = self.date_in_matter()?.day;
            ((matter - name).abs() > DELAY).then(|| (matter, self.line_of_date()))?
        };
        Some(self.document.diagnostic(Some(line), Problem::DatesDiffer { name, text, used }))
    }
}

/// The name of a page without its ending.
fn stem_of_page(page: &str) -> &str {
    page.strip_suffix(".html").or_else(|| page.strip_suffix(".htm")).unwrap_or(page)
}

/// Where the preface of an issue of patches ends and its body begins: at the first section, or else at the first entry. A heading that is
/// the issue's title belongs to the preface.
fn body_of_patches(document: &Document, blocks: &[Block], titled: bool, sections: &Table) -> (usize, usize) {
    let first_heading = blocks.iter().position(|block| title_of(block).is_some());
    let title = first_heading.filter(|&at| !titled && names_issue(&blocks[at]));
    let end = blocks.iter().enumerate().position(|(at, block)| {
        let source = &document.text[block.range.clone()];
        match title_of(block) {
            Some(words) => (sections.knows(words) || !source.starts_with("# ")) && Some(at) != title,
            None => split::begins_entry(source) || block.kind == BlockKind::Loose,
        }
    });
    let end = end.unwrap_or(blocks.len());
    (end, end)
}

/// The same for an issue of links, whose entries may also come before its first section.
fn body_of_links(blocks: &[Block], titled: bool) -> (usize, usize) {
    let first_heading = blocks.iter().position(|block| title_of(block).is_some());
    let after_title = first_heading.filter(|&at| is_title(blocks, at, titled)).map_or(0, |at| at + 1);
    let rest = &blocks[after_title..];
    let first_item = rest.iter().position(|block| matches!(block.kind, BlockKind::Item { .. }));
    if let Some(at) = rest.iter().position(|block| title_of(block).is_some()) {
        let begins_before = first_item.is_some_and(|item| item < at);
        return (after_title + at, after_title + if begins_before { 0 } else { at });
    }
    (after_title + first_item.unwrap_or(rest.len()), after_title)
}

/// Whether the first heading is the issue's title: it names the issue, or it is the only one of the first level.
fn is_title(blocks: &[Block], at: usize, titled: bool) -> bool {
    let tops = blocks.iter().filter(|block| matches!(block.kind, BlockKind::Heading(1, _))).count();
    names_issue(&blocks[at]) || !titled && tops == 1 && matches!(blocks[at].kind, BlockKind::Heading(1, _))
}

fn names_issue(block: &Block) -> bool {
    title_of(block).is_some_and(|title| IssueName::of(title).is_some())
}

fn title_of(block: &Block) -> Option<&str> {
    if let BlockKind::Heading(_, title) = &block.kind { Some(title) } else { None }
}

/// A title or a name within bounds; none if there is nothing in it.
fn short(title: Option<String>) -> Option<String> {
    title.filter(|title| !title.is_empty()).map(|title| text::first_words(&title, LONGEST))
}

/// A name without the mail address beside it, which readers would show, or take for the whole.
fn name_only(name: &str) -> String {
    name.split_whitespace().filter(|word| !word.contains('@')).collect::<Vec<_>>().join(" ")
}
