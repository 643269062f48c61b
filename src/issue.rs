//! An issue: what its file name, its front matter and its first lines say of it, and the entries that it lists.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Timelike as _};
use serde_json::Value;

use crate::config::Site;
use crate::diagnostic::{Diagnostic, Problem};
use crate::markdown::{self, Block, Kind};
use crate::section;
use crate::source::Document;
use crate::split::{self, Entry};
use crate::text;

/// One issue of the newsletter.
#[derive(Debug)]
pub struct Issue<'a> {
    /// The document that it was read from.
    pub document: &'a Document,
    /// `45`: from the file name, else from the title.
    pub number: Option<u32>,
    /// The issue's name in addresses: its number, else its day, else its file's name. Unique once [`order`] has seen all
    /// issues.
    pub slug: String,
    /// `RISC-V Linux 内核及周边技术动态第 45 期`
    pub title: String,
    /// When the issue was posted, to the second: the date of its first item. [`order`] has the last word.
    pub posted: DateTime<FixedOffset>,
    /// Whether name, front matter or text gave the time; else it is the epoch until [`order`].
    pub dated: bool,
    /// Who edited the issue, a name. RSS `dc:creator`, Atom `author/name`, JSON `authors`.
    pub editor: String,
    /// The issue's page; none where no `permalink` names it. Atom `link rel="via"`, JSON `_patchfeed.issue_url`.
    pub url: Option<String>,
    /// The issue's licence. Atom `rights`, RSS `creativeCommons:license`, JSON `_patchfeed.license`.
    pub license: Option<License>,
    /// The entries, as the editors ordered them.
    pub entries: Vec<Entry<'a>>,
}

impl Issue<'_> {
    /// How long before its time of posting the issue's items reach: a second each.
    fn span(&self) -> Duration {
        Duration::seconds(i64::try_from(self.entries.len().max(1)).unwrap_or(i64::from(u32::MAX)))
    }
}

/// A licence, as the front matter names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct License {
    /// `CC BY-NC-ND 4.0`
    pub name: String,
    /// `https://creativecommons.org/licenses/by-nc-nd/4.0/`
    pub url: Option<String>,
}

impl License {
    /// Reads `cc-by-nc-nd-4.0`, `cc0-1.0`, an address, or any name.
    pub fn of(name: &str) -> Option<Self> {
        let name = text::one_line(&text::legal(name));
        let lower = name.to_ascii_lowercase().replace([' ', '_'], "-");
        let creative = lower.strip_prefix("cc-").and_then(|rest| rest.rsplit_once('-')).filter(|(terms, version)| {
            let known = matches!(*terms, "by" | "by-sa" | "by-nd" | "by-nc" | "by-nc-sa" | "by-nc-nd");
            known && matches!(*version, "1.0" | "2.0" | "2.5" | "3.0" | "4.0")
        });
        Some(match creative {
            Some((terms, version)) => Self {
                name: format!("CC {} {version}", terms.to_ascii_uppercase()),
                url: Some(format!("https://creativecommons.org/licenses/{terms}/{version}/")),
            },
            None if lower == "cc0-1.0" => Self {
                name: "CC0 1.0".to_owned(),
                url: Some("https://creativecommons.org/publicdomain/zero/1.0/".to_owned()),
            },
            None if text::is_web(&name) => {
                let url = url::Url::parse(&name).ok()?;
                Self { url: Some(url.into()), name }
            }
            None if name.is_empty() => return None,
            None => Self { name, url: None },
        })
    }
}

/// The longest title of an issue, in characters.
const TITLE: usize = 300;

/// Reads an issue. A document with neither a posting time nor an entry is none (a folder's README, say), and passed by.
pub fn parse<'a>(document: &'a Document, site: &Site) -> (Option<Issue<'a>>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let (matter, body) = front_matter(document, &mut diagnostics);
    let matter = |name: &str| matter.get(name).and_then(scalar);
    let mut blocks = markdown::blocks(&document.text, body);
    let head_end = blocks.iter().position(|block| begins_body(document, block)).unwrap_or(blocks.len());
    let body_blocks = blocks.split_off(head_end);
    let head = Head::of(document, &blocks);

    let (date_in_name, name) = split_date(stem(&document.path));
    let times =
        [date_in_name, matter("date").and_then(|date| When::parse(&date)), head.date.as_deref().and_then(When::parse)];
    let posted = posting_time(&times, site.utc_offset);
    let (entries, mut found) = split::entries(document, &body_blocks, &site.sections);
    if posted.is_none() && entries.is_empty() {
        return (None, diagnostics);
    }
    diagnostics.append(&mut found);
    if entries.is_empty() {
        diagnostics.push(document.diagnostic(None, Problem::NoEntry));
    }

    let title = matter("title").or(head.title);
    let number = trailing_number(name).or_else(|| title.as_deref().and_then(number_in_title));
    let title = title.filter(|title| !title.is_empty()).map(|title| text::first_words(&title, TITLE));
    let title = title.unwrap_or_else(|| match number {
        Some(number) => format!("{} {}", site.title, site.language().issue(number)),
        None => text::one_line(&text::legal(stem(&document.path))),
    });
    let slug = match (number, posted) {
        (Some(number), _) => number.to_string(),
        (None, Some(posted)) => posted.format("%Y-%m-%d").to_string(),
        (None, None) => section::slug_of(name),
    };
    let url = matter("permalink").and_then(|link| site.address.join(&link).ok());
    let issue = Issue {
        document,
        number,
        slug,
        title,
        posted: posted.unwrap_or_else(|| DateTime::UNIX_EPOCH.with_timezone(&site.utc_offset)),
        dated: posted.is_some(),
        editor: head
            .editor
            .or_else(|| matter("author"))
            .map(|name| name_only(&name))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| site.author().to_owned()),
        url: url.filter(|url| matches!(url.scheme(), "http" | "https")).map(Into::into),
        license: matter("license")
            .and_then(|name| License::of(&name))
            .or_else(|| site.license.as_deref().and_then(License::of)),
        entries,
    };
    (Some(issue), diagnostics)
}

/// Puts the issues in order, oldest first, and gives each its time of posting and its name in addresses.
///
/// An issue's items take a second each, backwards from its posting. Where two issues were posted too close together for
/// that, the newer one's time moves up; an older one's never does, since it may be published already.
pub fn order(issues: &mut [Issue<'_>]) -> Vec<Diagnostic> {
    let mut diagnostics = date_undated(issues);
    issues.sort_by_cached_key(|issue| (issue.posted, issue.number, issue.document.path.clone()));
    let mut last: Option<DateTime<FixedOffset>> = None;
    for issue in issues.iter_mut() {
        let earliest = last.map(|last: DateTime<FixedOffset>| last + issue.span());
        issue.posted = issue.posted.max(earliest.unwrap_or(issue.posted));
        last = Some(issue.posted);
    }
    let mut named: HashMap<String, String> = HashMap::new();
    for issue in issues {
        if let Some(first) = named.get(&issue.slug).cloned() {
            let mut free = (2..=named.len() + 2).map(|n| format!("{}-{n}", issue.slug));
            issue.slug = free.find(|slug| !named.contains_key(slug)).unwrap_or_default(); // one of them is free
            if issue.number.is_some() {
                let problem = Problem::NumberTwice { first, slug: issue.slug.clone() };
                diagnostics.push(issue.document.diagnostic(None, problem));
            }
        }
        named.insert(issue.slug.clone(), issue.document.path.clone());
    }
    diagnostics
}

/// Gives a time to the issues that have none: that of the issue numbered before it, or after it, or of the epoch.
fn date_undated(issues: &mut [Issue<'_>]) -> Vec<Diagnostic> {
    let dated: Vec<(Option<u32>, DateTime<FixedOffset>, Duration)> =
        issues.iter().filter(|issue| issue.dated).map(|issue| (issue.number, issue.posted, issue.span())).collect();
    let mut diagnostics = Vec::new();
    for issue in issues.iter_mut().filter(|issue| !issue.dated) {
        let before = dated.iter().filter(|(number, ..)| number.is_some() && *number <= issue.number).max();
        let after = dated.iter().filter(|(number, ..)| *number > issue.number && issue.number.is_some()).min();
        match (before, after) {
            (Some((_, posted, _)), _) => issue.posted = *posted,
            (None, Some((_, posted, span))) => issue.posted = *posted - *span,
            (None, None) => {}
        }
        diagnostics.push(issue.document.diagnostic(None, Problem::NoDate(issue.posted.to_rfc3339())));
    }
    diagnostics
}

/// The YAML between two lines of `---`, and the byte at which the text begins.
fn front_matter(document: &Document, diagnostics: &mut Vec<Diagnostic>) -> (BTreeMap<String, Value>, usize) {
    let text = &document.text;
    let is_fence = |line: &str| matches!(line.trim_end(), "---" | "...");
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or("");
    if first.trim_end() != "---" {
        return (BTreeMap::new(), 0);
    }
    let mut end = first.len();
    for line in lines {
        if is_fence(line) {
            let yaml = &text[first.len()..end];
            let matter = yaml_mapping(yaml).unwrap_or_else(|(cause, at)| {
                let start = first.len() + at;
                let stop = text[start..].find('\n').map_or(text.len(), |length| start + length);
                diagnostics.push(document.diagnostic(Some(start..stop), Problem::FrontMatter(cause)));
                BTreeMap::new()
            });
            return (matter, end + line.len());
        }
        end += line.len();
    }
    diagnostics.push(document.diagnostic(Some(0..first.trim_end().len()), Problem::FrontMatterOpen));
    (BTreeMap::new(), first.len())
}

/// The one door to the YAML parser. The error is its cause and the byte that it was found at.
fn yaml_mapping(yaml: &str) -> Result<BTreeMap<String, Value>, (String, usize)> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_aliases: 0,
            max_depth: 16,
            max_nodes: 10_000,
        },
        strict_booleans: true,
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins, // as the newsletter's own site generator has it
    };
    serde_saphyr::from_str_with_options::<Option<BTreeMap<String, Value>>>(yaml, options)
        .map(Option::unwrap_or_default)
        .map_err(|err| {
            let [line, column] = err
                .location()
                .map_or([1, 1], |place| [place.line(), place.column()].map(|n| usize::try_from(n).unwrap_or(1).max(1)));
            let start: usize = yaml.split_inclusive('\n').take(line - 1).map(str::len).sum();
            let within = yaml[start..].char_indices().nth(column - 1).map_or(0, |(at, _)| at);
            let cause = text::one_line(&text::legal(&err.without_snippet().to_string()));
            let cause = cause.split(" at line ").next().unwrap_or_default().to_owned(); // counted from the fence
            (cause, start + within)
        })
}

/// A name without the address of mail beside it, which readers would show, or take for the whole.
fn name_only(name: &str) -> String {
    name.split_whitespace().filter(|word| !word.contains('@')).collect::<Vec<_>>().join(" ")
}

/// A scalar as one line of text.
fn scalar(value: &Value) -> Option<String> {
    let words = match value {
        Value::String(words) => words.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(values) => values.first().and_then(scalar)?,
        _ => return None,
    };
    Some(text::one_line(&text::legal(&words))).filter(|words| !words.is_empty())
}

/// Whether the block is the first of the issue's body, where its head ends.
fn begins_body(document: &Document, block: &Block) -> bool {
    let source = &document.text[block.range.clone()];
    matches!(block.kind, Kind::Heading(_)) && !source.starts_with("# ") || source.starts_with(markdown::ENTRY)
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
                Kind::Heading(title) => head.title = head.title.or_else(|| Some(title.clone())),
                Kind::Quote | Kind::Paragraph => head.read(&document.text[block.range.clone()]),
                _ => {}
            }
        }
        head
    }

    fn read(&mut self, source: &str) {
        for line in source.lines() {
            let line = line.trim_start_matches(['>', ' ']);
            let Some((label, value)) = line.split_once(['：', ':']) else { continue };
            let value = || Some(markdown::plain(value)).filter(|value| !value.is_empty());
            match label.trim().to_lowercase().as_str() {
                "时间" | "日期" | "date" => self.date = self.date.take().or_else(value),
                "编辑" | "editor" => self.editor = self.editor.take().or_else(value),
                _ => {}
            }
        }
    }
}

/// A date, as exactly as a text gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct When {
    day: NaiveDate,
    time: Option<NaiveTime>,
    offset: Option<FixedOffset>,
}

impl When {
    /// The day, unless its year shows that it was mistyped.
    fn day(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
        let year = i32::try_from(year).ok().filter(|year| (1990..2100).contains(year))?;
        NaiveDate::from_ymd_opt(year, month, day)
    }

    /// Reads `20230507`, `2023-05-07`, `2023/5/7`, `2023年5月7日`, with `19:28`, `19:28:47`, `T19:28:47Z`, `+0800` after it.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(exact) = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text)) {
            return Some(Self { day: exact.date_naive(), time: Some(exact.time()), offset: Some(*exact.offset()) });
        }
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (day, rest) = if digits(text) >= 8 {
            let number = |range: Range<usize>| text[range].parse().ok();
            (Self::day(number(0..4)?, number(4..6)?, number(6..8)?)?, &text[8..])
        } else {
            let mut numbers = [0_u32; 3];
            let mut rest = text;
            for number in &mut numbers {
                let length = digits(rest);
                *number = rest[..length].parse().ok()?;
                rest = rest[length..].trim_start_matches(['-', '/', '.', '年', '月', '日']);
            }
            (Self::day(numbers[0], numbers[1], numbers[2])?, rest)
        };
        let rest = rest.trim_start_matches(['T', ' ']);
        let length = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':').len();
        let time = ["%H:%M:%S", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(&rest[..length], form).ok());
        let zone = rest[length..].trim_start_matches(|c: char| c == '.' || c.is_ascii_digit()).trim();
        let offset = if zone == "Z" || zone == "UTC" { FixedOffset::east_opt(0) } else { zone.parse().ok() };
        Some(Self { day, time, offset: offset.filter(|_| time.is_some()) })
    }
}

/// The first of the times that gives hour and minute; else the first that gives the day, at its beginning.
fn posting_time(times: &[Option<When>], newsletter: FixedOffset) -> Option<DateTime<FixedOffset>> {
    let known = || times.iter().flatten();
    let when = known().find(|when| when.time.is_some()).or_else(|| known().next())?;
    let local = NaiveDateTime::new(when.day, when.time.unwrap_or_default());
    let posted = when.offset.unwrap_or(newsletter).from_local_datetime(&local).single()?;
    posted.with_timezone(&newsletter).with_nanosecond(0) // feeds know neither fractions nor leap seconds
}

/// The file's name without folders and ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Parts `2023-05-07-19-28-47-rvlwn-45` into the time and the name.
fn split_date(stem: &str) -> (Option<When>, &str) {
    let mut numbers = Vec::new();
    let mut rest = stem;
    let widths = [4, 2, 2, 2, 2, 2];
    while numbers.len() < widths.len() {
        let width = widths[numbers.len()];
        let Some(number) = rest.get(..width).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) else {
            break;
        };
        let after = &rest[width..];
        if !(after.is_empty() || after.starts_with(['-', '_', 'T'])) {
            break;
        }
        numbers.push(number.parse::<u32>().unwrap_or(0));
        rest = after.trim_start_matches(['-', '_', 'T']);
    }
    let day = || When::day(numbers[0], numbers[1], numbers[2]);
    match (numbers.len(), numbers.len().checked_sub(3).and_then(|_| day())) {
        (3..=4, Some(day)) => {
            let name_start =
                stem.char_indices().filter(|&(_, c)| c == '-' || c == '_').nth(2).map_or(stem.len(), |(at, _)| at + 1);
            (Some(When { day, time: None, offset: None }), &stem[name_start..])
        }
        (5..=6, Some(day)) => {
            let time = NaiveTime::from_hms_opt(numbers[3], numbers[4], numbers.get(5).copied().unwrap_or(0));
            (Some(When { day, time, offset: None }), rest)
        }
        _ => (None, stem),
    }
}

/// The number that a name ends in: `rvlwn-45`, `issue_7`, `100`.
fn trailing_number(name: &str) -> Option<u32> {
    let start = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    name[start..].parse().ok()
}

/// The number that a title gives: `第 45 期`, `Issue 45`, `#45`, `No. 45`, or a number at its end.
fn number_in_title(title: &str) -> Option<u32> {
    let number_at = |range: Range<usize>| {
        let digits = title[range].trim_start();
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().ok()
    };
    ["第", "Issue ", "issue ", "No. ", "#"]
        .iter()
        .find_map(|mark| title.match_indices(mark).find_map(|(at, _)| number_at(at + mark.len()..title.len())))
        .or_else(|| trailing_number(title))
}
