//! The overview of an issue for its editors: how many entries each section has, beside what is usual, and what was listed before.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use patchfeed::diagnostic::Problem;
use patchfeed::facts::language::Language;
use patchfeed::item::Listing;
use unicode_width::UnicodeWidthStr;

use super::console::count;

/// How many earlier issues say what is usual.
const EARLIER: usize = 12;

/// How many there must be at least.
const FEWEST: usize = 4;

/// The overview of the issue at a place among all, the oldest first.
pub(crate) fn overview(listings: &[Listing], at: usize, language: Language) -> String {
    let listing = &listings[at];
    let earlier = &listings[at.saturating_sub(EARLIER)..at];
    let name = listing.issue.name(language);
    let day = listing.day();
    let mut overview = match (language, day.as_str()) {
        (Language::Chinese, "") => format!("{name}：{} 条\n", listing.entries),
        (Language::Chinese, _) => format!("{name}，{day}：{} 条\n", listing.entries),
        (Language::English, "") => format!("{name}: {}\n", count(listing.entries, "entry")),
        (Language::English, _) => format!("{name} of {day}: {}\n", count(listing.entries, "entry")),
    };
    let lines = lines(listing, earlier);
    let width = lines.iter().map(|line| line.title.width()).max().unwrap_or(0);
    for line in &lines {
        line.push_to(&mut overview, width, language);
    }
    overview + &listed_before(listing, language)
}

/// The titles of the sections that earlier issues always have, and the issue at a place hasn't.
pub(crate) fn missing_sections(listings: &[Listing], at: usize) -> Vec<&str> {
    let lines = lines(&listings[at], &listings[at.saturating_sub(EARLIER)..at]);
    lines.iter().filter(|line| line.entries == 0).map(|line| line.title).collect()
}

/// What is said of a section.
struct SectionLine<'l> {
    title: &'l str,
    entries: usize,
    /// The fewest and the most entries that earlier issues have in it, but for one issue at either end.
    usual: Option<(usize, usize)>,
}

/// A line for each section of the issue, and one for each that most earlier issues have and this one hasn't.
fn lines<'l>(listing: &'l Listing, earlier: &'l [Listing]) -> Vec<SectionLine<'l>> {
    let mut counts: HashMap<&str, Vec<usize>> = HashMap::new(); // by slug: the entries of each earlier issue that has some
    for (section, entries) in earlier.iter().flat_map(|listing| &listing.sections) {
        counts.entry(&section.slug).or_default().push(*entries);
    }
    let mut lines: Vec<SectionLine<'l>> = Vec::new();
    let mut seen: HashSet<&str> = HashSet::new();
    for (section, entries) in &listing.sections {
        seen.insert(&section.slug);
        let usual = usual(counts.get(section.slug.as_str()), earlier.len());
        lines.push(SectionLine { title: &section.title, entries: *entries, usual });
    }
    for (section, _) in earlier.iter().rev().flat_map(|listing| &listing.sections) {
        let usual = usual(counts.get(section.slug.as_str()), earlier.len()).filter(|(fewest, _)| *fewest > 0);
        if usual.is_some() && seen.insert(&section.slug) {
            lines.push(SectionLine { title: &section.title, entries: 0, usual });
        }
    }
    lines
}

/// How many entries so many issues usually have in a section, of which some have these.
fn usual(counts: Option<&Vec<usize>>, issues: usize) -> Option<(usize, usize)> {
    let mut counts = counts.cloned().unwrap_or_default();
    counts.resize(issues, 0);
    counts.sort_unstable();
    match counts[..] {
        [_, fewest, .., most, _] if issues >= FEWEST => Some((fewest, most)),
        _ => None,
    }
}

impl SectionLine<'_> {
    fn push_to(&self, overview: &mut String, width: usize, language: Language) {
        let Self { title, entries, usual } = self;
        let padding = width - title.width();
        let _ = write!(overview, "    {title}{:padding$}  {entries:>4}", "");
        if *usual == Some((0, 0)) {
            overview.push_str(match language {
                Language::Chinese => "  ← 新栏目",
                Language::English => "  ← new",
            });
        } else if let Some((fewest, most)) = usual {
            let remark = self.remark(*fewest, *most).map(|(chinese, english)| match language {
                Language::Chinese => chinese,
                Language::English => english,
            });
            let word = match language {
                Language::Chinese => "通常",
                Language::English => "usually",
            };
            let range = if fewest == most { format!("{fewest}") } else { format!("{fewest}–{most}") };
            let _ = write!(overview, "  {word} {range}");
            let _ = remark.map_or(Ok(()), |remark| write!(overview, "  ← {remark}"));
        }
        overview.push('\n');
    }

    /// What is unusual, in Chinese and in English.
    fn remark(&self, fewest: usize, most: usize) -> Option<(&'static str, &'static str)> {
        match self.entries {
            0 => Some(("没有", "none")),
            entries if entries < fewest => Some(("偏少", "few")),
            entries if entries > most => Some(("偏多", "many")),
            _ => None,
        }
    }
}

/// Which earlier issues listed entries already, and how many entries have a newer version in the issue.
fn listed_before(listing: &Listing, language: Language) -> String {
    let mut by_issue: Vec<(&str, usize)> = Vec::new();
    let mut superseded = 0;
    for diagnostic in &listing.diagnostics {
        let entries = 1 + diagnostic.more;
        match &diagnostic.problem {
            Problem::Repeated { issue } => match by_issue.iter_mut().find(|(name, _)| name == issue) {
                Some((_, count)) => *count += entries,
                None => by_issue.push((issue, entries)),
            },
            Problem::Superseded { .. } => superseded += entries,
            _ => {}
        }
    }
    let mut words = String::new();
    if !by_issue.is_empty() {
        let total: usize = by_issue.iter().map(|(_, count)| count).sum();
        let entries: fn(usize) -> String = match language {
            Language::Chinese => |entries| format!("{entries} 条"),
            Language::English => |entries| entries.to_string(),
        };
        let issues: Vec<String> = by_issue.iter().map(|(name, count)| format!("{name} {}", entries(*count))).collect();
        let _ = match language {
            Language::Chinese => {
                writeln!(words, "    {total} 条以前列过：{}（--deny repeated 可列出）", issues.join("，"))
            }
            Language::English => {
                writeln!(
                    words,
                    "    {} listed before, by {} (--deny repeated shows them)",
                    count(total, "entry"),
                    issues.join(", ")
                )
            }
        };
    }
    if superseded > 0 {
        let _ = match language {
            Language::Chinese => {
                writeln!(words, "    {superseded} 条在同一期里有更新的版本（--deny superseded 可列出）")
            }
            Language::English => writeln!(
                words,
                "    {} with a newer version in the same issue (--deny superseded shows them)",
                count(superseded, "entry")
            ),
        };
    }
    words
}
