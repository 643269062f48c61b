//! What is to be asked for, and what is known of it afterwards.

use url::Url;

use super::finding::{AnswerFault, ChainFault, Finding, FormFault};
use crate::reader::DocumentFacts;

/// What an address is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// Whatever it is that is to be looked at.
    Any,
    /// A page that announces feeds.
    Page,
    /// A feed that people subscribe to.
    Feed,
    /// A feed, unless it is other JSON, as which pages announce much else.
    FeedOrJson,
    /// Older items of a feed.
    Older,
    /// A list of feeds.
    List,
    /// A list of feeds that nothing names: it may be missing.
    ListIfAny,
    /// A file of the site, whatever it holds.
    File,
}

/// What is to be asked for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) address: Url,
    pub(super) aim: Aim,
    /// What leads there.
    pub(super) named_by: Option<Url>,
    /// How many documents of its feed come before it.
    pub(super) depth: usize,
    /// Whether to see, too, what comes if nothing may be compressed: once a host.
    pub(super) asks_plain: bool,
}

impl Aim {
    /// Whether it may as well be missing, or be something else: it counts once it has turned out to be what it may be.
    pub(super) fn may_be_else(self) -> bool {
        matches!(self, Self::FeedOrJson | Self::ListIfAny)
    }

    /// Whether people subscribe to it.
    pub(super) fn is_subscribed_to(self) -> bool {
        matches!(self, Self::Feed | Self::FeedOrJson)
    }
}

impl Wanted {
    pub(super) fn new(address: Url, aim: Aim, named_by: Option<&Url>) -> Self {
        Self { address, aim, named_by: named_by.cloned(), depth: 0, asks_plain: false }
    }
}

/// Why a server isn't asked much more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostTrouble {
    /// It wants to be left alone.
    Busy,
    /// It doesn't answer.
    Silent,
}

/// What came of an address.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) wanted: Wanted,
    /// Where it came from in the end.
    pub(super) from: Url,
    /// What is wrong with it.
    pub(super) findings: Vec<Finding>,
    /// What it says, if it is a feed that can be read.
    pub(super) facts: Option<DocumentFacts>,
    /// Length and checksum of its bytes, if they are there.
    pub(super) sum: Option<(usize, u32)>,
    /// What it leads to.
    pub(super) leads_to: Vec<Wanted>,
    /// How much more it leads to than is asked for.
    pub(super) left_out: usize,
    /// Whether its server wants to be left alone, or can't be reached.
    pub(super) trouble: Option<HostTrouble>,
    /// Whether it counts: what may be missing and is doesn't.
    pub(super) is_there: bool,
}

impl Fetched {
    pub(super) fn new(wanted: Wanted) -> Self {
        let from = wanted.address.clone();
        let (findings, leads_to) = (Vec::new(), Vec::new());
        let is_there = !wanted.aim.may_be_else();
        Self { wanted, from, findings, facts: None, sum: None, leads_to, left_out: 0, trouble: None, is_there }
    }

    /// Whether it is one of several feeds that nothing has been published in: it holds no item, and leads to none.
    pub(super) fn is_unused(&self) -> bool {
        let is_one_of_several = self.wanted.aim.is_subscribed_to() && self.wanted.named_by.is_some();
        is_one_of_several && self.facts.as_ref().is_some_and(|facts| facts.items.is_empty() && facts.older.is_none())
    }

    pub(super) fn answer(&mut self, fault: AnswerFault) {
        self.findings.push(Finding::Answer(fault));
    }

    pub(super) fn form(&mut self, fault: FormFault) {
        self.findings.push(Finding::Form(fault));
    }

    pub(super) fn chain(&mut self, fault: ChainFault) {
        self.findings.push(Finding::Chain(fault));
    }
}
