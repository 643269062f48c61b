//! A newsletter: its texts, read twice. The first time everything is learnt that an issue must know of the others; the second
//! time the issues become items, a few at a time, so that no more than those are ever in memory.

use std::collections::HashSet;
use std::sync::{Mutex, OnceLock, PoisonError};

use rayon::prelude::*;

use crate::config::{File, Site};
use crate::diagnostic::{Diagnostic, Error, Problem};
use crate::issue::{self, Slot};
use crate::item::{self, Draft, Known, Listing};
use crate::source::{Document, Text};
use crate::survey::Survey;

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
    /// The [`item::fingerprints`] that come more than once.
    shared: HashSet<u64>,
}

/// What the first reading learns of a text.
struct Glance {
    issues: Vec<(Slot, Survey)>,
    passed_by: usize,
    diagnostics: Vec<Diagnostic>,
}

/// How many issues are read together, where a text holds several. Else it is one for each thread; twice as many are in
/// memory at a time.
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
            Self { site, issues: Vec::new(), passed_by: 0, diagnostics: Vec::new(), texts, shared: HashSet::new() };
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
        newsletter.shared = fingerprints.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        Ok((newsletter, survey))
    }

    /// How many entries the issues have.
    pub fn entries(&self) -> usize {
        self.issues.iter().map(|issue| issue.entries).sum()
    }

    /// Reads the issues again, from the oldest on, a few at a time: `make` makes something of each with its items, on all
    /// cores, and `take` gets it, in order, while the next are read. Says how many entries listed a message again.
    ///
    /// # Errors
    /// Those of `take`, and a text that is no longer what it was.
    pub fn listings<T: Send>(
        &self,
        make: impl Fn(Listing) -> T + Sync,
        mut take: impl FnMut(Vec<T>) -> Result<(), Error> + Send,
    ) -> Result<usize, Error> {
        let mut known = Known::new(&self.site, &self.shared);
        let mut rest = self.issues.as_slice();
        let mut made = Vec::new();
        loop {
            let (issues, later) = rest.split_at(few(rest));
            let (taken, next) = rayon::join(|| take(made), || self.some(issues, &mut known, &make));
            taken?;
            made = next?;
            rest = later;
            if issues.is_empty() {
                return Ok(known.repeats);
            }
        }
    }

    /// What `make` makes of some issues.
    fn some<T: Send>(
        &self,
        issues: &[Slot],
        known: &mut Known<'_>,
        make: &(impl Fn(Listing) -> T + Sync),
    ) -> Result<Vec<T>, Error> {
        let mut texts: Vec<(usize, OnceLock<Document>)> =
            issues.iter().map(|issue| (issue.text, OnceLock::new())).collect();
        texts.sort_by_key(|(text, _)| *text);
        texts.dedup_by_key(|(text, _)| *text);
        let drafts: Vec<Vec<(usize, Draft<'_>)>> = texts
            .par_iter()
            .map(|(text, place)| {
                let document = self.texts[*text].read()?.0;
                self.drafts(issues, *text, place.get_or_init(|| document))
            })
            .collect::<Result<_, _>>()?;
        let mut drafts: Vec<(usize, Draft<'_>)> = drafts.into_iter().flatten().collect();
        drafts.sort_by_key(|(at, _)| *at);
        for (_, draft) in &mut drafts {
            known.add(draft);
        }
        Ok(drafts.into_par_iter().map(|(_, draft)| make(item::listing(draft, &self.site))).collect())
    }

    /// Those of the issues that a document holds, each with its place among them.
    fn drafts<'a>(
        &self,
        issues: &[Slot],
        text: usize,
        document: &'a Document,
    ) -> Result<Vec<(usize, Draft<'a>)>, Error> {
        let mut parsed: Vec<_> = issue::parse(document, &self.site).issues.into_iter().map(Some).collect();
        let wanted = issues.iter().enumerate().filter(|(_, slot)| slot.text == text);
        wanted
            .map(|(at, slot)| {
                let issue = parsed.get_mut(slot.part).and_then(Option::take);
                let issue = issue.filter(|issue| issue.entries.len() == slot.entries);
                let mut issue = issue.ok_or_else(|| Error {
                    subject: document.path.clone(),
                    cause: "it was changed while it was read; try again".to_owned(),
                })?;
                issue.posted = slot.posted;
                issue.slug.clone_from(&slot.slug);
                Ok((at, Draft::of(issue, &self.site)))
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

/// How many of the issues are read together.
fn few(issues: &[Slot]) -> usize {
    let mut texts = HashSet::new();
    let fits = |issue: &&Slot| {
        texts.insert(issue.text);
        texts.len() <= rayon::current_num_threads()
    };
    issues.iter().take(ISSUES).take_while(fits).count()
}
