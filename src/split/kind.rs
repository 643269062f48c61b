//! What an issue lists, told from its text.

use crate::facts::{lore, rvlwn};
use crate::markdown::{self, Definitions, Reading};

/// What an issue lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IssueKind {
    /// Mails: bold links lead to their archives. Whatever isn't an entry here was meant to be one.
    Patches,
    /// Bold links to anything.
    BoldLinks,
    /// Links in lists, headings or paragraphs.
    Links,
}

impl IssueKind {
    /// What a document lists, by its file's name, the title that front matter gives it, and its body. An issue of the RISC-V newsletter, which its file's name or its title shows, lists patches,
    /// whatever is wrong with it. Others show it by the beginnings of their lines.
    pub(crate) fn of(body: &str, file_name: &str, title: Option<&str>) -> Self {
        if rvlwn::is_issue(file_name, title.or_else(|| markdown::first_heading(body))) {
            return Self::Patches;
        }
        let mut bold = false;
        let mut other = false;
        for line in body.lines() {
            let words = line.trim_start_matches(' ');
            if line.len() - words.len() >= 4 {
                continue; // code
            }
            if words.starts_with(markdown::ENTRY) {
                bold |= words.contains("](");
                if lore::names_archive(words) {
                    return Self::Patches;
                }
            } else {
                other |= begins_with_link(words);
            }
        }
        if bold && !other { Self::BoldLinks } else { Self::Links }
    }

    /// How the blocks of its text are told apart.
    pub(crate) fn reading(self, definitions: &Definitions) -> Reading<'_> {
        match self {
            Self::Patches | Self::BoldLinks => Reading::Newsletter,
            Self::Links => Reading::Links(definitions),
        }
    }
}

/// Whether a line is a mark, of a list or a heading, and a link.
fn begins_with_link(line: &str) -> bool {
    let link = line.trim_start_matches(|c: char| c.is_ascii_digit() || "*_+-#.)、 ".contains(c));
    link.len() < line.len() && link.starts_with('[')
}
