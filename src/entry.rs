//! An entry: what an issue lists, as its editors wrote it.

pub(crate) mod address;
pub(crate) mod item;
pub(crate) mod loose;
pub(crate) mod passed_by;

use std::borrow::Cow;
use std::sync::Arc;

use crate::facts::lore::{self, Archived};
use crate::facts::section::Section;

/// An entry of an issue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    /// The section that it stands in; `None` if it stands under no heading.
    pub(crate) section: Option<Arc<Section>>,
    /// The subject of the mail, or the words of the link: plain text on one line.
    pub(crate) title: Cow<'a, str>,
    /// Where it leads; `None` in a broken entry.
    pub(crate) link: Option<Link<'a>>,
    /// What stands below the title.
    pub(crate) body: Vec<Part<'a>>,
}

impl Entry<'_> {
    /// A piece of the document that the entry was read from.
    pub(crate) fn piece(&self) -> Option<&str> {
        let part = self.body.first().map(|part| match *part {
            Part::Mail(text) | Part::Markdown(text) | Part::Rest { block: text, .. } => text,
        });
        match &self.title {
            Cow::Borrowed(title) => Some(title),
            Cow::Owned(_) => part,
        }
    }
}

/// Where an entry leads.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) enum Link<'a> {
    /// To a mail in an archive.
    Mail(Archived<'a>),
    /// To any other address, as written.
    Other(Cow<'a, str>),
}

impl<'a> Link<'a> {
    /// The link to an address.
    pub(crate) fn to(address: Cow<'a, str>) -> Self {
        let mail = match &address {
            Cow::Borrowed(address) => lore::read(address),
            Cow::Owned(address) => lore::read(address).map(Archived::into_owned),
        };
        mail.map_or(Self::Other(address), Self::Mail)
    }
}

/// A part of an entry's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part<'a> {
    /// Quoted mail, with its `>`.
    Mail(&'a str),
    /// The editors' own words, in Markdown.
    Markdown(&'a str),
    /// What follows the link in the entry's own block.
    Rest {
        /// The block: a list item or a paragraph.
        block: &'a str,
        /// The column that it begins in.
        column: usize,
        /// The byte of the block at which the text after the link begins.
        from: usize,
    },
}
