//! What earlier issues listed: repeats, and the earlier versions of series.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use super::draft::{Draft, IssueDrafts, add_section, diagnostic};
use super::model::{IssueFacts, Rank, Series};
use super::series::SeriesIndex;
use crate::diagnostic::Problem;
use crate::facts::newsletter::{Newsletter, Repeats};
use crate::facts::section::Section;
use crate::issues::PlacedIssue;

/// What the issues taken so far list.
#[derive(Debug)]
pub(super) struct Listed {
    items: HashMap<Uuid, ListedItem>,
    series: SeriesIndex,
    /// How many entries listed something again, in their own issue or a later one.
    pub(super) repeats: usize,
}

/// An item listed before.
#[derive(Debug)]
struct ListedItem {
    /// The issue that listed it first.
    issue: Arc<IssueFacts>,
    /// The sections that it was listed under.
    sections: Vec<Arc<Section>>,
    /// The words that it was listed with.
    words: Vec<u64>,
}

impl Listed {
    /// Nothing listed yet; these drafts will be.
    pub(super) fn with_capacity_for(issues: &[IssueDrafts]) -> Self {
        let drafts = issues.iter().flat_map(|issue| &issue.drafts);
        let series = drafts.clone().filter(|draft| draft.series_key.is_some()).count();
        let items = HashMap::with_capacity(drafts.count());
        Self { items, series: SeriesIndex::with_capacity(series), repeats: 0 }
    }

    /// Takes the next issue, the oldest first: drops the drafts of what earlier issues listed, and gives the others their
    /// series.
    ///
    /// A link that is listed again with other words is another item.
    /// An item that is listed again under a section that didn't list it before stays: it joins that section's feed.
    pub(super) fn take(&mut self, issue: &mut IssueDrafts, placed: &PlacedIssue<'_>, newsletter: &Newsletter) {
        self.repeats += issue.repeats;
        let mut again = HashSet::new();
        issue.drafts.retain_mut(|draft| {
            let Some(item) = self.items.get_mut(&draft.id) else {
                let item = ListedItem {
                    issue: Arc::clone(&issue.facts),
                    sections: draft.sections.clone(),
                    words: vec![draft.words],
                };
                self.items.insert(draft.id, item);
                return true;
            };
            let is_new = !item.words.contains(&draft.words);
            if is_new {
                item.words.push(draft.words);
            }
            if is_new || newsletter.repeats == Repeats::Keep {
                draft.id = Uuid::new_v5(&draft.id, placed.slug.as_bytes());
                return true;
            }
            self.repeats += 1;
            again.insert(draft.id);
            let problem = Problem::Repeated { issue: item.issue.name(newsletter.language()) };
            issue.diagnostics.push(diagnostic(placed, &placed.issue.entries[draft.position], problem));
            join(&mut item.sections, &draft.sections)
        });
        self.find_series(issue, &again);
        report_superseded(issue, placed);
    }

    /// Gives the mails their series. An issue lists the newest version on top; lower versions come before higher ones all
    /// the same.
    fn find_series(&mut self, issue: &mut IssueDrafts, again: &HashSet<Uuid>) {
        let mut mails: Vec<&mut Draft> = issue.drafts.iter_mut().filter(|draft| draft.series_key.is_some()).collect();
        mails.sort_by_key(|draft| draft.mail.as_ref().map(|mail| mail.rank()));
        for draft in mails {
            let series = self.series_of(draft, &issue.facts, again.contains(&draft.id));
            if let Some(mail) = &mut draft.mail {
                mail.series = series;
            }
        }
    }

    fn series_of(&mut self, draft: &Draft, issue: &Arc<IssueFacts>, again: bool) -> Option<Series> {
        let (key, mail) = draft.series_key.zip(draft.mail.as_ref())?;
        if again {
            return self.series.find(key, mail, draft.id);
        }
        Some(self.series.add(key, mail, draft.id, &draft.url, issue))
    }
}

/// Reports the mails of which the same issue lists a newer version.
fn report_superseded(issue: &mut IssueDrafts, placed: &PlacedIssue<'_>) {
    let ranks = issue.drafts.iter().filter_map(|draft| {
        let mail = draft.mail.as_ref()?;
        Some((draft.position, mail.series.as_ref()?.id, mail.rank()))
    });
    let mut newest: HashMap<Uuid, Rank> = HashMap::new();
    for (_, series, rank) in ranks.clone() {
        let newest = newest.entry(series).or_insert(rank);
        *newest = rank.max(*newest);
    }
    for (position, series, rank) in ranks {
        if rank < newest[&series] {
            let problem = Problem::Superseded { by: newest[&series].name() };
            issue.diagnostics.push(diagnostic(placed, &placed.issue.entries[position], problem));
        }
    }
}

/// Adds sections to those that listed an item. Says whether any of them is new.
fn join(listed_under: &mut Vec<Arc<Section>>, sections: &[Arc<Section>]) -> bool {
    let before = listed_under.len();
    for section in sections {
        add_section(listed_under, section);
    }
    listed_under.len() > before
}
