//! A newsletter: its texts, read twice. The first time everything is learnt that an issue must know of the others; the second
//! time the issues become items, a few at a time, so that no more than those are ever in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::config::{File, Site};
use crate::diagnostic::{Diagnostic, Error, Problem};
use crate::issue::{self, Issue, Slot};
use crate::item::{self, Draft, Known, Listing};
use crate::source::{Document, Text};
use crate::survey::Survey;
use crate::turns::{self, Turns};

/// A newsletter that was read once.
#[derive(Debug)]
pub struct Newsletter {
    /// The newsletter's site, as the configuration and its issues say.
    pub site: Site,
    /// The issues in order, oldest first.
    pub issues: Vec<Slot>,
    /// How many blocks were no entries, nor belonged to one.
    pub passed_by: usize,
    /// What is wrong. A heading that the table of sections doesn't know is reported once, however often it comes.
    pub diagnostics: Vec<Diagnostic>,
    texts: Vec<Text>,
    /// The [`item::fingerprints`] that come more than once, and how often.
    shared: HashMap<u64, usize>,
}

/// What the first reading learns of a text.
struct Glance {
    issues: Vec<(Slot, Survey)>,
    passed_by: usize,
    diagnostics: Vec<Diagnostic>,
}

/// How many issues are read together at most, where a text holds several.
const ISSUES: usize = 64;

impl Newsletter {
    /// Reads the texts of a newsletter.
    ///
    /// # Errors
    /// A text that can't be read, and a configuration that doesn't mean anything.
    pub fn read(texts: Vec<Text>, config: &File, base_url: &str) -> Result<Self, Error> {
        let (newsletter, survey) = Self::glance(texts, Site::new(config, base_url)?)?;
        match survey.site(&config.site, base_url) {
            Some(site) => {
                let config = File { site, ..config.clone() };
                Ok(Self::glance(newsletter.texts, Site::new(&config, base_url)?)?.0)
            }
            None => Ok(newsletter),
        }
    }

    fn glance(texts: Vec<Text>, site: Site) -> Result<(Self, Survey), Error> {
        let fingerprints = Mutex::new(Vec::new());
        let glances: Vec<Glance> = texts
            .par_iter()
            .enumerate()
            .map(|(at, text)| glance(text, at, &site, &fingerprints))
            .collect::<Result<_, _>>()?;
        let any = glances.iter().flat_map(|glance| &glance.issues).any(|(slot, _)| slot.is_issue());
        let mut survey = Survey::default();
        let mut newsletter =
            Self { site, issues: Vec::new(), passed_by: 0, diagnostics: Vec::new(), texts, shared: HashMap::new() };
        for mut glance in glances {
            newsletter.passed_by += glance.passed_by;
            newsletter.diagnostics.append(&mut glance.diagnostics);
            for (slot, of_issue) in glance.issues {
                if any && !slot.is_issue() {
                    newsletter.passed_by += slot.entries;
                    continue;
                }
                survey.add(of_issue);
                newsletter.issues.push(slot);
            }
        }
        newsletter.diagnostics.append(&mut issue::order(&mut newsletter.issues));
        let mut unknown = HashSet::new();
        newsletter.diagnostics.retain(|diagnostic| match &diagnostic.problem {
            Problem::UnknownSection(slug) => unknown.insert(slug.clone()),
            _ => true,
        });
        newsletter.diagnostics.sort();
        let mut fingerprints = fingerprints.into_inner().unwrap_or_else(PoisonError::into_inner);
        fingerprints.par_sort_unstable();
        let shared = fingerprints.chunk_by(|a, b| a == b).filter(|same| same.len() > 1);
        newsletter.shared = shared.map(|same| (same[0], same.len())).collect();
        Ok((newsletter, survey))
    }

    /// How many entries the issues have.
    pub fn entries(&self) -> usize {
        self.issues.iter().map(|issue| issue.entries).sum()
    }

    /// Reads the issues again, from the oldest on. `make` makes something of each with its items; `take` gets that of every
    /// issue, in order, and says what is left to do, which `finish` does. But for `take`, and for finding what is new in an
    /// issue, all cores work at once, each on an issue of its own. Says how many entries listed a message again.
    ///
    /// # Errors
    /// Those of `take` and `finish`, and a text that is no longer what it was.
    pub fn listings<T, R>(
        &self,
        make: impl Fn(Listing) -> T + Sync,
        take: impl FnMut(T) -> Result<R, Error> + Send,
        finish: impl Fn(R) -> Result<(), Error> + Sync,
    ) -> Result<usize, Error> {
        let runs = runs(&self.issues);
        let known = Turns::new(Known::new(&self.site, &self.shared));
        let take = Turns::new(take);
        turns::share(runs.len(), &[&known, &take], |piece| {
            let texts: BTreeSet<usize> = runs[piece].iter().map(|slot| slot.text).collect();
            let documents = texts.into_iter().map(|text| Ok((text, self.texts[text].read()?.0)));
            let documents: BTreeMap<usize, Document> = documents.collect::<Result<_, Error>>()?;
            let mut drafts = self.drafts(runs[piece], &documents)?;
            known.step(piece, |known| {
                for draft in &mut drafts {
                    known.add(draft);
                }
                Ok(())
            })?;
            let made: Vec<T> = drafts.into_iter().map(|draft| make(item::listing(draft, &self.site))).collect();
            drop(documents);
            let rest: Vec<R> = take.step(piece, |take| made.into_iter().map(take).collect())?;
            Ok(rest.into_iter().try_for_each(&finish)?)
        })?;
        Ok(known.into_inner().repeats)
    }

    /// The issues of a run, as the documents of their texts have them.
    fn drafts<'a>(&self, run: &[Slot], documents: &'a BTreeMap<usize, Document>) -> Result<Vec<Draft<'a>>, Error> {
        let parse = |document| issue::parse(document, &self.site).issues.into_iter().map(Some).collect();
        let mut parsed: BTreeMap<usize, Vec<Option<Issue<'a>>>> =
            documents.iter().map(|(text, document)| (*text, parse(document))).collect();
        run.iter()
            .map(|slot| {
                let issue = parsed.get_mut(&slot.text).and_then(|parsed| parsed.get_mut(slot.part)?.take());
                let issue = issue.filter(|issue| issue.entries.len() == slot.entries);
                let mut issue = issue.ok_or_else(|| Error {
                    subject: documents[&slot.text].path.clone(),
                    cause: "it was changed while it was read; try again".to_owned(),
                })?;
                issue.posted = slot.posted;
                issue.slug.clone_from(&slot.slug);
                Ok(Draft::of(issue, &self.site))
            })
            .collect()
    }
}

/// Reads a text for the first time, and adds the fingerprints of its entries to those of all.
fn glance(text: &Text, at: usize, site: &Site, fingerprints: &Mutex<Vec<u64>>) -> Result<Glance, Error> {
    let (document, mut diagnostics) = text.read()?;
    let mut parsed = issue::parse(&document, site);
    diagnostics.append(&mut parsed.diagnostics);
    let mut glance = Glance { issues: Vec::new(), passed_by: parsed.passed_by, diagnostics };
    for (part, issue) in parsed.issues.into_iter().enumerate() {
        glance.issues.push((Slot::of(&issue, at, part), Survey::of(&issue)));
        let mut of_issue = item::fingerprints(&issue, site);
        fingerprints.lock().unwrap_or_else(PoisonError::into_inner).append(&mut of_issue);
    }
    Ok(glance)
}

/// The issues in runs that are read together: one alone, or some whose texts hold several.
fn runs(issues: &[Slot]) -> Vec<&[Slot]> {
    let several: HashSet<usize> = issues.iter().filter(|slot| slot.part > 0).map(|slot| slot.text).collect();
    let together = |a: &Slot, b: &Slot| several.contains(&a.text) && several.contains(&b.text);
    issues.chunk_by(together).flat_map(|run| run.chunks(ISSUES)).collect()
}
