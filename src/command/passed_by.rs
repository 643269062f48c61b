//! What was passed by: blocks that are neither entries nor part of one.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use patchfeed::facts::language::Language;
use patchfeed::issues::{PassedBlock, PassedKind};

use super::console::count;

/// How many places of a kind are named.
const NAMED: usize = 12;

/// What of a kind was passed by in a section: the section's title and slug, and the kind.
type PassedGroup<'p> = (Option<(&'p str, &'p str)>, PassedKind);

/// How much was passed by, in a line; if it is to be listed, each kind in each section and where it stands: what may be
/// missed first, then what is most.
pub(crate) fn passed_by(passed: &[PassedBlock], is_listed: bool, language: Language) -> String {
    if passed.is_empty() {
        return String::new();
    }
    let all = passed.len();
    let mut words = match (language, is_listed) {
        (Language::Chinese, false) => format!("另有 {all} 处不是条目（--passed-by 可列出）\n"),
        (Language::Chinese, true) => format!("另有 {all} 处不是条目：\n"),
        (Language::English, false) => format!("{} no entry, and passed by (--passed-by shows them)\n", are(all)),
        (Language::English, true) => format!("{} no entry, and passed by:\n", are(all)),
    };
    if is_listed {
        let mut groups: Vec<(PassedGroup<'_>, Vec<&PassedBlock>)> = groups(passed).into_iter().collect();
        groups.sort_by_key(|((_, kind), blocks)| (kind.may_be_missed(), blocks.len()));
        groups.reverse();
        for (group, blocks) in groups {
            push_group(&mut words, group, &blocks, language);
        }
    }
    words
}

fn are(blocks: usize) -> String {
    format!("{} {}", count(blocks, "block"), if blocks == 1 { "is" } else { "are" })
}

fn groups(passed: &[PassedBlock]) -> BTreeMap<PassedGroup<'_>, Vec<&PassedBlock>> {
    let mut groups: BTreeMap<PassedGroup<'_>, Vec<&PassedBlock>> = BTreeMap::new();
    for block in passed {
        let section = block.section.as_ref().map(|section| (section.title.as_str(), section.slug.as_str()));
        groups.entry((section, block.kind)).or_default().push(block);
    }
    groups
}

fn push_group(words: &mut String, (section, kind): PassedGroup<'_>, blocks: &[&PassedBlock], language: Language) {
    let section_name = match (section, language) {
        (Some((title, slug)), _) => format!("{title} [{slug}]"),
        (None, Language::Chinese) => "没有栏目".to_owned(),
        (None, Language::English) => "under no section".to_owned(),
    };
    let what = match language {
        Language::Chinese => chinese(kind, blocks.len()),
        Language::English => english(kind, blocks.len()),
    };
    let _ = writeln!(words, "\n    {section_name}: {what}\n        {}", places(blocks, language));
    words.push_str(&what_to_do(kind, section, language));
}

/// `posts/8.md:41, :57, posts/9.md:33, and 19 more`
fn places(blocks: &[&PassedBlock], language: Language) -> String {
    let mut places = String::new();
    let mut last = "";
    for block in &blocks[..blocks.len().min(NAMED)] {
        let comma = if places.is_empty() { "" } else { ", " };
        let path = if block.path == last { "" } else { &block.path };
        let _ = write!(places, "{comma}{path}:{}", block.line);
        last = &block.path;
    }
    if blocks.len() > NAMED {
        let more = blocks.len() - NAMED;
        let _ = match language {
            Language::Chinese => write!(places, "，还有 {more} 处"),
            Language::English => write!(places, ", and {more} more"),
        };
    }
    places
}

/// So many blocks of a kind.
fn english(kind: PassedKind, blocks: usize) -> String {
    match kind {
        PassedKind::LinkedProse => format!("{} with a link", count(blocks, "paragraph")),
        PassedKind::LinkedItem => format!("{} whose link comes late", count(blocks, "list item")),
        PassedKind::LinkedTable => format!("{} with links", count(blocks, "table")),
        PassedKind::LinkedOther => format!("{} of code, quotation or HTML with a link", count(blocks, "block")),
        PassedKind::Frame => format!("{} that most issues have", count(blocks, "link")),
        PassedKind::NoIssue => {
            format!("{} in files without a date or a number, which are no issues", count(blocks, "link"))
        }
        PassedKind::Commented => format!("{} of mail below an entry that is commented out", count(blocks, "block")),
        PassedKind::Item => format!("{} without a link", count(blocks, "list item")),
        PassedKind::Prose => format!("{} without a link", count(blocks, "paragraph")),
        PassedKind::Table => format!("{} without a link", count(blocks, "table")),
        PassedKind::Other => format!("{} of code, quotation or HTML without a link", count(blocks, "block")),
    }
}

/// The same in Chinese.
fn chinese(kind: PassedKind, blocks: usize) -> String {
    match kind {
        PassedKind::LinkedProse => format!("{blocks} 段文字里有链接"),
        PassedKind::LinkedItem => format!("{blocks} 个列表项的链接太靠后"),
        PassedKind::LinkedTable => format!("{blocks} 个表格里有链接"),
        PassedKind::LinkedOther => format!("{blocks} 处代码、引文或 HTML 里有链接"),
        PassedKind::Frame => format!("{blocks} 个链接几乎每期都有"),
        PassedKind::NoIssue => format!("{blocks} 个链接所在的文件既无日期也无期号，不是一期"),
        PassedKind::Commented => format!("{blocks} 处邮件的条目被注释掉了"),
        PassedKind::Item => format!("{blocks} 个列表项没有链接"),
        PassedKind::Prose => format!("{blocks} 段文字没有链接"),
        PassedKind::Table => format!("{blocks} 个表格没有链接"),
        PassedKind::Other => format!("{blocks} 处代码、引文或 HTML 没有链接"),
    }
}

/// The setting that makes entries of what was passed by, if there is one.
fn what_to_do(kind: PassedKind, section: Option<(&str, &str)>, language: Language) -> String {
    let lines = match (kind, section) {
        (PassedKind::LinkedProse | PassedKind::LinkedItem | PassedKind::LinkedTable, Some((title, slug))) => {
            format!("[[section]]\n        slug = {slug:?}\n        headings = [{title:?}]\n        shape = \"prose\"")
        }
        (PassedKind::Frame, _) => "[site]\n        frame = []".to_owned(),
        _ => return String::new(),
    };
    match language {
        Language::Chinese => format!("        要收录它们，请在 patchfeed.toml 里写\n        {lines}\n"),
        Language::English => format!("        to make entries of them, write to patchfeed.toml\n        {lines}\n"),
    }
}
