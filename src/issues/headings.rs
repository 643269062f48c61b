//! Headings of sections, compared with those of the other issues.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::PlacedIssue;
use crate::diagnostic::{Diagnostic, Problem};
use crate::facts::heading;
use crate::facts::near::{is_near, letters};
use crate::facts::section::Section;
use crate::issue::Issue;
use crate::split::IssueKind;

/// In how many issues a heading that the table of sections doesn't have must stand, so that others are compared with it.
const SEVERAL: usize = 2;

/// With how many such headings others are compared, the commonest: each is compared with each.
const MOST: usize = 100;

/// A section that the table doesn't have.
struct SectionUse<'s> {
    section: &'s Arc<Section>,
    /// In how many issues it has entries.
    issues: usize,
    /// What its heading is compared by.
    letters: String,
    /// Whether it is one of a list of links.
    is_of_list: bool,
}

/// Takes headings that one issue has for those that several others have, if only white space, width or punctuation differ, and says which
/// one was meant if a few letters do. How a heading is spelled is no longer reported if several issues spell it so. Returns the headings that
/// were taken for others, and the slugs of those.
pub(super) fn compare(issues: &mut [Issue<'_>], diagnostics: &mut Vec<Diagnostic>) -> Vec<(String, String)> {
    drop_usual_spellings(diagnostics);
    let uses = unknown_sections(issues);
    let mut common: Vec<&SectionUse<'_>> = uses.values().filter(|section| section.issues >= SEVERAL).collect();
    common.sort_by_key(|section| Reverse(section.issues));
    common.truncate(MOST);
    let mut meant: HashMap<String, Arc<Section>> = HashMap::new(); // by the slugs of those that were taken for them
    let mut spellings: Vec<(String, String)> = Vec::new();
    for (lone, usual) in same_in_lists(&uses) {
        meant.insert(lone.section.slug.clone(), Arc::clone(usual.section));
        spellings.push((lone.section.title.clone(), usual.section.slug.clone()));
    }
    for diagnostic in diagnostics {
        let Problem::UnknownSection(slug) = &diagnostic.problem else { continue };
        let Some(lone) = uses.get(slug.as_str()).filter(|section| section.issues < SEVERAL) else { continue };
        if let Some(same) = common.iter().find(|other| other.letters == lone.letters) {
            meant.insert(slug.clone(), Arc::clone(same.section));
            let (words, usual) = (lone.section.title.clone(), same.section.title.clone());
            spellings.push((words.clone(), same.section.slug.clone()));
            diagnostic.problem = Problem::SectionSpelling { words, usual };
        } else if let Some(near) = common.iter().find(|other| is_near(&other.letters, &lone.letters)) {
            diagnostic.problem = Problem::NearSection { slug: slug.clone(), near: near.section.title.clone() };
        }
    }
    for entry in issues.iter_mut().flat_map(|issue| &mut issue.entries) {
        if let Some(section) = &mut entry.section
            && let Some(meant) = meant.get(&section.slug)
        {
            *section = Arc::clone(meant);
        }
    }
    spellings
}

/// Removes what is said of headings that begin no section, but of those that several documents have or the newest issue's: all others were
/// there when the configuration was written.
pub(super) fn keep_new(diagnostics: &mut Vec<Diagnostic>, newest: Option<&PlacedIssue<'_>>) {
    let mut paths: HashMap<String, HashSet<String>> = HashMap::new(); // by slug
    for diagnostic in &*diagnostics {
        if let Problem::NewSection(slug) = &diagnostic.problem {
            paths.entry(slug.clone()).or_default().insert(diagnostic.path.clone());
        }
    }
    let newest = newest.map(|newest| newest.issue.document.path.as_str());
    diagnostics.retain(|diagnostic| match &diagnostic.problem {
        Problem::NewSection(slug) => paths[slug].len() > 1 || Some(diagnostic.path.as_str()) == newest,
        _ => true,
    });
}

/// How many issues show what a newsletter's sections are.
const MANY: usize = 8;

/// Takes entries of newsletters of links out of sections that a single one of many issues has: a feed for it would stay as it is.
pub(super) fn leave_lone(issues: &mut [Issue<'_>]) {
    if issues.len() < MANY {
        return;
    }
    let uses = unknown_sections(issues);
    let lone = uses.values().filter(|section| section.is_of_list && section.issues == 1);
    let lone: HashSet<String> = lone.map(|section| section.section.slug.clone()).collect();
    for entry in issues.iter_mut().flat_map(|issue| &mut issue.entries) {
        entry.section.take_if(|section| lone.contains(&section.slug));
    }
}

/// The sections of newsletters of links whose headings differ in white space, width or punctuation alone from one that more issues have,
/// and that one.
fn same_in_lists<'u, 's>(uses: &'u BTreeMap<&str, SectionUse<'s>>) -> Vec<(&'u SectionUse<'s>, &'u SectionUse<'s>)> {
    let mut usual: HashMap<&str, &SectionUse<'_>> = HashMap::new(); // by what headings are compared by
    let of_lists = uses.values().filter(|section| section.is_of_list);
    for section in of_lists.clone() {
        let known = usual.entry(&section.letters).or_insert(section);
        if (section.issues, Reverse(slug_length(section))) > (known.issues, Reverse(slug_length(known))) {
            *known = section;
        }
    }
    let same = of_lists.filter_map(|section| Some((section, *usual.get(section.letters.as_str())?)));
    same.filter(|(section, usual)| section.section.slug != usual.section.slug).collect()
}

fn slug_length(section: &SectionUse<'_>) -> usize {
    section.section.slug.len()
}

/// Removes what is said of spellings that several documents have.
fn drop_usual_spellings(diagnostics: &mut Vec<Diagnostic>) {
    let mut first: HashMap<String, String> = HashMap::new(); // spellings, and the document that each stands in first
    let mut usual: HashSet<String> = HashSet::new();
    for diagnostic in &*diagnostics {
        if let Problem::SectionSpelling { words, .. } = &diagnostic.problem
            && first.entry(words.clone()).or_insert_with(|| diagnostic.path.clone()) != &diagnostic.path
        {
            usual.insert(words.clone());
        }
    }
    diagnostics.retain(|diagnostic| match &diagnostic.problem {
        Problem::SectionSpelling { words, .. } => !usual.contains(words),
        _ => true,
    });
}

/// The sections of issues' entries that the table doesn't have, by their slugs.
fn unknown_sections<'s>(issues: &'s [Issue<'_>]) -> BTreeMap<&'s str, SectionUse<'s>> {
    let mut uses: BTreeMap<&str, SectionUse<'_>> = BTreeMap::new();
    for issue in issues {
        let sections = issue.entries.iter().filter_map(|entry| entry.section.as_ref());
        let mut seen: HashSet<&str> = HashSet::new();
        for section in sections.filter(|section| !section.known) {
            if seen.insert(&section.slug) {
                let is_of_list = issue.kind == IssueKind::Links;
                let letters = if is_of_list { heading::key } else { letters };
                let first = || SectionUse { section, issues: 0, letters: letters(&section.title), is_of_list };
                uses.entry(&section.slug).or_insert_with(first).issues += 1;
            }
        }
    }
    uses
}
